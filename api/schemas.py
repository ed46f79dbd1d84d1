"""What clients see of CVs, job ads and documents. Levels are words, spans are [start, end) in the stored text."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from core.domain import DocumentState, Kind, Remote
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
    start: int
    end: int


class SkillOut(Out):
    id: str
    label: str


class SkillFoundOut(Out):
    skill: SkillOut
    surface: str = Field(description="The words as they stand in the text.")
    span: SpanOut | None
    months: int = Field(description="How long it was used, as far as the positions show.")
    last_used: date | None


class SkillWantedOut(Out):
    skill: SkillOut
    surface: str
    span: SpanOut | None
    months: int = Field(description="How long it should have been used; 0 when the ad does not say.")


class PositionOut(Out):
    title: str
    employer: str
    start: date | None
    end: date | None
    current: bool
    months: int
    family: str
    span: SpanOut | None


class EducationOut(Out):
    level: Level
    field: str
    institution: str
    ended: date | None
    span: SpanOut | None


class CredentialOut(Out):
    id: str
    label: str
    legal: bool = Field(description="True when the work is forbidden without it.")
    expires: date | None
    span: SpanOut | None


class LanguageOut(Out):
    code: str
    level: Level | None
    span: SpanOut | None


class PlaceOut(Out):
    city: str
    region: str
    country: str
    latitude: float | None
    longitude: float | None
    span: SpanOut | None


class IdentityOut(Out):
    name: str
    email: str
    phone: str
    links: tuple[str, ...]


class ProfileOut(Out):
    """What the CV says. Nothing is invented: what was not found is absent, and `warnings` say what is doubtful."""

    headline: str
    occupation: str | None
    family: str
    seniority: Level | None
    months: int
    positions: tuple[PositionOut, ...]
    skills: tuple[SkillFoundOut, ...]
    education: tuple[EducationOut, ...]
    credentials: tuple[CredentialOut, ...]
    languages: tuple[LanguageOut, ...]
    places: tuple[PlaceOut, ...]
    remote: Remote | None
    relocate: bool
    as_of: date | None
    confidence: float
    warnings: tuple[str, ...]


class RequirementsOut(Out):
    """What the ad asks for."""

    title: str
    stated_title: str
    employer: str
    occupation: str | None
    family: str
    seniority: Level | None
    must_have: tuple[SkillWantedOut, ...]
    nice_to_have: tuple[SkillWantedOut, ...]
    min_months: int | None
    education: EducationOut | None
    credentials: tuple[CredentialOut, ...]
    nice_credentials: tuple[CredentialOut, ...]
    languages: tuple[LanguageOut, ...]
    places: tuple[PlaceOut, ...]
    remote: Remote | None
    employment_type: str
    salary: str
    confidence: float
    warnings: tuple[str, ...]


class ProblemOut(Out):
    code: str
    title: str
    detail: str


class DocumentOut(Out):
    id: str
    owner: str
    kind: Kind
    file_name: str
    media_type: str
    size: int
    sha256: str
    state: DocumentState = Field(description="accepted, indexed, failed (its error says what to do) or parked.")
    error: ProblemOut | None
    created_at: datetime
    updated_at: datetime


class CandidateOut(Out):
    id: str
    reference: str
    document: str | None = Field(description="The document that the profile was read from.")
    identity: IdentityOut
    profile: ProfileOut | None = Field(description="Null until a document is indexed.")
    created_at: datetime
    updated_at: datetime


class JobOut(Out):
    id: str
    reference: str
    document: str | None
    requirements: RequirementsOut | None = Field(description="Null until a document is indexed.")
    created_at: datetime
    updated_at: datetime


class TextOut(BaseModel):
    """The stored text, that spans point into."""

    document: str
    text: str


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
    position: int
    file_name: str
    owner: str | None
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
