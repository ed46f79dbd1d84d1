"""Skills in a text: which, where, how rare they are, and how much of a wish they cover."""

from __future__ import annotations

import math
import zlib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec

from core.domain import Skill, SkillFound, SkillId, SkillWanted, Span, Sparse
from core.errors import ModelError
from models.ambiguity import WINDOW, Passage, meant
from models.phrases import Hit, Phrases
from models.taxonomy import SkillEntry, Taxonomy
from models.tokens import Token, tokens


def skill_index(id: SkillId) -> int:
    """The place of a skill in a sparse vector: 31 bits, the same in every process and version."""
    return zlib.crc32(id.encode()) & 0x7FFFFFFF


@dataclass(frozen=True, slots=True, eq=False)
class Rarity:
    """How much a skill says, 0..1: what everybody has counts little. Unknown skills count as rare."""

    weights: Mapping[SkillId, float]
    default: float = 1.0

    def __call__(self, id: SkillId) -> float:
        return self.weights.get(id, self.default)


def load_rarity(folder: Path) -> Rarity:
    """That of a parser version's folder. Raises `ModelError`."""
    try:
        return msgspec.json.decode((folder / "rarity.json").read_bytes(), type=Rarity)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"rarity.json: cannot be read: {error}") from None


def count_rarity(documents: Iterable[Collection[SkillId]]) -> Rarity:
    """Smoothed inverse document frequency over `documents`, as a part of that of a skill never seen."""
    counts: dict[SkillId, int] = {}
    total = 0
    for skills in documents:
        total += 1
        for id in skills:
            counts[id] = counts.get(id, 0) + 1
    unseen = math.log(total + 2)
    weights = {id: max(math.log((total + 2) / (n + 1)) / unseen, 0.1) for id, n in sorted(counts.items())}
    return Rarity({id: round(weight, 4) for id, weight in weights.items()})


def skill_vector(skills: Iterable[SkillFound | SkillWanted], rarity: Rarity) -> Sparse:
    """Distinct skills as a sparse vector: the rarity of each, as far as it is sure."""
    values = {skill_index(one.skill.id): rarity(one.skill.id) * one.sure for one in skills}
    indices = tuple(sorted(values))
    return Sparse(indices, tuple(values[index] for index in indices))


def coverage(wanted: SkillId, found: Collection[SkillId], taxonomy: Taxonomy) -> float:
    """How much of a wanted skill the found ones cover, 0..1: the best of them, never their sum.

    1 for the skill itself or one that implies it, 0.9 (0.8, 0.7) for one a step (two, three) narrower,
    0.5 for a related one, 0.4 for the one above it, 0.3 for another one below that.
    """
    if wanted in found:
        return 1.0
    row = taxonomy.cover.get(wanted)
    if not row:
        return 0.0
    return max((part for id, part in row.items() if id in found), default=0.0)


class SkillMatcher:
    """Finds the skills of a taxonomy in texts."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._entries = taxonomy.skills
        cued = frozenset(entry.id for entry in taxonomy.skills.values() if entry.cues)
        forms = ((form, e.id) for e in taxonomy.skills.values() for form in e.forms)
        self._phrases = Phrases(forms, judged=cued)
        titles = frozenset(pair for entry in taxonomy.occupations.values() for pair in _neighbours(entry.forms))
        self._last: tuple[str, list[SkillFound]] = ("", [])
        self._meant = {id: meant(taxonomy.skills[id], titles) for id in cued}

    def find(self, text: str) -> list[SkillFound]:
        """Every mention, in the order of the text. The last answer is kept: a text is asked about more than once."""
        known, found = self._last
        if known != text:
            found = self.find_in(text, tokens(text))
            self._last = (text, found)
        return list(found)

    def find_in(self, text: str, words: Sequence[Token]) -> list[SkillFound]:
        hits = self._phrases.hits(words)
        ids = {hit.first: self._unambiguous(hit) for hit in hits}
        sure = [(hit.first, hit.last, self._entries[id].group) for hit in hits if (id := ids[hit.first]) is not None]
        found: list[SkillFound] = []
        for hit in hits:
            id = ids[hit.first] or self._meant_at(hit, Passage(text, words, _around(sure, hit.first)))
            if id is not None:
                start, end = words[hit.first].start, words[hit.last - 1].end
                found.append(SkillFound(Skill(id, self._entries[id].label), text[start:end], Span(start, end)))
        return found

    def exact(self, phrase: str) -> SkillEntry | None:
        """The skill that the whole of `phrase` is a form of."""
        ids = self._phrases.exact(phrase)
        return self._entries[ids[0]] if ids else None

    def _unambiguous(self, hit: Hit[SkillId]) -> SkillId | None:
        several_words = hit.last - hit.first > 1
        return next((id for id in hit.values if several_words or id not in self._meant), None)

    def _meant_at(self, hit: Hit[SkillId], passage: Passage) -> SkillId | None:
        return next((id for id in hit.values if passage.means(hit.first, self._meant[id])), None)


def _neighbours(forms: Iterable[str]) -> Iterator[tuple[str, str]]:
    for form in forms:
        words = [token.word for token in tokens(form)]
        yield from pairwise(words)


def _around(sure: Sequence[tuple[int, int, str]], at: int) -> Sequence[tuple[int, int, str]]:
    """Those near the word at `at`."""
    low = bisect_left(sure, (at - WINDOW,))
    return sure[low : bisect_left(sure, (at + WINDOW,))]
