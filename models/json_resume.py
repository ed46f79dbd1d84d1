"""JSON Resume and our JSON job: written out as a text that people can read, its structure known and not guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

import msgspec

from core.domain import Education, EducationLevel, Flag, Identity, Kind, Span
from core.errors import BadInput, UnreadableFile
from models.formats.spelling import tidy
from models.json_fields import shown_fields
from models.parsing.ad import Ad
from models.parsing.cv import Cv
from models.parsing.dates import days_in, periods_in
from models.parsing.education import level_in
from models.parsing.held import Held
from models.parsing.lines import Line
from models.parsing.sections import Part, Section
from models.places import Gazetteer

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
_COUNTRIES = {"GB": "United Kingdom", "US": "USA"}


class _Location(msgspec.Struct, rename="camel"):
    city: Text = ""
    region: Text = ""
    country_code: Text = ""
    postal_code: Text = ""
    address: Text = ""

    def __str__(self) -> str:
        country = _COUNTRIES.get(self.country_code.upper(), self.country_code.upper())
        return ", ".join(part for part in (self.city, self.region, country) if part)


class _Profile(msgspec.Struct):
    url: Text = ""


class _Basics(msgspec.Struct):
    name: Text = ""
    label: Text = ""
    email: Text = ""
    phone: Text = ""
    url: Text = ""
    summary: Text = ""
    location: _Location = msgspec.field(default_factory=_Location)
    profiles: list[_Profile] = []


class _Work(msgspec.Struct, rename="camel"):
    name: Text = ""
    company: Text = ""  # the name of `name` before JSON Resume 1.0
    organization: Text = ""  # volunteer work
    position: Text = ""
    location: Text | _Location = ""
    start_date: Text = ""
    end_date: Text | None = ""
    summary: Text = ""
    description: Text = ""
    highlights: list[Text] = []


class _Study(msgspec.Struct, rename="camel"):
    institution: Text = ""
    area: Text = ""
    study_type: Text = ""
    start_date: Text = ""
    end_date: Text | None = ""
    score: Text | float = ""
    courses: list[Text] = []


class _Skill(msgspec.Struct):
    name: Text = ""
    level: Text = ""
    keywords: list[Text] = []


class _Language(msgspec.Struct):
    language: Text = ""
    fluency: Text = ""


class _Certificate(msgspec.Struct, rename="camel"):
    name: Text = ""
    date: Text = ""
    issuer: Text = ""
    expires: Text = ""
    summary: Text = ""


class _Project(msgspec.Struct):
    name: Text = ""
    title: Text = ""  # awards
    description: Text = ""
    summary: Text = ""
    highlights: list[Text] = []
    keywords: list[Text] = []


class Resume(msgspec.Struct):
    """The parts of a JSON Resume that are read; others are let be."""

    basics: _Basics
    work: list[_Work] = []
    volunteer: list[_Work] = []
    education: list[_Study] = []
    skills: list[_Skill] = []
    languages: list[_Language] = []
    certificates: list[_Certificate] = []
    projects: list[_Project] = []
    awards: list[_Project] = []


class JobAd(msgspec.Struct, rename="camel"):
    """Our JSON job."""

    title: Text
    company: Text = ""
    location: _Location = msgspec.field(default_factory=_Location)
    remote: Text | bool = ""
    employment_type: Text = ""
    salary: Text = ""
    description: Text = ""
    responsibilities: list[Text] = []
    requirements: list[Text] = []
    preferred: list[Text] = []
    boilerplate: list[Text] = []


class _Page:
    """A text that grows by lines and remembers where each stands."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    def gap(self) -> None:
        if self._lines and self._lines[-1]:
            self._write("")

    def line(self, text: str, *, bullet: bool = False) -> Iterator[Line]:
        """The lines of a text, which may be none."""
        for part in tidy(text).split("\n"):
            shown = part.lstrip("• ").strip()
            if shown:
                start = self._length + (2 if bullet else 0)
                self._write(("• " if bullet else "") + shown)
                yield Line(shown, start, start + len(shown), bullet, apart=False)

    def _write(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line) + 1


def decode_json(text: str, kind: Kind) -> tuple[Resume | JobAd, tuple[Flag, ...]]:
    """What it says to people, and flags of what it says to programs. Raises `BadInput` naming the field at fault."""
    flags: list[Flag] = []
    try:
        fields = shown_fields(msgspec.json.decode(text), kind, flags)
        if kind is Kind.JOB:
            return msgspec.convert(fields, JobAd), tuple(flags)
        return msgspec.convert(fields, Resume), tuple(flags)
    except msgspec.ValidationError as error:
        what = "a job (title, company, location, …)" if kind is Kind.JOB else "a JSON Resume (basics, work, …)"
        raise BadInput(f"the JSON is not {what}: {error}") from None
    except (msgspec.DecodeError, RecursionError):
        raise UnreadableFile("the JSON is damaged: check it and send it again") from None


