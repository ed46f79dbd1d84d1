"""The one place of construction: what the settings name is opened, migrated and closed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import Settings
from stores import open_stores
from stores.postgres import Server
from tests import make


def settings_of(postgres: Server, var: Path, **changed: str) -> Settings:
    """Embedded, in the folder of the session's server: joined, not started again."""
    named = {
        "database_url": f"embedded:{postgres.socket.parent}",
        "vectors_url": "memory:",
        "blobs_url": f"file:{var / 'blobs'}",
    }
    return Settings(var=var, **(named | changed))  # type: ignore[arg-type]


async def test_what_one_opening_kept_the_next_one_finds(postgres: Server, tmp_path: Path) -> None:
    settings = settings_of(postgres, tmp_path)
    ada = make.candidate()
    async with open_stores(settings) as stores:
        tenant = await stores.access.add_tenant(make.name("Acme"))
        key = stores.keyring.new(ada.id)
        address = await stores.blobs.put(tenant, ada.id, b"a CV", key)
        async with stores.sql.transaction(tenant) as rows:
            await rows.keys.put(ada.id, key)
            await rows.candidates.put(ada)
            await rows.defer("index", ada.id, tenant=tenant)

    async with open_stores(settings) as stores:
        async with stores.sql.transaction(tenant) as rows:
            found = await rows.candidates.get(ada.id)
            key = await rows.keys.get(ada.id)

        assert found == ada
        assert await stores.blobs.get(address, key) == b"a CV"
        assert (await stores.queue.backlog())["waiting"] == 1


@pytest.mark.parametrize("knob", ["database_url", "vectors_url", "blobs_url"])
async def test_an_unknown_scheme_names_the_variable(postgres: Server, tmp_path: Path, knob: str) -> None:
    settings = settings_of(postgres, tmp_path, **{knob: "carrier-pigeon:coop"})

    with pytest.raises(ValueError, match=f"^MATCHGRAPH_{knob.upper()}: 'carrier-pigeon"):
        async with open_stores(settings):
            pass
