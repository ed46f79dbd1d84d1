"""What the facts of a job and of a CV say of each other: exact where they speak, NaN where they are silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, nan, radians, sin, sqrt

from core.domain import (
    Credential,
    EducationLevel,
    Language,
    LanguageLevel,
    Place,
    Position,
    Profile,
    Remote,
    Requirements,
    Seniority,
    SkillFound,
    SkillId,
    SkillWanted,
)
from models.closeness import RECENCY

NEAR_KM = 50.0  # a commute
FAR_KM = 500.0
FRESH_YEARS = 4.0  # half-life of a skill out of use
UNDATED = 0.5  # freshness of a skill whose last use is unknown
LEARNED = 12  # months in a line of work that an ad which states no minimum is compared with

# Codes of legal licences, spaced as they matter: of 120 graded pairs without one, a recruiter would call one.
HELD, SILENT, MISSING = 0.25, -0.5, -1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A profile, prepared for many comparisons."""

    profile: Profile
    skills: Mapping[SkillId, SkillFound]
    occupations: frozenset[str]
    education: EducationLevel | None
    credentials: Mapping[str, Credential]
    languages: Mapping[str, LanguageLevel | None]


def shown(profile: Profile) -> Shown:
    return Shown(
        profile=profile,
        skills={found.skill.id: found for found in profile.skills},
        occupations=frozenset(p.occupation for p in profile.positions if p.occupation),
        education=max((e.level for e in profile.education), default=None),
        credentials={c.id: c for c in profile.credentials},
        languages={language.code: language.level for language in profile.languages},
    )


def freshness(found: SkillFound, as_of: date | None) -> float:
    """1 for a skill in use on `as_of`, halved every `FRESH_YEARS` since."""
    if found.last_used is None or as_of is None:
        return UNDATED
    years = max((as_of - found.last_used).days / 365.25, 0.0)
    return float(0.5 ** (years / FRESH_YEARS))


@dataclass(frozen=True, slots=True)
class Compared:
    """The features that facts alone decide; the fields are named as the features are."""

    same_occupation: float
    role_recent: float
    role_best: float
    must_have: float
    must_have_near: float
    must_have_fresh: float
    nice_to_have: float
    role_years: float
    role_ratio: float
    years_over: float
    seniority_under: float
    seniority_over: float
    education: float
    legal_credentials: float
    other_credentials: float
    languages: float
    place: float
    job_confidence: float
    confidence: float


def compare(job: Requirements, cv: Shown) -> Compared:
    profile = cv.profile
    recent, best, in_role = _roles(job, profile)
    asked = LEARNED if job.min_months is None else job.min_months
    under, over = _seniority(job.seniority, profile.seniority)
    return Compared(
        same_occupation=_held(job.occupation, profile.occupation, cv.occupations),
        role_recent=recent,
        role_best=best,
        must_have=_share(job.must_have, cv.skills),
        must_have_near=_near_share(job.must_have, cv.skills),
        must_have_fresh=_fresh_share(job.must_have, cv),
        nice_to_have=_near_share(job.nice_to_have, cv.skills),
        role_years=min(in_role / 12, 10.0),
        role_ratio=ratio(in_role, asked),
        years_over=_over(profile.months, asked),
        seniority_under=under,
        seniority_over=over,
        education=_education(job, cv.education),
        legal_credentials=legal_credentials(job, cv),
        other_credentials=_other_credentials(job, cv),
        languages=_languages(job.languages, cv.languages),
        place=_places(job, profile),
        job_confidence=job.confidence,
        confidence=profile.confidence,
    )


def ratio(months: float, asked: int) -> float:
    """How much of the asked time is there, at most twice; NaN when nothing is known."""
    if months != months:
        return nan
    return min(months / asked, 2.0) if asked > 0 else 2.0


def _over(months: int, asked: int) -> float:
    """Years of work beyond twice those asked and five more; NaN without dates."""
    return min(max((months - 2 * asked) / 12 - 5.0, 0.0), 20.0) if months else nan


def meets_level(has: LanguageLevel | None, asked: LanguageLevel | None) -> bool:
    """An unstated level, on either side, is taken as enough: the language itself is there."""
    return has is None or asked is None or has >= asked


def valid(credential: Credential | None, as_of: date | None) -> bool:
    if credential is None:
        return False
    return credential.expires is None or as_of is None or credential.expires >= as_of


def legal_credentials(job: Requirements, cv: Shown) -> float:
    """`HELD`: all shown and valid; 0: none asked; `MISSING`; `SILENT`: not shown, but the work was done before.

    Whoever was a nurse had a nurse's licence, so a CV that names no credential at all is unknown rather than unmet;
    one that lists others says by it that this one is not there, and accounts are kept without a CPA too.
    """
    asked = [group for group in groups(job) if is_legal(group)]
    if not asked:
        return 0.0
    if all(_any_held(group, cv) for group in asked):
        return HELD
    practised = job.occupation is not None and job.occupation in {*cv.occupations, cv.profile.occupation}
    licensed = practised and all(any(_names(c, job.occupation or "") for c in group) for group in asked)
    return SILENT if licensed and not cv.credentials else MISSING


def groups(job: Requirements) -> list[tuple[Credential, ...]]:
    """What is demanded: of each group one is enough."""
    return [*((one,) for one in job.credentials), *job.one_of]


def is_legal(group: tuple[Credential, ...]) -> bool:
    """Whether the law asks for one of a group: where anything else will do, it does not."""
    return all(one.legal for one in group)


