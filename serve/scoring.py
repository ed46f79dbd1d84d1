"""The scoring replica: feature rows in, calibrated scores and exact contributions out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.answers import Category
from core.domain import ModelVersion
from core.parts import Scores
from models.scoring import Scorer, load_scorer, score
from serve.replica import Loaded, ModelReplica


class ScoringReplica(ModelReplica[Scorer]):
    """Each row is scored by itself: a pair's score never depends on its neighbours."""

    def load(self, folder: Path, version: ModelVersion) -> Scorer:
        del version
        return load_scorer(folder)

    async def pairs(
        self, version: ModelVersion, features: NDArray[np.float32], weights: Mapping[Category, float], explain: int
    ) -> Scores:
        loaded = await self.at(version)
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, _score, loaded, features, weights, explain
        )


def _score(
    scorer: Loaded[Scorer], features: NDArray[np.float32], weights: Mapping[Category, float], explain: int
) -> Scores:
    return Scores(scorer.version, tuple(score(scorer.model, features, weights, explain)))
