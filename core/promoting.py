"""Use case: a change of what serves, from the wish to the record of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from core.domain import ModelVersion
from core.errors import CoreError
from core.plans import Action, Change, Finding, Plan, State, Wish
from core.tallies import Tally

RENEWED_S = 10.0
LEASE_S = 60.0  # an open change that nobody renews for so long is abandoned: whoever made it is dead


class Changes(Protocol):
    """The history of what serves, which is also its truth: the newest applied change says it."""

    async def newest(self) -> Plan | None:
        """The plan that serves; None before the first one."""

    async def install(self, wish: Wish) -> Plan:
        """Applies a configuration's pins, as far as they differ from those of the configuration before; returns the
        plan that serves. Pins that were installed once change nothing: what is older than a promotion never undoes
        it, whichever process starts late."""

    async def known(self) -> frozenset[ModelVersion]:
        """Every version that ever served or was on trial."""

    async def begin(self, wish: Wish) -> Change:
        """Opens a change. Raises `Conflict` while another one is open, `BadInput` for what cannot be meant."""

    async def apply(self, wish: Wish) -> Change:
        """Applies a change at once, and abandons one that is open."""

    async def renew(self, id: int, said: str = "") -> None:
        """Keeps an open change from being taken for dead; `said` is how far it is. Raises `Conflict` when it is
        not open any more."""

    async def settle(self, id: int, state: State, findings: Sequence[Finding] = (), said: str = "") -> Change:
        """Ends an open change. Raises `Conflict` when it is not open any more."""

    async def get(self, id: int) -> Change: ...
    async def history(self, limit: int) -> list[Change]: ...
    async def put_tally(self, revision: int, process: str, tally: Tally) -> None: ...
    async def tally(self, revision: int) -> Tally:
        """Of all processes."""


Judge = Callable[[Change], Awaitable[tuple[Finding, ...]]]
Hold = Callable[[Plan], Awaitable[None]]
Adopt = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Promoter:
    """`judge` are the gates, `hold` loads a plan's versions wherever they will be asked for, before they are; `adopt`
    has this process take over what serves now (the others notice by themselves)."""

    changes: Changes
    judge: Judge
    hold: Hold
    adopt: Adopt

    async def change(self, wish: Wish) -> Change:
        """The change as it ended: applied, refused by its gates, or failed. Raises `Conflict` while another one is
        open. Going back and stopping a trial ask nobody and happen at once."""
        if wish.action in (Action.ROLLBACK, Action.STOP):
            change = await self.changes.apply(wish)
        else:
            change = await self._prepared(await self.changes.begin(wish))
        if change.state is State.APPLIED:
            await self.adopt()
        return change

    async def _prepared(self, change: Change) -> Change:
        findings: tuple[Finding, ...] = ()
        try:
            async with self._renewed(change.id):
                findings = await self.judge(change)
                if not (change.wish.forced or all(one.passed for one in findings)):
                    refusal = ", ".join(one.gate for one in findings if not one.passed)
                    return await self.changes.settle(change.id, State.REFUSED, findings, f"not passed: {refusal}")
                await self.hold(change.after)
            return await self.changes.settle(change.id, State.APPLIED, findings)
        except CoreError as error:
            with suppress(CoreError):  # it may be superseded: then that is what is recorded
                return await self.changes.settle(change.id, State.FAILED, findings, str(error))
            return await self.changes.get(change.id)
        except BaseException:
            with suppress(CoreError):
                await asyncio.shield(self.changes.settle(change.id, State.ABANDONED, said="it was interrupted"))
            raise

    @asynccontextmanager
    async def _renewed(self, id: int) -> AsyncIterator[None]:
        async def renew() -> None:
            while True:
                await asyncio.sleep(RENEWED_S)
                with suppress(CoreError):  # settling it will say so
                    await self.changes.renew(id)

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
