"""The report: what anyone would try first is measured beside us, and plots are the numbers they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.domain import Matrix
from pipelines import reporting
from pipelines.measures import calibration_error, reliability
from pipelines.pairs import Pair
from pipelines.plots import plot_intervals, plot_reliability, write_table
from pipelines.reporting import Plot, Section, write_section
from pipelines.text_baselines import BY_BM25, BY_BOTH, BY_ENCODER, BY_TFIDF, SYSTEMS, read_scores, scores, write_scores

JOBS = {"nurse": "Ward nurse. Wound care on a surgical ward.", "smith": "Welder. Steel frames, MIG welding."}
CVS = {
    "ann": "Nurse on a surgical ward: wound care and rounds.",
    "bob": "Welder of steel frames, MIG and TIG welding.",
    "cid": "Baker of bread.",
}
PAIRS = [Pair("made-up", job, cv, 0) for job in JOBS for cv in CVS]


def letters(texts: Sequence[str]) -> Matrix:
    rows = np.array([[text.lower().count(chr(97 + at)) for at in range(26)] for text in texts], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_every_baseline_puts_the_one_who_does_the_work_first() -> None:
    found = scores(PAIRS, JOBS, CVS, letters)

    assert set(found) == set(SYSTEMS)
    for name in (BY_BM25, BY_TFIDF, BY_BOTH):
        nurse, smith = found[name][:3], found[name][3:]
        assert (nurse.argmax(), smith.argmax()) == (0, 1)
    vectors = letters([*JOBS.values(), *CVS.values()])
    np.testing.assert_allclose(found[BY_ENCODER].reshape(2, 3), vectors[:2] @ vectors[2:].T, rtol=1e-5)
    np.testing.assert_allclose(found[BY_BOTH].reshape(2, 3).mean(axis=1), 0, atol=1e-9)


def test_scores_come_back_by_pair_and_what_was_not_scored_is_unknown(tmp_path: Path) -> None:
    found = scores(PAIRS, JOBS, CVS, letters)
    write_scores(tmp_path, PAIRS, found)

    again = read_scores(tmp_path, [PAIRS[4], Pair("feedback", "x", "y", 1)])

    for name in SYSTEMS:
        assert again[name][0] == pytest.approx(found[name][4], abs=1e-6)
        assert np.isnan(again[name][1])
    with pytest.raises(SystemExit, match=r"pipelines\.text_baselines"):
        read_scores(tmp_path / "none", PAIRS)


def test_reliability_is_what_the_calibration_error_adds_up() -> None:
    random = np.random.default_rng(3)
    said = random.random(400)
    called = random.random(400) < said**2

    bins = reliability(said, called)

    assert sum(pairs for _, _, pairs in bins) == 400
    off = sum(pairs * abs(mean - share) for mean, share, pairs in bins) / 400
    assert off == pytest.approx(calibration_error(said, called), abs=1e-3)


def test_equal_numbers_give_equal_plots_and_every_system_is_named(tmp_path: Path) -> None:
    sets = {"ads": {"words": (0.5, 0.6, 0.7), "ours": (0.7, 0.8, 0.9)}, "samples": {"ours": (0.8, 0.9, 1.0)}}
    for folder in (tmp_path / "first", tmp_path / "second"):
        plot_intervals(folder / "ranking.svg", sets, "nDCG@5", ["ours"], {"ads": 0.88})
        plot_reliability(folder / "calibration.svg", {"ads": [(0.1, 0.2, 30), (0.9, 0.8, 3)]})
        write_table(folder / "ranking.csv", ("set", "system"), [("ads", "words")])

    for name in ("ranking.svg", "calibration.svg", "ranking.csv"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    drawn = (tmp_path / "first/ranking.svg").read_text()
    assert all(word in drawn for word in ("words", "ours", "samples", "nDCG@5"))


def test_the_page_brings_its_plots_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    reporting.FOLDER.mkdir(parents=True)
    reporting.PAGE.parent.mkdir()
    (reporting.FOLDER / "x.svg").write_text("<svg/>")
    write_section("one", Section("One", "Text.", plots=(Plot("x.svg", "what it shows"),)))
    monkeypatch.setattr("sys.argv", ["reporting", "one"])

    reporting.main()

    assert "![what it shows](plots/x.svg)" in reporting.PAGE.read_text()
    assert (tmp_path / "docs/plots/x.svg").read_text() == "<svg/>"
