"""The texts of a document that are embedded: no line of the identity header is among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.domain import Passages, Profile, Requirements, Span
from models.parsing.anonymous import ageless, anonymous
from models.parsing.cv import Cv
from models.parsing.identity import is_contact
from models.parsing.lines import Line
from models.parsing.occupations import Occupations
from models.parsing.repeats import once
from models.parsing.sections import Part
from models.tokens import plain

_CHUNK = 900  # characters: about what the encoder takes at once
_MOST_PARTS = 12
_MOST_TITLES = 6


def of_cv(cv: Cv, profile: Profile, occupations: Occupations) -> Passages:
    homes = [place.span for place in profile.places if place.span]
    studied = [entry.span for entry in cv.education if entry.span]
    lines = [
        anonymous(line.text, cv.identity, occupations, studies=part is Part.EDUCATION or _overlap(line, studied))
        for part, line in _body(cv, homes, occupations)
    ]
    titles = dict.fromkeys(p.title for p in profile.positions if p.title)
    return Passages(
        _titled(ageless(profile.headline), profile.family),
        tuple(titles)[:_MOST_TITLES],
        tuple(chunks(list(once(lines))))[:_MOST_PARTS],
    )


def of_job(requirements: Requirements, lines: Iterable[Line], other_names: Sequence[str]) -> Passages:
    names = dict.fromkeys(name for name in other_names if name and plain(name) != plain(requirements.title))
    parts = tuple(chunks([line.text for line in lines]))[:_MOST_PARTS]
    title = _titled(requirements.title, requirements.role or requirements.family)
    return Passages(title, tuple(names)[:_MOST_TITLES], parts)


def chunks(lines: Sequence[str]) -> list[str]:
    """Whole lines in pieces of about 900 characters; no piece is much shorter than the others."""
    lines = [line for line in lines if line.strip()]
    total = sum(len(line) + 1 for line in lines)
    size = total / max(round(total / _CHUNK), 1) if total else _CHUNK
    pieces: list[list[str]] = [[]]
    length = 0
    for line in lines:
        if pieces[-1] and length + len(line) / 2 > size:
            pieces.append([])
            length = 0
        pieces[-1].append(line)
        length += len(line) + 1
    return ["\n".join(piece)[: 2 * _CHUNK] for piece in pieces if piece]


def _titled(title: str, family: str) -> str:
    return ". ".join(part for part in (title.strip(" ."), family) if part)


def _body(cv: Cv, homes: Sequence[Span], occupations: Occupations) -> list[tuple[Part, Line]]:
    header = [
        (Part.HEADER, line)
        for line in cv.sections[0].lines
        if line.text != cv.identity.name and not is_contact(line.text)
        if not (_overlap(line, homes) and _is_address(line.text))
        # Counted without the name, which may have any number of words.
        if len(anonymous(line.text, cv.identity, occupations).split()) > 6
    ]
    rest = [
        (section.part, line)
        for section in cv.sections[1:]
        if section.part is not Part.REFERENCES
        if not (section.part is Part.OTHER and section.heading and _is_personal(section.heading.text))
        for line in section.lines
    ]
    return [*header, *rest]


def _overlap(line: Line, spans: Iterable[Span]) -> bool:
    return any(span.start < line.end and line.start < span.end for span in spans)


def _is_address(text: str) -> bool:
    """Of a line that names the home: no sentence, and written in parts or with a number."""
    return not text.rstrip().endswith((".", "!")) and bool(re.search(r"[,\d|•·]", text))


def _is_personal(heading: str) -> bool:
    return bool(
        re.search(r"contact|personal|reference|referee|persönlich|kontakt|details|links", heading, re.IGNORECASE)
    )
