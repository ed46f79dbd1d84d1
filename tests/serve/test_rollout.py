"""Versions change under live traffic: nobody's request fails, no answer mixes two plans, and going back is at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from models.folders import write_model
from stores.access import SqlAccess
from stores.keys import open_keyring
from stores.postgres import open_database
from stores.registry import open_registry
from stores.sql import open_engine
from tests import make
from tests.serve.conftest import Graph, address, async_client
from tests.serve.test_commands import run

PER_S, MOST = 20, 8
Pair = tuple[str, str]


@dataclass
class Traffic:
    """What clients saw who ask whatever happens, without retrying."""

    failed: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    answered: list[tuple[float, Pair]] = field(default_factory=list)  # when it was asked, and who answered

    def pairs(self, after: float = 0.0) -> set[Pair]:
        return {pair for asked, pair in self.answered if asked >= after}


@asynccontextmanager
async def traffic(http: httpx.AsyncClient, per_s: int = PER_S) -> AsyncIterator[Traffic]:
    """A match every `1 / per_s` seconds, or as fast as a machine can that keeps `MOST` of them waiting."""
    job = (await http.get("/v1/jobs")).json()["items"][0]["id"]
    seen, asked, free = Traffic(), set[asyncio.Task[None]](), asyncio.Semaphore(MOST)

    async def ask() -> None:
        async with free:
            await ask_now()

    async def ask_now() -> None:
        started = time.monotonic()
        answer = await http.post("/v1/matches", json={"job_id": job, "limit": 3})
        seen.slowest_s = max(seen.slowest_s, time.monotonic() - started)
        if answer.status_code == 200:
            models = answer.json()["models"]
            seen.answered.append((started, (models["ranker"], models["scorer"])))
        else:
            seen.failed.append(answer.text)

    async def clients() -> None:
        while True:
            if not free.locked():
                asked.add(asyncio.create_task(ask()))
            await asyncio.sleep(1 / per_s)

    running = asyncio.create_task(clients())
    try:
        yield seen
    finally:
        running.cancel()
        await asyncio.gather(*asked)


@pytest.fixture(scope="module")
async def operator(fed: Graph) -> AsyncIterator[httpx.AsyncClient]:
    def key() -> str:
        async def add(url: str) -> str:
            async with open_engine(url) as engine:
                return await SqlAccess(engine, open_keyring(fed.settings)).add_operator(make.name("operator"))

        with open_database(fed.settings) as database:
            return asyncio.run(add(database.owner_url))

    header = {"Authorization": f"Bearer {await asyncio.to_thread(key)}"}
    async with httpx.AsyncClient(base_url=address(fed.settings), headers=header, timeout=120) as http:
        yield http


async def change(operator: httpx.AsyncClient, action: str, *versions: str) -> dict[str, Any]:
    body = {"action": action, "versions": versions, "why": "a test", "force": True}
    answer = await operator.post("/v1/admin/changes", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    async with asyncio.timeout(180):
        while made["state"] == "preparing":  # on a crowded machine the gates take longer than a request is kept waiting
            await asyncio.sleep(0.5)
            made = (await operator.get(f"/v1/admin/changes/{made['id']}")).json()
    assert made["state"] == "applied", made["said"]
    return made


def untrained(graph: Graph) -> Pair:
    """A ranker and a scorer that were never seen by this graph."""
    registry, folder = open_registry(graph.settings), graph.settings.var / make.name("untrained")
    write_model(folder / "ranker", {"kind": "weighted", "of": folder.name}, {})
    write_model(folder / "scorer", {"kind": "baseline", "of": folder.name}, {})
    return str(registry.register("ranker", folder / "ranker", {})), str(
        registry.register("scorer", folder / "scorer", {})
    )


async def test_ranker_and_scorer_change_under_traffic_and_go_back_at_once(
    fed: Graph, operator: httpx.AsyncClient
) -> None:
    new = await asyncio.to_thread(untrained, fed)
    async with await async_client(fed.settings) as http:
        before = (await operator.get("/v1/admin/models")).json()["serving"]
        old = before["ranker"], before["scorer"]
        async with traffic(http) as seen:
            await asyncio.sleep(0.5)
            await change(operator, "promote", *new)
            promoted_at = time.monotonic()
            await asyncio.sleep(1)
            started = time.monotonic()
            await change(operator, "rollback")
            back_at = time.monotonic()
            await asyncio.sleep(1)

    took_s = back_at - started
    print(
        f"{len(seen.answered)} answered, {len(seen.failed)} failed; slowest {seen.slowest_s:.2f} s, back {took_s:.3f} s"
    )
    assert seen.failed == []
    assert seen.pairs() == {old, new}
    assert {pair for asked, pair in seen.answered if promoted_at <= asked < started} == {new}
    assert seen.pairs(after=back_at) == {old}
    assert took_s < max(1.0, seen.slowest_s)  # where a match takes longer than a second, so does going back


async def test_a_pinned_version_answers_beside_the_one_that_serves(fed: Graph, operator: httpx.AsyncClient) -> None:
    new = await asyncio.to_thread(untrained, fed)
    await change(operator, "shadow", *new)
    job = fed.http.get("/v1/jobs").json()["items"][0]["id"]

    pins = {"ranker": new[0], "scorer": new[1]}
    pinned = fed.http.post("/v1/matches", json={"job_id": job, "models": pins}).json()
    served = fed.http.post("/v1/matches", json={"job_id": job}).json()

    async with asyncio.timeout(20):
        while not (shown := (await operator.get("/v1/admin/models")).json()["shown"])["compared"]:
            await asyncio.sleep(0.2)
    await change(operator, "stop")
    assert pinned["models"] == {**served["models"], **pins}
    assert shown["tried"]["failed"] == 0


async def test_the_command_prints_what_every_gate_says_and_ends_with_1_when_refused(
    fed: Graph, operator: httpx.AsyncClient
) -> None:
    new = await asyncio.to_thread(untrained, fed)
    who = operator.headers["authorization"].removeprefix("Bearer ")
    tenant = fed.http.headers["authorization"].removeprefix("Bearer ")
    where = {"MATCHGRAPH_URL": address(fed.settings), "MATCHGRAPH_OPERATOR_KEY": who, "COLUMNS": "200"}

    refused = await asyncio.to_thread(run, "pipelines.promote", new[1], "--why", "a test", **where)
    stranger = await asyncio.to_thread(
        run, "pipelines.promote", "--status", **{**where, "MATCHGRAPH_OPERATOR_KEY": tenant}
    )

    assert refused.returncode == 1
    for gate in ("files", "golden requests", "speed", "fairness", "held-out"):
        assert gate in refused.stdout
    assert "refused: not passed" in refused.stderr
    assert stranger.returncode == 1
    assert "not for this" in stranger.stderr
