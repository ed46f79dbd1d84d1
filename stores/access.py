"""Tenants and their API keys. A key is looked up by its SHA-256, so the lookup's time says nothing about it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import cast

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.domain import OwnerId, TenantId, new_id
from core.errors import NotFound, Unauthorised
from core.ports import OPERATOR, Keyring
from stores.sql import translated
from stores.sql_tables import api_keys, data_keys, operator_keys, tenants


@dataclass(frozen=True, slots=True)
class Tenant:
    id: TenantId
    name: str


class SqlAccess:
    """Works outside any tenant: row-level security shows a key's row only to whoever presents that key."""

    def __init__(self, engine: AsyncEngine, keyring: Keyring) -> None:
        self.engine = engine
        self.keyring = keyring

    async def tenant_of(self, key: str) -> TenantId:
        digest = _sha256(key)
        with translated():
            async with self.engine.begin() as connection:
                await _set(connection, "matchgraph.key_sha256", digest)
                found = await connection.scalar(select(api_keys.c.tenant).where(api_keys.c.sha256 == digest))
        if found is None:
            raise Unauthorised("the API key is not valid")
        return TenantId(found)

    async def add_tenant(self, name: str) -> TenantId:
        """With a data key of its own, which seals what belongs to no candidate or job."""
        tenant = TenantId(new_id("tnt"))
        key = self.keyring.new(cast("OwnerId", tenant))
        with translated():
            async with self.engine.begin() as connection:
                await _set(connection, "matchgraph.tenant", tenant)
                await connection.execute(insert(tenants).values(id=tenant, name=name, created_at=func.now()))
                await connection.execute(
                    insert(data_keys).values(tenant=tenant, owner=tenant, wrapped=key.wrapped, created_at=func.now())
                )
        return tenant

    async def add_key(self, tenant: TenantId, label: str) -> str:
        prefix = secrets.token_hex(4)
        key = f"mg_{prefix}_{secrets.token_hex(32)}"
        with translated():
            async with self.engine.begin() as connection:
                await _set(connection, "matchgraph.tenant", tenant)
                if await connection.scalar(select(tenants.c.id).where(tenants.c.id == tenant)) is None:
                    raise NotFound(f"no tenant {tenant}")
                await connection.execute(
                    insert(api_keys).values(
                        sha256=_sha256(key), tenant=tenant, prefix=prefix, label=label, created_at=func.now()
                    )
                )
        return key

    async def operator_of(self, key: str) -> str:
        digest = _sha256(key)
        with translated():
            async with self.engine.begin() as connection:
                await _set(connection, "matchgraph.key_sha256", digest)
                found = await connection.scalar(select(operator_keys.c.label).where(operator_keys.c.sha256 == digest))
        if found is None:
            raise Unauthorised("the API key is not valid")
        return str(found)

    async def add_operator(self, label: str) -> str:
        """A key for somebody who may change what serves; only the owner of the tables makes one."""
        prefix = secrets.token_hex(4)
        key = f"{OPERATOR}{prefix}_{secrets.token_hex(32)}"
        with translated():
            async with self.engine.begin() as connection:
                await connection.execute(
                    insert(operator_keys).values(sha256=_sha256(key), prefix=prefix, label=label, created_at=func.now())
                )
        return key

    async def withdraw_operator(self, label: str) -> None:
        with translated():
            async with self.engine.begin() as connection:
                done = await connection.execute(delete(operator_keys).where(operator_keys.c.label == label))
        if not done.rowcount:
            raise NotFound(f"no operator {label!r}")

    async def operators(self) -> list[str]:
        """Their names, for the owner of the tables."""
        with translated():
            async with self.engine.begin() as connection:
                rows = await connection.execute(select(operator_keys.c.label).order_by(operator_keys.c.created_at))
        return [row.label for row in rows]

    async def tenants(self) -> list[Tenant]:
        """All of them for the owner of the tables, none for the application."""
        with translated():
            async with self.engine.begin() as connection:
                rows = await connection.execute(select(tenants.c.id, tenants.c.name).order_by(tenants.c.id))
        return [Tenant(TenantId(row.id), row.name) for row in rows]


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def _set(connection: AsyncConnection, name: str, value: str) -> None:
    """For this transaction only."""
    await connection.execute(select(func.set_config(name, value, True)))  # noqa: FBT003
