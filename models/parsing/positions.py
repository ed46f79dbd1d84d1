"""Positions held: who worked as what, where, from when to when, in whatever order the lines tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from core.domain import Span
from models.parsing.dated import anchor, anchors, beside, whole_dates
from models.parsing.dates import Period, one_day
from models.parsing.employers import ANONYMOUS, guess_roles
from models.parsing.employers import is_organisation as is_organisation
from models.parsing.fields import EDGES, FieldReader, employer_fit, is_name, names_several, rebalanced, unbroken
from models.parsing.held import Held, at_same_place, follows, frames, paused, without_frames
from models.parsing.lengths import length_in
from models.parsing.lines import Line
from models.parsing.occupations import Occupations
from models.parsing.readings import Dated, Reading, best_together
from models.parsing.tables import read_rows
from models.places import Gazetteer

_STRONG = re.compile(
    r"[ ]{3,}|\s*[|·•;]\s*|\s+[–—-]+\s+|\s+@\s+|\s+(?:at|bei|chez|presso|bij|hos)\s+(?=[A-Z])|\s*[–—](?=\s)|:\s+"
)
_ANONYMISED = re.compile(r"\s*\bCompany ?Name\b\s*:?\s*", re.IGNORECASE)
_SOMEWHERE = re.compile(r"\s*[,:]?\s*\bCity\s*,\s*State\b\s*(?:,\s*Country\b)?\s*[-–]?\s*")
_GLUED = re.compile(r"(?<=\w{3})-[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)?, [A-Z]{2}$")
_ABBREVIATION = re.compile(r"\b\w{1,4}\.$|\b[A-Za-z]\.\s?[A-Za-z]\.$")
_ABOVE, _BELOW = 2, 2  # lines around the one with the dates that may belong to it
_PLACE_WORDS = 4
_MEMORY = 4096  # lines: those of one CV are asked several times


class PositionReader:
    def __init__(self, occupations: Occupations, gazetteer: Gazetteer) -> None:
        self._occupations = occupations
        self._gazetteer = gazetteer
        self._parts = lru_cache(_MEMORY)(self._parts_of)
        self._titleness = lru_cache(_MEMORY)(occupations.titleness)
        self._fields = FieldReader(occupations, self._titleness, gazetteer)

    def read(self, lines: Sequence[Line], *, headed: bool = True) -> list[Held]:
        """The positions of a section, in the order of the text; `headed`: its heading says that it holds them."""
        rows, lines = read_rows(lines)
        lines = [line for line in whole_dates(lines, self._occupations.title_end) if not self._is_place(line)]
        dated = [Dated(at, period, period.at, period.to) for at, period in anchors(lines)]
        if headed:
            dated = self._with_single_days(lines, dated) or ([] if rows else self._undated(lines))
        taken = {one.at for one in dated}
        comma = self._at_commas(lines, dated)
        choices = [self._choices(lines, one, taken - {one.at}, comma) for one in dated]
        chosen = best_together(dated, choices)
        held: list[Held] = []
        for number, (one, best) in enumerate(zip(dated, chosen, strict=True)):
            first, last = one.at - best.above, one.at + best.below
            until = dated[number + 1].at - chosen[number + 1].above if number + 1 < len(dated) else len(lines)
            head = Span(lines[first].start, lines[last].end)
            body = Span(lines[first].start, lines[max(until - 1, last)].end)
            entry = Held(best.title, best.employer, one.period, head, body, min(best.worth / 2.0, 1.0), one.months)
            entry = paused(entry, [line.text for line in lines[first : last + 1]], self._titleness)
            if held:
                entry = at_same_place(entry, lines[one.at].text, held[-1])
            following = dated[number + 1].period if number + 1 < len(dated) else None
            if not (entry.employer or entry.is_break) and entry.title and not self._is_frame(entry, following):
                entry = replace(entry, employer=self._employer_above(lines, first, entry, held))
            if entry.is_break:
                held.append(entry)
            elif entry.title or entry.employer:
                title, employer = self._fields.title(entry.title), self._fields.employer(entry.employer)
                held.append(replace(entry, title=title, employer=employer))
        return [*rows, *without_frames(held, self._titleness)]

    def _is_frame(self, entry: Held, following: Period | None) -> bool:
        """Whether an entry is an employer's name with the whole time there: the next one lies within it."""
        return following is not None and following != entry.period and frames(entry, following, self._titleness)

    def _is_place(self, line: Line) -> bool:
        """Whether a line only says where: it names neither the work nor the employer."""
        place = self._gazetteer.place(line.text) if line.is_head and len(line.text.split()) <= _PLACE_WORDS else None
        if place is not None and not place.latitude and _GLUED.search(line.text):
            return False  # `Biscuit Barn-Lithonia, GA`
        return place is not None and not is_organisation(line.text) and self._titleness(line.text) < 0.5

    def _with_single_days(self, lines: Sequence[Line], dated: Sequence[Dated]) -> list[Dated]:
        """And the positions that only one date is told of, such as a summer's internship."""
        taken = {one.at for one in dated}
        single = [
            Dated(at, period, period.at, period.to)
            for at, line in enumerate(lines)
            if at not in taken
            and line.is_head
            and (period := one_day(line.text)) is not None
            and self._is_named(lines, at, beside(line.text, period.at, period.to), alone=not taken & {at - 1, at + 1})
        ]
        return sorted([*dated, *single], key=lambda one: one.at)

    def _is_named(self, lines: Sequence[Line], at: int, rest: str, *, alone: bool) -> bool:
        """Whether a title stands beside a date, below it when it is alone, or above it and the employer.

        Between lines that tell of other positions it has to name its own employer as well.
        """
        if not alone:
            return len(self._parts(rest)) > 1 and max(map(self._titleness, self._parts(rest))) >= 0.7
        if not rest:
            return at + 1 < len(lines) and lines[at + 1].is_head and self._titleness(lines[at + 1].text) >= 0.7
        above = (
            at > 0 and lines[at - 1].is_head and is_organisation(rest) and self._titleness(lines[at - 1].text) >= 0.7
        )
        return above or self._titleness(rest) >= 0.7

    def _undated(self, lines: Sequence[Line]) -> list[Dated]:
        """Where no date is told at all: lines with a length of time, else those that read like titles."""
        lengths = [
            Dated(at, None, start, end, months)
            for at, line in enumerate(lines)
            if not line.bullet and len(line.text) < 110 and (found := length_in(line.text)) is not None
            for months, start, end in [found]
        ]
        if lengths:
            return lengths
        titled = [
            at
            for at, line in enumerate(lines)
            if line.is_head
            and len(line.text.split()) <= 8
            and (self._titleness(line.text) >= 0.85 or (at > 0 and self._titleness(line.text) >= 0.7))
        ]
        return [Dated(at, None) for n, at in enumerate(titled) if n == 0 or at - titled[n - 1] > 1]

    def _choices(self, lines: Sequence[Line], one: Dated, taken: set[int], comma: float) -> list[Reading]:
        at = one.at
        own = beside(lines[at].text, one.start, one.end)
        found: list[Reading] = []
        for above in range(_ABOVE + 1):
            if above and not _belongs(lines, at - above, taken):
                break
            for below in range(_BELOW + 1):
                if below and (not _belongs(lines, at + below, taken) or (lines[at + below].apart and below > 1)):
                    break
                texts = [*(lines[n].text for n in range(at - above, at)), own]
                texts += [lines[n].text for n in range(at + 1, at + below + 1)]
                found.append(self._judged(above, below, lines, at, texts, comma))
        return found

    def _at_commas(self, lines: Sequence[Line], dated: Sequence[Dated]) -> float:
        """How much a comma parts title and employer where no word says so: much when nearly all dated lines have one.

        Of a date that stands alone the line above counts.
        """
        own = [beside(lines[one.at].text, one.start, one.end) for one in dated]
        alone = bool(own) and not any(own)
        own = [lines[one.at - 1].text if alone and one.at else text for one, text in zip(dated, own, strict=True)]
        named = [any(self._fields.split(part, 0.75)[1] for part in self._parts(text)) for text in own if text]
        return 0.75 if len(named) > 1 and sum(named) >= 0.7 * len(named) else 0.45

    def _judged(
        self, above: int, below: int, lines: Sequence[Line], at: int, texts: list[str], comma: float
    ) -> Reading:
        title, employer, worth = self._roles([text for text in texts if text], comma)
        worth -= 0.12 * above + 0.15 * below
        if above and not lines[at - above].apart and at - above > 0 and not lines[at - above - 1].bullet:
            worth -= 0.1
        if above and at - above > 0 and lines[at - above].apart:
            worth += 0.15
        return Reading(above, below, title, employer, worth)

    def _roles(self, texts: Sequence[str], comma: float) -> tuple[str, str, float]:
        """The title and the employer among the parts of some lines, and how well they fit."""
        parts = [part for text in texts for part in self._parts(text)]
        if not parts:
            return "", "", 0.0
        titles = [self._titleness(part) - 0.3 * (is_organisation(part) or names_several(part)) for part in parts]
        best = max(range(len(parts)), key=lambda n: (titles[n], -n))
        if ANONYMOUS in parts and len(parts) > 1:
            best = max(
                (n for n, part in enumerate(parts) if part != ANONYMOUS), key=lambda n: (titles[n], -n), default=0
            )
            return parts[best], ANONYMOUS, max(titles[best], 0.5) + 1.0 - 0.15 * (len(parts) - 2)
        if titles[best] < 0.4:
            title, own, sure = self._fields.split(parts[best], comma) if len(parts) == 1 else ("", "", 0.0)
            if not own and len(parts) == 1:
                title, own = self._fields.listed(parts[0], comma)
            return (title, own, 0.7 + sure) if own else guess_roles(parts)
        others = [part for n, part in enumerate(parts) if n != best]
        employers = [(employer_fit(part), part) for part in others if is_name(part)]
        fit, employer = max(employers, key=lambda pair: pair[0], default=(0.0, ""))
        spare = max(len(others) - 1, 0)
        if fit < 1.0 and (cells := self._fields.glued(parts[best])) is not None:
            return *cells, titles[best] + 1.0 - 0.15 * len(others)
        if "," in parts[best] and (not employer or fit < 1.0):
            title, own, sure = self._fields.split(parts[best], comma)
            if own and (not employer or sure > fit):
                return title, own, titles[best] + sure - 0.15 * len(others)
        if employer:
            whole = self._whole(parts[best], employer, texts)
            return whole, employer, titles[best] + fit - 0.15 * (spare if whole == parts[best] else 0)
        return parts[best], "", titles[best] - 0.15 * spare

    def _whole(self, title: str, employer: str, texts: Sequence[str]) -> str:
        """The title with what a dash parts from it, when the employer stands elsewhere: `Engineer - Design`."""
        line = next((text for text in texts if title in text), title)
        pieces = [piece.strip(EDGES) for piece in re.split(r"\s+[–—-]\s+", line)]
        if employer.rstrip(")") in line or len(pieces) != 2 or is_organisation(line) or any(c in line for c in "|·•"):
            return title
        other = pieces[1] if pieces[0] == title else pieces[0]
        known = self._gazetteer.place(other, small=True) is not None or not other or "   " in line
        return title if known or title not in pieces else line.strip(EDGES)

    def _parts_of(self, text: str) -> tuple[str, ...]:
        """The pieces of a line, without the places among and behind them."""
        text = _SOMEWHERE.sub("   ", _ANONYMISED.sub(f"   {ANONYMOUS}   ", unbroken(text)))
        if text.endswith(".") and not _ABBREVIATION.search(text):
            text = text[:-1]
        pieces = [piece.strip(EDGES) for piece in _STRONG.split(text) if piece]
        kept: list[str] = []
        for piece in pieces:
            piece = rebalanced(self._fields.without_place(piece))
            if len(piece) > 1 and any(c.isalpha() for c in piece):
                kept += self._fields.with_speciality(text, kept.pop(), piece) if kept else [piece]
        return tuple(kept)

    def _employer_above(self, lines: Sequence[Line], first: int, entry: Held, held: Sequence[Held]) -> str:
        """The employer's own line above, or that of the position before when both stand under it."""
        if first > 0 and lines[first - 1].is_head and not anchor(lines[first - 1]):
            parts = self._parts(lines[first - 1].text)
            if parts and is_organisation(parts[0]) and self._titleness(parts[0]) < 0.7:
                return parts[0]
        before = next((one for one in reversed(held) if not one.is_break), None)
        if before is None:
            return ""
        if entry.period is not None and frames(before, entry.period, self._titleness):
            return before.employer or before.title
        together = first > 0 and not lines[first].apart
        return before.employer if together or follows(entry, before) else ""


def _belongs(lines: Sequence[Line], at: int, taken: set[int]) -> bool:
    return 0 <= at < len(lines) and at not in taken and lines[at].is_head
