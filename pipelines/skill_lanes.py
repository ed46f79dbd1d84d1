"""How close a sentence is to every skill, by vectors, by words and by what is often asked: one number per lane."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from core.domain import Matrix
from models.tokens import stem, tokens, word_set
from pipelines.skill_sets import Asked, SkillNames

LANES = ("sentence", "phrase", "names", "words", "characters", "stated", "prior", "seen")
_LONGEST = 4  # words of a phrase
PROMISING = 30  # skills of each sentence whose further names are looked at: all names of all skills are 97,000
_LOOSE = word_set(
    "a an the and or of to in for on at by with from as is are be will your you our we us their its this that it "
    "have has who can may must should would into within across other new well all any more than such including"
)
_LEAST_PRIOR = 1e-7  # below the rarest that is known

Vectors = Callable[[Sequence[str]], Matrix]


class Lanes:
    """Of each sentence a table [skills, lanes]."""

    def __init__(self, names: SkillNames, vectors: Vectors, seen: Sequence[Asked], promising: int = PROMISING) -> None:
        """`seen`: answered sentences; how often a skill is an answer there is a lane."""
        self._names, self._vectors, self._promising = names, vectors, promising
        self._labels = vectors(names.labels)
        self._prior = np.log(np.maximum(np.array(names.prior), _LEAST_PRIOR)).astype(np.float32)
        self._seen: Counter[int] = Counter(skill for one in seen for skill in one.skills)
        self._characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
        self._written = self._characters.fit_transform(names.labels)
        self._words = _Words(names)

    def of(self, sentences: Sequence[Asked], *, left_out: bool) -> Iterator[Matrix]:
        """`left_out`: what a sentence itself adds to `seen` does not count, as it is learned from."""
        phrases = [phrases_of(one.sentence) for one in sentences]
        whole = self._vectors([one.sentence for one in sentences])
        parts = self._vectors([phrase for some in phrases for phrase in some])
        letters = self._characters.transform([one.sentence for one in sentences])
        start = 0
        for row, one in enumerate(sentences):
            own = parts[start : start + len(phrases[row])]
            start += len(phrases[row])
            table = np.zeros((len(self._names.labels), len(LANES)), np.float32)
            table[:, 0] = self._labels @ whole[row]
            table[:, 1] = (self._labels @ own.T).max(axis=1)
            table[:, 3], table[:, 5] = self._words.of(one.sentence)
            table[:, 4] = (self._written @ letters[row].T).toarray()[:, 0]
            table[:, 6] = self._prior
            seen = self._seen - Counter(one.skills) if left_out else self._seen
            table[list(seen), 7] = np.log1p(list(seen.values()))
            table[:, 2] = self._by_names(table, own)
            yield table

    def _by_names(self, table: Matrix, phrases: Matrix) -> Matrix:
        """The closest of all names for promising skills, of the label for the others."""
        closest = table[:, 1].copy()
        promising = np.argsort(-(table[:, 0] + table[:, 1] + table[:, 3]), kind="stable")[: self._promising]
        named = [(int(at), name) for at in promising for name in self._names.others[at]]
        if named:
            near = (self._vectors([name for _, name in named]) @ phrases.T).max(axis=1)
            np.maximum.at(closest, [at for at, _ in named], near)
        return closest


class _Words:
    """Which part of a name's words, by rarity, a sentence holds; and the names that it states, word by word."""

    def __init__(self, names: SkillNames) -> None:
        self._size = len(names.labels)
        forms = [(at, stems(name)) for at in range(self._size) for name in (names.labels[at], *names.others[at])]
        forms = [(at, words) for at, words in forms if words]
        counts = Counter(word for _, words in forms for word in set(words))
        self._rarity = {word: math.log(len(forms) / count) for word, count in counts.items()}
        self._owner = np.array([at for at, _ in forms])
        self._total = np.array([sum(self._rarity[word] for word in set(words)) for _, words in forms])
        self._holding = defaultdict[str, list[int]](list)
        stated = defaultdict[tuple[str, ...], set[int]](set)
        for number, (at, words) in enumerate(forms):
            for word in set(words):
                self._holding[word].append(number)
            stated[tuple(words)].add(at)
        self._stated: Mapping[tuple[str, ...], set[int]] = stated
        self._longest = max(len(words) for words in stated)

    def of(self, sentence: str) -> tuple[Matrix, Matrix]:
        words = stems(sentence)
        held = np.zeros(len(self._owner))
        for word in set(words):
            held[self._holding.get(word, [])] += self._rarity.get(word, 0.0)
        best = np.zeros(self._size, np.float32)
        np.maximum.at(best, self._owner, (held / np.maximum(self._total, 1e-9)).astype(np.float32))
        stated = np.zeros(self._size, np.float32)
        for start in range(len(words)):
            for end in range(start + 1, min(start + self._longest, len(words)) + 1):
                for at in self._stated.get(tuple(words[start:end]), ()):
                    stated[at] = max(stated[at], sum(self._rarity[word] for word in words[start:end]) ** 0.5)
        return best, stated


def stems(text: str) -> list[str]:
    return [stem(token.word) for token in tokens(text) if token.word not in _LOOSE]


def phrases_of(sentence: str) -> list[str]:
    """Runs of up to four words that begin and end with a word that says something; the sentence when there is none."""
    found: dict[str, None] = {}
    words = tokens(sentence)
    for start, first in enumerate(words):
        if first.word in _LOOSE:
            continue
        for end in range(start, min(start + _LONGEST, len(words))):
            if end > start and words[end].parted:
                break
            if words[end].word not in _LOOSE:
                found[sentence[first.start : words[end].end]] = None
    return list(found) or [sentence]
