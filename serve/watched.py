"""Ranking and scoring of matches under watch: what goes in and comes out, for `models.drift`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.answers import Category
from core.parts import Rank, Ranking, Score, Scores
from models.drift import Drift


@dataclass(frozen=True, slots=True)
class WatchedRank:
    inner: Rank
    drift: Drift

    async def order(self, one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
        ranking = await self.inner.order(one, many, keep)
        self.drift.add(ranking.version, ranking.features)
        return ranking


@dataclass(frozen=True, slots=True)
class WatchedScore:
    """Scores under a caller's own weights are no probabilities, and are not watched."""

    inner: Score
    drift: Drift

    async def pairs(self, features: NDArray[np.float32], weights: Mapping[Category, float], explain: int) -> Scores:
        scores = await self.inner.pairs(features, weights, explain)
        if all(weight == 1 for weight in weights.values()):
            told = [np.nan if one.score is None else one.score for one in scores.pairs]
            self.drift.add(scores.version, np.array(told, np.float32)[:, None])
        return scores
