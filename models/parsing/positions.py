"""Positions held: who worked as what, where, from when to when, in whatever order the lines tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain import Span
from models.parsing.dates import Period, periods_in
from models.parsing.lines import Line
from models.parsing.occupations import Occupations
from models.places import Gazetteer

_STRONG = re.compile(r"[ ]{3,}|\s*[|·•;]\s*|\s+[–—-]+\s+|\s+@\s+|\s+(?:at|bei|chez)\s+(?=[A-Z])|\s*[–—](?=\s)|:\s+")
_ANONYMISED = re.compile(r"\s*\bCompany ?Name\b\s*:?\s*", re.IGNORECASE)  # in CVs whose employers were blacked out
_EDGES = " \t,;:|–—-•·()/"
_CLOSED = re.compile(r"\(\s*[–—\-,;|/]*\s*\)|\[\s*\]")
_ORGANISATION = re.compile(
    r"\b(?:inc|ltd|limited|llc|llp|plc|gmbh|ag|kg|se|corp|corporation|company|co|group|holdings?|partners"
    r"|associates|bank"
    r"|university|universität|universität|université|college|school|schools|academy|institute|hospital|hospitals|clinic"
    r"|center|centre|council|county|city of|department|ministry|trust|nhs|foundation|services|solutions"
    r"|systems|technologies"
    r"|studios?|labs?|agency|agentur|stores?|restaurants?|hotels?|logistics|industries|consulting|consultants|software"
    r"|digital|media|s\.?a\.?|s\.?l\.?|b\.?v\.?|n\.?v\.?|pty|pvt|sarl|sas|oy|ab|aps|spa|s\.?r\.?l|medical|health|church"
    r"|society|association|charity|airlines?|insurance|international|enterprises?|kg|e\.?v\.?|freelance|self-employed"
    r"|attorneys|solicitors|accountants|architects|lawyers|sp\. z o\.o|vof|ev|cooperative|practice|surgery"
    r"|bistro|café|cafe|bakery|pharmacy|farm|farms|works|motors|foods|transport|freight|construction"
    r"|electric|energy"
    r"|network|army|navy|air force|marine corps|police|library|museum|mart|market|shop|bros|brothers|& sons|nursery)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"\b(?:(?:career|employment|planned|family) (?:break|gap|pause)|sabbatical|gap year|elternzeit|congé parental"
    r"|(?:parental|maternity|paternity|family|caring) leave|full[- ]time (?:parent|mother|father|mum|mom|dad|care of)"
    r"|full[- ]time (?:carer|caregiver) (?:of|for)|stay[- ]at[- ]home (?:parent|mother|father|mum|mom|dad)"
    r"|caring for (?:family|my|a relative)|homemaker|time out|travel(?:l?ing)? (?:year|the world|abroad))\b",
    re.IGNORECASE,
)
_ABOVE, _BELOW = 2, 2  # lines around the one with the dates that may belong to it


@dataclass(frozen=True, slots=True)
class Held:
    """A position as the text tells it: `head` names it, `body` describes it."""

    title: str
    employer: str
    period: Period | None
    head: Span
    body: Span
    sure: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the lines around a date, `above` and `below` it."""

    above: int
    below: int
    title: str
    employer: str
    worth: float


