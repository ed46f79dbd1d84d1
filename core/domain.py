"""The words of the product: frozen values that every other package is written in."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NewType, Self

import numpy as np
from numpy.typing import NDArray

TenantId = NewType("TenantId", str)
CandidateId = NewType("CandidateId", str)
JobId = NewType("JobId", str)
OwnerId = CandidateId | JobId
DocumentId = NewType("DocumentId", str)
MatchId = NewType("MatchId", str)
ImportId = NewType("ImportId", str)
FeedbackId = NewType("FeedbackId", str)
SkillId = NewType("SkillId", str)
OccupationId = NewType("OccupationId", str)
CredentialId = NewType("CredentialId", str)
Vector = NDArray[np.float32]  # shape [d]
Matrix = NDArray[np.float32]  # shape [n, d]


def new_id(prefix: str) -> str:
    """A fresh id such as `cnd_019a…`: ids sort by the time they were made."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


class Kind(StrEnum):
    """The two sides of a match."""

    CANDIDATE = "candidate"
    JOB = "job"

    @property
    def other(self) -> Kind:
        return Kind.JOB if self is Kind.CANDIDATE else Kind.CANDIDATE


class EducationLevel(IntEnum):
    """Ordered levels, after the steps of ISCED 2011 that ads really ask for."""

    NONE = 0
    SECONDARY = 1
    VOCATIONAL = 2
    ASSOCIATE = 3
    BACHELOR = 4
    MASTER = 5
    DOCTORATE = 6


class LanguageLevel(IntEnum):
    """The CEFR scale; `NATIVE` is above it."""

    A1 = 1
    A2 = 2
    B1 = 3
    B2 = 4
    C1 = 5
    C2 = 6
    NATIVE = 7


class Seniority(IntEnum):
    ENTRY = 0
    JUNIOR = 1
    MID = 2
    SENIOR = 3
    LEAD = 4
    EXECUTIVE = 5


class Remote(StrEnum):
    ONSITE = "onsite"
    HYBRID = "hybrid"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of a document's stored text."""

    start: int
    end: int


class FlagKind(StrEnum):
    """What a text does that is not meant for its reader; nothing of it is scored."""

    HIDDEN = "hidden"  # nobody sees it: no ink, no size, off the page, covered, marked as hidden
    DISGUISED = "disguised"  # what is seen differs from what a program extracts
    STUFFING = "stuffing"  # keywords piled up or repeated
    INSTRUCTION = "instruction"  # words addressed to a program that judges


