"""Fits the additive scorer: ordered grades and roles on shared curves, monotone and shrunk, then calibrated.

Every head `grade >= k` and `role >= k` is a logistic regression with an intercept of its own on the same sum of
curves, so that all grades shape the one log-odds whose `grade >= 2` head is the score. The problem is convex and
its solver deterministic. Penalties follow from straight lines: on a linear curve they are ridge regression's,
around the untrained scorer: where the pairs say little, its weights stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.features import FEATURES, NAMES, WEIGHTS, Feature, Rows
from models.scoring import Scorer, Term

Floats = NDArray[np.float64]
Grades = NDArray[np.int64]

CALL = 2  # the least grade that a recruiter would call
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Shape:
    """How curved and how strong the curves may be.

    `role` weighs the heads of the role against those of the grade; `ridge` shrinks slopes towards `prior` times
    the untrained scorer's, `unknown` what not knowing a feature says towards nothing, both per pair; features
    known in fewer than `least` pairs get no curve.
    """

    segments: int = 4
    ridge: float = 0.2
    unknown: float = 0.4
    role: float = 1.5
    prior: float = 1.0
    least: int = 30


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """One feature's columns: how far a value has climbed each segment, centred; zero where it is unknown."""

    feature: Feature
    knots: Floats
    columns: Floats  # shape [n, segments]
    centre: Floats  # shape [segments]
    missing: Floats  # shape [n]: centred
    penalty: Floats  # shape [segments]

    @property
    def untrained(self) -> Floats:
        """How far the baseline's straight line rises over each segment."""
        feature = self.feature
        rise = WEIGHTS.get(feature.name, 0.0) * feature.sign / (feature.high - feature.low)
        return np.asarray(np.diff(self.knots) * rise, np.float64)


def fit(rows: Rows, grades: Grades, roles: Grades, shape: Shape) -> Scorer:
    """An uncalibrated scorer. A role of -1 is unknown and counts in no role head."""
    curves = [curve for feature in FEATURES if feature.sign and (curve := _curve(rows, feature, shape)) is not None]
    if not curves:
        raise ValueError("no feature is known in enough pairs to learn from")
    design = np.concatenate([part for curve in curves for part in (curve.columns, curve.missing[:, None])], axis=1)
    penalty = np.concatenate([np.append(shape.ridge * c.penalty, shape.unknown) for c in curves])
    bounds = [bound for curve in curves for bound in [_side(curve.feature)] * len(curve.centre) + [(None, None)]]
    prior = np.concatenate([np.append(shape.prior * curve.untrained, 0.0) for curve in curves])
    solution, intercepts = _solve(design, penalty, prior, bounds, list(_heads(grades, roles, shape.role)))
    return Scorer(float(intercepts[LEVELS.index(CALL)]), tuple(_terms(curves, solution)))


def calibrate(scorer: Scorer, log_odds: Sequence[float] | Floats, called: Sequence[bool] | NDArray[np.bool_]) -> Scorer:
    """The scorer stretched and shifted (Platt 1999) so that its out-of-fold `log_odds` become probabilities."""
    stretch, shift = platt(np.asarray(log_odds, np.float64), np.asarray(called))
    return Scorer(
        round(scorer.intercept * stretch + shift, 6),
        tuple(
            Term(
                term.feature,
                term.knots,
                tuple(round(value * stretch, 6) for value in term.values),
                round(term.unknown * stretch, 6),
            )
            for term in scorer.terms
        ),
        scorer.judgeable,
    )


def platt(log_odds: Floats, called: NDArray[np.bool_]) -> tuple[float, float]:
    """Stretch (never below 0.05) and shift, with Platt's smoothed targets so that few pairs do not overfit."""
    positives = int(called.sum())
    target = np.where(called, (positives + 1) / (positives + 2), 1 / (len(called) - positives + 2))

    def loss(at: Floats) -> tuple[float, Floats]:
        z = at[0] * log_odds + at[1]
        off = _sigmoid(z) - target
        return float(np.mean(np.logaddexp(0, z) - target * z)), np.array([np.mean(off * log_odds), np.mean(off)])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, None), (None, None)])
    return float(found.x[0]), float(found.x[1])


