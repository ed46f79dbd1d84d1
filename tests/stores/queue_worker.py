"""A worker process for `test_queue`: each task writes one unique row, then takes its time."""

from __future__ import annotations

import asyncio
import sys

import psycopg

from core.ports import Task
from stores.postgres import conninfo
from stores.queue import PostgresQueue


async def main(url: str) -> None:
    async def effect(task: Task) -> None:
        async with await psycopg.AsyncConnection.connect(conninfo(url)) as connection:
            await connection.execute("INSERT INTO runs (number) VALUES (%s)", (task.arguments["number"],))
            await connection.execute(
                "INSERT INTO effects (number) VALUES (%s) ON CONFLICT DO NOTHING", (task.arguments["number"],)
            )
            await connection.commit()
            await asyncio.sleep(0.1)

    await PostgresQueue(url, max_attempts=5).work({"effect": effect}, concurrency=4)


asyncio.run(main(sys.argv[1]))
