"""Processes really die: a killed replica costs at most what it computed, a killed worker nothing that was accepted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from ray import serve as ray_serve

from models.folders import write_model
from serve.run import CONFIG, NAME, configured, deploy
from stores.registry import open_registry
from tests.serve.conftest import ROOT, Graph, address, key_header

RETRIES = 60  # half a second apart: a replica that loads its model again is back within 30 s here


@dataclass
class Load:
    """What a client saw that asks all the time, without retrying."""

    statuses: list[int] = field(default_factory=list)
    models: set[str] = field(default_factory=set)

    @property
    def failed(self) -> int:
        return sum(status != 200 for status in self.statuses)


@contextmanager
def load(graph: Graph, clients: int = 2) -> Iterator[Load]:
    """Clients that ask for matches of a stored job until the block ends."""
    job = graph.http.get("/v1/jobs").json()["items"][0]["id"]
    header, done, seen = key_header(graph.settings), threading.Event(), Load()

    def ask() -> None:
        with httpx.Client(base_url=address(graph.settings), headers=header, timeout=60) as http:
            while not done.is_set():
                answer = http.post("/v1/matches", json={"job_id": job})
                seen.statuses.append(answer.status_code)
                if answer.status_code == 200:
                    seen.models.add(answer.json()["models"]["ranker"])

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join()


def ask_until_answered(graph: Graph, body: object) -> httpx.Response:
    """As a client should: what failed is sent again."""
    for _ in range(RETRIES):
        try:
            answer = graph.http.post("/v1/matches", json=body)
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code < 500:
            return answer
        time.sleep(0.5)
    raise AssertionError("no answer after all retries")


def wait_for(graph: Graph, deployment: str, other_than: int) -> int:
    """The process id of the replica that came in place of a killed one."""
    for _ in range(RETRIES * 2):
        pids = [one.pid for one in graph.replicas(deployment) if one.pid != other_than]
        if pids and ray_serve.status().applications[NAME].deployments[deployment].status == "HEALTHY":
            return pids[0]
        time.sleep(0.5)
    raise AssertionError(f"no new {deployment} replica")


@pytest.mark.parametrize("deployment", ["embedding", "ranking", "scoring", "parsing"])
def test_a_killed_model_replica_comes_back_and_retried_requests_succeed(fed: Graph, deployment: str) -> None:
    text = {"text": "Registered nurse, intensive care, BLS and ACLS, two years of experience", "limit": 3}
    before = ask_until_answered(fed, text).json()["matches"]

    with load(fed) as seen:
        time.sleep(1)
        (victim,) = fed.replicas(deployment)
        victim.kill()
        after = ask_until_answered(fed, text).json()["matches"]
        wait_for(fed, deployment, other_than=victim.pid)

    assert [one["score"] for one in after] == [one["score"] for one in before]
    assert set(seen.statuses) <= {200, 500, 503}
    assert seen.failed < len(seen.statuses)
    assert ask_until_answered(fed, text).status_code == 200


def test_a_killed_ingress_loses_no_accepted_file_and_indexes_none_twice(fed: Graph) -> None:
    files = sorted((ROOT / "samples" / "cvs").glob("8*.docx"))[:8]
    parts = [("files", (path.name, path.read_bytes())) for path in files]
    batch = fed.http.post("/v1/imports", files=parts, data={"kind": "candidate"}).json()

    (victim,) = fed.replicas("ingress")
    victim.kill()
    wait_for(fed, "ingress", other_than=victim.pid)
    states = settled(fed, batch["id"])

    assert states == ["indexed"] * len(files)
    assert len(set(found_owners(fed)) & {item["owner"] for item in batch["items"]}) == len(files)


def settled(graph: Graph, batch: str) -> list[str]:
    for _ in range(RETRIES * 2):
        try:
            answer = graph.http.get(f"/v1/imports/{batch}")
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code == 200 and answer.json()["done"] == answer.json()["total"]:
            return [item["state"] for item in answer.json()["items"]]
        time.sleep(0.5)
    raise AssertionError("the import does not end")


def found_owners(graph: Graph) -> list[str]:
    """Everybody that a match of everything returns; one who is indexed twice would stand there twice."""
    job = graph.http.get("/v1/jobs").json()["items"][0]["id"]
    matches = ask_until_answered(graph, {"job_id": job, "limit": 100, "explain": False}).json()["matches"]
    owners = [match["id"] for match in matches]
    assert len(owners) == len(set(owners))
    return owners


def test_a_new_version_and_the_way_back_cost_no_request_and_no_replica(fed: Graph) -> None:
    baseline = fed.settings.var / "baseline"
    write_model(baseline, {"kind": "weighted"}, {})
    version = str(open_registry(fed.settings).register("ranker", baseline, {}))
    replicas = [one.pid for one in fed.replicas("ranking")]

    with load(fed) as seen:
        time.sleep(1)
        deploy(fed.settings, configured(fed.settings, fed.models | {"ranker": version}, CONFIG))
        time.sleep(2)
        deploy(fed.settings, configured(fed.settings, fed.models, CONFIG))

    assert version != fed.models["ranker"]
    assert seen.failed == 0
    assert seen.models == {fed.models["ranker"], version}
    assert [one.pid for one in fed.replicas("ranking")] == replicas
