"""The durable queue: procrastinate in our own Postgres, so a task commits with the rows that need it.

A task runs at least once: its worker may die after the work and before saying so. Handlers are idempotent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job

from core.errors import BadInput, StoreError
from core.ports import Handler, Task
from stores.postgres import conninfo

STALLED_S = 8.0  # a worker without heartbeat for this long is dead: its tasks are back within 12 s
HEARTBEAT_S = 2.0
POLL_S = 0.5  # new tasks are announced; this is for those that waited for their time or their lock
GRACE_S = 10.0  # a worker that is told to stop finishes what takes no longer
BACKOFF_S, LONGEST_BACKOFF_S = 1.0, 60.0

Parked = Callable[[Task, Exception], Awaitable[None]]

# In one statement, with the rows locked: two workers that look at once do not take a task back twice.
RESCUE = """
WITH stalled AS (
    SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(stalled_s)s))
    FOR UPDATE OF job SKIP LOCKED
)
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM stalled
"""
BACKLOG = "SELECT status::text AS status, count(*) AS tasks FROM procrastinate_jobs GROUP BY status"
STATES = {"todo": "waiting", "doing": "running", "failed": "failed"}

_outside = App(connector=PsycopgConnector())  # never opened: it writes on the connections it is given


async def defer(
    connection: psycopg.AsyncConnection[Any], task: str, lock: str, arguments: Mapping[str, str], delay_s: int = 0
) -> None:
    """Queues a task in whatever transaction `connection` is in, to run after `delay_s`."""
    later = {"seconds": delay_s} if delay_s else None
    configured = _outside.configure_task(task, lock=lock, schedule_in=later, allow_unknown=True, connection=connection)
    await configured.defer_async(**arguments)


class PostgresQueue:
    """The worker's side, and what is waiting."""

    def __init__(self, url: str, max_attempts: int) -> None:
        self._conninfo = conninfo(url)
        self._max_attempts = max_attempts

    async def work(self, handlers: Mapping[str, Handler], concurrency: int, parked: Parked | None = None) -> None:
        """Runs tasks until cancelled. `parked` hears of a task that is given up, with its last error."""
        most = concurrency + 3  # beside the tasks: listener, heartbeat, rescue
        app = App(connector=PsycopgConnector(conninfo=self._conninfo, min_size=1, max_size=most))
        retry = _Backoff(self._max_attempts)
        for name, handler in handlers.items():
            app.task(name=name, pass_context=True, retry=retry)(self._runner(handler, parked))
        async with app.open_async():
            worker = asyncio.create_task(_run(app, concurrency))
            rescue = asyncio.create_task(_rescue(app))
            try:
                done, _ = await asyncio.wait({worker, rescue}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                rescue.cancel()
                worker.cancel()
                await asyncio.gather(worker, rescue, return_exceptions=True)
        for ended in done:
            ended.result()
        raise StoreError("the queue's worker stopped by itself: its log says why")

    async def backlog(self) -> dict[str, int]:
        counts = dict.fromkeys(STATES.values(), 0)
        async with await psycopg.AsyncConnection.connect(self._conninfo) as connection:
            async for status, tasks in await connection.execute(BACKLOG):
                if status in STATES:
                    counts[STATES[status]] = tasks
        return counts

    def _runner(self, handler: Handler, parked: Parked | None) -> Callable[..., Awaitable[None]]:
        async def run(context: JobContext, **arguments: str) -> None:
            job = context.job
            task = Task(job.task_name, arguments, job.attempts + 1)
            try:
                if task.attempt > self._max_attempts:  # only a worker that dies leaves a task uncounted
                    raise StoreError("every worker that tried this task died of it")
                await handler(task)
            except Exception as error:
                if parked is not None and _is_final(error, task.attempt, self._max_attempts):
                    await parked(task, error)
                raise

        return run


class _Backoff(BaseRetryStrategy):
    """Twice as long each time; wrong input is not tried again."""

    def __init__(self, max_attempts: int) -> None:
        self._max_attempts = max_attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        wait_s = min(BACKOFF_S * 2**job.attempts, LONGEST_BACKOFF_S)
        if isinstance(exception, asyncio.CancelledError):  # the worker was told to stop: another may have it at once
            wait_s = 0.0
        elif _is_final(exception, job.attempts + 1, self._max_attempts):
            return None
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=wait_s))


def _is_final(error: BaseException, attempt: int, max_attempts: int) -> bool:
    return isinstance(error, BadInput) or attempt >= max_attempts


async def _run(app: App, concurrency: int) -> None:
    await app.run_worker_async(
        concurrency=concurrency,
        delete_jobs="successful",
        install_signal_handlers=False,
        fetch_job_polling_interval=POLL_S,
        shutdown_graceful_timeout=GRACE_S,
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=STALLED_S,
    )


async def _rescue(app: App) -> None:
    while True:
        await app.connector.execute_query_async(RESCUE, stalled_s=STALLED_S)
        await asyncio.sleep(HEARTBEAT_S)
