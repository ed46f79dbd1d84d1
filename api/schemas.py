"""What clients see of CVs, job ads and documents. Levels are words, spans are [start, end) in the stored text."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from core.domain import DocumentState, FlagKind, Kind, Remote
from core.intake import MAX_REFERENCE

T = TypeVar("T")
ID = r"^[a-z]{3}_[0-9a-z]{1,64}$"  # no dot, no slash, no NUL: an id ends up in queries and in paths of stores


def printable(text: str) -> str:
    """No control characters, no halves of surrogate pairs: no store takes them."""
    if not text.isprintable():
        raise ValueError("it has characters that cannot be printed")
    return text


Id = Annotated[str, Field(pattern=ID, description="Such as `cnd_019a…`.")]
Cursor = Annotated[str, Field(pattern=ID)]
Reference = Annotated[str, Field(max_length=MAX_REFERENCE), AfterValidator(printable)]


def level_name(value: object) -> object:
    """`EducationLevel.BACHELOR` as `bachelor`."""
    return value.name.lower() if isinstance(value, IntEnum) else value


Level = Annotated[str, BeforeValidator(level_name)]


class Out(BaseModel):
    """Filled from the domain's values by attribute."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class SpanOut(Out):
    """Characters `start` (included) to `end` (excluded) of the stored text, counted in Unicode code points."""

    start: int
    end: int


class SkillOut(Out):
    id: str = Field(description="What filters take.", examples=["postgresql"])
    label: str = Field(examples=["PostgreSQL"])


_SURE = "1 for a skill that the text names; less where its words are only close to it, and it counts as much less."


class SkillFoundOut(Out):
    skill: SkillOut
    surface: str = Field(description="The words as they stand in the text.")
    span: SpanOut | None
    months: int = Field(description="How long it was used, as far as the positions show.")
    last_used: date | None = Field(description="The end of the last position that shows it; null when none does.")
    sure: float = Field(description=_SURE)


class SkillWantedOut(Out):
    skill: SkillOut
    surface: str
    span: SpanOut | None
    months: int = Field(description="How long it should have been used; 0 when the ad does not say.")
    sure: float = Field(description=_SURE)


class PositionOut(Out):
    title: str
    employer: str
    start: date | None = Field(description="The first day of its first month.")
    end: date | None = Field(description="The first day of its last month; null while it lasts, or when not said.")
    current: bool
    months: int
    family: str = Field(description="The field of work, in our vocabulary; empty when not known.")
    span: SpanOut | None


class EducationOut(Out):
    level: Level = Field(description="none, secondary, vocational, associate, bachelor, master or doctorate.")
    field: str
    institution: str
    started: date | None
    ended: date | None
    span: SpanOut | None


class CredentialOut(Out):
    id: str = Field(description="What filters take.")
    label: str
    legal: bool = Field(description="True when the work is forbidden without it.")
    expires: date | None
    span: SpanOut | None


class LanguageOut(Out):
    code: str = Field(description="ISO 639-1.", examples=["de"])
    level: Level | None = Field(description="a1, a2, b1, b2, c1, c2 or native; null when not said.")
    span: SpanOut | None


class PlaceOut(Out):
    city: str
    region: str
    country: str = Field(description="ISO 3166-1 alpha-2; empty when not known.", examples=["GB"])
    latitude: float | None = Field(description="Degrees (WGS 84); null when the place is not known.")
    longitude: float | None
    span: SpanOut | None


class IdentityOut(Out):
    """Who it is: kept apart from the profile, never embedded and never scored."""

    name: str
    email: str
    phone: str
    links: tuple[str, ...]


class FlagOut(Out):
    """A passage that was set aside and not scored."""

    kind: FlagKind = Field(
        description="hidden (nobody sees it), disguised (what is seen differs from what is extracted), stuffing "
        "(keywords piled up) or instruction (addressed to a program)."
    )
    reason: str = Field(examples=["white on white"])
    text: str = Field(description="Its beginning.")
    span: SpanOut | None = Field(description="Its place in the stored text; null when it is not in there.")


class ProfileOut(Out):
    """What the CV says. Nothing is invented: what was not found is absent, and `warnings` say what is doubtful."""

    headline: str
    occupation: str | None = Field(description="In our vocabulary; null when not known.")
    family: str = Field(description="The field of work, in our vocabulary; empty when not known.")
    seniority: Level | None = Field(description="entry, junior, mid, senior, lead or executive.")
    months: int = Field(description="Time at work, overlaps counted once.")
    positions: tuple[PositionOut, ...]
    skills: tuple[SkillFoundOut, ...]
    education: tuple[EducationOut, ...]
    credentials: tuple[CredentialOut, ...]
    languages: tuple[LanguageOut, ...]
    places: tuple[PlaceOut, ...]
    remote: Remote | None = Field(description="What the person asks for; null when not said.")
    relocate: bool
    as_of: date | None = Field(description="The day that present positions were counted to.")
    confidence: float = Field(description="How well it was read, 0 to 1.")
    sections: dict[str, float] = Field(
        description="The same for each part of it: identity, headline, positions, education, credentials, skills, "
        "languages, places. A part that was not found is 0."
    )
    warnings: tuple[str, ...]


