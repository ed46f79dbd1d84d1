"""What an ad says of the place of work and the pay, and where it says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.domain import Remote, Span
from models.parsing.lines import Line, within
from models.parsing.wishes import employment_at, remote_at, salary_at


@dataclass(frozen=True, slots=True)
class Offer:
    """`spans` are the places of these facts, by their names."""

    employment_type: str
    salary: str
    remote: Remote | None
    spans: Mapping[str, Span]


def read_offer(text: str, stated: Mapping[str, str], lines: Sequence[Line]) -> Offer:
    """`stated` is what fields of the ad say; what they do not, `lines` may: the header and what is asked."""
    spans: dict[str, Span] = {}
    employment = stated.get("employment", "")
    if employment:
        _found(spans, "employment_type", span_in(text, employment))
    else:
        kinds = [(name, within(line, a, b)) for line in lines for name, a, b in employment_at(line.text)]
        employment = ", ".join(name for name in _KINDS if any(name == kind for kind, _ in kinds))
        _found(spans, "employment_type", kinds[0][1] if kinds else None)
    salary = stated.get("salary", "")
    place = span_in(text, salary) if salary else _span(salary_at(text))
    if place is not None:
        salary = salary or " ".join(text[place.start : place.end].split())
    _found(spans, "salary", place)
    remote, where = _remote(text, stated.get("remote", ""), lines)
    _found(spans, "remote", where)
    return Offer(employment, salary, remote, spans)


def span_in(text: str, words: str) -> Span | None:
    """Where some words first stand verbatim."""
    at = text.find(words) if words else -1
    return Span(at, at + len(words)) if at >= 0 else None


_KINDS = ("internship", "temporary", "contract", "per diem", "part-time", "full-time", "permanent")
_ORDER = (Remote.HYBRID, Remote.REMOTE, Remote.ONSITE)  # what one line says weighs more than what another one does


def _remote(text: str, stated: str, lines: Iterable[Line]) -> tuple[Remote | None, Span | None]:
    if stated.lower() in set(Remote):
        return Remote(stated.lower()), span_in(text, stated)
    said = [(found[0], within(line, *found[1:])) for line in lines if (found := remote_at(line.text))]
    return min(said, key=lambda one: _ORDER.index(one[0]), default=(None, None))


def _span(found: tuple[int, int] | None) -> Span | None:
    return Span(*found) if found else None


def _found(spans: dict[str, Span], name: str, span: Span | None) -> None:
    if span is not None:
        spans[name] = span
