"""Positions told in sentences: `From 2015 to 2019 I worked as a welder at Gdynia Yard.`"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from core.domain import Span
from models.parsing.dates import Period, periods_in, without
from models.parsing.held import Held
from models.parsing.lines import Line
from models.parsing.occupations import Occupations

_SENTENCE = re.compile(r"(?<=[a-z)\d][.!?;])\s+(?=[^\W\d_a-zß-ÿ]|\d)")
_OPENED = re.compile(r"\b(?:from|between|since|in|von|zwischen|seit|de|du|depuis|desde|entre|dal)\s*$", re.IGNORECASE)
_AS = re.compile(
    r"\b(?:as|am|was|been|become|became|als|war|bin|wurde|comme|étais|suis|como|fui|soy|come)\s+"
    r"(?:(?:an?|the|eine?|einen|der|die|une?|una?|el|la|le|still|now|also|currently|first)\s+){0,2}",
    re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?:at|for|with|by|of|joined|an|bei|beim|für|chez|pour|en|para|presso|bij)\s+"
    r"(?:(?:the|a|der|die|das|dem|la|le|el|firm|company|firma)\s+)?(?-i:(?=[^\W\d_a-zß-ÿ]))",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\s*(?:,|–|—|-)\s+(?=[^\W\d_a-zß-ÿ])")  # `Shearer, Four Stands Contracting`
_LEAD = re.compile(
    r"[\s,:–—-]*(?:(?:and|und|et|y|before that"
    r"|then|later|afterwards|previously|earlier|prior to that|danach|davor|zuvor|puis|luego)"
    r"\b[\s,]*){0,3}(?:(?:an?|eine?|une?|una?)\s+)?",
    re.IGNORECASE,
)
_CUT = re.compile(r"[,;]\s|\s(?:and|und|et|y|then|danach|dann|puis)\s")
_NAME = re.compile(
    r"(?:[^\W\d_a-zß-ÿ][\w&.'’/-]*|&)(?:\s+(?:(?:of|and|the|de|der|des|du|la|für|und|et|y|&)\s+)?"
    r"(?:[^\W\d_a-zß-ÿ][\w&.'’/-]*|&)){0,6}"
)
_SAME_PLACE = re.compile(
    r"\b(?:same (?:place|employer|company|firm)|there|ebenda|dort|au même endroit)\b", re.IGNORECASE
)
_WORKED_AS = ("as", "al", "co")  # `as`, `als`, `comme`, `como` say it more surely than `was`
_LONGEST = 400  # characters of a sentence about one position
_SURE = 0.5  # a sentence may speak of somebody else's work


class ProseReader:
    def __init__(self, occupations: Occupations, is_place: Callable[[str], bool]) -> None:
        self._occupations = occupations
        self._is_place = is_place

    def read(self, lines: Sequence[Line]) -> list[Held]:
        """The positions that dated sentences tell of, in the order of the text."""
        held: list[Held] = []
        for line in lines:
            for start, end in _clauses(line.text):
                for one in self._told(line, start, end):
                    again = held and not one.employer and _SAME_PLACE.search(line.text, start, end)
                    held.append(replace(one, employer=held[-1].employer) if again else one)
        return held

    def _told(self, line: Line, start: int, end: int) -> Iterator[Held]:
        clause = line.text[start:end]
        if len(clause) > _LONGEST:
            return
        period = next(iter(periods_in(clause)), None)
        if period is None:
            return
        bare = without(clause, [(period.at, period.to)])
        title = self._title(bare)
        if title:
            span = Span(line.start + start, line.start + end)
            yield Held(title, self._employer(bare, title), period, span, span, _SURE)

    def _title(self, clause: str) -> str:
        """What somebody worked as; where no word says so, the title that the clause begins with."""
        lead = _LEAD.match(clause)
        said = sorted(_AS.finditer(clause), key=lambda match: match[0][:2].lower() not in _WORKED_AS)
        for start in [*(match.end() for match in said), lead.end() if lead else 0]:
            rest = clause[start:]
            end = self._occupations.title_end(rest)
            title = rest[:end].strip()
            if title and not re.search(r"[,.;:]|\s{3}", title) and self._occupations.titleness(title) >= 0.7:
                return title
        return ""

    def _employer(self, clause: str, title: str) -> str:
        behind = clause.index(title) + len(title)
        if (comma := _BEHIND.match(clause, behind)) and (match := _NAME.match(clause, comma.end())):
            return match[0].rstrip(".,;")
        places = [match.end() for match in _AT.finditer(clause)]
        for at in sorted(places, key=lambda at: (at < behind, at)):  # whom one works for stands behind the work
            match = _NAME.match(clause, at)
            name = match[0].rstrip(".,;") if match else ""
            if name and name not in title and not self._is_place(name):
                return name
        return ""


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a line, cut where a second period is told in one."""
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    for start, end in itertools.pairwise(cuts):
        sentence = text[start:end]
        periods = periods_in(sentence)
        if len(periods) < 2:
            yield start, end
            continue
        opens = _begins(sentence, periods[0])
        inner = [start + _cut(sentence, *pair, opens=opens) for pair in itertools.pairwise(periods)]
        yield from itertools.pairwise([start, *inner, end])


def _cut(sentence: str, one: Period, other: Period, *, opens: bool) -> int:
    """Where the clause of the first of two periods ends: the last comma between them when it began with its own."""
    between = [match.start() for match in _CUT.finditer(sentence, one.to, other.at)]
    if not between:
        return other.at if opens else one.to
    return between[-1] if opens else between[0]


def _begins(sentence: str, period: Period) -> bool:
    """Whether a sentence says first when: `From 2015 to 2019 I was …`."""
    return not _OPENED.sub("", sentence[: period.at]).strip(" ,")
