"""The history of what serves: one truth for all processes, one open change at a time."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from core.domain import ModelVersion
from core.errors import Conflict, NotFound
from core.plans import Action, Finding, Plan, State
from core.tallies import Tally
from stores.postgres import Database
from stores.sql import Sql, open_engine
from stores.sql_changes import SqlChanges
from tests import make

RANKER = ModelVersion("ranker", 2)
SCORER = ModelVersion("scorer", 2)


@pytest.fixture
async def changes(sql: Sql) -> SqlChanges:
    """With version 1 of everything served, whatever was before."""
    made = SqlChanges(sql.engine)
    await made.install(make.wanted(Action.INSTALL, *make.PINS))
    await made.apply(make.wanted(Action.PROMOTE, ModelVersion("parser", 7), *make.PINS[1:]))
    await made.apply(make.wanted(Action.PROMOTE, *make.PINS))
    return made


async def serving(changes: SqlChanges) -> Plan:
    plan = await changes.newest()
    assert plan is not None
    return plan


async def test_several_versions_change_at_one_moment_and_go_back_at_one(changes: SqlChanges) -> None:
    before = await serving(changes)

    change = await changes.begin(make.wanted(Action.PROMOTE, RANKER, SCORER))
    meanwhile = await serving(changes)
    await changes.settle(change.id, State.APPLIED, [Finding("files", passed=True, says="whole")])
    after = await serving(changes)
    await changes.apply(make.wanted(Action.ROLLBACK))

    assert meanwhile == before
    assert after.serving == {**before.serving, "ranker": RANKER, "scorer": SCORER}
    assert after.revision == change.id
    assert (await serving(changes)).serving == before.serving


async def test_of_many_at_once_one_is_made_and_the_others_are_told_which(changes: SqlChanges) -> None:
    async def begin() -> int | Conflict:
        try:
            return (await changes.begin(make.wanted(Action.PROMOTE, RANKER))).id
        except Conflict as conflict:
            return conflict

    ended = await asyncio.gather(*(begin() for _ in range(5)))

    (made,) = [one for one in ended if isinstance(one, int)]
    assert [str(made) in str(one) for one in ended if isinstance(one, Conflict)] == [True] * 4
    await changes.settle(made, State.FAILED)


async def test_going_back_does_not_wait_for_a_change_that_is_being_made(changes: SqlChanges) -> None:
    await changes.apply(make.wanted(Action.PROMOTE, RANKER))
    open_one = await changes.begin(make.wanted(Action.PROMOTE, SCORER))

    await changes.apply(make.wanted(Action.ROLLBACK))

    assert (await changes.get(open_one.id)).state is State.ABANDONED
    for late in (changes.settle(open_one.id, State.APPLIED), changes.renew(open_one.id)):
        with pytest.raises(Conflict):
            await late
    assert (await serving(changes)).serving["scorer"] != SCORER


async def test_a_change_whose_maker_died_stands_in_nobody_s_way_for_long(
    changes: SqlChanges, database: Database
) -> None:
    dead = await changes.begin(make.wanted(Action.PROMOTE, RANKER))
    async with open_engine(database.url) as engine, engine.begin() as connection:
        await connection.execute(text("SELECT set_config('matchgraph.plans', 'on', true)"))
        await connection.execute(
            text("UPDATE changes SET leased_until = now() - interval '1 s' WHERE id = :id"), {"id": dead.id}
        )

    new = await changes.begin(make.wanted(Action.PROMOTE, SCORER))

    assert (await changes.get(dead.id)).state is State.ABANDONED
    await changes.settle(new.id, State.FAILED)


async def test_a_configuration_changes_what_differs_from_the_one_before_and_nothing_twice(changes: SqlChanges) -> None:
    await changes.apply(make.wanted(Action.PROMOTE, RANKER))
    parser = ModelVersion("parser", 3)

    same = await changes.install(make.wanted(Action.INSTALL, *make.PINS))
    other = await changes.install(make.wanted(Action.INSTALL, parser, *make.PINS[1:]))
    again = await changes.install(make.wanted(Action.INSTALL, parser, *make.PINS[1:]))
    back = await changes.install(make.wanted(Action.INSTALL, *make.PINS))

    assert same.serving["ranker"] == RANKER
    assert (other.serving["parser"], other.serving["ranker"]) == (parser, RANKER)
    assert again == other
    assert (back.serving["parser"], back.serving["ranker"]) == (make.PINS[0], RANKER)


async def test_what_processes_counted_adds_up(changes: SqlChanges) -> None:
    plan = await changes.apply(make.wanted(Action.SHADOW, RANKER))

    await changes.put_tally(plan.id, "a", Tally(compared=1, largest=0.1))
    await changes.put_tally(plan.id, "a", Tally(compared=2, largest=0.2))
    await changes.put_tally(plan.id, "b", Tally(compared=3, largest=0.1))

    assert await changes.tally(plan.id) == Tally(compared=5, largest=0.2)
    assert RANKER in await changes.known()


async def test_the_history_has_the_newest_first_and_nothing_else_by_number(changes: SqlChanges) -> None:
    history = await changes.history(3)

    assert [one.id for one in history] == sorted((one.id for one in history), reverse=True)
    assert (history[0].wish.who, history[0].wish.why) == ("ada", "a test")
    with pytest.raises(NotFound):
        await changes.get(10**9)
