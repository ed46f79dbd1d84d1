"""The plan that this process serves by: looked up again and again, taken over whole, between two requests."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import structlog

from core.domain import ModelVersion
from core.errors import CoreError
from core.plans import Plan
from core.promoting import Changes
from core.rehearsing import Rehearsal
from core.tallies import Tally

POLL_S = 0.5  # one query on a partial index: what was changed elsewhere serves here within a second
HOLD_EVERY_S = 5.0  # replicas that started meanwhile load what the others hold

Hold = Callable[[Plan], Awaitable[None]]
Rehearse = Callable[[Plan], Rehearsal | None]
Use = Callable[[Plan, frozenset[ModelVersion], Rehearsal | None], Awaitable[None]]

log = structlog.get_logger()


class Following:
    """`hold` loads a plan's versions, `rehearse` makes its trial, `use` puts its use cases in place of the old."""

    def __init__(self, changes: Changes, hold: Hold, rehearse: Rehearse, use: Use) -> None:
        self._changes = changes
        self._hold = hold
        self._rehearse = rehearse
        self._use = use
        self._plan: Plan | None = None
        self._held: Plan | None = None
        self._in_memory: frozenset[ModelVersion] = frozenset()
        self._rehearsal: Rehearsal | None = None
        self._rehearsing: asyncio.Task[None] | None = None
        self._kept = Tally()
        self._process = secrets.token_hex(8)
        self._adopting = asyncio.Lock()

    async def adopt(self) -> None:
        """Takes over what serves now. Raises `ModelError` and serves on as before when it does not load."""
        async with self._adopting:
            plan = await self._changes.newest()
            if plan is None or (self._plan is not None and plan.revision == self._plan.revision):
                return
            held = await self._loaded(plan)
            known = await self._changes.known()
            rehearsal = self._rehearse(plan)
            await self._use(plan, known, rehearsal)
            await self._keep_tally()
            self._end_rehearsal()
            self._plan, self._held, self._rehearsal, self._kept = plan, held, rehearsal, Tally()
            if rehearsal is not None:
                self._rehearsing = asyncio.create_task(rehearsal.run())
            log.info("plan.adopted", revision=plan.revision, **{name: str(one) for name, one in plan.serving.items()})

    async def run(self) -> None:
        """Until cancelled. A database that is away changes nothing: what serves goes on serving."""
        held_at, well = time.monotonic(), True
        while True:
            await asyncio.sleep(POLL_S if well else HOLD_EVERY_S)
            try:
                await self.adopt()
                await self._keep_tally()
                if self._held is not None and time.monotonic() - held_at > HOLD_EVERY_S:
                    held_at = time.monotonic()
                    await self._hold(self._held)
                    self._in_memory = self._held.all
                well = True
            except CoreError as error:
                if well:
                    log.warning("plan.unfollowed", error=str(error))
                well = False
            except Exception as error:
                log.exception("plan.broke", error=type(error).__name__)
                well = False

    async def close(self) -> None:
        with suppress(CoreError):
            await self._keep_tally()
        self._end_rehearsal()

    async def load(self, plan: Plan) -> None:
        """Loads what is not there; raises `ModelError` when it cannot. A plan whose versions all are in memory, as
        that of a rollback, asks no replica."""
        if not plan.all <= self._in_memory:
            await self._hold(plan)
            self._in_memory = plan.all

    async def _loaded(self, plan: Plan) -> Plan:
        """What of the plan is in memory: all of it, or all but what a rollback would return to."""
        try:
            await self.load(plan)
        except CoreError as error:
            if not plan.previous:
                raise
            plan = replace(plan, previous={})
            await self.load(plan)
            log.warning("plan.previous", error=str(error))
        return plan

    def _end_rehearsal(self) -> None:
        if self._rehearsing is not None:
            self._rehearsing.cancel()
            self._rehearsing = None

    async def _keep_tally(self) -> None:
        """What this process counted, where all are added up."""
        if self._plan is None or self._rehearsal is None or self._rehearsal.tally == self._kept:
            return
        tally = self._rehearsal.tally
        await self._changes.put_tally(self._plan.revision, self._process, tally)
        self._kept = tally
