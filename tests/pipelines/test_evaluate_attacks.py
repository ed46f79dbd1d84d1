"""A slice of the attacks, with a reader built here and hashed words for vectors: they are flagged and gain nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models.embedding_hashing import HashingEncoder
from models.reading import load_reader
from models.scoring import load_scorer
from pipelines.attacks.corpus import Twins
from pipelines.build_parser import build_parser
from pipelines.evaluate_attacks import TARGET_GAIN, Judge, Outcome, judge_twins, report

ROOT = Path(__file__).parents[2]
SLICE = 40


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    folder = tmp_path_factory.mktemp("models") / "parser"
    build_parser(ROOT / "taxonomy", ["nurse in a ward", "developer of software"], folder)
    reader = load_reader(folder, today=lambda: date(2026, 11, 1))
    bare = load_reader(folder, today=lambda: date(2026, 11, 1), find_suspicious=lambda *_: ())
    return Judge(reader, bare, HashingEncoder(), load_scorer(ROOT / "models/weights/scorer"))


@pytest.fixture(scope="module")
def outcomes(judge: Judge, corpus: list[Twins]) -> list[Outcome]:
    pairs = [pair for pair in corpus if not pair.kind.startswith("PDF ")]
    return judge_twins(judge, pairs[:: len(pairs) // SLICE][:SLICE], ROOT / "samples")


def test_every_attack_of_the_slice_is_flagged_and_no_honest_twin_is(outcomes: list[Outcome]) -> None:
    assert [one.kind for one in outcomes if not one.flagged] == []
    assert [one.kind for one in outcomes if one.mistaken] == []


def test_no_attack_of_the_slice_gains_more_than_a_point(outcomes: list[Outcome]) -> None:
    assert [one for one in outcomes if one.gain > TARGET_GAIN] == []


def test_the_slice_would_pay_where_nothing_is_set_aside(outcomes: list[Outcome]) -> None:
    assert sum(one.bare > 10 for one in outcomes) > len(outcomes) / 4


def test_the_report_tells_of_every_kind(outcomes: list[Outcome]) -> None:
    told = report(outcomes, {"grey": [False, True]}, "hashed words")

    assert {row[0] for row in told.tables[1].rows} == {one.kind for one in outcomes}
    assert told.tables[2].rows == (("grey", "2", "1"),)
