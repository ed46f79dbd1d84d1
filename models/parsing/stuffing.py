"""Keywords piled up: endless lists, the same words over and over, an ad pasted into a CV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.domain import Flag, FlagKind, Kind, Span
from models.parsing.lines import lines_of
from models.parsing.sections import Part, heading_of

_OF_A_CV = frozenset({Part.EXPERIENCE, Part.EDUCATION, Part.LANGUAGES, Part.CREDENTIALS})
_OF_LISTS = frozenset({Part.SKILLS, Part.CREDENTIALS, Part.EDUCATION})
_ITEM = re.compile(r"[^,;•|\n·]+")
_ITEM_WORDS = 7
_SHORT_WORDS = 4
_SHORT = 0.8  # of the terms of a list, at least
_BY_COMMAS = 0.75  # of them set apart by commas and the like: lines and bullets alone are a page, not a wall
_WALL = 80  # terms without a sentence between them; of 1,250 real CVs 2 % hold more, under a heading of skills
_WALL_OF_SKILLS = 150  # under such a heading; the longest of those CVs has 135
_LISTED = 20  # terms: of shorter lists it is too early to say that they repeat themselves
_DISTINCT = 0.34  # of the terms of a list, at least; the least of those CVs is 0.4
_PERIOD = 400  # words: the longest block whose repetition is looked for
_COPIES = 3  # of a block, one directly after the other
_REPEATED = 24  # words in all the copies
_AGAIN = 8  # words of those copies that come again after just that step
_COMMAS = ",;|·"
_WORD = re.compile(r"\w[\w+#./-]*")


@dataclass(frozen=True, slots=True)
class _Run:
    """Terms that follow each other in a list."""

    start: int
    end: int
    terms: tuple[str, ...]
    short: int  # terms of few words


def find_stuffing(text: str, kind: Kind) -> Iterator[Flag]:
    """In ads only blocks that repeat: they may list what they like."""
    for start, end in _repeated(text):
        yield _flag("the same words over and over", text, start, end)
    if kind is Kind.CANDIDATE:
        yield from _walls(text)
        yield from _pasted_ads(text)


def _walls(text: str) -> Iterator[Flag]:
    for run in _runs(text):
        terms, listed = run.terms, sum(text.count(mark, run.start, run.end) for mark in _COMMAS)
        if len(terms) < _LISTED or listed < _BY_COMMAS * len(terms) or run.short < _SHORT * len(terms):
            continue
        if len(terms) > _WALL_OF_SKILLS or (len(terms) > _WALL and not _is_listed(text, run)):
            yield from _dense(text, run)
        elif len(set(terms)) <= _DISTINCT * len(terms):
            yield _flag("a list of the same keywords over and over", text, run.start, run.end)


def _dense(text: str, run: _Run) -> Iterator[Flag]:
    """The paragraphs of a wall that are lists themselves: contacts and headings before it may be as short as terms."""
    blocks = [block.span() for block in _BLOCK.finditer(text, run.start, run.end)]
    lists = [(a, b) for a, b in blocks if sum(text.count(mark, a, b) for mark in _COMMAS) >= _LISTED]
    for start, end in lists or [(run.start, run.end)]:
        yield _flag(f"a wall of {len(run.terms)} keywords", text, start, end)


def _is_listed(text: str, run: _Run) -> bool:
    """Whether a run stands, for the most part, in a section that is a list by nature."""
    headings = [*_headings(text), (len(text), Part.HEADER)]
    middle = (run.start + run.end) // 2
    return any(part in _OF_LISTS and at <= middle < stop for (at, part), (stop, _) in pairwise(headings))


def _headings(text: str) -> list[tuple[int, Part]]:
    return [(line.start, part) for line in lines_of(text) if (part := heading_of(line, Kind.CANDIDATE))]


def _runs(text: str) -> Iterator[_Run]:
    """A sentence ends a run: its last words end in a full stop, or it has more words between commas than a term."""
    terms: list[str] = []
    start = end = short = 0
    for match in _ITEM.finditer(text):
        words = match[0].lower().split()
        fits = len(words) <= _ITEM_WORDS
        if words and fits:
            start = start if terms else match.start()
            terms.append(" ".join(words).rstrip("."))
            end = match.end()
            short += len(words) <= _SHORT_WORDS
        if terms and words and (not fits or words[-1].endswith(".")):
            yield _Run(start, end, tuple(terms), short)
            terms, short = [], 0
    if terms:
        yield _Run(start, end, tuple(terms), short)


def _repeated(text: str) -> Iterator[tuple[int, int]]:
    """Blocks of any length that stand three times or more, one directly after the other."""
    numbers: dict[str, int] = {}
    ids = np.array([numbers.setdefault(word.lower(), len(numbers)) for word in _WORD.findall(text)], np.int64)
    taken = 0
    periods = _periods(ids)
    words = list(_WORD.finditer(text)) if periods else []
    for period in periods:
        same = np.flatnonzero(np.concatenate([[True], ids[period:] != ids[:-period], [True]]))
        lengths = np.diff(same) - 1 + period  # words in all copies of each repeated block
        for at in np.flatnonzero(lengths >= max(_COPIES * period, _REPEATED)).tolist():
            first, count = int(same[at]), int(lengths[at])
            block = [word[0] for word in words[first : first + count]]
            if first >= taken and sum(len(word) > 1 and not word.isdigit() for word in block) > 0.5 * count:
                taken = first + count
                yield words[first].start(), words[first + count - 1].end()


def _periods(ids: NDArray[np.int64]) -> list[int]:
    """Steps after which enough words come again for the first time, as the words of a repeated block do."""
    order = np.argsort(ids, kind="stable")
    again = np.flatnonzero(ids[order][1:] == ids[order][:-1])
    steps = order[again + 1] - order[again]
    counts = np.bincount(steps[steps <= _PERIOD], minlength=1)
    return np.flatnonzero(counts >= _AGAIN).tolist()


_SAYS_SO = re.compile(
    r"^[^\w\n]*(?:job (?:description|posting|ad|advert(?:isement)?|offer|requirements)|vacancy|position description"
    r"|stellenanzeige|stellenbeschreibung|offre d'emploi|oferta de empleo)\b[^\n]{0,120}$",
    re.IGNORECASE | re.MULTILINE,
)
# What an employer writes and an applicant does not.
_EMPLOYER = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bwhat we(?:'re| are) looking for\b|\bwe(?:'re| are) (?:looking for|seeking|hiring)\b",
        r"\bthe (?:successful|ideal) candidate\b|\bapplicants? (?:must|should|will|with|are)\b"
        r"|\bapplications? (?:must|without)",
        r"\byou(?:'ll| will| must| should| have| are| bring)\b|\byour (?:profile|tasks|responsibilities|role)\b",
        r"\bnice to have\b|\bmust[- ]haves?\b|\bdesirable\b|\bpreferred(?: qualifications)?:",
        r"\bwe offer\b|\bour (?:benefits|team|customers|company)\b|\bjoin (?:us|our)\b|\bdays of holiday\b",
        r"\bequal[- ]opportunit|\bregardless of|\bwithout regard to\b|\bvisa sponsorship\b",
        r"\bapply (?:now|today|online|by)\b|\bto apply\b",
    )
)
_AFTER = 2_500  # characters of an ad behind the line that says so
_SIGNS = 2
_PASTED = "a job ad pasted in"
_BLOCK = re.compile(r"\S(?:(?!\n\s*\n).)*", re.DOTALL)


def _pasted_ads(text: str) -> Iterator[Flag]:
    """An ad that is named as one, up to the next heading of a CV, and what follows of it behind a page break."""
    end = 0
    said = list(_SAYS_SO.finditer(text))
    headings = [at for at, part in _headings(text) if part in _OF_A_CV] if said else []
    for match in said:
        last = min(match.end() + _AFTER, len(text))
        if match.start() < end or sum(bool(sign.search(text, match.end(), last)) for sign in _EMPLOYER) < _SIGNS:
            continue
        end = min(next((at for at in headings if at > match.end()), last), last)
        yield _flag(_PASTED, text, match.start(), end)
        for block in _BLOCK.finditer(text, end, last):
            if any(sign.search(block[0]) for sign in _EMPLOYER):
                end = block.end()
                yield _flag(_PASTED, text, *block.span())


def _flag(reason: str, text: str, start: int, end: int) -> Flag:
    while start < end and text[start] in " \n•":
        start += 1
    while end > start and text[end - 1] in " \n":
        end -= 1
    return Flag(FlagKind.STUFFING, reason, " ".join(text[start:end].split())[:300], Span(start, end))
