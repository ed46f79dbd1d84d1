"""The words of an answer: what was asked for, which pairs came out, why, and the receipt of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain import (
    CredentialId,
    DocumentId,
    EducationLevel,
    FlagKind,
    Kind,
    LanguageLevel,
    MatchId,
    ModelVersion,
    OwnerId,
    Remote,
    SkillId,
    Span,
)


class Category(StrEnum):
    """What a caller may weigh: every term of the scorer belongs to one of these."""

    TITLE = "title"
    SKILLS = "skills"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    CREDENTIALS = "credentials"
    LANGUAGES = "languages"
    PLACE = "place"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Circle:
    """Within `radius_km` of a point, degrees."""

    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Filters:
    """Hard conditions: whoever fails one is not in the answer. Empty means no condition.

    `remote` keeps those that accept one of the given modes; `languages` maps an ISO 639-1 code to the
    least level (unknown levels pass only when the least level is A1).
    """

    countries: tuple[str, ...] = ()
    near: Circle | None = None
    remote: tuple[Remote, ...] = ()
    languages: Mapping[str, LanguageLevel] = field(default_factory=dict)
    min_months: int | None = None
    max_months: int | None = None
    min_education: EducationLevel | None = None
    all_skills: tuple[SkillId, ...] = ()
    any_skills: tuple[SkillId, ...] = ()
    credentials: tuple[CredentialId, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact behind a contribution: a wish, whether the text meets it, and where (`span` in `document`)."""

    label: str
    found: bool
    surface: str = ""
    document: DocumentId | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one term adds. `points` of all terms plus the base equal the score exactly (sum error < 1e-9)."""

    term: str
    category: Category
    label: str
    value: float | None
    log_odds: float
    points: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """`base` is the score of a pair of which nothing is known; `score = base + sum(points)`."""

    base: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One answer. `score` is the probability that a recruiter would call; None when the model abstains."""

    id: OwnerId
    rank: int
    score: float | None
    abstained: str = ""
    explanation: Explanation | None = None
    flagged: tuple[FlagKind, ...] = ()  # what was set aside in the document that was found


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything needed to repeat a decision: what was asked, what answered, what came out."""

    id: MatchId
    created_at: datetime
    looking_for: Kind
    source: OwnerId | None
    source_sha256: str
    filters: Filters
    weights: Mapping[Category, float]
    limit: int
    models: tuple[ModelVersion, ...]
    considered: int
    matches: tuple[Match, ...]
    features: tuple[str, ...] = ()  # the names of the numbers kept of each match (`core.ports.ServedRows`)
