"""Where in its text each fact of a document stands, for showing it there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from core.domain import Facts, Profile, Requirements, SkillFound, SkillWanted, Span


@dataclass(frozen=True, slots=True)
class Highlight:
    """`what` names the part of the profile or the requirements (`skills`, `must_have` …), `label` the fact."""

    span: Span
    what: str
    label: str


class _Placed(Protocol):
    @property
    def span(self) -> Span | None: ...


def skill_label(skill: SkillFound | SkillWanted) -> str:
    """Its name; with a word where the text does not name it."""
    return skill.skill.label if skill.sure >= 1 else f"{skill.skill.label} (by words close to it)"


def highlights(facts: Facts) -> tuple[Highlight, ...]:
    """Every fact that has a place, in the order of the text; facts may overlap."""
    found = [Highlight(fact.span, what, label) for what, label, fact in _facts(facts) if fact is not None and fact.span]
    if isinstance(facts, Requirements):
        found += [Highlight(span, name, str(getattr(facts, name))) for name, span in facts.spans.items()]
    return tuple(sorted(found, key=lambda one: (one.span.start, -one.span.end, one.what, one.label)))


def _facts(facts: Facts) -> Iterator[tuple[str, str, _Placed | None]]:
    match facts:
        case Profile():
            yield from (("positions", held.title, held) for held in facts.positions)
            yield from (("skills", skill_label(found), found) for found in facts.skills)
            yield from (("education", study.field, study) for study in facts.education)
        case Requirements():
            yield from (("must_have", skill_label(wish), wish) for wish in facts.must_have)
            yield from (("nice_to_have", skill_label(wish), wish) for wish in facts.nice_to_have)
            yield "education", facts.education.field if facts.education else "", facts.education
            yield from (("one_of", one.label, one) for group in facts.one_of for one in group)
            yield from (("nice_credentials", one.label, one) for one in facts.nice_credentials)
    yield from (("credentials", one.label, one) for one in facts.credentials)
    yield from (("languages", one.code, one) for one in facts.languages)
    yield from (("places", one.city or one.region or one.country, one) for one in facts.places)
