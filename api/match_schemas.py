"""What clients send to `/v1/matches`, and what they get back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.schemas import ID, Level, Out, SpanOut, printable
from core.answers import Category, Circle, Filters, Receipt
from core.domain import (
    CandidateId,
    CredentialId,
    EducationLevel,
    FlagKind,
    JobId,
    Kind,
    LanguageLevel,
    ModelVersion,
    OwnerId,
    Remote,
    SkillId,
)
from core.errors import BadInput, Contradiction
from core.matching import MAX_LIMIT, MAX_ONLY, MAX_TEXT, Query
from core.versions import parse_version

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["DE"], description="ISO 3166-1 alpha-2.")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["de"], description="ISO 639-1.")]
Years = Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
TermId = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(printable)]
OwnerRef = Annotated[str, Field(pattern=ID)]
OwnerRefs = Annotated[list[OwnerRef], Field(min_length=1, max_length=MAX_ONLY)]
Part = Literal["parser", "embedder", "ranker", "scorer"]
Version = Annotated[str, Field(max_length=40, examples=["ranker/2"])]
Spoken = Literal["a1", "a2", "b1", "b2", "c1", "c2", "native"]
Studied = Literal["secondary", "vocational", "associate", "bachelor", "master", "doctorate"]
L = TypeVar("L", LanguageLevel, EducationLevel)
MOST = 50  # values of one filter


class In(BaseModel):
    """Unknown fields are refused: a misspelt filter must not widen the answer."""

    model_config = ConfigDict(extra="forbid")


class CircleIn(In):
    """A point in degrees (WGS 84) and a radius."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, examples=[53.8])
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, examples=[-1.55])
    radius_km: float = Field(gt=0, le=20_000, allow_inf_nan=False, examples=[40])


class LanguageIn(In):
    code: LanguageCode
    level: Spoken = Field("a1", description="Least level (CEFR); left out, any level passes.")


class FiltersIn(In):
    """Hard conditions: whoever fails one is not in the answer. What is left out is no condition.

    Of a job they ask what its ad asks: `min_years` keeps the jobs that ask at least so much.
    """

    countries: list[Country] = Field([], max_length=MOST, description="Has a place in one of these.")
    near: CircleIn | None = Field(None, description="Has a place within the circle.")
    remote: list[Remote] = Field([], max_length=3, description="Accepts (candidates) or offers (jobs) one of these.")
    languages: list[LanguageIn] = Field(
        [], max_length=MOST, description="Candidates speak all of these; jobs ask for none but these, and no higher."
    )
    min_years: Years | None = Field(None, description="Least experience, in years.")
    max_years: Years | None = Field(None, description="Most experience, in years.")
    min_education: Studied | None = Field(None, description="Least level of education.")
    all_skills: list[TermId] = Field([], max_length=MOST, description="Skill ids that must all be there.")
    any_skills: list[TermId] = Field([], max_length=MOST, description="Skill ids of which one must be there.")
    credentials: list[TermId] = Field([], max_length=MOST, description="Credential ids that must all be there.")

    def to_domain(self) -> Filters:
        return Filters(
            countries=tuple(self.countries),
            near=Circle(**self.near.model_dump()) if self.near else None,
            remote=tuple(self.remote),
            languages={one.code: _level(LanguageLevel, one.level) for one in self.languages},
            min_months=_months(self.min_years),
            max_months=_months(self.max_years),
            min_education=_level(EducationLevel, self.min_education) if self.min_education else None,
            all_skills=tuple(SkillId(id) for id in self.all_skills),
            any_skills=tuple(SkillId(id) for id in self.any_skills),
            credentials=tuple(CredentialId(id) for id in self.credentials),
        )


