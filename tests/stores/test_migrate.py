"""Laws of the migrations: from nothing to this version, once, however many start at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from core.errors import StoreError
from stores.postgres import Database, Server, conninfo
from stores.sql import open_engine
from stores.sql_migrate import check, migrate_database
from stores.sql_tables import metadata
from tests import make

NOT_OURS = ("procrastinate_", "queue_changes", "alembic_version")


def test_processes_that_start_together_migrate_an_empty_database_once(postgres: Server) -> None:
    database = postgres.create(make.name("empty"))

    with ThreadPoolExecutor(4) as pool:
        revisions = set(pool.map(lambda _: migrate_database(database), range(4)))

    assert len(revisions) == 1
    with psycopg.connect(conninfo(database.url)) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_migrating_again_changes_nothing(database: Database) -> None:
    def schema() -> list[tuple[object, ...]]:
        with psycopg.connect(conninfo(database.owner_url)) as connection:
            return connection.execute(
                "SELECT table_name, column_name, data_type FROM information_schema.columns "
                "WHERE table_schema = 'public' ORDER BY 1, 2"
            ).fetchall()

    before = schema()
    migrate_database(database)

    assert schema() == before


def test_queries_know_the_tables_as_the_migrations_made_them(database: Database) -> None:
    engine = create_engine(database.owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, *_: not (name or "").startswith(NOT_OURS)}
        )
        differences = compare_metadata(context, metadata)

    assert [change for change in differences if change[0] in _OF_COLUMNS] == []


# Indexes, uniques and foreign keys are the migrations' own business: queries do not name them.
_OF_COLUMNS = {"add_table", "remove_table", "add_column", "remove_column"}


async def test_a_database_that_was_never_migrated_is_refused(postgres: Server) -> None:
    empty = postgres.create(make.name("empty"))

    async with open_engine(empty.url) as engine:
        with pytest.raises(StoreError, match=r"is at revision None: run `python -m pipelines.migrate` first"):
            await check(engine)


async def test_a_role_that_bypasses_row_security_is_refused(postgres: Server, database: Database) -> None:
    name = make_url(database.url).database or ""

    async with open_engine(postgres.url("postgres", name)) as engine:
        with pytest.raises(StoreError, match="'postgres' bypasses row-level security"):
            await check(engine)


async def test_the_applications_own_role_and_a_later_schema_are_fine(database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of a later version'")
    async with open_engine(database.url) as engine:
        await check(engine)


def test_nothing_listens_there_is_one_clear_line() -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"

    with pytest.raises(StoreError, match=r"^the database cannot be migrated: [^\n]+$"):
        migrate_database(Database(nowhere, nowhere))
