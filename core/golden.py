"""Golden requests: a few pairs of our own samples of which anybody can say how they must come out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.domain import Case, Kind, ModelVersion
from core.packing import pack_case
from core.parts import Parts, Ranking, Scored
from core.plans import Finding, Plan, Versions

SHORTLIST, KEPT, EXPLAINED = 200, 50, 10  # as a match has them
ROUNDS = 7  # of each, in turns; the fastest counts, for what else runs on a machine only ever adds time
SLOWER, LONGER_S = 1.5, 0.010  # than what serves; the second is what a crowded machine adds by itself
EXACT = 1e-6  # what contributions may differ by from their score


@dataclass(frozen=True, slots=True)
class Request:
    """The text of an ad, and of CVs that suit it or plainly do not."""

    name: str
    job: str
    suits: tuple[str, ...]
    unsuited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Scores of the suited are at least, of the unsuited at most so much."""

    suits_least: float
    unsuited_most: float


@dataclass(frozen=True, slots=True)
class _Read:
    """A request as packed cases; the suited come first."""

    name: str
    job: bytes
    cvs: tuple[bytes, ...]
    suited: int


@dataclass(frozen=True)
class Golden:
    """Asks the parts themselves, where they run. `samples` reads the requests."""

    parts: Callable[[Versions], Parts]
    samples: Callable[[], tuple[Bounds, Sequence[Request]]]
    clock: Callable[[], float] = time.perf_counter  # seconds
    _known: dict[tuple[ModelVersion, ModelVersion], list[_Read]] = field(default_factory=dict)

    async def requests(self, before: Plan, after: Plan) -> Finding:
        """Every suited CV comes above every other, within the bounds, and whoever else is asked for changes nothing."""
        parts, wrong = self.parts(after.tried), list[str]()
        least, most = 1.0, 0.0
        bounds, _ = self.samples()
        reads = await self._read(after.tried)
        for read in reads:
            ranking, scores = await _judged(parts, read.cvs, read)
            wrong += await _other_pool(parts, read, ranking, scores)
            values = [one.score for one in scores]
            if any(value is None for value in values):
                wrong.append(f"{read.name}: no score for {sum(value is None for value in values)} of {len(values)} CVs")
            known = [math.nan if value is None else value for value in values]
            wrong += [f"{read.name}: contributions do not add up" for one in scores if not _adds_up(one)]
            suited, others = known[: read.suited], known[read.suited :]
            least, most = min(least, *suited), max(most, *others)
            if set(ranking.order[: read.suited]) != set(range(read.suited)):
                wrong.append(f"{read.name}: the ranking puts another CV above one that suits")
            if not min(suited) > max(others):
                wrong.append(
                    f"{read.name}: {max(others):.2f} for a CV that does not suit, {min(suited):.2f} for one that does"
                )
        if not least >= bounds.suits_least:
            wrong.append(f"a CV that suits has {least:.2f}, less than {bounds.suits_least:g}")
        if not most <= bounds.unsuited_most:
            wrong.append(f"a CV that does not suit has {most:.2f}, more than {bounds.unsuited_most:g}")
        compared: dict[str, float | str] = {
            "requests": len(reads),
            "least of the suited": round(least, 4),
            "most of the others": round(most, 4),
        }
        return Finding(
            "golden requests", not wrong, "; ".join(wrong[:5]) or "order and scores are as they must be", compared
        )

    async def speed(self, before: Plan, after: Plan) -> Finding:
        """The fastest round of each, side by side on the same shortlist, wherever the parts run."""
        old, new = self.parts(before.serving), self.parts(after.tried)
        taken: dict[str, list[float]] = {"serving": [], "new": []}
        reads = {"serving": (await self._read(before.serving))[0], "new": (await self._read(after.tried))[0]}
        for number in range(ROUNDS + 1):
            for name, parts in (("serving", old), ("new", new)):
                many = [reads[name].cvs[at % len(reads[name].cvs)] for at in range(SHORTLIST)]
                started = self.clock()
                ranking = await parts.rank.order(reads[name].job, many, KEPT)
                await parts.score.pairs(ranking.features, {}, EXPLAINED)
                if number:  # the first one warms up
                    taken[name].append(self.clock() - started)
        serving_s, new_s = (min(taken[name]) for name in ("serving", "new"))
        allowed_s = SLOWER * serving_s + LONGER_S
        says = f"{1000 * new_s:.0f} ms a shortlist, {1000 * serving_s:.0f} ms now, at most {1000 * allowed_s:.0f} ms"
        compared: dict[str, float | str] = {"serving_ms": round(1000 * serving_s, 2), "new_ms": round(1000 * new_s, 2)}
        return Finding("speed", new_s <= allowed_s, says, compared)

    async def _read(self, versions: Versions) -> list[_Read]:
        """Read and embedded once for each reader and encoder."""
        key = (versions["parser"], versions["embedder"])
        if key not in self._known:
            self._known.clear()
            parts = self.parts(versions)
            self._known[key] = [await _cases(parts, one) for one in self.samples()[1]]
        return self._known[key]


async def _cases(parts: Parts, request: Request) -> _Read:
    async def case(text: str, kind: Kind) -> bytes:
        reading = await parts.parse.text(text, kind)
        embedding = await parts.embed.passages(reading.passages)
        return pack_case(Case(reading.facts, embedding, reading.words, reading.skills))

    job = await case(request.job, Kind.JOB)
    cvs = [await case(one, Kind.CANDIDATE) for one in (*request.suits, *request.unsuited)]
    return _Read(request.name, job, tuple(cvs), len(request.suits))


async def _judged(parts: Parts, cvs: Sequence[bytes], read: _Read) -> tuple[Ranking, list[Scored]]:
    """The scores in the order of `cvs`, each explained."""
    ranking = await parts.rank.order(read.job, cvs, len(cvs))
    scores = await parts.score.pairs(ranking.features, {}, len(cvs))
    by_cv = dict(zip(ranking.order, scores.pairs, strict=True))
    return ranking, [by_cv[at] for at in range(len(cvs))]


async def _other_pool(parts: Parts, read: _Read, ranking: Ranking, scores: Sequence[Scored]) -> list[str]:
    """The same pairs the other way round, and one of them alone."""
    backwards, again = await _judged(parts, read.cvs[::-1], read)
    _, alone = await _judged(parts, read.cvs[:1], read)
    values = dict(zip(ranking.order, ranking.values, strict=True))
    turned = {len(read.cvs) - 1 - at: value for at, value in zip(backwards.order, backwards.values, strict=True)}
    wrong = [] if turned == values else [f"{read.name}: the order depends on how the CVs are listed"]
    if [one.score for one in again[::-1]] != [one.score for one in scores] or alone[0].score != scores[0].score:
        wrong.append(f"{read.name}: a score depends on who else is asked for")
    return wrong


def _adds_up(one: Scored) -> bool:
    if one.score is None:
        return True
    total = one.base + math.fsum(term.points for term in one.contributions)
    return 0.0 <= one.score <= 1.0 and abs(total - one.score) <= EXACT