class PositionReader:
    def __init__(self, occupations: Occupations, gazetteer: Gazetteer) -> None:
        self._occupations = occupations
        self._gazetteer = gazetteer

    def read(self, lines: Sequence[Line]) -> list[Held]:
        """The positions of a section, in the order of the text."""
        anchors = [(at, period) for at, line in enumerate(lines) if (period := _anchor(line)) is not None]
        choices = [self._choices(lines, at, period, anchors) for at, period in anchors]
        usual = self._usual(choices)
        chosen = [max(options, key=lambda o: o.worth + 0.6 * usual.get((o.above, o.below), 0.0)) for options in choices]
        held: list[Held] = []
        for number, ((at, period), best) in enumerate(zip(anchors, chosen, strict=True)):
            first, last = at - best.above, at + best.below
            until = anchors[number + 1][0] - chosen[number + 1].above if number + 1 < len(anchors) else len(lines)
            employer = best.employer or self._employer_above(lines, first, held)
            if best.title or employer:
                head = Span(lines[first].start, lines[last].end)
                body = Span(lines[first].start, lines[max(until - 1, last)].end)
                held.append(Held(best.title, employer, period, head, body, min(best.worth / 2.0, 1.0)))
        return held

    def _choices(
        self, lines: Sequence[Line], at: int, period: Period, anchors: Sequence[tuple[int, Period]]
    ) -> list[_Reading]:
        taken = {other for other, _ in anchors if other != at}
        own = _CLOSED.sub("", lines[at].text[: period.at] + "   " + lines[at].text[period.to :]).strip(_EDGES)
        found: list[_Reading] = []
        for above in range(_ABOVE + 1):
            if above and not _belongs(lines, at - above, taken):
                break
            for below in range(_BELOW + 1):
                if below and (not _belongs(lines, at + below, taken) or (lines[at + below].apart and below > 1)):
                    break
                texts = [*(lines[n].text for n in range(at - above, at)), own]
                texts += [lines[n].text for n in range(at + 1, at + below + 1)]
                found.append(self._judged(above, below, lines, at, texts))
        return found

    def _judged(self, above: int, below: int, lines: Sequence[Line], at: int, texts: list[str]) -> _Reading:
        title, employer, worth = self._roles([text for text in texts if text])
        worth -= 0.12 * (above + below)
        if above and not lines[at - above].apart and at - above > 0 and not lines[at - above - 1].bullet:
            worth -= 0.1
        if above and at - above > 0 and lines[at - above].apart:
            worth += 0.15
        return _Reading(above, below, title, employer, worth)

    def _roles(self, texts: Sequence[str]) -> tuple[str, str, float]:
        """The title and the employer among the parts of some lines, and how well they fit."""
        parts = [part for text in texts for part in self._parts(text)]
        if not parts:
            return "", "", 0.0
        titles = [self._occupations.titleness(part) - (0.3 if _ORGANISATION.search(part) else 0.0) for part in parts]
        best = max(range(len(parts)), key=lambda n: (titles[n], -n))
        if titles[best] < 0.4:
            return _guess(parts)
        others = [part for n, part in enumerate(parts) if n != best]
        employers = [(1.0 if _ORGANISATION.search(part) else 0.6, part) for part in others if _is_name(part)]
        fit, employer = max(employers, key=lambda pair: pair[0], default=(0.0, ""))
        spare = max(len(others) - 1, 0)
        if not employer and "," in parts[best]:
            title, employer = self._split_at_comma(parts[best])
            return title, employer, titles[best] + (0.5 if employer else 0.0)
        if employer:
            whole = self._whole(parts[best], employer, texts)
            return whole, employer, titles[best] + fit - 0.15 * (spare if whole == parts[best] else 0)
        return parts[best], "", titles[best] - 0.15 * spare

    def _whole(self, title: str, employer: str, texts: Sequence[str]) -> str:
        """The title with what a dash parts from it, when the employer stands elsewhere: `Engineer - Design`."""
        line = next((text for text in texts if title in text), title)
        pieces = [piece.strip(_EDGES) for piece in re.split(r"\s+[–—-]\s+", line)]
        if employer in line or len(pieces) != 2 or _ORGANISATION.search(line) or any(c in line for c in "|·•"):
            return title
        other = pieces[1] if pieces[0] == title else pieces[0]
        known = self._gazetteer.place(other, small=True) is not None or not other or "   " in line
        return title if known or title not in pieces else line.strip(_EDGES)

    def _parts(self, text: str) -> list[str]:
        """The pieces of a line, without the places among and behind them."""
        text = _ANONYMISED.sub("   Company Name   ", _unbroken(text))
        pieces = [piece.strip(_EDGES) for piece in _STRONG.split(text) if piece]
        kept: list[str] = []
        for piece in pieces:
            piece = _rebalanced(self._without_place(piece))
            if len(piece) > 1 and any(c.isalpha() for c in piece):
                kept.append(piece)
        return kept

    def _without_place(self, piece: str) -> str:
        place = self._gazetteer.place(piece)
        if (
            place is not None
            and not _ORGANISATION.search(piece)
            and (place.latitude or not place.city or "," not in piece)
        ):
            return ""
        commas = [match.start() for match in re.finditer(",", piece)]
        for comma in commas:
            if self._gazetteer.place(piece[comma + 1 :].strip(_EDGES), small=True) is not None:
                return piece[:comma].strip(_EDGES)
        return re.sub(r"\s*,?\s*\bCity\s*,\s*State\b\s*", "", piece)

    def _split_at_comma(self, part: str) -> tuple[str, str]:
        for comma in (match.start() for match in re.finditer(",", part)):
            before, after = part[:comma].strip(), part[comma + 1 :].strip()
            if self._occupations.titleness(before) >= 0.5 and _ORGANISATION.search(after):
                return before, after
            if self._occupations.titleness(after) >= 0.5 and _ORGANISATION.search(before):
                return after, before
        return part, ""

    def _employer_above(self, lines: Sequence[Line], first: int, held: Sequence[Held]) -> str:
        """The employer's own line above, or that of the position before when both stand under it."""
        if first > 0 and lines[first - 1].is_head and not _anchor(lines[first - 1]):
            parts = self._parts(lines[first - 1].text)
            if parts and _ORGANISATION.search(parts[0]) and self._occupations.titleness(parts[0]) < 0.7:
                return parts[0]
        return held[-1].employer if held and not (first > 0 and lines[first].apart) else ""

    @staticmethod
    def _usual(choices: Sequence[Sequence[_Reading]]) -> dict[tuple[int, int], float]:
        """How well each way fits on average: within one CV people keep to one."""
        sums: dict[tuple[int, int], float] = {}
        for options in choices:
            for option in options:
                key = (option.above, option.below)
                sums[key] = sums.get(key, 0.0) + option.worth
        return {key: total / len(choices) for key, total in sums.items()}


