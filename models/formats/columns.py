"""Where a page stands in columns: a gutter that runs through many rows, with running text on both sides of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

_GUTTER = 0.5  # of the height: in one row. Spaces of justified text can be as wide, but not row after row
_THROUGH = 0.42  # of the height: what is left of a gutter over all of its rows
_LEAST_ROWS = 3  # on each side of a gutter
_LEAST_TALL = 5  # on the taller side: smaller things are tables, read by the row
_ATTACHED = 0.4  # a side with this part of dates belongs to the lines beside it
_SHORT = 40  # characters: a date with a place, not a line of text
_LEVEL = 0.85  # of the rows with a right side: in a table they have a left one too
_RUNNING = 0.12  # of the lines: that many go on in lower case where text is wrapped
_LABELLED = 0.75  # of the lines at a margin: the others are headings
_DATES = 0.15  # of them: a list of skills has none
_UNBROKEN = 0.2  # of the lines beside them may begin in lower case: mail addresses do
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d\d/\d\d|\b(?:present|current|heute|now)\b", re.IGNORECASE)


class Box(NamedTuple):
    """A word, or words that stand together in a row; `y` is the middle and grows upwards."""

    text: str
    x0: float
    x1: float
    y: float
    height: float


# Of a box. A page asks tens of thousands of times: mapped they cost half of what a generator does.
TEXT, LEFT, RIGHT, MIDDLE, HEIGHT = map(attrgetter, Box._fields)
Row = list[Box]
Interval = tuple[float, float]
Run = tuple[int, int, Interval]
Sides = tuple[Box | None, Box | None]


class Columns(NamedTuple):
    """Rows `first` up to `last` stand left and right of `middle`."""

    first: int
    last: int
    middle: float


def find_columns(rows: Sequence[Row], known: float | None = None) -> Columns | None:
    """The longest run of rows with a gutter through all of them and real columns on both sides.

    `known` is the middle of a gutter elsewhere on the page: where it goes on, a few rows are enough.
    """
    low = min(row[0].x0 for row in rows)
    high = max(_right_of(row) for row in rows)
    heights = [_height_of(row) for row in rows]
    free = [_free(row, height, low, high) for row, height in zip(rows, heights, strict=True)]
    least = [_THROUGH * height for height in heights]
    best: Run | None = None
    margins: list[Run] = []
    for first in range(len(rows)):
        if best and len(rows) - first <= best[1] - best[0]:
            break
        gutters = free[first]
        last = first + 1
        reached: list[tuple[int, list[Interval]]] = [(last, gutters)]
        while last < len(rows) and (gutters := _narrowed(gutters, free[last], least[last])):
            last += 1
            reached.append((last, gutters))
        found = _best_end(rows, first, reached, best[1] - best[0] if best else 0, known, margins, (low, high))
        if found:
            best = found
    if best is None:
        return None
    first, last, gutter = best
    middle = (gutter[0] + gutter[1]) / 2
    return Columns(first, _without_tail(rows, first, last, middle), middle)


def _best_end(
    rows: Sequence[Row],
    first: int,
    reached: list[tuple[int, list[Interval]]],
    least: int,
    known: float | None,
    margins: list[Run],
    edges: Interval,
) -> Run | None:
    """The longest run from `first` that is longer than `least` rows. What holds labels at a margin joins `margins`.

    `edges`: where the first word of the page begins and its last one ends; what reaches beyond parts nothing.
    """
    seen: set[tuple[Interval, ...]] = set()
    for last, gutters in reversed(reached):
        if last - first <= max(least, _LEAST_ROWS - 1):
            return None
        if tuple(gutters) in seen:
            continue
        seen.add(tuple(gutters))
        for gutter in sorted(gutters, key=lambda g: g[0] - g[1]):
            if gutter[0] < edges[0] or gutter[1] > edges[1]:
                continue
            again = known is not None and gutter[0] <= known <= gutter[1]
            middle = (gutter[0] + gutter[1]) / 2
            within = any(a <= first and last <= b and one[0] <= middle <= one[1] for a, b, one in margins)
            if within or not _are_tall(rows[first:last], middle, again=again):
                continue
            sides = [_sides(row, middle) for row in rows[first:last]]
            if not again and _is_margin(sides):
                margins.append((first, last, gutter))
            elif _are_columns(sides, again=again):
                return first, last, gutter
    return None


def _free(row: Row, height: float, low: float, high: float) -> list[Interval]:
    """Where nothing stands in a row, margins included."""
    starts, ends = [low - 1.0, *map(RIGHT, row)], [*map(LEFT, row), high + 1.0]
    least = _GUTTER * height
    return [(a, b) for a, b in zip(starts, ends, strict=True) if b - a >= least or a < low or b > high]


def _narrowed(ours: list[Interval], theirs: list[Interval], least: float) -> list[Interval]:
    both = [(max(a, c), min(b, d)) for a, b in ours for c, d in theirs if b - c >= least and d - a >= least]
    return [(a, b) for a, b in both if b - a >= least]


def _are_tall(rows: Sequence[Row], middle: float, *, again: bool) -> bool:
    tall = sum(row[0].x0 < middle for row in rows), sum(row[-1].x0 >= middle for row in rows)
    return min(tall) >= (1 if again else _LEAST_ROWS) and max(tall) >= (_LEAST_ROWS if again else _LEAST_TALL)


def _are_columns(sides: Sequence[Sides], *, again: bool) -> bool:
    left = [line for line, _ in sides if line]
    right = [line for _, line in sides if line]
    level = [(one, other) for one, other in sides if one and other]
    if any(is_attached(side) for side in (left, right, [one for one, _ in level], [other for _, other in level])):
        return False
    return again or not _is_table(level, right)


def _is_margin(sides: Sequence[Sides]) -> bool:
    """Dates and labels on the left, each level with the first line of what it is for."""
    at = [n for n, (one, other) in enumerate(sides) if one and other and abs(one.y - other.y) < 0.1 * one.height]
    if not at:
        return False
    left = [one for one, _ in sides[at[0] : at[-1] + 1] if one]
    if len(at) < _LABELLED * len(left) or max(len(one.text) for one in left) > _SHORT:
        return False
    dated = sum(bool(_DATED.search(one.text)) for one, _ in (sides[n] for n in at) if one)
    running = sum(other.text[0].islower() for _, other in (sides[n] for n in at) if other)
    return dated >= max(2, _DATES * len(at)) and running <= _UNBROKEN * len(at)


def _sides(row: Row, middle: float) -> Sides:
    return line_of([s for s in row if s.x0 < middle]), line_of([s for s in row if s.x0 >= middle])


def line_of(words: Sequence[Box]) -> Box | None:
    """The words of a row as one box."""
    if not words:
        return None
    if len(words) == 1:
        return words[0]
    text = " ".join(map(TEXT, words))
    return Box(text, words[0].x0, _right_of(words), words[0].y, _height_of(words))


def _right_of(words: Sequence[Box]) -> float:
    return float(max(map(RIGHT, words)))


def _height_of(words: Sequence[Box]) -> float:
    return float(max(map(HEIGHT, words)))


def is_attached(side: Sequence[Box]) -> bool:
    """Dates beside the lines they belong to are no column."""
    if not side:
        return False
    dated = sum(len(line.text) < _SHORT and bool(_DATED.search(line.text)) for line in side)
    return dated >= _ATTACHED * len(side)


def _is_table(level: Sequence[tuple[Box, Box]], right: Sequence[Box]) -> bool:
    """Cells stand level with their neighbours, and no text runs on from one row to the next."""
    cells = [line for one, other in level for line in (one, other) if abs(one.y - other.y) < 0.1 * one.height]
    running = sum(line.text[0].islower() for line in cells)
    return len(cells) >= 2 * _LEVEL * len(right) and running < _RUNNING * len(cells)


def _without_tail(rows: Sequence[Row], first: int, last: int, middle: float) -> int:
    """Before full-width text, a heading that stands apart on one side belongs to that text."""
    if last == len(rows):
        return last
    for at in range(last - 1, max(first + _LEAST_TALL, last - 4), -1):
        if len({s.x0 < middle for s in rows[at]}) > 1:
            break
        if rows[at - 1][0].y - rows[at][0].y > 1.5 * rows[at][0].height:
            return at
    return last
