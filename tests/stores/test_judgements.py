"""Laws of judgements and served features: their own tenant's, exact, in order, and gone with either side."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from core.answers import Match, Receipt
from core.domain import CandidateId, FeedbackId, JobId, Kind, OwnerId, TenantId
from core.errors import NotFound
from core.feedback import Judgement, Outcome, Served, sides
from core.ports import Rows
from stores.sql import Sql
from tests import make

ROW = np.array([0.1, np.nan, -3.5, 1e-7], np.float32)


@pytest.fixture
async def receipt(sql: Sql, acme: TenantId) -> Receipt:
    """Of a stored job, that found two candidates."""
    job, found = make.job_id(), (make.candidate_id(), make.candidate_id())
    given = make.receipt(source=job, matches=tuple(Match(id, rank, 0.5) for rank, id in enumerate(found, 1)))
    async with sql.transaction(acme) as rows:
        for owner in (job, *found):
            await rows.keys.put(owner, sql.keyring.new(owner))
        await rows.receipts.put(given)
        await rows.served.put(given, [Served(id, ROW + rank) for rank, id in enumerate(found)])
    return given


async def judge(
    rows: Rows, receipt: Receipt, about: OwnerId, outcome: Outcome = Outcome.SHORTLISTED, later_s: int = 0
) -> Judgement:
    at = make.NOW + timedelta(seconds=later_s)
    said = Judgement(FeedbackId(make.name("fbk")), receipt.id, about, "ann", outcome, at, at, "good\nwords")
    await rows.feedback.put(said, sides(receipt, about))
    return said


async def test_features_come_back_to_the_bit(sql: Sql, acme: TenantId, receipt: Receipt) -> None:
    async with sql.transaction(acme) as rows:
        served = {one.about: one.row for one in await rows.served.of(receipt.id)}

    assert set(served) == {match.id for match in receipt.matches}
    for rank, match in enumerate(receipt.matches):
        np.testing.assert_array_equal(served[match.id], ROW + rank)
        assert served[match.id].dtype == np.float32


async def test_judgements_come_back_in_the_order_they_were_given(sql: Sql, acme: TenantId, receipt: Receipt) -> None:
    about = receipt.matches[0].id
    async with sql.transaction(acme) as rows:
        later = await judge(rows, receipt, about, Outcome.HIRED, later_s=5)
        first = await judge(rows, receipt, about)

        assert await rows.feedback.of(receipt.id) == [first, later]


async def test_pages_give_every_judgement_once_with_its_sides(sql: Sql, acme: TenantId, receipt: Receipt) -> None:
    async with sql.transaction(acme) as rows:
        given = {(await judge(rows, receipt, match.id)).id: match.id for match in receipt.matches}
        pages = [*await rows.feedback.page(None, 1)]
        pages += await rows.feedback.page(pages[-1][0].id, 5)

    assert {said.id: pair.candidate for said, pair in pages} == given
    assert {pair.job for _, pair in pages} == {receipt.source}


@pytest.mark.parametrize("side", ["candidate", "job"])
async def test_forgetting_either_side_removes_what_was_said_and_served(
    sql: Sql, acme: TenantId, receipt: Receipt, side: str
) -> None:
    candidate, other = (match.id for match in receipt.matches)
    async with sql.transaction(acme) as rows:
        for about in (candidate, other):
            await judge(rows, receipt, about)

        gone = await rows.feedback.forget(candidate if side == "candidate" else JobId(receipt.source or ""))

        left = [] if side == "job" else [other]
        assert gone == 2 - len(left)
        assert [said.about for said in await rows.feedback.of(receipt.id)] == left
        assert [one.about for one in await rows.served.of(receipt.id)] == left


async def test_without_the_candidates_key_nothing_can_be_read_or_added(
    sql: Sql, acme: TenantId, receipt: Receipt
) -> None:
    candidate, other = (match.id for match in receipt.matches)
    async with sql.transaction(acme) as rows:
        await judge(rows, receipt, candidate)
        await rows.keys.destroy(candidate)

        assert await rows.feedback.of(receipt.id) == []
        assert [one.about for one in await rows.served.of(receipt.id)] == [other]
        with pytest.raises(NotFound):
            await judge(rows, receipt, candidate)


async def test_features_of_whoever_was_erased_meanwhile_are_left_out(sql: Sql, acme: TenantId) -> None:
    there, gone = make.candidate_id(), make.candidate_id()
    given = make.receipt(matches=(Match(there, 1, 0.5), Match(gone, 2, 0.4)))
    async with sql.transaction(acme) as rows:
        await rows.keys.put(there, sql.keyring.new(there))
        await rows.receipts.put(given)
        await rows.served.put(given, [Served(there, ROW), Served(gone, ROW)])

        assert [one.about for one in await rows.served.of(given.id)] == [there]


async def test_jobs_found_for_a_candidate_are_sealed_with_the_candidates_key(sql: Sql, acme: TenantId) -> None:
    candidate, job = make.candidate_id(), make.job_id()
    given = make.receipt(source=candidate, looking_for=Kind.JOB, matches=(Match(job, 1, 0.5),))
    async with sql.transaction(acme) as rows:
        for owner in (candidate, job):
            await rows.keys.put(owner, sql.keyring.new(owner))
        await rows.receipts.put(given)
        await rows.served.put(given, [Served(job, ROW)])
        await judge(rows, given, job)
        [(_, pair)] = await rows.feedback.page(None, 5)
        assert (pair.job, pair.candidate, pair.person) == (job, candidate, candidate)

        await rows.keys.destroy(candidate)

        assert await rows.feedback.of(given.id) == []
        assert await rows.served.of(given.id) == []


async def test_another_tenant_reads_forgets_and_adds_nothing(
    sql: Sql, acme: TenantId, globex: TenantId, receipt: Receipt
) -> None:
    candidate = CandidateId(receipt.matches[0].id)
    async with sql.transaction(acme) as rows:
        said = await judge(rows, receipt, candidate)

    async with sql.transaction(globex) as rows:
        assert await rows.feedback.of(receipt.id) == []
        assert await rows.feedback.page(None, 5) == []
        assert await rows.served.of(receipt.id) == []
        assert await rows.feedback.forget(candidate) == 0

    async with sql.transaction(acme) as rows:
        assert await rows.feedback.of(receipt.id) == [said]
