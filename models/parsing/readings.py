"""Ways to read the lines around the dates of positions, and those that fit best together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.parsing.dates import Period

_HABIT = 0.6  # how much it counts that the other positions read well in the same way
_TWICE = 2.0  # costs more than any reading is worth


@dataclass(frozen=True, slots=True)
class Dated:
    """Line number `at` says when: by a period, by a length, or not at all. `start` to `end` is where in the line."""

    at: int
    period: Period | None
    start: int = 0
    end: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the lines around a date, `above` and `below` it."""

    above: int
    below: int
    title: str
    employer: str
    worth: float


def best_together(dated: Sequence[Dated], choices: Sequence[Sequence[Reading]]) -> list[Reading]:
    """The readings that fit best together, no line taken for two dates; each counts by its own worth and by habit."""
    return _best(dated, choices, _usual(choices))


def _usual(choices: Sequence[Sequence[Reading]]) -> dict[tuple[int, int], float]:
    """How well each way fits on average: within one CV people keep to one."""
    sums: dict[tuple[int, int], float] = {}
    for options in choices:
        for option in options:
            key = (option.above, option.below)
            sums[key] = sums.get(key, 0.0) + option.worth
    return {key: total / len(choices) for key, total in sums.items()}


def _best(
    dated: Sequence[Dated], choices: Sequence[Sequence[Reading]], usual: Mapping[tuple[int, int], float]
) -> list[Reading]:
    if not dated:
        return []
    sums: list[list[tuple[float, int]]] = []  # the most up to here with this reading, and the one before it
    for n, options in enumerate(choices):
        row: list[tuple[float, int]] = []
        for option in options:
            own = option.worth + _HABIT * usual.get((option.above, option.below), 0.0)
            if n == 0:
                row.append((own, 0))
                continue
            first = dated[n].at - option.above
            most, before = max(
                (sums[-1][k][0] - _TWICE * (dated[n - 1].at + other.below >= first), -k)
                for k, other in enumerate(choices[n - 1])
            )
            row.append((own + most, -before))
        sums.append(row)
    at = max(range(len(sums[-1])), key=lambda k: sums[-1][k][0])
    chosen = []
    for n in range(len(dated) - 1, -1, -1):
        chosen.append(choices[n][at])
        at = sums[n][at][1]
    return chosen[::-1]
