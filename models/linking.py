"""Recall beyond the dictionary: phrases that name no skill we know are linked to the closest one, when it is close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.domain import Facts, Matrix, Phrase, Profile, Skill, SkillFound, SkillId, SkillWanted
from core.parts import Reading
from models.skills import Rarity, load_rarity, skill_vector
from models.taxonomy import SkillEntry, load_skills

# Chosen on Decorte's TECH and HOUSE validation sets with ESCO's labels: of 67 phrases that no name matches and that are
# linked at .8, 58 % have the annotators' own label (71 % of those that have one at all); of 174 at .7, 45 %.
CLOSE = 0.8
# A product is meant by its name: at .8 "automation" is Automation Anywhere, "tools" Pro Tools and "analytics" Google
# Analytics, while other ways to write a name (Outlook, Excel, 3D Max) are closer than this.
CLOSE_TO_NAME = 0.9
SURE = 0.5  # what a linked skill counts beside one that is named


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Skills that phrases may be linked to, what the taxonomy says of each, and the `least` cosine [n] of a link."""

    skills: tuple[Skill, ...]
    rarity: Rarity
    cover: Mapping[SkillId, Mapping[SkillId, float]]
    least: NDArray[np.float32]

    @property
    def texts(self) -> list[str]:
        return [skill.label for skill in self.skills]


def load_labels(folder: Path) -> Labels:
    """Those of a parser version's folder. Raises `ModelError`."""
    tables = load_skills(folder / "taxonomy")
    skills = tuple(Skill(entry.id, entry.label) for entry in tables.skills.values())
    least = [CLOSE_TO_NAME if _is_product(entry) else CLOSE for entry in tables.skills.values()]
    return Labels(skills, load_rarity(folder), tables.cover, np.array(least, np.float32))


def _is_product(entry: SkillEntry) -> bool:
    """`spreadsheet software` is a tool of no maker, and a name has a capital."""
    return entry.kind == "tool" and entry.label != entry.label.lower()


@dataclass(frozen=True, slots=True)
class Link:
    phrase: Phrase
    skill: Skill
    closeness: float


@dataclass(frozen=True, slots=True, eq=False)
class SkillLinker:
    """`vectors` [n, d]: unit rows, one for each of `labels`; float16 halves what they take."""

    labels: Labels
    vectors: NDArray[np.float16]

    def links(self, phrases: Sequence[Phrase], rows: Matrix) -> list[Link]:
        """The closest skill of each phrase, `rows` [m, d] being their vectors, where it is close enough."""
        if not phrases:
            return []
        cosines = rows @ self.vectors.astype(np.float32).T
        cosines[cosines < self.labels.least] = 0.0
        best = cosines.argmax(axis=1)
        return [
            Link(phrase, self.labels.skills[at], float(cosines[number, at]))
            for number, (phrase, at) in enumerate(zip(phrases, best.tolist(), strict=True))
            if cosines[number, at] > 0.0
        ]

    def add(self, reading: Reading, rows: Matrix) -> Reading:
        """The reading with the skills that its phrases, `rows` being their vectors, are close to and no word names."""
        known = {one.skill.id for one in _skills(reading.facts)}
        links: dict[SkillId, Link] = {}
        for link in self.links(reading.phrases, rows):
            if link.skill.id not in known and link.closeness > getattr(links.get(link.skill.id), "closeness", 0.0):
                links[link.skill.id] = link
        facts = self._with(reading.facts, links.values())
        return replace(reading, facts=facts, skills=skill_vector(_skills(facts), self.labels.rarity), phrases=())

    def _with(self, facts: Facts, links: Iterable[Link]) -> Facts:
        if isinstance(facts, Profile):
            return replace(facts, skills=(*facts.skills, *map(_found, links)))
        must = tuple(self._wanted(link) for link in links if not link.phrase.wished)
        nice = tuple(self._wanted(link) for link in links if link.phrase.wished)
        return replace(facts, must_have=(*facts.must_have, *must), nice_to_have=(*facts.nice_to_have, *nice))

    def _wanted(self, link: Link) -> SkillWanted:
        id, phrase = link.skill.id, link.phrase
        near = self.labels.cover.get(id, {})
        return SkillWanted(link.skill, phrase.text, phrase.span, rarity=self.labels.rarity(id), near=near, sure=SURE)


def _found(link: Link) -> SkillFound:
    phrase = link.phrase
    return SkillFound(link.skill, phrase.text, phrase.span, phrase.months, phrase.last_used, sure=SURE)


def _skills(facts: Facts) -> tuple[SkillFound | SkillWanted, ...]:
    return facts.skills if isinstance(facts, Profile) else (*facts.must_have, *facts.nice_to_have)
