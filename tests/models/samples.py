"""What the reader makes of our own samples, fact by fact, against the sources they were rendered from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core.domain import Kind, Profile
from core.errors import BadInput
from core.parts import Reading
from models.places import load_gazetteer
from models.reading import Reader
from models.tokens import plain

SAMPLES = Path(__file__).parents[2] / "samples"
AS_OF = date(2026, 11, 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a source says, and whether the reader found it."""

    sample: str
    field: str
    value: str
    found: bool


def sources(kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each sample file with its source; scans have no text and are left out."""
    for path in sorted((SAMPLES / kind).iterdir()):
        source = SAMPLES / "source" / kind / f"{path.stem}.json"
        if source.exists():
            yield path, json.loads(source.read_text("utf-8"))


def readings(reader: Reader) -> Iterator[tuple[Path, dict[str, Any], Reading]]:
    for path, source in sources("cvs"):
        if source.get("meta", {}).get("format") == "json" or "scan" in str(source.get("meta", {})):
            continue
        try:
            yield path, source, reader.file(path.read_bytes(), path.name, Kind.CANDIDATE)
        except BadInput:
            continue


def facts_of(name: str, source: dict[str, Any], reading: Reading) -> Iterator[Fact]:
    profile = reading.facts
    assert isinstance(profile, Profile)
    basics = source["basics"]
    person = re.sub(r"(?:, [A-Z][A-Za-z.]+)+$", "", basics["name"])  # "Ada Lovelace, RN"
    yield Fact(name, "name", person, _same(person, reading.identity.name))
    if basics.get("email"):
        yield Fact(name, "email", basics["email"], basics["email"] == reading.identity.email)
    for work in source.get("work", []):
        if "break" in work["position"].lower():  # a gap is no position
            continue
        yield from _position(name, work, profile)
    for study in source.get("education", []):
        school = study.get("institution", "")
        found = [e for e in profile.education if _same(school, e.institution)]
        yield Fact(name, "institution", school, bool(found))
        area = study.get("area", "")
        if area:
            yield Fact(name, "field", area, any(_same(area, e.field) for e in found or profile.education))
        if study.get("endDate"):
            year = int(study["endDate"][:4])
            yield Fact(
                name, "ended", study["endDate"], any(e.ended and e.ended.year == year for e in profile.education)
            )
    for language in source.get("languages", []):
        yield Fact(name, "language", language["language"], len(profile.languages) == len(source["languages"]))
    city = basics.get("location", {}).get("city")
    if city:
        known = load_gazetteer().place(city)
        yield Fact(name, "city", city, any(_same(known.city if known else city, p.city) for p in profile.places))


def _position(name: str, work: dict[str, Any], profile: Profile) -> Iterator[Fact]:
    start, end = work.get("startDate", ""), work.get("endDate") or ""
    years = {int(start[:4])} if start else set()
    near = [p for p in profile.positions if p.start and p.start.year in years]
    same = [p for p in near if _same(work["position"], p.title)]
    yield Fact(name, "title", work["position"], bool(same))
    employed = [p for p in near if _same(work["name"], p.employer)]
    yield Fact(name, "employer", work["name"], bool(employed))
    dated = [p for p in near if (p.current if not end else p.end is not None and p.end.year == int(end[:4]))]
    yield Fact(name, "dates", f"{start} {end}", bool(dated))


def _same(wanted: str, found: str) -> bool:
    """Equal but for case, spaces and punctuation."""
    return _bare(wanted) == _bare(found)


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", plain(text))
