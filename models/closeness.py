"""How close the texts of a pair are: every cosine of one case to many from one matrix product.

Stored vectors are float16. Products of two such numbers add up exactly in float64, whatever the order, so a
pair's cosines are equal to the bit in every pool and in both directions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain import Case, Embedding, Profile, Sparse
from core.errors import ModelError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.intp]

RECENCY = 0.7  # weight of a position against the one after it


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """All rows of some embeddings, one below the other; each block has its first row and size per embedding."""

    rows: Floats
    blocks: Mapping[str, tuple[Numbers, Numbers]]

    def places(self, block: str) -> tuple[Numbers, Mask]:
        """Row numbers of a block of each embedding, shape [n, most], and which of them exist."""
        first, sizes = self.blocks[block]
        steps = np.arange(max(int(sizes.max(initial=0)), 1))
        exists = steps < sizes[:, None]
        return np.where(exists, first[:, None] + steps, 0), exists


def _stack(embeddings: Sequence[Embedding]) -> _Stack:
    titles = np.array([e.titles.shape[0] for e in embeddings], np.intp)
    parts = np.array([e.parts.shape[0] for e in embeddings], np.intp)
    one = np.ones_like(titles)
    starts = np.cumsum(titles + parts + 2) - (titles + parts + 2)
    rows = np.concatenate([b for e in embeddings for b in (e.title[None], e.text[None], e.titles, e.parts)])
    blocks = {
        "title": (starts, one),
        "text": (starts + 1, one),
        "titles": (starts + 2, titles),
        "parts": (starts + 2 + titles, parts),
    }
    return _Stack(rows.astype(np.float64), blocks)


class Cosines:
    """The cosines of the pairs (one, each of many), read as job rows against candidate rows."""

    def __init__(self, one: Case, many: Sequence[Case]) -> None:
        self._flipped = isinstance(one.facts, Profile)
        if any(case.embedding.version != one.embedding.version for case in many):
            raise ModelError(f"not all vectors are of {one.embedding.version}: index the documents again")
        self._one, self._many = _stack([one.embedding]), _stack([case.embedding for case in many])
        self._products = self._many.rows @ self._one.rows.T
        self._known = np.einsum("nd,nd->n", self._many.rows, self._many.rows) > 0
        self._known_one = np.einsum("nd,nd->n", self._one.rows, self._one.rows) > 0

    def between(self, job: str, candidate: str) -> tuple[Floats, Mask]:
        """Shape [n, rows of the job's block, rows of the candidate's block], and which of them mean something."""
        of_many, of_one = (job, candidate) if self._flipped else (candidate, job)
        rows, exist = self._many.places(of_many)
        columns, there = self._one.places(of_one)
        values = self._products[rows[:, :, None], columns[0][None, None, :]]
        known = (exist & self._known[rows])[:, :, None] & (there & self._known_one[columns])[0][None, None, :]
        return (values, known) if self._flipped else (values.transpose(0, 2, 1), known.transpose(0, 2, 1))

    def texts(self) -> Floats:
        """The cosine of the mean of the parts to the mean of the parts."""
        values, known = self.between("text", "text")
        lengths = [np.linalg.norm(s.rows[s.places("text")[0][:, 0]], axis=1) for s in (self._one, self._many)]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(known[:, 0, 0], values[:, 0, 0] / (lengths[0] * lengths[1]), np.nan)


def closeness(one: Case, many: Sequence[Case]) -> Mapping[str, Floats]:
    """The features that vectors and words decide, by name; NaN where a side has no such text."""
    cosines = Cosines(one, many)
    title, titled = cosines.between("title", "title")
    chunks, chunked = cosines.between("title", "parts")
    held, holds = _best_name(cosines)
    lines, lined = cosines.between("parts", "parts")
    best, supported = _largest(lines, lined)
    back, used = _largest(lines.transpose(0, 2, 1), lined.transpose(0, 2, 1))
    closest, compared = _largest(chunks[:, 0], chunked[:, 0])
    return {
        "title_title": np.where(titled, title, np.nan)[:, 0, 0],
        "title_text": _mean(chunks, chunked)[:, 0],
        "title_top": _top(chunks[:, 0], chunked[:, 0], 3),
        "title_best": np.where(compared, closest, np.nan),
        "title_positions": np.where(holds.any(axis=1), np.where(holds, held, -1.0).max(axis=1), np.nan),
        "title_recent": _mean(held, holds, np.power(RECENCY, np.arange(held.shape[1]))),
        "lines": _mean(best, supported),
        "passages": _mean(back, used),
        "text_text": cosines.texts(),
        "words": _words(one.words, [case.words for case in many]),
    }


def _best_name(cosines: Cosines) -> tuple[Floats, Mask]:
    """Each held title against the job's title or another name of the job, whichever is closer."""
    title, titled = cosines.between("title", "titles")
    names, named = cosines.between("titles", "titles")
    return _largest(
        np.concatenate([title, names], axis=1).transpose(0, 2, 1),
        np.concatenate([titled, named], axis=1).transpose(0, 2, 1),
    )


def _largest(values: Floats, known: Mask) -> tuple[Floats, Mask]:
    """Over the last axis; where nothing is known the value is 0 and the mask says so."""
    there: Mask = np.any(known, axis=-1)
    best: Floats = np.where(known, values, -np.inf).max(axis=-1)
    return np.where(there, best, 0.0), there


def _mean(values: Floats, known: Mask, weights: Floats | None = None) -> Floats:
    """Over the last axis, of what is known."""
    w = known * (1.0 if weights is None else weights)
    total = w.sum(axis=-1)
    return np.where(total > 0, (values * w).sum(axis=-1) / np.where(total > 0, total, 1.0), np.nan)


def _top(values: Floats, known: Mask, count: int) -> Floats:
    best = -np.sort(-np.where(known, values, -np.inf), axis=-1)[:, :count]
    return _mean(np.where(np.isfinite(best), best, 0.0), np.isfinite(best))


def _words(one: Sparse, many: Sequence[Sparse]) -> Floats:
    """The lexical cosines; NaN when a side has no words. Indices ascend, so both directions add in one order."""
    mine = dict(zip(one.indices, one.values, strict=True))
    return np.array([_dot(mine, words) for words in many])


def _dot(mine: Mapping[int, float], words: Sparse) -> float:
    if not mine or not words.indices:
        return math.nan
    return sum([mine[index] * value for index, value in zip(words.indices, words.values, strict=True) if index in mine])
