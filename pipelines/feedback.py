"""Judgements of served matches as graded pairs: `python -m pipelines.feedback`, run by an operator.

Each pair has the features that it was served with, to the bit. Of a judge's words about a pair the last counts, of
several judges the lower middle grade; `viewed` is no judgement. Who stands high is judged more often, and pairs that
were never shown not at all: an unjudged pair is not taken for a rejection, and the report counts judgements by rank.
The table holds numbers about people: keep it where such may be kept, and write it anew when somebody was erased.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

import numpy as np

from core.answers import Receipt
from core.domain import FeedbackId, MatchId, OwnerId, TenantId
from core.errors import CoreError
from core.feedback import Judgement, Outcome, Sides
from core.ports import Transaction
from core.settings import Settings
from models.features import NAMES, Rows
from pipelines.pairs import Pair, Pairs, write_pairs
from stores.access import SqlAccess
from stores.keys import MasterKeyring, open_keyring
from stores.postgres import open_database
from stores.sql import Sql, open_engine
from stores.sql_migrate import migrate_database

SOURCE = "feedback"
PAGE = 500
# Grades as those of graded pairs: from 2 on a recruiter would call.
GRADES: Mapping[Outcome, int | None] = {
    Outcome.VIEWED: None,
    Outcome.REJECTED: 0,
    Outcome.SHORTLISTED: 2,
    Outcome.INTERVIEWED: 3,
    Outcome.HIRED: 3,
}
RANKS = ((1, 1), (2, 3), (4, 10), (11, 100))  # bands of the report

Key = tuple[TenantId, str, str]  # a pair: tenant, job, candidate


@dataclass(frozen=True, slots=True)
class Said:
    """One judgement and where it was shown."""

    tenant: TenantId
    judgement: Judgement
    job: str
    candidate: str


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """An answer that was judged: its receipt and the features of what it showed."""

    receipt: Receipt
    rows: Mapping[OwnerId, Rows]


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """`more` are columns about each pair that training does not read."""

    table: Pairs
    more: Mapping[str, Sequence[str]]
    report: Mapping[str, object]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--out", type=Path, default=Path("artifacts/feedback"))
    arguments.add_argument("--tenant", action="append", help="only of this tenant's id (again for more)")
    options = arguments.parse_args()
    settings = Settings()
    try:
        keyring = open_keyring(settings)
        with open_database(settings) as database:
            migrate_database(database)
            exported = asyncio.run(_run(database.owner_url, keyring, options.tenant))
    except (CoreError, ValueError) as error:
        sys.exit(str(error))
    write_pairs(options.out / "pairs.csv", exported.table, exported.more)
    (options.out / "report.json").write_text(json.dumps(exported.report, indent=1) + "\n", "utf-8")
    print(f"{options.out}: {len(exported.table.pairs)} pairs; {json.dumps(exported.report)}")


async def _run(url: str, keyring: MasterKeyring, only: Sequence[str] | None) -> Exported:
    async with open_engine(url) as engine:
        sql = Sql(engine, keyring)
        known = [each.id for each in await SqlAccess(engine, keyring).tenants()]
        if unknown := set(only or ()) - set(known):
            raise ValueError(f"no tenant {', '.join(sorted(unknown))}: see `python -m pipelines.tenants list`")
        said: list[Said] = []
        shown: dict[MatchId, Shown] = {}
        for tenant in known if only is None else [TenantId(one) for one in only]:
            some = [one async for one in judgements(sql.transaction, tenant)]
            shown |= await answers(sql.transaction, tenant, {one.judgement.match for one in some})
            said += some
    return export(said, shown)


async def judgements(transaction: Transaction, tenant: TenantId) -> AsyncIterator[Said]:
    """All of a tenant, oldest first within a judge's words about a pair."""
    after: FeedbackId | None = None
    found: list[Said] = []
    while True:
        async with transaction(tenant) as rows:
            page = await rows.feedback.page(after, PAGE)
        found += [Said(tenant, one, *_names(one, pair)) for one, pair in page]
        if len(page) < PAGE:
            break
        after = page[-1][0].id
    for one in sorted(found, key=lambda one: (one.judgement.given_at, one.judgement.id)):
        yield one


