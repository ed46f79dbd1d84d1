"""What a trial has shown so far: answers of two sets of versions, counted and compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

from core.answers import Receipt

TOP = 10


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two answers to one question. Differences are of the scores of those in both."""

    overlap: float  # of the first ten, 0 to 1
    same_first: bool
    pairs: int
    difference: float  # sum of absolute differences
    largest: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums, so that those of several processes add up. Seconds are of answers, not of failures."""

    served: int = 0
    served_failed: int = 0
    served_s: float = 0.0
    tried: int = 0
    tried_failed: int = 0
    tried_s: float = 0.0
    compared: int = 0
    dropped: int = 0  # copies that were not tried: too much was going on
    overlap: float = 0.0
    same_first: int = 0
    pairs: int = 0
    difference: float = 0.0
    largest: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        sums = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)}
        return Tally(**{**sums, "largest": max(self.largest, other.largest)})

    def with_comparison(self, one: Comparison) -> Tally:
        return self + Tally(
            compared=1,
            overlap=one.overlap,
            same_first=int(one.same_first),
            pairs=one.pairs,
            difference=one.difference,
            largest=one.largest,
        )

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Self:
        total = cls()
        for one in tallies:
            total += one  # type: ignore[assignment]
        return total


def compare(served: Receipt, tried: Receipt) -> Comparison:
    """Of two answers to the same query."""
    first, second = ([one.id for one in receipt.matches[:TOP]] for receipt in (served, tried))
    longest = max(len(first), len(second))
    scores = {one.id: one.score for one in served.matches}
    differences = [
        abs(one.score - known)
        for one in tried.matches
        if one.score is not None and (known := scores.get(one.id)) is not None
    ]
    return Comparison(
        overlap=len(set(first) & set(second)) / longest if longest else 1.0,
        same_first=first[:1] == second[:1],
        pairs=len(differences),
        difference=sum(differences),
        largest=max(differences, default=0.0),
    )
