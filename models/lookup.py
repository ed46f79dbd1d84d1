"""Skills by what somebody has typed so far: whole names, beginnings of their words, and typing errors."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.domain import Skill, SkillId
from core.skills import How, Suggestion
from models.skills import Rarity, load_rarity
from models.taxonomy import Group, SkillEntry, load_skills
from models.tokens import plain, singular, tokens

_LAST = "\U0010ffff"
_MOST_WORDS = 8  # of a query that are looked at
_JOINED = 2  # words: longer names are not looked up as one word
_SHORT = 16  # characters of such a name
_NEAREST = 20  # words that a mistyped one may be
_FULL = 4.0  # a whole name counts more than any beginning of one

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]


class SkillLookup:
    """An inverted index of the words of all names; of 14,000 skills with 97,000 aliases a query costs a few ms."""

    def __init__(self, skills: Mapping[SkillId, SkillEntry], groups: Mapping[str, Group], rarity: Rarity) -> None:
        self._entries = tuple(skills.values())
        self._groups = groups
        named = [(n, form, place) for n, entry in enumerate(self._entries) for place, form in enumerate(entry.forms)]
        self._names = [form for _, form, _ in named]
        self._skill: Numbers = np.array([n for n, _, _ in named], np.int32)
        words = [_words(name) for name in self._names]
        self._index = _Index((word, number) for number, some in enumerate(words) for word in some)
        short = ((number, some) for number, some in enumerate(words) if 1 < len(some) <= _JOINED)
        self._joined = _Index((one, number) for number, some in short if len(one := "".join(some)) <= _SHORT)
        self._whole = _whole(words)
        self._size: Floats = np.array([max(sum(map(len, some)), 1) for some in words], np.float32)
        known = np.array([1.0 - rarity(entry.id) for entry in self._entries], np.float32)
        label = np.array([place == 0 for _, _, place in named], np.float32)
        self._worth: Floats = 0.2 * known[self._skill] + 0.1 * label if named else known

    def __call__(self, query: str, limit: int) -> list[Suggestion]:
        """Best first; each skill once, by its best name."""
        wanted = _words(query)[:_MOST_WORDS]
        found: dict[int, tuple[float, int, How]] = {}
        for how, numbers, closeness in self._matches(wanted):
            worth = closeness + self._worth[numbers]
            for at in _best(worth, 4 * limit):
                number, score = int(numbers[at]), float(worth[at])
                skill = int(self._skill[number])
                if skill not in found or found[skill][0] < score:
                    found[skill] = (score, number, how)
            if how is How.PREFIX and (len(found) >= limit or (found and all(map(self._index.knows, wanted)))):
                break  # nothing to forgive
        best = heapq.nsmallest(limit, found.values(), key=lambda one: (-one[0], self._names[one[1]]))
        return [self._suggestion(number, how) for _, number, how in best]

    def _suggestion(self, number: int, how: How) -> Suggestion:
        entry = self._entries[self._skill[number]]
        return Suggestion(Skill(entry.id, entry.label), self._groups[entry.group].label, self._names[number], how)

    def _matches(self, wanted: Sequence[str]) -> Iterator[tuple[How, Numbers, Floats]]:
        """Names that fit, and how well: whole ones, then begun ones, then those that fit when errors are forgiven."""
        if not wanted:
            return
        typed = sum(map(len, wanted))
        whole = self._whole.get(_key(wanted), ())
        yield How.EXACT, np.array(whole, np.int32), np.full(len(whole), _FULL, np.float32)
        begun = self._all([self._index.begun(word) for word in wanted])
        joined = self._joined.begun("".join(wanted)) if len(wanted) == 1 else self._index.begun("".join(wanted))
        begun = np.union1d(begun, joined).astype(np.int32) if len(joined) else begun
        yield How.PREFIX, begun, (1.0 + np.minimum(typed / self._size[begun], 1.0)).astype(np.float32)
        near, errors = self._forgiven(wanted)
        share = np.minimum(typed / self._size[near], 1.0)
        yield How.CORRECTED, near, (share - 0.3 * errors).astype(np.float32)

    def _forgiven(self, wanted: Sequence[str]) -> tuple[Numbers, Floats]:
        """Names of which every word is begun or mistyped; or the query is one mistyped word, with spaces in it."""
        spelled = [self._index.near(word) for word in wanted]
        near = self._all(
            [np.union1d(self._index.begun(word), numbers) for word, (numbers, _) in zip(wanted, spelled, strict=True)]
        )
        errors = np.zeros(len(near), np.float32)
        for word, (numbers, distances) in zip(wanted, spelled, strict=True):
            begun = np.isin(near, self._index.begun(word))
            errors += np.where(begun, 0.0, _least(near, numbers, distances)).astype(np.float32)
        whole = "".join(wanted)
        for index in (self._index, self._joined) if len(wanted) <= _JOINED else ():
            numbers, distances = index.near(whole)
            near, errors = np.concatenate([near, numbers]), np.concatenate([errors, distances])
        return near.astype(np.int32), errors

    def _all(self, sets: Sequence[Numbers]) -> Numbers:
        """Names that are in all of the sets."""
        kept = sets[0]
        for other in sets[1:]:
            kept = np.intersect1d(kept, other)
        return np.unique(kept).astype(np.int32)


def load_lookup(folder: Path) -> SkillLookup:
    """That of a parser version's folder. Raises `ModelError`."""
    tables = load_skills(folder / "taxonomy")
    return SkillLookup(tables.skills, tables.groups, load_rarity(folder))


