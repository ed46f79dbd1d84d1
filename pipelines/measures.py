"""Numbers about rankings and probabilities, and how far they would move with other jobs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
BINS = 10


def ndcg(scores: Floats, grades: Numbers, at: int) -> float:
    """Gain 2^grade - 1, of one list; NaN when no grade is above 0. Ties keep the given order."""
    order = np.argsort(-scores, kind="stable")[:at]
    discount = 1.0 / np.log2(np.arange(2, at + 2))
    gains = 2.0**grades - 1
    best = np.sort(gains)[::-1][:at]
    ideal = float(best @ discount[: len(best)])
    return float(gains[order] @ discount[: len(order)]) / ideal if ideal > 0 else float("nan")


def auc(scores: Floats, called: NDArray[np.bool_]) -> float:
    """The chance that a called pair scores above another one; ties count half."""
    above, below = scores[called], scores[~called]
    if not len(above) or not len(below):
        return float("nan")
    ascending = np.sort(below)
    lower = np.searchsorted(ascending, above, "left")
    upper = np.searchsorted(ascending, above, "right")
    return float(np.mean((lower + upper) / 2) / len(below))


def brier(probabilities: Floats, called: NDArray[np.bool_]) -> float:
    return float(np.mean((probabilities - called) ** 2))


def calibration_error(probabilities: Floats, called: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equally wide bins."""
    bins = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    off = np.bincount(bins, probabilities - called, BINS)
    return float(np.abs(off).sum() / len(called))


def reliability(probabilities: Floats, called: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """Of each bin that holds a pair: the mean probability, the share of called pairs, and how many pairs."""
    bins = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    some = [(probabilities[bins == one], called[bins == one]) for one in np.unique(bins)]
    return [(round(float(said.mean()), 4), round(float(was.mean()), 4), len(said)) for said, was in some]


def per_job(
    measure: Callable[[Floats, Numbers, int], float], scores: Floats, grades: Numbers, jobs: Numbers, at: int
) -> Floats:
    """One number for each job, in the order of their numbers."""
    return np.array([measure(scores[jobs == job], grades[jobs == job], at) for job in np.unique(jobs)])


def interval(each: Floats, *, draws: int = 1000, seed: int = 0) -> list[float]:
    """The middle 95 % of the mean over as many jobs drawn with replacement; `each` holds one number per job."""
    known = each[~np.isnan(each)]
    if not len(known):  # no list has an order, as when all of a job's feedback says no
        return [float("nan"), float("nan")]
    drawn = np.random.default_rng(seed).integers(0, len(known), (draws, len(known)))
    low, high = np.quantile(known[drawn].mean(axis=1), [0.025, 0.975])
    return [round(float(low), 4), round(float(high), 4)]
