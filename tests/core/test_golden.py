"""The speed gate: a version is refused for what it costs, not for what the machine did meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Any

import numpy as np
import pytest

from core.domain import Facts, Kind, ModelVersion, Passages, Sparse
from core.golden import ROUNDS, SHORTLIST, Bounds, Golden, Request
from core.parts import Parts, Ranking, Reading, Scores
from core.plans import Plan, Versions
from tests import make

OLD, NEW = ModelVersion("ranker", 1), ModelVersion("ranker", 2)
EMPTY = Sparse((), ())
BEFORE = Plan({one.name: one for one in make.PINS} | {"ranker": OLD})
AFTER = replace(BEFORE, serving={**BEFORE.serving, "ranker": NEW})


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Costing:
    """All four parts; a call of `order` costs what comes next, in seconds."""

    clock: Clock
    costs: Iterator[float]

    async def text(self, text: str, kind: Kind) -> Reading:
        facts: Facts = make.requirements() if kind is Kind.JOB else make.profile()
        return Reading(text, "text/plain", facts, make.identity(), Passages("", (), ()), EMPTY, EMPTY, make.PINS[0])

    async def passages(self, passages: Passages) -> Any:
        return make.embedding()

    async def order(self, one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
        assert len(many) == SHORTLIST
        self.clock.now += next(self.costs)
        return Ranking(NEW, tuple(range(keep)), np.zeros((keep, 1), np.float32))

    async def pairs(self, features: Any, weights: Mapping[Any, float], explain: int) -> Scores:
        return Scores(NEW, ())


async def passes(old: Iterator[float], new: Iterator[float]) -> bool:
    clock = Clock()
    parts = {version: Costing(clock, costs) for version, costs in ((OLD, old), (NEW, new))}

    def at(versions: Versions) -> Parts:
        one: Any = parts[versions["ranker"]]
        return Parts(one, one, one, one)

    golden = Golden(at, lambda: (Bounds(0, 1), [Request("a job", "wanted", ("suits",), ())]), clock)
    return (await golden.speed(BEFORE, AFTER)).passed


@pytest.mark.parametrize(("cost", "passed"), [(0.020, True), (0.039, True), (0.041, False), (0.100, False)])
async def test_at_most_half_as_much_again_and_a_crowded_machines_ten_milliseconds(cost: float, passed: bool) -> None:
    assert await passes(repeat(0.020), repeat(cost)) == passed


async def test_one_quiet_round_is_enough_to_show_what_a_version_costs() -> None:
    crowded = chain(repeat(3.0, ROUNDS), repeat(0.020))

    assert await passes(repeat(0.020), crowded)


async def test_what_a_first_round_loads_is_not_counted() -> None:
    assert not await passes(chain([0.001], repeat(0.010)), chain([0.001], repeat(0.030)))
