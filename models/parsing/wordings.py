"""Lines that tell of a position in other words, put into the usual ones: its title, its employer, its whole period."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.parsing.dates import Day, Period, periods_in, untils_in
from models.parsing.lines import Line

_WORKED = re.compile(
    r"(?:i )?(?:(?:have|has|am|was) )?(?:been )?(?:(?:currently|presently|previously|now) )?"
    r"(?:working|worked|work|employed|serving|served|engaged)\s",
    re.IGNORECASE,
)
_AS_AT = re.compile(
    r"as (?:an? |the )?(?P<title>[^.;:]{2,70}?) (?:in|at|with|for) (?P<employer>(?-i:[A-Z0-9])[^;:]{1,80}?)[ ,(]*",
    re.IGNORECASE,
)
_AT_AS = re.compile(
    r"(?:in|at|with|for) (?P<employer>(?-i:[A-Z0-9])[^;:]{1,80}?),? as (?:an? |the )?(?P<title>[^.;:]{2,70}?)[ ,(]*",
    re.IGNORECASE,
)
_VALID = re.compile(  # of a paper, until when
    r"\b(?:valid|good|expir\w*|gültig|valable|válid[oa]|valid[oa]|vigente|ważn[aey]|geldig|giltig|gyldig)[\s:]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_YEAR = re.compile(r"(?:[-–—]|\b(?:to|until|till|bis|à|au|hasta|al|tot|do))\s+[^\W\d_]+\.?$")
_LONGEST = 200  # characters of a line that names a position
_FRAMES = 6  # dated lines above that one without a beginning may belong to


def in_usual_words(lines: Sequence[Line]) -> list[Line]:
    """`Worked as Engineer in Quillpay Ltd from 2015 to 2019` as a head, and ends given the beginning they lack."""
    whole: list[Line] = []
    frames: list[Period] = []
    for told in _with_years(lines):
        if len(told.text) > _LONGEST:
            whole.append(told)
            continue
        line = _as_head(told)
        completed = _with_end(_with_beginning(line, frames[-_FRAMES:]), frames[-_FRAMES:])
        whole.append(completed)
        frames += [period for period in periods_in(line.text) if not line.bullet]
    return whole


def _with_years(lines: Sequence[Line]) -> list[Line]:
    """A period whose last year stands alone on the next line, in front of nothing else."""
    whole: list[Line] = []
    for line in lines:
        year = _YEAR.fullmatch(line.text)
        if whole and year and not line.apart and _NO_YEAR.search(whole[-1].text):
            joined = f"{whole[-1].text} {line.text}"
            if any(period.to == len(joined) for period in periods_in(joined)):
                whole[-1] = whole[-1]._replace(text=joined, end=line.end)
                continue
        whole.append(line)
    return whole


def _as_head(line: Line) -> Line:
    worked = _WORKED.match(line.text)
    period = next(iter(periods_in(line.text)), None) if worked else None
    if worked is None or period is None or line.text[period.to :].strip(" .)"):
        return line
    said = line.text[worked.end() : period.at]
    told = _AS_AT.fullmatch(said) or _AT_AS.fullmatch(said)
    if told is None:
        return line
    text = f"{told['title']}   {told['employer'].strip(' ,')}   {line.text[period.at : period.to]}"
    return line._replace(text=text, bullet=False)


def _with_beginning(line: Line, frames: Sequence[Period]) -> Line:
    """`Clerk, until May 2019` under an employer since 2016 began in 2016."""
    text = line.text
    for day, start, end in reversed(untils_in(text)):
        frame = next((one for one in reversed(frames) if _holds(one, day)), None)
        if frame is not None and not _VALID.search(text, 0, start):
            text = f"{text[:start]}{_written(frame.start)} – {_written(day)}{text[end:]}"
    return line._replace(text=text) if text != line.text else line


def _with_end(line: Line, frames: Sequence[Period]) -> Line:
    """`Clerk (from May 2016)` under an employer until 2019 ended in 2019."""
    text = line.text
    for period in reversed(periods_in(text)):
        if period.end is not None or not period.open_worded or text[: period.at].rstrip()[-1:] not in ("(", ","):
            continue
        frame = next((one for one in reversed(frames) if one.end and _holds(one, period.start)), None)
        if frame is not None and frame.end is not None:
            text = f"{text[: period.at]}{_written(period.start)} – {_written(frame.end)}{text[period.to :]}"
    return line._replace(text=text) if text != line.text else line


def _holds(frame: Period, day: Day) -> bool:
    return frame.start.first < day.first and (frame.end is None or day.first <= frame.end.first)


def _written(day: Day) -> str:
    return f"{day.first:%m/%Y}" if day.exact else f"{day.first:%Y}"
