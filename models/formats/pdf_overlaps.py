"""Words of a page that stand in the same place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.formats.pdf_words import Floats, Word

Numbers = NDArray[np.intp]
_NEIGHBOURS = 400  # words that start between the foot and the head of one word; more are not compared
_OVERLAP = 0.5  # of a word's box that another word fills already


def edges_of(words: Sequence[Word]) -> Floats:
    """Left, bottom, right, top of each word."""
    return np.array([word[1:5] for word in words], dtype=np.float64)


def overlapping(edges: Floats) -> NDArray[np.bool_]:
    """Whether another word stands in the same place."""
    order = np.argsort(edges[:, 1], kind="stable")
    x0, y0, x1, y1 = edges[order].T
    area = np.maximum((x1 - x0) * (y1 - y0), 1e-6)
    doubled = np.zeros(len(edges), dtype=np.bool_)
    for one, other in _level(y0, y1):
        tall = np.minimum(y1[one], y1[other]) - y0[other]
        wide = np.minimum(x1[one], x1[other]) - np.maximum(x0[one], x0[other])
        shared = np.maximum(tall, 0) * np.maximum(wide, 0)
        same = shared > _OVERLAP * np.minimum(area[one], area[other])
        doubled[order[one[same]]] = doubled[order[other[same]]] = True
    return doubled


def _level(y0: Floats, y1: Floats) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of words of which the second starts between the foot and the head of the first; `y0` ascends."""
    for start in range(0, len(y0), _NEIGHBOURS):
        one = np.arange(start, min(start + _NEIGHBOURS, len(y0)))
        following = np.clip(np.searchsorted(y0, y1[one]) - one - 1, 0, _NEIGHBOURS - 1)
        one = np.repeat(one, following)
        before = np.repeat(np.cumsum(following) - following, following)
        yield one, one + 1 + np.arange(len(one)) - before
