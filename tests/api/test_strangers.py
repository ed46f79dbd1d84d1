"""Without a key nothing is answered, and with a key nothing of another tenant."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from pipelines.openapi import contract
from tests.api.service import Service, create, job_ad, problem, resume

NOBODY = "0" * 32


def routes() -> list[tuple[str, str]]:
    """Every route that asks for a key, from the contract."""
    paths: dict[str, dict[str, Any]] = json.loads(contract())["paths"]
    return [
        (method.upper(), path)
        for path, methods in paths.items()
        for method, described in methods.items()
        if "security" in described
    ]


ROUTES = routes()
OF_ONE = [(method, path) for method, path in ROUTES if "{id}" in path]
PREFIXES = {"candidates": "cnd", "jobs": "job", "documents": "doc", "matches": "mat", "imports": "imp"}


def test_all_nouns_are_behind_a_key() -> None:
    assert {path.split("/")[2] for _, path in ROUTES} == {
        *PREFIXES,
        "models",
        "embeddings",
        "rerank",
        "skills",
        "admin",
    }


async def test_a_stranger_cannot_make_the_service_read(service: Service) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("the body of a stranger was read")
        yield b""

    answer = await service.client().post("/v1/imports", content=unread(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 401


@pytest.mark.parametrize("key", ["", "mg_wrong", "mg_" + "0" * 64, "naïve".encode("latin-1").decode("latin-1")])
async def test_without_a_valid_key_nothing_is_answered(service: Service, key: str) -> None:
    stranger = service.client()
    headers = {"Authorization": f"Bearer {key}".encode("latin-1")} if key else {}

    for method, path in ROUTES:
        answer = await stranger.request(method, path.replace("{id}", f"cnd_{NOBODY}"), headers=headers)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"
        problem(answer)


async def test_a_tenant_s_key_opens_no_operator_s_route_and_an_operator_s_no_tenant_s(
    service: Service, http: httpx.AsyncClient
) -> None:
    operator = await service.operator()

    for method, path in ROUTES:
        wrong = http if path.startswith("/v1/admin") else operator
        answer = await wrong.request(method, path.replace("{id}", f"cnd_{NOBODY}").replace("{change}", "1"))
        assert problem(answer)["type"] == "/problems/forbidden", (method, path)


@pytest.mark.parametrize(("method", "path"), OF_ONE)
async def test_an_unknown_id_is_404_on_every_route(http: httpx.AsyncClient, method: str, path: str) -> None:
    known = path.replace("{id}", f"{PREFIXES[path.split('/')[2]]}_{NOBODY}")

    answer = await http.request(method, known, json=resume() if method == "PUT" else None)

    assert problem(answer)["type"] == "/problems/not-found"


@pytest.mark.parametrize(("method", "path"), OF_ONE)
async def test_an_id_of_another_tenant_is_404_on_every_route(service: Service, method: str, path: str) -> None:
    owner, other = await service.tenant(), await service.tenant()
    made = await everything_of(owner)
    known = path.replace("{id}", made[path.split("/")[2]])

    answer = await other.request(method, known, json=resume() if method == "PUT" else None)

    assert problem(answer)["status"] == 404
    if method != "DELETE":
        assert (await owner.request("GET", known)).status_code == 200


async def everything_of(client: httpx.AsyncClient) -> dict[str, str]:
    """An id of each noun."""
    candidate = await create(client, "candidates", resume())
    job = await create(client, "jobs", job_ad())
    found = await client.post("/v1/matches", json={"job_id": job["id"]})
    batch = await client.post("/v1/imports", data={"kind": "job"}, files=[("files", ("a.txt", b"x"))])
    return {
        "candidates": candidate["id"],
        "jobs": job["id"],
        "documents": candidate["document"],
        "matches": found.json()["match_id"],
        "imports": batch.json()["id"],
    }


async def test_ids_of_another_tenant_are_unknown_in_a_query(service: Service, http: httpx.AsyncClient) -> None:
    made = await everything_of(await service.tenant())
    own = await create(http, "jobs", job_ad())

    for query in (
        {"job_id": made["jobs"]},
        {"candidate_id": made["candidates"]},
        {"job_id": own["id"], "candidate_ids": [made["candidates"]]},
    ):
        assert problem(await http.post("/v1/matches", json=query))["status"] == 404


@pytest.mark.parametrize("id", ["..", "%2e%2e", "x", "cnd_%00", "cnd_" + "a" * 400, "cnd_%F0%9F%92%A9", "cnd_..", "'"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_what_is_no_id_is_refused_before_any_store_hears_of_it(
    http: httpx.AsyncClient, method: str, id: str
) -> None:
    path = httpx.URL(f"http://matchgraph/v1/candidates/{id}")

    answer = await http.request(method, path)

    assert problem(answer)["status"] in (404, 405, 422)
