"""Stage: learns to put pairs in order from the graded pairs, by curves or by trees (LambdaMART): a ranker version."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import lightgbm
import numpy as np

from core.errors import ModelError
from models.drift import REFERENCE, write_reference
from models.features import FEATURE, FEATURES, positions_of
from models.features import NAMES as FEATURE_NAMES
from models.fitting import fit
from models.folders import write_model
from models.ranking import TREES, AdditiveRanker, LambdaMartRanker, Ranker, WeightedRanker
from models.scoring import check_terms
from pipelines.measures import ndcg, per_job
from pipelines.pairs import Pairs, read_pairs
from pipelines.params import RankerParams, ScorerParams, section

Trained = tuple[Ranker, dict[str, object], dict[str, bytes]]  # a ranker, its description, its files
NAMES = tuple(feature.name for feature in FEATURES if feature.sign)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--features", type=Path, default=Path("artifacts/features"))
    arguments.add_argument("--out", type=Path, default=Path("artifacts/ranker"))
    options = arguments.parse_args()
    table, params = read_pairs(options.features / "pairs.csv"), section("ranker", RankerParams)
    ranker, model, files = additive(table) if params.kind == "additive" else lambdamart(table, params)
    metrics = seen_metrics(ranker, table)
    files["metrics.json"] = (json.dumps(metrics, indent=1) + "\n").encode()
    files[REFERENCE] = write_reference(dict(zip(FEATURE_NAMES, table.rows.T, strict=True)))
    write_model(options.out, {"kind": params.kind, **model, "trained_on": summary(table)}, files)
    print(f"{options.out}: {params.kind} from {len(table.pairs)} pairs; {metrics}")


def additive(table: Pairs) -> Trained:
    """The scorer's fit, which needs no calibration to put pairs in order."""
    curves = fit(table.rows, table.grades, table.roles, section("scorer", ScorerParams).shape)
    check_terms(curves)
    return AdditiveRanker(curves), asdict(curves), {}


def lambdamart(table: Pairs, params: RankerParams) -> Trained:
    booster = train(table, params)
    model = {"features": NAMES, "start": params.start}
    return LambdaMartRanker(booster, NAMES, params.start), model, {TREES: booster.model_to_string().encode()}


def train(table: Pairs, params: RankerParams) -> lightgbm.Booster:
    """Repeatable to the bit: one thread, fixed seeds, fixed order."""
    lists = table.sorted_by_job()
    _, sizes = np.unique(lists.jobs, return_counts=True)
    names = list(NAMES)
    data = lightgbm.Dataset(
        lists.rows[:, positions_of(names)].astype(np.float64),
        lists.grades,
        group=sizes,
        init_score=params.start * WeightedRanker().order(lists.rows),
        feature_name=names,
    )
    settings = {
        "objective": "lambdarank",
        "label_gain": [0, 1, 3, 7],
        "lambdarank_truncation_level": params.truncation,
        "max_depth": params.depth,
        "num_leaves": 2**params.depth,
        "min_data_in_leaf": params.leaf,
        "learning_rate": params.rate,
        "monotone_constraints": [FEATURE[name].sign for name in names],
        "seed": params.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }
    return lightgbm.train(settings, data, params.trees)


def seen_metrics(ranker: Ranker, table: Pairs) -> dict[str, float]:
    """On the pairs it was trained on: a check of the fit, not of its worth (that is `pipelines.evaluate`)."""
    scores = ranker.order(table.rows)
    return {
        f"trained_ndcg_{at}": round(float(np.nanmean(per_job(ndcg, scores, table.grades, table.jobs, at))), 4)
        for at in (5, 10)
    }


def summary(table: Pairs) -> dict[str, dict[str, int]]:
    """How many pairs, jobs and CVs of each source."""
    counted = {}
    for source in sorted({pair.source for pair in table.pairs}):
        some = [pair for pair in table.pairs if pair.source == source]
        counted[source] = {
            "pairs": len(some),
            "jobs": len({pair.job for pair in some}),
            "cvs": len({pair.cv for pair in some}),
        }
    return counted


if __name__ == "__main__":
    try:
        main()
    except ModelError as error:
        raise SystemExit(str(error)) from None
