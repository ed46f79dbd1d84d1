"""The facts behind a score: each wish of the job, whether the CV meets it, and where it says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from core.answers import Evidence
from core.domain import (
    Case,
    Credential,
    CredentialId,
    EducationLevel,
    LanguageLevel,
    Place,
    Position,
    Profile,
    Requirements,
    Seniority,
    SkillFound,
    SkillId,
    SkillWanted,
    Span,
)
from core.highlights import skill_label
from core.parts import Scored
from models.comparing import covered, groups, is_legal, meets_level, place_closeness, role_fit, valid

CLOSE = 0.5  # a skill that covers this much of a wish, or a position this much of the work, is named

EDUCATION = MappingProxyType(
    {
        EducationLevel.NONE: "no formal education",
        EducationLevel.SECONDARY: "secondary school",
        EducationLevel.VOCATIONAL: "vocational training",
        EducationLevel.ASSOCIATE: "associate degree",
        EducationLevel.BACHELOR: "bachelor's degree",
        EducationLevel.MASTER: "master's degree",
        EducationLevel.DOCTORATE: "doctorate",
    }
)


def evidence(job: Case, candidate: Case, name: str) -> tuple[Evidence, ...]:
    """What stands behind the feature `name`; nothing for those that compare whole texts."""
    asked, shown = job.facts, candidate.facts
    if not isinstance(asked, Requirements) or not isinstance(shown, Profile):
        raise TypeError("evidence is for a job and a candidate, in that order")
    find = _FINDERS.get(name)
    return () if find is None else tuple(find(_Pair(asked, shown, candidate)))


def summary(job: Case, candidate: Case, scored: Scored) -> str:
    """One plain sentence: what speaks for the pair, what is missing, and the years."""
    if scored.score is None:
        return scored.abstained
    must = evidence(job, candidate, "must_have")
    missing = [one.label for one in must if not one.found]
    licences = [one.label for one in evidence(job, candidate, "legal_credentials") if not one.found]
    said = []
    if best := [one.label for one in scored.contributions if one.points > 0][:2]:
        said.append(f"speaks for it: {' and '.join(best)}")
    if must:
        said.append(f"{len(must) - len(missing)} of {len(must)} required skills shown")
    said += [one.label for one in evidence(job, candidate, "role_ratio")]
    if lacking := licences + missing:
        said.append(f"not shown: {', '.join(lacking[:4])}{' and more' if len(lacking) > 4 else ''}")
    sentence = "; ".join(said) or "nothing in particular speaks for or against it"
    return f"{sentence[0].upper()}{sentence[1:]}."


class _Pair:
    def __init__(self, job: Requirements, cv: Profile, candidate: Case) -> None:
        self.job, self.cv = job, cv
        self._document = candidate.document

    def fact(self, label: str, *, found: bool, span: Span | None = None, surface: str = "") -> Evidence:
        """A fact that was found says in which document; a missing one is nowhere."""
        return Evidence(label, found, surface, self._document if found else None, span if found else None)


def _skills(wanted: Callable[[Requirements], Sequence[SkillWanted]], *, near: bool, when: bool = False) -> _Finder:
    def find(pair: _Pair) -> list[Evidence]:
        shown = _last_of_each(pair.cv)
        return [_skill(pair, wish, shown, near=near, when=when) for wish in wanted(pair.job)]

    return find


def _last_of_each(cv: Profile) -> Mapping[SkillId, SkillFound]:
    return {found.skill.id: found for found in cv.skills}


def _skill(pair: _Pair, wish: SkillWanted, shown: Mapping[SkillId, SkillFound], *, near: bool, when: bool) -> Evidence:
    if found := shown.get(wish.skill.id):
        year = f", last used {found.last_used.year}" if when and found.last_used else ""
        label = skill_label(found if found.sure < 1 else wish) + year
        return pair.fact(label, found=True, span=found.span, surface=found.surface)
    part, close = covered(wish, shown) if near else (0.0, None)
    if close is not None and part >= CLOSE:
        other = shown[close]
        label = f"{skill_label(wish)} (close to it: {other.skill.label})"
        return pair.fact(label, found=True, span=other.span, surface=other.surface)
    return pair.fact(skill_label(wish), found=False)


def _positions(counts: Callable[[Requirements, Position], bool]) -> _Finder:
    def find(pair: _Pair) -> list[Evidence]:
        held = [position for position in pair.cv.positions if counts(pair.job, position)]
        return [pair.fact(_held(position), found=True, span=position.span) for position in held]

    return find


def _held(position: Position) -> str:
    return f"{position.title}, {_time(position.months)}" if position.months else position.title


def _time(months: int) -> str:
    if months < 12:
        return f"{months} month{'' if months == 1 else 's'}"
    years = months / 12
    return f"{years:.0f} year{'' if round(years) == 1 else 's'}" if months % 12 == 0 else f"{years:.1f} years"


def _years(pair: _Pair) -> list[Evidence]:
    if pair.job.min_months is None or not pair.cv.months:
        return []
    label = f"{_time(pair.job.min_months)} of work asked, {_time(pair.cv.months)} shown"
    in_line = round(sum(p.months for p in pair.cv.positions if role_fit(pair.job, p) >= CLOSE))
    if pair.job.roles and in_line < pair.cv.months:
        label += f", {_time(in_line)} in the same line of work" if in_line else ", none in the same line of work"
    return [pair.fact(label, found=(in_line if pair.job.roles else pair.cv.months) >= pair.job.min_months)]


def _much(pair: _Pair) -> list[Evidence]:
    return [pair.fact(f"{_time(pair.cv.months)} of work shown", found=True)] if pair.cv.months else []


def _level(pair: _Pair) -> list[Evidence]:
    asked, has = pair.job.seniority, pair.cv.seniority
    if asked is None or has is None:
        return []
    return [pair.fact(f"{_word(asked)} level asked, {_word(has)} level shown", found=has == asked)]


def _word(level: Seniority) -> str:
    return level.name.lower()


def _education(pair: _Pair) -> list[Evidence]:
    if pair.job.education is None:
        return []
    asked = pair.job.education.level
    best = max(pair.cv.education, key=lambda one: one.level, default=None)
    if best is None:
        return [pair.fact(f"{EDUCATION[asked]} asked, none found", found=False)]
    instead = " (or experience)" if pair.job.or_experience else ""
    label = f"{EDUCATION[asked]}{instead} asked, {EDUCATION[best.level]} shown"
    return [pair.fact(label, found=best.level >= asked, span=best.span)]


def _credentials(wanted: Callable[[Requirements], Sequence[tuple[Credential, ...]]]) -> _Finder:
    def find(pair: _Pair) -> list[Evidence]:
        held = {one.id: one for one in pair.cv.credentials}
        return [_one_of(pair, asked, held) for asked in wanted(pair.job)]

    return find


def _one_of(pair: _Pair, group: tuple[Credential, ...], held: Mapping[CredentialId, Credential]) -> Evidence:
    """The one that is held, of those of which one is enough."""
    facts = [_credential(pair, asked, held.get(asked.id)) for asked in group]
    found = next((fact for fact in facts if fact.found), None)
    return found or pair.fact(" or ".join(fact.label for fact in facts), found=False)


def _credential(pair: _Pair, asked: Credential, has: Credential | None) -> Evidence:
    if has is None:
        return pair.fact(asked.label, found=False)
    if not valid(has, pair.cv.as_of):
        return pair.fact(f"{asked.label} (expired {has.expires:%Y-%m})", found=False)
    return pair.fact(asked.label, found=True, span=has.span)


def _languages(pair: _Pair) -> list[Evidence]:
    has = {one.code: one for one in pair.cv.languages}
    facts = []
    for asked in pair.job.languages:
        one = has.get(asked.code)
        label = asked.code if asked.level is None else f"{asked.code} at {_cefr(asked.level)}"
        if one is not None and one.level is not None:
            label += f", {_cefr(one.level)} shown"
        met = one is not None and meets_level(one.level, asked.level)
        facts.append(pair.fact(label, found=met, span=one.span if one else None))
    return facts


def _cefr(level: LanguageLevel) -> str:
    return "native level" if level is LanguageLevel.NATIVE else level.name


def _place(pair: _Pair) -> list[Evidence]:
    if pair.job.remote is not None and pair.job.remote.value == "remote":
        return [pair.fact("remote work", found=True)]
    if not pair.job.places or not pair.cv.places:
        return []
    near, asked, lives = max(
        ((place_closeness(a, b), a, b) for a in pair.job.places for b in pair.cv.places), key=lambda one: one[0]
    )
    label = f"{_name(asked)} asked, {_name(lives)} shown{', would move' if pair.cv.relocate else ''}"
    return [pair.fact(label, found=near >= 0.95 or pair.cv.relocate, span=lives.span)]


def _name(place: Place) -> str:
    return ", ".join(part for part in (place.city, place.region, place.country) if part) or "a place"


_Finder = Callable[[_Pair], list[Evidence]]
_FINDERS: Mapping[str, _Finder] = MappingProxyType(
    {
        "title_positions": _positions(lambda job, held: bool(held.title)),
        "same_occupation": _positions(lambda job, held: bool(held.occupation) and held.occupation == job.occupation),
        "must_have": _skills(lambda job: job.must_have, near=False),
        "must_have_near": _skills(lambda job: job.must_have, near=True),
        "must_have_fresh": _skills(lambda job: job.must_have, near=False, when=True),
        "nice_to_have": _skills(lambda job: job.nice_to_have, near=True),
        "role_recent": _positions(lambda job, held: role_fit(job, held) >= CLOSE),
        "role_best": _positions(lambda job, held: role_fit(job, held) >= CLOSE),
        "role_years": _positions(lambda job, held: role_fit(job, held) >= CLOSE),
        "role_ratio": _years,
        "years_over": _much,
        "seniority_under": _level,
        "seniority_over": _level,
        "education": _education,
        "legal_credentials": _credentials(lambda job: [group for group in groups(job) if is_legal(group)]),
        "other_credentials": _credentials(
            lambda job: [
                *(group for group in groups(job) if not is_legal(group)),
                *((one,) for one in job.nice_credentials),
            ]
        ),
        "languages": _languages,
        "place": _place,
    }
)
