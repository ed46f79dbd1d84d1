"""The graph on a real Ray: it answers, its errors are errors, and the three compositions agree."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import psutil
import pytest
import yaml
from ray import serve as ray_serve
from ray.serve.schema import ServeDeploySchema

from core.settings import Settings
from serve.app import Arguments, build, local
from tests.models.pages import scan_of_nothing
from tests.serve.conftest import CVS, JOBS, ROOT, Graph, async_client, descendants, key_header, scores, take_in
from tests.serving import home

DEPLOYMENTS = {"ingress", "parsing", "embedding", "ranking", "scoring"}


def test_every_deployment_is_healthy_under_a_name_that_explains_itself(graph: Graph) -> None:
    application = ray_serve.status().applications["matchgraph"]

    assert application.status == "RUNNING"
    assert {name: one.status for name, one in application.deployments.items()} == dict.fromkeys(DEPLOYMENTS, "HEALTHY")
    assert all(graph.replicas(name) for name in DEPLOYMENTS)


def test_a_job_finds_candidates_and_a_candidate_finds_jobs(fed: Graph) -> None:
    job = fed.http.get("/v1/jobs").json()["items"][0]

    people = fed.http.post("/v1/matches", json={"job_id": job["id"], "limit": 3}).json()
    best = people["matches"][0]
    jobs = fed.http.post("/v1/matches", json={"candidate_id": best["id"], "job_ids": [job["id"]]}).json()

    assert jobs["matches"][0]["score"] == best["score"]
    assert people["models"] == {name: fed.models[name] for name in ("embedder", "ranker", "scorer")}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/matches", {"job_id": "job_nobody"}, 404),
        ("/v1/matches", {"job_id": "a", "candidate_id": "b"}, 422),
        ("/v1/matches", {"text": "zzz qqq xxx"}, 422),
        ("/v1/matches", {"text": "Nurse", "weights": {"title": 11}}, 422),
    ],
)
def test_an_error_crosses_the_graph_as_itself(graph: Graph, path: str, body: object, status: int) -> None:
    answer = graph.http.post(path, json=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_refused_file_says_what_to_do_and_so_does_its_row(graph: Graph) -> None:
    answer = graph.http.post("/v1/candidates", files={"file": ("scan.pdf", scan_of_nothing())})

    assert answer.status_code == 422
    assert "OCR" in answer.json()["detail"]


async def test_graph_compact_and_local_give_equal_scores(fed: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await async_client(fed.settings) as http:
        by_graph = await scores(http)
    by_compact = await compact_scores(fed)
    by_local = await local_scores(fed, monkeypatch)

    assert len(by_graph) == len(CVS) * len(JOBS)
    assert by_graph == by_compact == by_local


async def compact_scores(fed: Graph) -> dict[tuple[str, str], float]:
    """A second application on the same Ray, with stores of its own: an embedded folder has one owner."""
    with home() as var:
        environment = places(fed, var)
        arguments = Arguments(composition="compact", models=fed.models, environment=environment)
        await asyncio.to_thread(ray_serve.run, build(arguments), name="compact", route_prefix="/compact")
        try:
            with pytest.MonkeyPatch.context() as patch:
                settings = here(patch, environment)
            async with await async_client(settings, "/compact") as http:
                await take_in(http)
                return await scores(http)
        finally:
            await asyncio.to_thread(ray_serve.delete, "compact")


async def local_scores(fed: Graph, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], float]:
    with home() as var, monkeypatch.context() as patch:
        settings = here(patch, places(fed, var))
        key = await asyncio.to_thread(key_header, settings)
        async with local(settings, fed.models) as app:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://local", headers=key) as http:
                await take_in(http)
                return await scores(http)


def places(fed: Graph, var: Path) -> dict[str, str]:
    """Stores of its own, but the models of the graph."""
    return {
        "MATCHGRAPH_VAR": str(var),
        "MATCHGRAPH_REGISTRY_URL": fed.settings.registry_url,
        "MATCHGRAPH_MODELS": str(fed.settings.models),
    }


def here(patch: pytest.MonkeyPatch, environment: dict[str, str]) -> Settings:
    for name, value in environment.items():
        patch.setenv(name, value)
    return Settings()


def test_nothing_listens_beyond_the_loopback_interface(graph: Graph) -> None:
    sockets = [(process.name(), ip) for process in descendants() for ip in listening(process)]

    assert sockets
    assert [one for one in sockets if one[1].removeprefix("::ffff:") not in ("127.0.0.1", "::1")] == []


def listening(process: psutil.Process) -> list[str]:
    try:
        return [one.laddr.ip for one in process.net_connections("inet") if one.status == "LISTEN"]
    except (psutil.NoSuchProcess, FileNotFoundError):  # ended meanwhile
        return []


@pytest.mark.parametrize("environment", ["development", "staging", "production"])
def test_each_environment_s_config_is_one_that_serve_takes_and_names_every_deployment(environment: str) -> None:
    file = ROOT / "deployments" / "serve" / f"{environment}.yaml"

    config = ServeDeploySchema.model_validate(yaml.safe_load(file.read_text()))

    (application,) = config.applications
    assert application.import_path == "serve.app:build"
    assert {one.name for one in application.deployments} == DEPLOYMENTS
    for one in application.deployments:
        assert one.autoscaling_config["max_replicas"] >= one.autoscaling_config["min_replicas"] >= 1
        assert one.user_config
