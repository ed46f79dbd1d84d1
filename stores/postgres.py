"""Where the database is: a server named by a URL, or a real Postgres of our own that runs in a folder.

The embedded server listens on a Unix socket inside a directory that only its user may enter, so its `trust`
authentication trusts nobody else. Every process that uses it holds a shared lock on `FOLDER/users`; the kernel
lets go of it however the process ends, and whoever is last stops the server.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from core.errors import StoreError
from core.settings import Settings
from stores.postgres_place import find_place
from stores.postgres_server import start, stop

DATABASE = "matchgraph"
OWNER = "matchgraph_owner"  # owns the tables and migrates
APP = "matchgraph_app"  # owns nothing, and row-level security binds it


@dataclass(frozen=True, slots=True)
class Database:
    """URLs of one database: as the application, and as the owner of its tables."""

    url: str
    owner_url: str


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded server."""

    socket: Path

    def url(self, user: str, database: str = DATABASE) -> str:
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.socket), safe='')}"

    def database(self, name: str = DATABASE) -> Database:
        return Database(self.url(APP, name), self.url(OWNER, name))

    def create(self, name: str = DATABASE, template: str = "template0") -> Database:
        """The database of that name, made with its roles if it is not there."""
        with psycopg.connect(conninfo(self.url("postgres", "postgres")), autocommit=True) as connection:
            for role in (OWNER, APP):
                if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).rowcount:
                    connection.execute(f'CREATE ROLE "{role}" LOGIN')
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).rowcount:
                connection.execute(f'CREATE DATABASE "{name}" OWNER "{OWNER}" TEMPLATE "{template}"')
        return self.database(name)


def conninfo(url: str) -> str:
    """A SQLAlchemy URL as libpq reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database that the settings name; an embedded one is started or joined, and stopped by its last user."""
    scheme, _, rest = settings.database_url.partition(":")
    match scheme:
        case "embedded":
            with embedded(Path(rest)) as server:
                yield server.create()
        case "postgresql+psycopg":
            yield Database(settings.database_url, settings.owner_database_url or settings.database_url)
        case _:
            raise ValueError(f"MATCHGRAPH_DATABASE_URL: {scheme!r} is neither 'embedded' nor 'postgresql+psycopg'")


@contextmanager
def embedded(folder: Path) -> Iterator[Server]:
    """Starts the server of `folder`, or joins it when it runs."""
    folder = folder.absolute()
    with _used(folder) as users:
        with _alone(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            place = find_place(folder)
            socket = start(place)
        try:
            yield Server(socket)
        finally:
            with _alone(folder):
                if _last(users):
                    stop(place)


@contextmanager
def _used(folder: Path) -> Iterator[int]:
    """An open `FOLDER/users`; what the operating system refuses in there becomes one clear line."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        users = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"MATCHGRAPH_DATABASE_URL: {folder} cannot be used: {error.strerror}") from None
    try:
        yield users
    finally:
        os.close(users)


def _last(users: int) -> bool:
    """Whether nobody else holds the shared lock that this process holds."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
