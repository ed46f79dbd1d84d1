"""The parts as plain objects in this process: the very classes that Serve runs as replicas."""

from __future__ import annotations

from core.parts import Parts
from core.plans import Plan, Versions
from serve.embedding import EmbeddingReplica
from serve.parsing import ParsingReplica
from serve.pinned import PinnedEmbed, PinnedParse, PinnedRank, PinnedScore
from serve.ranking import RankingReplica
from serve.scoring import ScoringReplica


class LocalGraph:
    def __init__(self) -> None:
        self._parser = ParsingReplica()
        self._embedder = EmbeddingReplica()
        self._ranker = RankingReplica()
        self._scorer = ScoringReplica()

    def at(self, versions: Versions) -> Parts:
        return Parts(
            PinnedParse(versions["parser"], self._parser.file, self._parser.text),
            PinnedEmbed(versions["embedder"], self._embedder.passages, self._embedder.texts),
            PinnedRank(versions["ranker"], self._ranker.order),
            PinnedScore(versions["scorer"], self._scorer.pairs),
        )

    async def hold(self, plan: Plan) -> None:
        for name, part in self._parts().items():
            await part.hold(plan.versions(name))

    async def close(self) -> None:
        for part in self._parts().values():
            await part.close()

    def _parts(self) -> dict[str, ParsingReplica | EmbeddingReplica | RankingReplica | ScoringReplica]:
        return {"parser": self._parser, "embedder": self._embedder, "ranker": self._ranker, "scorer": self._scorer}
