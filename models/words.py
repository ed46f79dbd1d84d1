"""A text as a sparse vector of its words, weighed by how rare they are in the parser version's own table."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.domain import Sparse
from models.tokens import stem, tokens, word_set

STOPWORDS = word_set(
    "a about above across after all also am an and any are as at be been being below between both but by can could did"
    " do does doing during each else etc every few for from further had has have having he her hers him his how i if in"
    " including into is it its itself may me might more most must my no nor not of off on once only or other our out"
    " over own per same shall she should so some such than that the their them then there these they this those through"
    " to too under until up upon us very via was we were what when where which while who whom why will with within"
    " without would you your"
)


def word_index(word: str) -> int:
    """The place of a stemmed word in a sparse vector: 31 bits, the same in every process and version."""
    return zlib.crc32(word.encode()) & 0x7FFFFFFF


def words_of(text: str) -> list[str]:
    """Stemmed words without stopwords, numbers and single letters."""
    found = (token.word for token in tokens(text))
    return [stem(word) for word in found if len(word) > 1 and word not in STOPWORDS and not word.isdigit()]


@dataclass(frozen=True, slots=True, eq=False)
class WordTable:
    """In how many of `documents` texts each stemmed word occurs."""

    documents: int
    counts: Mapping[str, int]

    def idf(self, word: str) -> float:
        return math.log((self.documents + 1) / (self.counts.get(word, 0) + 1)) + 1.0

    def vector(self, text: str) -> Sparse:
        """Sublinear term frequency times idf, of unit length; empty for a text without words."""
        weights: dict[int, float] = {}
        for word, count in Counter(words_of(text)).items():
            index = word_index(word)
            weights[index] = weights.get(index, 0.0) + (1.0 + math.log(count)) * self.idf(word)
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        indices = tuple(sorted(weights))
        return Sparse(indices, tuple(weights[index] / length for index in indices))


def count_words(texts: Iterable[str], least: int = 2) -> WordTable:
    """The table over `texts`; words in fewer than `least` of them are as good as unseen."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update(set(words_of(text)))
    return WordTable(total, {word: n for word, n in sorted(counts.items()) if n >= least})
