"""What a pair is worth: the probability that a recruiter would call, as a sum of readable curves.

The log-odds are an intercept plus one curve per feature, straight between its knots and flat beyond them, with a
value of its own for "unknown". What a term adds is its value less that of "unknown", so an unknown feature adds
nothing, `base` is the score of a pair of which nothing is known, and no number depends on other pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.answers import Category, Contribution
from core.errors import BadInput, ModelError
from core.parts import Scored
from models.comparing import HELD, MISSING, SILENT
from models.features import FEATURE, WEIGHTS, Rows, positions_of
from models.folders import read_model

Floats = NDArray[np.float64]
MAX_WEIGHT = 10.0
LICENCES, UNLICENSED = "legal_credentials", 0.2
SURE = 30.0  # log-odds beyond which a probability would round to 0 or 1


@dataclass(frozen=True, slots=True)
class Term:
    """The curve of one feature, in log-odds: `values` at the ascending `knots`, and the value when it is unknown."""

    feature: str
    knots: tuple[float, ...]
    values: tuple[float, ...]
    unknown: float = 0.0

    def adds(self, column: Rows) -> Floats:
        """What the feature's values add, against not knowing them."""
        known = np.interp(column.astype(np.float64), self.knots, self.values) - self.unknown
        return np.where(np.isnan(column), 0.0, known)


@dataclass(frozen=True, slots=True)
class Judgeable:
    """What an input must have to be judged at all."""

    confidence: float = 0.3
    known: int = 6  # features, of those with a term


@dataclass(frozen=True, slots=True)
class Scorer:
    intercept: float
    terms: tuple[Term, ...]
    judgeable: Judgeable = Judgeable()

    @property
    def unknown(self) -> float:
        """Log-odds of a pair of which nothing is known."""
        return self.intercept + math.fsum(term.unknown for term in self.terms)

    def log_odds(self, rows: Rows) -> Floats:
        """What each term adds to each row, shape [n, terms]."""
        columns = positions_of([term.feature for term in self.terms])
        added = [term.adds(rows[:, column]) for term, column in zip(self.terms, columns, strict=True)]
        return np.stack(added, axis=1) if added else np.empty((len(rows), 0))


def score(
    scorer: Scorer, rows: Rows, weights: Mapping[Category, float] | None = None, explain: int = 0
) -> list[Scored]:
    """Scores each row of `features` by itself; the best `explain`, ties included, come with contributions.

    A weight multiplies what the terms of its category add: 1 as trained, 0 as if nothing were known of it.
    """
    factors = check_weights(weights or {})
    by_term = np.array([factors[FEATURE[term.feature].category] for term in scorer.terms])
    added = scorer.log_odds(rows) * by_term
    why_not = [abstention(scorer, row) for row in rows]
    base = sigmoid(scorer.unknown)
    scores = [sigmoid(scorer.unknown + math.fsum(row)) for row in added.tolist()]
    least = _least_explained([s for s, reason in zip(scores, why_not, strict=True) if not reason], explain)
    return [
        Scored(None, base, reason)
        if reason
        else Scored(value, base, "", contributions(scorer, row, terms) if value >= least else ())
        for row, terms, value, reason in zip(rows, added, scores, why_not, strict=True)
    ]


def contributions(scorer: Scorer, row: Rows, added: Floats) -> tuple[Contribution, ...]:
    """Every term, the largest first. Points are log-odds times the slope of the line from `base` to the score,
    so that they add up to exactly the difference between the two."""
    total = math.fsum(added.tolist())
    base, end = sigmoid(scorer.unknown), sigmoid(scorer.unknown + total)
    slope = (end - base) / total if abs(total) > 1e-9 else base * (1.0 - base)
    columns = positions_of([term.feature for term in scorer.terms])
    out = []
    for term, column, log_odds in zip(scorer.terms, columns, added.tolist(), strict=True):
        feature, value = FEATURE[term.feature], float(row[column])
        out.append(
            Contribution(
                term=feature.name,
                category=feature.category,
                label=feature.label,
                value=None if math.isnan(value) else value,
                log_odds=log_odds,
                points=log_odds * slope,
            )
        )
    return tuple(sorted(out, key=lambda one: -abs(one.log_odds)))


