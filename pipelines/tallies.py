"""Counts of facts that are right, found and so, by field; precision, recall and F1 of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple


class Miss(NamedTuple):
    """`so` was said and `found` was read; one of them may be empty."""

    field: str
    so: str
    found: str


class Tally(NamedTuple):
    """Per field: how many facts are right, how many were found, how many are so; and what went wrong."""

    right: Counter[str]
    found: Counter[str]
    so: Counter[str]
    misses: list[Miss]

    def add(self, field: str, so: str, found: str, *, same: bool) -> None:
        self.right[field] += same
        self.found[field] += bool(found)
        self.so[field] += bool(so)
        if not same:
            self.misses.append(Miss(field, so, found))

    @staticmethod
    def empty() -> Tally:
        return Tally(Counter(), Counter(), Counter(), [])


def f1(tally: Tally, fields: Collection[str]) -> float:
    """NaN when nothing was asked and nothing found."""
    right, found, so = (sum(counts[field] for field in fields) for counts in tally[:3])
    return 2 * right / (found + so) if found + so else float("nan")


def together(tallies: Sequence[Tally]) -> Tally:
    whole = Tally.empty()
    for tally in tallies:
        for counts, others in zip(whole[:3], tally[:3], strict=True):
            counts.update(others)
        whole.misses.extend(tally.misses)
    return whole
