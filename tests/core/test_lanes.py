"""During a trial users are answered: at once, by one set of versions, and whatever the versions on trial do."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, cast

import pytest

from core.answers import Match, Receipt
from core.domain import CandidateId, JobId, Kind, ModelVersion, TenantId
from core.errors import BadInput, ModelError
from core.lanes import Lanes
from core.matching import Matcher, Query
from core.plans import Mode, Plan, Trial, Versions
from core.rehearsing import WAITING, Rehearsal
from core.tallies import Comparison, Tally, compare
from tests import make

SERVING = {one.name: one for one in make.PINS}
NEW = ModelVersion("ranker", 2)
QUERY = Query(Kind.CANDIDATE, source=JobId("job_1"))


class Quiet:
    def answered(self, lane: str, seconds: float | None) -> None: ...
    def compared(self, comparison: Comparison) -> None: ...
    def dropped(self) -> None: ...


class Answering:
    """A matcher of some versions; a broken one raises."""

    def __init__(self, versions: Versions, broken: Exception | None) -> None:
        self.versions, self.broken = versions, broken

    async def match(self, tenant: TenantId, query: Query) -> Receipt:
        if self.broken is not None and NEW in self.versions.values():
            raise self.broken
        return replace(make.receipt(), models=tuple(self.versions.values()))

    answer = match


def lanes(mode: Mode, broken: Exception | None = None) -> tuple[Lanes, Rehearsal]:
    plan = Plan(SERVING, trial=Trial(mode, {"ranker": NEW}, 1.0))

    def matcher(versions: Versions) -> Matcher:
        return cast("Matcher", Answering(versions, broken))

    rehearsal = Rehearsal(matcher(plan.tried).answer, lambda: cast("Any", nullcontext()), Quiet())
    return Lanes(plan, frozenset({NEW, *make.PINS}), matcher, rehearsal), rehearsal


@pytest.mark.parametrize("broken", [ModelError("x"), ValueError("x"), ZeroDivisionError()])
async def test_what_a_canary_fails_at_the_serving_versions_answer(broken: Exception) -> None:
    answering, rehearsal = lanes(Mode.CANARY, broken)

    receipt = await answering.match(make.ACME, QUERY)

    assert receipt.models == tuple(SERVING.values())
    assert rehearsal.tally.tried_failed == 1


async def test_wrong_input_is_no_failure_of_a_canary() -> None:
    answering, rehearsal = lanes(Mode.CANARY, BadInput("x"))

    with pytest.raises(BadInput):
        await answering.match(make.ACME, QUERY)

    assert rehearsal.tally == Tally()


async def test_copies_wait_in_a_short_queue_and_the_rest_is_dropped() -> None:
    answering, rehearsal = lanes(Mode.SHADOW)

    receipts = [await answering.match(make.ACME, QUERY) for _ in range(WAITING + 3)]

    assert {receipt.models for receipt in receipts} == {tuple(SERVING.values())}
    assert (rehearsal.tally.dropped, rehearsal.tally.compared) == (3, 0)


async def test_a_shadow_that_breaks_goes_on_with_the_next_copy() -> None:
    answering, rehearsal = lanes(Mode.SHADOW, ZeroDivisionError())
    for _ in range(3):
        await answering.match(make.ACME, QUERY)

    running = asyncio.create_task(rehearsal.run())
    async with asyncio.timeout(5):
        while rehearsal.tally.tried_failed < 3:
            await asyncio.sleep(0)
    running.cancel()

    assert rehearsal.tally.served == 3


def test_answers_are_compared_by_who_is_in_them_and_with_which_scores() -> None:
    def receipt(**scores: float | None) -> Receipt:
        found = (Match(CandidateId(id), rank, score) for rank, (id, score) in enumerate(scores.items(), start=1))
        return make.receipt(matches=tuple(found))

    served = receipt(a=0.9, b=0.5, c=None)

    assert compare(served, served) == Comparison(1.0, same_first=True, pairs=2, difference=0.0, largest=0.0)
    other = compare(served, receipt(b=0.75, a=0.8, d=0.1))
    assert (other.overlap, other.same_first, other.pairs) == (2 / 3, False, 2)
    assert other.difference == pytest.approx(0.35)
    assert other.largest == pytest.approx(0.25)
    assert compare(receipt(), receipt()).overlap == 1.0
    assert replace(Tally(), tried=2) + Tally(tried=3) == Tally(tried=5)
