"""The small markup in which the gold CVs are written: lines, and regions that a layout puts somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

BESIDE = ("side", "main", "left", "right")  # neighbours of this kind stand side by side
RUNNING = ("header", "footer")  # repeated on each page


@dataclass(frozen=True, slots=True)
class Block:
    """One line: `kind` is name, label, heading, entry, bullet, row, rating, rule, right, gap, page or text."""

    kind: str
    cells: tuple[str, ...] = ("",)

    @property
    def text(self) -> str:
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class Region:
    name: str
    blocks: tuple[Block, ...]


MARKS = (
    ("### ", "entry"),
    ("## ", "heading"),
    ("# ", "name"),
    ("~ ", "label"),
    ("- ", "bullet"),
    ("* ", "rating"),
    (">> ", "right"),
)
WHOLE = {"": "gap", "---": "rule", "===": "page"}


def block(line: str) -> Block:
    """`left >> right` puts the second half at the right edge; `* Word | 4/5` is a rating."""
    line = line.rstrip()
    if line in WHOLE:
        return Block(WHOLE[line])
    if line.startswith("|"):
        return Block("row", tuple(cell.strip() for cell in line.strip().strip("|").split("|")))
    for mark, kind in MARKS:
        if line.startswith(mark):
            parts = re.split(r"\s*\|\s*" if kind == "rating" else r"\s+>>\s+", line[len(mark) :])
            return Block(kind, tuple(parts))
    return Block("text", tuple(re.split(r"\s+>>\s+", line)))


def regions(body: str) -> list[Region]:
    """In the order of the source; what stands before the first `@name` is the region `top`."""
    found: list[tuple[str, list[str]]] = [("top", [])]
    for line in body.strip("\n").split("\n"):
        if re.fullmatch(r"@[a-z]+", line):
            found.append((line[1:], []))
        else:
            found[-1][1].append(line)
    return [Region(name, tuple(map(block, lines))) for name, lines in found if any(lines)]


def groups(found: Sequence[Region]) -> Iterator[tuple[bool, list[Region]]]:
    """Runs of regions with whether they stand side by side; running lines are left out."""
    flow = [region for region in found if region.name not in RUNNING]
    for beside, run in groupby(flow, lambda region: region.name in BESIDE):
        yield beside, list(run)


def running(found: Sequence[Region], name: str) -> str:
    """The text of the header or footer, on one line."""
    lines = [" ".join(b.cells) for region in found if region.name == name for b in region.blocks]
    return "   ".join(filter(None, lines))


def dots(cells: Sequence[str]) -> tuple[int, int]:
    """The two numbers of a rating, as 4 and 5."""
    got, _, of = cells[1].partition("/")
    return int(got), int(of)


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces of a line, with whether they are bold (`**so**`)."""
    for at, piece in enumerate(text.split("**")):
        if piece:
            yield piece, at % 2 == 1


def bare(text: str) -> str:
    return text.replace("**", "")
