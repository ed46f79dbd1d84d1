"""Skills in a text: which, where, how rare they are, and how much of a wish they cover."""

from __future__ import annotations

import math
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.domain import Skill, SkillFound, SkillId, Span, Sparse
from models.phrases import Hit, Phrases
from models.taxonomy import SkillEntry, Taxonomy
from models.tokens import Token, singular, tokens

_WINDOW = 12  # words to each side in which a cue counts: about a line


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


def skill_vector(ids: Iterable[SkillId], rarity: Rarity) -> Sparse:
    """Distinct skills as a sparse vector of rarity weights."""
    values = {skill_index(id): rarity(id) for id in ids}
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
        self._phrases = Phrases((form, e.id) for e in taxonomy.skills.values() for form in e.forms)
        self._cues = {e.id: frozenset(singular(cue) for cue in e.cues) for e in taxonomy.skills.values() if e.cues}
        self._cued_forms = {
            e.id: frozenset(form[0] for form in e.forms if form) for e in taxonomy.skills.values() if e.cues
        }

    def find(self, text: str) -> list[SkillFound]:
        """Every mention, in the order of the text."""
        return self.find_in(text, tokens(text))

    def find_in(self, text: str, words: Sequence[Token]) -> list[SkillFound]:
        found: list[SkillFound] = []
        hits = self._phrases.hits(words)
        sure = {hit.first: id for hit in hits if (id := self._unambiguous(hit)) is not None}
        for hit in hits:
            id = sure.get(hit.first) or self._by_cue(hit, words, sure)
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
        return next((id for id in hit.values if several_words or id not in self._cues), None)

    def _by_cue(self, hit: Hit[SkillId], words: Sequence[Token], sure: Mapping[int, SkillId]) -> SkillId | None:
        """A one-word form with cues: one of them near, in its own case; or beside a sure skill of its group."""
        low, high = max(hit.first - _WINDOW, 0), hit.last + _WINDOW
        near = {token.word for token in words[low:high] if token is not words[hit.first]}
        text = words[hit.first].text
        for id in hit.values:
            beside = {self._entries[sure[at]].group for at in range(hit.first - 4, hit.first + 5) if at in sure}
            if self._entries[id].group in beside:
                return id
            if text[0] in self._cued_forms[id] and (near & self._cues[id] or singular(text) in self._cues[id]):
                return id
        return None
