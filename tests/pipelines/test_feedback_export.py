"""Judgements become graded pairs with the very numbers that were served."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from core.answers import Match
from core.domain import CandidateId, FeedbackId, JobId, MatchId, TenantId
from core.feedback import Judgement, Outcome, Served, sides
from models.features import NAMES
from pipelines import evaluate, features
from pipelines.feedback import GRADES, SOURCE, Exported, Said, Shown, answers, export, grade_of, judgements
from pipelines.pairs import Pairs, read_pairs, write_pairs
from pipelines.params import FeaturesParams
from stores.sql import Sql
from tests import make
from tests.pipelines.test_training import SETTINGS, graded

ADA, BEN = CandidateId("cnd_ada"), CandidateId("cnd_ben")
JOB = JobId("job_1")
ROWS = np.random.default_rng(3).random((2, len(NAMES)), np.float32)


def shown(match: str, *, names: Sequence[str] = NAMES, add: float = 0.0) -> Shown:
    receipt = make.receipt(
        id=MatchId(match), source=JOB, matches=(Match(ADA, 1, 0.9), Match(BEN, 2, 0.5)), features=tuple(names)
    )
    return Shown(receipt, {ADA: ROWS[0] + add, BEN: ROWS[1] + add})


def said(
    outcome: Outcome, *, match: str = "mat_1", about: CandidateId = ADA, judge: str = "ann", later_s: int = 0
) -> Said:
    at = make.NOW + timedelta(seconds=later_s)
    word = Judgement(FeedbackId(make.name("fbk")), MatchId(match), about, judge, outcome, at, at)
    return Said(make.ACME, word, JOB, about)


def grades(exported: Exported) -> dict[str, int]:
    return {pair.cv: pair.grade for pair in exported.table.pairs}


def test_a_pair_has_the_features_it_was_served_with() -> None:
    back = list(reversed(NAMES))

    table = export([said(Outcome.HIRED)], {MatchId("mat_1"): shown("mat_1", names=back)}).table

    np.testing.assert_array_equal(table.rows, ROWS[:1, ::-1])


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if GRADES[outcome] is not None])
def test_the_last_word_of_a_judge_counts(outcome: Outcome) -> None:
    words = [said(Outcome.REJECTED), said(Outcome.HIRED, later_s=1), said(outcome, later_s=2)]

    exported = export(words, {MatchId("mat_1"): shown("mat_1")})

    assert grades(exported) == {ADA: GRADES[outcome]}


def test_a_later_view_takes_a_judgement_back() -> None:
    exported = export([said(Outcome.HIRED), said(Outcome.VIEWED, later_s=1)], {MatchId("mat_1"): shown("mat_1")})

    assert exported.table.pairs == ()
    assert exported.report["left_out"] == {"only viewed": 1}


def test_of_several_judges_the_middle_counts_and_the_lower_of_two() -> None:
    assert grade_of([Outcome.HIRED, Outcome.REJECTED]) == 0
    assert grade_of([Outcome.HIRED, Outcome.SHORTLISTED, Outcome.REJECTED]) == 2
    assert grade_of([Outcome.HIRED, Outcome.VIEWED]) == 3
    assert grade_of([Outcome.VIEWED]) is None


def test_a_pair_that_was_shown_twice_is_one_pair_as_it_was_judged_last() -> None:
    words = [said(Outcome.REJECTED), said(Outcome.HIRED, match="mat_2", later_s=1)]

    exported = export(words, {MatchId(id): shown(id, add=add) for id, add in (("mat_1", 0), ("mat_2", 1))})

    assert grades(exported) == {ADA: 3}
    np.testing.assert_array_equal(exported.table.rows, ROWS[:1] + 1)
    assert exported.more["match"] == ["mat_2"]


@pytest.mark.parametrize("names", [(), NAMES[:-1], (*NAMES[:-1], "charm")], ids=["none", "fewer", "another"])
def test_rows_without_todays_features_are_left_out_and_counted(names: Sequence[str]) -> None:
    exported = export([said(Outcome.HIRED)], {MatchId("mat_1"): shown("mat_1", names=names)})

    assert exported.table.pairs == ()
    assert exported.report["left_out"] == {"served with other features": 1}


def test_the_report_counts_what_was_shown_and_judged_by_rank() -> None:
    exported = export([said(Outcome.HIRED), said(Outcome.VIEWED, about=BEN)], {MatchId("mat_1"): shown("mat_1")})

    assert exported.report["ranks"] == {
        "1 to 1": {"shown": 1, "judged": 1},
        "2 to 3": {"shown": 1, "judged": 0},
        "4 to 10": {"shown": 0, "judged": 0},
        "11 to 100": {"shown": 0, "judged": 0},
    }


async def test_what_the_store_keeps_is_exported(sql: Sql, acme: TenantId, globex: TenantId) -> None:
    receipt = make.receipt(source=JOB, matches=(Match(ADA, 1, 0.9), Match(BEN, 2, 0.5)), features=NAMES)
    async with sql.transaction(acme) as rows:
        for owner in (JOB, ADA, BEN):
            await rows.keys.put(owner, sql.keyring.new(owner))
        await rows.receipts.put(receipt)
        await rows.served.put(receipt, [Served(ADA, ROWS[0]), Served(BEN, ROWS[1])])
        for about, outcome in ((ADA, Outcome.INTERVIEWED), (BEN, Outcome.REJECTED)):
            word = Judgement(FeedbackId(make.name("fbk")), receipt.id, about, "ann", outcome, make.NOW, make.NOW)
            await rows.feedback.put(word, sides(receipt, about))

    words = [one async for one in judgements(sql.transaction, acme)]
    exported = export(words, await answers(sql.transaction, acme, {receipt.id}))

    assert grades(exported) == {ADA: 3, BEN: 0}
    np.testing.assert_array_equal(exported.table.rows, ROWS)
    assert [one async for one in judgements(sql.transaction, globex)] == []


def test_the_features_stage_adds_the_exported_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = export([said(Outcome.HIRED)], {MatchId("mat_1"): shown("mat_1")})
    write_pairs(tmp_path / "feedback.csv", exported.table, exported.more)
    params = FeaturesParams(
        tmp_path,
        tmp_path,
        tmp_path,
        embedder=tmp_path / "none",
        vectors=tmp_path,
        read_on={},
        feedback=tmp_path / "feedback.csv",
    )
    monkeypatch.setattr(features, "section", lambda *_: params)
    monkeypatch.setattr(features, "sources", lambda _: {})
    monkeypatch.setattr("sys.argv", ["features", "--out", str(tmp_path)])

    features.main()

    written = read_pairs(tmp_path / "pairs.csv")
    assert [pair.source for pair in written.pairs] == [SOURCE]
    np.testing.assert_array_equal(written.rows, ROWS[:1])


def test_the_report_shows_what_feedback_adds() -> None:
    """Few graded pairs teach little; feedback that is as good teaches more, on folds that are the same."""
    few, told = graded(jobs=9), graded(jobs=14, seed=6)
    judged = tuple(type(pair)(SOURCE, pair.job, pair.cv, pair.grade) for pair in told.pairs)
    table = features.join([few, Pairs(judged, told.rows)])

    found = evaluate.what_feedback_adds(table, SETTINGS)

    assert set(found) == {"made-up", SOURCE}
    for name in (evaluate.RANKER, evaluate.SCORER):
        with_it, without = (found[SOURCE][f"{name}, {taught}"]["auc"] for taught in ("with feedback", "without"))
        assert isinstance(with_it, float)
        assert isinstance(without, float)
        assert with_it > without
    titles = [one.title for one in evaluate.as_section({}, found).tables]
    assert titles == [f"What feedback adds on `{source}`" for source in (SOURCE, "made-up")]
    assert evaluate.what_feedback_adds(few, SETTINGS) == {}


def test_feedback_that_only_rejects_is_measured_too() -> None:
    few, told = graded(jobs=9), graded(jobs=3, seed=6)
    judged = tuple(type(pair)(SOURCE, pair.job, pair.cv, 0) for pair in told.pairs)

    found = evaluate.what_feedback_adds(features.join([few, Pairs(judged, told.rows)]), SETTINGS)

    assert str(found[SOURCE][f"{evaluate.RANKER}, without"]["ndcg_5"]) == "nan"
    assert evaluate.as_section({}, found).tables