class _Index:
    """Words in order, and in which names each occurs."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        places: dict[str, list[int]] = {}
        for word, number in pairs:
            places.setdefault(word, []).append(number)
        self._words = sorted(places)
        lists = [places[word] for word in self._words]
        self._starts: Numbers = np.cumsum([0, *map(len, lists)], dtype=np.int32)
        self._numbers: Numbers = np.array([number for some in lists for number in some], np.int32)

    def knows(self, word: str) -> bool:
        at = bisect_left(self._words, word)
        return at < len(self._words) and self._words[at] == word

    def begun(self, start: str) -> Numbers:
        """Names with a word that begins so."""
        low, high = bisect_left(self._words, start), bisect_left(self._words, start + _LAST)
        return self._numbers[self._starts[low] : self._starts[high]]

    def near(self, word: str) -> tuple[Numbers, Floats]:
        """Names with a word that is this one mistyped, and by how many slips (a swap of neighbours is one)."""
        most = 0 if len(word) < 4 else 1 if len(word) < 8 else 2 if len(word) < 13 else 3
        if not most:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        close = self._close(word, most, sorted(set(word[:2]))) or self._close(word, most, ("",))
        parts = [self._numbers[self._starts[at] : self._starts[at + 1]] for _, at in close]
        slips = [np.full(len(part), distance, np.float32) for part, (distance, _) in zip(parts, close, strict=True)]
        return (
            (np.concatenate(parts), np.concatenate(slips))
            if parts
            else (np.empty(0, np.int32), np.empty(0, np.float32))
        )

    def _close(self, word: str, most: int, starts: Sequence[str]) -> list[tuple[int, int]]:
        """Words in reach that begin so, nearest first: hardly anybody errs in the first letter."""
        found: list[tuple[int, int]] = []
        for start in starts:
            low, high = bisect_left(self._words, start), bisect_left(self._words, start + _LAST)
            some = self._words[low:high]
            close = process.extract(word, some, scorer=OSA.distance, score_cutoff=most, limit=_NEAREST)
            found += [(int(distance), low + at) for _, distance, at in close]
        return sorted(found)[:_NEAREST]


def _words(text: str) -> list[str]:
    return [plain(token.text) for token in tokens(text)]


def _key(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(singular, words))


def _whole(words: Sequence[Sequence[str]]) -> Mapping[tuple[str, ...], Sequence[int]]:
    whole: dict[tuple[str, ...], list[int]] = {}
    for number, some in enumerate(words):
        whole.setdefault(_key(some), []).append(number)
    return whole


def _least(near: Numbers, numbers: Numbers, distances: Floats) -> Floats:
    """The smallest distance of each of `near`."""
    least = np.full(len(near), np.inf, np.float32)
    order = np.argsort(-distances, kind="stable")  # the smallest is written last
    place = np.searchsorted(near, numbers[order])
    kept = place < len(near)
    kept[kept] = near[place[kept]] == numbers[order][kept]
    least[place[kept]] = distances[order][kept]
    return least


def _best(worth: Floats, most: int) -> NDArray[np.intp]:
    return np.argpartition(-worth, most)[:most] if len(worth) > most else np.arange(len(worth))