def _anchor(line: Line) -> Period | None:
    """The period that a line is dated with: it stands at an edge of a short line, never within a sentence."""
    if len(line.text) > 140:
        return None
    periods = periods_in(line.text)
    if not periods:
        return None
    period = periods[0]
    rest = (line.text[: period.at] + line.text[period.to :]).strip(_EDGES)
    at_edge = not line.text[: period.at].strip(_EDGES) or not line.text[period.to :].strip(_EDGES + ".")
    if period.open_worded and (line.bullet or period.at > 0):
        return None  # "lead of the team since 2019"
    if line.bullet and len(rest.split()) > 9:
        return None
    if rest.endswith(".") and len(rest.split()) > 8:
        return None
    return period if at_edge or len(rest.split()) <= 9 else None


def is_break(held: Held) -> bool:
    """Whether a dated entry says that no work was done for an employer then: leave, travel, family."""
    return bool(_BREAK.search(held.title)) or bool(_BREAK.search(held.employer))


def is_organisation(name: str) -> bool:
    """Whether a word in a name says that it is an employer's."""
    return bool(_ORGANISATION.search(name))


def _guess(parts: Sequence[str]) -> tuple[str, str, float]:
    """Title and employer where no word tells which is which: people name their work first."""
    employer = next((part for part in parts if _ORGANISATION.search(part)), "")
    others = [part for part in parts if part != employer]
    if employer:
        return next(iter(others), ""), employer, 0.8 + (0.2 if others else 0.0)
    return others[0], next(iter(others[1:]), ""), 0.4 + (0.2 if len(others) > 1 else 0.0)


def _belongs(lines: Sequence[Line], at: int, taken: set[int]) -> bool:
    return 0 <= at < len(lines) and at not in taken and lines[at].is_head


def _is_name(part: str) -> bool:
    return (part[0].isupper() or part[0].isdigit() or part[0] in "eia") and len(part.split()) <= 9


def _unbroken(text: str) -> str:
    """Hyphens within brackets part nothing."""
    return re.sub(r"\(([^)]*)\)", lambda m: "(" + re.sub(r"\s+[–—-]\s+", " ", m[1]) + ")", text)


def _rebalanced(piece: str) -> str:
    """A bracket that stripping or splitting opened, closed again."""
    if piece.count("(") > piece.count(")"):
        return piece + ")" if not piece.endswith("(") else piece[:-1].strip()
    return piece
