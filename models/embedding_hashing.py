"""The encoder that needs no weights: the default without a model, the fake in tests, the baseline to beat."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.domain import Matrix, Vector
from models.words import words_of

_GRAMS = (3, 4)  # a misspelt or inflected word keeps about half of them


@dataclass(frozen=True, slots=True)
class HashingEncoder:
    """Signed hashing of stemmed words and their character n-grams; the order of words does not matter.

    A text without words (only stopwords, digits or punctuation) gives a zero row, as an empty one does.
    """

    dimension: int = 384

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._add_words(row, text)
        return rows

    def count(self, texts: Sequence[str]) -> int:
        return sum(len(words_of(text)) for text in texts)

    def _add_words(self, row: Vector, text: str) -> None:
        counts = Counter(words_of(text))
        if not counts:
            return
        places, values = zip(*(_hashed(word, self.dimension) for word in sorted(counts)), strict=True)
        weights = [1.0 + math.log(counts[word]) for word in sorted(counts)]
        weighted = np.concatenate([value * weight for value, weight in zip(values, weights, strict=True)])
        row += np.bincount(np.concatenate(places), weighted, self.dimension)
        length = np.linalg.norm(row)
        if length:
            row /= length


@lru_cache(maxsize=1 << 16)
def _hashed(word: str, dimension: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Where a word's features land and how much each adds: the word weighs as much as all of its n-grams."""
    grams = sorted(_grams(word))
    hashes = np.array([zlib.crc32(feature.encode()) for feature in [word, *grams]], np.int64)
    share = np.full(len(hashes), 1.0 / math.sqrt(max(1, len(grams))))
    share[0] = 1.0
    return (hashes >> 1) % dimension, np.where(hashes & 1, share, -share)


def _grams(word: str) -> Iterator[str]:
    """N-grams with the word's borders, so that `<pyt` starts a word and no whole word is its own n-gram."""
    bounded = f"<{word}>"
    for size in _GRAMS:
        yield from {bounded[start : start + size] for start in range(len(bounded) - size + 1)}
