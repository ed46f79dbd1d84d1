"""Every process takes over what was changed elsewhere, whole and soon, or goes on as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from core.domain import ModelVersion
from core.errors import ModelError
from core.plans import Action, Plan
from core.rehearsing import Rehearsal
from serve.following import Following
from stores.sql import Sql
from stores.sql_changes import SqlChanges
from tests import make

RANKER, SCORER = ModelVersion("ranker", 2), ModelVersion("scorer", 2)


class Process:
    """What one process loaded and served by."""

    def __init__(self, changes: SqlChanges, *, broken: ModelVersion | None = None) -> None:
        self.broken = broken
        self.loaded: list[frozenset[ModelVersion]] = []
        self.used: list[Plan] = []
        self.following = Following(changes, self._hold, lambda plan: None, self._use)

    async def _hold(self, plan: Plan) -> None:
        if self.broken in plan.all:
            raise ModelError(f"{self.broken} does not load")
        self.loaded.append(plan.all)

    async def _use(self, plan: Plan, known: frozenset[ModelVersion], rehearsal: Rehearsal | None) -> None:
        self.used.append(plan)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.following.adopt()
        task = asyncio.create_task(self.following.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def changes(sql: Sql) -> SqlChanges:
    made = SqlChanges(sql.engine)
    await made.install(make.wanted(Action.INSTALL, *make.PINS))
    await made.apply(make.wanted(Action.PROMOTE, ModelVersion("parser", 7), *make.PINS[1:]))
    await made.apply(make.wanted(Action.PROMOTE, *make.PINS))
    return made


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.02)


async def test_all_processes_serve_by_the_same_plans_one_after_another(changes: SqlChanges) -> None:
    first, second = Process(changes), Process(changes)

    async with first.running(), second.running():
        change = await changes.apply(make.wanted(Action.PROMOTE, RANKER, SCORER))
        await until(lambda: len(first.used) == len(second.used) == 2)

    assert first.used == second.used
    assert first.used[1].serving == change.after.serving
    assert all(plan.all <= held for plan, held in zip(first.used, first.loaded, strict=True))


async def test_going_back_loads_nothing(changes: SqlChanges) -> None:
    process = Process(changes)
    await process.following.adopt()
    await changes.apply(make.wanted(Action.PROMOTE, RANKER))
    await process.following.adopt()
    loaded = len(process.loaded)

    await changes.apply(make.wanted(Action.ROLLBACK))
    await process.following.adopt()

    assert process.used[-1].serving["ranker"] != RANKER
    assert len(process.loaded) == loaded


async def test_what_does_not_load_here_is_not_served_here(changes: SqlChanges) -> None:
    process = Process(changes, broken=RANKER)
    await process.following.adopt()

    await changes.apply(make.wanted(Action.PROMOTE, RANKER))
    with pytest.raises(ModelError):
        await process.following.adopt()
    await changes.apply(make.wanted(Action.ROLLBACK))
    await process.following.adopt()

    assert all(plan.serving["ranker"] != RANKER for plan in process.used)


async def test_a_version_that_only_a_rollback_needs_keeps_nobody_from_serving(changes: SqlChanges) -> None:
    await changes.apply(make.wanted(Action.PROMOTE, RANKER))
    await changes.apply(make.wanted(Action.PROMOTE, ModelVersion("ranker", 3)))
    process = Process(changes, broken=RANKER)

    await process.following.adopt()

    assert process.used[0].serving["ranker"] == ModelVersion("ranker", 3)
