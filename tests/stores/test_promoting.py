"""Changes as they are made: refused, failed and forced ones are recorded too, and nothing is half done."""

from __future__ import annotations

import asyncio

import pytest

from core.domain import ModelVersion
from core.errors import ModelError
from core.plans import Action, Change, Finding, Plan, State
from core.promoting import Promoter
from stores.sql import Sql
from stores.sql_changes import SqlChanges
from tests import make

RANKER = ModelVersion("ranker", 2)
REFUSES = Finding("held-out", passed=False, says="worse")


@pytest.fixture
async def changes(sql: Sql) -> SqlChanges:
    made = SqlChanges(sql.engine)
    await made.install(make.wanted(Action.INSTALL, *make.PINS))
    plan = await made.newest()
    if plan is not None and plan.serving["ranker"] == RANKER:
        await made.apply(make.wanted(Action.ROLLBACK))
    return made


def promoter(changes: SqlChanges, *findings: Finding, loads: bool = True, done: list[str] | None = None) -> Promoter:
    told = [] if done is None else done

    async def judge(change: Change) -> tuple[Finding, ...]:
        told.append("judged")
        return findings

    async def hold(plan: Plan) -> None:
        told.append("held")
        if not loads:
            raise ModelError("ranker/2 does not load")

    async def adopt() -> None:
        told.append("adopted")

    return Promoter(changes, judge, hold, adopt)


async def ranker(changes: SqlChanges) -> ModelVersion:
    plan = await changes.newest()
    assert plan is not None
    return plan.serving["ranker"]


async def test_a_version_is_judged_then_loaded_everywhere_then_serves(changes: SqlChanges) -> None:
    done: list[str] = []

    change = await promoter(changes, done=done).change(make.wanted(Action.PROMOTE, RANKER))

    assert (change.state, done) == (State.APPLIED, ["judged", "held", "adopted"])
    assert await ranker(changes) == RANKER


async def test_a_refusal_is_recorded_with_what_the_gates_said(changes: SqlChanges) -> None:
    done: list[str] = []

    change = await promoter(changes, REFUSES, done=done).change(make.wanted(Action.PROMOTE, RANKER))

    assert (change.state, change.findings, done) == (State.REFUSED, (REFUSES,), ["judged"])
    assert (await changes.get(change.id)) == change
    assert await ranker(changes) != RANKER


async def test_force_passes_the_gates_and_stands_in_the_record(changes: SqlChanges) -> None:
    change = await promoter(changes, REFUSES).change(make.wanted(Action.PROMOTE, RANKER, forced=True))

    assert (change.state, change.wish.forced, change.findings) == (State.APPLIED, True, (REFUSES,))


async def test_what_does_not_load_cannot_be_forced(changes: SqlChanges) -> None:
    change = await promoter(changes, loads=False).change(make.wanted(Action.PROMOTE, RANKER, forced=True))

    assert (change.state, change.said) == (State.FAILED, "ranker/2 does not load")
    assert await ranker(changes) != RANKER


async def test_a_change_that_is_cancelled_stands_in_nobody_s_way(changes: SqlChanges) -> None:
    begun = asyncio.Event()

    async def judge(change: Change) -> tuple[Finding, ...]:
        begun.set()
        await asyncio.sleep(60)
        return ()

    slow = promoter(changes)
    making = asyncio.create_task(
        Promoter(changes, judge, slow.hold, slow.adopt).change(make.wanted(Action.PROMOTE, RANKER))
    )
    await begun.wait()
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making

    assert (await changes.history(1))[0].state is State.ABANDONED
    assert (await slow.change(make.wanted(Action.PROMOTE, RANKER))).state is State.APPLIED
