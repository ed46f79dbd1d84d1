"""The stages on a few made-up pairs: repeatable, monotone, and no job or CV on both sides of a split."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from models.features import FEATURE, FEATURES, NAMES, Rows
from models.fitting import CALL, Shape, fit, platt
from models.ranking import LambdaMartRanker, load_ranker
from models.scoring import Scorer, baseline, check_terms, load_scorer, score
from pipelines import evaluate, text_baselines, train_ranker, train_scorer
from pipelines.measures import auc, brier, calibration_error, interval, ndcg
from pipelines.pairs import Pair, Pairs, folds, read_pairs, splits, write_pairs
from pipelines.params import EvaluateParams, RankerParams, ScorerParams

SETTINGS = evaluate.Settings(
    EvaluateParams(folds=3, repeats=1, draws=50, seed=1),
    RankerParams(kind="lambdamart", start=0.5, trees=20, depth=2, leaf=5, rate=0.1, truncation=8, seed=7),
    ScorerParams(segments=3, ridge=0.02, unknown=0.05, role=0.5, prior=1.0, folds=3, seed=7),
)


def graded(jobs: int = 12, cvs: int = 20, seed: int = 5) -> Pairs:
    """Random features, and grades that title and licence decide, with some noise."""
    rng = np.random.default_rng(seed)
    low, high = (np.array([getattr(feature, end) for feature in FEATURES]) for end in ("low", "high"))
    rows: Rows = rng.uniform(low, high, (jobs * cvs, len(NAMES))).astype(np.float32)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    rows[:, [NAMES.index("confidence"), NAMES.index("job_confidence")]] = 1.0
    rows[:, NAMES.index("legal_credentials")] = rng.choice([-1, -0.5, 0, 0.25], len(rows))
    worth = np.nan_to_num(rows[:, NAMES.index("title_text")] / 0.7, nan=0.5) + rng.normal(0, 0.1, len(rows))
    worth -= 0.5 * (rows[:, NAMES.index("legal_credentials")] == -1)
    grades = np.digitize(worth, [0.3, 0.6, 0.85])
    pairs = tuple(
        Pair("made-up", f"job-{n // cvs}", f"cv-{n}", int(grade), int(grade) if n % 3 else -1)
        for n, grade in enumerate(grades)
    )
    return Pairs(pairs, rows)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the table and the parameters, as a stage finds them."""
    params = yaml.safe_load(Path("params.yaml").read_bytes())
    params["evaluate"] |= {"folds": 3, "repeats": 1}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    monkeypatch.chdir(tmp_path)
    table = graded()
    write_pairs(Path("artifacts/features/pairs.csv"), table)
    blind = np.random.default_rng(4).random(len(table.pairs))
    text_baselines.write_scores(text_baselines.FOLDER, table.pairs, dict.fromkeys(text_baselines.SYSTEMS, blind))
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("stage", "name"), [(train_ranker, "ranker"), (train_scorer, "scorer")], ids=["ranker", "scorer"]
)
def test_training_again_gives_the_same_bytes(
    workspace: Path, stage: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    for out in ("first", "second"):
        monkeypatch.setattr("sys.argv", [name, "--out", out])
        stage.main()  # type: ignore[attr-defined]
        written.append(contents(workspace / out))

    assert written[0] == written[1]


def test_the_trained_folders_load_and_order_better_than_chance(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unseen = graded(seed=6)
    monkeypatch.setattr("sys.argv", ["stage"])

    train_ranker.main()
    train_scorer.main()

    ranker, scorer = load_ranker(workspace / "artifacts/ranker"), load_scorer(workspace / "artifacts/scorer")
    scores = np.array([one.score for one in score(scorer, unseen.rows)], np.float64)
    assert auc(ranker.order(unseen.rows), unseen.grades >= CALL) > 0.8
    assert auc(scores, unseen.grades >= CALL) > 0.8
    assert calibration_error(scores, unseen.grades >= CALL) < 0.1


def test_what_was_learned_on_fewer_pairs_is_no_baseline_of_what_is_registered(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version had to beat itself, less well taught."""
    monkeypatch.setattr("sys.argv", ["evaluate"])

    evaluate.main()

    for name in ("ranker", "scorer"):
        measured = json.loads((workspace / f"artifacts/evaluation/{name}.json").read_text())
        assert measured["baselines"]["made-up"].keys() == {
            *text_baselines.SYSTEMS,
            *evaluate.UNTRAINED,
            evaluate.BASELINE,
        }
        assert all(one["ndcg_10_lead_high"] > 0 for one in measured["baselines"]["made-up"].values())


def test_every_learned_curve_goes_the_way_it_is_declared() -> None:
    table = graded()

    scorer = fit(-table.rows, table.grades, table.roles, Shape())  # data that contradict every direction

    check_terms(scorer)


def test_learned_trees_go_the_way_they_are_declared() -> None:
    table = graded()
    ranker = LambdaMartRanker(train_ranker.train(table, SETTINGS.ranker), train_ranker.NAMES)
    feature = FEATURE["title_text"]
    rows = np.repeat(table.rows[:1], 40, axis=0)
    rows[:, NAMES.index("title_text")] = np.linspace(feature.low, feature.high, 40)

    assert np.all(np.diff(ranker.order(rows)) >= 0)


def test_a_missing_licence_weighs_more_than_one_that_is_not_shown() -> None:
    scorer = train_scorer.train(graded(), SETTINGS.scorer)
    term = next(term for term in scorer.terms if term.feature == "legal_credentials")

    missing, silent = term.adds(np.array([-1, -0.5], np.float32))

    assert missing < silent


def test_the_stronger_the_shrinkage_the_closer_the_curves_are_to_the_untrained_scorer() -> None:
    table = graded()

    fits = [fit(table.rows, table.grades, table.roles, Shape(ridge=ridge)) for ridge in (0.01, 1e6)]

    off = [np.abs(rise(one, "lines") - rise(baseline(), "lines")) for one in fits]
    assert off[1] < 0.01 < off[0]


def rise(scorer: Scorer, name: str) -> float:
    """What going from a tenth to half adds."""
    term = next(term for term in scorer.terms if term.feature == name)
    low, high = term.adds(np.array([0.1, 0.5], np.float32))
    return float(high - low)


def test_too_few_known_values_make_no_curve() -> None:
    table = graded()
    rows = table.rows.copy()
    rows[5:, NAMES.index("words")] = np.nan

    scorer = fit(rows, table.grades, table.roles, Shape())

    assert "words" not in {term.feature for term in scorer.terms}


def test_calibration_stretches_what_is_too_timid_and_shifts_what_is_off() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 2, 4000)
    called = rng.random(4000) < 1 / (1 + np.exp(-truth))

    stretch, shift = platt(truth / 4 + 1, called)

    assert (stretch, shift) == (pytest.approx(4, rel=0.15), pytest.approx(-4, rel=0.15))


def test_no_job_and_no_cv_stands_on_both_sides() -> None:
    table = graded(jobs=9, cvs=8)
    shared = Pairs(tuple(replace(pair, cv=f"cv-{n % 30}") for n, pair in enumerate(table.pairs)), table.rows)

    sides = list(splits(shared, 3, seed=0))

    assert np.sum([test for _, test in sides], axis=0).tolist() == [1] * len(shared.pairs)
    for train, test in sides:
        assert train.any()
        assert not set(shared.jobs[train]) & set(shared.jobs[test])
        assert not set(shared.cvs[train]) & set(shared.cvs[test])


def test_two_sets_of_grades_over_one_collection_share_their_cvs() -> None:
    table = Pairs(
        tuple(Pair(source, "job", "cv", 1) for source in ("graded_dev", "graded_own", "samples")), graded(1, 3).rows
    )

    dev, own, other = table.cvs.tolist()

    assert dev == own != other


def test_folds_are_of_about_equal_size() -> None:
    sizes = np.bincount(folds(np.arange(23), 5, seed=3))

    assert set(sizes.tolist()) <= {4, 5}


def test_the_table_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    table = graded(jobs=2)
    write_pairs(tmp_path / "pairs.csv", table)

    again = read_pairs(tmp_path / "pairs.csv")

    assert again.pairs == table.pairs
    np.testing.assert_array_equal(again.rows, table.rows)


def test_a_table_of_other_features_stops_the_stage(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("source,job,cv,grade,role,charm\na,b,c,1,1,0.5\n")

    with pytest.raises(SystemExit, match=r"pipelines\.features"):
        read_pairs(tmp_path / "pairs.csv")


def test_evaluation_measures_every_system_on_what_it_never_saw() -> None:
    measured = evaluate.evaluate(graded(jobs=9, cvs=15), SETTINGS)["made-up"]

    assert set(measured) == {*evaluate.UNTRAINED, evaluate.BASELINE, *evaluate.LEARNED}
    assert float(str(measured[evaluate.SCORER]["auc"])) > float(
        str(measured["words of passages, by rarity (our feature)"]["auc"])
    )
    assert "brier" not in measured[evaluate.ALL]  # a mean of scores is no probability
    assert json.loads(json.dumps(measured)) == measured


def test_measures_of_a_perfect_a_reversed_and_a_constant_order() -> None:
    grades = np.array([3, 2, 1, 0, 0])
    up, called = np.arange(5.0), grades >= CALL

    assert ndcg(-up, grades, 5) == 1
    assert ndcg(up, grades, 5) < 0.6
    assert (auc(-up, called), auc(up, called), auc(up * 0, called)) == (1, 0, 0.5)
    assert np.isnan(ndcg(up, grades * 0, 5))


def test_measures_of_certain_and_of_honest_probabilities() -> None:
    called = np.array([True, False] * 50)

    assert brier(called.astype(float), called) == calibration_error(called.astype(float), called) == 0
    assert calibration_error(np.full(100, 0.5), called) == 0
    assert calibration_error(np.full(100, 0.9), called) == pytest.approx(0.4)


def test_an_interval_holds_the_mean_and_leaves_out_lists_without_order() -> None:
    each = np.array([0.2, 0.4, 0.9, np.nan])

    low, high = interval(each)

    assert low <= 0.5 <= high
