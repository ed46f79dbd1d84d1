"""What a tenant's documents lack of an embedder, and the passages from which it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, exists, func, select, text

from core.domain import DocumentId, Kind, ModelVersion, OwnerId, Passages
from core.packing import pack, unpack
from core.ports import Kept, Owed
from stores.sql_scope import Scope, upsert
from stores.sql_tables import candidates, cases, data_keys, jobs, passages

LOCK = 4_715_306_021  # shared by whoever writes a document, alone for whoever wants to know that nobody does
COLUMN = "passages"
OWNERS: dict[Kind, Table] = {Kind.CANDIDATE: candidates, Kind.JOB: jobs}


@dataclass(frozen=True, slots=True)
class SqlPassages:
    scope: Scope

    async def put(self, owner: OwnerId, kept: Kept) -> None:
        box = await self.scope.box(owner)
        row = {
            "tenant": self.scope.tenant,
            "owner": owner,
            "document": kept.document,
            "packed": box.seal(COLUMN, pack(kept.passages)),
        }
        await self.scope.connection.execute(upsert(passages, row))

    async def get(self, owners: Sequence[OwnerId]) -> dict[OwnerId, Kept]:
        """Those that are there: documents read before passages were kept have none."""
        keys = (data_keys.c.tenant == passages.c.tenant) & (data_keys.c.owner == passages.c.owner)
        rows = await self.scope.connection.execute(
            select(passages, data_keys.c.wrapped)
            .join(data_keys, keys)
            .where(passages.c.tenant == self.scope.tenant, passages.c.owner.in_(owners))
            .where(data_keys.c.wrapped.is_not(None))
        )
        found: dict[OwnerId, Kept] = {}
        for row in rows:
            owner = cast("OwnerId", row.owner)
            packed = self.scope.box_of(owner, row.wrapped).open(COLUMN, row.packed)
            found[owner] = Kept(DocumentId(row.document), unpack(packed, Passages))
        return found


@dataclass(frozen=True, slots=True)
class SqlFillRows:
    scope: Scope

    async def wanted(self) -> frozenset[ModelVersion]:
        await self.scope.connection.execute(select(func.pg_advisory_xact_lock_shared(LOCK)))
        # In a query of its own: it sees what was committed while the lock was waited for.
        rows = await self.scope.connection.execute(text("SELECT name, number FROM embedders_wanted()"))
        return frozenset(ModelVersion(row.name, row.number) for row in rows)

    async def missing(self, kind: Kind, embedder: ModelVersion, limit: int, after: OwnerId | None = None) -> list[Owed]:
        owners = OWNERS[kind]
        query = missing(kind, embedder).where(owners.c.tenant == self.scope.tenant)
        if after is not None:
            query = query.where(owners.c.id > after)
        rows = await self.scope.connection.execute(query.order_by(owners.c.id).limit(limit))
        return [self._owed(kind, row) for row in rows]

    async def owes(self, kind: Kind, embedder: ModelVersion, owner: OwnerId) -> Owed | None:
        owners = OWNERS[kind]
        query = missing(kind, embedder).where(owners.c.tenant == self.scope.tenant, owners.c.id == owner)
        found = (await self.scope.connection.execute(query)).one_or_none()
        return None if found is None else self._owed(kind, found)

    async def hold(self, kind: Kind, owners: Sequence[OwnerId]) -> dict[OwnerId, DocumentId]:
        """Keys before rows, as whoever takes in or forgets one locks them."""
        table = OWNERS[kind]
        keys = await self.scope.connection.scalars(
            select(data_keys.c.owner)
            .where(data_keys.c.tenant == self.scope.tenant, data_keys.c.owner.in_(owners))
            .where(data_keys.c.wrapped.is_not(None))
            .order_by(data_keys.c.owner)
            .with_for_update(read=True)
        )
        rows = await self.scope.connection.execute(
            select(table.c.id, table.c.document)
            .where(table.c.tenant == self.scope.tenant, table.c.id.in_(keys.all()), table.c.document.is_not(None))
            .order_by(table.c.id)
            .with_for_update(read=True)
        )
        return {cast("OwnerId", row.id): DocumentId(row.document) for row in rows}

    def _owed(self, kind: Kind, row: Any) -> Owed:
        return Owed(self.scope.tenant, kind, cast("OwnerId", row.id), DocumentId(row.document))


def indexed(kind: Kind) -> Select[Any]:
    """Owners who have an indexed document, of the tenants that the transaction sees."""
    owners = OWNERS[kind]
    keys = (data_keys.c.tenant == owners.c.tenant) & (data_keys.c.owner == owners.c.id)
    return (
        select(owners.c.id, owners.c.document)
        .join(data_keys, keys)
        .where(owners.c.document.is_not(None), data_keys.c.wrapped.is_not(None))
    )


def missing(kind: Kind, embedder: ModelVersion) -> Select[Any]:
    """Those of `indexed` without a case. What has one has it of its newest document: see `CaseRows.drop`."""
    owners = OWNERS[kind]
    made: ColumnElement[bool] = exists().where(
        cases.c.tenant == owners.c.tenant,
        cases.c.owner == owners.c.id,
        cases.c.embedder == embedder.name,
        cases.c.number == embedder.number,
    )
    return indexed(kind).where(~made)
