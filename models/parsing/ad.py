"""An ad's text to `Requirements`: what must be, what would be nice, and what is only noise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.domain import (
    Credential,
    CredentialId,
    Kind,
    Language,
    Place,
    Remote,
    Requirements,
    Seniority,
    SkillId,
    SkillWanted,
    Span,
)
from models.parsing.credentials import CredentialReader, Demand
from models.parsing.languages import mentioned_languages
from models.parsing.lines import Line, lines_of
from models.parsing.occupations import Occupations, seniority_of
from models.parsing.positions import is_organisation
from models.parsing.sections import Section, split_sections
from models.parsing.statements import Sorted, asking, names_others, sort_statements, statements
from models.parsing.titles import TitleReader
from models.parsing.wishes import (
    employment_in,
    least_education,
    least_months,
    months_asked,
    months_of,
    remote_in,
    salary_in,
)
from models.places import Gazetteer
from models.skills import SkillMatcher
from models.taxonomy import Taxonomy

_LABEL = re.compile(
    r"^(?P<name>job title|title|position|company|employer|organi[sz]ation|location|place|job location|city"
    r"|where|salary|pay|job type|employment type|type|contract|hours|remote"
    r"|workplace)\s*[:–-]\s*(?P<value>.+)$",
    re.IGNORECASE,
)
_FEW = 3  # required skills: with fewer, those of the duties are required too


@dataclass(frozen=True, slots=True)
class Ad:
    """An ad taken apart. `stated` is what its fields say (title, employer, location, remote, employment, salary)."""

    text: str
    stated: Mapping[str, str]
    sections: tuple[Section, ...]
    place: Place | None = None


class AdReader:
    def __init__(
        self, taxonomy: Taxonomy, matcher: SkillMatcher, occupations: Occupations, gazetteer: Gazetteer
    ) -> None:
        self._matcher = matcher
        self._occupations = occupations
        self._gazetteer = gazetteer
        self._titles = TitleReader(occupations, gazetteer)
        self._credentials = CredentialReader(taxonomy)

    def take_apart(self, text: str) -> Ad:
        sections = split_sections(statements(lines_of(text)), Kind.JOB)
        stated: dict[str, str] = {}
        for line in (line for section in sections[:3] for line in section.lines[:12]):
            if match := _LABEL.match(line.text):
                stated.setdefault(_FIELDS[match["name"].lower()], match["value"].strip())
        header = next((section.lines for section in sections if section.lines), ())
        if "title" not in stated and header:
            stated["title"] = self._title_line(header)
        if "employer" not in stated and (employer := self._employer_line(header, stated.get("title", ""))):
            stated["employer"] = employer
        return Ad(text, stated, tuple(sections))

    def requirements(self, ad: Ad) -> Requirements:
        lines = sort_statements(ad.sections, _LABEL)
        stated = ad.stated.get("title", "")
        body = "\n".join(line.text for line in lines.asking)
        title = self._titles.normal(stated, body)
        meaning = self._occupations.meaning(title)
        if meaning.occupation is None:
            meaning = self._occupations.meaning(stated)
        asked = [line.text for line in lines.must] or [line.text for line in lines.duties]
        months = least_months(asked)
        if months is None:
            months = least_months(line.text for line in lines.duties)
        must, nice = self._skills(lines, ad.stated.get("employer", ""))
        credentials, nice_credentials = self._wanted_credentials(lines)
        found = Requirements(
            title=title,
            stated_title=stated,
            employer=ad.stated.get("employer", ""),
            occupation=meaning.occupation,
            family=meaning.family,
            seniority=_seniority(stated, title, months),
            must_have=must,
            nice_to_have=nice,
            min_months=months,
            education=least_education(line for line in lines.must) or least_education(asking(lines.duties)),
            credentials=credentials,
            nice_credentials=nice_credentials,
            languages=self._languages(lines),
            places=self._places(ad),
            remote=_remote(ad, body),
            employment_type=ad.stated.get("employment") or employment_in(f"{stated}\n{_opening(ad)}\n{body}"),
            salary=ad.stated.get("salary") or salary_in(ad.text),
        )
        return _with_confidence(found)

    def asking(self, ad: Ad) -> list[Line]:
        """Duties and requirements, for embedding: no boilerplate, no header."""
        return sort_statements(ad.sections, _LABEL).asking

    def names(self, ad: Ad, requirements: Requirements) -> list[str]:
        """What else the job is called."""
        label = self._occupations.label(requirements.occupation) if requirements.occupation else ""
        body = "\n".join(line.text for line in self.asking(ad))
        return [requirements.stated_title, label, *self._titles.others(body)]

    def _title_line(self, header: Sequence[Line]) -> str:
        ranked = [
            (self._occupations.titleness(line.text) - 0.1 * at, -at, line.text)
            for at, line in enumerate(header[:5])
            if len(line.text) < 120
        ]
        best = max(ranked, default=(0.0, 0, header[0].text))
        return best[2] if best[0] > 0.3 else header[0].text[:120]

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
        if len(must) < _FEW:
            must, duties = {**duties, **must}, {}
        nice = {id: wish for id, wish in {**duties, **nice}.items() if id not in must}
        return tuple(must.values()), tuple(nice.values())

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

    def _wanted_credentials(self, lines: Sorted) -> tuple[tuple[Credential, ...], tuple[Credential, ...]]:
        must: dict[CredentialId, Credential] = {}
        nice: dict[CredentialId, Credential] = {}
        for lines_of_kind, most in (
            (lines.must, Demand.REQUIRED),
            (lines.duties, Demand.REQUIRED),
            (lines.nice, Demand.WISHED),
        ):
            for line in lines_of_kind:
                for credential, demand in self._credentials.wanted(line):
                    if min(demand, most) is Demand.REQUIRED:
                        must.setdefault(credential.id, credential)
                    elif demand is Demand.WISHED or lines_of_kind is not lines.duties:
                        nice.setdefault(credential.id, credential)
        return tuple(must.values()), tuple(c for c in nice.values() if c.id not in must)

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


def _opening(ad: Ad) -> str:
    return "\n".join(line.text for section in ad.sections[:1] for line in section.lines[:8])


def _remote(ad: Ad, body: str) -> Remote | None:
    stated = ad.stated.get("remote", "").lower()
    if stated in {mode.value for mode in Remote}:
        return Remote(stated)
    return remote_in(f"{ad.stated.get('title', '')}\n{_opening(ad)}\n{body}")


def _seniority(stated: str, title: str, months: int | None) -> Seniority | None:
    level = seniority_of(title)
    if level is None:
        level = seniority_of(stated)
    if level is None and re.search(r"entry[- ]level|no experience|trainee", stated, re.IGNORECASE):
        return Seniority.ENTRY
    if level is None and months is not None:
        return Seniority.ENTRY if months < 12 else Seniority.MID if months < 72 else Seniority.SENIOR
    return level


def _with_confidence(found: Requirements) -> Requirements:
    faults = (
        (not found.title, 0.3, "no title was found"),
        (found.occupation is None, 0.2, "the occupation was not recognised"),
        (not found.must_have, 0.25, "no required skill was recognised"),
        (found.min_months is None and found.education is None, 0.1, "no minimum of experience or education was found"),
    )
    confidence = 1.0 - sum(cost for is_so, cost, _ in faults if is_so)
    return replace(found, confidence=round(confidence, 2), warnings=tuple(text for is_so, _, text in faults if is_so))
