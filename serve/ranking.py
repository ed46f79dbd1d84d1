"""The ranking replica: a shortlist in, the best pairs and their features out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.domain import ModelVersion
from core.parts import Ranking
from models.ranking import Ranker, load_ranker, rank
from serve.replica import Loaded, ModelReplica


class RankingReplica(ModelReplica[Ranker]):
    """One call ranks a whole shortlist."""

    def load(self, folder: Path, version: ModelVersion) -> Ranker:
        del version
        return load_ranker(folder)

    async def order(self, version: ModelVersion, one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
        loaded = await self.at(version)
        return await asyncio.get_running_loop().run_in_executor(self._threads, _order, loaded, one, many, keep)


def _order(ranker: Loaded[Ranker], one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
    return rank(ranker.model, one, many, keep, ranker.version)
