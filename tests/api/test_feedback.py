"""Feedback: judged once however often it is sent, corrected without loss, gone with the person."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from core.feedback import MAX_WORDS, Outcome
from tests.api.service import create, job_ad, match, problem, resume


class Asked:
    """A match of a fresh tenant: a job, two candidates, and whom it found first."""

    def __init__(self, http: httpx.AsyncClient, answer: dict[str, Any], job: str) -> None:
        self.http, self.job = http, job
        self.path = f"/v1/matches/{answer['match_id']}/feedback"
        self.found = [one["id"] for one in answer["matches"]]

    async def say(self, outcome: str = "shortlisted", **more: Any) -> httpx.Response:
        word = {"about": self.found[0], "judge": "ann", "outcome": outcome} | more
        return await self.http.post(self.path, json=word)

    async def history(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.http.get(self.path)).json()["items"]
        return items


@pytest.fixture
async def asked(http: httpx.AsyncClient) -> Asked:
    job = (await create(http, "jobs", job_ad()))["id"]
    for name in ("Ada Example", "Ben Example"):
        await create(http, "candidates", resume(name))
    return Asked(http, await match(http, job_id=job), job)


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_every_outcome_is_kept_as_it_was_given(asked: Asked, outcome: Outcome) -> None:
    answer = await asked.say(outcome, reason="Knows\npayments", judged_at="2026-11-20T09:30:00+01:00")

    assert answer.status_code == 201
    [said] = await asked.history()
    assert said == answer.json() | {"standing": True}
    assert (said["about"], said["judge"], said["outcome"]) == (asked.found[0], "ann", outcome)
    assert (said["reason"], said["judged_at"]) == ("Knows\npayments", "2026-11-20T08:30:00Z")


async def test_saying_it_again_adds_nothing(asked: Asked) -> None:
    first = await asked.say()

    again = await asked.say()

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(await asked.history()) == 1


async def test_of_many_at_once_one_is_kept(asked: Asked) -> None:
    answers = await asyncio.gather(*(asked.say() for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_a_correction_stands_and_what_it_corrects_stays(asked: Asked) -> None:
    for outcome in ("shortlisted", "rejected", "shortlisted"):
        assert (await asked.say(outcome)).status_code == 201

    told = [(one["outcome"], one["standing"]) for one in await asked.history()]

    assert told == [("shortlisted", False), ("rejected", False), ("shortlisted", True)]


async def test_each_judge_and_each_candidate_has_a_last_word(asked: Asked) -> None:
    await asked.say("rejected")
    await asked.say("hired", judge="bob")
    await asked.say("viewed", about=asked.found[1])

    assert [one["standing"] for one in await asked.history()] == [True, True, True]


async def test_only_what_the_match_showed_can_be_judged(asked: Asked) -> None:
    unseen = (await create(asked.http, "candidates", resume("Cy Example")))["id"]

    for about in (unseen, asked.job, "cnd_" + "0" * 32):
        assert problem(await asked.say(about=about))["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "loved"},
        {"judge": ""},
        {"judge": "a\0b"},
        {"judge": "x" * 201},
        {"reason": "\0"},
        {"reason": "x" * 2_001},
        {"judged_at": "2026-11-20T09:30:00"},
        {"judged_at": "0001-01-01T00:00:00+14:00"},
        {"score": 1},
        {"about": "../x"},
    ],
    ids=str,
)
async def test_what_cannot_be_meant_is_refused(asked: Asked, wrong: dict[str, Any]) -> None:
    answer = await asked.http.post(
        asked.path, json={"about": asked.found[0], "judge": "ann", "outcome": "viewed"} | wrong
    )

    assert problem(answer)["status"] == 422
    assert await asked.history() == []


async def test_a_match_is_not_filled_without_end(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.feedback.MAX_WORDS", 2)
    assert MAX_WORDS == 1_000

    answers = [await asked.say(outcome) for outcome in ("viewed", "rejected", "hired")]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    problem(answers[-1])


@pytest.mark.parametrize("side", ["candidate", "job"])
async def test_erasing_either_side_erases_its_feedback_and_takes_no_more(asked: Asked, side: str) -> None:
    await asked.say("rejected")
    await asked.say("viewed", about=asked.found[1])
    path = f"/v1/candidates/{asked.found[0]}" if side == "candidate" else f"/v1/jobs/{asked.job}"

    gone = (await asked.http.delete(path)).json()

    left = [asked.found[1]] if side == "candidate" else []
    assert [one["about"] for one in await asked.history()] == left
    assert gone["rows"] == 2 + 2 - len(left)  # itself, its document, what was said of it
    assert problem(await asked.say("hired"))["type"] == "/problems/not-found"


async def test_jobs_that_were_found_are_judged_too(http: httpx.AsyncClient) -> None:
    await create(http, "jobs", job_ad())
    candidate = (await create(http, "candidates", resume()))["id"]
    asked = Asked(http, await match(http, candidate_id=candidate), "")
    text = Asked(http, await match(http, text="Backend engineer, Python", text_kind="candidate"), "")

    assert (await asked.say()).status_code == 201
    assert (await text.say()).status_code == 201
    await http.delete(f"/v1/candidates/{candidate}")

    assert await asked.history() == []
    assert len(await text.history()) == 1
