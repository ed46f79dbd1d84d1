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
_NO_ROLES = "the role of the job or of all positions is unknown"
_NONE_ASKED = "the ad asks for none"

FEATURES: tuple[Feature, ...] = (
    Feature("title_title", _TITLE, "job title against CV headline", "cosine", 0, 1, 1, _NO_TITLE),
    Feature("title_text", _TITLE, "job title against the CV as a whole", "mean cosine", 0, 0.7, 1, _NO_CHUNKS),
    Feature("title_top", _TITLE, "job title against the CV's three closest passages", "cosine", 0, 0.8, 1, _NO_CHUNKS),
    Feature("title_best", _TITLE, "job title against the CV's closest passage", "cosine", 0, 0.8, 1, _NO_CHUNKS),
    Feature("title_positions", _TITLE, "closest position held", "cosine", 0, 1, 1, _NO_POSITIONS),
    Feature("title_recent", _TITLE, "positions held, recent ones first", "mean cosine", 0, 1, 1, _NO_POSITIONS),
    Feature("same_occupation", _TITLE, "same occupation", "0 never, 0.5 once, 1 now", 0, 1, 1, "a side is unknown"),
    Feature("role_recent", _TITLE, "same line of work, recent positions first", "mean chance", 0, 1, 1, _NO_ROLES),
    Feature("role_best", _TITLE, "the position that was closest to this line of work", "chance", 0, 1, 1, _NO_ROLES),
    Feature("must_have", _SKILLS, "required skills shown", "share", 0, 1, 1, _NONE_ASKED),
    Feature("must_have_near", _SKILLS, "required skills shown, or close ones", "share by rarity", 0, 1, 1, _NONE_ASKED),
    Feature("must_have_fresh", _SKILLS, "required skills in recent use", "mean freshness", 0, 1, 1, _NONE_ASKED),
    Feature("nice_to_have", _SKILLS, "wished-for skills shown", "share by rarity", 0, 1, 1, _NONE_ASKED),
    Feature("lines", _SKILLS, "requirements against the CV's passages", "mean cosine", 0, 0.8, 1, _NO_CHUNKS),
    Feature("role_years", _WORK, "years in the same line of work", "years", 0, 10, 1, "no role or no dates"),
    Feature(
        "role_ratio", _WORK, "years in the same line of work against those asked",
        "ratio; to one year where none is asked", 0, 2, 1, "no role or no dates",
    ),
    Feature("years_over", _WORK, "years of work far beyond those asked", "years", 0, 20, -1, "the CV has no dates"),
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

# How much each feature moves the baseline, over its whole range. Role first, then experience and skills: in graded
# pairs the role decides the grade.
WEIGHTS: Mapping[str, float] = {
    "title_text": 4.0,
    "title_top": 2.0,
    "title_positions": 1.5,
    "title_recent": 1.5,
    "same_occupation": 1.0,
    "role_recent": 0.5,
    "role_best": 0.5,
    "must_have_near": 1.5,
    "must_have_fresh": 0.5,
    "nice_to_have": 0.5,
    "lines": 3.0,
    "role_ratio": 0.25,
    "seniority_under": 1.5,
    "seniority_over": 0.5,
    "education": 0.5,
    "legal_credentials": 4.0,
    "other_credentials": 0.5,
    "languages": 0.5,
    "place": 0.5,
    "text_text": 1.0,
    "words": 4.0,
}


def features(one: Case, many: Sequence[Case]) -> Rows:
    """The features of the pairs (one, each of many), shape [n, k]: one a job or a candidate."""
    if not many:
        return np.empty((0, len(FEATURES)), np.float32)
    columns: dict[str, NDArray[np.float64]] = dict(closeness(one, many))
    compared = _compared(one, many)
    for name in Compared.__dataclass_fields__:
        columns[name] = np.array([getattr(pair, name) for pair in compared])
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


def _profile(case: Case) -> Profile:
    if not isinstance(case.facts, Profile):
        raise TypeError("a pair is a job and a candidate, not two jobs")
    return case.facts


def _requirements(case: Case) -> Requirements:
    if not isinstance(case.facts, Requirements):
        raise TypeError("a pair is a job and a candidate, not two candidates")
    return case.facts
