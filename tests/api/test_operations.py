"""What operators look at: health, readiness, metrics, and the contract's names."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.auth import RECENT_S, RecentKeys
from core.domain import TenantId
from core.errors import Unauthorised
from models.drift import WINDOW
from pipelines.openapi import contract
from tests.api.conftest import Fed
from tests.api.service import Service, create, job_ad, match, resume, serving


async def samples_of(http: httpx.AsyncClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = (await http.get("/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def total(samples: dict[tuple[str, frozenset[tuple[str, str]]], float], name: str, **labels: str) -> float:
    return sum(
        value for (known, its), value in samples.items() if known == name and labels.items() <= dict(its).items()
    )


async def test_traffic_shows_in_the_metrics(service: Service, http: httpx.AsyncClient) -> None:
    before = await samples_of(http)

    job = await create(http, "jobs", job_ad())
    await create(http, "candidates", resume())
    await match(http, job_id=job["id"])
    await http.request("NONSENSE", "/v1/jobs")

    after = await samples_of(http)
    pins = await serving(http)

    def grown(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    requests = "matchgraph_http_request_seconds_count"
    assert grown(requests, method="POST", route="/v1/jobs", status="201") == 1
    assert grown(requests, method="POST", route="/v1/matches", status="200") == 1
    assert grown(requests, method="other", status="405") == 1
    assert grown("matchgraph_database_query_seconds_count") > 10
    for part, version in (
        ("parsing", "parser"),
        ("embedding", "embedder"),
        ("ranking", "ranker"),
        ("scoring", "scorer"),
    ):
        assert grown("matchgraph_model_call_seconds_count", part=part, version=pins[version]) >= 1
        assert grown("matchgraph_model_items_total", part=part, version=pins[version]) >= 1
    states = {dict(labels)["state"] for name, labels in after if name == "matchgraph_queue_tasks"}
    assert states == {"waiting", "running", "failed"}
    assert "# TYPE matchgraph_http_failures_total counter" in (await service.client().get("/metrics")).text


async def test_drift_is_measured_of_what_matches_score(fed: Fed) -> None:
    pins = await serving(fed.http)
    before = await samples_of(fed.http)

    for _ in range(8):
        answer = await match(fed.http, job_id=fed.jobs[0]["id"], limit=1)
        await match(fed.http, job_id=fed.jobs[0]["id"], weights={"skills": 2}, limit=1)

    after = await samples_of(fed.http)
    pairs = answer["considered"]
    for name, matches in (("ranker", 16), ("scorer", 8)):  # under a caller's own weights it is no probability
        then, now = (total(some, "matchgraph_drift_pairs", version=pins[name]) for some in (before, after))
        assert now == min(then + matches * pairs, WINDOW)
    assert (
        total(after, "matchgraph_drift_psi", version=pins["ranker"], feature="words") > 0.25
    )  # spread as no words are
    assert ("matchgraph_drift_psi", frozenset({("version", pins["scorer"]), ("feature", "score")})) in after
    abstained = [
        total(some, "matchgraph_drift_unknown_ratio", version=pins["scorer"], feature="score")
        * total(some, "matchgraph_drift_pairs", version=pins["scorer"])
        for some in (before, after)  # other tests' pairs are in the window too
    ]
    assert abstained[1] <= abstained[0] + 1e-6


async def test_no_id_and_no_path_of_a_client_becomes_a_label(fed: Fed) -> None:
    await fed.http.get(f"/v1/candidates/{fed.candidates[0]['id']}")
    await fed.http.get("/v1/whatever-clients-think-of")

    text = (await fed.http.get("/metrics")).text

    assert fed.candidates[0]["id"] not in text
    assert "whatever" not in text


async def test_health_needs_no_key(service: Service) -> None:
    stranger = service.client()

    assert (await stranger.get("/health/live")).json() == {"status": "ok"}
    ready = await stranger.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "checks": {"database": True, "vectors": True}})


async def test_the_docs_are_served(service: Service) -> None:
    assert (await service.client().get("/docs")).status_code == 200
    assert (await service.client().get("/openapi.json")).json() == json.loads(contract())


def operations() -> list[dict[str, Any]]:
    return [operation for methods in json.loads(contract())["paths"].values() for operation in methods.values()]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_docs_load_nothing_from_elsewhere(service: Service, path: str) -> None:
    async with service.client() as anybody:
        page = (await anybody.get(path)).text

    assert "<script" in page
    assert re.findall(r"(?:src|href)=[\"'](?:https?:)?//[^\"']*", page) == []


def test_every_operation_has_a_name_that_a_client_can_use() -> None:
    names = [operation["operationId"] for operation in operations()]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in names)
    assert all(operation.get("description") for operation in operations())


def test_every_error_of_the_contract_is_a_problem() -> None:
    for operation in operations():
        for status, response in operation["responses"].items():
            if status >= "400" and operation["operationId"] != "read_readiness":
                assert list(response["content"]) == ["application/problem+json"], (operation["operationId"], status)


async def test_a_key_is_looked_up_again_after_a_few_seconds_and_only_hits_are_kept() -> None:
    now, valid, asked = 0.0, {"mg_a": TenantId("tnt_a")}, list[str]()

    class Door:
        async def tenant_of(self, key: str) -> TenantId:
            asked.append(key)
            if key not in valid:
                raise Unauthorised("the API key is not valid")
            return valid[key]

        async def add_tenant(self, name: str) -> TenantId:
            raise NotImplementedError

        async def add_key(self, tenant: TenantId, label: str) -> str:
            raise NotImplementedError

    keys, door = RecentKeys(lambda: now), Door()

    async def allowed(key: str) -> bool:
        try:
            return await keys.tenant_of(key, door) == valid.get(key, "tnt_a")
        except Unauthorised:
            return False

    assert not await allowed("mg_b")
    valid["mg_b"] = TenantId("tnt_b")
    assert await allowed("mg_b")
    assert asked == ["mg_b", "mg_b"]
    assert await allowed("mg_b")
    assert len(asked) == 2
    del valid["mg_b"]
    now = RECENT_S
    assert not await allowed("mg_b")
