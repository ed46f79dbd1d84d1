"""Parts that no heading begins: told apart by what their lines say."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.domain import Kind
from models.parsing.dated import anchor, is_only_date
from models.parsing.dates import days_in
from models.parsing.education import names_education
from models.parsing.identity import EMAIL, is_contact
from models.parsing.languages import lists_languages, names_languages
from models.parsing.lines import Line
from models.parsing.sections import ASIDE, Part, Section, split_sections
from models.tokens import plain

_PAPER = re.compile(
    r"\b(?:licen[cs]e[ds]?|certif\w+|zertifikat\w*|führerschein|\w*schein|\w*zeugnis|permis|carnet|card|hazmat"
    r"|cdl|endorsement\w*"
    r"|registered with|ticket|cscs|first aid|permit)\b",
    re.IGNORECASE,
)
_OWN_PAPER = re.compile(  # at the start of a line that names nothing else
    r"(?:(?:full|clean|valid|current|own|uk|eu|irish|category)[ ,]+)*(?:driv(?:ing|er['’]?s?) licen[cs]e|licen[cs]e\b"
    r"|permis [a-e]|notary public|führer(?:schein|ausweis)|fahrerlaubnis|carn(?:et|é) de|permiso de conduc"
    r"|patente [a-e]|rijbewijs"
    r"|körkort|prawo jazdy|carta de condução|certificado|habilitaci[oó]n|habilitation|enhanced dbs|dbs|first aid"
    r"|(?:\w+)?staplerschein|gesundheitszeugnis)(?!\w)",
    re.IGNORECASE,
)
_TEACHES = re.compile(r"\b(?:colleges?|universi\w+|\w*schule|school|high|lycée|escuela|skola|tafe)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?][\"”’)]?$")
_MOVING = re.compile(
    r"\b(?:relocat\w*|umzug\w*|umzieh\w*|mobil\w*|notice period|kündigungsfrist|eintritt)", re.IGNORECASE
)
_ON_REQUEST = re.compile(  # what a CV says at its foot of those who know the person
    r"\W*(?:\w+ )?(?:references?|referees|referenzen|références|referencias|referenze|referenties|referências)"
    r"(?: (?:are|is|will|can|may|be|gladly|happily|gerne|sind))*,? (?:available|furnished|provided|supplied|given|upon"
    r"|on request|by request|auf (?:anfrage|wunsch)|disponib\w+|disponív\w+|sur demande|(?:a|bajo|previa|sob) pe\w+"
    r"|su richiesta|beschikbaar|op (?:aanvraag|verzoek))\b",
    re.IGNORECASE,
)
_SHORT = 14  # words: a longer line tells of something
_PROSE = 9  # words: as many of a header's line that ends like a sentence are a summary
_BLOCK = 7  # lines: name, headline, town, street, telephone and mail, each on its own
_REMARK = 4  # words of a sentence behind the last section


def with_parts(sections: Sequence[Section]) -> list[Section]:
    """Sections whose parts are what they hold: `Qualifications` told apart, positions under no heading in a section.

    The latter only when no section holds positions: people who write headings write them for all.
    """
    sections = [_by_content(section) for section in _with_contacts(sections)]
    if not any(section.part is Part.EXPERIENCE and any(map(anchor, section.lines)) for section in sections):
        for loose in ((Part.HEADER, Part.SUMMARY, Part.SKILLS, Part.OTHER), ASIDE, (Part.CREDENTIALS, Part.LANGUAGES)):
            if not any(section.part is Part.EXPERIENCE and section.lines for section in sections):
                sections = [one for s in sections for one in (_parted(s) if s.part in loose else [s])]
    sorted_out = [one for section in sections for one in _runs(section, _stray)]
    last = len(sorted_out) - 1
    while last and sorted_out[last].part is Part.REFERENCES and sorted_out[last].heading is None:
        last -= 1
    return [*sorted_out[:last], *_runs(sorted_out[last], _remark), *sorted_out[last + 1 :]]


def parts_of(lines: Sequence[Line]) -> list[Section]:
    """A CV's sections, by its headings and by what the lines say."""
    return with_parts(split_sections(lines, Kind.CANDIDATE))


def _with_contacts(sections: Sequence[Section]) -> Sequence[Section]:
    """Name and address back at the head of a CV that keeps them in a sidebar, read behind another section."""
    if any(is_contact(line.text) for line in sections[0].lines):
        return sections
    if not sections[0].lines and len(sections) > 1 and (headed := _headed_by(sections[1])):
        return [*headed, *sections[2:]]
    for number, section in enumerate(sections[1:], 1):
        at = next((n for n, line in enumerate(section.lines) if EMAIL.search(line.text)), None)
        if at is None or section.part in (Part.OTHER, Part.REFERENCES, Part.SUMMARY, Part.PUBLICATIONS):
            continue
        first, last = _block(section.lines, at)
        if first is None:
            return sections
        header = replace(sections[0], lines=(*sections[0].lines, *section.lines[first:last]))
        left = replace(section, lines=section.lines[:first] + section.lines[last:])
        return [header, *sections[1:number], left, *sections[number + 1 :]]
    return sections


