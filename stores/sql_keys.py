"""Data keys, wrapped, and the packed cases that they seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Text, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from core.domain import Kind, ModelVersion, OwnerId
from core.errors import Conflict
from core.ports import DataKey
from stores.sql_scope import Scope, upsert
from stores.sql_tables import cases, data_keys


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


_cases = (
    select(cases.c.owner, cases.c.packed, data_keys.c.wrapped)
    .join(data_keys, (data_keys.c.tenant == cases.c.tenant) & (data_keys.c.owner == cases.c.owner))
    .where(
        cases.c.tenant == bindparam("tenant"),
        cases.c.owner == any_(bindparam("owners", type_=ARRAY(Text))),
        cases.c.embedder == bindparam("name"),
        cases.c.number == bindparam("number"),
        data_keys.c.wrapped.is_not(None),
    )
)


@dataclass(frozen=True, slots=True)
class SqlCases:
    scope: Scope

    async def put(self, owner: OwnerId, kind: Kind, embedder: ModelVersion, packed: bytes) -> None:
        box = await self.scope.box(owner)
        await self.scope.connection.execute(
            upsert(
                cases,
                {
                    "tenant": self.scope.tenant,
                    "owner": owner,
                    "embedder": embedder.name,
                    "number": embedder.number,
                    "kind": kind.value,
                    "packed": box.seal(f"case {embedder}", packed),
                },
            )
        )

    async def get(self, owners: Sequence[OwnerId], embedder: ModelVersion) -> dict[OwnerId, bytes]:
        """Those that are there: an owner without a case of this embedder, or without a key, is left out."""
        rows = await self.scope.connection.execute(
            _cases,
            {
                "tenant": self.scope.tenant,
                "owners": list(owners),
                "name": embedder.name,
                "number": embedder.number,
            },
        )
        column = f"case {embedder}"
        return {owner: self.scope.box_of(owner, wrapped).open(column, packed) for owner, packed, wrapped in rows}
