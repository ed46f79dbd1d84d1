"""One service for the session: the real composition without Ray, on embedded stores, fed with samples once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.settings import Settings
from serve.app import local
from stores.access import SqlAccess
from stores.keys import open_keyring
from stores.postgres import Server
from stores.sql import open_engine
from tests.api.service import SCANS, Service, everything, sample, settled
from tests.conftest import TEMPLATE
from tests.serving import register_models

CVS = (1, 2, 4, 6, 8, 9, 10, 11, 12, 16, 21, 22, 23, 24, 28, 31, 35, 41, 42, 46, 49, 51, 53, 59, 64, 82)
JOBS = (1, 2, 3, 4, 8, 9)


@dataclass(frozen=True)
class Fed:
    """A tenant with samples: read by many tests, changed by none."""

    http: httpx.AsyncClient
    candidates: list[dict[str, Any]]
    jobs: list[dict[str, Any]]

    def job(self, beginning: str) -> str:
        return next(one["id"] for one in self.jobs if one["reference"].startswith(beginning))

    def candidate(self, beginning: str) -> str:
        return next(one["id"] for one in self.candidates if one["reference"].startswith(beginning))


@pytest.fixture(scope="session")
def settings(postgres: Server) -> Iterator[Settings]:
    """Replicas read theirs from the environment, so it says the same while they are made."""
    var = Path(tempfile.mkdtemp(prefix="matchgraph-api-", dir="/var/tmp"))
    database = postgres.create("api", template=TEMPLATE)
    try:
        yield Settings(var=var, database_url=database.url, owner_database_url=database.owner_url)
    finally:
        shutil.rmtree(var)


@pytest.fixture(scope="session")
async def service(settings: Settings, parser_folder: Path) -> AsyncIterator[Service]:
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("MATCHGRAPH_")]:
            environment.delenv(name)
        environment.setenv("MATCHGRAPH_VAR", str(settings.var))
        pins = register_models(settings, parser_folder, settings.var / "build")
        opening = local(settings, pins)
        app = await opening.__aenter__()
    try:
        async with open_engine(settings.database_url) as engine:
            yield (opened := Service(settings, app, SqlAccess(engine, open_keyring(settings))))
            for client in opened.clients:
                await client.aclose()
    finally:
        await opening.__aexit__(None, None, None)


@pytest.fixture
async def http(service: Service) -> httpx.AsyncClient:
    """A client of a tenant that only this test has."""
    return await service.tenant()


@pytest.fixture(scope="session")
async def fed(service: Service) -> Fed:
    client = await service.tenant()
    for kind, folder, numbers in (("candidate", "cvs", CVS), ("job", "jobs", JOBS)):
        files = [sample(f"{folder}/{number:02d}-") for number in numbers]
        assert not any(file.name.startswith(SCANS) for file in files)
        answer = await client.post(
            "/v1/imports",
            data={"kind": kind, "references": [file.name for file in files]},
            files=[("files", (file.name, file.read_bytes())) for file in files],
        )
        assert answer.status_code == 202, answer.text
        batch = await settled(client, answer.json()["id"])
        assert {item["state"] for item in batch["items"]} == {"indexed"}
    return Fed(client, await everything(client, "candidates"), await everything(client, "jobs"))
