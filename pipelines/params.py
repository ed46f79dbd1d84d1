"""The parameters of the stages: `params.yaml`, one typed section per stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import yaml

from models.fitting import Shape

S = TypeVar("S")
PARAMS = Path("params.yaml")


@dataclass(frozen=True, slots=True)
class PrepareParams:
    data: Path
    samples: Path


@dataclass(frozen=True, slots=True)
class FeaturesParams:
    data: Path
    samples: Path
    parser: Path
    embedder: Path
    vectors: Path
    read_on: Mapping[str, date]
    feedback: Path | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """How much of a source is read: in all `pairs`, `batch` at a time, each text cut to `tokens`."""

    pairs: int
    batch: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Style:
    """`near`: the share of a batch that is drawn from whole groups; `plural`, `title_case`: chances of each text."""

    near: float
    plural: float
    title_case: float


@dataclass(frozen=True, slots=True)
class EncoderParams:
    """`mix`: how much is learned of each source of `pipelines.encoder_texts`."""

    taxonomy: Path
    layers: int
    rank: int
    rate: float
    decay: float
    temperature: float
    threads: int
    seed: int
    style: Style
    mix: Mapping[str, Mix]


@dataclass(frozen=True, slots=True)
class RankerParams:
    kind: Literal["additive", "lambdamart"]
    start: float
    trees: int
    depth: int
    leaf: int
    rate: float
    truncation: int
    seed: int


@dataclass(frozen=True, slots=True)
class ScorerParams:
    segments: int
    ridge: float
    unknown: float
    role: float
    prior: float
    folds: int
    seed: int

    @property
    def shape(self) -> Shape:
        return Shape(self.segments, self.ridge, self.unknown, self.role, self.prior)


@dataclass(frozen=True, slots=True)
class EvaluateParams:
    folds: int
    repeats: int
    draws: int
    seed: int


@dataclass(frozen=True, slots=True)
class FairnessParams:
    ranker: Path
    scorer: Path


@dataclass(frozen=True, slots=True)
class AttacksParams:
    scorer: Path
    each: int
    seed: int


@dataclass(frozen=True, slots=True)
class TaggerParams:
    regularisation: float
    steps: int
    moves: float
    recall: float


def section(name: str, kind: type[S], path: Path = PARAMS) -> S:
    """One section. Stops the stage with a line that names what is wrong."""
    try:
        stated = yaml.safe_load(path.read_text("utf-8"))
        return msgspec.convert(stated.get(name), kind, dec_hook=lambda kind, value: kind(value))
    except (OSError, AttributeError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise SystemExit(f"{path}: {name}: {error}") from None
