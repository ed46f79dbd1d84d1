"""An ad's text to `Requirements`: what must be, what would be nice, and what is only noise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.domain import (
    Credential,
    CredentialId,
    Kind,
    Language,
    Place,
    Requirements,
    SkillId,
    SkillWanted,
    Span,
)
from models.parsing.credentials import CredentialReader
from models.parsing.demands import Demand
from models.parsing.languages import mentioned_languages
from models.parsing.levels import level_asked
from models.parsing.lines import Line, lines_of
from models.parsing.occupations import Occupations, seniority_of
from models.parsing.offer import read_offer, span_in
from models.parsing.positions import is_organisation
from models.parsing.roles import NoRoles, RoleTable
from models.parsing.sections import Section, split_sections
from models.parsing.statements import Sorted, asking, names_others, sort_statements, statements
from models.parsing.titles import TitleReader, is_application
from models.parsing.wishes import (
    employment_in,
    least_education,
    least_months,
    months_asked,
    months_of,
    salary_in,
)
from models.places import Gazetteer
from models.skills import SkillMatcher
from models.taxonomy import Taxonomy
from models.tokens import word_set

_LABEL = re.compile(
    r"^(?P<name>job title|title|position|company|employer|organi[sz]ation|location|place|job location|city"
    r"|where|salary|pay|job type|employment type|type|contract|hours|remote"
    r"|workplace)\s*[:–-]\s*(?P<value>.+)$",
    re.IGNORECASE,
)
_LONGEST = 120  # characters of a title
_FEW = 3  # required skills of a trade: with fewer, those of the duties are required too
_ANYBODYS = word_set(  # groups of skills
    "communication collaboration leadership thinking self-management digital-literacy office-software"
)


@dataclass(frozen=True, slots=True)
class Ad:
    """An ad taken apart. `stated` is what its fields say (title, employer, location, remote, employment, salary)."""

    text: str
    stated: Mapping[str, str]
    sections: tuple[Section, ...]
    place: Place | None = None


class _Papers(NamedTuple):
    """Credentials by how they are asked for; of each group in `one_of` one is enough."""

    must: tuple[Credential, ...]
    one_of: tuple[tuple[Credential, ...], ...]
    nice: tuple[Credential, ...]


class AdReader:
    def __init__(
        self,
        taxonomy: Taxonomy,
        matcher: SkillMatcher,
        occupations: Occupations,
        gazetteer: Gazetteer,
        roles: RoleTable | NoRoles,
    ) -> None:
        self._roles = roles
        self._skills_of = taxonomy.skills
        self._matcher = matcher
        self._occupations = occupations
        self._gazetteer = gazetteer
        self._titles = TitleReader(occupations, gazetteer)
        self._credentials = CredentialReader(taxonomy)

    def take_apart(self, text: str) -> Ad:
        sections = split_sections(statements(lines_of(text)), Kind.JOB)
        header = next((section.lines for section in sections if section.lines), ())
        stated: dict[str, str] = {}
        if header and is_application(header[0].text):  # a board's words for the whole job, whatever rank a field names
            stated["title"] = header[0].text[:_LONGEST]
        for line in (line for section in sections[:3] for line in section.lines[:12]):
            if match := _LABEL.match(line.text):
                stated.setdefault(_FIELDS[match["name"].lower()], match["value"].strip())
        if "title" not in stated and header:
            stated["title"] = self._title_line(header)
        if "employer" not in stated and (employer := self._employer_line(header, stated.get("title", ""))):
            stated["employer"] = employer
        return Ad(text, stated, tuple(sections))

    def requirements(self, ad: Ad) -> Requirements:
        lines = self.sorted(ad)
        stated = ad.stated.get("title", "")
        body = "\n".join(line.text for line in lines.asking)
        title = self._titles.normal(stated, body)
        meaning = self._occupations.meaning(title)
        if meaning.occupation is None:
            meaning = self._occupations.meaning(stated)
        least = least_months(lines.must) or least_months(lines.duties)
        months = least[0] if least else None
        studies = least_education(lines.must) or least_education(asking(lines.duties))
        offer = read_offer(ad.text, ad.stated, [*_titled(ad), *_opening(ad), *lines.asking])
        must, nice = self._skills(lines, ad.stated.get("employer", ""))
        papers = self._wanted_credentials(lines)
        found = Requirements(
            title=title,
            stated_title=stated,
            employer=ad.stated.get("employer", ""),
            occupation=meaning.occupation,
            family=meaning.family,
            role=self._roles.role(title, body),
            roles=self._roles.fitting(title, body),
            seniority=level_asked(stated, title, months, body),
            must_have=must,
            nice_to_have=nice,
            min_months=months,
            education=studies[0] if studies else None,
            or_experience=bool(studies and studies[1]),
            credentials=papers.must,
            one_of=papers.one_of,
            nice_credentials=papers.nice,
            languages=self._languages(lines),
            places=self._places(ad),
            remote=offer.remote,
            employment_type=offer.employment_type,
            salary=offer.salary,
            spans=offer.spans,
        )
        return _with_confidence(_placed(found, ad.text, least[1] if least else None))

    def role_text(self, ad: Ad) -> tuple[str, str]:
        """What the table of roles sees: the title and what is asked."""
        body = "\n".join(line.text for line in self.asking(ad))
        return self._titles.normal(ad.stated.get("title", ""), body), body

    def sorted(self, ad: Ad) -> Sorted:
        return sort_statements(ad.sections, _LABEL)

    def asking(self, ad: Ad) -> list[Line]:
        """Duties and requirements, for embedding: no boilerplate, no header."""
        return self.sorted(ad).asking

    def names(self, ad: Ad, requirements: Requirements) -> list[str]:
        """What else the job is called."""
        label = self._occupations.label(requirements.occupation) if requirements.occupation else ""
        body = "\n".join(line.text for line in self.asking(ad))
        return [requirements.stated_title, label, *self._titles.others(body)]

    def _title_line(self, header: Sequence[Line]) -> str:
        ranked = [
            (self._occupations.titleness(line.text) - 0.1 * at, -at, line.text)
            for at, line in enumerate(header[:5])
            if len(line.text) < _LONGEST
        ]
        best = max(ranked, default=(0.0, 0, header[0].text))
        return best[2] if best[0] > 0.3 else header[0].text[:_LONGEST]

    def _employer_line(self, header: Sequence[Line], title: str) -> str:
        """The header's line that is neither title nor place nor pay, when its words or its place say so."""
        for line in header[:4]:
            name = re.split(r"\s*[|•·]\s*|\s{3,}", line.text)[0].strip()
            if name == title or title in line.text or _LABEL.match(name) or len(name.split()) > 7 or not line.is_head:
                continue
            if self._gazetteer.place(re.sub(r"\(.*?\)", "", name)) or salary_in(name) or employment_in(name):
                continue
            if is_organisation(name) or (line is header[min(1, len(header) - 1)] and name[:1].isupper()):
                return name
        return ""

    def _skills(self, lines: Sorted, employer: str) -> tuple[tuple[SkillWanted, ...], tuple[SkillWanted, ...]]:
        must, nice, duties = (self._wanted(part, employer) for part in (lines.must, lines.nice, lines.duties))
        if sum(self._says_what(id) for id in must) < _FEW:
            must, duties = {**duties, **must}, {}
        nice = {id: wish for id, wish in {**duties, **nice}.items() if id not in must}
        return tuple(must.values()), tuple(nice.values())

    def _says_what(self, id: SkillId) -> bool:
        """Whether a skill tells one trade from another: that somebody communicates well and knows Word does not."""
        return self._skills_of[id].group not in _ANYBODYS

    def _wanted(self, lines: Iterable[Line], employer: str) -> dict[SkillId, SkillWanted]:
        wanted: dict[SkillId, SkillWanted] = {}
        for line in lines:
            asked = months_asked(line.text)
            named = line.text.find(employer) if employer else -1  # "Prairie Logistics" asks for no logistics
            for found in self._matcher.find(line.text):
                if found.span is None or names_others(line, found.span.start, found.span.end):
                    continue
                if named >= 0 and named <= found.span.start < named + len(employer):
                    continue
                if found.skill.id not in wanted:
                    span = Span(line.start + found.span.start, line.start + found.span.end)
                    months = months_of(asked, line.text, found.span.start)
                    wanted[found.skill.id] = SkillWanted(found.skill, found.surface, span, months)
        return wanted

    def _wanted_credentials(self, lines: Sorted) -> _Papers:
        must: dict[CredentialId, Credential] = {}
        nice: dict[CredentialId, Credential] = {}
        one_of: dict[frozenset[CredentialId], tuple[Credential, ...]] = {}
        for lines_of_kind, most in (
            (lines.must, Demand.REQUIRED),
            (lines.duties, Demand.REQUIRED),
            (lines.nice, Demand.WISHED),
        ):
            for line in lines_of_kind:
                for group, demand in self._credentials.wanted(line, duty=lines_of_kind is lines.duties):
                    if min(demand, most) is Demand.REQUIRED:
                        if len(group) > 1:
                            one_of.setdefault(frozenset(c.id for c in group), group)
                        else:
                            must.setdefault(group[0].id, group[0])
                    elif demand is Demand.WISHED or lines_of_kind is not lines.duties:
                        nice |= {c.id: c for c in group if c.id not in nice}
        # Whoever needs one of several anyway may find it named alone elsewhere: "RN licence" under "RN or LPN".
        groups = tuple(group for ids, group in one_of.items() if not ids & must.keys())
        asked = must.keys() | {c.id for group in groups for c in group}
        return _Papers(tuple(must.values()), groups, tuple(c for c in nice.values() if c.id not in asked))

    def _languages(self, lines: Sorted) -> tuple[Language, ...]:
        return tuple(mentioned_languages(lines.must) or mentioned_languages(lines.duties))

    def _places(self, ad: Ad) -> tuple[Place, ...]:
        if ad.place is not None:
            return (ad.place,)
        header = next((section.lines for section in ad.sections if section.lines), ())
        for line in header[:8]:
            if line.text == ad.stated.get("title"):
                continue
            match = _LABEL.match(line.text)
            at = match.start("value") if match else 0
            for place in self._gazetteer.find(line.text[at:]):
                if place.span is not None:
                    by = line.start + at
                    return (replace(place, span=Span(place.span.start + by, place.span.end + by)),)
        return ()