class RequirementsOut(Out):
    """What the ad asks for."""

    title: str = Field(description="Normalised.")
    role: str = Field(description="The work as a recruiter would file it; empty when not known.")
    stated_title: str = Field(description="As the ad has it.")
    employer: str
    occupation: str | None = Field(description="In our vocabulary; null when not known.")
    family: str = Field(description="The field of work, in our vocabulary; empty when not known.")
    seniority: Level | None = Field(description="entry, junior, mid, senior, lead or executive.")
    must_have: tuple[SkillWantedOut, ...]
    nice_to_have: tuple[SkillWantedOut, ...]
    min_months: int | None = Field(description="Least experience; null when not said.")
    education: EducationOut | None = Field(description="The least that is asked for.")
    or_experience: bool = Field(description="True when experience stands in for the education.")
    credentials: tuple[CredentialOut, ...] = Field(description="All of them are asked for.")
    one_of: tuple[tuple[CredentialOut, ...], ...] = Field(description="Of each group any one is enough.")
    nice_credentials: tuple[CredentialOut, ...]
    languages: tuple[LanguageOut, ...]
    places: tuple[PlaceOut, ...]
    remote: Remote | None
    employment_type: str
    salary: str = Field(description="As the ad has it.")
    spans: dict[str, SpanOut] = Field(
        description="Where the ad says what has no span of its own, by field: title, min_months, salary, "
        "employment_type, remote, seniority."
    )
    confidence: float = Field(description="How well it was read, 0 to 1.")
    warnings: tuple[str, ...]


class ProblemOut(Out):
    """Why it was refused, and what to do."""

    code: str = Field(description="`/problems/{code}` says what it means.", examples=["unreadable-file"])
    title: str
    detail: str


class DocumentOut(Out):
    id: str
    owner: str = Field(description="Its candidate or job.")
    kind: Kind
    file_name: str = Field(description="As it was sent, made safe to show.")
    media_type: str = Field(description="By its content, not by its name.")
    size: int = Field(description="Bytes.")
    sha256: str
    state: DocumentState = Field(description="accepted, indexed, failed (its error says what to do) or parked.")
    error: ProblemOut | None
    created_at: datetime
    updated_at: datetime


class CandidateOut(Out):
    id: str
    reference: str = Field(description="Your own key; empty when none was given.")
    document: str | None = Field(description="The document that the profile was read from.")
    identity: IdentityOut
    profile: ProfileOut | None = Field(description="Null until a document is indexed.")
    flags: tuple[FlagOut, ...] = Field(description="What was set aside and not scored: look at it.")
    created_at: datetime
    updated_at: datetime


class JobOut(Out):
    id: str
    reference: str = Field(description="Your own key; empty when none was given.")
    document: str | None = Field(description="The document that the requirements were read from.")
    requirements: RequirementsOut | None = Field(description="Null until a document is indexed.")
    flags: tuple[FlagOut, ...] = Field(description="What was set aside and not scored: look at it.")
    created_at: datetime
    updated_at: datetime


class HighlightOut(Out):
    """A fact at its place in the text. Facts may overlap."""

    span: SpanOut
    what: str = Field(description="The field it is in: `skills`, `positions`, `must_have` …", examples=["skills"])
    label: str


class ReadDocumentOut(Out):
    """What was read: the stored text, that all spans point into, and what was found where."""

    document: str
    text: str
    highlights: tuple[HighlightOut, ...] = Field(description="In the order of the text.")
    flags: tuple[FlagOut, ...] = Field(description="What was set aside and not scored.")


class PageOut(BaseModel, Generic[T]):
    items: list[T]
    after: str | None = Field(description="The cursor of the next page; null on the last one.")


class CandidatePageOut(PageOut[CandidateOut]):
    """Candidates by id."""


class JobPageOut(PageOut[JobOut]):
    """Jobs by id."""


class ForgottenOut(Out):
    """What an erasure removed, per store."""

    rows: int
    points: int
    blobs: int
    keys: int


class ImportItemOut(Out):
    position: int = Field(description="Its place among the files, from 0.")
    file_name: str
    owner: str | None = Field(description="Its candidate or job; null when it was refused at the door.")
    document: str | None
    state: DocumentState
    error: ProblemOut | None


class ImportOut(Out):
    id: str
    kind: Kind
    created_at: datetime
    items: tuple[ImportItemOut, ...]
    done: int = Field(description="Items that are indexed, failed or parked.")
    total: int
