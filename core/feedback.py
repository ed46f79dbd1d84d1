"""Use case: what people made of an answer's matches, kept beside the numbers those matches were judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from core.answers import Receipt
from core.domain import CandidateId, FeedbackId, JobId, Kind, MatchId, OwnerId, TenantId, Vector, new_id
from core.errors import Conflict, NotFound
from core.ports import Transaction

MAX_WORDS = 1_000  # judgements of one match: a page of 100 judged by ten people


class Outcome(StrEnum):
    """What became of a match, in the judgement of one person."""

    VIEWED = "viewed"  # seen and nothing said: no judgement
    REJECTED = "rejected"  # would not be called
    SHORTLISTED = "shortlisted"
    INTERVIEWED = "interviewed"
    HIRED = "hired"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What `judge`, an id of the caller's, said of `about`, which `match` had found. None is ever changed: of one
    judge's words about one match, the last counts."""

    id: FeedbackId
    match: MatchId
    about: OwnerId
    judge: str
    outcome: Outcome
    given_at: datetime
    judged_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """The stored job and candidate of a pair; None where one was a text that is not kept."""

    job: JobId | None
    candidate: CandidateId | None

    @property
    def person(self) -> OwnerId:
        """Whose data key seals what is said of the pair: erasing the candidate leaves noise."""
        person = self.candidate or self.job
        if person is None:
            raise ValueError("a pair of two texts is never answered")
        return person


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """The feature row [k] that one match of an answer was judged by; its names are the receipt's `features`."""

    about: OwnerId
    row: Vector


def sides(receipt: Receipt, about: OwnerId) -> Sides:
    source = receipt.source
    if receipt.looking_for is Kind.CANDIDATE:
        return Sides(None if source is None else JobId(source), CandidateId(about))
    return Sides(JobId(about), None if source is None else CandidateId(source))


@dataclass(frozen=True, slots=True)
class Word:
    """What a caller says. Without `judged_at` it is said now."""

    about: OwnerId
    judge: str
    outcome: Outcome
    reason: str = ""
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All that was said of a match, oldest first, and which of it counts."""

    judgements: tuple[Judgement, ...]
    standing: frozenset[FeedbackId] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Listener:
    """Takes in judgements of what a match found."""

    transaction: Transaction

    async def give(self, tenant: TenantId, match: MatchId, word: Word) -> tuple[Judgement, bool]:
        """The judgement, and whether it is new: saying the same again changes nothing.

        Raises `NotFound` for a match of nobody, for whom it did not show, and when either side was erased.
        """
        async with self.transaction(tenant) as rows:
            receipt = await rows.receipts.get(match)
            if word.about not in {one.id for one in receipt.matches}:
                raise NotFound(f"match {match} did not show {word.about}")
            for owner in (word.about, *([receipt.source] if receipt.source else [])):
                await rows.keys.get(owner)
            await rows.feedback.hold(match)
            said = await rows.feedback.of(match)
            last = next((one for one in reversed(said) if (one.about, one.judge) == (word.about, word.judge)), None)
            if last is not None and _same(last, word):
                return last, False
            if len(said) >= MAX_WORDS:
                raise Conflict(f"match {match} has {len(said)} judgements; no more are taken")
            now = datetime.now(UTC)
            judgement = Judgement(
                id=FeedbackId(new_id("fbk")),
                match=match,
                about=word.about,
                judge=word.judge,
                outcome=word.outcome,
                given_at=now,
                judged_at=word.judged_at or now,
                reason=word.reason,
            )
            await rows.feedback.put(judgement, sides(receipt, word.about))
        return judgement, True

    async def of(self, tenant: TenantId, match: MatchId) -> History:
        async with self.transaction(tenant) as rows:
            await rows.receipts.get(match)
            said = await rows.feedback.of(match)
        return History(tuple(said), standing(said))


def standing(said: Sequence[Judgement]) -> frozenset[FeedbackId]:
    """The last word of each judge about each match, of words in the order they were given."""
    return frozenset({(one.match, one.about, one.judge): one.id for one in said}.values())


def _same(last: Judgement, word: Word) -> bool:
    """A word without a time repeats one of any time."""
    return (last.outcome, last.reason) == (word.outcome, word.reason) and word.judged_at in (None, last.judged_at)
