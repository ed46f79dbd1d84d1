"""Matches: scores that belong to a pair alone, reasons that add up, receipts that can be read again."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from tests.api.conftest import Fed
from tests.api.service import create, everything, job_ad, match, resume, sample, serving

TEXT = "Senior Python developer with PostgreSQL, Docker and 5 years of experience, in Leeds or remote"
CATEGORIES = ("title", "skills", "experience", "education", "credentials", "languages", "place", "text")


def scores(answer: dict[str, Any]) -> dict[str, float | None]:
    return {one["id"]: one["score"] for one in answer["matches"]}


def sources(fed: Fed) -> list[dict[str, Any]]:
    return [
        *({"job_id": one["id"]} for one in fed.jobs),
        {"candidate_id": fed.candidate("01-")},
        {"text": TEXT},
        {"text": sample("cvs/03-").read_text(), "text_kind": "candidate"},
    ]


async def test_contributions_add_up_to_every_score(fed: Fed) -> None:
    for source in sources(fed):
        for one in (await match(fed.http, **source, limit=100))["matches"]:
            told = one["explanation"]
            total = told["base"] + sum(each["points"] for each in told["contributions"])
            assert total == pytest.approx(one["score"], abs=1e-9)


async def test_the_list_is_in_the_order_of_its_scores(fed: Fed) -> None:
    for source in sources(fed):
        found = (await match(fed.http, **source, limit=100))["matches"]

        assert [one["rank"] for one in found] == list(range(1, len(found) + 1))
        assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)


async def test_a_pair_scores_the_same_in_a_list_alone_in_another_pool_and_from_the_other_side(fed: Fed) -> None:
    job = fed.jobs[0]["id"]
    listed = scores(await match(fed.http, job_id=job, limit=100))

    for id, score in listed.items():
        alone = await match(fed.http, job_id=job, candidate_ids=[id])
        other_side = await match(fed.http, candidate_id=id, job_ids=[job])
        assert scores(alone) == {id: score}
        assert scores(other_side) == {job: score}
    half = scores(await match(fed.http, job_id=job, candidate_ids=list(listed)[::2]))
    assert half == {id: listed[id] for id in half}
    filtered = scores(await match(fed.http, job_id=job, limit=100, filters={"countries": ["US"]}))
    assert 0 < len(filtered) < len(listed)
    assert filtered == {id: listed[id] for id in filtered}


async def test_more_candidates_change_no_score(http: httpx.AsyncClient) -> None:
    job = (await create(http, "jobs", job_ad()))["id"]
    ada = (await create(http, "candidates", resume()))["id"]
    before = scores(await match(http, job_id=job))

    for skill in ("Docker", "Nursing", "Welding"):
        await create(http, "candidates", resume(skills=[skill]))

    assert scores(await match(http, job_id=job))[ada] == before[ada]


async def test_what_is_found_stands_in_the_text_as_it_is_cited(fed: Fed) -> None:
    checked = 0
    for source in sources(fed):
        for one in (await match(fed.http, **source, limit=5))["matches"]:
            for each in one["explanation"]["contributions"]:
                for fact in each["evidence"]:
                    if fact["span"] is not None and fact["document"] is not None and fact["surface"]:
                        text = await text_of(fed, fact["document"])
                        assert text[fact["span"]["start"] : fact["span"]["end"]] == fact["surface"]
                        checked += 1
    assert checked > 50


async def text_of(fed: Fed, document: str) -> str:
    owner = (await fed.http.get(f"/v1/documents/{document}")).json()["owner"]
    text: str = (await fed.http.get(f"/v1/candidates/{owner}/document")).json()["text"]
    return text


async def test_the_best_candidate_for_a_job_is_of_its_trade(fed: Fed) -> None:
    best = {
        job: (await match(fed.http, job_id=fed.job(job), limit=1))["matches"][0]["id"] for job in ("02-", "04-", "09-")
    }

    references = {one["id"]: one["reference"] for one in fed.candidates}
    assert references[best["02-"]][:2] in ("07", "08", "82")
    assert references[best["04-"]][:2] in ("21", "23")
    assert references[best["09-"]][:2] in ("41", "42")


async def test_texts_of_both_kinds_find_the_other_kind(fed: Fed) -> None:
    people = await match(fed.http, text=TEXT)
    jobs = await match(fed.http, text=sample("cvs/03-").read_text(), text_kind="candidate")

    assert {one["id"] for one in people["matches"]} <= {one["id"] for one in fed.candidates}
    assert {one["id"] for one in jobs["matches"]} == {one["id"] for one in fed.jobs}
    assert (people["source"], people["looking_for"], jobs["looking_for"]) == (None, "candidate", "job")


@pytest.mark.parametrize("category", CATEGORIES)
async def test_a_weight_scales_its_category_and_is_not_called_calibrated(fed: Fed, category: str) -> None:
    job, candidate = fed.job("02-"), fed.candidate("08-")

    def log_odds(answer: dict[str, Any], *, of_category: bool) -> float:
        terms = answer["matches"][0]["explanation"]["contributions"]
        return sum(one["log_odds"] for one in terms if (one["category"] == category) is of_category)

    plain, none, double = [
        await match(fed.http, job_id=job, candidate_ids=[candidate], weights=weights)
        for weights in ({}, {category: 0}, {category: 2})
    ]

    assert (plain["calibrated"], none["calibrated"], double["calibrated"]) == (True, False, False)
    assert log_odds(none, of_category=True) == pytest.approx(0)
    assert log_odds(double, of_category=True) == pytest.approx(2 * log_odds(plain, of_category=True))
    for other in (none, double):
        assert log_odds(other, of_category=False) == pytest.approx(log_odds(plain, of_category=False))


async def test_weights_of_one_change_nothing(fed: Fed) -> None:
    job = fed.jobs[0]["id"]

    weighted = await match(fed.http, job_id=job, weights=dict.fromkeys(CATEGORIES, 1))

    assert weighted["calibrated"]
    assert scores(weighted) == scores(await match(fed.http, job_id=job))


@pytest.mark.parametrize("limit", [1, 3, 100])
async def test_a_limit_cuts_the_same_list(fed: Fed, limit: int) -> None:
    job = fed.jobs[0]["id"]
    whole = (await match(fed.http, job_id=job, limit=100))["matches"]

    cut = await match(fed.http, job_id=job, limit=limit)

    assert cut["matches"] == whole[:limit]
    assert cut["considered"] == len(fed.candidates)


async def test_without_explanations_the_scores_stay(fed: Fed) -> None:
    job = fed.jobs[0]["id"]

    bare = await match(fed.http, job_id=job, explain=False)

    assert all(one["explanation"] is None for one in bare["matches"])
    assert scores(bare) == scores(await match(fed.http, job_id=job))


async def test_an_answer_is_read_again_without_the_persons_words(fed: Fed) -> None:
    asked = {
        "filters": {"countries": ["US"], "min_years": 1.5, "languages": [{"code": "en"}]},
        "weights": {"skills": 2},
    }
    given = await match(fed.http, job_id=fed.jobs[0]["id"], limit=3, **asked)

    again = (await fed.http.get(f"/v1/matches/{given['match_id']}")).json()

    expected = copy.deepcopy(given)
    facts = [
        fact for one in expected["matches"] for each in one["explanation"]["contributions"] for fact in each["evidence"]
    ]
    assert any(fact["surface"] for fact in facts)
    for fact in facts:
        fact["surface"] = ""
    assert again == expected
    assert (again["limit"], again["filters"]["min_months"], again["filters"]["languages"]) == (3, 18, {"en": "a1"})


async def test_every_answer_names_the_models_that_gave_it(fed: Fed) -> None:
    pins = await serving(fed.http)

    for source in sources(fed):
        named = (await match(fed.http, **source))["models"]
        reads = {"parser"} if "text" in source else set()
        assert named == {part: pins[part] for part in {"embedder", "ranker", "scorer"} | reads}


async def test_a_name_changes_no_score(http: httpx.AsyncClient) -> None:
    job = (await create(http, "jobs", job_ad()))["id"]
    names = ("Emily Walsh", "Lakisha Washington", "Mohammed Al-Farsi", "Wei Zhang", "Jürgen Müller")

    for name in names:
        await create(http, "candidates", resume(name))

    found = await match(http, job_id=job)
    assert len(found["matches"]) == len(names)
    assert len({one["score"] for one in found["matches"]}) == 1


async def test_a_name_in_a_plain_text_changes_no_score(http: httpx.AsyncClient) -> None:
    job = (await create(http, "jobs", job_ad()))["id"]
    text = sample("cvs/03-").read_text()
    name = text.strip().splitlines()[0].strip()

    for other in (name, "Lakisha Washington", "Wei Zhang"):
        answer = await http.post("/v1/candidates", files={"file": ("cv.txt", text.replace(name, other).encode())})
        assert answer.status_code == 201

    assert len({one["score"] for one in (await match(http, job_id=job))["matches"]}) == 1
    assert {one["identity"]["name"] for one in await everything(http, "candidates")} == {
        name,
        "Lakisha Washington",
        "Wei Zhang",
    }


@pytest.mark.parametrize("skill", ["Docker", "PostgreSQL", "Python"])
async def test_a_wanted_skill_never_lowers_the_score(http: httpx.AsyncClient, skill: str) -> None:
    job = (await create(http, "jobs", job_ad()))["id"]
    without = (await create(http, "candidates", resume(skills=["Git", "Linux"])))["id"]
    with_it = (await create(http, "candidates", resume(skills=["Git", "Linux", skill])))["id"]

    found = scores(await match(http, job_id=job))

    assert found[with_it] is not None
    assert found[without] is not None
    assert found[with_it] >= found[without]
