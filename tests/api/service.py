"""The service under test, as its clients see it: HTTP over ASGI, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from core.settings import Settings
from stores.access import SqlAccess
from stores.sql import open_engine
from tests import make

SAMPLES = Path(__file__).parents[2] / "samples"
SCANS = ("20-", "65-")


@dataclass(frozen=True)
class Service:
    settings: Settings
    app: FastAPI
    access: SqlAccess
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, key: str = "") -> httpx.AsyncClient:
        """As a stranger, or as whoever holds the key."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url="http://matchgraph",
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=60,
        )
        self.clients.append(client)
        return client

    async def operator(self) -> httpx.AsyncClient:
        """A client of somebody who may change what serves."""
        async with open_engine(self.settings.owner_database_url) as engine:
            return self.client(await SqlAccess(engine, self.access.keyring).add_operator(make.name("operator")))

    async def tenant(self) -> httpx.AsyncClient:
        """A client of a tenant that nobody else has."""
        tenant = await self.access.add_tenant(make.name("tenant"))
        return self.client(await self.access.add_key(tenant, "made by a test"))


def sample(beginning: str) -> Path:
    """The one sample whose name begins so: `cvs/65-`."""
    folder, _, name = beginning.partition("/")
    (found,) = (SAMPLES / folder).glob(f"{name}*")
    return found


def part(path: Path) -> dict[str, tuple[str, bytes]]:
    """A file as httpx sends it."""
    return {"file": (path.name, path.read_bytes())}


def resume(
    name: str = "Ada Example", *, skills: Sequence[str] = ("Python", "PostgreSQL"), **more: Any
) -> dict[str, Any]:
    """A small JSON Resume; any other section by its name."""
    return {
        "basics": {
            "name": name,
            "label": "Backend engineer",
            "summary": "Builds payment services with small teams in the cloud.",
            "location": {"city": "Leeds", "countryCode": "GB"},
        },
        "work": [{"name": "Fernhill Payments", "position": "Backend engineer", "startDate": "2019-04"}],
        "skills": [{"name": one} for one in skills],
    } | more


def job_ad(title: str = "Backend engineer", **more: Any) -> dict[str, Any]:
    """A small JSON job; any other field by its name."""
    return {"title": title, "requirements": ["3+ years of Python", "PostgreSQL", "Docker"]} | more


async def create(client: httpx.AsyncClient, noun: str, content: dict[str, Any]) -> dict[str, Any]:
    """What was made of a JSON body."""
    answer = await client.post(f"/v1/{noun}", json=content)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def match(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.post("/v1/matches", json=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def settled(client: httpx.AsyncClient, import_id: str) -> dict[str, Any]:
    """The import once all its items are done."""
    async with asyncio.timeout(60):
        while True:
            batch: dict[str, Any] = (await client.get(f"/v1/imports/{import_id}")).json()
            if batch["done"] == batch["total"]:
                return batch
            await asyncio.sleep(0.1)


async def everything(client: httpx.AsyncClient, noun: str, limit: int = 100) -> list[dict[str, Any]]:
    """All items, page by page."""
    items: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        page = (await client.get(f"/v1/{noun}", params=query)).json()
        items += page["items"]
        if page["after"] is None:
            return items
        query["after"] = page["after"]


async def serving(client: httpx.AsyncClient) -> dict[str, str]:
    """The versions that serve, by the name of their model."""
    listed = (await client.get("/v1/models")).json()["data"]
    return {one["id"].partition("/")[0]: one["id"] for one in listed if one["state"] == "serving"}


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The body of a problem, which has the form that RFC 9457 gives it."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return body