class MatchIn(In):
    """Give exactly one of `job_id`, `candidate_id` and `text`. A text says what it is by `text_kind`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"job_id": "job_019a0000000000000000000000000000", "filters": {"countries": ["GB"]}, "limit": 5},
                {"text": "Senior Python developer, PostgreSQL, 5 years", "weights": {"skills": 2}},
            ]
        }
    )

    job_id: OwnerRef | None = Field(None, description="Find candidates for this stored job.")
    candidate_id: OwnerRef | None = Field(None, description="Find jobs for this stored candidate.")
    text: str | None = Field(None, max_length=MAX_TEXT, description="A job ad or a CV, not stored.")
    text_kind: Kind = Field(Kind.JOB, description="What `text` is: job (finds candidates) or candidate (finds jobs).")
    filters: FiltersIn = FiltersIn()
    weights: dict[Category, Weight] = Field(
        default={}, description="Per category, 1 is as trained, 0 leaves it out, at most 10."
    )
    limit: int = Field(10, ge=1, le=MAX_LIMIT, description="Most matches in the answer.")
    candidate_ids: OwnerRefs | None = Field(None, description="Score exactly these candidates.")
    job_ids: OwnerRefs | None = Field(None, description="Score exactly these jobs.")
    explain: bool = Field(default=True, description="With the contributions of each term and their evidence.")
    models: dict[Part, Version] = Field(
        default={},
        description="Versions that must answer instead of those that serve; `GET /v1/models` lists what may be pinned.",
        examples=[{"ranker": "ranker/2"}],
    )

    def to_query(self) -> Query:
        """Raises `Contradiction` when the parts exclude one another."""
        given = [one for one in (self.job_id, self.candidate_id, self.text) if one is not None]
        if len(given) != 1:
            raise Contradiction(f"give exactly one of job_id, candidate_id and text; {len(given)} were given")
        if self.text is None and "text_kind" in self.model_fields_set:
            raise Contradiction("text_kind says what a text is: leave it out with a stored job or candidate")
        if self.text is not None and not self.text.strip():
            raise BadInput("text is empty: send a job ad or a CV")
        kind, source = self._source()
        wrong, right = ("job_ids", "candidate_ids") if kind is Kind.JOB else ("candidate_ids", "job_ids")
        if getattr(self, wrong) is not None:
            raise Contradiction(f"a {kind.value} is matched with {kind.other.value}s: give {right}, not {wrong}")
        only: tuple[OwnerId, ...] = (
            tuple(CandidateId(id) for id in self.candidate_ids or ())
            if kind is Kind.JOB
            else tuple(JobId(id) for id in self.job_ids or ())
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
            pins=self._pins(),
        )

    def _pins(self) -> tuple[ModelVersion, ...]:
        pins = {part: parse_version(version) for part, version in self.models.items()}
        for part, version in pins.items():
            if version.name != part:
                raise BadInput(f"models: {version} is no {part}: write {part}/{version.number}")
        return tuple(pins.values())

    def _source(self) -> tuple[Kind, OwnerId | None]:
        if self.job_id is not None:
            return Kind.JOB, JobId(self.job_id)
        if self.candidate_id is not None:
            return Kind.CANDIDATE, CandidateId(self.candidate_id)
        return self.text_kind, None


class EvidenceOut(Out):
    """One wish: met (and where), or missing."""

    label: str = Field(description="The wish, in our vocabulary.", examples=["PostgreSQL"])
    found: bool
    surface: str = Field(description="The words as they stand in the text; empty in an answer that is read again.")
    document: str | None = Field(description="The document that `span` points into.")
    span: SpanOut | None


class ContributionOut(Out):
    """What one term adds to the score."""

    term: str = Field(description="The term's name, the same in every answer of one scorer version.")
    category: Category = Field(description="Which of the caller's weights moves it.")
    label: str = Field(description="The term in words.")
    value: float | None = Field(description="The term's input; null when it is not known of this pair.")
    points: float = Field(description="What it adds to the score, as a part of 1.")
    log_odds: float = Field(description="What it adds before the score is made a probability.")
    evidence: tuple[EvidenceOut, ...]


class ExplanationOut(Out):
    """`score = base + sum of points`, exactly; the terms that weigh most come first."""

    base: float = Field(description="The score of a pair of which nothing is known.")
    contributions: tuple[ContributionOut, ...]


class MatchOut(Out):
    id: str = Field(description="The candidate or job that was found.")
    rank: int = Field(description="1 is best.")
    score: float | None = Field(
        description="0 to 1: the probability that a recruiter would call, while `calibrated`; null: the model abstains."
    )
    abstained: str = Field(description="Why there is no score; empty when there is one.")
    explanation: ExplanationOut | None
    flagged: tuple[FlagKind, ...] = Field(
        description="Not scored, and worth a look: hidden, disguised, stuffing or instruction passages in the document "
        "that was found; `/v1/candidates/{id}/document` shows them."
    )


class FiltersOut(Out):
    """The conditions of a query, as they were understood; durations in months."""

    countries: tuple[str, ...]
    near: CircleIn | None
    remote: tuple[Remote, ...]
    languages: dict[str, Level]
    min_months: int | None
    max_months: int | None
    min_education: Level | None
    all_skills: tuple[str, ...]
    any_skills: tuple[str, ...]
    credentials: tuple[str, ...]


class MatchesOut(BaseModel):
    """An answer and its receipt: with the id, the same answer can be read again."""

    match_id: str
    created_at: datetime
    looking_for: Kind
    source: str | None = Field(description="The stored job or candidate that was matched; null for a text.")
    filters: FiltersOut
    limit: int
    models: dict[str, str] = Field(
        description="Which version of each model answered.", examples=[{"embedder": "embedder/1", "scorer": "scorer/1"}]
    )
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
            filters=FiltersOut.model_validate(receipt.filters),
            limit=receipt.limit,
            models={version.name: str(version) for version in receipt.models},
            weights=dict(receipt.weights),
            calibrated=all(weight == 1 for weight in receipt.weights.values()),
            considered=receipt.considered,
            matches=[MatchOut.model_validate(match) for match in receipt.matches],
        )


def _months(years: float | None) -> int | None:
    return None if years is None else round(years * 12)


def _level(kind: type[L], name: str) -> L:
    return kind[name.upper()]