_FIELDS = {
    "job title": "title", "title": "title", "position": "title", "company": "employer", "employer": "employer",
    "organization": "employer", "organisation": "employer", "location": "location", "place": "location",
    "job location": "location", "city": "location", "where": "location", "salary": "salary", "pay": "salary",
    "job type": "employment", "employment type": "employment", "type": "employment", "contract": "employment",
    "hours": "employment", "remote": "remote", "workplace": "remote",
}  # fmt: skip


def _opening(ad: Ad) -> list[Line]:
    return [line for section in ad.sections[:1] for line in section.lines[:8]]


def _titled(ad: Ad) -> list[Line]:
    stated = ad.stated.get("title", "")
    span = span_in(ad.text, stated)
    return [Line(stated, span.start, span.end, bullet=False, apart=False)] if span else []


def _placed(found: Requirements, text: str, least: Span | None) -> Requirements:
    """With the places of title, level and experience; a level that no title states is told by the experience."""
    title = span_in(text, found.stated_title)
    by_title = any(seniority_of(name) is not None for name in (found.title, found.stated_title))
    level = None if found.seniority is None else title if by_title or least is None else least
    places = {"title": title, "min_months": least, "seniority": level, "employer": span_in(text, found.employer)}
    return replace(found, spans={**found.spans, **{name: span for name, span in places.items() if span}})


def _with_confidence(found: Requirements) -> Requirements:
    faults = (
        (not found.title, 0.3, "no title was found"),
        (found.occupation is None, 0.2, "the occupation was not recognised"),
        (not found.must_have, 0.25, "no required skill was recognised"),
        (found.min_months is None and found.education is None, 0.1, "no minimum of experience or education was found"),
    )
    confidence = 1.0 - sum(cost for is_so, cost, _ in faults if is_so)
    return replace(found, confidence=round(confidence, 2), warnings=tuple(text for is_so, _, text in faults if is_so))
