"""Where the person of a CV lives: its contact block, else where the most recent position is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from core.domain import Place, Span
from models.parsing.dates import days_in
from models.parsing.degrees import names_education
from models.parsing.identity import is_reachable
from models.parsing.lines import Line
from models.parsing.occupations import Occupations
from models.parsing.schools import is_school
from models.parsing.sections import Part
from models.places import Gazetteer

if TYPE_CHECKING:
    from models.parsing.cv import Cv

_CONTACT = re.compile(r"contact|kontakt|coordonnées|contacto|persönlich|personal|details|datos", re.IGNORECASE)
_BIRTH = re.compile(
    r"\b(?:born|birth|geburt\w*|geb\.|geboren|né(?:e)? (?:le|à)|naissance|nacimiento|nacid[oa])\b", re.IGNORECASE
)
_LABEL = re.compile(
    r"^(?:(?:home |postal |current )?(?:address|location|residence|city|town)|adresse|anschrift|wohnort"
    r"|wohnhaft(?: in)?|wohnt in|lives?(?: in)?|living in|habite(?: à)?|vive en"
    r"|based in|domicile|dirección|domicilio|lugar|ort|woonplaats|indirizzo|endereço|from)\b\s*:?\s*",
    re.IGNORECASE,
)
_SAID = re.compile(r"[^\s.;](?:(?!\s{3,}|(?<=\w\w)[.;]\s|\s[|•·]\s).)*")  # what gaps, bars and full stops part
_LABELS = ("name", "nom", "nome", "mobile", "mobil", "tel", "phone")
_ADDRESS_PART = re.compile(r"[^,|•·()\n/;.]+")
_COUNTY = re.compile(r"\s+(?:co\.?|county|kreis|landkreis)\s+\w+$", re.IGNORECASE)
_HOME = re.compile(
    r"\b(?i:based|living|lives?|residing|wohne|wohnhaft|lebe) in [A-ZÀ-Þ][\w.'’-]*(?:,? [A-ZÀ-Þ][\w.'’-]*){0,3}"
)
_POSTCODE = re.compile(r"\b(?:[A-Z]-)?\d{4,5}\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d?[A-Z]{0,2}\b|\s{3,}.*")


def read_places(cv: Cv, gazetteer: Gazetteer, occupations: Occupations) -> tuple[Place, ...]:
    """Where the person lives: the contact block, else where the most recent position is."""
    contact = [s for s in cv.sections if s.heading and _CONTACT.search(s.heading.text)]
    lines = [*cv.sections[0].lines[:12], *(line for s in contact for line in s.lines)]
    lines += [line for s in cv.sections if s.part is not Part.REFERENCES for line in _around_contacts(s.lines)]
    lines += [home for s in cv.sections if s.part is Part.SUMMARY for home in _homes(s.lines)]
    country: tuple[Place, ...] = ()
    for small in (False, True):
        for line in lines:
            if line.text not in (cv.identity.name, cv.headline) and not _BIRTH.search(line.text):
                for place in _living(line, gazetteer, occupations, small=small):
                    if place.city:
                        return (place,)
                    country = country or (place,)
    if country:
        return country
    recent = max(cv.held, key=lambda h: h.period.start.first if h.period else date.min, default=None)
    if recent is not None:
        head = cv.text[recent.head.start : recent.head.end]
        for at, part in _pieces(head):
            for place in gazetteer.find(part):
                return (_moved(place, recent.head.start + at),)
    return ()


def _homes(lines: Sequence[Line]) -> Iterator[Line]:
    """What a summary says behind `based in`."""
    for line in lines:
        if (home := _HOME.search(line.text)) is not None:
            yield line._replace(text=home[0].rstrip("."), start=line.start + home.start())


def _around_contacts(lines: Sequence[Line]) -> list[Line]:
    """Lines that name a telephone or an address, and those next to them: a sidebar may hold them under any heading."""
    at = {n for n, line in enumerate(lines) if is_reachable(line.text)}
    near = {n - 1 for n in at if not lines[n].apart} | {
        n + 1 for n in at if n + 1 < len(lines) and not lines[n + 1].apart
    }
    return [line for n, line in enumerate(lines) if n in at or (n in near and not _tells_of_study(line.text))]


def _tells_of_study(text: str) -> bool:
    return bool(days_in(text)) or is_school(text) or names_education(text)


def _living(line: Line, gazetteer: Gazetteer, occupations: Occupations, *, small: bool) -> Iterator[Place]:
    """Places in a line of the contact block; small towns only where an address is written."""
    label = None
    for said in _SAID.finditer(line.text):
        if said[0].rstrip(":").lower() in _LABELS:  # Name is a town's name as well
            continue
        label = _LABEL.match(said[0]) or label
        start = said.start() + (own.end() if (own := _LABEL.match(said[0])) else 0)
        for found in gazetteer.find(line.text[start : said.end()]):
            yield _moved(found, line.start + start)
    start = label.end() if label else 0
    if small and (label or "," in line.text or any(c.isdigit() for c in line.text)):
        for match in _ADDRESS_PART.finditer(line.text, start):
            name = _COUNTY.sub("", _POSTCODE.sub("", match[0])).strip()
            known = gazetteer.place(name, small=True) if name and len(name.split()) < 4 else None
            if known is not None and occupations.titleness(name) == 0.0:
                at = line.start + match.start() + match[0].index(name)
                yield replace(known, span=Span(at, at + len(name)))


def _pieces(text: str) -> list[tuple[int, str]]:
    return [(m.start(), m[0]) for m in re.finditer(r"[^\n]+", text)]


def _moved(place: Place, by: int) -> Place:
    return replace(place, span=Span(place.span.start + by, place.span.end + by)) if place.span else place
