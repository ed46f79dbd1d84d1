"""Use case: a change of what serves, from the wish to the record of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from core.domain import ModelVersion
from core.errors import Conflict, CoreError
from core.plans import Action, Change, Finding, Plan, State, Wish, after
from core.progress import Progress
from core.tallies import Tally

RENEWED_S = 2.0
LEASE_S = 60.0  # an open change that nobody renews for so long is taken up by another process: whoever made it is dead
PATIENCE_S = 20.0  # how long whoever asks for a change is kept waiting for its end


class Changes(Protocol):
    """The history of what serves, which is also its truth: the newest applied change says it."""

    async def newest(self) -> Plan | None:
        """The plan that serves; None before the first one."""

    async def install(self, wish: Wish) -> Plan:
        """Applies a configuration's pins, as far as they differ from those of the configuration before, so that what
        was promoted since stays; returns the plan that serves. The same pins again change nothing. Another embedder is
        left out, and the record says so: its collection must be filled first."""

    async def known(self) -> frozenset[ModelVersion]:
        """Every version that ever served or was on trial."""

    async def begin(self, wish: Wish) -> Change:
        """Opens a change. Raises `Conflict` while another one is open, `BadInput` for what cannot be meant."""

    async def apply(self, wish: Wish) -> Change:
        """Applies a change at once, and abandons one that is open."""

    async def take_up(self) -> Change | None:
        """Takes over an open change that nobody renews any more, for as long as `renew` does."""

    async def release(self, id: int) -> None:
        """Leaves an open change to whoever takes it up next."""

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


class Fill(Protocol):
    """As `core.filling.Filler` does it."""

    async def fill(self, embedder: ModelVersion, progress: Progress) -> None: ...
    async def switch(self, change: Change, progress: Progress, findings: Sequence[Finding]) -> Change: ...


class Promoter:
    """`judge` are the gates, `hold` loads a plan's versions wherever they will be asked for, before they are; `adopt`
    has this process take over what serves now (the others notice by themselves). For another embedder, `fill` makes
    its collection and `rehearse` says what it would change.

    A change is made in a task of its own: who asked for it may go, and a process that dies or is stopped leaves it to
    the next one (`take_up`).
    """

    def __init__(
        self,
        changes: Changes,
        judge: Judge,
        hold: Hold,
        adopt: Adopt,
        fill: Callable[[Plan], Fill],
        rehearse: Judge,
    ) -> None:
        self._changes = changes
        self._judge = judge
        self._hold = hold
        self._adopt = adopt
        self._fill = fill
        self._rehearse = rehearse
        self._making: set[asyncio.Task[Change]] = set()

    async def change(self, wish: Wish, timeout_s: float = PATIENCE_S) -> Change:
        """The change as it ended: applied, refused by its gates, or failed; still `preparing` when that takes longer.
        Raises `Conflict` while another one is open. Going back and stopping a trial ask nobody and happen at once."""
        if wish.action in (Action.ROLLBACK, Action.STOP):
            plan = await self._changes.newest()
            if plan is not None:
                await self._hold(after(plan, wish))  # in memory already, or it raises before anything is changed
            change = await self._changes.apply(wish)
            await self._adopt()
            return change
        change = await self._changes.begin(wish)
        making = self._make(change)
        await asyncio.wait({making}, timeout=timeout_s)
        return making.result() if making.done() else await self._changes.get(change.id)

    async def take_up(self) -> None:
        """Goes on with a change whose maker is dead, if there is one."""
        change = await self._changes.take_up()
        if change is not None:
            self._make(change)

    async def close(self) -> None:
        """Leaves what is being made to another process."""
        for one in self._making:
            one.cancel()
        await asyncio.gather(*self._making, return_exceptions=True)

    def _make(self, change: Change) -> asyncio.Task[Change]:
        making = asyncio.create_task(self._made(change))
        self._making.add(making)
        making.add_done_callback(self._making.discard)
        return making

    async def _made(self, change: Change) -> Change:
        findings: list[Finding] = []
        progress = Progress()
        try:
            async with self._renewed(change.id, progress):
                settled = await self._settled(change, findings, progress)
        except CoreError as error:
            with suppress(CoreError):  # it may be superseded: then that is what is recorded
                return await self._changes.settle(change.id, State.FAILED, findings, str(error))
            return await self._changes.get(change.id)
        except BaseException:
            with suppress(CoreError):
                await asyncio.shield(self._changes.release(change.id))
            raise
        if settled.state is State.APPLIED:
            await self._adopt()
        return settled

    async def _settled(self, change: Change, findings: list[Finding], progress: Progress) -> Change:
        """`findings` gets what is found, `progress` how far it is."""
        findings += await self._judge(change)
        if refusal := _refusal(change, findings):
            return await self._changes.settle(change.id, State.REFUSED, findings, refusal)
        await self._hold(change.after)
        embedder = change.after.serving["embedder"]
        if embedder == change.before.serving["embedder"]:
            return await self._changes.settle(change.id, State.APPLIED, findings)
        fill = self._fill(change.after)
        await fill.fill(embedder, progress)
        findings.append(progress.finding())
        progress.doing = "rehearsing: recent questions are asked of both collections"
        findings += await self._rehearse(change)
        if refusal := _refusal(change, findings):
            return await self._changes.settle(change.id, State.REFUSED, findings, refusal)
        progress.doing = "switching"
        return await fill.switch(change, progress, findings)

    @asynccontextmanager
    async def _renewed(self, id: int, progress: Progress) -> AsyncIterator[None]:
        """Ends what is within when the change is not open any more. Raises `Conflict` then."""
        making = asyncio.current_task()
        superseded: list[Conflict] = []

        async def renew() -> None:
            while True:
                await asyncio.sleep(RENEWED_S)
                try:
                    await self._changes.renew(id, str(progress))
                except Conflict as conflict:
                    superseded.append(conflict)
                    if making is not None:
                        making.cancel()
                    return
                except CoreError:
                    continue  # the database is away for a moment: settling will say so if it stays

        renewing = asyncio.create_task(renew())
        try:
            yield
        except asyncio.CancelledError:
            if not superseded or making is None or making.uncancel():
                raise
            raise superseded[0] from None
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)


def _refusal(change: Change, findings: Sequence[Finding]) -> str:
    """Why it may not be applied; empty: it may."""
    failed = [one.gate for one in findings if not one.passed]
    return f"not passed: {', '.join(failed)}" if failed and not change.wish.forced else ""
