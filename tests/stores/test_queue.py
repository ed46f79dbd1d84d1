"""Laws of the queue: what was committed is done, once in effect, whoever dies."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from core.domain import TenantId
from core.errors import BadInput
from core.ports import Handler, Task
from stores.postgres import Database, conninfo
from stores.queue import PostgresQueue
from stores.sql import Sql
from tests import make


@pytest.fixture(autouse=True)
def empty(database: Database) -> None:
    with psycopg.connect(conninfo(database.url)) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def queue(database: Database) -> PostgresQueue:
    return PostgresQueue(database.url, max_attempts=2)


async def work_until(
    queue: PostgresQueue, handler: Handler, done: Callable[[], bool], parked: object = None, timeout_s: float = 20
) -> None:
    worker = asyncio.create_task(queue.work({"task": handler}, 4, parked))  # type: ignore[arg-type]
    deadline = time.monotonic() + timeout_s
    while not done() and time.monotonic() < deadline and not worker.done():
        await asyncio.sleep(0.02)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert done()


async def defer(sql: Sql, tenant: TenantId, *numbers: int, lock: str = "") -> None:
    async with sql.transaction(tenant) as rows:
        for number in numbers:
            await rows.defer("task", lock or str(number), tenant=tenant, number=str(number))


async def test_tasks_arrive_with_their_arguments(sql: Sql, queue: PostgresQueue, acme: TenantId) -> None:
    seen: list[Task] = []

    async def handler(task: Task) -> None:
        seen.append(task)

    await defer(sql, acme, 1, 2)
    await work_until(queue, handler, lambda: len(seen) == 2)

    assert sorted(seen, key=lambda task: task.arguments["number"]) == [
        Task("task", {"tenant": acme, "number": str(number)}, 1) for number in (1, 2)
    ]


async def test_a_task_of_a_failed_transaction_never_was(sql: Sql, queue: PostgresQueue, acme: TenantId) -> None:
    with pytest.raises(ZeroDivisionError):
        async with sql.transaction(acme) as rows:
            await rows.defer("task", "lock", tenant=acme)
            raise ZeroDivisionError

    assert await queue.backlog() == {"waiting": 0, "running": 0, "failed": 0}


async def test_a_task_waits_for_its_transaction(sql: Sql, queue: PostgresQueue, acme: TenantId) -> None:
    async with sql.transaction(acme) as rows:
        await rows.defer("task", "lock", tenant=acme)
        before = await queue.backlog()

    assert (before["waiting"], (await queue.backlog())["waiting"]) == (0, 1)


async def test_tasks_of_one_lock_run_one_after_another(sql: Sql, queue: PostgresQueue, acme: TenantId) -> None:
    running, seen, most = 0, [], 0

    async def handler(task: Task) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        seen.append(task.arguments["number"])
        running -= 1

    await defer(sql, acme, *range(5), lock="one")
    await work_until(queue, handler, lambda: len(seen) == 5)

    assert (most, seen) == (1, ["0", "1", "2", "3", "4"])


async def test_an_error_is_tried_again_and_then_parked(sql: Sql, queue: PostgresQueue, acme: TenantId) -> None:
    attempts: list[int] = []
    given_up: list[tuple[int, str]] = []

    async def handler(task: Task) -> None:
        attempts.append(task.attempt)
        raise RuntimeError("no")

    async def parked(task: Task, error: Exception) -> None:
        given_up.append((task.attempt, str(error)))

    await defer(sql, acme, 1)
    await work_until(queue, handler, lambda: bool(given_up), parked)

    assert (attempts, given_up) == ([1, 2], [(2, "no")])
    assert await queue.backlog() == {"waiting": 0, "running": 0, "failed": 1}


async def test_wrong_input_is_not_tried_again(sql: Sql, queue: PostgresQueue, acme: TenantId) -> None:
    given_up: list[int] = []

    async def handler(task: Task) -> None:
        raise BadInput("empty")

    async def parked(task: Task, error: Exception) -> None:
        given_up.append(task.attempt)

    await defer(sql, acme, 1)
    await work_until(queue, handler, lambda: bool(given_up), parked)

    assert given_up == [1]


async def test_a_worker_that_is_stopped_finishes_what_it_began(sql: Sql, queue: PostgresQueue, acme: TenantId) -> None:
    begun, finished = asyncio.Event(), []

    async def handler(task: Task) -> None:
        begun.set()
        await asyncio.sleep(0.3)
        finished.append(task)

    await defer(sql, acme, 1)
    await work_until(queue, handler, begun.is_set)

    assert len(finished) == 1
    assert await queue.backlog() == {"waiting": 0, "running": 0, "failed": 0}


async def test_killing_the_worker_loses_nothing_and_repeats_no_effect(
    sql: Sql, database: Database, queue: PostgresQueue, acme: TenantId
) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("CREATE TABLE effects (number text PRIMARY KEY); CREATE TABLE runs (number text)")
        connection.execute("GRANT ALL ON effects, runs TO matchgraph_app")
    async with sql.transaction(acme) as rows:
        for number in range(40):
            await rows.defer("effect", make.name("lock"), tenant=acme, number=str(number))

    first = _worker(database)
    await _until(lambda: _count(database, "effects") >= 10)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    done_then = _count(database, "effects")
    second = _worker(database)
    try:
        async with asyncio.timeout(120):
            while (await queue.backlog()) != {"waiting": 0, "running": 0, "failed": 0}:
                await asyncio.sleep(0.1)
    finally:
        second.terminate()
        second.wait()

    assert 10 <= done_then < 40
    assert _count(database, "effects") == 40


def _worker(database: Database) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.stores.queue_worker", database.url])


def _count(database: Database, table: str) -> int:
    with psycopg.connect(conninfo(database.url)) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


async def _until(true: Callable[[], bool], timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
