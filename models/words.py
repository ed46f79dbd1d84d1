"""A text as a sparse vector of its words and pairs of words, weighed by how rare the parser version has them."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.domain import Sparse
from models.tokens import stem, tokens, word_set

MOST = 300  # terms of a text: a stored case stays small

STOPWORDS = word_set(
    "a about above across after all also am an and any are as at be been being below between both but by can could did"
    " do does doing during each else etc every few for from further had has have having he her hers him his how i if in"
    " including into is it its itself may me might more most must my no nor not of off on once only or other our out"
    " over own per same shall she should so some such than that the their them then there these they this those through"
    " to too under until up upon us very via was we were what when where which while who whom why will with within"
    " without would you your"
)

_LINE = 1_000  # characters: a longer one is no line of a CV, and would not be small to keep


def term_index(term: str, kind: int = 0) -> int:
    """The place of a term in a sparse vector: 31 bits, the same in every process and version.

    `kind` is the checksum of what stands in front of it: of `body ` it gives the place of `body nurse`.
    """
    return zlib.crc32(term.encode(), kind) & 0x7FFFFFFF


def words_of(text: str) -> list[str]:
    """Stemmed words without stopwords, numbers and single letters."""
    lines = text.split("\n")
    return [word for line in lines for word in (_kept if len(line) <= _LINE else _words_in)(line)]


def _words_in(line: str) -> tuple[str, ...]:
    found = (token.word for token in tokens(line))
    return tuple(stem(word) for word in found if len(word) > 1 and word not in STOPWORDS and not word.isdigit())


_kept = lru_cache(maxsize=512)(_words_in)  # a line is a part of a position, of the whole, and of what is compared


def terms_of(text: str) -> Iterator[str]:
    """The words of `words_of`, and each two of them that follow one another."""
    before = None
    for word in words_of(text):
        yield word
        if before is not None:
            yield f"{before} {word}"
        before = word


@dataclass(frozen=True, slots=True, eq=False)
class WordTable:
    """In how many of `documents` texts each term occurs, by its `term_index`: the table holds no words."""

    documents: int
    counts: Mapping[int, int]

    def idf(self, index: int) -> float:
        """The least there is for terms that the table has not: hardly two texts share them."""
        seen = self.counts.get(index)
        return 1.0 if seen is None else math.log((self.documents + 1) / (seen + 1)) + 1.0

    def vector(self, text: str) -> Sparse:
        """Sublinear term frequency times idf of the `MOST` heaviest terms, of unit length; empty without words."""
        counts = Counter(map(term_index, terms_of(text)))
        weights = {index: (1.0 + math.log(count)) * self.idf(index) for index, count in counts.items()}
        kept = sorted(sorted(weights), key=lambda index: -weights[index])[:MOST]
        length = math.sqrt(math.fsum(weights[index] ** 2 for index in kept))
        indices = tuple(sorted(kept))
        return Sparse(indices, tuple(weights[index] / length for index in indices))


def count_terms(texts: Iterable[str], least: int = 2) -> WordTable:
    """The table over `texts`; terms in fewer than `least` of them are as good as unseen."""
    counts: Counter[int] = Counter()
    total = 0
    for text in texts:
        total += 1
        counts.update(set(map(term_index, terms_of(text))))
    return WordTable(total, {index: n for index, n in sorted(counts.items()) if n >= least})
