"""What must hold for each file: a sound reading or a refusal that says why, in time, and nothing else happens."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from core.domain import Span
from core.errors import BadInput, Overloaded
from core.parts import Reading
from core.settings import Settings
from serve.sandbox import Sandbox
from tests.fuzz.cases import Case, case
from tests.fuzz.lure import Lure, laid_out

LONGEST_S = 6.0
_TICK_S = 0.05


@dataclass(frozen=True)
class Outcome:
    """How a file ended: `Reading` or the name of the refusal; `wrong` is empty when all is well."""

    case: Case
    end: str
    detail: str
    took_s: float
    wrong: str = ""


@dataclass
class Trial:
    """The real sandbox, and a lure for whatever gets out of it.

    `waited_s` is how long this process got no turn on a busy machine, which is nobody's fault.
    """

    sandbox: Sandbox
    lure: Lure
    waited_s: float = 0.0

    async def watch_the_clock(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            self.waited_s += time.perf_counter() - before - _TICK_S

    async def outcomes(self, numbers: Iterable[int], *, at_once: int = 0) -> AsyncIterator[Outcome]:
        """As they end."""
        waiting = iter(numbers)
        running: set[asyncio.Task[Outcome]] = set()
        while True:
            while len(running) < (at_once or os.cpu_count() or 2) and (number := next(waiting, None)) is not None:
                running.add(asyncio.create_task(self.outcome(await asyncio.to_thread(case, number, self.lure))))
            if not running:
                return
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for one in ended:
                yield one.result()

    async def outcome(self, one: Case, again: int = 4) -> Outcome:
        parent, started, waited_s = self.sandbox._parent, time.perf_counter(), self.waited_s
        end, detail, wrong = "Reading", "", ""
        try:
            reading = await self.sandbox.file(one.content, one.name, one.kind)
            wrong = "; ".join(self._unsound(reading))
        except BadInput as refused:
            end, detail = type(refused).__name__, str(refused)
            wrong = "" if detail else "a refusal without a reason"
        except Overloaded as busy:
            if again:  # as intake does: what a machine without time could not read is read again
                return await self.outcome(one, again - 1)
            end, detail, wrong = "Overloaded", str(busy), "the machine had no time for it, again and again"
        except Exception as error:  # what must never be, and is shown
            end, detail, wrong = type(error).__name__, str(error), f"{type(error).__name__} is no refusal"
        took_s = time.perf_counter() - started - (self.waited_s - waited_s)
        wrong = wrong or "; ".join(self._got_out())
        if took_s > LONGEST_S:
            wrong = wrong or f"it took {took_s:.1f} seconds"
        if self.sandbox._parent is not parent:
            wrong = wrong or "the warm parent was lost"
        return Outcome(one, end, detail, took_s, wrong)

    def _unsound(self, reading: Reading) -> Iterator[str]:
        for value in leaves(reading):
            if isinstance(value, Span) and not 0 <= value.start <= value.end <= len(reading.text):
                yield f"{value} lies outside of the text"
            elif isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
                yield "a text that no database takes"
            elif isinstance(value, str) and self.lure.is_told(value):
                yield "a secret was read"
            elif isinstance(value, float) and not math.isfinite(value):
                yield "a number that is none"

    def _got_out(self) -> Iterator[str]:
        if self.lure.visits():
            yield "somebody called home"
        if changed := self.lure.changes():
            yield f"files were changed: {changed}"


def leaves(value: object) -> Iterator[object]:
    """All that a value holds; spans whole."""
    if is_dataclass(value) and not isinstance(value, (Span, type)):
        for field in fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, dict):
        for pair in value.items():
            yield from leaves(pair)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from leaves(one)
    else:
        yield value


@asynccontextmanager
async def trial(folder: Path) -> AsyncIterator[Trial]:
    with laid_out() as lure:
        sandbox = Sandbox(folder, Settings())
        await asyncio.to_thread(sandbox.start)
        tried = Trial(sandbox, lure)
        clock = asyncio.create_task(tried.watch_the_clock())
        try:
            yield tried
        finally:
            clock.cancel()
            await sandbox.close()
