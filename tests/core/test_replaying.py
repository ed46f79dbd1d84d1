"""What another encoder would change, as an operator reads it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import Match, Receipt
from core.domain import CandidateId, JobId, Kind, ModelVersion, OwnerId, TenantId
from core.errors import CoreError, ModelError, NotFound
from core.matching import Query
from core.plans import Action, Change, Finding, Plan, State, Versions, after
from core.ports import Rows
from core.replaying import Answer, Replay, ndcg
from tests import make

NEW = ModelVersion("embedder", 2)
BEFORE = Plan({one.name: one for one in make.PINS})
WISH = make.wanted(Action.PROMOTE, NEW)
CHANGE = Change(1, WISH, State.PREPARING, BEFORE, after(BEFORE, WISH), make.NOW)


def answered(source: str, *found: str) -> Receipt:
    matches = tuple(Match(CandidateId(id), rank, 0.5) for rank, id in enumerate(found, start=1))
    return replace(make.receipt(source=JobId(source), matches=matches), looking_for=Kind.CANDIDATE)


@dataclass(frozen=True)
class Receipts:
    kept: Sequence[Receipt]

    async def recent(self, limit: int) -> list[Receipt]:
        return list(self.kept)[:limit]


@dataclass(frozen=True)
class Kept:
    receipts: Receipts


async def replayed(
    asked: dict[TenantId, list[Receipt]], answers: dict[tuple[OwnerId | None, int], Receipt | CoreError]
) -> Finding:
    """`answers` by the question's source and the number of the embedder."""

    async def tenants() -> list[TenantId]:
        return list(asked)

    @asynccontextmanager
    async def transaction(tenant: TenantId) -> AsyncIterator[Rows]:
        yield cast("Rows", Kept(Receipts(asked[tenant])))

    def answer(versions: Versions) -> Answer:
        async def given(tenant: TenantId, query: Query) -> Receipt:
            found = answers[query.source, versions["embedder"].number]
            if isinstance(found, CoreError):
                raise found
            return found

        return given

    return await Replay(tenants, transaction, answer).questions(CHANGE)


async def test_who_enters_and_who_leaves_is_said_with_ranks_and_no_words() -> None:
    asked = {make.ACME: [answered("job_a"), answered("job_a"), answered("job_b")], make.GLOBEX: [answered("job_c")]}
    same = answered("job_b", "cnd_9")

    finding = await replayed(
        asked,
        {
            (JobId("job_a"), 1): answered("job_a", "cnd_1", "cnd_2"),
            (JobId("job_a"), 2): answered("job_a", "cnd_3", "cnd_1"),
            (JobId("job_b"), 1): same,
            (JobId("job_b"), 2): same,
            (JobId("job_c"), 1): NotFound("forgotten"),
        },
    )

    assert finding.passed
    assert finding.compared == {
        "questions": 2,
        "failed": 0,
        "overlap_at_10": 0.75,
        "least_overlap": 0.5,
        "same_first": 0.5,
        "job_a": "in cnd_3 1; out cnd_2 2",
    }


async def test_an_encoder_that_fails_where_the_other_answers_does_not_pass() -> None:
    finding = await replayed(
        {make.ACME: [answered("job_a")]},
        {(JobId("job_a"), 1): answered("job_a", "cnd_1"), (JobId("job_a"), 2): ModelError("no vector")},
    )

    assert not finding.passed
    assert "no vector" in finding.says


async def test_nothing_to_ask_is_nothing_against_it() -> None:
    assert (await replayed({}, {})).passed


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20).filter(any))
def test_the_best_order_has_the_most_gain(grades: list[int]) -> None:
    assert ndcg(sorted(grades, reverse=True), 10) == pytest.approx(1)
    assert 0 <= ndcg(grades, 10) <= 1 + 1e-9
    assert ndcg(grades, 10) >= ndcg(sorted(grades), 10) - 1e-9
