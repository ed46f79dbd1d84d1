"""Data keys, wrapped with the master key."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from core.domain import OwnerId
from core.errors import Conflict
from core.ports import DataKey
from stores.sql_scope import Scope
from stores.sql_tables import data_keys


@dataclass(frozen=True, slots=True)
class SqlKeys:
    """A destroyed key leaves a row without bytes; the owner may be given a new key, which opens nothing old."""

    scope: Scope

    async def put(self, owner: OwnerId, key: DataKey) -> None:
        statement = insert(data_keys).values(tenant=self.scope.tenant, owner=owner, wrapped=key.wrapped)
        put = await self.scope.connection.scalar(
            statement.on_conflict_do_update(
                index_elements=["tenant", "owner"],
                set_={"wrapped": key.wrapped, "created_at": func.now(), "destroyed_at": None},
                where=data_keys.c.wrapped.is_(None),
            ).returning(data_keys.c.owner)
        )
        if put is None:
            raise Conflict(f"{owner} has a data key already")

    async def get(self, owner: OwnerId) -> DataKey:
        return self.scope.keyring.unwrap(await self.scope.wrapped(owner), owner)

    async def destroy(self, owner: OwnerId) -> bool:
        done = await self.scope.connection.execute(
            update(data_keys)
            .where(data_keys.c.tenant == self.scope.tenant, data_keys.c.owner == owner)
            .where(data_keys.c.wrapped.is_not(None))
            .values(wrapped=None, destroyed_at=func.now())
        )
        return done.rowcount > 0