def write_resume(resume: Resume) -> Cv:
    page = _Page()
    basics = resume.basics
    links = tuple(link for link in (basics.url, *(p.url for p in basics.profiles)) if link)
    identity = Identity(basics.name.strip(), basics.email, basics.phone, links)
    contact = " | ".join(part for part in (str(basics.location), basics.phone, basics.email, *links) if part)
    header = [line for text in (basics.name, basics.label, contact) for line in page.line(text)]
    sections = [Section(Part.HEADER, tuple(header))]
    sections += _section(page, Part.SUMMARY, "Summary", [[basics.summary]] if basics.summary else [])
    held: list[Held] = []
    sections += _experience(page, Part.EXPERIENCE, "Experience", resume.work, held)
    sections += _experience(page, Part.VOLUNTEERING, "Volunteering", resume.volunteer, [])  # no position: unpaid
    education: list[Education] = []
    sections += _studies(page, resume.education, education)
    sections += _section(page, Part.PROJECTS, "Projects", [_told(p) for p in (*resume.projects, *resume.awards)])
    skills = [": ".join(part for part in (s.name, ", ".join(s.keywords)) if part) for s in resume.skills]
    sections += _section(page, Part.SKILLS, "Skills", [[text] for text in skills])
    certificates = [
        ", ".join(p for p in (c.name, c.issuer, c.date, f"expires {c.expires}" if c.expires else "") if p)
        for c in resume.certificates
    ]
    sections += _section(page, Part.CREDENTIALS, "Certificates", [[text] for text in certificates])
    languages = [f"{one.language} ({one.fluency})" if one.fluency else one.language for one in resume.languages]
    sections += _section(page, Part.LANGUAGES, "Languages", [[text] for text in languages])
    return Cv(page.text, identity, " ".join(basics.label.split()), tuple(sections), tuple(held), tuple(education))


def write_job(job: JobAd, gazetteer: Gazetteer) -> Ad:
    page = _Page()
    remote = ("remote" if job.remote else "onsite") if isinstance(job.remote, bool) else job.remote
    stated = {"title": job.title.strip(), "employer": job.company, "employment": job.employment_type}
    stated |= {"salary": job.salary, "remote": remote, "location": str(job.location)}
    facts = (job.title, job.company, str(job.location), remote, job.employment_type, job.salary)
    header = [list(page.line(text)) for text in facts]
    sections = [Section(Part.HEADER, tuple(line for lines in header for line in lines))]
    sections += _section(page, Part.SUMMARY, "The job", [[job.description]] if job.description else [])
    for part, title, texts in (
        (Part.DUTIES, "Responsibilities", job.responsibilities),
        (Part.MUST, "Requirements", job.requirements),
        (Part.NICE, "Preferred", job.preferred),
        (Part.BOILERPLATE, "About us", job.boilerplate),
    ):
        sections += _section(page, part, title, [["", *texts]] if texts else [])
    place = gazetteer.place(str(job.location)) if job.location.city or job.location.country_code else None
    if place is not None and header[2]:
        place = replace(place, span=header[2][0].span)
    return Ad(page.text, {k: v for k, v in stated.items() if v}, tuple(sections), place)


def _section(page: _Page, part: Part, title: str, entries: Sequence[Sequence[str]]) -> list[Section]:
    """Entries under a heading: the first text of each is a line, the others are bullets."""
    if not entries:
        return []
    page.gap()
    heading = next(page.line(title))
    lines: list[Line] = []
    for first, *others in entries:
        lines += page.line(first)
        for text in others:
            lines += page.line(text, bullet=True)
    return [Section(part, tuple(lines), heading)]


def _told(project: _Project) -> list[str]:
    first = ": ".join(part for part in (project.name or project.title, project.description or project.summary) if part)
    return [first, *project.highlights, *([", ".join(project.keywords)] if project.keywords else [])]


def _dates(start: str, end: str | None) -> str:
    return f"{start} – {end or 'present'}" if start else (end or "")


def _experience(page: _Page, part: Part, title: str, works: Sequence[_Work], held: list[Held]) -> list[Section]:
    if not works:
        return []
    page.gap()
    heading = next(page.line(title))
    lines: list[Line] = []
    for work in works:
        employer = work.name or work.company or work.organization
        dates = _dates(work.start_date, work.end_date)
        head = [
            *page.line("   ".join(part for part in (work.position, dates) if part)),
            *page.line(", ".join(part for part in (employer, str(work.location)) if part)),
        ]
        body = [*page.line(work.summary or work.description)]
        body += [line for text in work.highlights for line in page.line(text, bullet=True)]
        page.gap()
        if not head:
            continue
        lines += (*head, *body)
        period = next(iter(periods_in(dates)), None)
        span = Span(head[0].start, head[-1].end)
        held.append(Held(work.position, employer, period, span, Span(head[0].start, lines[-1].end), 1.0))
    return [Section(part, tuple(lines), heading)]


def _studies(page: _Page, studies: Sequence[_Study], education: list[Education]) -> list[Section]:
    if not studies:
        return []
    page.gap()
    heading = next(page.line("Education"))
    lines: list[Line] = []
    for study in studies:
        title = ", ".join(part for part in (study.study_type, study.area) if part)
        head = [
            *page.line("   ".join(part for part in (title, _dates(study.start_date, study.end_date)) if part)),
            *page.line(study.institution),
        ]
        lines += head
        if study.courses:
            lines += page.line(", ".join(study.courses), bullet=True)
        if head:
            found = level_in(f"{study.study_type} {study.area} {study.institution}")
            ended = max((day.first for day, _, _ in days_in(study.end_date or "")), default=None)
            level = found[0] if found else EducationLevel.NONE
            started = min((day.first for day, _, _ in days_in(study.start_date or "")), default=None)
            span = Span(head[0].start, head[-1].end)
            education.append(Education(level, study.area, study.institution, started, ended, span))
    return [Section(Part.EDUCATION, tuple(lines), heading)]
