"""The order in which a person reads what stands on a page: columns and sidebars one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from models.formats.columns import LEFT, MIDDLE, Box, Row, find_columns, is_attached, line_of

__all__ = ["Box", "Row", "lines_of", "rows_of"]

_SAME_ROW = 0.4  # of the height: lines of one row differ less, neighbouring lines more
_WORD_GAP = 1.05  # of the height: justified text stays below, tab stops and gutters above
_PARAGRAPH = 1.4  # of the usual distance between lines
_SIDEBAR = 0.75  # of the width of the other column: a narrower one on the left is read after it
_BULLETS = "•●▪■◦○‣⁃∙◆◇➢►✓✔❖\uf0b7\uf0a7\uf0d8"
_UNFINISHED = re.compile(r"\b(?:19|20)\d\d\b.*(?:[-–—]|\bto|[A-Z][a-z]{2,8})$|^[A-Z][a-zä]{2,8}\.?$")


def rows_of(words: Iterable[Box]) -> list[Row]:
    """Words in rows from the top of the page, each from the left."""
    rows: list[Row] = []
    row: Row = []
    edge = 0.0  # where the last row ends: most words come after it, as they were drawn
    for word in sorted(words, key=MIDDLE, reverse=True):
        near = row and row[0].y - word.y <= _SAME_ROW * max(word.height, row[0].height)
        if near and (word.x0 >= edge - 1.0 or not _overlaps(word, row)):
            row.append(word)
            edge = max(edge, word.x1)
        else:
            row = [word]
            rows.append(row)
            edge = word.x1
    return [sorted(row, key=LEFT) for row in rows]


def _overlaps(word: Box, row: Row) -> bool:
    return any(other.x0 < word.x1 - 1.0 and word.x0 < other.x1 - 1.0 for other in row)


def segments_of(row: Row) -> Row:
    """Words that no gap parts, together: cells and tab stops stay apart."""
    groups = [row[:1]]
    for before, word in pairwise(row):
        if word.x0 - before.x1 < _WORD_GAP * max(word.height, before.height):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [box for group in groups if (box := line_of(group))]


def lines_of(rows: Sequence[Row], gutter: float | None = None) -> list[str]:
    """Lines in reading order of rows of words; an empty line where a paragraph, a column or a region ends.

    `gutter` is the middle of one that was found elsewhere on the page.
    """
    if not rows:
        return []
    columns = find_columns(rows, gutter)
    if columns is None:
        return _by_row([segments_of(row) for row in rows])
    inside = [word for row in rows[columns.first : columns.last] for word in row]
    left = rows_of(word for word in inside if word.x0 < columns.middle)  # anew: the other column's lines stood between
    right = rows_of(word for word in inside if word.x0 >= columns.middle)
    if is_attached([line for row in left if (line := line_of(row))]):
        whole = [*_joined([box for row in left for box in segments_of(row)]), *(word for row in right for word in row)]
        sides = [_by_row([segments_of(row) for row in rows_of(whole)])]
    else:
        sides = [lines_of(left), lines_of(right)]
        if _width(left) < _SIDEBAR * _width(right):
            sides.reverse()
    parts = [
        lines_of(rows[: columns.first], columns.middle),
        *sides,
        lines_of(rows[columns.last :], columns.middle),
    ]
    return [line for part in parts if part for line in (*part, "")]


def _width(side: Sequence[Row]) -> float:
    return max(row[-1].x1 for row in side) - min(row[0].x0 for row in side)


def _joined(side: list[Box]) -> list[Box]:
    """Dates that were broken over lines, whole again where they begin."""
    whole: list[Box] = []
    y = 0.0
    for box in sorted(side, key=MIDDLE, reverse=True):
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
