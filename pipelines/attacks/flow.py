"""A sheet as one run of lines, for the formats that have no renderer of their own among the samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipelines.samples.sheet import Entry, Section, Sheet


class Role(StrEnum):
    NAME = "name"
    HEADING = "heading"
    ENTRY = "entry"
    BODY = "body"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Line:
    role: Role
    text: str


def lines(sheet: Sheet) -> Iterator[Line]:
    yield Line(Role.NAME, sheet.title)
    yield from (Line(Role.BODY, text) for text in (sheet.subtitle, " | ".join(sheet.contacts)))
    for section in sheet.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[Line]:
    yield Line(Role.HEADING, section.title)
    yield from (Line(Role.BODY, text) for text in section.text.split("\n\n") if text)
    yield from (Line(Role.BODY, f"{label}: {words}") for label, words in section.pairs)
    yield from (Line(Role.BULLET, text) for text in section.bullets)
    for entry in section.entries:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[Line]:
    yield Line(Role.ENTRY, f"{entry.title} ({entry.dates})" if entry.dates else entry.title)
    yield from (Line(Role.BODY, text) for text in (entry.place, entry.text) if text)
    yield from (Line(Role.BULLET, text) for text in entry.bullets)
