"""Brings a database to the schema of this version: our tables by Alembic, the queue's by procrastinate's own SQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from core.errors import StoreError
from core.settings import Settings
from stores.postgres import Database, open_database

LOCK = 4_715_306_019  # any number that is only ours: migrations of several processes wait for one another
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