def _any_held(group: tuple[Credential, ...], cv: Shown) -> bool:
    return any(valid(cv.credentials.get(one.id), cv.profile.as_of) for one in group)


def _names(licence: Credential, occupation: str) -> bool:
    """Whether a licence is that of an occupation, as `registered-nurse-licence` is: ids are words."""
    named = licence.id.split("-")[:-1]
    return bool(named) and set(named) <= set(occupation.split("-"))


def distance_km(a: Place, b: Place) -> float | None:
    """Along the great circle; None when a place is not known."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    h = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 12742.0 * asin(sqrt(min(h, 1.0)))


def _held(wanted: str | None, now: str | None, ever: frozenset[str]) -> float:
    """1: now or as the profile's own; 0.5: in an earlier position; 0: never; NaN: a side is unknown."""
    if not wanted or not (now or ever):
        return nan
    return 1.0 if wanted == now else 0.5 if wanted in ever else 0.0


def _share(wanted: Sequence[SkillWanted], skills: Mapping[SkillId, SkillFound]) -> float:
    """What is sure counts whole, on either side; words that are only close to a skill count as sure as they are."""
    if not wanted:
        return nan
    shown = [wish.sure * skills[wish.skill.id].sure for wish in wanted if wish.skill.id in skills]
    return sum(shown) / sum([wish.sure for wish in wanted])


def _fresh_share(wanted: Sequence[SkillWanted], cv: Shown) -> float:
    if not wanted:
        return nan
    as_of = cv.profile.as_of
    pairs = [(wish.sure, cv.skills[wish.skill.id]) for wish in wanted if wish.skill.id in cv.skills]
    fresh = [sure * found.sure * freshness(found, as_of) for sure, found in pairs]
    return sum(fresh) / sum([wish.sure for wish in wanted])


def covered(wish: SkillWanted, skills: Mapping[SkillId, SkillFound]) -> tuple[float, SkillId | None]:
    """How much of a wish is there, 0..1, and the skill that covers most of it."""
    own = skills.get(wish.skill.id)
    if own is not None and own.sure >= 1:
        return 1.0, own.skill.id
    parts = [(part * skills[id].sure, id) for id, part in wish.near.items() if id in skills]
    if own is not None:
        parts.append((own.sure, own.skill.id))
    return max(parts, default=(0.0, None))


def _near_share(wanted: Sequence[SkillWanted], skills: Mapping[SkillId, SkillFound]) -> float:
    total = sum([wish.rarity * wish.sure for wish in wanted])
    return sum([w.rarity * w.sure * covered(w, skills)[0] for w in wanted]) / total if total > 0 else nan


def role_fit(job: Requirements, held: Position) -> float:
    """How much of the work of a job a position was, 0..1, by the chances of its roles."""
    return sum([chance * job.roles.get(role, 0.0) for role, chance in held.roles.items()])


def _roles(job: Requirements, profile: Profile) -> tuple[float, float, float]:
    """The fit of the positions held, recent ones first; the best of them; and their months, each as far as it fits."""
    held = [position for position in profile.positions if position.roles]
    if not job.roles or not held:
        return nan, nan, nan
    fits = [role_fit(job, position) for position in held]
    weights = [RECENCY**number for number in range(len(held))]
    recent = sum([fit * weight for fit, weight in zip(fits, weights, strict=True)]) / sum(weights)
    months = [position.months for position in held]
    total = sum([fit * length for fit, length in zip(fits, months, strict=True)]) if any(months) else nan
    return recent, max(fits), total


def _seniority(asked: Seniority | None, has: Seniority | None) -> tuple[float, float]:
    if asked is None or has is None:
        return nan, nan
    return float(max(asked - has, 0)), float(max(has - asked, 0))


def _education(job: Requirements, has: EducationLevel | None) -> float:
    if job.education is None or has is None or (job.or_experience and has < job.education.level):
        return nan
    return float(min(max(has - job.education.level, -3), 2))


def _other_credentials(job: Requirements, cv: Shown) -> float:
    asked = [group for group in groups(job) if not is_legal(group)] + [(one,) for one in job.nice_credentials]
    if not asked:
        return nan
    return sum(_any_held(group, cv) for group in asked) / len(asked)


def _languages(asked: tuple[Language, ...], has: Mapping[str, LanguageLevel | None]) -> float:
    """NaN when no language is asked, or when the CV names none: then it says nothing, not "none"."""
    if not asked or not has:
        return nan
    return sum(one.code in has and meets_level(has[one.code], one.level) for one in asked) / len(asked)


def _places(job: Requirements, profile: Profile) -> float:
    """1: remote, the same city or a commute; falls to 0.6 over `FAR_KM` in one country; 0: abroad."""
    if job.remote is Remote.REMOTE:
        return 1.0
    if not job.places or not profile.places:
        return nan
    best = max(place_closeness(a, b) for a in job.places for b in profile.places)
    return max(best, 0.8) if profile.relocate else best


def place_closeness(a: Place, b: Place) -> float:
    km = distance_km(a, b)
    abroad = bool(a.country and b.country and a.country != b.country)
    if km is not None:
        far = min(max((km - NEAR_KM) / (FAR_KM - NEAR_KM), 0.0), 1.0)
        return 1.0 - far * (1.0 if abroad else 0.4)
    if abroad:
        return 0.0
    same_city = bool(a.city) and a.city.casefold() == b.city.casefold()
    if same_city and (a.country == b.country or not (a.country and b.country)):
        return 1.0
    return 0.7 if a.country and a.country == b.country else 0.5
