"""Passages that are seen and still not meant for a reader: keywords piled up, words addressed to a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.domain import Flag, Kind
from models.parsing.disguises import find_disguised
from models.parsing.instructions import find_instructions
from models.parsing.stuffing import find_stuffing


def find_suspicious(text: str, kind: Kind) -> tuple[Flag, ...]:
    """Flags with spans, in the order of the text; where two would overlap, the first one found holds."""
    found = [*find_instructions(text), *find_stuffing(text, kind), *find_disguised(text)]
    return tuple(_apart(sorted(found, key=_place)))


def _place(flag: Flag) -> tuple[int, int]:
    return (flag.span.start, -flag.span.end) if flag.span is not None else (0, 0)


def _apart(flags: Iterable[Flag]) -> Iterator[Flag]:
    end = -1
    for flag in flags:
        if flag.span is not None and flag.span.start >= end:
            end = flag.span.end
            yield flag


def without(text: str, flags: Iterable[Flag]) -> str:
    """The text with spaces in place of what is flagged: every other character keeps its place."""
    parts: list[str] = []
    at = 0
    for flag in _apart(sorted(flags, key=_place)):
        if flag.span is not None:
            start, end = flag.span.start, flag.span.end
            parts += (text[at:start], "".join(c if c == "\n" else " " for c in text[start:end]))
            at = end
    return "".join((*parts, text[at:]))
