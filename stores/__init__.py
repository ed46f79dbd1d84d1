"""Where things are kept: one file per system, and the one place that opens them all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from core.ports import Blobs, Keyring, Vectors
from core.settings import Settings

if TYPE_CHECKING:
    from stores.access import SqlAccess
    from stores.queue import PostgresQueue
    from stores.sql import Sql
    from stores.sql_changes import SqlChanges
    from stores.sql_filling import SqlFilling

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that is kept. The model registry is opened on its own, by those who load models."""

    sql: Sql
    queue: PostgresQueue
    access: SqlAccess
    changes: SqlChanges
    filling: SqlFilling
    vectors: Vectors
    blobs: Blobs
    keyring: Keyring


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Opens what the settings name; an embedded database is migrated on the way."""
    # Here and not above: whoever needs one store does not pay for importing all.
    from stores.access import SqlAccess
    from stores.blobs import open_blobs
    from stores.keys import open_keyring
    from stores.postgres import open_database
    from stores.queue import PostgresQueue
    from stores.sql import Sql, open_engine
    from stores.sql_changes import SqlChanges
    from stores.sql_filling import SqlFilling
    from stores.sql_migrate import check, migrate_database
    from stores.vectors import open_vectors

    async with AsyncExitStack() as stack:
        keyring = open_keyring(settings)
        blobs = open_blobs(settings)
        database = await _enter(stack, open_database(settings))
        if settings.database_url.startswith("embedded:"):
            await asyncio.to_thread(migrate_database, database)
        engine = await stack.enter_async_context(open_engine(database.url))
        await check(engine)
        vectors = await stack.enter_async_context(open_vectors(settings))
        yield Stores(
            sql=Sql(engine, keyring),
            queue=PostgresQueue(database.url, settings.max_attempts),
            access=SqlAccess(engine, keyring),
            changes=(changes := SqlChanges(engine)),
            filling=SqlFilling(changes),
            vectors=vectors,
            blobs=blobs,
            keyring=keyring,
        )


async def _enter(stack: AsyncExitStack, blocking: AbstractContextManager[T]) -> T:
    """Enters and leaves a context that waits, off the event loop."""
    entered = await asyncio.to_thread(blocking.__enter__)

    async def leave(*failure: object) -> None:
        await asyncio.to_thread(blocking.__exit__, None, None, None)

    stack.push_async_exit(leave)
    return entered
