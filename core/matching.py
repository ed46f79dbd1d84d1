"""Use case: find the candidates for a job, or the jobs for a candidate, with reasons."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from core.answers import Category, Evidence, Explanation, Filters, Match, Receipt
from core.domain import Candidate, CandidateId, Case, Job, JobId, Kind, MatchId, ModelVersion, OwnerId, TenantId, new_id
from core.errors import BadInput, Contradiction, NotFound, NotReady, Overloaded
from core.packing import pack_case, unpack_case
from core.parts import Embed, Parse, Rank, Ranking, Score, Scored, Scores
from core.ports import Collection, Transaction, Vectors

MAX_LIMIT = 100
MAX_ONLY = 1_000
MAX_TEXT = 100_000  # characters of a free-text query

FindEvidence = Callable[[Case, Case, str], tuple[Evidence, ...]]
First = Callable[[], AbstractContextManager[None]]  # held while a match is answered: others wait meanwhile


@dataclass(frozen=True, slots=True)
class Query:
    """Exactly one of `source` and `text`: what to match. `only` scores exactly these, retrieving nothing."""

    looking_for: Kind
    source: OwnerId | None = None
    text: str = ""
    filters: Filters = field(default_factory=Filters)
    weights: Mapping[Category, float] = field(default_factory=dict)
    limit: int = 10
    only: tuple[OwnerId, ...] = ()
    explain: bool = True
    pins: tuple[ModelVersion, ...] = ()  # that must answer, instead of those that serve


@dataclass(frozen=True, slots=True)
class _Source:
    packed: bytes
    case: Case
    models: tuple[ModelVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class Matcher:
    """Retrieves a shortlist, ranks it, scores the survivors and explains the page, best first.

    A pair's score depends on that pair alone: never on who else is stored or asked for.
    """

    transaction: Transaction
    vectors: Vectors
    parse: Parse
    embed: Embed
    rank: Rank
    score: Score
    evidence: FindEvidence
    embedder: ModelVersion
    shortlist: int = 200
    survivors: int = 50
    first: First = nullcontext

    async def match(self, tenant: TenantId, query: Query) -> Receipt:
        """The answer as its stored receipt. Raises a `BadInput`, `NotFound` or `NotReady` that says what to do."""
        check(query)
        with self.first():
            receipt = await self._answer(tenant, query)
            async with self.transaction(tenant) as rows:
                await rows.receipts.put(without_surfaces(receipt))
        return receipt

    async def answer(self, tenant: TenantId, query: Query) -> Receipt:
        """The same, and nothing is kept of it."""
        check(query)
        with self.first():
            return await self._answer(tenant, query)

    async def _answer(self, tenant: TenantId, query: Query) -> Receipt:
        source = await self._source(tenant, query)
        ids, packed = await self._pool(tenant, query, source.case)
        ranking, scores = await self._judge(query, source.packed, packed)
        matches = await asyncio.to_thread(self._page, query, source.case, ids, packed, ranking, scores)
        return Receipt(
            id=MatchId(new_id("mat")),
            created_at=datetime.now(UTC),
            looking_for=query.looking_for,
            source=query.source,
            source_sha256=hashlib.sha256(source.packed).hexdigest(),
            filters=query.filters,
            weights=query.weights,
            limit=query.limit,
            models=(self.embedder, *source.models, ranking.version, scores.version),
            considered=len(ids),
            matches=matches,
        )

    async def receipt(self, tenant: TenantId, id: MatchId) -> Receipt:
        async with self.transaction(tenant) as rows:
            return await rows.receipts.get(id)

    async def _source(self, tenant: TenantId, query: Query) -> _Source:
        if query.source is None:
            return await self._read(query)
        async with self.transaction(tenant) as rows:
            packed = (await rows.cases.get([query.source], self.embedder)).get(query.source)
            if packed is None:
                owner: Candidate | Job = (
                    await rows.candidates.get(CandidateId(query.source))
                    if query.looking_for is Kind.JOB
                    else await rows.jobs.get(JobId(query.source))
                )
                raise NotReady(f"{owner.id} is not indexed yet: its document says how far it is, and why it failed")
        return _Source(packed, unpack_case(packed))

    async def _read(self, query: Query) -> _Source:
        reading = await self.parse.text(query.text, query.looking_for.other)
        embedding = await self.embed.passages(reading.passages)
        if embedding.version != self.embedder:
            raise Overloaded("the encoder is being switched: try again in a few seconds")
        case = Case(reading.facts, embedding, reading.words, reading.skills)
        return _Source(pack_case(case), case, (reading.version,))

    async def _pool(self, tenant: TenantId, query: Query, wanted: Case) -> tuple[list[OwnerId], list[bytes]]:
        collection = Collection(query.looking_for, self.embedder)
        found: Sequence[OwnerId] = query.only or await self.vectors.search(
            collection, tenant, wanted, query.filters, max(self.shortlist, query.limit)
        )
        async with self.transaction(tenant) as rows:
            stored = await rows.cases.get(found, self.embedder)
        if query.only:
            _require(query.only, stored)
            found = await self.vectors.keep(collection, tenant, query.only, query.filters)
        ids = [id for id in found if id in stored]  # a point may outlive its row by a moment: then it is gone
        return ids, [stored[id] for id in ids]

    async def _judge(self, query: Query, one: bytes, many: list[bytes]) -> tuple[Ranking, Scores]:
        keep = len(many) if query.only else max(self.survivors, query.limit)
        ranking = await self.rank.order(one, many, keep)
        explain = query.limit if query.explain else 0
        return ranking, await self.score.pairs(ranking.features, query.weights, explain)

    def _page(
        self, query: Query, source: Case, ids: list[OwnerId], packed: list[bytes], ranking: Ranking, scores: Scores
    ) -> tuple[Match, ...]:
        judged = [
            (ids[index], packed[index], scored) for index, scored in zip(ranking.order, scores.pairs, strict=True)
        ]
        judged.sort(key=lambda one: (one[2].score is None, -(one[2].score or 0.0), one[0]))
        page = [(id, unpack_case(packed), scored) for id, packed, scored in judged[: query.limit]]
        return tuple(
            Match(
                id=id,
                rank=rank,
                score=scored.score,
                abstained=scored.abstained,
                explanation=self._explain(query, source, case, scored) if scored.contributions else None,
                flagged=case.facts.flagged,
            )
            for rank, (id, case, scored) in enumerate(page, start=1)
        )

    def _explain(self, query: Query, source: Case, other: Case, scored: Scored) -> Explanation:
        job, candidate = (source, other) if query.looking_for is Kind.CANDIDATE else (other, source)
        return Explanation(
            base=scored.base,
            contributions=tuple(
                replace(contribution, evidence=self.evidence(job, candidate, contribution.term))
                for contribution in scored.contributions
            ),
        )


def check(query: Query) -> None:
    """Raises a `BadInput` for what cannot be meant."""
    if (query.source is None) == (not query.text.strip()):
        raise Contradiction("give exactly one of a job, a candidate or a text")
    if len(query.text) > MAX_TEXT:
        raise BadInput(f"the text has {len(query.text)} characters; at most {MAX_TEXT} are read")
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadInput(f"limit is {query.limit}; it must be between 1 and {MAX_LIMIT}")
    if len(query.only) > MAX_ONLY:
        raise BadInput(f"{len(query.only)} ids to score; at most {MAX_ONLY} at once")
    filters = query.filters
    if filters.min_months is not None and filters.max_months is not None and filters.min_months > filters.max_months:
        raise Contradiction("the least experience asked for is more than the most")


def without_surfaces(receipt: Receipt) -> Receipt:
    """What is kept: ids, numbers, labels and spans, but none of the person's own words."""
    return replace(receipt, matches=tuple(_bare(match) for match in receipt.matches))


def _bare(match: Match) -> Match:
    if match.explanation is None:
        return match
    contributions = tuple(
        replace(one, evidence=tuple(_wordless(fact) for fact in one.evidence))
        if any(fact.surface for fact in one.evidence)
        else one
        for one in match.explanation.contributions
    )
    return replace(match, explanation=replace(match.explanation, contributions=contributions))


def _wordless(fact: Evidence) -> Evidence:
    return Evidence(fact.label, fact.found, "", fact.document, fact.span) if fact.surface else fact


def _require(asked: Sequence[OwnerId], stored: Mapping[OwnerId, bytes]) -> None:
    unknown = [id for id in asked if id not in stored]
    if unknown:
        raise NotFound(f"not stored or not indexed: {', '.join(unknown[:10])}{' …' if len(unknown) > 10 else ''}")
