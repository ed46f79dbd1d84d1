"""What each filter means, against a plain reading of the table in `stores.vectors_facts`, on random documents."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pytest

from core.answers import Circle, Filters
from core.domain import (
    Credential,
    CredentialId,
    Education,
    EducationLevel,
    Facts,
    Kind,
    Language,
    LanguageLevel,
    ModelVersion,
    Place,
    Profile,
    Remote,
    Requirements,
    SkillId,
    new_id,
)
from core.ports import Collection, Point, Vectors
from stores.vectors_facts import payload_of
from tests import make
from tests.make import ACME

DOCUMENTS = 150
EARTH_KM = 6371.0
SKILLS = tuple(SkillId(f"skill-{n}") for n in range(6))
CREDENTIALS = tuple(CredentialId(f"credential-{n}") for n in range(3))
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("kind", Kind)
async def test_whoever_passes_is_found_and_whoever_fails_is_not(vectors: Vectors, kind: Kind) -> None:
    draw = random.Random(kind.value)
    documents = {make.candidate_id(): a_document(kind, draw) for _ in range(DOCUMENTS)}
    collection = Collection(kind, ModelVersion(new_id("contract"), 1))
    await vectors.ensure(collection, 8)
    await vectors.upsert(
        collection, ACME, [Point(id, make.case(facts, seed)) for seed, (id, facts) in enumerate(documents.items())]
    )

    for filters in (each for _ in range(8) for each in [*alone(some_filters(draw)), mixed(some_filters(draw), draw)]):
        kept = await vectors.keep(collection, ACME, list(documents), filters)
        found = await vectors.search(collection, ACME, make.case(seed=0), filters, limit=DOCUMENTS)

        passing = {id for id, facts in documents.items() if passes(facts, filters)}
        assert set(kept) == passing, filters
        assert set(found) == passing, filters


def test_facts_beside_a_point_hold_no_words_of_the_document() -> None:
    told = "Ada Lovelace of Example Ltd"
    profile = replace(
        make.profile(headline=told, places=(Place(city=told, country="GB"),)), warnings=(told,), family=told
    )
    job = replace(make.requirements(title=told), employer=told, stated_title=told, salary=told)

    assert told not in str(payload_of(profile))
    assert told not in str(payload_of(job))


def alone(filters: Filters) -> list[Filters]:
    return [replace(Filters(), **{one.name: getattr(filters, one.name)}) for one in fields(Filters)]


def mixed(filters: Filters, draw: random.Random) -> Filters:
    left_out = draw.sample([one.name for one in fields(Filters)], 7)
    return replace(filters, **{name: getattr(Filters(), name) for name in left_out})


def some_filters(draw: random.Random) -> Filters:
    least, most = sorted(draw.sample(range(0, 240, 12), 2))
    return Filters(
        countries=tuple(draw.sample(("DE", "FR", "GB"), draw.randint(1, 2))),
        near=Circle(draw.uniform(47, 55), draw.uniform(0, 12), draw.uniform(100, 600)),
        remote=tuple(draw.sample(list(Remote), draw.randint(1, 2))),
        languages={code: draw.choice(list(LanguageLevel)) for code in draw.sample(("de", "en", "fr"), 2)},
        min_months=least,
        max_months=most,
        min_education=draw.choice(list(EducationLevel)),
        all_skills=tuple(draw.sample(SKILLS, 2)),
        any_skills=tuple(draw.sample(SKILLS, 2)),
        credentials=tuple(draw.sample(CREDENTIALS, draw.randint(1, 2))),
    )


def a_document(kind: Kind, draw: random.Random) -> Facts:
    """Every field is silent now and then."""
    places = tuple(a_place(draw) for _ in range(draw.randint(0, 2)))
    remote = draw.choice([None, *Remote])
    languages = tuple(
        Language(code, draw.choice([None, *LanguageLevel]))
        for code in draw.sample(("de", "en", "fr"), draw.randint(0, 3))
    )
    skills = tuple(draw.sample(SKILLS, draw.randint(0, 5)))
    credentials = tuple(
        Credential(id, id, expires=draw.choice([None, TODAY, date(2020, 1, 1), date(2030, 1, 1)]))
        for id in draw.sample(CREDENTIALS, draw.randint(0, 3))
    )
    degrees = tuple(Education(draw.choice(list(EducationLevel))) for _ in range(draw.randint(0, 2)))
    shared = {"places": places, "remote": remote, "languages": languages}
    if kind is Kind.CANDIDATE:
        return make.profile(
            skills=skills,
            months=draw.randrange(240),
            education=degrees,
            credentials=credentials,
            as_of=draw.choice([None, TODAY]),
            **shared,
        )
    return make.requirements(
        must_have=skills[:2],
        nice_to_have=skills[2:],
        min_months=draw.choice([None, draw.randrange(240)]),
        education=degrees[0] if degrees else None,
        credentials=credentials[:1],
        nice_credentials=credentials[1:],
        **shared,
    )


def a_place(draw: random.Random) -> Place:
    known = draw.random() < 0.7
    return Place(
        country=draw.choice(["", "DE", "FR", "GB", "US"]),
        latitude=draw.uniform(47, 55) if known else None,
        longitude=draw.uniform(0, 12) if known else None,
    )


def passes(facts: Facts, filters: Filters) -> bool:
    return all(check(facts, filters) for check in (CANDIDATE if isinstance(facts, Profile) else JOB))


def in_country(facts: Facts, asked: Filters) -> bool:
    return not asked.countries or any(place.country in asked.countries for place in facts.places)


def nearby(facts: Facts, asked: Filters) -> bool:
    return asked.near is None or any(
        kilometres(place.latitude, place.longitude, asked.near) <= asked.near.radius_km
        for place in facts.places
        if place.latitude is not None and place.longitude is not None
    )


def kilometres(latitude: float, longitude: float, circle: Circle) -> float:
    a, b = math.radians(latitude), math.radians(circle.latitude)
    half = (
        math.sin((a - b) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(longitude - circle.longitude) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def accepts_a_mode(profile: Profile, asked: Filters) -> bool:
    return not asked.remote or profile.remote is None or profile.remote in asked.remote


def offers_a_mode(job: Requirements, asked: Filters) -> bool:
    return not asked.remote or (job.remote or Remote.ONSITE) in asked.remote


def speaks(profile: Profile, asked: Filters) -> bool:
    spoken = {one.code: one.level or LanguageLevel.A1 for one in profile.languages}
    return all(code in spoken and spoken[code] >= least for code, least in asked.languages.items())


def asks_no_more_than_spoken(job: Requirements, asked: Filters) -> bool:
    return not asked.languages or all(
        one.code in asked.languages and asked.languages[one.code] >= (one.level or LanguageLevel.A1)
        for one in job.languages
    )


def in_bounds(months: int, asked: Filters) -> bool:
    above = asked.min_months is None or months >= asked.min_months
    return above and (asked.max_months is None or months <= asked.max_months)


def schooled(levels: list[EducationLevel], asked: Filters) -> bool:
    return asked.min_education is None or max(levels, default=EducationLevel.NONE) >= asked.min_education


def skilled(shown: set[SkillId], asked: Filters) -> bool:
    return shown.issuperset(asked.all_skills) and (not asked.any_skills or bool(shown & set(asked.any_skills)))


def held(profile: Profile) -> set[CredentialId]:
    day = profile.as_of
    return {one.id for one in profile.credentials if day is None or one.expires is None or one.expires >= day}


CANDIDATE: tuple[Callable[[Profile, Filters], bool], ...] = (
    in_country,
    nearby,
    accepts_a_mode,
    speaks,
    lambda profile, asked: in_bounds(profile.months, asked),
    lambda profile, asked: schooled([one.level for one in profile.education], asked),
    lambda profile, asked: skilled({one.skill.id for one in profile.skills}, asked),
    lambda profile, asked: held(profile).issuperset(asked.credentials),
)
JOB: tuple[Callable[[Requirements, Filters], bool], ...] = (
    in_country,
    nearby,
    offers_a_mode,
    asks_no_more_than_spoken,
    lambda job, asked: in_bounds(job.min_months or 0, asked),
    lambda job, asked: schooled([job.education.level] if job.education else [], asked),
    lambda job, asked: skilled({one.skill.id for one in (*job.must_have, *job.nice_to_have)}, asked),
    lambda job, asked: {one.id for one in (*job.credentials, *job.nice_credentials)}.issuperset(asked.credentials),
)
