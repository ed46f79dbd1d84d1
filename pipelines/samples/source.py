"""The schema of `samples/source`: JSON Resume and a job ad, each with a `meta` that says how to render it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Dates = Literal["us", "uk", "iso", "continental", "year"]
Layout = Literal["single", "two_column", "sidebar", "table", "plain", "header_footer"]


class Strict(Struct, rename="camel", forbid_unknown_fields=True):
    """A misspelt field is an error, not a gap in somebody's CV."""


class Location(Strict):
    city: str = ""
    region: str = ""
    country_code: str = ""
    postal_code: str = ""


class Basics(Strict):
    name: str
    label: str
    email: str
    location: Location
    phone: str = ""
    url: str = ""
    summary: str = ""


class Work(Strict):
    """Without an end date it is the present job."""

    name: str
    position: str
    start_date: str
    end_date: str = ""
    location: str = ""
    summary: str = ""
    highlights: tuple[str, ...] = ()


class Education(Strict):
    institution: str
    area: str
    study_type: str
    start_date: str = ""
    end_date: str = ""


class Skill(Strict):
    name: str
    keywords: tuple[str, ...]


class Language(Strict):
    language: str
    fluency: str


class Certificate(Strict):
    name: str
    date: str = ""
    issuer: str = ""


class Project(Strict):
    name: str
    description: str
    start_date: str = ""
    end_date: str = ""
    highlights: tuple[str, ...] = ()


class CvMeta(Strict):
    """`notes` says why the sample exists; a scan is a picture of its pages, with no text in it."""

    layout: Layout
    format: Literal["pdf", "docx", "txt", "json"]
    dates: Dates
    notes: str
    scan: bool = False


class Resume(Strict):
    meta: CvMeta
    basics: Basics
    work: tuple[Work, ...] = ()
    education: tuple[Education, ...] = ()
    skills: tuple[Skill, ...] = ()
    languages: tuple[Language, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    projects: tuple[Project, ...] = ()


class JobMeta(Strict):
    format: Literal["pdf", "docx", "txt", "json", "html"]
    notes: str


class JobAd(Strict):
    meta: JobMeta
    title: str
    company: str
    location: Location
    remote: Literal["onsite", "hybrid", "remote"]
    employment_type: str
    description: str
    responsibilities: tuple[str, ...]
    requirements: tuple[str, ...]
    preferred: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    salary: str = ""
