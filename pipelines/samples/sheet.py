"""What is on the page, before anyone decides how it looks: one shape for CVs and job ads."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.samples.source import Dates, Education, JobAd, Layout, Location, Project, Resume, Work

NORTH_AMERICA = {"US", "CA"}  # letter paper, too
CODE_FIRST = {"CH", "DE", "ES", "FR", "NL", "PL"}
COUNTRIES = {
    "AU": "Australia",
    "CH": "Switzerland",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IN": "India",
    "NL": "Netherlands",
    "PH": "Philippines",
    "PL": "Poland",
    "ZA": "South Africa",
}


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    place: str
    dates: str = ""
    text: str = ""
    bullets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """An `aside` goes into the narrow column where a layout has one."""

    title: str
    text: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    bullets: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    subtitle: str
    contacts: tuple[str, ...]
    sections: tuple[Section, ...]
    layout: Layout = "single"
    letter_paper: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """How people of one habit head their sections and write their dates."""

    summary: str
    work: str
    skills: str
    certificates: str
    present: str
    month: str
    employer_first: bool = False
    skills_first: bool = False


VOICES: dict[Dates, Voice] = {
    "us": Voice("Summary", "Professional Experience", "Skills", "Licenses and Certifications", "– Present",
                "{short} {year}", employer_first=True),
    "uk": Voice("Profile", "Employment History", "Key Skills", "Qualifications and Training", "to date",
                "{long} {year}"),
    "iso": Voice("About me", "Work Experience", "Technical Skills", "Certifications", "– present",
                 "{year}-{number}", employer_first=True, skills_first=True),
    "continental": Voice("Profile", "Work Experience", "Competences", "Certificates", "– today", "{number}.{year}"),
    "year": Voice("Objective", "Career History", "Skills", "Certificates", "– now", "{year}"),
}  # fmt: skip

AD_HEADINGS = {
    "US": ("About the job", "What you'll do", "Qualifications", "Nice to have"),
    "GB": ("The role", "Responsibilities", "What we are looking for", "Desirable"),
    "DE": ("Who we are", "Your tasks", "Your profile", "A plus"),
}
AD_DEFAULT = ("About the role", "Key responsibilities", "Requirements", "Preferred")


def _squeeze(parts: Iterable[str], glue: str = ", ") -> str:
    return glue.join(part for part in parts if part)


def _place(place: Location) -> str:
    """As on an envelope of that country; North Americans leave the country out."""
    if place.country_code in NORTH_AMERICA:
        return f"{place.city}, {place.region} {place.postal_code}".rstrip()
    if place.country_code in CODE_FIRST:
        return _squeeze([f"{place.postal_code} {place.city}".lstrip(), COUNTRIES[place.country_code]])
    region = "" if place.region == place.city else place.region
    return _squeeze([place.city, f"{region} {place.postal_code}".strip(), COUNTRIES[place.country_code]])


def _date(text: str, voice: Voice) -> str:
    """`2019`, `2019-03` and `2019-03-01`, as this person would write them; a day is left out."""
    year, _, rest = text.partition("-")
    if not rest:
        return year
    number = rest[:2]
    name = month_name[int(number)]
    return voice.month.format(year=year, number=number, long=name, short=name[:3])


def _span(start: str, end: str, voice: Voice) -> str:
    return " – ".join(dict.fromkeys(_date(text, voice) for text in (start, end) if text))


def _work(work: Work, voice: Voice) -> Entry:
    dates = _span(work.start_date, work.end_date, voice)
    if not work.end_date:
        dates = f"{dates} {voice.present}"
    if voice.employer_first:
        title, place = _squeeze([work.name, work.location], " | "), work.position
    else:
        title, place = work.position, _squeeze([work.name, work.location])
    return Entry(title, place, dates, work.summary, work.highlights)


def _education(study: Education, voice: Voice) -> Entry:
    return Entry(f"{study.study_type}, {study.area}", study.institution, _span(study.start_date, study.end_date, voice))


def _project(project: Project, voice: Voice) -> Entry:
    dates = _span(project.start_date, project.end_date, voice)
    return Entry(project.name, "", dates, project.description, project.highlights)


def _sections(resume: Resume, voice: Voice) -> list[Section]:
    work = Section(voice.work, entries=tuple(_work(each, voice) for each in resume.work))
    pairs = tuple((skill.name, ", ".join(skill.keywords)) for skill in resume.skills)
    skills = Section(voice.skills, pairs=pairs, aside=True)
    education = Section("Education", entries=tuple(_education(each, voice) for each in resume.education))
    projects = Section("Projects and activities", entries=tuple(_project(each, voice) for each in resume.projects))
    papers = tuple(_squeeze([each.name, each.issuer, _date(each.date, voice)]) for each in resume.certificates)
    languages = ", ".join(f"{each.language} ({each.fluency})" for each in resume.languages)
    return [
        Section(voice.summary, text=resume.basics.summary),
        *([skills, work] if voice.skills_first else [work]),
        projects,
        education,
        *([] if voice.skills_first else [skills]),
        Section(voice.certificates, bullets=papers, aside=True),
        Section("Languages", text=languages, aside=True),
    ]


def cv_sheet(resume: Resume) -> Sheet:
    basics = resume.basics
    sections = _sections(resume, VOICES[resume.meta.dates])
    return Sheet(
        basics.name,
        basics.label,
        tuple(filter(None, [_place(basics.location), basics.phone, basics.email, basics.url])),
        tuple(each for each in sections if each.text or each.pairs or each.bullets or each.entries),
        resume.meta.layout,
        letter_paper=basics.location.country_code in NORTH_AMERICA,
    )


def job_sheet(job: JobAd) -> Sheet:
    about, duties, needs, wishes = AD_HEADINGS.get(job.location.country_code, AD_DEFAULT)
    sections = (
        Section(about, text=job.description),
        Section(duties, bullets=job.responsibilities),
        Section(needs, bullets=job.requirements),
        Section(wishes, bullets=job.preferred),
        Section(f"About {job.company}", text="\n\n".join(job.boilerplate)),
    )
    return Sheet(
        job.title,
        job.company,
        tuple(filter(None, [f"{_place(job.location)} ({job.remote})", job.employment_type, job.salary])),
        tuple(each for each in sections if each.text or each.bullets),
        letter_paper=job.location.country_code in NORTH_AMERICA,
    )