def abstention(scorer: Scorer, row: Rows) -> str:
    """Why a pair cannot be judged; empty when it can."""
    least = scorer.judgeable
    cv, ad = (float(row[column]) for column in positions_of(["confidence", "job_confidence"]))
    if not cv >= least.confidence:
        return "The CV could not be read well enough to judge it: ask for a text version."
    if not ad >= least.confidence:
        return "The job ad could not be read well enough to judge anyone: give it a title and its requirements."
    known = np.count_nonzero(~np.isnan(row[positions_of([term.feature for term in scorer.terms])]))
    if known < min(least.known, len(scorer.terms)):
        return "Too little is known of this pair to judge it: one of the two says almost nothing about the work."
    return ""


def check_weights(weights: Mapping[Category, float]) -> Mapping[Category, float]:
    """The weight of every category. Raises `BadInput` that says what to do."""
    factors = dict.fromkeys(Category, 1.0)
    for name, weight in weights.items():
        if name not in factors:
            raise BadInput(f"weights: {name!r} is not a category; use {', '.join(Category)}")
        if not (math.isfinite(weight) and 0 <= weight <= MAX_WEIGHT):
            raise BadInput(f"weights: {name} is {weight}; it must be between 0 and {MAX_WEIGHT:g}, 1 as trained")
        factors[Category(name)] = float(weight)
    if not any(factors.values()):
        raise BadInput("weights: all are 0, so nothing would count; leave at least one category above 0")
    return factors


def sigmoid(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(log_odds, -SURE), SURE)))


def capped(scorer: Scorer) -> Scorer:
    """The scorer with its curve of licences lowered at `MISSING`, and nowhere else, so that who lacks one that the law
    asks for scores at most `UNLICENSED`, whatever else fits."""
    others = [term for term in scorer.terms if term.feature != LICENCES]
    known = next((term for term in scorer.terms if term.feature == LICENCES), Term(LICENCES, (0.0,), (0.0,)))
    knots = (MISSING, SILENT, 0.0, HELD)
    learned = np.interp(knots, known.knots, known.values).tolist()
    best = scorer.intercept + math.fsum(max(*term.values, term.unknown) for term in others)
    lowest = math.log(UNLICENSED / (1.0 - UNLICENSED)) - best
    values = (round(min(learned[0], lowest), 6), *(round(value, 6) for value in learned[1:]))
    return replace(scorer, terms=(*others, Term(LICENCES, knots, values, known.unknown)))


def baseline() -> Scorer:
    """A scorer without training: the baseline ranker's weights as straight lines, unknown in the middle."""
    terms = []
    for name, weight in WEIGHTS.items():
        feature, half = FEATURE[name], weight * (1.0 if FEATURE[name].sign > 0 else -1.0) / 2
        terms.append(Term(name, (feature.low, feature.high), (-half, half)))
    return capped(Scorer(intercept=-1.0, terms=tuple(terms)))


def load_scorer(folder: Path) -> Scorer:
    """The scorer of a version's folder. Raises `ModelError` for what this code cannot run."""
    model = read_model(folder)
    match model.get("kind"):
        case "baseline":
            return baseline()
        case "additive":
            pass
        case other:
            raise ModelError(f"{folder.name}: a scorer is 'baseline' or 'additive', not {other!r}")
    try:
        scorer = msgspec.convert(model, Scorer)
    except msgspec.ValidationError as error:
        raise ModelError(f"{folder.name}: {error}") from None
    check_terms(scorer)
    return scorer


def check_terms(scorer: Scorer) -> None:
    """Raises `ModelError` for curves that cannot be drawn, or that break a feature's declared direction."""
    positions_of([term.feature for term in scorer.terms])
    for term in scorer.terms:
        numbers = (*term.knots, *term.values, term.unknown, scorer.intercept)
        if not term.knots or len(term.knots) != len(term.values) or not all(map(math.isfinite, numbers)):
            raise ModelError(f"{term.feature}: as many finite values as knots are needed, at least one")
        if any(b <= a for a, b in zip(term.knots, term.knots[1:], strict=False)):
            raise ModelError(f"{term.feature}: knots must ascend")
        sign = FEATURE[term.feature].sign
        if any((b - a) * sign < 0 for a, b in zip(term.values, term.values[1:], strict=False)):
            raise ModelError(f"{term.feature}: its curve must not go against its direction ({sign:+d})")


def _least_explained(scores: list[float], explain: int) -> float:
    """The score from which rows are explained."""
    if explain <= 0 or not scores:
        return math.inf
    return sorted(scores, reverse=True)[min(explain, len(scores)) - 1]
