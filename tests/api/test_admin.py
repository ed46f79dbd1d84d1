"""Versions to traffic and back: who may, what is recorded, and what answers meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from models.folders import write_model
from stores.registry import open_registry
from tests.api.conftest import Fed
from tests.api.service import Service, create, job_ad, match, problem, resume, serving


@dataclass(frozen=True)
class Admin:
    """An operator, and versions that nobody has seen yet."""

    http: httpx.AsyncClient
    ranker: str
    scorer: str
    broken: str

    async def change(self, action: str, *versions: str, why: str = "a test", **more: Any) -> dict[str, Any]:
        body = {"action": action, "versions": versions, "why": why, "force": True, **more}
        answer = await self.http.post("/v1/admin/changes", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def plan(self) -> dict[str, Any]:
        plan: dict[str, Any] = (await self.http.get("/v1/admin/models")).json()
        return plan


@pytest.fixture(scope="module")
async def versions(service: Service) -> dict[str, str]:
    registry, folder = open_registry(service.settings), service.settings.var / "tried"
    write_model(folder / "ranker", {"kind": "weighted"}, {})
    write_model(folder / "scorer", {"kind": "baseline"}, {})
    write_model(folder / "broken", {"kind": "nothing that is known"}, {})
    names = {"ranker": "ranker", "scorer": "scorer", "broken": "ranker"}
    return {key: str(registry.register(name, folder / key, {})) for key, name in names.items()}


@pytest.fixture
async def admin(service: Service, versions: dict[str, str]) -> AsyncIterator[Admin]:
    """What served before the test serves after it."""
    made = Admin(await service.operator(), **versions)
    before = (await made.plan())["serving"]
    yield made
    plan = await made.plan()
    if plan["trial"]:
        await made.change("stop")
    if plan["serving"] != before:
        back = ("rollback",) if plan["previous"] == before else ("promote", *before.values())
        assert (await made.change(*back))["state"] == "applied"


async def test_a_promotion_answers_at_once_and_a_rollback_as_before(admin: Admin, fed: Fed) -> None:
    job = fed.job("01-")
    before = await match(fed.http, job_id=job)

    change = await admin.change("promote", admin.ranker, admin.scorer)
    promoted = await match(fed.http, job_id=job)
    back = await admin.change("rollback", why="as it was")
    after = await match(fed.http, job_id=job)

    assert (change["state"], back["state"]) == ("applied", "applied")
    assert {name: promoted["models"][name] for name in ("ranker", "scorer")} == {
        "ranker": admin.ranker,
        "scorer": admin.scorer,
    }
    assert promoted["matches"] != before["matches"]
    assert (after["models"], after["matches"]) == (before["models"], before["matches"])


async def test_the_record_says_who_when_why_from_what_and_to_what(admin: Admin) -> None:
    before = (await admin.plan())["serving"]

    change = await admin.change("promote", admin.ranker, why="looks better")

    history = (await admin.http.get("/v1/admin/changes")).json()["items"]
    assert history[0] == change == (await admin.http.get(f"/v1/admin/changes/{change['id']}")).json()
    assert change["who"].startswith("operator")
    assert (change["why"], change["forced"]) == ("looks better", True)
    assert change["created_at"] <= change["settled_at"]
    assert (change["before"], change["after"]) == (before, {**before, "ranker": admin.ranker})
    assert history[-1]["who"] == "configuration"


async def test_a_version_that_does_not_load_changes_nothing(admin: Admin, fed: Fed) -> None:
    before = await admin.plan()

    change = await admin.change("promote", admin.broken)

    assert change["state"] == "failed"
    assert "nothing that is known" in change["said"]
    assert await admin.plan() == before
    assert (await match(fed.http, job_id=fed.job("01-")))["models"]["ranker"] == before["serving"]["ranker"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "promote", "versions": ["ranker/99"]}, "refused"),
        ({"action": "promote", "versions": []}, 422),
        ({"action": "promote", "versions": ["latest"]}, 422),
        ({"action": "promote", "versions": ["writer/1"]}, 422),
        ({"action": "promote", "versions": ["ranker/1", "ranker/2"]}, 422),
        ({"action": "canary", "versions": ["parser/2"]}, 422),
        ({"action": "canary", "versions": ["ranker/2"], "percent": 0}, 422),
        ({"action": "shadow", "versions": ["ranker/2"], "why": ""}, 422),
        ({"action": "stop"}, 409),
        ({"action": "delete"}, 422),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_nothing_changes(
    admin: Admin, body: dict[str, Any], status: int | str
) -> None:
    before = await admin.plan()

    answer = await admin.http.post("/v1/admin/changes", json={"why": "a test", **body})

    assert status in (answer.status_code, answer.json().get("state"))
    assert (await admin.plan()) == before


async def test_what_serves_already_cannot_be_promoted_again(admin: Admin) -> None:
    body = {"action": "promote", "versions": [(await admin.plan())["serving"]["ranker"]], "why": "again"}

    assert problem(await admin.http.post("/v1/admin/changes", json=body))["status"] == 409


async def test_a_canary_takes_its_share_of_questions_and_always_the_same(admin: Admin, fed: Fed) -> None:
    await admin.change("canary", admin.scorer, percent=50)
    jobs = [job["id"] for job in fed.jobs]
    candidates = [one["id"] for one in fed.candidates[:14]]

    async def answered_by() -> list[str]:
        asked = [{"job_id": id} for id in jobs] + [{"candidate_id": id} for id in candidates]
        return [(await match(fed.http, limit=1, explain=False, **one))["models"]["scorer"] for one in asked]

    first, again = await answered_by(), await answered_by()
    await admin.change("canary", admin.scorer, percent=80)
    more = await answered_by()

    assert first == again
    tried = first.count(admin.scorer)
    assert 0.1 < tried / len(first) < 0.9
    assert more.count(admin.scorer) >= tried
    assert all(later == admin.scorer for once, later in zip(first, more, strict=True) if once == admin.scorer)


async def test_a_canary_by_tenants_leaves_a_tenant_on_one_side(admin: Admin, service: Service) -> None:
    await admin.change("canary", admin.ranker, percent=50, by="tenants")

    sides = set()
    for _ in range(4):
        tenant = await service.tenant()
        await create(tenant, "candidates", resume())
        jobs = [await create(tenant, "jobs", job_ad(title)) for title in ("Backend engineer", "Nurse")]
        answered = {(await match(tenant, job_id=job["id"]))["models"]["ranker"] for job in jobs}
        assert len(answered) == 1
        sides |= answered

    assert admin.ranker in sides or len(sides) == 1
    assert len(sides) <= 2


async def test_a_shadow_answers_copies_that_nobody_sees_and_is_compared(admin: Admin, fed: Fed) -> None:
    served = (await serving(fed.http))["scorer"]
    await admin.change("shadow", admin.scorer)

    answers = [await match(fed.http, job_id=job["id"]) for job in fed.jobs]

    assert {answer["models"]["scorer"] for answer in answers} == {served}
    async with asyncio.timeout(10):
        while (shown := (await admin.plan())["shown"])["compared"] + shown["dropped"] < len(answers):
            await asyncio.sleep(0.1)
    assert shown["compared"] > 0
    assert shown["tried"]["failed"] == 0
    assert 0 <= shown["overlap_at_10"] <= 1
    assert shown["largest_score_difference"] >= shown["mean_score_difference"] > 0
    metrics = (await fed.http.get("/metrics")).text
    assert "matchgraph_trial_overlap_count" in metrics


async def test_another_trial_waits_until_the_first_is_stopped(admin: Admin) -> None:
    await admin.change("shadow", admin.ranker)
    body = {"action": "canary", "versions": [admin.scorer], "why": "a test"}

    refused = await admin.http.post("/v1/admin/changes", json=body)
    await admin.change("canary", admin.ranker, percent=1)
    stopped = await admin.change("stop")

    assert problem(refused)["status"] == 409
    assert stopped["trial"] is None


async def test_a_request_may_pin_what_served_or_was_on_trial(admin: Admin, fed: Fed) -> None:
    job = fed.job("01-")
    await admin.change("shadow", admin.ranker)

    pinned = await match(fed.http, job_id=job, models={"ranker": admin.ranker})
    plain = await match(fed.http, job_id=job)

    assert pinned["models"] == {**plain["models"], "ranker": admin.ranker}
    listed = {one["id"]: one["state"] for one in (await fed.http.get("/v1/models")).json()["data"]}
    assert listed[admin.ranker] == "trial"


@pytest.mark.parametrize(
    ("models", "status"),
    [
        ({"ranker": "ranker/99"}, 404),
        ({"embedder": "embedder/2"}, 404),
        ({"ranker": "latest"}, 422),
        ({"ranker": "scorer/1"}, 422),
        ({"writer": "writer/1"}, 422),
    ],
)
async def test_a_pin_that_cannot_answer_says_so(fed: Fed, models: dict[str, str], status: int) -> None:
    answer = await fed.http.post("/v1/matches", json={"job_id": fed.job("01-"), "models": models})

    assert problem(answer)["status"] == status


async def test_every_gate_says_what_it_compared_and_one_that_cannot_compare_refuses(admin: Admin) -> None:
    change = await admin.change("promote", admin.scorer, force=False)

    findings = {one["gate"]: one for one in change["findings"]}
    assert change["state"] == "refused"
    assert list(findings) == ["files", "golden requests", "speed", "fairness", "held-out"]
    assert findings["files"]["passed"]
    assert findings["golden requests"]["compared"]["requests"] == 3
    assert findings["speed"]["compared"]["new_ms"] > 0
    assert "evaluation.json" in findings["held-out"]["says"]
    assert (await admin.plan())["serving"]["scorer"] != admin.scorer
