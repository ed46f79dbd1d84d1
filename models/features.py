"""The named features of a pair: what each one means, and the one code path that computes them all.

Every feature is of the pair alone, never of its pool. NaN means unknown, which is not the same as unmet.
`sign` is +1 or -1 where more can only help or only hurt, 0 where it may do either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.answers import Category
from core.domain import Case, Profile, Requirements
from core.errors import ModelError
from models.closeness import closeness
from models.comparing import Compared, compare, shown

Rows = NDArray[np.float32]  # shape [n, k]


@dataclass(frozen=True, slots=True)
class Feature:
    name: str
    category: Category
    label: str  # for people
    unit: str
    low: float
    high: float
    sign: int
    unknown: str  # what NaN means


_TITLE, _SKILLS, _WORK = Category.TITLE, Category.SKILLS, Category.EXPERIENCE
_NO_TITLE = "a side has no title"
_NO_CHUNKS = "a side has no title or no text"
_NO_POSITIONS = "the CV has no positions with titles"
_NONE_ASKED = "the ad asks for none"

FEATURES: tuple[Feature, ...] = (
    Feature("title_title", _TITLE, "job title against CV headline", "cosine", 0, 1, 1, _NO_TITLE),
    Feature("title_text", _TITLE, "job title against the CV as a whole", "mean cosine", 0, 0.7, 1, _NO_CHUNKS),
    Feature("title_top", _TITLE, "job title against the CV's three closest passages", "cosine", 0, 0.8, 1, _NO_CHUNKS),
    Feature("title_best", _TITLE, "job title against the CV's closest passage", "cosine", 0, 0.8, 1, _NO_CHUNKS),
    Feature("title_positions", _TITLE, "closest position held", "cosine", 0, 1, 1, _NO_POSITIONS),
    Feature("title_recent", _TITLE, "positions held, recent ones first", "mean cosine", 0, 1, 1, _NO_POSITIONS),
    Feature("same_occupation", _TITLE, "same occupation", "0 never, 0.5 once, 1 now", 0, 1, 1, "a side is unknown"),
    Feature("same_family", _TITLE, "same field of work", "0 never, 0.5 once, 1 now", 0, 1, 1, "a side is unknown"),
    Feature("must_have", _SKILLS, "required skills shown", "share", 0, 1, 1, _NONE_ASKED),
    Feature("must_have_near", _SKILLS, "required skills shown, or close ones", "share by rarity", 0, 1, 1, _NONE_ASKED),
    Feature("must_have_fresh", _SKILLS, "required skills in recent use", "mean freshness", 0, 1, 1, _NONE_ASKED),
    Feature("nice_to_have", _SKILLS, "wished-for skills shown", "share by rarity", 0, 1, 1, _NONE_ASKED),
    Feature("lines", _SKILLS, "requirements against the CV's passages", "mean cosine", 0, 0.8, 1, _NO_CHUNKS),
    Feature("years_ratio", _WORK, "years of work against those asked", "ratio", 0, 2, 1, "none asked, or no dates"),
    Feature("family_years", _WORK, "years in the same field", "years", 0, 10, 1, "the field of a side is unknown"),
    Feature("family_ratio", _WORK, "years in the same field against those asked", "ratio", 0, 2, 1, "none asked"),
    Feature("related_years", _WORK, "years in related positions", "years", 0, 10, 1, "no dated positions"),
    Feature("related_ratio", _WORK, "years in related positions against those asked", "ratio", 0, 2, 1, "none asked"),
    Feature("seniority_under", _WORK, "levels below the job", "levels", 0, 5, -1, "a level is unknown"),
    Feature("seniority_over", _WORK, "levels above the job", "levels", 0, 5, -1, "a level is unknown"),
    Feature("education", Category.EDUCATION, "education against that asked", "levels", -3, 2, 1, "none asked or shown"),
    Feature(
        "legal_credentials", Category.CREDENTIALS, "licences the law asks for",
        "-1 missing, -0.5 not shown but such a job was held, 0 none asked, 0.25 held", -1, 0.25, 1, "never",
    ),
    Feature("other_credentials", Category.CREDENTIALS, "other certificates shown", "share", 0, 1, 1, _NONE_ASKED),
    Feature("languages", Category.LANGUAGES, "languages asked for", "share", 0, 1, 1, "none asked, or a silent CV"),
    Feature("place", Category.PLACE, "place of work", "1 here, 0 abroad", 0, 1, 1, "a place is unknown"),
    Feature("passages", Category.TEXT, "the CV's passages against the ad's", "mean cosine", 0, 0.8, 1, _NO_CHUNKS),
    Feature("text_text", Category.TEXT, "the ad as a whole against the CV as a whole", "cosine", 0, 1, 1, "no text"),
    Feature("words", Category.TEXT, "words in common", "cosine", 0, 0.25, 1, "a side has no words"),
    Feature("job_confidence", Category.TEXT, "how well the ad was read", "0 to 1", 0, 1, 0, "never"),
    Feature("confidence", Category.TEXT, "how well the CV was read", "0 to 1", 0, 1, 0, "never"),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
FEATURE: Mapping[str, Feature] = MappingProxyType({feature.name: feature for feature in FEATURES})


def features(one: Case, many: Sequence[Case]) -> Rows:
    """The features of the pairs (one, each of many), shape [n, k]: one a job or a candidate."""
    if not many:
        return np.empty((0, len(FEATURES)), np.float32)
    columns: dict[str, NDArray[np.float64]] = dict(closeness(one, many))
    compared = _compared(one, many)
    for name in Compared.__dataclass_fields__:
        columns[name] = np.array([getattr(pair, name) for pair in compared])
    columns["related_ratio"] = _related_ratio(columns["related_years"], one, many)
    return np.stack([columns[name] for name in NAMES], axis=1).astype(np.float32)


def positions_of(names: Sequence[str]) -> list[int]:
    """Where these features are in a row. Raises `ModelError` for a name that this code does not compute."""
    if unknown := [name for name in names if name not in FEATURE]:
        raise ModelError(f"the model wants features that this version does not compute: {', '.join(unknown)}")
    return [NAMES.index(name) for name in names]


def _compared(one: Case, many: Sequence[Case]) -> list[Compared]:
    if isinstance(one.facts, Requirements):
        job = one.facts
        return [compare(job, shown(_profile(case))) for case in many]
    cv = shown(one.facts)
    return [compare(_requirements(case), cv) for case in many]


def _related_ratio(years: NDArray[np.float64], one: Case, many: Sequence[Case]) -> NDArray[np.float64]:
    """Related years against the minimum, at most twice; they are capped at 10 years, as minimums are in practice."""
    jobs = [one] * len(many) if isinstance(one.facts, Requirements) else many
    asked = np.array([np.nan if (m := _requirements(job).min_months) is None else m / 12 for job in jobs])
    with np.errstate(invalid="ignore", divide="ignore"):
        met = np.where(asked > 0, np.minimum(years / asked, 2.0), 2.0)
    return np.where(np.isnan(asked) | np.isnan(years), np.nan, met)


def _profile(case: Case) -> Profile:
    if not isinstance(case.facts, Profile):
        raise TypeError("a pair is a job and a candidate, not two jobs")
    return case.facts


def _requirements(case: Case) -> Requirements:
    if not isinstance(case.facts, Requirements):
        raise TypeError("a pair is a job and a candidate, not two candidates")
    return case.facts
