"""Another encoder for 5,000 documents while people ask and send: what fails, what is missed, and how fast it is.

The whole service in one process on embedded stores, without Ray, asked over ASGI. Encoders are hashing ones of two
sizes, so what is measured is all but the encoder. `python -m bench.switch`
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import logging
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import structlog
from fastapi import FastAPI
from rich.console import Console

from bench.profiles import Stored, write
from core.domain import Kind
from core.settings import Settings
from models.folders import write_model
from pipelines.build_parser import build_parser, sample_texts
from serve.app import local
from stores.access import SqlAccess
from stores.keys import open_keyring
from stores.postgres import open_database
from stores.registry import open_registry
from stores.sql import open_engine

DIMENSIONS = (256, 384)  # of the encoder that serves, and of the other
JOBS = 100
MATCHES_PER_S, UPLOADS_PER_S = 10.0, 2.0  # at most: a machine that is busy otherwise is asked less
CALLERS = 4
BEFORE_S, AFTER_S = 10.0, 5.0  # under load, before the switch and after it
WAIT_S = 3600.0
PAGE = 100  # candidates asked for by their ids at once
TRADES = ("Backend engineer", "Nurse", "Welder", "Accountant", "Data analyst", "Electrician")


@dataclass
class Load:
    """Several who ask and one who sends. `phase` names what happens meanwhile."""

    http: httpx.AsyncClient
    jobs: tuple[str, ...]
    phase: str = "before"
    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    answered_by: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        callers = [(CALLERS / MATCHES_PER_S, self._match)] * CALLERS + [(1 / UPLOADS_PER_S, self._send)]
        stopped = asyncio.Event()
        calling = [asyncio.create_task(self._every(*one, stopped)) for one in callers]
        try:
            yield
        finally:
            stopped.set()
            await asyncio.gather(*calling)

    async def _every(self, pause_s: float, request: Callable[[int], Awaitable[None]], stopped: asyncio.Event) -> None:
        """A request each `pause_s`, or as soon as the one before is answered."""
        for number in itertools.count():
            if stopped.is_set():
                return
            started = time.perf_counter()
            await request(number)
            await asyncio.sleep(max(0.0, started + pause_s - time.perf_counter()))

    async def _match(self, number: int) -> None:
        body = {"job_id": self.jobs[number % len(self.jobs)]}
        if (answer := await self._post("/v1/matches", body, "matches")) is not None:
            self.answered_by.append(answer["models"]["embedder"])

    async def _send(self, number: int) -> None:
        trade = TRADES[number % len(TRADES)]
        body = {
            "basics": {"name": f"Late {number}", "label": f"{trade} {number}"},
            "work": [{"name": "Fernhill", "position": trade, "startDate": "2019-04"}],
            "skills": [{"name": "Python"}, {"name": "Patient care"}],
        }
        if (answer := await self._post("/v1/candidates", body, "uploads")) is not None:
            self.sent.append(answer["id"])

    async def _post(self, path: str, body: dict[str, Any], what: str) -> Any:
        phase, started = self.phase, time.perf_counter()
        try:
            answer = await self.http.post(path, json=body)
        except httpx.HTTPError as error:
            self.failed.append(f"{path}: {error!r}")
            return None
        self.seconds.setdefault(f"{what} {phase}", []).append(time.perf_counter() - started)
        if not answer.is_success:
            self.failed.append(f"{path}: {answer.status_code} {answer.text[:200]}")
            return None
        return answer.json()


async def measure(documents: int, var: Path, console: Console) -> dict[str, object]:
    settings = Settings(var=var)
    models, new = register(settings, var / "build")
    counts = {Kind.CANDIDATE: documents - JOBS, Kind.JOB: JOBS}
    console.print(f"  writing {documents:,} documents")
    found = await write(settings, models, "switch", counts, console)
    async with local(settings, models) as app:
        operator = await _operator(settings, app)
        http = _client(app, found.api_key)
        async with http, operator:
            return await _switched(Load(http, found.jobs), operator, new, found, console)


async def _switched(
    load: Load, operator: httpx.AsyncClient, new: str, found: Stored, console: Console
) -> dict[str, object]:
    async with load.running():
        await asyncio.sleep(BEFORE_S)
        load.phase = "while it is filled"
        started = time.perf_counter()
        change = await _promoted(operator, new, console)
        took_s = time.perf_counter() - started
        load.phase = "after"
        await asyncio.sleep(AFTER_S)
        went_back = time.perf_counter()
        (await operator.post("/v1/admin/changes", json={"action": "rollback", "why": "measured"})).raise_for_status()
        rollback_s = time.perf_counter() - went_back
        await asyncio.sleep(AFTER_S)
    returned = await _missed(load)
    change_again = await _promoted(operator, new, console)
    switched = await _missed(load)
    filled = next(one["compared"] for one in change["findings"] if one["gate"] == "filled")
    return {
        "documents": found.profiles + len(found.jobs),
        "state": change["state"],
        "failed_requests": len(load.failed),
        "failures": load.failed[:5],
        "requests": sum(map(len, load.seconds.values())),
        "uploads_meanwhile": len(load.sent),
        "missed_by_the_new": switched,
        "missed_by_the_old": returned,
        "filled": filled,
        "made_when_asked_again": next(
            one["compared"]["made"] for one in change_again["findings"] if one["gate"] == "filled"
        ),
        "switch_s": round(took_s, 1),
        "rollback_s": round(rollback_s, 3),
        "encoders_in_turn": [name for name, _ in itertools.groupby(load.answered_by)],
        "ms": {what: _percentiles(seconds) for what, seconds in sorted(load.seconds.items())},
        "findings": {one["gate"]: one["says"] for one in change["findings"]},
    }


async def _promoted(operator: httpx.AsyncClient, version: str, console: Console) -> dict[str, Any]:
    body = {"action": "promote", "versions": [version], "why": "measured", "force": True}
    change: dict[str, Any] = (await operator.post("/v1/admin/changes", json=body)).raise_for_status().json()
    said = ""
    async with asyncio.timeout(WAIT_S):
        while change["state"] == "preparing":
            await asyncio.sleep(1)
            change = (await operator.get(f"/v1/admin/changes/{change['id']}")).raise_for_status().json()
            if change["said"] != said:
                said = change["said"]
                console.print(f"  {said}")
    return change


async def _missed(load: Load) -> int:
    """Of all that was sent meanwhile, how many are not found by asking for exactly them."""
    missed = 0
    for start in range(0, len(load.sent), PAGE):
        some = load.sent[start : start + PAGE]
        body = {"job_id": load.jobs[0], "candidate_ids": some, "limit": PAGE, "explain": False}
        answer = await load.http.post("/v1/matches", json=body)
        missed += len(some) - (len(answer.json()["matches"]) if answer.is_success else 0)
    return missed


def _percentiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
    return {"count": len(seconds), "p50": round(1000 * cuts[49]), "p99": round(1000 * cuts[98])}


def register(settings: Settings, build: Path) -> tuple[dict[str, str], str]:
    """Version 1 of each part with a hashing encoder, and another encoder."""
    (build / "parser").mkdir(parents=True)
    build_parser(Path("taxonomy"), list(sample_texts(Path("samples"))), build / "parser")
    for number, dimension in enumerate(DIMENSIONS, start=1):
        write_model(build / f"embedder-{number}", {"kind": "hashing", "dimension": dimension}, {})
    weights = Path("models/weights")
    folders = {
        "parser": build / "parser",
        "embedder": build / "embedder-1",
        "ranker": weights / "ranker",
        "scorer": weights / "scorer",
    }
    registry = open_registry(settings)
    pins = {name: str(registry.register(name, folder, {})) for name, folder in folders.items()}
    return pins, str(registry.register("embedder", build / "embedder-2", {}))


async def _operator(settings: Settings, app: FastAPI) -> httpx.AsyncClient:
    def url() -> str:
        with open_database(settings) as database:
            return database.owner_url

    async with open_engine(await asyncio.to_thread(url)) as engine:
        return _client(app, await SqlAccess(engine, open_keyring(settings)).add_operator("bench"))


def _client(app: FastAPI, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://matchgraph",
        headers={"Authorization": f"Bearer {key}"},
        timeout=120,
    )


@contextmanager
def _home() -> Iterator[Path]:
    """Replicas read their settings from the environment."""
    folder = Path(tempfile.mkdtemp(prefix="matchgraph-switch-", dir="/var/tmp"))
    folder.chmod(0o711)
    os.environ["MATCHGRAPH_VAR"] = str(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.switch", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--quick", action="store_true", help="500 documents")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with _home() as var:
        report = asyncio.run(measure(500 if chosen.quick else chosen.documents, var, Console()))
    Console().print_json(json.dumps(report))
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
