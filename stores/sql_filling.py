"""What collections lack, over all tenants, each looked at as itself: no rule that keeps tenants apart is lifted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain import Kind, ModelVersion, OwnerId, TenantId
from core.plans import Change, Finding, State
from core.progress import Owing
from stores.sql_changes import SqlChanges, settle
from stores.sql_fill_rows import LOCK, OWNERS, indexed, missing
from stores.sql_tables import tenants


class SqlFilling:
    """Fulfils `core.filling.Filling`."""

    def __init__(self, changes: SqlChanges) -> None:
        self._changes = changes

    async def tenants(self) -> list[TenantId]:
        async with self._changes.connected() as connection:
            return await _tenants(connection)

    async def owing(self, embedder: ModelVersion) -> Owing:
        async with self._changes.connected() as connection:
            total = lacking = 0
            async for tenant in _each(connection):
                for kind in Kind:
                    of_tenant = OWNERS[kind].c.tenant == tenant
                    for_all = indexed(kind).where(of_tenant).subquery()
                    for_some = missing(kind, embedder).where(of_tenant).subquery()
                    total += await connection.scalar(select(func.count()).select_from(for_all)) or 0
                    lacking += await connection.scalar(select(func.count()).select_from(for_some)) or 0
        return Owing(total, lacking)

    async def wait(self) -> None:
        async with self._changes.connected() as connection:
            await _alone(connection)

    async def settle(
        self, change: int, embedder: ModelVersion, but: frozenset[tuple[TenantId, OwnerId]], findings: Sequence[Finding]
    ) -> Change | None:
        async with self._changes.locked() as connection:
            await _alone(connection)
            async for tenant in _each(connection):
                spared = [owner for of, owner in but if of == tenant]
                for kind in Kind:
                    owners = OWNERS[kind]
                    query = missing(kind, embedder).where(owners.c.tenant == tenant, owners.c.id.not_in(spared))
                    if (await connection.execute(query.limit(1))).first() is not None:
                        return None
            return await settle(connection, change, State.APPLIED, findings)


async def _alone(connection: AsyncConnection) -> None:
    """Until the transaction ends nobody writes a document: see `SqlFillRows.wanted`."""
    await connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


async def _tenants(connection: AsyncConnection) -> list[TenantId]:
    rows = await connection.scalars(select(tenants.c.id).order_by(tenants.c.id))
    return [TenantId(id) for id in rows]


async def _each(connection: AsyncConnection) -> AsyncIterator[TenantId]:
    """Every tenant in turn, and the transaction sees that one's rows meanwhile."""
    for tenant in await _tenants(connection):
        await connection.execute(select(func.set_config("matchgraph.tenant", tenant, True)))  # noqa: FBT003
        yield tenant