def _names(one: Judgement, pair: Sides) -> tuple[str, str]:
    """A text that was not kept is named by its match."""
    return pair.job or f"text of {one.match}", pair.candidate or f"text of {one.match}"


async def answers(transaction: Transaction, tenant: TenantId, matches: set[MatchId]) -> dict[MatchId, Shown]:
    found = {}
    for match in sorted(matches):
        async with transaction(tenant) as rows:
            served = await rows.served.of(match)
            found[match] = Shown(await rows.receipts.get(match), {one.about: one.row for one in served})
    return found


def export(said: Sequence[Said], shown: Mapping[MatchId, Shown]) -> Exported:
    """One graded pair of each job and candidate; rows that lack one of today's features are left out and counted."""
    pairs: dict[Key, dict[str, Said]] = {}
    for one in said:
        pairs.setdefault((one.tenant, one.job, one.candidate), {}).pop(one.judgement.judge, None)
        pairs[one.tenant, one.job, one.candidate][one.judgement.judge] = one
    kept: list[Pair] = []
    rows: list[Rows] = []
    more: dict[str, list[str]] = {name: [] for name in ("match", "rank", "models", "outcomes")}
    left_out: Counter[str] = Counter()
    for (_, job, candidate), words in sorted(pairs.items()):
        grade = grade_of([word.judgement.outcome for word in words.values()])
        last = max(words.values(), key=lambda word: word.judgement.given_at).judgement
        row = _row(shown[last.match], last.about)
        if grade is None or row is None:
            left_out["only viewed" if grade is None else "served with other features"] += 1
            continue
        receipt = shown[last.match].receipt
        kept.append(Pair(SOURCE, job, candidate, grade))
        rows.append(row)
        more["match"].append(last.match)
        more["rank"].append(str(_ranks(receipt)[last.about]))
        more["models"].append(" ".join(map(str, receipt.models)))
        more["outcomes"].append(" ".join(sorted(word.judgement.outcome.value for word in words.values())))
    table = Pairs(tuple(kept), np.stack(rows) if rows else np.empty((0, len(NAMES)), np.float32))
    return Exported(table, more, _report(said, shown, table, left_out))


def grade_of(outcomes: Sequence[Outcome]) -> int | None:
    """Of the last word of each judge: the lower middle one of their grades; None when nobody judged."""
    grades = [grade for outcome in outcomes if (grade := GRADES[outcome]) is not None]
    return median_low(grades) if grades else None


def _row(answer: Shown, about: OwnerId) -> Rows | None:
    """In the order of today's features, by name."""
    row = answer.rows.get(about)
    names = answer.receipt.features
    if row is None or len(names) != len(row) or not set(NAMES) <= set(names):
        return None
    return row[[names.index(name) for name in NAMES]]


def _ranks(receipt: Receipt) -> dict[OwnerId, int]:
    return {match.id: match.rank for match in receipt.matches}


def _report(
    said: Sequence[Said], shown: Mapping[MatchId, Shown], table: Pairs, left_out: Mapping[str, int]
) -> dict[str, object]:
    """Counts, and how much of what was shown at each rank was judged in the answers with any judgement."""
    judged = {(one.judgement.match, one.judgement.about) for one in said if GRADES[one.judgement.outcome] is not None}
    places = [
        (rank, (match, about) in judged)
        for match, answer in shown.items()
        for about, rank in _ranks(answer.receipt).items()
    ]
    bands: dict[str, dict[str, int]] = {}
    for low, high in RANKS:
        there = [was for rank, was in places if low <= rank <= high]
        bands[f"{low} to {high}"] = {"shown": len(there), "judged": sum(there)}
    return {
        "judgements": len(said),
        "outcomes": dict(sorted(Counter(one.judgement.outcome.value for one in said).items())),
        "grades": dict(sorted(Counter(str(pair.grade) for pair in table.pairs).items())),
        "left_out": dict(sorted(left_out.items())),
        "ranks": bands,
    }


if __name__ == "__main__":
    main()
