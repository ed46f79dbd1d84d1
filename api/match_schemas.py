"""What clients send to `/v1/matches`, and what they get back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas import Out, SpanOut
from core.domain import (
    CandidateId,
    Category,
    Circle,
    CredentialId,
    EducationLevel,
    Filters,
    JobId,
    Kind,
    LanguageLevel,
    OwnerId,
    Receipt,
    Remote,
    SkillId,
)
from core.errors import BadInput, Contradiction
from core.matching import Query

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2, such as DE.")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639-1, such as de.")]
L = TypeVar("L", LanguageLevel, EducationLevel)
Weight = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]


class In(BaseModel):
    """Unknown fields are refused: a misspelt filter must not widen the answer."""

    model_config = ConfigDict(extra="forbid")


class CircleIn(In):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    radius_km: float = Field(gt=0, le=20_000)


class LanguageIn(In):
    code: LanguageCode
    level: str | None = Field(None, description="Least level: a1, a2, b1, b2, c1, c2 or native.")


class FiltersIn(In):
    """Hard conditions: whoever fails one is not in the answer. What is left out is no condition."""

    countries: list[Country] = []
    near: CircleIn | None = None
    remote: list[Remote] = []
    languages: list[LanguageIn] = []
    min_years: float | None = Field(None, ge=0, le=60)
    max_years: float | None = Field(None, ge=0, le=60)
    min_education: str | None = Field(
        None, description="secondary, vocational, associate, bachelor, master or doctorate."
    )
    all_skills: list[str] = Field([], description="Skill ids that must all be there.")
    any_skills: list[str] = Field([], description="Skill ids of which one must be there.")
    credentials: list[str] = Field([], description="Credential ids that must all be there.")

    def to_domain(self) -> Filters:
        return Filters(
            countries=tuple(self.countries),
            near=Circle(**self.near.model_dump()) if self.near else None,
            remote=tuple(self.remote),
            languages={one.code: _level(LanguageLevel, one.level or "a1") for one in self.languages},
            min_months=_months(self.min_years),
            max_months=_months(self.max_years),
            min_education=_level(EducationLevel, self.min_education) if self.min_education else None,
            all_skills=tuple(SkillId(id) for id in self.all_skills),
            any_skills=tuple(SkillId(id) for id in self.any_skills),
            credentials=tuple(CredentialId(id) for id in self.credentials),
        )


class MatchIn(In):
    """Give exactly one of `job_id`, `candidate_id` and `text`. A text says what it is by `text_kind`."""

    job_id: str | None = Field(None, description="Find candidates for this stored job.")
    candidate_id: str | None = Field(None, description="Find jobs for this stored candidate.")
    text: str | None = Field(None, description="A job ad or a CV, not stored.")
    text_kind: Kind = Field(Kind.JOB, description="What `text` is: job (finds candidates) or candidate (finds jobs).")
    filters: FiltersIn = FiltersIn()
    weights: dict[Category, Weight] = Field(
        default={}, description="Per category, 1 is as trained, 0 leaves it out, at most 10."
    )
    limit: int = Field(10, ge=1, le=100)
    candidate_ids: list[str] = Field([], description="Score exactly these candidates.")
    job_ids: list[str] = Field([], description="Score exactly these jobs.")
    explain: bool = True

    @model_validator(mode="after")
    def _known_kind_only_with_text(self) -> Self:
        if self.text is None and "text_kind" in self.model_fields_set:
            raise ValueError("text_kind goes with text")
        return self

    def to_query(self) -> Query:
        """Raises `Contradiction` when the parts exclude one another."""
        given = [one for one in (self.job_id, self.candidate_id, self.text) if one is not None]
        if len(given) != 1:
            raise Contradiction(f"give exactly one of job_id, candidate_id and text; {len(given)} were given")
        if self.text is not None and not self.text.strip():
            raise BadInput("text is empty: send a job ad or a CV")
        kind, source = self._source()
        wrong, right = ("job_ids", "candidate_ids") if kind is Kind.JOB else ("candidate_ids", "job_ids")
        if getattr(self, wrong):
            raise Contradiction(f"a {kind.value} is matched with {kind.other.value}s: give {right}, not {wrong}")
        only: tuple[OwnerId, ...] = (
            tuple(CandidateId(id) for id in self.candidate_ids)
            if kind is Kind.JOB
            else tuple(JobId(id) for id in self.job_ids)
        )
        return Query(
            looking_for=kind.other,
            source=source,
            text=self.text or "",
            filters=self.filters.to_domain(),
            weights=dict(self.weights),
            limit=self.limit,
            only=tuple(dict.fromkeys(only)),
            explain=self.explain,
        )

    def _source(self) -> tuple[Kind, OwnerId | None]:
        if self.job_id is not None:
            return Kind.JOB, JobId(self.job_id)
        if self.candidate_id is not None:
            return Kind.CANDIDATE, CandidateId(self.candidate_id)
        return self.text_kind, None


class EvidenceOut(Out):
    """One wish: met (and where), or missing."""

    label: str
    found: bool
    surface: str
    document: str | None
    span: SpanOut | None


class ContributionOut(Out):
    """What one term adds to the score, in points of probability and in log-odds."""

    term: str
    category: Category
    label: str
    value: float | None
    points: float
    log_odds: float
    evidence: tuple[EvidenceOut, ...]


class ExplanationOut(Out):
    """`score = base + sum of points`, exactly."""

    base: float
    contributions: tuple[ContributionOut, ...]


class MatchOut(Out):
    id: str
    rank: int
    score: float | None = Field(description="Probability that a recruiter would call; null when the model abstains.")
    abstained: str = Field(description="Why there is no score; empty when there is one.")
    explanation: ExplanationOut | None


class MatchesOut(BaseModel):
    """An answer and its receipt: with the id, the same answer can be read again."""

    match_id: str
    created_at: datetime
    looking_for: Kind
    source: str | None
    models: dict[str, str] = Field(description="Which version of each model answered.")
    weights: dict[Category, float]
    calibrated: bool = Field(description="False when weights were changed: the score is then an index, no probability.")
    considered: int = Field(description="How many passed the filters and were ranked.")
    matches: list[MatchOut]

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        return cls(
            match_id=receipt.id,
            created_at=receipt.created_at,
            looking_for=receipt.looking_for,
            source=receipt.source,
            models={version.name: str(version) for version in receipt.models},
            weights=dict(receipt.weights),
            calibrated=all(weight == 1 for weight in receipt.weights.values()),
            considered=receipt.considered,
            matches=[MatchOut.model_validate(match) for match in receipt.matches],
        )


def _months(years: float | None) -> int | None:
    return None if years is None else round(years * 12)


def _level(kind: type[L], name: str) -> L:
    try:
        return kind[name.upper()]
    except KeyError:
        known = ", ".join(level.name.lower() for level in kind)
        raise BadInput(f"{name!r} is not a level: use one of {known}") from None
