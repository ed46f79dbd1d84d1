"""Another encoder under load: nothing fails, nothing that comes meanwhile is missed, and the way back is whole."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from models.folders import write_model
from serve.graded import graded_jobs
from stores.registry import open_registry
from tests.api.service import Service, create, job_ad, match, problem, resume, serving

DOCUMENTS = 60
TRADES = ("Backend engineer", "Nurse", "Welder", "Accountant", "Data analyst", "Electrician")
PAUSE_S = 0.3  # between two requests of one client


@dataclass
class Load:
    """Somebody who asks and sends documents all the time."""

    http: httpx.AsyncClient
    jobs: list[str]
    statuses: list[int] = field(default_factory=list)
    embedders: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    async def ask(self) -> None:
        for number in itertools.count():
            answer = await self.http.post("/v1/matches", json={"job_id": self.jobs[number % len(self.jobs)]})
            self.statuses.append(answer.status_code)
            if answer.is_success:
                self.embedders.append(answer.json()["models"]["embedder"])
            await asyncio.sleep(PAUSE_S)

    async def send(self) -> None:
        for number in itertools.count():
            label = TRADES[number % len(TRADES)]
            answer = await self.http.post("/v1/candidates", json=resume(f"Late {number}", basics={"label": label}))
            self.statuses.append(answer.status_code)
            if answer.is_success:
                self.sent.append(answer.json()["id"])
            await asyncio.sleep(PAUSE_S)

    async def answered_by(self, embedder: str) -> None:
        """Returns when the last answer is of that one: what was applied is looked for twice a second."""
        async with asyncio.timeout(20):
            while self.embedders[-1:] != [embedder]:
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(one()) for one in (self.ask, self.send)]
        try:
            yield
        finally:
            for one in tasks:
                one.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


@dataclass
class Switched:
    """What happened while an operator switched the encoder of a service in use, and went back."""

    old: str
    new: str
    load: Load
    second: httpx.Response  # another change meanwhile
    change: dict[str, Any]
    back: dict[str, Any]
    served: dict[str, Any]  # a match of all that came meanwhile, by the new encoder
    returned: dict[str, Any]  # the same, after going back
    erased: list[dict[str, Any]]


@pytest.fixture(scope="module")
async def switched(service: Service) -> Switched:
    with pytest.MonkeyPatch.context() as patch:  # a hundred files take a while to read
        few = [replace(job, cvs=job.cvs[:8]) for job in graded_jobs()[:2]]
        patch.setattr("serve.switching.graded_jobs", lambda: few)
        return await switch(service)


async def switch(service: Service) -> Switched:
    http, operator = await service.tenant(), await service.operator()
    old, new = (await serving(http))["embedder"], registered(service)
    jobs = [(await create(http, "jobs", job_ad(trade)))["id"] for trade in TRADES]
    people = [resume(f"Ada {n}", basics={"label": f"{TRADES[n % 6]} {n}"}) for n in range(DOCUMENTS - len(jobs))]
    stored = [(await create(http, "candidates", one))["id"] for one in people]
    for job in jobs:
        await match(http, job_id=job)
    load = Load(http, jobs)
    async with load.running():
        switching = asyncio.create_task(promoted(operator, new))
        await asyncio.sleep(0.2)
        second = await operator.post("/v1/admin/changes", json=wish(new))
        change = await switching
        await load.answered_by(new)
        served = await among(http, jobs[0], load.sent)
        erased = [(await http.delete(f"/v1/candidates/{id}")).json() for id in (stored[0], load.sent.pop())]
        back = (await operator.post("/v1/admin/changes", json={"action": "rollback", "why": "a test"})).json()
        await load.answered_by(old)
    returned = await among(http, jobs[0], load.sent)
    return Switched(old, new, load, second, change, back, served, returned, erased)


def registered(service: Service) -> str:
    """An encoder of another size than the one that serves."""
    folder = service.settings.var / "switched"
    write_model(folder, {"kind": "hashing", "dimension": 320}, {})
    return str(open_registry(service.settings).register("embedder", folder, {}))


def wish(version: str) -> dict[str, Any]:
    return {"action": "promote", "versions": [version], "why": "a test", "force": True}


async def promoted(operator: httpx.AsyncClient, version: str) -> dict[str, Any]:
    """The change once it is made."""
    answer = await operator.post("/v1/admin/changes", json=wish(version))
    assert answer.status_code == 201, answer.text
    change: dict[str, Any] = answer.json()
    async with asyncio.timeout(120):
        while change["state"] == "preparing":
            await asyncio.sleep(0.2)
            change = (await operator.get(f"/v1/admin/changes/{change['id']}")).json()
    return change


async def among(http: httpx.AsyncClient, job: str, candidates: list[str]) -> dict[str, Any]:
    """A match of exactly these; fails when one of them is not in the collection that answers."""
    return await match(http, job_id=job, candidate_ids=candidates[:100], limit=100, explain=False)


async def test_no_request_fails_and_answers_are_of_one_encoder_at_a_time(switched: Switched) -> None:
    assert (switched.change["state"], switched.back["state"]) == ("applied", "applied")
    assert {status // 100 for status in switched.load.statuses} == {2}
    runs = [embedder for embedder, _ in itertools.groupby(switched.load.embedders)]
    assert runs == [switched.old, switched.new, switched.old]


async def test_nothing_that_came_meanwhile_is_missed_by_either(switched: Switched) -> None:
    assert switched.served["models"]["embedder"] == switched.new
    assert switched.returned["models"]["embedder"] == switched.old
    assert len(switched.returned["matches"]) == min(100, len(switched.load.sent)) > 0


async def test_only_one_switch_is_made_at_a_time(switched: Switched) -> None:
    assert problem(switched.second)["status"] == 409


async def test_who_is_erased_is_erased_from_both(switched: Switched) -> None:
    assert [one["points"] for one in switched.erased] == [2, 2]


async def test_the_record_says_what_was_filled_and_what_changes(switched: Switched) -> None:
    findings = {one["gate"]: one for one in switched.change["findings"]}

    assert findings["filled"]["passed"]
    assert findings["filled"]["compared"]["made"] >= DOCUMENTS
    questions = findings["recent questions"]["compared"]
    assert questions["questions"] >= len(TRADES)
    assert 0 <= questions["least_overlap"] <= questions["overlap_at_10"] <= 1
    graded = findings["graded samples"]["compared"]
    assert (graded["jobs"], graded["cvs"] > 8) == (2, True)
    assert 0 < graded["served_ndcg_10"] <= 1
    assert 0 < graded["new_ndcg_10"] <= 1
