"""What serves, and how that came: the history of changes. The newest applied change is the truth.

Every process looks here (`serve.following`), so all agree within one poll. At most one change is open: a unique index
sees to it, whoever asks and from wherever.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.domain import ModelVersion
from core.errors import Conflict, NotFound
from core.plans import Change, Finding, Plan, State, Wish, after
from core.promoting import LEASE_S
from core.tallies import Tally
from stores.sql import translated
from stores.sql_tables import changes, tallies

LOCK = 4_715_306_020  # changes are made one after another
LEASE = timedelta(seconds=LEASE_S)
OPEN = changes.c.state == State.PREPARING.value
APPLIED = changes.c.state == State.APPLIED.value
NOTHING = Plan({})
MOST_TAKEN = 3


class SqlChanges:
    """Fulfils `core.promoting.Changes`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def newest(self) -> Plan | None:
        async with self.connected() as connection:
            return await _newest(connection)

    async def known(self) -> frozenset[ModelVersion]:
        """Every version that ever served or was on trial."""
        async with self.connected() as connection:
            rows = await connection.execute(select(changes.c.after).where(APPLIED).distinct())
            plans = [_plan(row.after) for row in rows]
        return frozenset(version for plan in plans for version in plan.tried.values()) | {
            version for plan in plans for version in plan.serving.values()
        }

    async def install(self, wish: Wish) -> Plan:
        pins = {version.name: str(version) for version in wish.versions}
        async with self.locked() as connection:
            plan = await _newest(connection)
            installed = await connection.scalar(
                select(changes.c.pins).where(changes.c.pins.is_not(None)).order_by(changes.c.id.desc()).limit(1)
            )
            if plan is not None and pins == installed:
                return plan
            changed = [one for one in wish.versions if (installed or {}).get(one.name) != str(one)]
            unfilled = [one for one in changed if plan is not None and one.name == "embedder"]
            said = f"{unfilled[0]} needs its collection filled: promote it" if unfilled else ""
            await _abandon(connection, "the configuration was changed")
            wish = replace(wish, versions=tuple(one for one in changed if one not in unfilled))
            return (await _enter(connection, plan or NOTHING, wish, State.APPLIED, pins, said)).after

    async def begin(self, wish: Wish) -> Change:
        async with self.locked() as connection:
            await _abandon(connection, "whoever made it stopped before it was done", changes.c.leased_until < _now())
            open_one = await connection.scalar(select(changes.c.id).where(OPEN))
            if open_one is not None:
                raise Conflict(f"change {open_one} is being made: wait for it, or roll back, which abandons it")
            return await _enter(connection, await self._plan(connection), wish, State.PREPARING)

    async def apply(self, wish: Wish) -> Change:
        async with self.locked() as connection:
            await _abandon(connection, f"somebody chose to {wish.action.value} meanwhile")
            return await _enter(connection, await self._plan(connection), wish, State.APPLIED)

    async def renew(self, id: int, said: str = "") -> None:
        async with self.connected() as connection:
            told = {"said": said} if said else {}
            done = await connection.execute(
                update(changes).where(OPEN, changes.c.id == id).values(leased_until=_now() + LEASE, **told)
            )
        if not done.rowcount:
            raise Conflict(f"change {id} is not open any more")

    async def take_up(self) -> Change | None:
        async with self.connected() as connection:
            lapsed = changes.c.leased_until < _now()
            await _abandon(connection, "whoever made it died, again and again", lapsed, changes.c.taken >= MOST_TAKEN)
            taken = update(changes).where(OPEN, lapsed).values(leased_until=_now() + LEASE, taken=changes.c.taken + 1)
            row = (await connection.execute(taken.returning(*changes.c))).one_or_none()
        return None if row is None else _change(row)

    async def release(self, id: int) -> None:
        gone = {"leased_until": _now() - LEASE, "taken": changes.c.taken - 1}  # nobody died
        async with self.connected() as connection:
            await connection.execute(update(changes).where(OPEN, changes.c.id == id).values(**gone))

    async def settle(self, id: int, state: State, findings: Sequence[Finding] = (), said: str = "") -> Change:
        async with self.locked() as connection:
            return await settle(connection, id, state, findings, said)

    async def get(self, id: int) -> Change:
        found = await self._found(select(changes).where(changes.c.id == id))
        if not found:
            raise NotFound(f"no change {id}")
        return found[0]

    async def history(self, limit: int) -> list[Change]:
        return await self._found(select(changes).order_by(changes.c.id.desc()).limit(limit))

    async def put_tally(self, revision: int, process: str, tally: Tally) -> None:
        row = insert(tallies).values(revision=revision, process=process, tally=_plain(tally))
        async with self.connected() as connection:
            await connection.execute(
                row.on_conflict_do_update(index_elements=["revision", "process"], set_={"tally": row.excluded.tally})
            )

    async def tally(self, revision: int) -> Tally:
        async with self.connected() as connection:
            rows = await connection.execute(select(tallies.c.tally).where(tallies.c.revision == revision))
            return Tally.sum(msgspec.convert(row.tally, Tally) for row in rows)

    async def _plan(self, connection: AsyncConnection) -> Plan:
        plan = await _newest(connection)
        if plan is None:
            raise Conflict("nothing serves yet")
        return plan

    async def _found(self, query: Select[Any]) -> list[Change]:
        async with self.connected() as connection:
            return [_change(row) for row in await connection.execute(query)]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees the changes, and which tenants there are."""
        with translated():
            async with self._engine.begin() as connection:
                await connection.execute(text("SELECT set_config('matchgraph.plans', 'on', true)"))
                yield connection

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[AsyncConnection]:
        """In which nobody else makes a change."""
        async with self.connected() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection


async def settle(
    connection: AsyncConnection, id: int, state: State, findings: Sequence[Finding] = (), said: str = ""
) -> Change:
    settled = {"state": state.value, "settled_at": _now(), "said": said, "findings": _plain(findings)}
    ending = update(changes).where(OPEN, changes.c.id == id).values(**settled)
    row = (await connection.execute(ending.returning(*changes.c))).one_or_none()
    if row is None:
        raise Conflict(f"change {id} is not open any more")
    return _change(row)


async def _newest(connection: AsyncConnection) -> Plan | None:
    query = select(changes.c.id, changes.c.after).where(APPLIED).order_by(changes.c.id.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else replace(_plan(row.after), revision=row.id)


async def _enter(
    connection: AsyncConnection,
    before: Plan,
    wish: Wish,
    state: State,
    pins: dict[str, str] | None = None,
    said: str = "",
) -> Change:
    times = {"leased_until": _now() + LEASE} if state is State.PREPARING else {"settled_at": _now()}
    entered = insert(changes).values(
        state=state.value,
        wish=_plain(wish),
        before=_plain(before),
        after=_plain(after(before, wish)),
        pins=pins,
        said=said,
        **times,
    )
    return _change((await connection.execute(entered.returning(*changes.c))).one())


async def _abandon(connection: AsyncConnection, why: str, *which: ColumnElement[bool]) -> None:
    ended = {"state": State.ABANDONED.value, "settled_at": _now(), "said": why}
    await connection.execute(update(changes).where(OPEN, *which).values(**ended))


def _now() -> ColumnElement[Any]:
    return func.clock_timestamp()


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


def _plan(stored: Any) -> Plan:
    return msgspec.convert(stored, Plan)


def _change(row: Row[Any]) -> Change:
    return Change(
        id=row.id,
        wish=msgspec.convert(row.wish, Wish),
        state=State(row.state),
        before=_plan(row.before),
        after=replace(_plan(row.after), revision=row.id),
        created_at=row.created_at,
        settled_at=row.settled_at,
        findings=msgspec.convert(row.findings, tuple[Finding, ...]),
        said=row.said,
    )
