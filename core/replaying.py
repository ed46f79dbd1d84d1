"""Use case: what another encoder would change: recent questions asked of both collections, and graded pairs."""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from core.answers import Receipt
from core.bulk import Bulk, embedding_of
from core.domain import Case, Kind, ModelVersion, OwnerId, TenantId
from core.errors import BadInput, CoreError, ModelError, NotFound, NotReady
from core.indexing import Turn
from core.matching import Query
from core.packing import pack_case
from core.parts import Parts, Reading
from core.plans import Change, Finding, Versions
from core.ports import Transaction
from core.tallies import TOP, compare

QUESTIONS = 50  # the newest of all tenants, each once
SHOWN = 20  # questions whose changes are listed one by one; ids only
WORSE = 0.02  # of nDCG@10 on our samples: less says nothing, with fifteen jobs

Answer = Callable[[TenantId, Query], Awaitable[Receipt]]


@dataclass(frozen=True, slots=True)
class Sample:
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class GradedJob:
    """A job, and CVs with their grades: 0 does not suit, 3 suits very well."""

    job: Sample
    cvs: tuple[tuple[Sample, int], ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """`answer` gives the matcher at some versions, which keeps nothing of its answers."""

    tenants: Callable[[], Awaitable[list[TenantId]]]
    transaction: Transaction
    answer: Callable[[Versions], Answer]
    turn: Turn = nullcontext

    async def questions(self, change: Change) -> Finding:
        """Passes unless the new versions fail at something that those that serve answer."""
        before, after = self.answer(change.before.serving), self.answer(change.after.serving)
        overlaps: list[float] = []
        same_first = 0
        moved: dict[str, float | str] = {}
        failed: list[str] = []
        for tenant, receipt in await self._recent():
            query = _again(receipt)
            try:
                async with self.turn():
                    served = await before(tenant, query)
            except (BadInput, NotFound, NotReady):
                continue  # its subject was forgotten or is being replaced
            try:
                async with self.turn():
                    new = await after(tenant, query)
            except CoreError as error:
                failed.append(f"{query.source}: {error}")
                continue
            comparison = compare(served, new)
            overlaps.append(comparison.overlap)
            same_first += comparison.same_first
            if len(moved) < SHOWN and (says := _moved(served, new)):
                moved[str(query.source)] = says
        asked = len(overlaps) + len(failed)
        if not asked:
            return Finding("recent questions", passed=True, says="nobody has asked about anybody stored yet")
        compared: dict[str, float | str] = {"questions": asked, "failed": len(failed)}
        if overlaps:
            compared |= {
                f"overlap_at_{TOP}": round(statistics.fmean(overlaps), 4),
                "least_overlap": round(min(overlaps), 4),
                "same_first": round(same_first / len(overlaps), 4),
            }
        says = "; ".join(failed[:3]) or f"overlap@{TOP} is {statistics.fmean(overlaps):.2f} over {asked} questions"
        return Finding("recent questions", passed=not failed, says=says, compared=compared | moved)

    async def _recent(self) -> list[tuple[TenantId, Receipt]]:
        found: list[tuple[TenantId, Receipt]] = []
        for tenant in await self.tenants():
            async with self.transaction(tenant) as rows:
                found += [(tenant, receipt) for receipt in await rows.receipts.recent(QUESTIONS)]
        found.sort(key=lambda one: one[1].id)
        newest = {(tenant, one.source, one.looking_for): (tenant, one) for tenant, one in found}
        return sorted(newest.values(), key=lambda one: one[1].id, reverse=True)[:QUESTIONS]


@dataclass(frozen=True, slots=True)
class Graded:
    """`parts` at some versions, which let users go first; `samples` may block."""

    parts: Callable[[Versions], Parts]
    samples: Callable[[], Sequence[GradedJob]]

    async def pairs(self, change: Change) -> Finding:
        """The order in which each set of versions puts the CVs of a job, against their grades."""
        jobs = await asyncio.to_thread(self.samples)
        readings = await self._read(jobs, self.parts(change.after.serving))
        served, new = [
            await self._ndcg(jobs, readings, versions) for versions in (change.before.serving, change.after.serving)
        ]
        if not served:
            raise ModelError("no graded sample can be read")
        compared: dict[str, float | str] = {"jobs": len(served), "cvs": len({name for name, _ in readings}) - len(jobs)}
        for at, place in ((5, 0), (10, 1)):
            compared[f"served_ndcg_{at}"] = round(statistics.fmean(one[place] for one in served), 4)
            compared[f"new_ndcg_{at}"] = round(statistics.fmean(one[place] for one in new), 4)
        before, after = (statistics.fmean(one[1] for one in some) for some in (served, new))
        says = f"nDCG@10 is {after:.3f}, of what serves {before:.3f}"
        return Finding("graded samples", passed=after >= before - WORSE, says=says, compared=compared)

    async def _read(self, jobs: Sequence[GradedJob], parts: Parts) -> dict[tuple[str, Kind], Reading]:
        wanted = {(cv.file_name, Kind.CANDIDATE): cv for job in jobs for cv, _ in job.cvs}
        wanted |= {(job.job.file_name, Kind.JOB): job.job for job in jobs}
        found: dict[tuple[str, Kind], Reading] = {}
        for (name, kind), sample in wanted.items():
            try:
                found[name, kind] = await parts.parse.file(sample.content, name, kind)
            except BadInput:
                continue  # a scan without OCR: graded by people, who can read it
        return found

    async def _ndcg(
        self, jobs: Sequence[GradedJob], readings: Mapping[tuple[str, Kind], Reading], versions: Versions
    ) -> list[tuple[float, float]]:
        """At 5 and at 10, of each job with a CV that suits."""
        parts, embedder = self.parts(versions), versions["embedder"]
        cases = await _cases(readings, Bulk(parts.embed, embedder), embedder)
        found = []
        for job in jobs:
            graded = [(cv, grade) for one, grade in job.cvs if (cv := cases.get((one.file_name, Kind.CANDIDATE)))]
            asked = cases.get((job.job.file_name, Kind.JOB))
            if asked is None or not any(grade for _, grade in graded):
                continue
            ranking = await parts.rank.order(asked, [cv for cv, _ in graded], len(graded))
            scores = (await parts.score.pairs(ranking.features, {}, 0)).pairs
            values = [-1.0 if one.score is None else one.score for one in scores]  # who is not judged comes last
            judged = sorted(zip(values, ranking.order, strict=True), key=lambda one: one[0], reverse=True)
            grades = [graded[index][1] for _, index in judged]
            found.append((ndcg(grades, 5), ndcg(grades, 10)))
        return found


def ndcg(grades: Sequence[int], at: int) -> float:
    """Of grades in the order of a ranking, at least one above 0; gain 2^grade - 1."""

    def gain(some: Sequence[int]) -> float:
        return math.fsum((2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(some[:at]))

    return gain(grades) / gain(sorted(grades, reverse=True))


async def _cases(
    readings: Mapping[tuple[str, Kind], Reading], bulk: Bulk, embedder: ModelVersion
) -> dict[tuple[str, Kind], bytes]:
    vectors = await bulk.rows(text for reading in readings.values() for text in reading.passages.texts)

    def case(reading: Reading) -> Case:
        embedding = embedding_of(embedder, reading.passages, vectors)
        return Case(reading.facts, embedding, reading.words, reading.skills)

    return {key: pack_case(case(reading)) for key, reading in readings.items()}


def _again(receipt: Receipt) -> Query:
    return Query(
        looking_for=receipt.looking_for,
        source=receipt.source,
        filters=receipt.filters,
        weights=receipt.weights,
        limit=max(TOP, receipt.limit),
        explain=False,
    )


def _moved(served: Receipt, new: Receipt) -> str:
    """Who enters the first ten and who leaves them, with the rank there: `in cnd_1 3, cnd_7 9; out cnd_2 4`."""
    old, now = (_ranks(receipt) for receipt in (served, new))
    enters = ", ".join(f"{id} {rank}" for id, rank in now.items() if id not in old)
    leaves = ", ".join(f"{id} {rank}" for id, rank in old.items() if id not in now)
    return "; ".join(f"{verb} {who}" for verb, who in (("in", enters), ("out", leaves)) if who)


def _ranks(receipt: Receipt) -> dict[OwnerId, int]:
    return {match.id: match.rank for match in receipt.matches[:TOP]}
