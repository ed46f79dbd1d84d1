"""Other ways to learn an order from the same features: beside ours in the report, they part model from features."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from core.domain import Matrix

Floats = NDArray[np.float64]
_UNKNOWN = -1.0  # stands for NaN, apart from what most features can be
_STRENGTH, _SLACK, _WIDTH = 30.0, 0.5, 0.01
_TREES, _LEAF, _SHARE = 400, 4, 0.4
NAMES = RIDGE, VECTORS, FOREST = "ridge", "support vectors", "extra-trees"


def orders(rows: Matrix, grades: NDArray[np.int64], asked: Matrix, seed: int) -> Mapping[str, Floats]:
    """Scores [m] of `asked` [m, features] by each, learned from the grades [n] of `rows` [n, features].

    One setting each, compared with no other; in spreads of the scores, so that they can be added.
    """
    trees = ExtraTreesRegressor(_TREES, min_samples_leaf=_LEAF, max_features=_SHARE, random_state=seed)
    models = {
        RIDGE: make_pipeline(_filled(), StandardScaler(), Ridge(_STRENGTH)),
        VECTORS: make_pipeline(_filled(), StandardScaler(), SVR(C=_SLACK, gamma=_WIDTH)),
        FOREST: make_pipeline(_filled(), trees),
    }
    return {name: spread(model.fit(rows, grades).predict(asked)) for name, model in models.items()}


def spread(scores: NDArray[np.floating]) -> Floats:
    """Mean 0 and deviation 1, unless all are the same."""
    precise: Floats = np.asarray(scores, np.float64)
    away: Floats = (precise - precise.mean()) / max(float(precise.std()), 1e-9)
    return away


def _filled() -> SimpleImputer:
    return SimpleImputer(strategy="constant", fill_value=_UNKNOWN, keep_empty_features=True)
