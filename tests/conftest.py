"""One embedded Postgres for the whole session; a fresh, migrated database for every test module."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest

from core.domain import TenantId
from pipelines.build_parser import ROOT, build_parser, sample_texts
from stores.access import SqlAccess
from stores.keys import MasterKeyring
from stores.postgres import Database, Server, conninfo, embedded
from stores.sql import Sql, open_engine
from stores.sql_migrate import migrate_database
from tests import make

TEMPLATE = "template_of_tests"

# The same examples every time, however slow the machine: a submission must not fail by luck. To look for new ones:
# HYPOTHESIS_PROFILE=default.
hypothesis.settings.register_profile("matchgraph", deadline=None, derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "matchgraph"))

# Ray reads these when it is imported, which happens after this file.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Not below pytest's own folder: under root the server's user could not enter that."""
    folder = Path(tempfile.mkdtemp(prefix="matchgraph-tests-", dir="/var/tmp"))
    try:
        with embedded(folder) as server:
            migrate_database(server.create(TEMPLATE))
            yield server
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def database(postgres: Server, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh database with all tables; as the application sees it, and as the owner of its tables."""
    name = request.module.__name__.replace(".", "_")[-50:]
    yield postgres.create(name, template=TEMPLATE)
    with psycopg.connect(conninfo(postgres.url("postgres", "postgres")), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def parser_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A parser made once of our own taxonomy and samples, a hundred files."""
    folder = tmp_path_factory.mktemp("parser")
    build_parser(ROOT / "taxonomy", list(sample_texts(ROOT / "samples")), folder)
    return folder


@pytest.fixture(scope="session")
def keyring() -> MasterKeyring:
    return MasterKeyring(make.data_key())


@pytest.fixture(scope="module")
async def sql(database: Database, keyring: MasterKeyring) -> AsyncIterator[Sql]:
    async with open_engine(database.url) as engine:
        yield Sql(engine, keyring)


@pytest.fixture(scope="module")
def access(sql: Sql) -> SqlAccess:
    return SqlAccess(sql.engine, sql.keyring)


@pytest.fixture(scope="module")
async def owner_access(database: Database, keyring: MasterKeyring) -> AsyncIterator[SqlAccess]:
    """As the owner of the tables, who makes operators' keys."""
    async with open_engine(database.owner_url) as engine:
        yield SqlAccess(engine, keyring)


@pytest.fixture
async def acme(access: SqlAccess) -> TenantId:
    """A tenant that only this test has."""
    return await access.add_tenant(make.name("Acme"))


@pytest.fixture
async def globex(access: SqlAccess) -> TenantId:
    """Another tenant that only this test has."""
    return await access.add_tenant(make.name("Globex"))
