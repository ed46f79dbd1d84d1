"""Laws of API keys: whoever holds one is its tenant, and the database alone is no use to a thief."""

from __future__ import annotations

import re

import psycopg
import pytest

from core.domain import TenantId
from core.errors import Conflict, NotFound, Unauthorised
from stores.access import SqlAccess
from stores.postgres import Database, conninfo
from stores.sql import open_engine
from tests import make


async def test_a_key_names_its_tenant(access: SqlAccess, acme: TenantId, globex: TenantId) -> None:
    keys = {await access.add_key(tenant, "test"): tenant for tenant in (acme, globex, acme)}

    assert {key: await access.tenant_of(key) for key in keys} == keys
    assert all(re.fullmatch(r"mg_[0-9a-f]{8}_[0-9a-f]{64}", key) for key in keys)


@pytest.mark.parametrize(
    "spoil", [lambda key: "", lambda key: key[:-1], lambda key: key + "0", lambda key: key.upper()]
)
async def test_anything_else_is_refused(access: SqlAccess, acme: TenantId, spoil: object) -> None:
    key = await access.add_key(acme, "test")

    with pytest.raises(Unauthorised):
        await access.tenant_of(spoil(key))  # type: ignore[operator]


async def test_the_secret_is_not_stored(access: SqlAccess, acme: TenantId, database: Database) -> None:
    key = await access.add_key(acme, "test")
    secret = key.rsplit("_", 1)[1]

    with psycopg.connect(conninfo(database.url)) as connection:
        connection.execute("SELECT set_config('matchgraph.tenant', %s, true)", (acme,))
        stored = connection.execute("SELECT api_keys::text FROM api_keys").fetchall()

    assert len(stored) == 1
    assert secret not in str(stored)
    with pytest.raises(Unauthorised):
        await access.tenant_of(str(stored[0][0]).strip("(").split(",")[0])


async def test_an_unknown_tenant_gets_no_key(access: SqlAccess) -> None:
    with pytest.raises(NotFound):
        await access.add_key(make.ACME, "test")


async def test_a_name_is_given_once(access: SqlAccess) -> None:
    name = make.name("Initech")
    await access.add_tenant(name)

    with pytest.raises(Conflict, match="another tenant has this name"):
        await access.add_tenant(name)


async def test_only_the_owner_of_the_tables_can_list_tenants(
    access: SqlAccess, acme: TenantId, database: Database
) -> None:
    async with open_engine(database.owner_url) as engine:
        listed = await SqlAccess(engine, access.keyring).tenants()

    assert acme in {tenant.id for tenant in listed}
    assert await access.tenants() == []
