"""Laws of stored answers: a request sent again is answered once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from core.domain import TenantId
from core.errors import Conflict, NotFound
from core.ports import Answer
from stores.sql import Sql
from tests import make

GIVEN = Answer(201, b'{"id": "cnd_1"}', {"location": "/v1/candidates/cnd_1"})


async def claim(sql: Sql, tenant: TenantId, key: str, fingerprint: str = "same") -> Answer | None:
    async with sql.transaction(tenant) as rows:
        return await rows.answers.claim(key, fingerprint)


async def test_a_given_answer_is_given_again(sql: Sql, acme: TenantId) -> None:
    assert await claim(sql, acme, "k") is None
    async with sql.transaction(acme) as rows:
        await rows.answers.settle("k", GIVEN)

    assert await claim(sql, acme, "k") == GIVEN


async def test_of_many_at_once_exactly_one_owns_the_key(sql: Sql, acme: TenantId) -> None:
    outcomes = await asyncio.gather(*(claim(sql, acme, "k") for _ in range(8)), return_exceptions=True)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7


async def test_another_request_may_not_use_the_key(sql: Sql, acme: TenantId) -> None:
    await claim(sql, acme, "k", "one")

    with pytest.raises(Conflict, match="another request"):
        await claim(sql, acme, "k", "two")


async def test_a_released_key_is_free(sql: Sql, acme: TenantId) -> None:
    await claim(sql, acme, "k")
    async with sql.transaction(acme) as rows:
        await rows.answers.release("k")

    assert await claim(sql, acme, "k") is None


async def test_release_does_not_take_back_an_answer(sql: Sql, acme: TenantId) -> None:
    await claim(sql, acme, "k")
    async with sql.transaction(acme) as rows:
        await rows.answers.settle("k", GIVEN)
        await rows.answers.release("k")

    assert await claim(sql, acme, "k") == GIVEN


async def age(sql: Sql, tenant: TenantId, seconds: int) -> None:
    async with sql.transaction(tenant) as rows:
        await rows._scope.connection.execute(  # type: ignore[attr-defined]
            text("UPDATE answers SET claimed_at = claimed_at - make_interval(secs => :seconds)"), {"seconds": seconds}
        )


async def test_a_claim_that_was_abandoned_can_be_taken_over_once(sql: Sql, acme: TenantId) -> None:
    await claim(sql, acme, "k")
    await age(sql, acme, 61)

    outcomes = await asyncio.gather(*(claim(sql, acme, "k") for _ in range(4)), return_exceptions=True)

    assert outcomes.count(None) == 1


async def test_answers_are_forgotten_after_a_day(sql: Sql, acme: TenantId) -> None:
    await claim(sql, acme, "k", "one")
    async with sql.transaction(acme) as rows:
        await rows.answers.settle("k", GIVEN)
    await age(sql, acme, 24 * 3600 + 1)

    assert await claim(sql, acme, "k", "two") is None


async def test_tenants_do_not_share_keys(sql: Sql, acme: TenantId, globex: TenantId) -> None:
    await claim(sql, acme, "k", "one")

    assert await claim(sql, globex, "k", "two") is None


async def test_only_a_claimed_key_can_be_settled(sql: Sql, acme: TenantId) -> None:
    with pytest.raises(NotFound):
        async with sql.transaction(acme) as rows:
            await rows.answers.settle(make.name("key"), GIVEN)
