"""Brings a database to the schema of this version: our tables by Alembic, the queue's by procrastinate's own SQL.

The embedded server makes its roles itself. In production a superuser makes them once, in this order:
`CREATE ROLE matchgraph_owner LOGIN PASSWORD …`, `CREATE ROLE matchgraph_app LOGIN PASSWORD …`,
`CREATE DATABASE matchgraph OWNER matchgraph_owner` (names are free). `MATCHGRAPH_OWNER_DATABASE_URL` is the first
one's and only migrates; `MATCHGRAPH_DATABASE_URL` is the second one's, which is granted rows and owns nothing.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool

from core.errors import StoreError
from core.settings import Settings
from stores.postgres import Database, open_database
from stores.sql import translated

LOCK = 4_715_306_019  # any number that is only ours: migrations of several processes wait for one another
ROLE = "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
FOLDER = Path(__file__).parent / "migrations"


def migrate(settings: Settings) -> str:
    """Migrates the database of the settings; returns the revision it is at now."""
    with open_database(settings) as database:
        return migrate_database(database)


def migrate_database(database: Database) -> str:
    """All of it in one transaction: several processes may start at once, and a failure leaves nothing."""
    app = make_url(database.url).username
    engine = create_engine(database.owner_url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _upgrade_queue(connection)
            if app and app != make_url(database.owner_url).username:
                _grant(connection, app)
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    except OperationalError as error:
        raise StoreError(f"the database cannot be migrated: {str(error.orig).splitlines()[0]}") from None
    except CommandError as error:  # its revision is of a later version of this program
        raise StoreError(f"the database cannot be migrated: {error}") from None


async def check(engine: AsyncEngine) -> None:
    """Raises `StoreError` when the database is not fit for use: older than this version, or its role too mighty."""
    with translated():
        async with engine.connect() as connection:
            name, mighty = (await connection.execute(text(ROLE))).one()
            migrated = await connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
            revision = await connection.scalar(text("SELECT version_num FROM alembic_version")) if migrated else None
    if mighty:
        raise StoreError(f"MATCHGRAPH_DATABASE_URL: {name!r} bypasses row-level security; connect as an ordinary role")
    scripts = ScriptDirectory.from_config(alembic_config())
    older = {None, *(script.revision for script in scripts.walk_revisions())} - {scripts.get_current_head()}
    if revision in older:  # an unknown one is of a later version, whose migrations keep this one working
        raise StoreError(f"the database is at revision {revision}: run `python -m pipelines.migrate` first")


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade_queue(connection: Connection) -> None:
    """procrastinate ships its whole schema and one file per later change; `queue_changes` says which are in."""
    connection.execute(text("CREATE TABLE IF NOT EXISTS queue_changes (name text PRIMARY KEY)"))
    known = set(connection.execute(text("SELECT name FROM queue_changes")).scalars())
    shipped = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    if not known:
        _run(connection, SchemaManager.get_schema())
    for change in shipped:
        if known and change.name not in known:
            _run(connection, change.read_text())
        if change.name not in known:
            connection.execute(text("INSERT INTO queue_changes VALUES (:name)"), {"name": change.name})


def _run(connection: Connection, script: str) -> None:
    connection.exec_driver_sql(script.replace("%", "%%"))  # the driver takes a single one for a parameter


def _grant(connection: Connection, app: str) -> None:
    """The application reads and writes rows; it owns nothing, so no policy can be lifted by it."""
    role = connection.dialect.identifier_preparer.quote(app)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"))
    connection.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"))
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version, queue_changes FROM {role}"))
    connection.execute(text(f"REVOKE DELETE ON changes FROM {role}"))  # the history is only added to
