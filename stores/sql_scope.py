"""What the repositories of one transaction share: the connection, the tenant, and how columns are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain import OwnerId, TenantId
from core.errors import NotFound
from core.ports import DataKey, Keyring
from stores.keys import seal, unseal
from stores.sql_tables import data_keys


@dataclass(frozen=True, slots=True)
class Box:
    """Seals and opens the columns of one owner; a value opens only where it was put."""

    key: DataKey
    words: str  # tenant and owner

    def seal(self, column: str, plain: bytes) -> bytes:
        return seal(self.key, plain, f"{self.words}|{column}")

    def open(self, column: str, sealed: bytes) -> bytes:
        return unseal(self.key, sealed, f"{self.words}|{column}")


@dataclass(frozen=True, slots=True)
class Scope:
    """One tenant's transaction. What belongs to no candidate or job is sealed with the tenant's own key."""

    connection: AsyncConnection
    tenant: TenantId
    keyring: Keyring

    @property
    def itself(self) -> OwnerId:
        """The tenant as the owner of a data key."""
        return cast("OwnerId", self.tenant)

    async def wrapped(self, owner: OwnerId) -> bytes:
        """The stored data key. Whoever destroys it waits for this transaction, so nothing is sealed too late."""
        found = await self.connection.scalar(
            select(data_keys.c.wrapped)
            .where(data_keys.c.tenant == self.tenant, data_keys.c.owner == owner)
            .with_for_update(read=True)
        )
        if found is None:
            raise NotFound(f"no data key of {owner}: it was never taken in, or it was forgotten")
        return bytes(found)

    async def box(self, owner: OwnerId) -> Box:
        return self.box_of(owner, await self.wrapped(owner))

    def box_of(self, owner: OwnerId, wrapped: bytes) -> Box:
        return Box(self.keyring.unwrap(wrapped, owner), f"{self.tenant}|{owner}")


def upsert(table: Table, values: Mapping[str, Any]) -> Insert:
    """Inserts the row, or replaces the one with its primary key."""
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values(**values)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in values if name not in keys}
    )
