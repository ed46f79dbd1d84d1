"""The lines that a position is dated by, also where a date was broken over lines or two stand in one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from models.parsing.dates import Period, days_in, is_present, periods_in
from models.parsing.employers import is_break
from models.parsing.fields import EDGES
from models.parsing.lengths import length_in
from models.parsing.lines import Line
from models.parsing.wordings import in_usual_words

_BETWEEN = re.compile(r"(?:[-–—]|to|until|till|bis|à|au|hasta|al)", re.IGNORECASE)
_STOP = re.compile(r"(?<=[^\W_)]{2})\.(?=\s+[A-ZÀ-ÝÄÖÜ\d])|(?<=\))\.(?=\s+[A-Z])")
_SHORT_FORM = re.compile(
    r"\b(?:inc|ltd|co|corp|dept|univ|jr|sr|st|pty|bros|no|dr|mr|mrs|ms|prof|dipl|ing|ca|approx|std|vol|mt|ft|gen"
    r"|lt|sgt|capt|asst|mgr"
    r"|assoc|exec|eng|tech|nr|str|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|okt|dez|mrt|stellv|stv|wiss|stud|techn|kfm|kaufm|pers|ass)\.$",
    re.IGNORECASE,
)
_COMPANY = ("inc", "ltd", "co", "corp", "pty", "bros")
_SET_OFF = re.compile(r"(?:[,(|–—-]|[ ]{2})\s*$")
_TELLS_LENGTH = re.compile(r"\(([^()]*)\)\s*$")
_NUMBER = re.compile(r"\d{1,2}[.)]\s+(?=[^\W\d_])")
_LABEL = re.compile(
    r"(?:period|dates?(?: \(?from\b.{0,8}\bto\)?)?|duration|zeitraum|dauer|période|periodo|per[ií]odo|fechas?"
    r"|position(?: held)?"
    r"|job title|title|role|function|funktion|poste(?: occupé)?|puesto|cargo|stelle|occupation(?: or position held)?"
    r"|employer|name (?:and address )?of employer|company|organi[sz]ation|arbeitgeber|firma|unternehmen|entreprise"
    r"|employeur|empresa|empleador|werkgever|functie|azienda|datore di lavoro|ruolo|location)\s*(?::\s*|\s{3,})",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\s?(?:[-–—]|\b(?:to|until|till|bis|à|au|hasta|al|tot|do)(?=\s*$))\s*(?:$|\s{3,}(?=\S))")
_SINCE = re.compile(r"\b(?:since|from|seit|depuis|desde|dal|sinds)$", re.IGNORECASE)  # the date is on the next line
_STOPS = re.compile(r"\S.{0,24}?(?:$|\s{3,})")
_CLOSED = re.compile(r"\(\s*[–—\-,;|/]*\s*\)|\[\s*\]")
_NAMELESS = re.compile(r"(?:.{0,60}\s)?Company ?Name\b[\s:–-]*(?:City\s*,\s*State\b(?:\s*,\s*Country)?[\s:,–-]*)?")
_NAME_WORDS = 4  # behind `Ltd.`: a town and a country; more tell something
_ASIDE = re.compile(r"\s*\([^()\d]{1,20}\)$")  # behind a period: `(CDI)`
_AROUND = re.compile(r"\((?=\d)[^()]*\b(?:years?|months?|jahren?|ans|años|anni|jaar)\b[^()]*\)$", re.IGNORECASE)
_FOR = re.compile(r"(?<=\w) (?:for|over|during|pendant|durante)\s?$", re.IGNORECASE)
_LONG = 100  # characters: a head is shorter
_MOST_BROKEN = 4  # lines that one period may be broken over: a date, "to", a date
_FEW_WORDS = 9  # beside a date in the middle of a line


def whole_dates(lines: Sequence[Line], title_end: Callable[[str], int]) -> list[Line]:
    """The lines with every period in one of them: `January 2004`, `to`, `January 2012` are one.

    `title_end` says where the title that a text begins with ends.
    """
    lines = in_usual_words([_bare(line) for line in lines])
    whole: list[Line] = []
    at = 0
    while at < len(lines):
        taken = _broken(lines[at : at + _MOST_BROKEN])
        line = lines[at]
        if taken == 1 and (wrapped := _unwrapped(line, lines[at + 1 : at + 2])) is not None:
            whole += wrapped
            at += 2
            continue
        if taken == 1 and _SINCE.search(line.text) and at + 1 < len(lines) and _begins_with_date(lines[at + 1]):
            taken = 2
        if taken > 1:
            line = line._replace(
                text=" ".join(part.text for part in lines[at : at + taken]), end=lines[at + taken - 1].end
            )
        whole += _parted(line) if taken == 1 else [line]
        at += taken
    whole = [line for line in whole if not is_only_length(line.text)]
    apart: list[Line] = []
    for at, line in enumerate(whole):
        dated = at > 0 and is_only_date(whole[at - 1].text)
        apart += _told_apart(line, title_end, dated=dated)
    return apart


def _begins_with_date(line: Line) -> bool:
    return not line.bullet and any(start == 0 for _, start, _ in days_in(line.text))


def _broken(lines: Sequence[Line]) -> int:
    """How many of the first lines are one period and nothing else; 1 when none is broken."""
    if not is_only_date(lines[0].text):
        return 1
    for count in range(2, len(lines) + 1):
        text = lines[count - 1].text
        if not (is_only_date(text) or _BETWEEN.fullmatch(text.strip()) or is_present(text.strip("-–— "))):
            break
        joined = " ".join(line.text for line in lines[:count])
        periods = periods_in(joined)
        if periods and periods[0].at == 0 and periods[0].to == len(joined) and periods[0].end_said:
            return count
    return 1


def _bare(line: Line) -> Line:
    """A line without its number in a list, or the label in front of it: `2. Farm worker`, `Employer: Quillpay`."""
    match = _NUMBER.match(line.text) or _LABEL.match(line.text)
    if match is None or match.end() == len(line.text) or any(start == 0 for _, start, _ in days_in(line.text)):
        return line
    return line._replace(text=line.text[match.end() :], start=line.start + match.end())


def _unwrapped(line: Line, following: Sequence[Line]) -> list[Line] | None:
    """Two lines of which the second goes on with the period of the first, in a margin or at the end of the line."""
    open_end = _OPEN.search(line.text)
    if open_end is None or not following or following[0].bullet:
        return None
    start = next((at for _, at, to in days_in(line.text) if to == open_end.start()), None)
    stop = _STOPS.match(following[0].text)
    if start is None or stop is None:
        return None
    until = next((to for _, at, to in days_in(stop[0].rstrip()) if at == 0), None)
    if until != len(stop[0].rstrip()) and not is_present(stop[0].strip()):
        return None
    around = line.text[:start] + "   " + line.text[open_end.end() :]
    period = f"{line.text[start : open_end.start()]} – {stop[0].strip()}"
    text = f"{around.rstrip()}   {period}" if around[:start].strip() else f"{period}   {around.strip()}"
    rest = following[0].text[stop.end() :]
    left = [following[0]._replace(text=rest, start=following[0].start + stop.end())] if rest else []
    return [line._replace(text=text.strip(), end=line.end if rest else following[0].end), *left]


def is_only_date(text: str) -> bool:
    """Whether a line holds a date, or a period, and nothing else."""
    if len(text) > 48:
        return False
    periods = periods_in(text)
    if periods and not (text[: periods[0].at] + _ASIDE.sub("", text[periods[0].to :])).strip(EDGES):
        return True
    text = text.strip(EDGES)
    if len(text) > 24:
        return False
    text = re.sub(r"\s*(?:[-–—]|\bto|\bbis)$", "", text)
    return any(start == 0 and end == len(text) for _, start, end in days_in(text))


def _parted(line: Line) -> list[Line]:
    """A line that tells of several positions, each with its period, as one line for each."""
    periods = periods_in(line.text)
    if len(periods) < 2 or line.bullet or len(line.text) > 200:
        return [line]
    cuts = [0, *(period.to for period in periods[:-1]), len(line.text)]
    between = [line.text[start : period.at] for start, period in zip(cuts, periods, strict=False)]
    if line.text[periods[-1].to :].strip(EDGES) or not all(_names(text) for text in between):
        return [line]
    return [_set_off(part) for part in _cut(line, cuts)]


def _set_off(line: Line) -> Line:
    """`Engineer from May 2019` with a comma in front of the date, as a head has it."""
    period = periods_in(line.text)[0]
    before = line.text[: period.at].rstrip()
    if not period.open_worded or not before or _SET_OFF.search(line.text[: period.at]):
        return line
    return line._replace(text=f"{before}, {line.text[period.at :]}")


def _told_apart(line: Line, title_end: Callable[[str], int], *, dated: bool) -> list[Line]:
    """The head of a line, and what is told after it: `04/2022 – today  Engineer, Quillpay Ltd. Builds …`."""
    period = next(iter(periods_in(line.text)), None)
    if period and period.at and line.text[period.to :].lstrip(") ").startswith(":") and title_end(line.text):
        return list(_cut(line, [0, period.to, len(line.text)]))  # `Engineer, since 2019: builds services`
    if dated or (period and period.at == 0):
        begun = period.to if period else 0
        stops = [m for m in _STOP.finditer(line.text, begun) if _is_stop(line.text, m.start() + 1)]
        stop = stops[0] if stops else None
        if stop is not None and title_end(named := line.text[begun : stop.start()].strip(EDGES)) == len(named) > 0:
            line = line._replace(text=f"{line.text[: stop.start()]} |{line.text[stop.end() :]}", bullet=False)
            stop = stops[1] if len(stops) > 1 else None  # `Engineer. Quillpay Ltd, Leeds. Builds services.`
        if stop is not None and not line.bullet and stop.start() < _LONG + begun:
            return list(_cut(line, [0, stop.start(), len(line.text)]))
    if len(line.text) < _LONG or (match := _NAMELESS.match(line.text)) is None:
        return [line]
    cut = period.to if period is not None and period.to < _LONG else match.end() + title_end(line.text[match.end() :])
    return list(_cut(line, [0, cut, len(line.text)])) if cut > match.end() or period else [line]


def _is_stop(text: str, at: int) -> bool:
    """Whether the full stop before `at` ends a sentence: of `Quillpay Ltd. Builds services.` the first one does."""
    short = _SHORT_FORM.search(text[:at])
    words = len(text[at:].split())
    told = words > (1 if text.endswith(".") else _NAME_WORDS)
    return short is None or (told and short[0].lower().rstrip(".") in _COMPANY)


def _names(text: str) -> bool:
    return sum(c.isalpha() for c in text) > 5


def _cut(line: Line, cuts: Sequence[int]) -> Iterator[Line]:
    whole = line.span if len(line.text) != line.end - line.start else None  # its words are not those of the text
    for start, end in itertools.pairwise(cuts):
        text = line.text[start:end]
        shown = text.lstrip(" .,;|/)]").rstrip(" ,;|/")
        if shown:
            at = line.start + start + text.index(shown)
            first, last = (whole.start, whole.end) if whole else (at, at + len(shown))
            yield line._replace(text=shown, start=first, end=last, apart=line.apart and start == 0)


def anchors(lines: Sequence[Line]) -> Iterator[tuple[int, Period]]:
    """The lines that date a position.

    A bullet, or a line in small letters, whose time lies within that of the head above it tells of that one.
    """
    head: Period | None = None
    for at, line in enumerate(lines):
        period = anchor(line)
        aside = line.bullet or (
            line.text[0].islower() and period is not None and period.at > 0 and not is_break(line.text)
        )
        if period is None or (aside and head is not None and period.is_within(head)):
            continue
        heads = not line.bullet and not (is_only_date(line.text) and at + 1 < len(lines) and _opens(lines[at + 1]))
        head = period if heads else head
        yield at, period


def _opens(line: Line) -> bool:
    """Whether a bullet begins with a period: the date above it is that of several positions."""
    period = next(iter(periods_in(line.text)), None)
    return line.bullet and period is not None and period.at == 0


def anchor(line: Line) -> Period | None:
    """The period that a line is dated with: it stands at an edge of a short line, never within a sentence."""
    if len(line.text) > 140:
        return None
    periods = periods_in(line.text)
    if not periods:
        return None
    period = periods[0]
    before, after = line.text[: period.at].strip(EDGES), line.text[period.to :].strip(EDGES + ".")
    words = len(before.split()) + len(after.split())
    if period.open_worded and (line.bullet or (period.at > 0 and not _SET_OFF.search(line.text[: period.at]))):
        return None  # "lead of the team since 2019"
    if line.bullet and words > _FEW_WORDS:
        return None
    if line.text.endswith(".") and words > (4 if before and after else 8):
        return None
    return period if not before or not after or words <= _FEW_WORDS else None


def is_only_length(text: str) -> bool:
    """`5 years 2 months` beneath an employer or behind dates: what the dates say already."""
    found = length_in(text) if len(text) < 32 else None
    return found is not None and not (text[: found[1]] + text[found[2] :]).strip(EDGES)


def beside(text: str, start: int, end: int) -> str:
    """A line without its dates, and without their length or a remark in brackets behind them: `(bank staff)`."""
    if (length := _TELLS_LENGTH.search(text, end)) is not None and (
        is_only_length(length[1]) or (length[1][:1].islower() and not text[end : length.start()].strip())
    ):
        text = text[: length.start()]
    if (bracket := _AROUND.search(text)) is not None and bracket.start() < start < bracket.end() - 1:
        start, end = bracket.span()  # "Cook, City Hotel (2 years, present employer)"
    before = _FOR.sub("", text[:start])  # "Cook at City Hotel for 2 years"
    return _CLOSED.sub("", before + "   " + text[end:]).strip(EDGES)
