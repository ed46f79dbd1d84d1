"""Positions as a text tells them, and what several of them say together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from core.domain import Span
from models.parsing.dates import Period, worked
from models.parsing.employers import is_break


@dataclass(frozen=True, slots=True)
class Held:
    """A position as the text tells it: `head` names it, `body` describes it.

    `months` is its length when only that is told, and no dates.
    """

    title: str
    employer: str
    period: Period | None
    head: Span
    body: Span
    sure: float
    months: int = 0

    @property
    def is_break(self) -> bool:
        return is_break(self.title, self.employer)


class Use(NamedTuple):
    """Months of the positions in whose texts some places lie, until when the last of them was held, and which of the
    places is in that one (the first where none is)."""

    months: int
    last: date | None
    at: int


def use_of(places: Sequence[Span | None], held: Sequence[Held], as_of: date) -> Use:
    periods, at = list[tuple[int, int]](), 0
    last: date | None = None
    for number, place in enumerate(places):
        for position in held:
            if place and position.period and position.body.start <= place.start < position.body.end:
                periods.append(position.period.months(as_of))
                until = position.period.end.first if position.period.end else as_of
                if last is None or until > last:
                    last, at = until, number
    return Use(worked(periods), last, at)


_TITLED = 0.7
_SAME_PLACE = re.compile(
    r"\b(?:same (?:place|employer|company|firm|school|hospital|department|institution|organi[sz]ation)|ebenda|ebd\."
    r"|ibid\.?|ditto|idem|au même endroit|même (?:employeur|entreprise)|gleicher arbeitgeber|mism[oa] (?:lugar|empresa)"
    r"|stessa azienda|mesma empresa|zelfde (?:werkgever|bedrijf))(?!\w)|(?<=\()same(?=\))|^same$",
    re.IGNORECASE,
)


def at_same_place(entry: Held, text: str, before: Held) -> Held:
    """An entry whose line says that the employer is that of the one before."""
    if not any(map(_SAME_PLACE.search, (text, entry.title, entry.employer))):
        return entry
    titles = (_SAME_PLACE.sub("", name).strip(" ,;:()–—-") for name in (entry.title, entry.employer))
    return replace(entry, title=next(filter(None, titles), ""), employer=before.employer)


def paused(entry: Held, texts: Sequence[str], titleness: Callable[[str], float]) -> Held:
    """An entry whose lines name a break and no work, as that break: `Moving, language course, child`."""
    pause = next(filter(is_break, texts), "") if titleness(entry.title) < _TITLED else ""
    return replace(entry, title=pause, employer="") if pause else entry


def frames(one: Held, period: Period, titleness: Callable[[str], float]) -> bool:
    """Whether an entry only names an employer and the whole time there, and a position lies within it."""
    named = one.title if not one.employer else one.employer
    no_title = not one.title or (not one.employer and titleness(one.title) < 0.4)
    return bool(no_title and named and one.period and period.is_within(one.period))


def follows(entry: Held, before: Held) -> bool:
    """Whether a position without an employer ends when the one before it, told above, begins."""
    if entry.period is None or before.period is None or entry.period.end is None:
        return False
    gap = (before.period.start.first - entry.period.end.first).days
    return -31 <= gap <= 31


def without_frames(held: Sequence[Held], titleness: Callable[[str], float]) -> list[Held]:
    """Without the line that gives an employer's whole time when the positions held there follow."""
    kept: list[Held] = []
    for n, one in enumerate(held):
        following = held[n + 1] if n + 1 < len(held) else None
        if (
            following is None
            or following.period is None
            or following.employer != (one.employer or one.title)
            or not frames(one, following.period, titleness)
        ):
            kept.append(one)
    return kept


def same_start(one: Held, other: Held) -> bool:
    return one.period is not None and other.period is not None and one.period.start.first == other.period.start.first


def once(held: Sequence[Held]) -> tuple[Held, ...]:
    """Without those that are told twice: the same time, the same employer, and no other title."""
    kept: list[Held] = []
    for one in held:
        if not any(_is_told(one, other) for other in kept):
            kept.append(one)
    return tuple(kept)


def _is_told(one: Held, other: Held) -> bool:
    if one.period is None or other.period is None:
        return False
    times = [(h.period.start.first, h.period.end and h.period.end.first) for h in (one, other) if h.period]
    titles = one.title == "" or one.title.casefold() in other.title.casefold()
    return times[0] == times[1] and titles and one.employer in ("", other.employer)
