"""Each filter keeps exactly those that satisfy it, by the profiles and requirements that the API shows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Fed
from tests.api.service import match

Shown = dict[str, Any]
Passes = Callable[[Shown], bool]
MODES = {"onsite", "hybrid", "remote"}
CEFR = ["a1", "a2", "b1", "b2", "c1", "c2", "native"]
STUDIES = ["none", "secondary", "vocational", "associate", "bachelor", "master", "doctorate"]
COLUMBUS = {"latitude": 39.96, "longitude": -83.0, "radius_km": 600}


def km(place: Shown, circle: Shown) -> float:
    """Along the great circle."""
    if place["latitude"] is None:
        return math.inf
    a, b = math.radians(place["latitude"]), math.radians(circle["latitude"])
    d = math.radians(place["longitude"] - circle["longitude"])
    return 6371 * math.acos(min(1.0, math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(d)))


def near(shown: Shown) -> bool:
    return any(km(place, COLUMBUS) <= COLUMBUS["radius_km"] for place in shown["places"])


def within(*countries: str) -> Passes:
    return lambda shown: any(place["country"] in countries for place in shown["places"])


def education(shown: Shown) -> int:
    return max((STUDIES.index(one["level"]) for one in shown["education"]), default=0)


def speaks(code: str, least: str) -> Passes:
    return lambda profile: any(
        one["code"] == code and CEFR.index(one["level"] or "a1") >= CEFR.index(least) for one in profile["languages"]
    )


def skills(profile: Shown) -> set[str]:
    """By name: a filter does not take words that only come close to one."""
    return {one["skill"]["id"] for one in profile["skills"] if one["sure"] == 1}


def valid(profile: Shown) -> set[str]:
    return {one["id"] for one in profile["credentials"] if one["expires"] is None or one["expires"] >= profile["as_of"]}


def wishes(asked: Shown) -> set[str]:
    return {one["skill"]["id"] for one in (*asked["must_have"], *asked["nice_to_have"])}


OF_CANDIDATES: dict[str, tuple[Shown, Passes]] = {
    "countries": ({"countries": ["GB", "IE"]}, within("GB", "IE")),
    "near": ({"near": COLUMBUS}, near),
    "remote": ({"remote": ["onsite"]}, lambda profile: profile["remote"] in (None, "onsite")),
    "languages": ({"languages": [{"code": "de", "level": "b2"}]}, speaks("de", "b2")),
    "any level": ({"languages": [{"code": "es"}]}, speaks("es", "a1")),
    "least years": ({"min_years": 8}, lambda profile: profile["months"] >= 96),
    "most years": ({"max_years": 8}, lambda profile: profile["months"] <= 96),
    "years between": ({"min_years": 2.5, "max_years": 10}, lambda profile: 30 <= profile["months"] <= 120),
    "education": ({"min_education": "bachelor"}, lambda profile: education(profile) >= STUDIES.index("bachelor")),
    "all skills": ({"all_skills": ["python", "sql"]}, lambda profile: {"python", "sql"} <= skills(profile)),
    "any skill": ({"any_skills": ["python", "excel"]}, lambda profile: bool({"python", "excel"} & skills(profile))),
    "two at once": (
        {"countries": ["US"], "min_education": "bachelor"},
        lambda profile: within("US")(profile) and education(profile) >= STUDIES.index("bachelor"),
    ),
}
OF_JOBS: dict[str, tuple[Shown, Passes]] = {
    "countries": ({"countries": ["US"]}, within("US")),
    "near": ({"near": COLUMBUS}, near),
    "remote": ({"remote": ["hybrid", "remote"]}, lambda asked: asked["remote"] in ("hybrid", "remote")),
    "least years": ({"min_years": 3}, lambda asked: (asked["min_months"] or 0) >= 36),
    "most years": ({"max_years": 3}, lambda asked: (asked["min_months"] or 0) <= 36),
    "languages": (
        {"languages": [{"code": "en", "level": "native"}]},
        lambda asked: all(one["code"] == "en" for one in asked["languages"]),
    ),
    "any skill": ({"any_skills": ["python", "sql"]}, lambda asked: bool({"python", "sql"} & wishes(asked))),
}


@pytest.mark.parametrize("name", OF_CANDIDATES)
async def test_a_filter_keeps_exactly_the_candidates_that_satisfy_it(fed: Fed, name: str) -> None:
    filters, passes = OF_CANDIDATES[name]

    found = await match(fed.http, job_id=fed.jobs[0]["id"], limit=100, filters=filters)

    wanted = {one["id"] for one in fed.candidates if passes(one["profile"])}
    assert {one["id"] for one in found["matches"]} == wanted
    assert 0 < len(wanted) < len(fed.candidates), "the samples no longer try this filter"
    assert found["considered"] == len(wanted)


@pytest.mark.parametrize("name", OF_JOBS)
async def test_a_filter_keeps_exactly_the_jobs_that_satisfy_it(fed: Fed, name: str) -> None:
    filters, passes = OF_JOBS[name]

    found = await match(fed.http, candidate_id=fed.candidates[0]["id"], limit=100, filters=filters)

    wanted = {one["id"] for one in fed.jobs if passes(one["requirements"])}
    assert {one["id"] for one in found["matches"]} == wanted
    assert len(wanted) > 0, "the samples no longer try this filter"


async def test_a_credential_keeps_exactly_those_that_hold_it(fed: Fed) -> None:
    held = {
        one["id"]
        for one in next(c for c in fed.candidates if c["reference"].startswith("41-"))["profile"]["credentials"]
    }
    assert held

    for credential in held:
        found = await match(fed.http, job_id=fed.job("09-"), limit=100, filters={"credentials": [credential]})
        assert {one["id"] for one in found["matches"]} == {
            one["id"] for one in fed.candidates if credential in valid(one["profile"])
        }


async def test_filters_hold_for_exactly_these_candidates_too(fed: Fed) -> None:
    everyone = [one["id"] for one in fed.candidates]

    found = await match(
        fed.http, job_id=fed.jobs[0]["id"], limit=100, candidate_ids=everyone, filters={"countries": ["GB"]}
    )

    assert {one["id"] for one in found["matches"]} == {
        one["id"] for one in fed.candidates if within("GB")(one["profile"])
    }


async def test_a_filter_that_nobody_satisfies_is_an_empty_answer(fed: Fed) -> None:
    found = await match(fed.http, job_id=fed.jobs[0]["id"], filters={"all_skills": ["no-such-skill"]})

    assert (found["matches"], found["considered"]) == ([], 0)
