"""The laws of the score: a sum that adds up, moves the way it should, and stays silent when it must."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import Category
from core.domain import Case
from core.errors import BadInput, ModelError
from models.features import FEATURE, FEATURES, NAMES, Feature, Rows, features
from models.folders import write_model
from models.scoring import (
    LICENCES,
    MAX_WEIGHT,
    UNLICENSED,
    Scorer,
    Term,
    baseline,
    capped,
    check_weights,
    load_scorer,
    score,
)
from tests import make

WEIGHT = st.floats(0, MAX_WEIGHT)
WEIGHTS = st.dictionaries(st.sampled_from(Category), WEIGHT).filter(
    lambda weights: len(weights) < len(Category) or any(weights.values())
)


def numbers(feature: Feature) -> st.SearchStrategy[float]:
    inside = st.floats(feature.low, feature.high)
    return st.floats(0.5, 1) if "confidence" in feature.name else inside | st.just(math.nan)


ROWS = st.tuples(*map(numbers, FEATURES)).map(lambda values: np.array([values], np.float32))
SHIPPED = Path(__file__).parents[2] / "models/weights/scorer"
SCORERS = pytest.mark.parametrize("scorer", [baseline(), load_scorer(SHIPPED)], ids=["baseline", "shipped"])


def full_row() -> Rows:
    return np.array([[1.0 if "confidence" in f.name else (f.low + f.high) / 2 for f in FEATURES]], np.float32)


def with_value(row: Rows, name: str, value: float) -> Rows:
    changed = row.copy()
    changed[:, NAMES.index(name)] = value
    return changed


@SCORERS
@given(row=ROWS)
def test_who_lacks_a_licence_that_the_law_asks_for_scores_low_whatever_else_fits(scorer: Scorer, row: Rows) -> None:
    scored = score(scorer, with_value(row, LICENCES, -1.0))[0]

    assert scored.score is None or scored.score <= UNLICENSED + 1e-6


def test_the_cap_on_the_unlicensed_touches_nobody_else() -> None:
    scorer = Scorer(0.5, (Term("lines", (0, 1), (-1, 4), 2.0), Term(LICENCES, (-1, 0.25), (-2, 3))))

    unlicensed, *others = (capped(scorer).log_odds(with_value(full_row(), LICENCES, v)) for v in (-1, -0.5, 0, 0.25))

    before = [scorer.log_odds(with_value(full_row(), LICENCES, v)) for v in (-1, -0.5, 0, 0.25)]
    np.testing.assert_allclose(others, before[1:], atol=1e-5)
    assert unlicensed.sum() < before[0].sum()


@SCORERS
@given(row=ROWS, weights=WEIGHTS)
def test_the_base_and_the_points_add_up_to_the_score(scorer: Scorer, row: Rows, weights: dict[Category, float]) -> None:
    scored = score(replace_known(scorer), row, weights, explain=1)[0]

    assert scored.score is not None
    assert 0 <= scored.score <= 1
    assert abs(scored.base + sum(one.points for one in scored.contributions) - scored.score) < 1e-9
    assert len(scored.contributions) == len(scorer.terms)


def replace_known(scorer: Scorer) -> Scorer:
    """The same scorer, but one that judges however little is known."""
    return replace(scorer, judgeable=replace(scorer.judgeable, known=0))


@SCORERS
@given(row=ROWS)
def test_log_odds_add_up_too(scorer: Scorer, row: Rows) -> None:
    scored = score(replace_known(scorer), row, explain=1)[0]

    total = scorer.unknown + sum(one.log_odds for one in scored.contributions)

    assert scored.score == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-12)


@SCORERS
@given(row=ROWS, name=st.sampled_from(NAMES), values=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_more_of_what_helps_never_lowers_the_score(
    scorer: Scorer, row: Rows, name: str, values: tuple[float, float]
) -> None:
    feature = FEATURE[name]
    less, more = (feature.low + part * (feature.high - feature.low) for part in sorted(values))
    if "confidence" in name:
        return

    scores = [score(replace_known(scorer), with_value(row, name, value))[0].score or 0.0 for value in (less, more)]

    assert (scores[1] - scores[0]) * feature.sign >= 0


@SCORERS
@given(row=ROWS, weights=WEIGHTS)
def test_a_score_depends_on_its_row_alone(scorer: Scorer, row: Rows, weights: dict[Category, float]) -> None:
    pool = np.concatenate([full_row(), row, row * 0.5, full_row()])

    assert score(scorer, pool, weights)[1] == score(scorer, row, weights)[0]


@SCORERS
@given(row=ROWS)
def test_weights_of_one_change_nothing(scorer: Scorer, row: Rows) -> None:
    assert score(scorer, row, dict.fromkeys(Category, 1.0), explain=1) == score(scorer, row, explain=1)


@SCORERS
@given(row=ROWS)
def test_a_category_of_weight_zero_counts_as_unknown(scorer: Scorer, row: Rows) -> None:
    blank = row.copy()
    blank[:, [i for i, f in enumerate(FEATURES) if f.category is Category.SKILLS]] = math.nan

    ignoring = score(replace_known(scorer), row, {Category.SKILLS: 0.0})[0].score

    assert ignoring == pytest.approx(score(replace_known(scorer), blank)[0].score)


@SCORERS
def test_of_a_pair_of_which_nothing_is_known_the_score_is_the_base(scorer: Scorer) -> None:
    row = np.array([[1.0 if "confidence" in name else math.nan for name in NAMES]], np.float32)

    scored = score(replace_known(scorer), row, explain=1)[0]

    assert scored.score == scored.base
    assert all(one.points == 0 and one.value is None for one in scored.contributions)


@pytest.mark.parametrize("weights", [{Category.SKILLS: -1}, {Category.SKILLS: math.inf}, {Category.SKILLS: 11}])
def test_a_weight_out_of_bounds_is_refused(weights: dict[Category, float]) -> None:
    with pytest.raises(BadInput, match=r"skills is .* it must be between 0 and 10"):
        check_weights(weights)


def test_an_unknown_category_is_refused_with_the_known_ones() -> None:
    weights: Mapping[Category, float] = {"charm": 1.0}  # type: ignore[dict-item]

    with pytest.raises(BadInput, match=r"charm.*title, skills"):
        check_weights(weights)


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(BadInput, match="leave at least one"):
        check_weights(dict.fromkeys(Category, 0.0))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("confidence", 0.1, "CV"), ("job_confidence", 0.1, "job ad"), ("confidence", math.nan, "CV")],
)
def test_what_could_not_be_read_is_not_judged(name: str, value: float, says: str) -> None:
    scored = score(baseline(), with_value(full_row(), name, value), explain=1)[0]

    assert scored.score is None
    assert scored.contributions == ()
    assert says in scored.abstained


def test_a_pair_of_which_too_little_is_known_is_not_judged() -> None:
    row = np.array([[1.0 if "confidence" in name else math.nan for name in NAMES]], np.float32)

    assert "Too little" in score(baseline(), row)[0].abstained


def test_only_the_best_are_explained_ties_included() -> None:
    best, worst = with_value(full_row(), "lines", 0.8), with_value(full_row(), "lines", 0.0)

    scored = score(baseline(), np.concatenate([worst, best, worst, best]), explain=1)

    assert [bool(one.contributions) for one in scored] == [False, True, False, True]


@SCORERS
def test_showing_one_more_wanted_skill_never_lowers_the_score(scorer: Scorer) -> None:
    wanted = make.case(make.requirements(must_have=("python", "sql"), nice_to_have=("docker",)), seed=1)

    def candidate(*skills: str) -> Case:
        return make.case(make.profile(skills=skills))

    rows = features(wanted, [candidate("x"), candidate("x", "sql"), candidate("x", "sql", "docker")])
    scores = [one.score or 0.0 for one in score(scorer, rows)]

    assert scores[0] < scores[1] <= scores[2]


def test_a_scorer_comes_back_from_its_folder_as_it_was(tmp_path: Path) -> None:
    terms = (Term("lines", (0.1, 0.4), (-1.0, 2.0), -0.2), Term("seniority_over", (0, 2), (0.5, -1.5)))
    listed = [{"feature": t.feature, "knots": t.knots, "values": t.values, "unknown": t.unknown} for t in terms]
    write_model(tmp_path, {"kind": "additive", "intercept": -0.5, "terms": listed}, {})

    assert load_scorer(tmp_path) == Scorer(-0.5, terms)


def test_the_untrained_scorer_is_a_version_too(tmp_path: Path) -> None:
    write_model(tmp_path, {"kind": "baseline"}, {})

    assert load_scorer(tmp_path) == baseline()


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (Term("charm", (0, 1), (0, 1)), "charm"),
        (Term("lines", (0, 1), (1, 0)), "direction"),
        (Term("lines", (1, 0), (0, 1)), "ascend"),
        (Term("lines", (0, 1), (0,)), "as many"),
        (Term("lines", (), ()), "at least one"),
    ],
)
def test_curves_that_do_not_fit_are_refused(tmp_path: Path, term: Term, says: str) -> None:
    listed = {"feature": term.feature, "knots": term.knots, "values": term.values}
    write_model(tmp_path, {"kind": "additive", "intercept": 0.0, "terms": [listed]}, {})

    with pytest.raises(ModelError, match=says):
        load_scorer(tmp_path)
