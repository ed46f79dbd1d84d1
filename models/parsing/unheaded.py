"""Parts that no heading begins: told apart by what their lines say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.parsing.dated import anchor, is_only_date
from models.parsing.dates import days_in
from models.parsing.education import names_education
from models.parsing.languages import names_languages
from models.parsing.lines import Line
from models.parsing.sections import ASIDE, Part, Section

_PAPER = re.compile(
    r"\b(?:licen[cs]e[ds]?|certif\w+|zertifikat\w*|führerschein|\w*schein|\w*zeugnis|permis|carnet|card|hazmat"
    r"|cdl|endorsement\w*"
    r"|registered with|ticket|cscs|first aid|permit)\b",
    re.IGNORECASE,
)
_SHORT = 14  # words: a longer line tells of something


def with_parts(sections: Sequence[Section]) -> list[Section]:
    """Sections whose parts are what they hold: `Qualifications` told apart, positions under no heading in a section.

    The latter only when no section holds positions: people who write headings write them for all.
    """
    sections = [_by_content(section) for section in sections]
    if any(section.part is Part.EXPERIENCE and any(map(anchor, section.lines)) for section in sections):
        return list(sections)
    found: list[Section] = []
    for section in sections:
        found += _parted(section) if section.part in (Part.HEADER, Part.SUMMARY, Part.SKILLS, *ASIDE) else [section]
    return found


def _by_content(section: Section) -> Section:
    """`Qualifications` may be degrees or skills."""
    if section.part is not Part.SKILLS or section.heading is None or "qualif" not in section.heading.text.lower():
        return section
    degrees = [line for line in section.lines if names_education(line.text) and len(line.text.split()) <= _SHORT]
    dated = any(days_in(line.text) for line in section.lines)
    return replace(section, part=Part.EDUCATION) if degrees and dated else section


def _parted(section: Section) -> list[Section]:
    lines = section.lines
    first = next((at for at, line in enumerate(lines) if anchor(line) and not names_education(line.text)), None)
    if first is None:
        return [section]
    runs: list[tuple[Part, list[Line]]] = [(section.part, [])]
    for at, line in enumerate(lines):
        part = section.part if at < first else _part_of(line, runs[-1][0])
        if part is not runs[-1][0]:
            runs.append((part, []))
        runs[-1][1].append(line)
    heading = section.heading
    made = [Section(part, tuple(run), None) for part, run in runs]
    made[0] = Section(made[0].part, made[0].lines, heading)
    return made


def _part_of(line: Line, current: Part) -> Part:
    short = len(line.text.split()) <= _SHORT and not line.bullet
    if short and names_education(line.text):
        return Part.EDUCATION
    if anchor(line) is not None or is_only_date(line.text):
        return Part.EXPERIENCE
    if short and names_languages(line.text):
        return Part.LANGUAGES
    if short and _PAPER.search(line.text) and (current is not Part.EXPERIENCE or not line.text.endswith(".")):
        return Part.CREDENTIALS
    if current in (Part.EDUCATION, Part.LANGUAGES, Part.CREDENTIALS) and not days_in(line.text):
        return current if current is Part.EDUCATION and line.is_head else Part.OTHER
    return current if current is not Part.HEADER and current is not Part.SUMMARY else Part.EXPERIENCE
