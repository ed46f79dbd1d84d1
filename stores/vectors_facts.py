"""What a filter means on either side, and the facts kept beside a point so that an engine can check it.

Facts are ids, codes and numbers; no name and no text of a document is among them.

| filter          | a candidate passes who                            | a job passes that                            |
|-----------------|---------------------------------------------------|----------------------------------------------|
| `countries`     | has a place in one of them                        | has a place in one of them                   |
| `near`          | has a place within the circle                     | has a place within the circle                |
| `remote`        | accepts one of the modes; silence accepts all     | offers one of the modes; silence is on site  |
| `languages`     | reaches every given level; unknown counts as A1   | asks no other language and no higher level;  |
|                 |                                                   | a language without a level asks for A1       |
| `min_months`    | has worked at least so long                       | asks at least so long; silence asks 0        |
| `max_months`    | has worked at most so long                        | asks at most so long; silence asks 0         |
| `min_education` | reached at least this level                       | asks at least this level; silence asks none  |
| `all_skills`    | shows all of them by name                         | asks for all of them by name, must or nice   |
| `any_skills`    | shows one of them by name                         | asks for one of them by name, must or nice   |
| `credentials`   | holds all of them, not expired on the CV's        | asks for all of them, must or nice           |
|                 | `as_of`, as the scorer counts                     |                                              |

Willingness to move does not move a candidate: a hard filter on place asks where someone is.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.answers import Filters
from core.domain import EducationLevel, Facts, Kind, Language, LanguageLevel, Place, Profile, Remote, Requirements
from stores.vectors_engine import AnyOf, Between, Condition, NothingBut, Within


def payload_of(facts: Facts) -> dict[str, object]:
    """The values of `FIELDS` for one document, without its tenant."""
    return _of_candidate(facts) if isinstance(facts, Profile) else _of_job(facts)


def conditions_of(kind: Kind, filters: Filters) -> list[Condition]:
    """`filters` as conditions on documents of this kind; no filter, no condition."""
    found: list[Condition] = [*_languages(kind, filters)]
    if filters.countries:
        found.append(AnyOf("countries", filters.countries))
    if filters.near is not None:
        found.append(Within("places", filters.near))
    if filters.remote:
        found.append(AnyOf("remote", tuple(mode.value for mode in filters.remote)))
    if filters.min_months is not None or filters.max_months is not None:
        found.append(Between("months", filters.min_months, filters.max_months))
    if filters.min_education is not None:
        found.append(Between("education", least=int(filters.min_education)))
    if filters.any_skills:
        found.append(AnyOf("skills", filters.any_skills))
    found.extend(AnyOf("skills", (id,)) for id in filters.all_skills)
    found.extend(AnyOf("credentials", (id,)) for id in filters.credentials)
    return found


def _of_candidate(profile: Profile) -> dict[str, object]:
    held = [
        one.id
        for one in profile.credentials
        if one.expires is None or profile.as_of is None or one.expires >= profile.as_of
    ]
    reached = {token for one in profile.languages for token in _up_to(one.code, _level(one))}
    return {
        **_where(profile.places),
        "remote": [profile.remote.value] if profile.remote else [mode.value for mode in Remote],
        "languages": sorted(reached),
        "months": profile.months,
        "education": int(max((one.level for one in profile.education), default=EducationLevel.NONE)),
        "skills": _distinct(one.skill.id for one in profile.skills if one.sure >= 1),
        "credentials": _distinct(held),
    }


def _of_job(asked: Requirements) -> dict[str, object]:
    return {
        **_where(asked.places),
        "remote": [(asked.remote or Remote.ONSITE).value],
        "languages": _distinct(_token(one.code, _level(one)) for one in asked.languages),
        "months": asked.min_months or 0,
        "education": int(asked.education.level if asked.education else EducationLevel.NONE),
        "skills": _distinct(one.skill.id for one in (*asked.must_have, *asked.nice_to_have) if one.sure >= 1),
        "credentials": _distinct(
            one.id for one in (*asked.credentials, *asked.nice_credentials, *(c for g in asked.one_of for c in g))
        ),
    }


def _where(places: Iterable[Place]) -> dict[str, object]:
    known = list(places)
    return {
        "countries": _distinct(place.country for place in known if place.country),
        "places": [
            {"lat": place.latitude, "lon": place.longitude}
            for place in known
            if place.latitude is not None and place.longitude is not None
        ],
    }


def _languages(kind: Kind, filters: Filters) -> Iterable[Condition]:
    if not filters.languages:
        return
    if kind is Kind.JOB:
        spoken = [token for code, level in sorted(filters.languages.items()) for token in _up_to(code, level)]
        yield NothingBut("languages", tuple(spoken))
        return
    for code, least in sorted(filters.languages.items()):
        yield AnyOf("languages", (_token(code, least),))


def _level(language: Language) -> LanguageLevel:
    return language.level or LanguageLevel.A1


def _token(code: str, level: LanguageLevel) -> str:
    return f"{code}>={level.name}"


def _up_to(code: str, level: LanguageLevel) -> list[str]:
    return [_token(code, step) for step in LanguageLevel if step <= level]


def _distinct(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
