"""Packed cases: what matching reads most, so their sealed bytes are kept in memory too."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Select, Text, any_, bindparam, delete, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from core.domain import Kind, ModelVersion, OwnerId, TenantId
from stores.sql_scope import Scope, upsert
from stores.sql_tables import cases, data_keys

MOST_BYTES = 128 * 1024 * 1024  # about 8,000 cases of 15 kB

Name = tuple[TenantId, OwnerId, ModelVersion]


@dataclass(slots=True)
class SealedCases:
    """The cases read last, as they are stored. Without a key from the database they are noise."""

    most_bytes: int = MOST_BYTES
    held: int = 0  # bytes
    kept: OrderedDict[Name, tuple[str, bytes]] = field(default_factory=OrderedDict)

    def get(self, name: Name, stamp: str) -> bytes | None:
        """The sealed case, if it is still the one of that stamp."""
        found = self.kept.get(name)
        if found is None or found[0] != stamp:
            return None
        self.kept.move_to_end(name)
        return found[1]

    def put(self, name: Name, stamp: str, sealed: bytes) -> None:
        self.drop(name)
        self.kept[name] = (stamp, sealed)
        self.held += len(sealed)
        while self.held > self.most_bytes:
            self.drop(next(iter(self.kept)))

    def drop(self, name: Name) -> None:
        self.held -= len(self.kept.pop(name, ("", b""))[1])


# `xmin` names the transaction that wrote the row. A case cached within a transaction that writes it twice is
# dropped by the second `put`.
_stamp = literal_column("cases.xmin::text", Text)
_here = (
    (cases.c.tenant == bindparam("tenant"))
    & (cases.c.owner == any_(bindparam("owners", type_=ARRAY(Text))))
    & (cases.c.embedder == bindparam("name"))
    & (cases.c.number == bindparam("number"))
)
_keys = (data_keys.c.tenant == cases.c.tenant) & (data_keys.c.owner == cases.c.owner)
_stamps = select(cases.c.owner, _stamp, data_keys.c.wrapped).join(data_keys, _keys).where(_here)
_sealed = select(cases.c.owner, _stamp, cases.c.packed).where(_here)


@dataclass(frozen=True, slots=True)
class SqlCases:
    scope: Scope
    cache: SealedCases

    async def put(self, owner: OwnerId, kind: Kind, embedder: ModelVersion, packed: bytes) -> None:
        box = await self.scope.box(owner)
        row = {
            "tenant": self.scope.tenant,
            "owner": owner,
            "embedder": embedder.name,
            "number": embedder.number,
            "kind": kind.value,
            "packed": box.seal(_column(embedder), packed),
        }
        await self.scope.connection.execute(upsert(cases, row))
        self.cache.drop((self.scope.tenant, owner, embedder))

    async def drop(self, owner: OwnerId) -> None:
        await self.scope.connection.execute(
            delete(cases).where(cases.c.tenant == self.scope.tenant, cases.c.owner == owner)
        )

    async def get(
        self, owners: Sequence[OwnerId], embedder: ModelVersion, *, remember: bool = True
    ) -> dict[OwnerId, bytes]:
        """Those that are there: an owner without a case of this embedder, or without a key, is left out."""
        stamps = await self._ask(_stamps.where(data_keys.c.wrapped.is_not(None)), owners, embedder)
        sealed: dict[OwnerId, bytes] = {}
        for owner, stamp, _ in stamps:
            if (kept := self.cache.get(self._name(owner, embedder), stamp)) is not None:
                sealed[owner] = kept
        missing = [owner for owner, _, _ in stamps if owner not in sealed]
        for owner, stamp, packed in await self._ask(_sealed, missing, embedder) if missing else ():
            if remember:
                self.cache.put(self._name(owner, embedder), stamp, packed)
            sealed[owner] = packed
        return {
            owner: self.scope.box_of(owner, wrapped).open(_column(embedder), sealed[owner])
            for owner, _, wrapped in stamps
            if owner in sealed
        }

    async def _ask(
        self, question: Select[tuple[str, str, bytes]], owners: Sequence[OwnerId], embedder: ModelVersion
    ) -> list[tuple[OwnerId, str, bytes]]:
        values = {"tenant": self.scope.tenant, "owners": list(owners), "name": embedder.name, "number": embedder.number}
        rows = await self.scope.connection.execute(question, values)
        return cast("list[tuple[OwnerId, str, bytes]]", rows.all())

    def _name(self, owner: OwnerId, embedder: ModelVersion) -> Name:
        return (self.scope.tenant, owner, embedder)


def _column(embedder: ModelVersion) -> str:
    return f"case {embedder}"
