"""Many documents out of a few real ones: each takes most of one sample and some of another of the same field.

Every part comes from a sample that was really read, so sizes, titles, skills and vectors are of the real kind; the
mixture differs from document to document. Equal seeds give equal documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from core.domain import Facts, Passages, Profile, Requirements
from core.parts import Reading

T = TypeVar("T")
MINE, THEIRS = 0.8, 0.25  # how much of the sample, and of the other one, a document takes
SAME_FIELD = 0.7  # how often the other one is of the same field
MOST_PARTS, MOST_TITLES = 12, 6  # as the reader has them


@dataclass(frozen=True, slots=True)
class Mixture:
    facts: Facts
    passages: Passages

    @property
    def text(self) -> str:
        return "\n".join((self.passages.title, *self.passages.parts))


def mixtures(samples: Sequence[Reading], count: int, seed: int) -> Iterator[Mixture]:
    """`count` documents of the samples' kind, every sample about as often as another."""
    random = Random(seed)
    for number in range(count):
        mine = samples[number % len(samples)]
        near = [one for one in samples if one.facts.family == mine.facts.family and one is not mine]
        theirs = random.choice(near if near and random.random() < SAME_FIELD else samples)
        yield Mixture(*_mix(mine, theirs, random.choice(samples), random))


def _mix(mine: Reading, theirs: Reading, elsewhere: Reading, random: Random) -> tuple[Facts, Passages]:
    parts = _some(mine.passages.parts, theirs.passages.parts, random)[:MOST_PARTS]
    match mine.facts, theirs.facts, elsewhere.facts:
        case Profile() as a, Profile() as b, Profile() as c:
            profile = _profile(a, b, c, random)
            titles = tuple(dict.fromkeys(held.title for held in profile.positions if held.title))[:MOST_TITLES]
            return profile, replace(mine.passages, titles=titles, parts=parts)
        case Requirements() as a, Requirements() as b, Requirements() as c:
            return _requirements(a, b, c, random), replace(mine.passages, parts=parts)
        case _:
            raise TypeError("samples of one kind are mixed, not CVs with ads")


def _profile(mine: Profile, theirs: Profile, elsewhere: Profile, random: Random) -> Profile:
    stretch = random.uniform(0.6, 1.4)
    held = _some(mine.positions, theirs.positions, random)
    positions = tuple(replace(one, months=round(one.months * stretch)) for one in held)
    skills = {found.skill.id: found for found in _some(mine.skills, theirs.skills, random)}
    return replace(
        mine,
        positions=positions,
        months=sum(one.months for one in positions) or round(mine.months * stretch),
        skills=tuple(skills.values()),
        education=random.choice((mine, mine, theirs)).education,
        credentials=random.choice((mine, mine, theirs)).credentials,
        languages=random.choice((mine, theirs, elsewhere)).languages,
        places=random.choice((mine, theirs, elsewhere)).places,
    )


def _requirements(mine: Requirements, theirs: Requirements, elsewhere: Requirements, random: Random) -> Requirements:
    must = {wish.skill.id: wish for wish in _some(mine.must_have, theirs.must_have, random)}
    nice = {wish.skill.id: wish for wish in _some(mine.nice_to_have, theirs.nice_to_have, random)}
    return replace(
        mine,
        must_have=tuple(must.values()),
        nice_to_have=tuple(wish for id, wish in nice.items() if id not in must),
        min_months=random.choice((mine, mine, theirs)).min_months,
        languages=random.choice((mine, elsewhere)).languages,
        places=random.choice((mine, elsewhere)).places,
    )


def _some(mine: Sequence[T], theirs: Sequence[T], random: Random) -> tuple[T, ...]:
    """At least one of mine, if there is one, in their order; then some of the others."""
    kept = [one for one in mine if random.random() < MINE] or list(mine[:1])
    return (*kept, *(one for one in theirs if random.random() < THEIRS and one not in kept))
