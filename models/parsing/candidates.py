"""Phrases that may name a skill which the dictionary does not know: the encoder has the last word on them.

Items of skill lists are taken as they stand; in other lines the tagger says where such a phrase is. What overlaps a
skill that was found by name is none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from core.domain import Phrase, Span
from models.parsing.cv import Cv
from models.parsing.held import use_of
from models.parsing.lines import Line
from models.parsing.sections import Part, lines_in
from models.parsing.statements import Sorted
from models.tagging import HEADS, KNOWLEDGE, Tagger

MOST = 24  # of a document: each costs the encoder about a millisecond
_MOST_WORDS = 5
_SHORTEST, _LONGEST = 3, 50  # characters
_ITEMS = re.compile(r"[^,;|•·()\t]+")
_EDGES = " .:-–—*&/'\"’”“"
_READ = (Part.SUMMARY, Part.EXPERIENCE, Part.OTHER)


class PhraseFinder:
    """`known` is where the dictionary finds skills in the stored text, in its order."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def in_cv(self, cv: Cv, known: Sequence[Span], as_of: date) -> tuple[Phrase, ...]:
        listed, told = lines_in(cv.sections, Part.SKILLS), lines_in(cv.sections, *_READ)
        found = _distinct([*_items(listed, known), *self._tagged(told, known, heads={KNOWLEDGE})])
        held = [one for one in cv.held if not one.is_break]
        uses = (use_of([phrase.span], held, as_of) for phrase in found)
        return tuple(replace(one, months=use.months, last_used=use.last) for one, use in zip(found, uses, strict=True))

    def in_ad(self, lines: Sorted, known: Sequence[Span]) -> tuple[Phrase, ...]:
        wished = self._tagged([*lines.nice, *lines.duties], known, heads=set(HEADS))
        must = self._tagged(lines.must, known, heads=set(HEADS))
        return _distinct([*must, *(replace(phrase, wished=True) for phrase in wished)])

    def _tagged(self, lines: Sequence[Line], known: Sequence[Span], heads: Collection[str]) -> Iterator[Phrase]:
        taken = [_within(line, known) for line in lines]
        tagged = self._tagger.spans([line.text for line in lines], taken, heads)
        for line, spans, names in zip(lines, tagged, taken, strict=True):
            for _, found in spans:
                phrase = _phrase(line, found.start, found.end)
                if _fits(phrase.text) and not _meets(found, names):
                    yield phrase


def _items(lines: Iterable[Line], known: Sequence[Span]) -> Iterator[Phrase]:
    for line in lines:
        names = _within(line, known)
        for item in filter(None, map(_trimmed, _ITEMS.finditer(line.text))):
            if not _meets(item, names):
                yield _phrase(line, item.start, item.end)


def _within(line: Line, known: Sequence[Span]) -> list[Span]:
    """Of the spans in the text, those in the line, counted from its start."""
    first = bisect_left(known, line.start, key=lambda span: span.start)
    last = bisect_left(known, line.end, key=lambda span: span.start)
    return [Span(span.start - line.start, span.end - line.start) for span in known[first:last]]


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(other.start < span.end and span.start < other.end for other in others)


def _trimmed(match: re.Match[str]) -> Span | None:
    """An item of a list without what is around it."""
    text = match[0].strip(_EDGES)
    start = match.start() + match[0].find(text)
    return Span(start, start + len(text)) if _fits(text) else None


def _fits(text: str) -> bool:
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and len(text.split()) <= _MOST_WORDS
        and sum(c.isalpha() for c in text) >= 0.6 * len(text)
    )


def _phrase(line: Line, start: int, end: int) -> Phrase:
    return Phrase(line.text[start:end], Span(line.start + start, line.start + end))


def _distinct(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    kept: dict[str, Phrase] = {}
    for phrase in phrases:
        kept.setdefault(phrase.text.casefold(), phrase)
    return tuple(kept.values())[:MOST]
