"""Transactions: everything a tenant keeps, through one connection that sees that tenant only."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

import psycopg
from psycopg.errors import ForeignKeyViolation
from psycopg.pq import Format
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.domain import TenantId
from core.errors import Conflict, Overloaded, StoreError
from core.ports import Keyring, Rows
from stores.queue import defer
from stores.sql_answers import SqlAnswers, SqlReceipts
from stores.sql_cases import SealedCases, SqlCases
from stores.sql_documents import SqlDocuments, SqlImports
from stores.sql_feedback import SqlFeedback, SqlServed
from stores.sql_fill_rows import SqlFillRows, SqlPassages
from stores.sql_keys import SqlKeys
from stores.sql_owners import SqlCandidates, SqlJobs
from stores.sql_scope import Scope

POOL = 5  # connections kept; as many again under load
OnQuery = Callable[[float], None]
TAKEN = {
    "candidates_reference": "another candidate has this reference",
    "jobs_reference": "another job has this reference",
    "documents_waiting_once": "the same file of the same owner is already waiting to be read",
    "tenants_name": "another tenant has this name",
    "operator_keys_label": "another operator has this name",
}


class SqlRows:
    """One transaction of one tenant."""

    def __init__(self, scope: Scope, cache: SealedCases) -> None:
        self._scope = scope
        self.candidates = SqlCandidates(scope)
        self.jobs = SqlJobs(scope)
        self.documents = SqlDocuments(scope)
        self.cases = SqlCases(scope, cache)
        self.passages = SqlPassages(scope)
        self.filling = SqlFillRows(scope)
        self.keys = SqlKeys(scope)
        self.receipts = SqlReceipts(scope)
        self.served = SqlServed(scope)
        self.feedback = SqlFeedback(scope)
        self.imports = SqlImports(scope)
        self.answers = SqlAnswers(scope)

    async def defer(self, task: str, lock: str, delay_s: int = 0, **arguments: str) -> None:
        raw = await self._scope.connection.get_raw_connection()
        await defer(cast("psycopg.AsyncConnection[Any]", raw.driver_connection), task, lock, arguments, delay_s)


class Sql:
    """Opens transactions. `transaction` is a `core.ports.Transaction`."""

    def __init__(self, engine: AsyncEngine, keyring: Keyring) -> None:
        self.engine = engine
        self.keyring = keyring
        self._cache = SealedCases()

    @asynccontextmanager
    async def transaction(self, tenant: TenantId) -> AsyncIterator[Rows]:
        """Kept when the block ends, dropped when it raises."""
        with translated():
            async with self.engine.connect() as connection:
                await _enter(connection, tenant)
                yield SqlRows(Scope(connection, tenant, self.keyring), self._cache)
                await connection.commit()

    def on_query(self, observe: OnQuery) -> None:
        """Calls `observe` with the seconds of every query from now on."""
        time_queries(self.engine, observe)


class BinaryCursor(psycopg.AsyncCursor[Any]):
    """Takes results in binary: sealed columns as text would be twice as long, and decoded."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.format = Format.BINARY


async def _enter(connection: AsyncConnection, tenant: TenantId) -> None:
    """From here the connection sees this tenant only. One that died in the pool is replaced: no ping per use."""
    bind = select(func.set_config("matchgraph.tenant", tenant, True))  # noqa: FBT003
    try:
        await connection.execute(bind)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        await connection.rollback()
        await connection.execute(bind)


@asynccontextmanager
async def open_engine(url: str) -> AsyncIterator[AsyncEngine]:
    arguments = {"cursor_factory": BinaryCursor}
    engine = create_async_engine(url, pool_size=POOL, max_overflow=POOL, connect_args=arguments)
    try:
        yield engine
    finally:
        await engine.dispose()


def time_queries(engine: AsyncEngine, observe: OnQuery) -> None:
    def before(connection: Connection, *_: object) -> None:
        connection.info["asked_at"] = time.perf_counter()

    def after(connection: Connection, *_: object) -> None:
        observe(time.perf_counter() - connection.info["asked_at"])

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)


@contextmanager
def translated() -> Iterator[None]:
    """The database's errors in the words of the product."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(_collision(error)) from error
    except PoolTimeout as error:
        raise Overloaded("every connection to the database is in use: try again in a few seconds") from error
    except (OperationalError, InterfaceError) as error:
        raise StoreError(f"the database does not answer: {str(error.orig).splitlines()[0]}") from error


def _collision(error: DBAPIError) -> str:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or "a rule"
    if isinstance(error.orig, ForeignKeyViolation):
        return f"it refers to something that is not there ({constraint})"
    return TAKEN.get(constraint, f"it collides with what is there ({constraint})")
