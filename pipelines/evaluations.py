"""What a version is worth, in the form that it is registered with and the gates compare: `core.gates.Evaluation`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.gates import LEAD
from pipelines.measures import interval
from pipelines.pairs import Pairs

Measures = Mapping[str, Mapping[str, Mapping[str, Any]]]  # by set of pairs, system and measure
PROTOCOL = "folds by job, several times over; no job and no CV on both sides; means over the rounds"


def evaluation(table: Pairs, measured: Measures, system: str, others: frozenset[str]) -> dict[str, Any]:
    """Of one system; the rest of the same run, but for `others`, are its baselines."""
    return {
        "protocol": PROTOCOL,
        "data": {source: pairs_sha256(table, source) for source in measured},
        "measured": {source: _numbers(systems[system]) for source, systems in measured.items()},
        "baselines": {
            source: {
                name: _numbers(one) | _leads(systems[system], one)
                for name, one in systems.items()
                if name not in others | {system}
            }
            for source, systems in measured.items()
        },
    }


def pairs_sha256(table: Pairs, source: str) -> str:
    """Of a set's pairs and grades: not of their features, which change with the reader while the question stays."""
    lines = sorted(f"{one.job}\t{one.cv}\t{one.grade}\n" for one in table.pairs if one.source == source)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _leads(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, float]:
    """The most by which we may be ahead: the upper end of the interval of the difference, job by job."""
    found = {}
    for measure in ("ndcg_5", "ndcg_10"):
        each = np.array(ours[f"{measure}_each"], np.float64) - np.array(theirs[f"{measure}_each"], np.float64)
        most = interval(each)[1]
        if not np.isnan(most):  # no list of this set has an order
            found[f"{measure}{LEAD}"] = most
    return found


def _numbers(measures: Mapping[str, Any]) -> dict[str, float]:
    return {name: value for name, value in measures.items() if isinstance(value, float)}