@dataclass(frozen=True, slots=True)
class Flag:
    """A passage that was set aside, and why.

    `text` is its beginning. `span` is its place in the stored text; None when it is not in there, because
    nobody sees it.
    """

    kind: FlagKind
    reason: str
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Skill:
    id: SkillId
    label: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that may name a skill which the dictionary does not know. `wished`: in an ad, what is only nice to have.
    `months`, `last_used`: in a CV, of the positions that these words are told of."""

    text: str
    span: Span
    wished: bool = False
    months: int = 0
    last_used: date | None = None


@dataclass(frozen=True, slots=True)
class SkillFound:
    """A skill a text shows: as it stands there, where, for how long and until when.

    `sure` is below 1 for a skill that the text does not name: its words are close to it, and it counts as much less.
    """

    skill: Skill
    surface: str
    span: Span | None = None
    months: int = 0
    last_used: date | None = None
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class SkillWanted:
    """`rarity`: how much the wish weighs among others, 0..1. `near`: what other skills cover of it, 0..1 each; both as
    the parser version's taxonomy has them, so that a stored job can be matched without it. `sure`: see `SkillFound`."""

    skill: Skill
    surface: str
    span: Span | None = None
    months: int = 0
    rarity: float = 1.0
    near: Mapping[SkillId, float] = field(default_factory=dict, hash=False)
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Position:
    """One job someone held. `start` and `end` are the first days of their months; `roles` are the chances that it was
    work of that role (`Requirements.role`), of those that are likely."""

    title: str
    employer: str = ""
    start: date | None = None
    end: date | None = None
    current: bool = False
    months: int = 0
    occupation: OccupationId | None = None
    family: str = ""
    span: Span | None = None
    roles: Mapping[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Education:
    level: EducationLevel
    field: str = ""
    institution: str = ""
    started: date | None = None
    ended: date | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A licence, certification or membership; `legal` when the work is forbidden without it."""

    id: CredentialId
    label: str
    legal: bool = False
    expires: date | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is ISO 639-1; `level` is unknown when the text does not say."""

    code: str
    level: LanguageLevel | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """`country` is ISO 3166-1 alpha-2; coordinates are degrees, when the place is known."""

    city: str = ""
    region: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a CV belongs to: kept apart, never embedded, never scored."""

    name: str = ""
    email: str = ""
    phone: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a CV says, in our vocabulary; nothing in it names the person.

    `months` is working time without double counting of overlaps; `as_of` is the day that present
    positions were counted to. `confidence` is 0..1, `sections` the same for each part that was looked for
    (`positions`, `education` …); `warnings` say what made it low; `flagged` what was set aside in its document.
    """

    headline: str = ""
    occupation: OccupationId | None = None
    family: str = ""
    seniority: Seniority | None = None
    months: int = 0
    positions: tuple[Position, ...] = ()
    skills: tuple[SkillFound, ...] = ()
    education: tuple[Education, ...] = ()
    credentials: tuple[Credential, ...] = ()
    languages: tuple[Language, ...] = ()
    places: tuple[Place, ...] = ()
    remote: Remote | None = None
    relocate: bool = False
    as_of: date | None = None
    confidence: float = 1.0
    sections: Mapping[str, float] = field(default_factory=dict, hash=False)
    warnings: tuple[str, ...] = ()
    flagged: tuple[FlagKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a job asks for. `title` is normalised; `stated_title` is the ad's own.

    `role` is the work as a recruiter would file it, finer than `family`; `roles` is how much of it work of each role
    is, 1 for the likeliest. Of each group in `one_of` any one
    credential is enough; `or_experience`: experience stands in for the education. `spans` are the places of the
    facts that have none of their own, by the field's name (`min_months`, `salary` …).
    """

    title: str = ""
    stated_title: str = ""
    employer: str = ""
    occupation: OccupationId | None = None
    family: str = ""
    seniority: Seniority | None = None
    must_have: tuple[SkillWanted, ...] = ()
    nice_to_have: tuple[SkillWanted, ...] = ()
    min_months: int | None = None
    education: Education | None = None
    credentials: tuple[Credential, ...] = ()
    nice_credentials: tuple[Credential, ...] = ()
    languages: tuple[Language, ...] = ()
    places: tuple[Place, ...] = ()
    remote: Remote | None = None
    employment_type: str = ""
    salary: str = ""
    confidence: float = 1.0
    warnings: tuple[str, ...] = ()
    flagged: tuple[FlagKind, ...] = ()
    role: str = ""
    roles: Mapping[str, float] = field(default_factory=dict, hash=False)
    one_of: tuple[tuple[Credential, ...], ...] = ()
    or_experience: bool = False
    spans: Mapping[str, Span] = field(default_factory=dict, hash=False)


Facts = Profile | Requirements


@dataclass(frozen=True, slots=True)
class Passages:
    """The texts of one document that are embedded; never its identity header.

    `title` is the headline or the job title with its family, `titles` the positions held (most recent
    first) or other names of the job, `parts` the body in chunks or the requirement lines.
    """

    title: str
    titles: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All of them, in the order that `Embedding.of` takes their vectors in."""
        return (self.title, *self.titles, *self.parts)


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse vector: `indices` ascending and distinct, `values` of the same length."""

    indices: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ModelVersion:
    """`name/number`. There is no `latest`."""

    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.name}/{self.number}"


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A document's vectors and the version that made them; versions are never compared with one another.

    `title` [d] and the rows of `titles` [p, d] and `parts` [n, d] have unit length, or are zero for an
    empty text. `text` [d] is the mean of the rows of `parts` and is not normalised: its dot product with a
    unit vector is the mean of that vector's cosines to the parts.
    """

    version: ModelVersion
    title: Vector
    text: Vector
    titles: Matrix
    parts: Matrix

    @classmethod
    def of(cls, version: ModelVersion, passages: Passages, rows: Matrix) -> Self:
        """Of the vectors [n, d] of `passages.texts`."""
        titles, parts = rows[1 : 1 + len(passages.titles)], rows[1 + len(passages.titles) :]
        text = parts.mean(axis=0, dtype=np.float32) if len(parts) else np.zeros(rows.shape[1], np.float32)
        return cls(version, rows[0], text, titles, parts)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One side of a pair as the models see it.

    `words` is the lexical vector of its text (TF-IDF, unit length), `skills` the vector of its skills
    (`models.skills.skill_index`, weighted by rarity). Spans of `facts` point into `document`'s text.
    """

    facts: Facts
    embedding: Embedding
    words: Sparse
    skills: Sparse = field(default_factory=Sparse)
    document: DocumentId | None = None


class DocumentState(StrEnum):
    ACCEPTED = "accepted"
    INDEXED = "indexed"
    FAILED = "failed"  # refused for good: its `error` says what to do
    PARKED = "parked"  # kept failing: waits for a person


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was refused, and what to do: the core of an RFC 9457 answer."""

    code: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Document:
    """One accepted file. `sha256` is of the plain bytes; `address` is where the sealed bytes are."""

    id: DocumentId
    owner: OwnerId
    kind: Kind
    file_name: str
    media_type: str
    size: int
    sha256: str
    address: str
    state: DocumentState
    created_at: datetime
    updated_at: datetime
    error: Problem | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """`profile` is None until its document is indexed. `reference` is the client's own key."""

    id: CandidateId
    created_at: datetime
    updated_at: datetime
    document: DocumentId | None = None
    reference: str = ""
    identity: Identity = field(default_factory=Identity)
    profile: Profile | None = None
    text: str = ""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """`requirements` is None until its document is indexed. `reference` is the client's own key."""

    id: JobId
    created_at: datetime
    updated_at: datetime
    document: DocumentId | None = None
    reference: str = ""
    requirements: Requirements | None = None
    text: str = ""
    flags: tuple[Flag, ...] = ()
