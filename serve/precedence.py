"""Who goes first: whoever waits for a match, before files that are taken in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

# Intake is held for at most four parts of its time in five: however many matches are asked for, it keeps a fifth.
HELD_PER_WORKED = 4.0
MOST_HELD_S = 1.0  # at a time, and before the first step


class Precedence:
    """Steps of intake begin while no match is being answered, or when they have been held long enough.

    A step that has begun is not stopped, so steps are short: a file read, a few passages embedded, a point written.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._matches = 0
        self._free = asyncio.Event()
        self._free.set()
        self._patience = MOST_HELD_S  # seconds that intake may still be held for

    @contextmanager
    def first(self) -> Iterator[None]:
        """While a match is being answered."""
        self._matches += 1
        self._free.clear()
        try:
            yield
        finally:
            self._matches -= 1
            if not self._matches:
                self._free.set()

    @asynccontextmanager
    async def yielding(self) -> AsyncIterator[None]:
        """A step of intake: waits for its turn."""
        held = await self._held()
        started = self._clock()
        try:
            yield
        finally:
            earned = HELD_PER_WORKED * (self._clock() - started)
            self._patience = min(MOST_HELD_S, self._patience - held + earned)

    async def _held(self) -> float:
        """Seconds that the step had to wait."""
        if self._free.is_set() or self._patience <= 0:
            return 0.0
        started = self._clock()
        try:
            async with asyncio.timeout(self._patience):
                await self._free.wait()
        except TimeoutError:
            pass
        return self._clock() - started
