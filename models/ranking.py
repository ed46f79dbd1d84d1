"""Puts pairs in order: which of many are worth scoring. Scores of one order are not comparable with another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.domain import ModelVersion
from core.errors import ModelError
from core.packing import unpack_case
from core.parts import Ranking
from models.features import FEATURE, WEIGHTS, Rows, features, positions_of
from models.folders import read_model
from models.scoring import Scorer, load_scorer

if TYPE_CHECKING:
    import lightgbm

TREES = "model.txt"


class Ranker(Protocol):
    def order(self, rows: Rows) -> NDArray[np.float64]:
        """A number for each row of `features`: more is better."""


@dataclass(frozen=True)
class WeightedRanker:
    """A sum of features, each scaled by its declared range; an unknown one counts as half."""

    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)

    def order(self, rows: Rows) -> NDArray[np.float64]:
        columns = positions_of(list(self.weights))
        known = [FEATURE[name] for name in self.weights]
        low, high = np.array([f.low for f in known]), np.array([f.high for f in known])
        scaled = np.clip((rows[:, columns] - low) / (high - low), 0.0, 1.0)
        hurts = np.array([f.sign < 0 for f in known])
        good = np.where(np.isnan(scaled), 0.5, np.where(hurts, 1.0 - scaled, scaled))
        # Not a matrix product: its last bit may depend on how many rows there are.
        return np.asarray((good * np.array(list(self.weights.values()))).sum(axis=1), np.float64)


@dataclass(frozen=True)
class AdditiveRanker:
    """The curves of a scorer, neither calibrated nor capped: on a hundred graded jobs they order better than trees."""

    curves: Scorer

    def order(self, rows: Rows) -> NDArray[np.float64]:
        return np.asarray(self.curves.log_odds(rows).sum(axis=1), np.float64)


@dataclass(frozen=True)
class LambdaMartRanker:
    """Boosted trees trained on lists (Burges 2010), over features by name.

    They correct `start` times the baseline's sum: with few graded jobs, trees alone order worse than it does.
    """

    booster: lightgbm.Booster
    names: Sequence[str]
    start: float = 0.0

    def order(self, rows: Rows) -> NDArray[np.float64]:
        if not len(rows):
            return np.empty(0)
        wanted = rows[:, positions_of(self.names)].astype(np.float64)
        # One thread: replicas share the machine, and 200 rows take about a millisecond.
        trees = np.asarray(self.booster.predict(wanted, num_threads=1), np.float64)
        return trees + self.start * WeightedRanker().order(rows) if self.start else trees


def rank(ranker: Ranker, one: bytes, many: Sequence[bytes], keep: int, version: ModelVersion) -> Ranking:
    """Orders the pairs (one, each of many), packed cases of opposite kinds. Ties keep the given order."""
    try:
        rows = features(unpack_case(one), [unpack_case(packed) for packed in many])
    except msgspec.ValidationError as error:
        raise ModelError(f"a stored case does not fit this version: index its document again ({error})") from None
    values = ranker.order(rows)
    best = np.argsort(-values, kind="stable")[:keep]
    return Ranking(version, tuple(best.tolist()), rows[best], tuple(values[best].tolist()))


def load_ranker(folder: Path) -> Ranker:
    """The ranker of a version's folder, by `kind`. Raises `ModelError` for what this code cannot run."""
    model = read_model(folder)
    match model.get("kind"):
        case "weighted":
            weights = _weights(folder, model.get("weights", WEIGHTS))
            positions_of(list(weights))
            return WeightedRanker(weights)
        case "additive":
            return AdditiveRanker(load_scorer(folder))
        case "lambdamart":
            return _load_trees(folder, model)
        case other:
            raise ModelError(f"{folder.name}: a ranker is 'weighted', 'additive' or 'lambdamart', not {other!r}")


def _weights(folder: Path, stated: object) -> Mapping[str, float]:
    try:
        return msgspec.convert(stated, dict[str, float])
    except msgspec.ValidationError as error:
        raise ModelError(f"{folder.name}: weights: {error}") from None


def _load_trees(folder: Path, model: Mapping[str, object]) -> LambdaMartRanker:
    import lightgbm  # here and not above: it brings pandas and scipy, 95 MB that a scoring replica does not need

    try:
        names = msgspec.convert(model.get("features"), list[str])
        start = msgspec.convert(model.get("start", 0.0), float)
        booster = lightgbm.Booster(model_str=(folder / TREES).read_text("utf-8"))
    except (msgspec.ValidationError, OSError, lightgbm.basic.LightGBMError) as error:
        raise ModelError(f"{folder.name}: {error}") from None
    positions_of(names)
    if booster.feature_name() != names:
        raise ModelError(f"{folder.name}: the trees were trained on other features than {', '.join(names)}")
    return LambdaMartRanker(booster, tuple(names), start)
