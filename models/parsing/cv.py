"""A CV's text to a `Profile`, with the person kept apart from what is matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.domain import (
    Education,
    Identity,
    Position,
    Profile,
    Remote,
    Seniority,
    SkillFound,
    SkillId,
)
from models.parsing.anonymous import anonymous
from models.parsing.confidence import with_confidence
from models.parsing.credentials import CredentialReader
from models.parsing.dates import periods_in, worked
from models.parsing.education import read_education
from models.parsing.held import Held, once, same_start, use_of
from models.parsing.identity import is_contact, read_identity, without_title
from models.parsing.languages import listed_languages, mentioned_languages
from models.parsing.lines import Line, lines_of
from models.parsing.living import read_places
from models.parsing.occupations import (
    UNKNOWN,
    Meaning,
    Occupations,
    seniority_by_months,
    seniority_of,
    without_brackets,
)
from models.parsing.positions import PositionReader
from models.parsing.prose import ProseReader
from models.parsing.roles import NoRoles, RoleTable
from models.parsing.sections import ASIDE, Part, Section, lines_in
from models.parsing.unheaded import parts_of
from models.places import Gazetteer
from models.skills import SkillMatcher
from models.taxonomy import Taxonomy

_REMOTE = re.compile(
    r"\b(?:open to|seeking|prefer\w*|looking for|available for)[^.\n]{0,40}\bremote\b|\bremote (?:only"
    r"|preferred|work preferred)\b|\bfully remote\b",
    re.IGNORECASE,
)
_HYBRID = re.compile(r"\b(?:open to|seeking|prefer\w*|looking for)[^.\n]{0,40}\bhybrid\b", re.IGNORECASE)
_RELOCATE = re.compile(
    r"\b(?:willing|open|ready|happy|able|prepared|available|glad|free|amenable)\s+to\s+(?:re-?locate|move)\b"
    r"|\bopen to (?:relocation|moving)\b"
    r"|\b(?:would|will|can|could) (?:re-?locate|move)\b|\brelocation (?:possible|ok(?:ay)?|welcome|yes|: ?yes)\b"
    r"|\bwill(?:ing)? relocate\b|\brelocating to\b"
    r"|\bumzugsbereit\w*|\bumzug\w*[^.\n]{0,40}\b(?:ja|möglich|vorstellbar|kein problem|bereit)\b"
    r"|\bbereit\w*[^.\n]{0,20}\bumzu\w+"
    r"|\bbereitschaft zum? umzug|\b(?:bundesweit|deutschlandweit|europaweit) (?:mobil|einsetzbar)"
    r"|\bmobile (?:dans|sur|en|toute)\b"
    r"|\bmobilité (?:nationale|internationale|totale|france)|\bdisponibilidad (?:geográfica"
    r"|para (?:viajar y )?(?:cambiar|traslad|mudar)\w*)"
    r"|\bdisposición a (?:mudar|traslad)\w*|\bdisponível para mudança|\bdisponibilidade para mudança"
    r"|\brelocate: ?yes|\banywhere\b[^.\n]{0,30}\bmove\b|\b(?:will|would|can|happy to) (?:go|work) anywhere\b"
    r"|\bwould go to (?-i:[A-Z])|\b(?:disponibil\w+|dispost\w+)[^.\n]{0,30} (?:trasferimento|trasferirmi|trasferirsi)"
    r"|\bverhuizen (?:mogelijk|geen probleem)|\bbereid te verhuizen|\bgotow\w+ do (?:przeprowadzki|relokacji)"
    r"|\b(?:kan|villig att) flytta",
    re.IGNORECASE,
)
_NO_RELOCATE = re.compile(
    r"\b(?:not|nicht|kein\w*|pas|no|sin|sans|ohne|without)\b[^.\n]{0,30}(?:re-?locat|umzu|mobil|mov(?:e|ing)\b|traslad|mudan)"
    r"|\bno relocation\b|\brelocat\w+: ?no\b",
    re.IGNORECASE,
)
_WORK = (Part.SUMMARY, Part.EXPERIENCE, Part.SKILLS, Part.EDUCATION, Part.CREDENTIALS)  # what a CV is about
_LABELLED = re.compile(
    r"(?:posizione ricoperta|occupazione desiderata|desired (?:position|job)|position (?:sought|applied for)"
    r"|job applied for|angestrebte (?:stelle|position)|gewünschte position|poste (?:recherché|visé|souhaité)"
    r"|puesto deseado|gewenste functie)\s*(?::|\s{3,})\s*",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"(?:to|from|subject|re|date|betreff|an|von)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cv:
    """A CV taken apart: what its structure says, before it is understood."""

    text: str
    identity: Identity
    headline: str
    sections: tuple[Section, ...]
    held: tuple[Held, ...]
    education: tuple[Education, ...]


def _titles(headline: str, positions: Iterable[Position], lines: Sequence[Line]) -> Iterator[Line]:
    """What the person was called, as lines of their own where they stand in the text."""
    for title in sorted({headline, *(position.title for position in positions)} - {""}):
        for line in lines:
            if (at := line.text.find(title)) >= 0:
                yield line._replace(text=title, start=line.start + at, end=line.start + at + len(title))


class CvReader:
    def __init__(
        self,
        taxonomy: Taxonomy,
        matcher: SkillMatcher,
        occupations: Occupations,
        gazetteer: Gazetteer,
        roles: RoleTable | NoRoles,
    ) -> None:
        self._roles = roles
        self._matcher = matcher
        self._occupations = occupations
        self._gazetteer = gazetteer
        self._positions = PositionReader(occupations, gazetteer)
        self._prose = ProseReader(occupations, lambda name: gazetteer.place(name) is not None)
        self._credentials = CredentialReader(taxonomy)

    def take_apart(self, text: str) -> Cv:
        lines = lines_of(text)
        sections = parts_of(lines)
        runs = [section.lines for section in sections if section.part is Part.EXPERIENCE and section.lines]
        held = [one for run in runs for one in self._positions.read(run)]
        if not runs:
            loose = (section.lines for section in sections if section.part in (Part.HEADER, Part.OTHER))
            held = [one for run in loose for one in self._positions.read(run, headed=False)]
        if not held or not any(section.heading for section in sections if section.part is Part.EXPERIENCE):
            telling = Part.HEADER, Part.SUMMARY, Part.EXPERIENCE, Part.OTHER
            lines_told = [line for line in lines_in(sections, *telling) if not (held and line.bullet)]
            told = self._prose.read(lines_told)
            held += [one for one in told if not any(same_start(one, other) for other in held)]
        education = [e for s in sections if s.part is Part.EDUCATION for e in read_education(s.lines)]
        identity = without_title(read_identity(lines, text, self._occupations), [one.title for one in held])
        headline = self._headline(sections[0].lines, identity)
        return Cv(text, identity, headline, tuple(sections), tuple(held), tuple(education))

    def profile(self, cv: Cv, as_of: date) -> Profile:
        breaks = [held for held in cv.held if held.is_break]
        cv = replace(cv, held=once([held for held in cv.held if not held.is_break]))
        positions = sorted(
            self._with_roles(cv, [self._position(held, as_of) for held in cv.held], breaks),
            key=lambda p: (p.current, p.end or p.start or date.min, p.start or date.min),
            reverse=True,
        )
        months = worked(held.period.months(as_of) for held in cv.held if held.period)
        months += sum(held.months for held in cv.held)
        meaning = self._meaning(cv.headline, positions)
        top = lines_in(cv.sections, Part.HEADER, Part.SUMMARY)
        everything = [line for section in cv.sections for line in section.lines]
        said = "\n".join(line.text for line in top)
        profile = Profile(
            headline=cv.headline or (positions[0].title if positions else ""),
            occupation=meaning.occupation,
            family=meaning.family,
            seniority=_seniority(cv.headline, positions, months),
            months=months,
            positions=tuple(positions),
            skills=self._skills(cv, as_of),
            education=cv.education,
            credentials=tuple(
                self._credentials.held(
                    everything,
                    lines_in(cv.sections, Part.CREDENTIALS),
                    list(_titles(cv.headline, positions, everything)),
                )
            ),
            languages=tuple(
                listed_languages(lines_in(cv.sections, Part.LANGUAGES)) or mentioned_languages(_telling(cv.sections))
            ),
            places=read_places(cv, self._gazetteer, self._occupations),
            remote=Remote.REMOTE if _REMOTE.search(said) else Remote.HYBRID if _HYBRID.search(said) else None,
            relocate=bool(_RELOCATE.search(cv.text)) and not _NO_RELOCATE.search(cv.text),
            as_of=as_of,
        )
        return with_confidence(
            profile,
            cv.sections,
            cv.held,
            breaks,
            name=cv.identity.name,
            contact=cv.identity.email or cv.identity.phone,
            text=cv.text,
        )

    def _headline(self, header: Sequence[Line], identity: Identity) -> str:
        """The header's line that reads like a job title."""
        best, most = "", 0.45
        for at, line in enumerate(header[:8]):
            whole = _LABELLED.sub("", line.text).strip()
            for part in re.split(r"\s*\|\s*|\s{3,}", whole.replace(identity.name, " ") if identity.name else whole):
                text = part.strip(" ,–—-")
                if (
                    not text
                    or _ADDRESSED.match(text)
                    or is_contact(text)
                    or len(text) > 90
                    or periods_in(text)
                    or self._gazetteer.place(text)
                ):
                    continue
                worth = self._occupations.titleness(text) - 0.02 * at
                if text.endswith(".") or len(text.split()) > 10:
                    worth -= 0.3  # a sentence
                if worth > most:
                    best, most = self._with_bars(text, whole), worth
        return best

    def _with_bars(self, title: str, line: str) -> str:
        """A title with what bars part from it when that is all of its line, and no place: `Baker | Bread | Pastry`."""
        parts = [part.strip() for part in line.split("|")]
        more = len(parts) > 1 and parts[0] == title and not is_contact(line)
        return line if more and not any(self._gazetteer.place(part, small=True) for part in parts[1:]) else title

    def _position(self, held: Held, as_of: date) -> Position:
        meaning = self._occupations.meaning(held.title) if held.title else UNKNOWN
        period = held.period
        first, stop = period.months(as_of) if period else (0, 0)
        return Position(
            title=held.title,
            employer=held.employer,
            start=period.start.first if period else None,
            end=period.end.first if period and period.end else None,
            current=period is not None and period.end is None,
            months=stop - first or held.months,
            occupation=meaning.occupation,
            family=meaning.family,
            span=held.head,
        )

    def _with_roles(self, cv: Cv, positions: Sequence[Position], breaks: Sequence[Held]) -> list[Position]:
        """The positions of `cv.held` with the roles that their texts tell, in the light of the other lines about work.

        Neither the person nor a break in work is among these.
        """
        shown = [
            (section.part, line, anonymous(line.text, cv.identity, self._occupations))
            for section in cv.sections
            for line in section.lines
            if not any(_holds(pause, line) for pause in breaks)
        ]
        held = [(one.title, "\n".join(text for _, line, text in shown if _holds(one, line))) for one in cv.held]
        roles = self._roles.held(held, "\n".join(text for part, _, text in shown if part in _WORK))
        return [replace(position, roles=told) for position, told in zip(positions, roles, strict=True)]

    def _meaning(self, headline: str, positions: Sequence[Position]) -> Meaning:
        """Of the headline, else of the most recent position that is understood."""
        for title in (headline, without_brackets(headline), *(p.title for p in positions[:4])):
            meaning = self._occupations.meaning(title) if title else UNKNOWN
            if meaning.occupation is not None:
                return meaning
        return UNKNOWN

    def _skills(self, cv: Cv, as_of: date) -> tuple[SkillFound, ...]:
        mentions: dict[SkillId, list[SkillFound]] = {}
        header_end = max((line.end for line in _contacts(cv)), default=0)
        for found in self._matcher.find(cv.text):
            if found.span is not None and found.span.start >= header_end:
                mentions.setdefault(found.skill.id, []).append(found)
        return tuple(_used(found, cv.held, as_of) for found in mentions.values())


def _holds(held: Held, line: Line) -> bool:
    return held.body.start <= line.start < held.body.end


def _telling(sections: Sequence[Section]) -> list[Line]:
    return lines_in(sections, Part.HEADER, Part.SUMMARY, Part.SKILLS, Part.CREDENTIALS, Part.EDUCATION, *ASIDE)


def _contacts(cv: Cv) -> list[Line]:
    return [line for line in cv.sections[0].lines[:8] if is_contact(line.text) or line.text == cv.identity.name]


def _used(mentions: Sequence[SkillFound], held: Sequence[Held], as_of: date) -> SkillFound:
    """A skill with the time of the positions it occurs in, shown where it was used last."""
    use = use_of([mention.span for mention in mentions], held, as_of)
    return replace(mentions[use.at], months=use.months, last_used=use.last)


def _seniority(headline: str, positions: Sequence[Position], months: int) -> Seniority | None:
    for title in (headline, *(p.title for p in positions[:1])):
        stated = seniority_of(title)
        if stated is not None:
            return stated
    return seniority_by_months(months) if positions else None
