"""Stage: fits and calibrates the additive scorer from the graded pairs, and writes a scorer version's folder."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.drift import REFERENCE, SCORE, write_reference
from models.fitting import CALL, calibrate, fit
from models.folders import write_model
from models.scoring import Scorer, capped, check_terms
from pipelines.measures import auc, brier, calibration_error
from pipelines.pairs import Pairs, folds, read_pairs
from pipelines.params import ScorerParams, section
from pipelines.train_ranker import summary

Floats = NDArray[np.float64]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--features", type=Path, default=Path("artifacts/features"))
    arguments.add_argument("--out", type=Path, default=Path("artifacts/scorer"))
    options = arguments.parse_args()
    table, params = read_pairs(options.features / "pairs.csv"), section("scorer", ScorerParams)
    scorer = train(table, params)
    check_terms(scorer)
    called = table.grades >= CALL
    seen = 1 / (1 + np.exp(-log_odds(scorer, table)))
    metrics = {
        "trained_auc": round(auc(seen, called), 4),
        "trained_brier": round(brier(seen, called), 4),
        "trained_calibration_error": round(calibration_error(seen, called), 4),
    }
    model = {"kind": "additive", **asdict(scorer), "trained_on": summary(table)}
    files = {
        "metrics.json": (json.dumps(metrics, indent=1) + "\n").encode(),
        REFERENCE: write_reference({SCORE: seen}),
    }
    write_model(options.out, model, files)
    print(f"{options.out}: {len(scorer.terms)} curves from {len(table.pairs)} pairs; {metrics}")


def train(table: Pairs, params: ScorerParams) -> Scorer:
    """Fitted on all pairs, calibrated on what fits without their job say of them, capped where the law decides."""
    left_out = np.full(len(table.pairs), np.nan)
    for train_on, test in _without_job(table, params):
        left_out[test] = log_odds(fit_on(table.take(train_on), params), table.take(test))
    return capped(calibrate(fit_on(table, params), left_out, table.grades >= CALL))


def fit_on(table: Pairs, params: ScorerParams) -> Scorer:
    return fit(table.rows, table.grades, table.roles, params.shape)


def log_odds(scorer: Scorer, table: Pairs) -> Floats:
    return np.asarray(scorer.unknown + scorer.log_odds(table.rows).sum(axis=1))


def _without_job(table: Pairs, params: ScorerParams) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Folds by job only: dropping a shared CV's pairs too would calibrate a weaker model than the one shipped."""
    fold_of = folds(table.jobs, params.folds, params.seed)
    for fold in np.unique(fold_of):
        yield fold_of != fold, fold_of == fold


if __name__ == "__main__":
    main()
