"""The features stage on a few of our own samples, with a reader built here and hashed words for vectors."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.domain import Kind
from models.embedding_hashing import HashingEncoder
from models.reading import load_reader
from pipelines.build_parser import build_parser
from pipelines.features import SAMPLES, Models, Text, compute, samples
from pipelines.pairs import Pair
from pipelines.params import FeaturesParams, section

ROOT = Path(__file__).parents[2]
PAIRS, TEXT_OF = samples(ROOT / "samples")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    folder = tmp_path_factory.mktemp("models") / "parser"
    build_parser(ROOT / "taxonomy", ["nurse in a ward", "developer of software"], folder)
    return Models(load_reader(folder, today=lambda: date(2026, 11, 1)), HashingEncoder())


def silent(line: str) -> None:
    assert line


def test_every_graded_pair_becomes_a_row(models: Models) -> None:
    job = PAIRS[0].job
    some = [pair for pair in PAIRS if pair.job == job][:4]

    table = compute(models, some, TEXT_OF, silent)

    assert table.pairs == tuple(some)
    assert len(table.rows) == len(some)


def test_the_same_texts_give_the_same_rows(models: Models) -> None:
    first, second = (compute(models, PAIRS[:2], TEXT_OF, silent) for _ in range(2))

    np.testing.assert_array_equal(first.rows, second.rows)


def test_what_cannot_be_read_is_named_and_left_out(models: Models) -> None:
    said: list[str] = []
    pairs = [PAIRS[0], Pair(SAMPLES, PAIRS[0].job, "empty", 0)]

    def text_of(kind: Kind, name: str) -> Text:
        return Text(kind, "") if name == "empty" else TEXT_OF(kind, name)

    table = compute(models, pairs, text_of, said.append)

    assert table.pairs == (PAIRS[0],)
    assert any("empty" in line and "left out" in line for line in said)


def test_a_grade_of_a_file_that_is_not_there_stops_the_stage(tmp_path: Path) -> None:
    for name in ("jobs", "cvs"):
        (tmp_path / name).mkdir()
    (tmp_path / "grades.jsonl").write_text(json.dumps({"job": "j", "cv": "c", "grade": 1, "role": 1}))
    (pair,), text_of = samples(tmp_path)

    with pytest.raises(SystemExit, match="no such file"):
        text_of(Kind.JOB, pair.job)


def test_the_committed_parameters_name_the_day_of_every_source() -> None:
    params = section("features", FeaturesParams, ROOT / "params.yaml")

    assert set(params.read_on) >= {SAMPLES, "graded_dev"}


def test_a_wrong_parameter_is_named(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("features: {data: 1}")

    with pytest.raises(SystemExit, match="features"):
        section("features", FeaturesParams, tmp_path / "params.yaml")
