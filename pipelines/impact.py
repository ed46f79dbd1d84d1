"""Impact ratios as New York City's Local Law 144 has them computed (6 RCNY § 5-301), of any labelled scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
FOUR_FIFTHS = 0.8  # 29 CFR 1607.4(D): a lower ratio is evidence of adverse impact
LEAST_SHARE = 0.02  # of all applicants: smaller categories are shown, and judge nothing


@dataclass(frozen=True, slots=True)
class Category:
    """One line of an audit. `ratio` is to the highest rate of a category that is not `small`; None without one."""

    name: str
    applicants: int
    selected: int
    rate: float
    ratio: float | None
    small: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """By sex, by race or by both; `unknown` applicants are in no category."""

    by: str
    categories: tuple[Category, ...]
    unknown: int

    @property
    def lowest(self) -> float:
        """Of the categories that are not small; 1 when there is nothing to compare."""
        return min((one.ratio for one in self.categories if one.ratio is not None and not one.small), default=1.0)


def above_median(scores: Floats) -> Mask:
    """Who scores above the median of the sample. NaN, an abstention, is not selected and moves no median."""
    return np.asarray(scores > np.nanmedian(scores)) if np.isfinite(scores).any() else np.zeros(len(scores), np.bool_)


def audit(by: str, labels: Sequence[str], selected: Mask) -> Audit:
    """Selection and impact of each label; "" is unknown."""
    named = np.array(labels)
    counted = []
    for name in sorted({label for label in labels if label}):
        where = named == name
        counted.append((name, int(where.sum()), int(selected[where].sum())))
    small = {name: total < LEAST_SHARE * len(labels) for name, total, _ in counted}
    best = max((chosen / total for name, total, chosen in counted if not small[name]), default=0.0)
    return Audit(
        by,
        tuple(
            Category(
                name, total, chosen, round(chosen / total, 4), round(chosen / total / best, 4) if best else None,
                small[name],
            )
            for name, total, chosen in counted
        ),
        int((named == "").sum()),
    )  # fmt: skip


def audits(sexes: Sequence[str], races: Sequence[str], selected: Mask) -> tuple[Audit, ...]:
    """By sex, by race or ethnicity, and by both where both are known."""
    both = [f"{race}, {sex}" if sex and race else "" for sex, race in zip(sexes, races, strict=True)]
    return (
        audit("sex", sexes, selected),
        audit("race or ethnicity", races, selected),
        audit("race or ethnicity, and sex", both, selected),
    )


def matched_differences(scores: Floats, pairs: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """How far each label's scores lie from the mean of those with the same CV and job, on average.

    Exact where every CV is sent by every group: then quality cancels out.
    """
    keys, named = np.array(pairs), np.array(labels)
    known = (named != "") & np.isfinite(scores)
    off = np.full(len(scores), np.nan)
    for key in np.unique(keys[known]):
        same = known & (keys == key)
        off[same] = scores[same] - scores[same].mean()
    return {name: round(float(off[known & (named == name)].mean()), 4) for name in sorted(set(named[known].tolist()))}
