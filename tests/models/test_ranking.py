"""The laws of ranking: better pairs come first, and a version that does not fit is refused clearly."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import lightgbm
import numpy as np
import pytest

from core.domain import ModelVersion
from core.errors import ModelError
from core.packing import pack_case
from models.features import FEATURE, NAMES, WEIGHTS, features
from models.folders import write_model
from models.ranking import AdditiveRanker, LambdaMartRanker, WeightedRanker, load_ranker, rank
from models.scoring import baseline
from tests import make

VERSION = ModelVersion("ranker", 7)


def random_rows(count: int, *, unknown: float = 0.3) -> np.ndarray:
    rng = np.random.default_rng(7)
    low, high = (np.array([getattr(FEATURE[name], end) for name in NAMES]) for end in ("low", "high"))
    rows = rng.uniform(low, high, (count, len(NAMES)))
    return np.where(rng.random(rows.shape) < unknown, np.nan, rows).astype(np.float32)


def trees(names: list[str]) -> lightgbm.Booster:
    rng = np.random.default_rng(3)
    rows = rng.random((120, len(names)))
    settings = {"objective": "lambdarank", "num_leaves": 4, "verbose": -1, "num_threads": 1, "min_data_in_leaf": 5}
    data = lightgbm.Dataset(rows, (rows[:, 0] * 3).astype(int), group=[20] * 6, feature_name=names)
    return lightgbm.train(settings, data, 10)


@pytest.mark.parametrize("name", WEIGHTS)
def test_the_baseline_moves_each_feature_the_way_it_is_declared(name: str) -> None:
    column, feature = NAMES.index(name), FEATURE[name]
    rows = np.repeat(random_rows(1), 9, axis=0)
    rows[:, column] = np.linspace(feature.low, feature.high, 9)

    numbers = WeightedRanker().order(rows)

    assert np.all(np.diff(numbers) * feature.sign > 0)


def test_the_baseline_scores_a_row_the_same_in_every_pool() -> None:
    rows = random_rows(50)

    np.testing.assert_array_equal(WeightedRanker().order(rows)[::7], WeightedRanker().order(rows[::7]))


def test_an_additive_version_orders_as_the_scorer_it_was_fitted_as(tmp_path: Path) -> None:
    scorer, rows = baseline(), random_rows(50)
    write_model(tmp_path, {"kind": "additive", **asdict(scorer)}, {})

    ranker = load_ranker(tmp_path)

    assert isinstance(ranker, AdditiveRanker)
    np.testing.assert_array_equal(np.argsort(ranker.order(rows)), np.argsort(scorer.log_odds(rows).sum(axis=1)))
    np.testing.assert_array_equal(ranker.order(rows)[::7], ranker.order(rows[::7]))


def test_who_shows_what_is_wanted_stands_before_who_does_not() -> None:
    wanted = make.case(make.requirements(must_have=("python", "sql")), seed=1)
    without, with_all = make.case(make.profile(skills=())), make.case(make.profile(skills=("python", "sql")))

    ranked = rank(
        WeightedRanker(), pack_case(wanted), [pack_case(without), pack_case(with_all)], keep=2, version=VERSION
    )

    assert (ranked.version, ranked.order) == (VERSION, (1, 0))
    np.testing.assert_allclose(ranked.features, features(wanted, [with_all, without]), atol=2e-3)


def test_only_the_best_are_kept() -> None:
    wanted = pack_case(make.case(make.requirements()))

    ranked = rank(
        WeightedRanker(), wanted, [pack_case(make.case(seed=seed)) for seed in range(9)], keep=4, version=VERSION
    )

    assert len(ranked.order) == len(ranked.features) == 4


def test_bytes_of_something_else_are_no_case() -> None:
    with pytest.raises(ModelError, match="index its document again"):
        rank(WeightedRanker(), b"\x93\x01", [], keep=1, version=VERSION)


@pytest.mark.parametrize("names", [list(NAMES), ["lines", "title_text"]], ids=["all", "a subset"])
def test_trees_come_back_from_their_folder_as_they_were(tmp_path: Path, names: list[str]) -> None:
    booster, rows = trees(names), random_rows(30)
    files = {"model.txt": booster.model_to_string().encode()}
    write_model(tmp_path, {"kind": "lambdamart", "features": names}, files)

    ranker = load_ranker(tmp_path)

    assert isinstance(ranker, LambdaMartRanker)
    np.testing.assert_array_equal(ranker.order(rows), LambdaMartRanker(booster, names).order(rows))


def test_the_shipped_ranker_fits_this_code() -> None:
    ranker = load_ranker(Path(__file__).parents[2] / "models/weights/ranker")

    assert len(ranker.order(random_rows(5))) == 5


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ({"kind": "magic"}, "magic"),
        ({"kind": "weighted", "weights": {"charm": 1.0}}, "charm"),
        ({"kind": "weighted", "weights": {"lines": "much"}}, "weights"),
        ({"kind": "lambdamart", "features": ["charm"]}, "charm"),
        ({"kind": "lambdamart", "features": ["words"]}, "other features"),
    ],
    ids=lambda value: None if isinstance(value, str) else json.dumps(value),
)
def test_a_version_that_does_not_fit_is_refused_by_name(tmp_path: Path, model: dict[str, object], says: str) -> None:
    names = ["charm"] if model.get("features") == ["charm"] else ["lines"]
    write_model(tmp_path, model, {"model.txt": trees(names).model_to_string().encode()})

    with pytest.raises(ModelError, match=says):
        load_ranker(tmp_path)


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "weighted"}, {"notes.json": b"[]"})
    (tmp_path / "notes.json").write_text("{}")

    with pytest.raises(ModelError, match="not the file that was registered"):
        load_ranker(tmp_path)


def test_an_empty_folder_is_no_version(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load_ranker(tmp_path)
