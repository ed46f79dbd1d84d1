"""Plain text in two columns set apart by spaces: read one after the other, as people do."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median

_GAP = re.compile(r"(?<=\S)[ ]{3,}(?=\S)")
_LEAST = 8  # lines with words on both sides: fewer are a table, or dates at the margin
_WORDS = 18  # characters: the typical line of a column of prose; labels and dates are shorter
_HEADING = 3  # words
_RULE = re.compile(r"[\s=_~*─—–-]*")
_SHARE = 0.6  # of the lines with a gap, those whose right part starts in the same place


def in_columns(text: str) -> str:
    """Blocks of lines that are two columns, the left one first; everything else stays as it is."""
    lines = text.expandtabs(8).split("\n") if "   " in text.expandtabs(8) else []
    start = _column(lines)
    if start is None:
        return text
    both = [number for number, line in enumerate(lines) if _splits(line, start)]
    first, last = next((n for n in both if _heads_both(lines[n], start)), both[0]), both[-1] + 1
    while first > 0 and lines[first - 1][:start].strip() == "" and lines[first - 1][start:].strip():
        first -= 1
    while last < len(lines) and lines[last].strip() and not lines[last][start:].strip():
        last += 1
    left = [line[:start].rstrip() for line in lines[first:last]]
    right = [line[start:].rstrip() for line in lines[first:last]]
    return "\n".join((*lines[:first], *left, "", *right, "", *lines[last:]))


def _column(lines: list[str]) -> int | None:
    """Where the right column starts; None when there are not two."""
    starts = Counter(match.end() for line in lines for match in _GAP.finditer(line))
    if not starts:
        return None
    start, most = starts.most_common(1)[0]
    both = [line for line in lines if _splits(line, start)]
    gapped = sum(bool(_GAP.search(line)) for line in lines)
    if len(both) < _LEAST or most < _SHARE * gapped:
        return None
    between = lines[lines.index(both[0]) : len(lines) - lines[::-1].index(both[-1])]
    if any(line[start - 2 : start].strip() for line in between if not _RULE.fullmatch(line)):
        return None  # a line runs through
    if sum(_heads_both(line, start) for line in both) > 1:
        return start
    sides = ([line[:start].strip() for line in both], [line[start:].strip() for line in both])
    return start if all(median(len(part) for part in side) >= _WORDS for side in sides) else None


def _heads_both(line: str, start: int) -> bool:
    """Whether both columns begin a part in the same line: `WORK     TICKETS`."""
    sides = line[:start].strip(), line[start:].strip()
    return all(side.isupper() and len(side.split()) <= _HEADING for side in sides)


def _splits(line: str, start: int) -> bool:
    return (
        len(line) > start and not line[start - 3 : start].strip() and bool(line[:start].strip() and line[start] != " ")
    )
