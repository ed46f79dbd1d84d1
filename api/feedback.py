"""`/v1/matches/{id}/feedback`: what people made of a match."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from api.auth import Tenant, Use
from api.match_schemas import In, OwnerRef
from api.problems import problems
from api.repeat import REPEATABLE, ReceivingRoute
from api.schemas import Id, Out, printable
from core.domain import CandidateId, MatchId
from core.feedback import History, Outcome, Word

MAX_REASON = 2_000
Judge = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(printable)]

router = APIRouter(
    prefix="/v1/matches/{id}/feedback", tags=["matches"], route_class=ReceivingRoute, responses=problems(401, 503)
)


def storable(text: str) -> str:
    """Several lines are fine; NUL and halves of surrogate pairs are not."""
    printable("".join(text.split()))
    return text


def in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is out of range") from None


class FeedbackIn(In):
    about: OwnerRef = Field(description="The candidate or job of the match.", examples=["cnd_019a…"])
    outcome: Outcome = Field(
        description="viewed (seen, nothing said), rejected (would not be called), shortlisted, interviewed or hired. "
        "A rejection after an interview is no rejection: leave the interview as the last word."
    )
    judge: Judge = Field(description="Who judged: any id of yours, always the same for one person.")
    reason: Annotated[str, Field(max_length=MAX_REASON), AfterValidator(storable)] = ""
    judged_at: Annotated[AwareDatetime, AfterValidator(in_utc)] | None = Field(None, description="When; left out, now.")

    def to_word(self) -> Word:
        return Word(CandidateId(self.about), self.judge, self.outcome, self.reason, self.judged_at)


class FeedbackOut(Out):
    """One judgement, as it was given."""

    id: str
    match: str
    about: str = Field(description="The candidate or job of the match.")
    judge: str
    outcome: Outcome
    reason: str
    judged_at: datetime
    given_at: datetime = Field(description="When it was received.")


class SaidOut(FeedbackOut):
    """A judgement in its history."""

    standing: bool = Field(description="True for this judge's last word about this candidate or job: it counts.")


class HistoryOut(BaseModel):
    items: list[SaidOut] = Field(description="Oldest first; a correction follows what it corrects.")

    @classmethod
    def of(cls, history: History) -> HistoryOut:
        return cls(
            items=[
                SaidOut(**FeedbackOut.model_validate(one).model_dump(), standing=one.id in history.standing)
                for one in history.judgements
            ]
        )


@router.post(
    "",
    name="give_feedback",
    status_code=201,
    response_model=FeedbackOut,
    responses={
        200: {"model": FeedbackOut, "description": "Said before: nothing was added."},
        **problems(400, 404, 409, 413, 422),
    },
    dependencies=[REPEATABLE],
)
async def give(id: Id, word: FeedbackIn, response: Response, use: Use, tenant: Tenant) -> object:
    """Kept with the features that the match was scored by, to train on. A judge's later word corrects the earlier one,
    which stays in the history; erasing the candidate or the job erases both."""
    judgement, new = await use.listener.give(tenant, MatchId(id), word.to_word())
    response.status_code = 201 if new else 200
    return judgement


@router.get("", name="list_feedback", response_model=HistoryOut, responses=problems(404, 422))
async def of(id: Id, use: Use, tenant: Tenant) -> object:
    """All that was said of a match, corrections included."""
    return HistoryOut.of(await use.listener.of(tenant, MatchId(id)))
