"""Dates and periods as people write them on both sides of the ocean and of the Channel."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar januari janvier janv enero ene gennaio gen janeiro styczeń stycznia sty",
            "february feb februar februari février fev fevrier févr fevr fév febrero febbraio"
            " fevereiro luty lutego lut",
            "march mar märz maerz mär mrz mars marzo maart mrt março marzec marca marts",
            "april apr avril avr abril abr aprile kwiecień kwietnia kwi",
            "may mai mayo mei maggio mag maio maj maja",
            "june jun juni juin junio giugno giu junho czerwiec czerwca cze",
            "july jul juli juillet juil julio luglio lug julho lipiec lipca",
            "august aug août aout agosto ago augustus augusti sierpień sierpnia sie",
            "september sept sep septembre septiembre settembre set setembro wrzesień września wrz",
            "october oct oktober okt octobre octubre ottobre ott out outubro październik października paź",
            "november nov novembre noviembre novembro listopad listopada",
            "december dec dezember dez décembre decembre déc diciembre dic desember dicembre"
            " dezembro grudzień grudnia gru",
        ),
        start=1,
    )
    for name in names.split()
}
# A season starts and ends in these months; a winter ends in the year after the one it is named by.
_SEASONS = {
    name: months
    for months, names in (
        ((3, 5), "spring frühling frühjahr printemps primavera lente"),
        ((6, 8), "summer sommer été ete verano zomer estate"),
        ((9, 11), "autumn fall herbst automne otoño herfst autunno"),
        ((12, 14), "winter hiver invierno"),
    )
    for name in names.split()
}
_PRESENT = (
    r"present(?: day)?|pres\.|current(?:ly)?|now|today|to[ -]date|date|ongoing|continuing|(?:till|until|up to) "
    r"(?:now|date|present|today)|(?:bis )?(?:heute|dato|jetzt)|aktuell|laufend|andauernd"
    r"|(?:jusqu['’]à )?aujourd['’]hui|auj\."
    r"|(?:jusqu['’]à )?présent|(?:à )?ce jour|maintenant|en cours|(?:la |hasta la )?actualidad|(?:la "
    r"|hasta la )?fecha"
    r"|actual(?:mente)?|presente|hoy|heden|nu|vandaag|oggi|in corso|atual(?:mente)?|hoje|obecnie|teraz|nadal|dziś"
    r"|dzisiaj"
    r"|still|in progress|unbefristet|dato|attuale|tuttora|o momento|pågående|nuvarande|tills vidare|idag|i dag"
    r"|současnost"
)
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_TIMES = "|".join(sorted(_SEASONS, key=len, reverse=True))
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_ABOUT = (
    r"(?:(?:early|mid|late|about|around|circa|ca\.?|c\.|approx\.?|(?:the )?(?:beginning|end|middle) of|anfang"
    r"|mitte|ende"
    r"|début|fin|mi|principios de|finales de)[ -]{0,2})"
)
_DATE = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?[ ](?:de )?|(?:mid|early"
    rf"|late)[ -])?(?<![^\W\d_])(?:{_NAMES})(?![^\W\d_])\.?,?(?:[ ]\d{{1,2}},)?"
    rf"(?:[ ]?(?:of|del?)[ ]|[ ]?/[ ]?|[ -])?(?:{_YEAR}(?!\d)|['’]\d\d(?!\d))"
    rf"|(?<!\w)(?:{_NAMES})\.?[-/]\d\d(?![\d/-])"
    rf"|(?:{_TIMES})\b[ ]{_YEAR}[ ]\((?:{_NAMES})\.?\)"
    rf"|(?:{_TIMES})\b[ ](?:term |semester |of |de )?(?:{_YEAR}(?:/\d\d(?!\d))?|['’]\d\d(?!\d))"
    rf"|\bQ[1-4][ /-]?(?:{_YEAR}|['’]?\d\d(?!\d))|\b[1-4]\.[ ]?Quartal[ ]{_YEAR}|{_YEAR}[ /-]?Q[1-4]\b"
    rf"|{_YEAR}[-/.](?:0[1-9]|1[0-2])(?:[-/.](?:[0-3]\d))?(?!\d)"
    rf"|{_YEAR}[ ]\(?(?:{_NAMES})\b\)?"
    rf"|(?<![\d./])(?:[0-3]?\d[./-])?[0-3]?\d[ ]?[./-][ ]?{_YEAR}(?!\d)"
    rf"|(?<![\w/.,])(?:0[1-9]|1[0-2])[/.]\d\d(?![\d/%]|[.,]\d)"
    rf"|(?<![\w$€£.,/])(?:{_ABOUT}|(?<![A-Za-z]-)){_YEAR}(?!['’]?[\d%])"
    rf"|(?<![\w'’])['’](?:[5-9]\d|[0-4]\d)(?![\w'’]))"
)
_DIGITS = re.compile(r"\d\d")
_SINGLE = re.compile(_DATE, re.IGNORECASE)
_TO = (
    r"(?:[ ]{0,3}(?:[-–—‐‑‒―─−→>~]+|(?<=[ ])[:/](?=[ ])|to|until|till?|through|thru|bis|au|à|jusqu['’](?:à|en|au)"
    r"|hasta|al?|ad|até|tot|do)[ ]{0,3}"
    r"(?:(?:to|till?|until|end(?:e)?|the|la|el|en|met|de|zum)[ ]){0,2})"
)
_SHORT = rf"(?:{_NAMES})\.?[ ]\d\d(?!\d|,?[ ]?[.:/\d-]|[ ]\w)"  # `Sept 24`, where nothing else can be meant
_LASTING = r"ongoing|continuing|present|current|still (?:there|here)|laufend|en cours|en curso|in corso|em curso|lopend"
_RANGE = re.compile(
    rf"(?:\b(?:from|de|du|von|vom|dal?|desde|del)[ ])?(?P<start>{_DATE})(?:{_TO})(?P<end>{_DATE}"
    rf"|(?P<now>(?<!\w)(?:{_PRESENT})(?!\w)))"
    rf"|(?P<begun>{_DATE}),[ ](?:{_LASTING})(?!\w)"
    rf"|(?:(?:{_TIMES})\b[ ])?(?P<within>(?<![\w$€£.,/-]){_YEAR})[ ]\((?P<opens>(?:{_NAMES})\b\.?)"
    rf"(?:{_TO})(?P<closes>(?:{_NAMES})\b\.?)\)"
    rf"|(?P<first>(?:\b(?:{_NAMES})\.?[ ]|(?<![\w/.,-])(?:1[0-2]|[1-9])/)\d\d)(?:{_TO})"
    rf"(?:(?P<last>(?:(?:{_NAMES})\.?[ ]"
    rf"|(?:1[0-2]|[1-9])/)\d\d(?![\d,/]|[ ](?:19|20)\d\d))|(?P<to_date>(?<!\w)(?:{_PRESENT})(?!\w)))"
    rf"|(?<=\bbetween[ ])(?P<one>{_DATE})[ ]and[ ](?P<other>{_DATE})"
    rf"|(?P<years>(?<![\w$€£.,/-]){_YEAR})[ ]?(?:(?P<slash>[/-])|[–—])[ ]?['’]?(?P<short>\d\d)(?![\d%/.-]"
    rf"|[ ]?(?:{_NAMES})\b)"
    rf"|\b(?P<month>(?:{_NAMES}|0?[1-9]|1[0-2])\b\.?)(?:{_TO}"
    rf"|[ ]?/[ ]?)(?P<until>(?:(?:{_NAMES})\b\.?,?[ ]?(?:de |/ ?)?|(?:0[1-9]|1[0-2])[./]){_YEAR}(?!\d))"
    rf"|\b(?:since|from|seit|(?-i:[aA]b)|depuis(?: le)?|dès|à partir de|desde|a partir de|sinds|vanaf|dal|od|sedan)[ ]"
    rf"(?:about |around |ca\.? |etwa |environ )?(?P<since>{_DATE}|{_SHORT})"
    rf"(?:[ ](?:until|till|to|bis)[ ](?:{_PRESENT})(?!\w))?(?:[ ]\((?P<exactly>{_DATE})\))?"
    rf"|(?P<open>{_DATE})(?:[ ]?[-–—](?=\s*(?:$|[)|,]))|[ ]on(?:wards?\b|(?=\s*(?:$|[)|,;:]))))",
    re.IGNORECASE | re.MULTILINE,
)

_UNTIL = re.compile(
    r"(?<!\w)(?:(?:up )?to|till?|until|bis(?: zum?| einschließlich)?|jusqu['’](?:à|en|au)|hasta|até|fino ad?|fino al"
    rf"|tot(?: en met)?|t/m|do)[ ](?P<date>{_DATE}|{_SHORT})",
    re.IGNORECASE,
)
_EDGES = " \t,;:|–—-•·()[]/"
_NOW = re.compile(_PRESENT, re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_MONTH = re.compile(rf"(?<![^\W\d_])(?:{_NAMES})(?![^\W\d_])", re.IGNORECASE)
_SEASON = re.compile(rf"\b(?:{_TIMES})\b", re.IGNORECASE)
_QUARTER = re.compile(r"\bQ([1-4])|([1-4])\.[ ]?Quartal|(?<=\d)[ /-]?Q([1-4])", re.IGNORECASE)


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
    end_said: bool = True  # false of "2019 –", where the end may stand elsewhere

    def is_within(self, outer: Period) -> bool:
        """By years: `2019` lies within `05/2018 – 03/2019`."""
        until = outer.end is None or (self.end is not None and self.end.first.year <= outer.end.first.year)
        return until and self.start.first.year >= outer.start.first.year

    def months(self, as_of: date) -> tuple[int, int]:
        """The first month and the one after the last, counted from year 0; a bare year stands for its middle."""
        first = _count(self.start.first) + (0 if self.start.exact else 6)
        if self.end is None:
            return first, max(_count(as_of), first)
        last = _count(self.end.first)
        if self.end.exact:
            return first, max(last + 1, first)
        if first > last and not self.start.exact:
            return first - 3, first + 3  # "2019" alone is taken for half of it
        return first, max(last + 6, first)


def is_present(text: str) -> bool:
    """Whether the whole of a text says that something lasts."""
    return _NOW.fullmatch(text) is not None


@lru_cache(maxsize=4096)  # a line is asked by the readers of positions and of education in turn
def days_in(text: str) -> tuple[tuple[Day, int, int], ...]:
    if not _DIGITS.search(text):
        return ()
    return tuple((day, m.start(), m.end()) for m in _SINGLE.finditer(text) if (day := _day(m[0], last=True)))


@lru_cache(maxsize=4096)
def periods_in(text: str) -> tuple[Period, ...]:
    """Periods, and nothing that ends before it starts."""
    if not _DIGITS.search(text):
        return ()
    return tuple(period for match in _RANGE.finditer(text) if (period := _period(match)) is not None)


def _period(match: re.Match[str]) -> Period | None:
    if match["years"]:
        return _school_years(match)
    if match["within"]:
        year = int(match["within"])
        start, end = (_of(year, _MONTHS[match[name].lower().rstrip(".")]) for name in ("opens", "closes"))
    elif match["month"]:
        end = _day(match["until"])
        number = int(match["month"]) if match["month"].isdigit() else _MONTHS[match["month"].lower().rstrip(".")]
        start = _of(end.first.year, number) if end else None
    else:
        since = match["exactly"] or match["since"] or match["begun"]
        start = _day(match["start"] or match["one"] or match["first"] or since or match["open"])
        said = None if match["now"] else match["end"] or match["other"] or match["last"]
        end = _day(said, last=True)
        if said and end is None:
            return None
    if start is None or (end is not None and end.first < start.first):
        return None
    return Period(start, end, match.start(), match.end(), bool(match["since"]), not match["open"])


def _school_years(match: re.Match[str]) -> Period | None:
    """`2018–21` and `2018/19`; `2018-11` is a month."""
    start, short = int(match["years"]), int(match["short"])
    end = start - start % 100 + short + (100 if short < start % 100 else 0)
    if end <= start or end - start > 40 or (match["slash"] and 1 <= short <= 12 and end - start != 1):
        return None
    if match["slash"] == "-" and short <= 12:
        return None
    return Period(_year(start), _year(end), match.start(), match.end())


def one_day(text: str) -> Period | None:
    """The time that a single date at an edge of a line stands for: a month, a season, or a year not known further."""
    found = days_in(text)
    if len(found) != 1:
        return None
    last, start, end = found[0]
    if text[:start].strip(_EDGES) and text[end:].strip(_EDGES):
        return None
    first = _day(text[start:end])
    return Period(first, last, start, end) if first and last.first >= first.first else None


def untils_in(text: str) -> list[tuple[Day, int, int]]:
    """Ends without a beginning, and where they stand: `until May 2019`."""
    taken = [(period.at, period.to) for period in periods_in(text)]
    return [
        (day, match.start(), match.end())
        for match in _UNTIL.finditer(text)
        if not any(at < match.end("date") and match.start("date") < to for at, to in taken)
        and (day := _day(match["date"], last=True)) is not None
    ]


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


def _day(text: str | None, *, last: bool = False) -> Day | None:
    """`last`: of a season or a quarter that something ended in, the last month is meant."""
    if not text:
        return None
    numbers = [int(n) for n in _NUMBERS.findall(text)]
    year = next((n for n in numbers if n > 100), _century(numbers[-1]))
    if quarter := _QUARTER.search(text):
        return _of(year, 3 * int(quarter[1] or quarter[2] or quarter[3]) - (0 if last else 2))
    if (season := _SEASON.search(text)) and not text.endswith(")"):
        # A season of two years is the one that the year turns in, a summer in the south.
        first, final = (12, 14) if "/" in text else _SEASONS[season[0].lower()]
        return _of(year + 1, final - 12) if last and final > 12 else _of(year, final if last else first)
    if name := _MONTH.search(text):
        return Day(date(year, _MONTHS[name[0].lower()], 1), exact=True)
    if len(numbers) == 1:
        return Day(date(year, 1, 1), exact=False)
    if numbers[0] > 100:
        return _of(year, numbers[1])
    if len(numbers) == 2:
        return _of(year, numbers[0])
    first, second = numbers[0], numbers[1]
    return _of(year, second if first > 12 or "." in text else first if second > 12 else second)


def _year(year: int) -> Day:
    return Day(date(year, 1, 1), exact=False)


def _of(year: int, month: int) -> Day | None:
    return Day(date(year, month, 1), exact=True) if 1 <= month <= 12 else None


def _century(year: int) -> int:
    return 2000 + year if year < 50 else 1900 + year
