"""A trial in one process: copies of requests are answered by the versions on trial, and what came out is counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from core.answers import Receipt
from core.domain import TenantId
from core.matching import Query
from core.tallies import Comparison, Tally, compare

log = structlog.get_logger()

WAITING = 8  # copies; beyond these they are dropped: a trial never queues up behind users

Answer = Callable[[TenantId, Query], Awaitable[Receipt]]
Turn = Callable[[], AbstractAsyncContextManager[None]]


class Watcher(Protocol):
    """Told of every answer, for the metrics. `seconds` is None for a failure."""

    def answered(self, lane: str, seconds: float | None) -> None: ...
    def compared(self, comparison: Comparison) -> None: ...
    def dropped(self) -> None: ...


class Rehearsal:
    """`answer` is the matcher of the versions on trial, which keeps nothing; `turn` lets users go first."""

    def __init__(self, answer: Answer, turn: Turn, watcher: Watcher) -> None:
        self._answer = answer
        self._turn = turn
        self._watcher = watcher
        self._copies: asyncio.Queue[tuple[TenantId, Query, Receipt, float]] = asyncio.Queue(WAITING)
        self.tally = Tally()

    def served(self, seconds: float | None) -> None:
        """An answer of the versions that serve."""
        self._watcher.answered("served", seconds)
        self.tally += Tally(served_failed=1) if seconds is None else Tally(served=1, served_s=seconds)

    def tried(self, seconds: float | None) -> None:
        """An answer of the versions on trial."""
        self._watcher.answered("tried", seconds)
        self.tally += Tally(tried_failed=1) if seconds is None else Tally(tried=1, tried_s=seconds)

    def copy(self, tenant: TenantId, query: Query, receipt: Receipt, took_s: float) -> None:
        """Takes a copy of an answered request, or drops it: never waits."""
        try:
            self._copies.put_nowait((tenant, query, receipt, took_s))
        except asyncio.QueueFull:
            self._watcher.dropped()
            self.tally += Tally(dropped=1)

    async def run(self) -> None:
        """Answers copies one after another, until cancelled."""
        while True:
            tenant, query, served, took_s = await self._copies.get()
            async with self._turn():
                await self._rehearse(tenant, query, served, took_s)

    async def _rehearse(self, tenant: TenantId, query: Query, served: Receipt, took_s: float) -> None:
        started = time.perf_counter()
        self.served(took_s)
        try:
            tried = await self._answer(tenant, query)
        except Exception as error:  # what was just answered cannot be wrong input: the versions on trial fail
            log.warning("trial.failed", error=type(error).__name__)
            self.tried(None)
            return
        self.tried(time.perf_counter() - started)
        comparison = compare(served, tried)
        self._watcher.compared(comparison)
        self.tally = self.tally.with_comparison(comparison)
