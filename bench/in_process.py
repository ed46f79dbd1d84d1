"""The yardstick: the parts called in one process, without HTTP and without Ray.

Runs as a process of its own, over a copy of the vector folder (a folder belongs to one process) and the same
Postgres, so that it can take turns with a composition on Serve. A line of JSON goes in, a line comes out.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from bench.profiles import Stored, read_note
from core.domain import JobId, Kind
from core.lanes import Lanes
from core.matching import Query
from core.settings import Settings
from core.versions import parse_version
from serve.local import LocalGraph
from serve.service import Service

Times = list[float]  # seconds of each answer


@dataclass(frozen=True, slots=True)
class InProcess:
    process: subprocess.Popen[str]

    def ask(self, questions: Sequence[dict[str, object]], at_once: int) -> Times:
        """Matches all of them, so many at once."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the process has no pipes")
        print(json.dumps({"questions": questions, "at_once": at_once}), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process in which parts are called directly ended with {self.process.wait()}")
        times: Times = json.loads(line)
        return times


@contextmanager
def in_process(var: Path) -> Iterator[InProcess]:
    """Call it while nothing else has the vector folder open."""
    copy = var / "vectors-in-process"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(var / "vectors", copy)
    where = {
        "MATCHGRAPH_VAR": str(var),
        "MATCHGRAPH_VECTORS_URL": f"edge:{copy}",
        "MATCHGRAPH_WORKERS": "0",
        "OMP_NUM_THREADS": "1",  # as Ray sets it for a replica
    }
    command = [sys.executable, "-m", "bench.in_process"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **where}
    )
    try:
        yield InProcess(process)
    finally:
        process.communicate()  # its input ends, so its loop does, and its stores close


async def _serve() -> None:
    settings = Settings()
    stored = read_note(settings.var)
    models = {name: parse_version(version) for name, version in stored.models.items()}
    graph = LocalGraph()
    service = await Service.open(settings, graph)
    try:
        await service.install(models)
        while line := await asyncio.to_thread(sys.stdin.readline):
            asked = json.loads(line)
            times = await _ask(service.use_cases.matcher, stored, asked["questions"], asked["at_once"])
            print(json.dumps(times), flush=True)
    finally:
        await service.close()
        await graph.close()


async def _ask(lanes: Lanes, stored: Stored, questions: Sequence[dict[str, str]], at_once: int) -> Times:
    left = iter(questions)
    times: Times = []

    async def caller() -> None:
        for question in left:
            started = time.perf_counter()
            await lanes.match(stored.tenant, _query(question))
            times.append(time.perf_counter() - started)

    await asyncio.gather(*(caller() for _ in range(at_once)))
    return times


def _query(question: dict[str, str]) -> Query:
    if "job_id" in question:
        return Query(Kind.CANDIDATE, source=JobId(question["job_id"]))
    return Query(Kind.CANDIDATE, text=question["text"])


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_serve())
