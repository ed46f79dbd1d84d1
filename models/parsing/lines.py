"""A stored text as lines that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from core.domain import Span

BULLET = "•"
_SENTENCE = re.compile(r"[.!?;:]$")
_ABBREVIATED = re.compile(
    r"\b(?:inc|ltd|co|corp|llc|plc|s\.a|bros|dept|univ|jr|sr|st|e\.v|pty|b\.v|u\.s|u\.k|o\.o|p\.a|l\.p"
    r"|p\.c|n\.v|a\.s|bsc|msc|hons|[a-z]\.[a-z])\.$",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"(?:stellv|stv|wiss|stud|techn|kfm|kaufm|freier?|freie|pers|ass)\b\.?(?= [A-ZÄÖÜ])")  # titles
_HEAD_WORDS = 14


class Line(NamedTuple):
    """`text` is stripped and without its bullet; `start` and `end` are its place in the stored text.

    `apart`: an empty line stands before it.
    """

    text: str
    start: int
    end: int
    bullet: bool
    apart: bool

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def is_head(self) -> bool:
        """Whether it may name something rather than tell something."""
        if self.bullet or len(self.text) > 110 or len(self.text.split()) > _HEAD_WORDS:
            return False
        if self.text[0].islower() and not self.text.startswith(("e", "i")) and not _SHORTENED.match(self.text):
            return False
        return not _SENTENCE.search(self.text) or bool(_ABBREVIATED.search(self.text))


def lines_of(text: str) -> list[Line]:
    lines: list[Line] = []
    at = 0
    apart = False
    for raw in text.split("\n"):
        body = raw.strip()
        if body.strip(BULLET + " ") and not _is_rule(body):
            bullet = body.startswith(BULLET)
            shown = body.lstrip(BULLET + " ")
            start = at + raw.index(shown)
            lines.append(Line(shown, start, start + len(shown), bullet, apart))
            apart = False
        elif not body:
            apart = True
        at += len(raw) + 1
    return lines


def span_of(lines: Sequence[Line]) -> Span:
    return Span(lines[0].start, lines[-1].end)


def within(line: Line, start: int, end: int) -> Span:
    """The place in the stored text of a part of a line."""
    return Span(line.start + start, line.start + end)


def _is_rule(body: str) -> bool:
    return len(body) > 2 and set(body) <= set("-=_*~─—–•·. ")
