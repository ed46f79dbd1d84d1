"""Dates and periods as people write them on both sides of the ocean and of the Channel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier janv enero ene januari gennaio",
            "february feb februar février fevrier févr fevr febrero febr februari febbraio",
            "march mar märz maerz mär mrz mars marzo maart mrt",
            "april apr avril avr abril abr aprile",
            "may mai mayo mei maggio",
            "june jun juni juin junio giugno",
            "july jul juli juillet juil julio luglio",
            "august aug août aout agosto ago augustus",
            "september sept sep septembre septiembre settembre",
            "october oct oktober okt octobre octubre ottobre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre decembre déc diciembre dic desember dicembre",
        ),
        start=1,
    )
    for name in names.split()
} | {"spring": 4, "summer": 7, "autumn": 10, "fall": 10, "winter": 1}
_PRESENT = (
    r"present|current(?:ly)?|now|today|to[ -]date|date|ongoing|till date|until now|heute|aktuell|laufend|jetzt"
    r"|aujourd['’]hui|présent|ce jour|en cours|actualidad|actual|presente|hoy|heden|oggi"
)
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_DATE = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th|\.)?[ ])?(?:{_NAMES})\b\.?,?(?:[ ]\d{{1,2}},)?[ ]?(?:of[ ])?(?:{_YEAR}|['’]\d\d)"
    rf"|{_YEAR}[-/.](?:0[1-9]|1[0-2])(?:[-/.](?:[0-3]\d))?(?!\d)"
    rf"|(?:[0-3]?\d[./-])?[0-3]?\d[./-][ ]?{_YEAR}"
    rf"|(?<![\w/])(?:0[1-9]|1[0-2])/\d\d(?![\d/])"
    rf"|(?<![\w$€£.,/-]){_YEAR}(?![\d%]))"
)
_DIGITS = re.compile(r"\d\d")
_SINGLE = re.compile(_DATE, re.IGNORECASE)
_TO = r"[ ]{0,3}(?:[-–—‐→]+|to|until|till|through|thru|bis|au|à|hasta|al|tot)[ ]{0,3}"
_RANGE = re.compile(
    rf"(?P<start>{_DATE})(?:{_TO})(?P<end>{_DATE}|(?P<now>\b(?:{_PRESENT})\b))"
    rf"|\b(?:since|from|seit|depuis|desde)[ ](?P<since>{_DATE})"
    rf"|(?P<open>{_DATE})[ ]?[-–—](?=\s*(?:$|[)|,]))",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """The first day of a month; `exact` when the month was written, else January of the year."""

    first: date
    exact: bool


@dataclass(frozen=True, slots=True)
class Period:
    """`start` to `end`, both included when exact; `end` is None while it lasts. `at` and `to` are its place."""

    start: Day
    end: Day | None
    at: int
    to: int
    open_worded: bool = False  # "since 2019": as often within a sentence as beside a title

    def months(self, as_of: date) -> tuple[int, int]:
        """The first month and the one after the last, counted from year 0."""
        first = _count(self.start.first)
        if self.end is None:
            return first, max(_count(as_of), first)
        last = _count(self.end.first)
        if self.end.exact:
            return first, max(last + 1, first)
        # "2016 - 2019" is 36 months give or take a year; "2019" alone is taken for half of it.
        return first, max(last, first + 6)


def days_in(text: str) -> list[tuple[Day, int, int]]:
    return [(day, m.start(), m.end()) for m in _SINGLE.finditer(text) if (day := _day(m[0]))]


def periods_in(text: str) -> list[Period]:
    """Periods, and nothing that ends before it starts."""
    found: list[Period] = []
    if not _DIGITS.search(text):
        return found
    for match in _RANGE.finditer(text):
        start = _day(match["start"] or match["since"] or match["open"])
        end = _day(match["end"]) if match["end"] and not match["now"] else None
        if start and (end or not match["end"] or match["now"]) and (end is None or end.first >= start.first):
            found.append(Period(start, end, match.start(), match.end(), open_worded=bool(match["since"])))
    return found


def without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """`text` with those places blanked out, of the same length."""
    characters = list(text)  # one line may be a whole file, with thousands of places
    for start, end in places:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def worked(periods: Iterable[tuple[int, int]]) -> int:
    """Months in the union: what overlaps counts once."""
    total, reached = 0, 0
    for start, stop in sorted(periods):
        total += max(stop - max(start, reached), 0)
        reached = max(reached, stop)
    return total


def _count(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day(text: str | None) -> Day | None:
    if not text:
        return None
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    name = re.search(rf"\b(?:{_NAMES})\b", text, re.IGNORECASE)
    if name:
        year = numbers[-1] if numbers[-1] > 100 else _century(numbers[-1])
        return Day(date(year, _MONTHS[name[0].lower()], 1), exact=True)
    if len(numbers) == 1:
        return Day(date(numbers[0], 1, 1), exact=False)
    if numbers[0] > 100:
        return _of(numbers[0], numbers[1])
    year = numbers[-1] if numbers[-1] > 100 else _century(numbers[-1])
    if len(numbers) == 2:
        return _of(year, numbers[0])
    first, second = numbers[0], numbers[1]
    return _of(year, second if first > 12 or "." in text else first if second > 12 else second)


def _of(year: int, month: int) -> Day | None:
    return Day(date(year, month, 1), exact=True) if 1 <= month <= 12 else None


def _century(year: int) -> int:
    return 2000 + year if year < 50 else 1900 + year
