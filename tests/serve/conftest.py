"""One Ray cluster for the session: the graph, fed with a few samples, and what its processes are."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from core.settings import Settings
from serve.demo import demo_key
from serve.run import running
from tests.serving import ROOT, home, register_models

CVS = [
    "01-backend-engineer-manchester",
    "02-java-developer-berlin",
    "08-data-analyst-retail-columbus",
    "11-devops-engineer-hamburg",
    "21-senior-accountant-cpa-chicago",
    "41-",
    "53-",
    "59-",
]
JOBS = ["01-", "04-"]


@dataclass(frozen=True)
class Graph:
    """The running application and how to reach it."""

    settings: Settings
    models: dict[str, str]
    http: httpx.Client

    def replicas(self, deployment: str) -> list[psutil.Process]:
        """Processes of this session's own Ray only."""
        title = f"ray::ServeReplica:matchgraph:{deployment}"
        return [one for one in descendants() if command_of(one).startswith(title)]


def descendants() -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if command_of(one)]


def command_of(process: psutil.Process) -> str:
    """Empty for one that has ended, at whatever moment."""
    try:
        return next(iter(process.cmdline()), "")
    except psutil.NoSuchProcess:  # a zombie too
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def graph(parser_folder: Path) -> Iterator[Graph]:
    with home() as var, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATCHGRAPH_VAR", str(var))
        patch.setenv("MATCHGRAPH_PORT", str(free_port()))
        patch.setenv("MATCHGRAPH_DASHBOARD_PORT", str(free_port()))
        settings = Settings()
        models = register_models(settings, parser_folder, var / "build")
        with (
            running(settings, models),
            httpx.Client(base_url=address(settings), headers=key_header(settings), timeout=60) as http,
        ):
            yield Graph(settings, models, http)
        assert not (var / "postgres" / "location").exists(), "the database was put elsewhere, and would be left there"


@pytest.fixture(scope="session")
async def fed(graph: Graph) -> Graph:
    async with await async_client(graph.settings) as http:
        await take_in(http)
    return graph


def address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def key_header(settings: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {demo_key(settings)}"}


async def async_client(settings: Settings, path: str = "") -> httpx.AsyncClient:
    header = await asyncio.to_thread(key_header, settings)  # the first call makes the key, in a loop of its own
    return httpx.AsyncClient(base_url=address(settings) + path, headers=header, timeout=60)


async def take_in(http: httpx.AsyncClient) -> None:
    """A few samples of each kind, by the start of their file names as references."""
    for kind, folder, names in (("candidate", "cvs", CVS), ("job", "jobs", JOBS)):
        paths = [next((ROOT / "samples" / folder).glob(f"{name}*")) for name in names]
        parts = [("files", (path.name, path.read_bytes())) for path in paths]
        batch = (await http.post("/v1/imports", files=parts, data={"kind": kind, "references": names})).json()
        while batch["done"] < batch["total"]:
            await asyncio.sleep(0.2)
            batch = (await http.get(f"/v1/imports/{batch['id']}")).json()
        assert [item["state"] for item in batch["items"]] == ["indexed"] * len(names), batch


async def scores(http: httpx.AsyncClient) -> dict[tuple[str, str], float]:
    """Every job's score of every candidate that `take_in` took in, by their references."""
    people = (await http.get("/v1/candidates?limit=100")).json()["items"]
    names = {one["id"]: one["reference"] for one in people if one["reference"] in CVS}
    found = {}
    for job in (await http.get("/v1/jobs")).json()["items"]:
        exactly = {"job_id": job["id"], "candidate_ids": list(names), "limit": 100}
        answer = (await http.post("/v1/matches", json=exactly)).json()
        for match in answer["matches"]:
            found[job["reference"], names[match["id"]]] = match["score"]
    return found
