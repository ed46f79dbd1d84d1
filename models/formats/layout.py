"""The order in which a person reads what stands on a page: columns and sidebars one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

_SAME_ROW = 0.4  # of the height: lines of one row differ less, neighbouring lines more
_WORD_GAP = 1.05  # of the height: justified text stays below, tab stops and gutters above
_GUTTER = 0.85  # of the height
_PARAGRAPH = 1.4  # of the usual distance between lines
_LEAST_ROWS = 3  # on each side of a gutter
_LEAST_TALL = 5  # on the taller side: smaller things are tables, read by the row
_ATTACHED = 0.4  # a side with this part of dates belongs to the lines beside it
_SIDEBAR = 0.75  # of the width of the other column: a narrower one on the left is read after it
_BULLETS = "•●▪■◦○‣⁃∙◆◇➢►✓✔❖\uf0b7\uf0a7\uf0d8"
_UNFINISHED = re.compile(r"(?:[-–—]|\bto|[A-Za-z]{3,9})$")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d\d/\d\d|\b(?:present|current|heute|now)\b", re.IGNORECASE)


class Box(NamedTuple):
    """A word, or words that stand together in a row; `y` is the middle and grows upwards."""

    text: str
    x0: float
    x1: float
    y: float
    height: float


Row = list[Box]
Interval = tuple[float, float]


def rows_of(words: Iterable[Box]) -> list[Row]:
    """Rows from the top of the page, segments from the left."""
    rows: list[list[Box]] = []
    for word in sorted(words, key=lambda w: -w.y):
        if rows and rows[-1][0].y - word.y <= _SAME_ROW * max(word.height, rows[-1][0].height):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_segments(sorted(row, key=lambda w: w.x0)) for row in rows]


def _segments(row: list[Box]) -> Row:
    groups: list[list[Box]] = []
    for word in row:
        if groups and word.x0 - groups[-1][-1].x1 < _WORD_GAP * max(word.height, groups[-1][-1].height):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [
        Box(" ".join(w.text for w in g), g[0].x0, max(w.x1 for w in g), g[0].y, max(w.height for w in g))
        for g in groups
    ]


def lines_of(rows: Sequence[Row]) -> list[str]:
    """Lines in reading order; an empty line where a paragraph, a column or a region ends."""
    if not rows:
        return []
    columns = _find_columns(rows)
    if columns is None:
        return _by_row(rows)
    first, last, gutter = columns
    middle = (gutter[0] + gutter[1]) / 2
    inside = [s for row in rows[first:last] for s in row]
    left = [s for s in inside if s.x0 < middle]
    right = [s for s in inside if s.x0 >= middle]
    if _is_attached(left):
        sides = [_by_row(rows_of([*_joined(left), *right]))]
    else:
        sides = [lines_of(rows_of(left)), lines_of(rows_of(right))]  # anew: the other column's lines stood between
        if _width(left) < _SIDEBAR * _width(right):
            sides.reverse()
    parts = [lines_of(rows[:first]), *sides, lines_of(rows[last:])]
    return [line for part in parts if part for line in (*part, "")]


def _width(side: list[Box]) -> float:
    return max(s.x1 for s in side) - min(s.x0 for s in side)


def _joined(side: list[Box]) -> list[Box]:
    """Dates that were broken over lines, whole again where they begin."""
    whole: list[Box] = []
    y = 0.0
    for box in sorted(side, key=lambda s: -s.y):
        if whole and y - box.y < 1.5 * box.height and _UNFINISHED.search(whole[-1].text):
            whole[-1] = whole[-1]._replace(text=f"{whole[-1].text} {box.text}", x1=max(whole[-1].x1, box.x1))
        else:
            whole.append(box)
        y = box.y
    return whole


def _by_row(rows: Sequence[Row]) -> list[str]:
    """A line for each row; a sentence that runs on in the next row stays in one line."""
    steps = [above[0].y - below[0].y for above, below in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    edge = max(row[-1].x1 for row in rows)
    lines: list[str] = []
    above: Row | None = None
    indent = 0.0
    for row, step in zip(rows, [0.0, *steps], strict=True):
        text = "   ".join(segment.text for segment in row)
        apart = step > _PARAGRAPH * min(usual, 1.6 * row[0].height)
        if above is not None and not apart and _runs_on(lines[-1], above, row, indent, edge):
            broken = lines[-1].endswith("-") and text[:1].islower()
            lines[-1] += ("\n" if broken else " ") + text
        else:
            lines += ["", text] if apart else [text]
            indent = row[0].x0
        above = row
    return lines


def _runs_on(line: str, above: Row, row: Row, indent: float, edge: float) -> bool:
    """Whether a row goes on with the sentence of the line before it, which began at `indent`."""
    text = row[0].text
    if text[0] in _BULLETS or len(row) > 1:
        return False
    if line[0] in _BULLETS:
        return row[0].x0 > indent + 0.4 * row[0].height  # a hanging indent
    if len(above) > 1 or abs(row[0].x0 - indent) > 0.4 * row[0].height:
        return False
    if line.count("(") > line.count(")") and ")" in text:
        return True
    return text[0].islower() and line[-1] not in ".:;!?" and above[-1].x1 > 0.7 * edge


def _find_columns(rows: Sequence[Row]) -> tuple[int, int, Interval] | None:
    """The longest run of rows with a gutter through all of them and real columns on both sides."""
    low = min(s.x0 for row in rows for s in row)
    high = max(s.x1 for row in rows for s in row)
    best: tuple[int, int, Interval] | None = None
    for first, row in enumerate(rows):
        if best and len(rows) - first <= best[1] - best[0]:
            break
        gutters = _free(row, low, high)
        last = first + 1
        reached: list[tuple[int, list[Interval]]] = [(last, gutters)]
        while last < len(rows) and (gutters := _narrowed(gutters, _free(rows[last], low, high))):
            last += 1
            reached.append((last, gutters))
        found = _best_end(rows, first, reached)
        if found and (best is None or found[1] - found[0] > best[1] - best[0]):
            best = found
    return best


def _best_end(
    rows: Sequence[Row], first: int, reached: list[tuple[int, list[Interval]]]
) -> tuple[int, int, Interval] | None:
    seen: set[tuple[Interval, ...]] = set()
    for last, gutters in reversed(reached):
        if last - first < _LEAST_TALL or tuple(gutters) in seen:
            continue
        seen.add(tuple(gutters))
        for gutter in sorted(gutters, key=lambda g: g[0] - g[1]):
            if _are_columns(rows[first:last], gutter):
                return first, _without_tail(rows, first, last, gutter), gutter
    return None


def _free(row: Row, low: float, high: float) -> list[Interval]:
    """Where nothing stands in a row, margins included."""
    edges = [low - 1.0, *(edge for s in row for edge in (s.x0, s.x1)), high + 1.0]
    least = _GUTTER * max(s.height for s in row)
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= least or a < low or b > high]


def _narrowed(ours: list[Interval], theirs: list[Interval]) -> list[Interval]:
    both = [(max(a, c), min(b, d)) for a, b in ours for c, d in theirs]
    return [(a, b) for a, b in both if b - a >= 4.0]  # points


def _are_columns(rows: Sequence[Row], gutter: Interval) -> bool:
    middle = (gutter[0] + gutter[1]) / 2
    left = [s for row in rows for s in row if s.x0 < middle]
    right = [s for row in rows for s in row if s.x0 >= middle]
    tall = [len({s.y for s in side}) for side in (left, right)]
    if min(tall) < _LEAST_ROWS or max(tall) < _LEAST_TALL:
        return False
    return not any(_is_attached(side) for side in (left, right))


def _is_attached(side: list[Box]) -> bool:
    """Dates beside the lines they belong to are no column."""
    dated = sum(bool(_DATED.search(s.text)) and len(s.text) < 40 for s in side)
    return dated >= _ATTACHED * len(side)


def _without_tail(rows: Sequence[Row], first: int, last: int, gutter: Interval) -> int:
    """Before full-width text, a heading that stands apart on one side belongs to that text."""
    if last == len(rows):
        return last
    middle = (gutter[0] + gutter[1]) / 2
    for at in range(last - 1, max(first + _LEAST_TALL, last - 4), -1):
        if len({s.x0 < middle for s in rows[at]}) > 1:
            break
        if rows[at - 1][0].y - rows[at][0].y > 1.5 * rows[at][0].height:
            return at
    return last