def _curve(rows: Rows, feature: Feature, shape: Shape) -> _Curve | None:
    column = rows[:, NAMES.index(feature.name)].astype(np.float64)
    known = ~np.isnan(column)
    values = column[known]
    if len(values) < shape.least or len(np.unique(values)) < 2:
        return None
    knots = _knots(values, shape.segments)
    widths = np.diff(knots)
    climbed = np.clip((np.where(known, column, knots[0])[:, None] - knots[:-1]) / widths, 0.0, 1.0)
    centre = climbed[known].mean(axis=0)
    spread = max(float(np.clip(values, knots[0], knots[-1]).std()), 1e-6)
    missing = (~known).astype(np.float64)
    return _Curve(
        feature=feature,
        knots=knots,
        columns=np.where(known[:, None], climbed - centre, 0.0),
        centre=centre,
        missing=missing,
        penalty=(spread**2 / (knots[-1] - knots[0])) / widths,
    )


def _knots(values: Floats, segments: int) -> Floats:
    """All values of a coded feature; else quantiles, at least a tenth of the range apart."""
    distinct = np.unique(values)
    if len(distinct) <= segments + 1:
        return distinct
    wanted = np.quantile(values, np.linspace(0.02, 0.98, segments + 1))
    apart = (wanted[-1] - wanted[0]) / 10
    if apart <= 0:
        return distinct[[0, -1]]
    kept = [wanted[0]]
    for knot in wanted[1:-1]:
        if knot - kept[-1] >= apart and wanted[-1] - knot >= apart:
            kept.append(knot)
    return np.round(np.array([*kept, wanted[-1]]), 6)


def _side(feature: Feature) -> tuple[float | None, float | None]:
    return (0.0, None) if feature.sign > 0 else (None, 0.0)


def _heads(grades: Grades, roles: Grades, role: float) -> Iterator[tuple[NDArray[np.bool_], Floats]]:
    """What each head predicts, and how much each pair counts in it."""
    for level in LEVELS:
        yield grades >= level, np.full(len(grades), 1.0)
    if role > 0:
        for level in LEVELS:
            yield roles >= level, np.where(roles >= 0, role, 0.0)


def _solve(
    design: Floats,
    penalty: Floats,
    prior: Floats,
    bounds: list[tuple[float | None, float | None]],
    heads: list[tuple[NDArray[np.bool_], Floats]],
) -> tuple[Floats, Floats]:
    count, width = design.shape

    def loss(at: Floats) -> tuple[float, Floats]:
        slopes, intercepts = at[:width], at[width:]
        shared = design @ slopes
        away = slopes - prior
        value, pull, shifts = float(penalty @ away**2), np.zeros(count), np.zeros(len(heads))
        for number, (target, weight) in enumerate(heads):
            z = shared + intercepts[number]
            value += float(weight @ (np.logaddexp(0, z) - target * z)) / count
            off = weight * (_sigmoid(z) - target) / count
            pull += off
            shifts[number] = off.sum()
        return value, np.concatenate([design.T @ pull + 2 * penalty * away, shifts])

    start = np.concatenate([prior, np.zeros(len(heads))])
    free: list[tuple[float | None, float | None]] = [(None, None)] * len(heads)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, *free], options={"maxiter": 2000, "ftol": 1e-12}
    )
    return found.x[:width], found.x[width:]


def _terms(curves: list[_Curve], solution: Floats) -> Iterator[Term]:
    at = 0
    for curve in curves:
        rises, unknown = solution[at : at + len(curve.centre)], solution[at + len(curve.centre)]
        at += len(curve.centre) + 1
        values = np.concatenate([[0.0], np.cumsum(rises)]) - rises @ curve.centre
        if np.any(np.abs(rises) > 1e-6) or abs(unknown) > 1e-6:
            yield Term(curve.feature.name, tuple(curve.knots.tolist()), tuple(values.tolist()), float(unknown))


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -500, 500))))
