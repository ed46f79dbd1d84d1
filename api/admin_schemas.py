"""What operators send to `/v1/admin`, and what they get back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.schemas import printable
from core.plans import PARTS, Action, Change, Mode, Plan, Split, State, Trial, Versions, Wish
from core.tallies import Tally
from core.versions import parse_version

Why = Annotated[
    str, Field(min_length=3, max_length=1000, examples=["better on the spring jobs"]), AfterValidator(printable)
]
Pinned = Annotated[str, Field(max_length=40, examples=["ranker/2"])]


class ChangeIn(BaseModel):
    """`versions` for promote, shadow and canary: several change at one moment."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "action": "canary",
                    "versions": ["ranker/2"],
                    "percent": 5,
                    "by": "tenants",
                    "why": "first real users",
                },
                {"action": "rollback", "why": "recruiters complain"},
            ]
        },
    )

    action: Literal["promote", "shadow", "canary", "stop", "rollback"]
    versions: list[Pinned] = Field([], max_length=len(PARTS))
    why: Why
    percent: float = Field(100, gt=0, le=100, description="Of what `by` says; for shadow and canary.")
    by: Split = Field(Split.REQUESTS, description="A question, or a tenant, is always on the same side.")
    force: bool = Field(default=False, description="Whatever the gates say; the record shows it.")

    def to_wish(self, who: str) -> Wish:
        return Wish(
            action=Action(self.action),
            who=who,
            why=self.why,
            versions=tuple(parse_version(one) for one in self.versions),
            share=self.percent / 100,
            by=self.by,
            forced=self.force,
        )


class FindingOut(BaseModel):
    """What one gate says, and what it compared."""

    model_config = ConfigDict(from_attributes=True)

    gate: str = Field(examples=["golden requests"])
    passed: bool
    says: str
    compared: dict[str, float | str]


class TrialOut(BaseModel):
    mode: Mode
    versions: dict[str, str]
    percent: float
    by: Split

    @classmethod
    def of(cls, trial: Trial) -> Self:
        return cls(mode=trial.mode, versions=_texts(trial.versions), percent=round(trial.share * 100, 4), by=trial.by)


class LaneOut(BaseModel):
    answered: int
    failed: int
    mean_ms: float | None = Field(description="Of an answer; null before the first.")

    @classmethod
    def of(cls, answered: int, failed: int, seconds: float) -> Self:
        return cls(answered=answered, failed=failed, mean_ms=round(1000 * seconds / answered, 2) if answered else None)


class ComparisonOut(BaseModel):
    """The trial so far, of all processes; a few seconds old. Overlap and differences are of a shadow's copies."""

    served: LaneOut
    tried: LaneOut
    compared: int
    dropped: int = Field(description="Copies left out, as there was too much else to do.")
    overlap_at_10: float | None = Field(description="Mean share of the first ten that both answers have.")
    same_first: float | None = Field(description="Share of answers with the same first match.")
    mean_score_difference: float | None = Field(description="Of matches in both answers.")
    largest_score_difference: float | None

    @classmethod
    def of(cls, tally: Tally) -> Self:
        compared = tally.compared
        return cls(
            served=LaneOut.of(tally.served, tally.served_failed, tally.served_s),
            tried=LaneOut.of(tally.tried, tally.tried_failed, tally.tried_s),
            compared=compared,
            dropped=tally.dropped,
            overlap_at_10=round(tally.overlap / compared, 4) if compared else None,
            same_first=round(tally.same_first / compared, 4) if compared else None,
            mean_score_difference=round(tally.difference / tally.pairs, 6) if tally.pairs else None,
            largest_score_difference=round(tally.largest, 6) if tally.pairs else None,
        )


class PlanOut(BaseModel):
    revision: int = Field(description="The change that made it.")
    serving: dict[str, str]
    previous: dict[str, str] = Field(description="What a rollback returns to; empty: nothing.")
    trial: TrialOut | None
    shown: ComparisonOut | None = Field(description="What the trial has shown so far.")

    @classmethod
    def of(cls, plan: Plan, tally: Tally) -> Self:
        return cls(
            revision=plan.revision,
            serving=_texts(plan.serving),
            previous=_texts(plan.previous),
            trial=TrialOut.of(plan.trial) if plan.trial else None,
            shown=ComparisonOut.of(tally) if plan.trial else None,
        )


class ChangeOut(BaseModel):
    id: int
    action: Action
    state: State = Field(description="preparing, applied, refused, failed or abandoned.")
    who: str = Field(description="The operator's name, or `configuration`.")
    why: str
    created_at: datetime
    settled_at: datetime | None
    versions: tuple[str, ...]
    before: dict[str, str] = Field(description="What served.")
    after: dict[str, str] = Field(description="What serves after it, if it is applied.")
    trial: TrialOut | None
    forced: bool
    findings: tuple[FindingOut, ...]
    said: str = Field(description="Why it was refused, failed or abandoned; how far it is while it is being made.")

    @classmethod
    def of(cls, change: Change) -> Self:
        wish = change.wish
        return cls(
            id=change.id,
            action=wish.action,
            state=change.state,
            who=wish.who,
            why=wish.why,
            created_at=change.created_at,
            settled_at=change.settled_at,
            versions=tuple(map(str, wish.versions)),
            before=_texts(change.before.serving),
            after=_texts(change.after.serving),
            trial=TrialOut.of(change.after.trial) if change.after.trial else None,
            forced=wish.forced,
            findings=tuple(FindingOut.model_validate(one) for one in change.findings),
            said=change.said,
        )


class ChangesOut(BaseModel):
    items: list[ChangeOut]


def _texts(versions: Versions) -> dict[str, str]:
    return {name: str(version) for name, version in versions.items()}
