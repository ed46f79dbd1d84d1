"""Changes as they are made: refused, failed and forced ones are recorded too, and nothing is half done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from core.domain import ModelVersion
from core.errors import Conflict, ModelError
from core.plans import Action, Change, Finding, Plan, State
from core.progress import Owing, Progress
from core.promoting import Promoter
from stores.postgres import Database
from stores.sql import Sql
from stores.sql_changes import SqlChanges
from tests import make

RANKER = ModelVersion("ranker", 2)
EMBEDDER = ModelVersion("embedder", 2)
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

    return Promoter(changes, judge, hold, adopt, lambda plan: Unfilled(changes, told), compare)


@dataclass
class Unfilled:
    """A collection in which nothing is missing; `before` is done while it is filled."""

    changes: SqlChanges
    told: list[str]
    before: Callable[[Progress], Awaitable[None]] | None = None

    async def fill(self, embedder: ModelVersion, progress: Progress) -> None:
        self.told.append("filled")
        progress.begin(Owing(5, 3))
        if self.before is not None:
            await self.before(progress)

    async def switch(self, change: Change, progress: Progress, findings: Sequence[Finding]) -> Change:
        self.told.append("switched")
        return await self.changes.settle(change.id, State.APPLIED, findings)


async def compare(change: Change) -> tuple[Finding, ...]:
    return (Finding("recent questions", passed=True, says="the same"),)


async def nothing(*_: object) -> tuple[()]:
    return ()


def filling(changes: SqlChanges, before: Callable[[Progress], Awaitable[None]]) -> Promoter:
    """Does `before` while it fills; judges, loads and adopts nothing."""
    return Promoter(changes, nothing, nothing, nothing, lambda plan: Unfilled(changes, [], before), compare)  # type: ignore[arg-type]


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


async def test_a_change_goes_on_when_whoever_asked_for_it_goes(changes: SqlChanges) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def judge(change: Change) -> tuple[Finding, ...]:
        begun.set()
        await go_on.wait()
        return ()

    made = Promoter(changes, judge, nothing, nothing, lambda plan: Unfilled(changes, []), compare)  # type: ignore[arg-type]
    asking = asyncio.create_task(made.change(make.wanted(Action.PROMOTE, RANKER)))
    await begun.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    with pytest.raises(Conflict):
        await made.change(make.wanted(Action.PROMOTE, RANKER))
    go_on.set()

    assert (await ended(changes)).state is State.APPLIED


async def test_who_waits_for_long_is_told_how_far_it_is(changes: SqlChanges, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.promoting.RENEWED_S", 0.05)
    go_on = asyncio.Event()

    async def slowly(progress: Progress) -> None:
        progress.wrote(1)
        await go_on.wait()

    change = await filling(changes, slowly).change(make.wanted(Action.PROMOTE, EMBEDDER), timeout_s=0.01)
    async with asyncio.timeout(10):
        while not (said := (await changes.get(change.id)).said):
            await asyncio.sleep(0.02)
    go_on.set()

    assert change.state is State.PREPARING
    assert said.startswith("3 of 5 documents")
    applied = await ended(changes)
    assert [one.gate for one in applied.findings] == ["filled", "recent questions"]
    await changes.apply(make.wanted(Action.ROLLBACK))


async def test_what_a_stopped_process_leaves_another_goes_on_with_at_once(changes: SqlChanges) -> None:
    async def never(progress: Progress) -> None:
        await asyncio.Event().wait()

    stopped, done = filling(changes, never), list[str]()
    change = await stopped.change(make.wanted(Action.PROMOTE, EMBEDDER), timeout_s=0.1)
    other = promoter(changes, done=done)
    await other.take_up()
    assert done == []  # it is not dead yet

    await stopped.close()
    await other.take_up()

    assert (await ended(changes)).id == change.id
    assert done == ["judged", "held", "filled", "switched", "adopted"]
    await changes.apply(make.wanted(Action.ROLLBACK))


async def test_a_change_that_kills_whoever_makes_it_is_given_up(changes: SqlChanges, database: Database) -> None:
    change = await changes.begin(make.wanted(Action.PROMOTE, RANKER))

    taken = []
    for _ in range(5):
        async with changes.connected() as connection:
            await connection.execute(text("UPDATE changes SET leased_until = now() WHERE state = 'preparing'"))
        taken.append(await changes.take_up())

    assert [one is not None for one in taken] == [True, True, True, False, False]
    assert (await changes.get(change.id)).state is State.ABANDONED


async def test_going_back_ends_what_is_being_filled(changes: SqlChanges, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.promoting.RENEWED_S", 0.05)
    ended_by: list[BaseException] = []

    async def forever(progress: Progress) -> None:
        try:
            await asyncio.Event().wait()
        except BaseException as error:
            ended_by.append(error)
            raise

    await changes.apply(make.wanted(Action.PROMOTE, RANKER))
    making = filling(changes, forever)
    asked = asyncio.create_task(making.change(make.wanted(Action.PROMOTE, EMBEDDER)))
    await asyncio.sleep(0.1)
    await making.change(make.wanted(Action.ROLLBACK))

    assert (await asked).state is State.ABANDONED
    assert [type(one) for one in ended_by] == [asyncio.CancelledError]


async def ended(changes: SqlChanges) -> Change:
    """The newest change, once it is not open any more."""
    async with asyncio.timeout(10):
        while (change := (await changes.history(1))[0]).state is State.PREPARING:
            await asyncio.sleep(0.02)
    return change