def _headed_by(section: Section) -> list[Section]:
    """The block at the top of a CV that begins with a heading, `PROFILE` over the name; and what follows it there."""
    if section.part not in (Part.SUMMARY, Part.OTHER):
        return []
    reached = [at for at, line in enumerate(section.lines[:_BLOCK]) if is_contact(line.text)]
    stop = next((at for at in range(max(reached, default=0) + 1, len(section.lines)) if section.lines[at].apart), None)
    if not reached:
        return []
    head = Section(Part.HEADER, section.lines[:stop])
    return [head] if stop is None else [head, replace(section, lines=section.lines[stop:])]


def _block(lines: Sequence[Line], at: int) -> tuple[int | None, int]:
    """Where the block around a mail address begins, with the name in it when that is near, and where it ends."""
    local = plain(lines[at].text.partition("@")[0])
    first = None
    for n in range(at, max(at - _BLOCK, -1), -1):
        line = lines[n]
        if line.bullet or len(line.text.split()) > _PROSE or anchor(line):
            break
        words = [word for word in plain(line.text).split() if len(word) > 2]
        named = n < at and 1 < len(words) <= 5 and any(word in local for word in words)
        if line.apart and (first is None or named):
            first = n
    last = at + 1
    while last < len(lines) and not lines[last].bullet and (not lines[last].apart or is_contact(lines[last].text)):
        last += 1
    return first, last


def _runs(section: Section, part_of: Callable[[Line, Part, Part], Part]) -> list[Section]:
    """A section cut where `part_of` (a line, the section's part, that of the line before) says another part."""
    runs: list[tuple[Part, list[Line]]] = [(section.part, [])]
    for line in section.lines:
        part = part_of(line, section.part, runs[-1][0])
        if part is not runs[-1][0]:
            runs.append((part, []))
        runs[-1][1].append(line)
    return [
        Section(part, tuple(run), section.heading if n == 0 else None)
        for n, (part, run) in enumerate(runs)
        if run or (n == 0 and (section.heading or len(runs) == 1 or section.part is Part.HEADER))
    ]


def _stray(line: Line, part: Part, before: Part) -> Part:
    """The part of a line that plainly belongs to another one than its heading says."""
    if _ON_REQUEST.match(line.text):
        return Part.REFERENCES
    words = len(line.text.split())
    if part is Part.HEADER:
        prose = words >= _PROSE and _SENTENCE.search(line.text) and not is_contact(line.text) and not anchor(line)
        return Part.SUMMARY if prose else part
    if part in (Part.EXPERIENCE, Part.SUMMARY, Part.PUBLICATIONS, Part.REFERENCES, Part.VOLUNTEERING, Part.PROJECTS):
        return part
    if part is not Part.LANGUAGES and words <= _SHORT and lists_languages(line.text):
        return Part.LANGUAGES
    if part is not Part.CREDENTIALS and words <= _SHORT and _OWN_PAPER.match(line.text):
        return Part.CREDENTIALS
    if part is Part.CREDENTIALS and words <= _SHORT and days_in(line.text) and names_education(line.text):
        return Part.EDUCATION if _TEACHES.search(line.text.partition(",")[2]) else part
    return part


def _remark(line: Line, part: Part, before: Part) -> Part:
    """Sentences behind the last list are about something else: when to start, where to move."""
    if part not in (Part.EDUCATION, Part.LANGUAGES, Part.CREDENTIALS, Part.SKILLS, Part.INTERESTS):
        return part
    if before is Part.OTHER:
        return before
    told = _SENTENCE.search(line.text) and len(line.text.split()) >= _REMARK
    own = lists_languages(line.text) or names_education(line.text)
    return Part.OTHER if line.apart and not line.bullet and (told or _MOVING.search(line.text)) and not own else part


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
    first = next(at for at, line in enumerate(lines) if anchor(line))  # schools may be told before the work
    first -= first > 1 and _dates_below(lines) and lines[first - 1].is_head and is_only_date(lines[first].text)
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


def _dates_below(lines: Sequence[Line]) -> bool:
    """Whether what a date tells of stands above it: no name stands below one of them."""
    below = [at + 1 for at, line in enumerate(lines) if anchor(line) and is_only_date(line.text)]
    return any(at == len(lines) or lines[at].apart or not lines[at].is_head for at in below)


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
