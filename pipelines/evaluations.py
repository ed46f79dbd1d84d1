"""What a version is worth, in the form that it is registered with and the gates compare: `core.gates.Evaluation`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pipelines.pairs import Pairs

Measures = Mapping[str, Mapping[str, Mapping[str, object]]]  # by set of pairs, system and measure
PROTOCOL = "folds by job, several times over; no job and no CV on both sides; means over the rounds"


def evaluation(table: Pairs, measured: Measures, system: str, others: frozenset[str]) -> dict[str, Any]:
    """Of one system; the rest of the same run, but for `others`, are its baselines."""
    return {
        "protocol": PROTOCOL,
        "data": {source: pairs_sha256(table, source) for source in measured},
        "measured": {source: _numbers(systems[system]) for source, systems in measured.items()},
        "baselines": {
            source: {name: _numbers(one) for name, one in systems.items() if name not in others | {system}}
            for source, systems in measured.items()
        },
    }


def pairs_sha256(table: Pairs, source: str) -> str:
    """Of a set's pairs and grades: not of their features, which change with the reader while the question stays."""
    lines = sorted(f"{one.job}\t{one.cv}\t{one.grade}\n" for one in table.pairs if one.source == source)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _numbers(measures: Mapping[str, object]) -> dict[str, float]:
    return {name: value for name, value in measures.items() if isinstance(value, float)}
