"""The parts as plain objects in this process: the very classes that Serve runs as replicas."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain import ModelVersion
from serve.embedding import EmbeddingReplica
from serve.parsing import ParsingReplica
from serve.ranking import RankingReplica
from serve.scoring import ScoringReplica
from serve.service import Parts


class LocalParts:
    def __init__(self) -> None:
        self._parser = ParsingReplica()
        self._embedder = EmbeddingReplica()
        self._ranker = RankingReplica()
        self._scorer = ScoringReplica()
        self.parts = Parts(self._parser, self._embedder, self._ranker, self._scorer)

    async def reconfigure(self, models: Mapping[str, ModelVersion]) -> None:
        """Loads the versions named; a part already at its version keeps it."""
        await self._parser.reconfigure({"model": str(models["parser"])})
        await self._embedder.reconfigure({"model": str(models["embedder"])})
        await self._ranker.reconfigure({"model": str(models["ranker"])})
        await self._scorer.reconfigure({"model": str(models["scorer"])})

    async def close(self) -> None:
        for part in (self._parser, self._embedder, self._ranker, self._scorer):
            await part.close()
