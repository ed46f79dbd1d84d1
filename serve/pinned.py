"""The parts at chosen versions: what a use case calls, without knowing of versions or of where the part runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.answers import Category
from core.domain import Embedding, Kind, ModelVersion, Passages
from core.parts import Encoded, Parts, Ranking, Reading, Scores
from core.plans import Plan, Versions

Call = Callable[..., Awaitable[Any]]  # a part's method: the version first, then what the port has


class Graph(Protocol):
    """Where the parts run: in deployments (`serve.remote`) or in this process (`serve.local`)."""

    def at(self, versions: Versions) -> Parts:
        """The parts at these versions. Nothing is loaded by this."""

    async def hold(self, plan: Plan) -> None:
        """Loads, wherever they may be asked for, what a plan serves with, tries and may return to, and lets go of the
        rest. Raises `ModelError` when one of these does not load."""


@dataclass(frozen=True, slots=True)
class PinnedParse:
    version: ModelVersion
    on_file: Call
    on_text: Call

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        reading: Reading = await self.on_file(self.version, content, file_name, kind)
        return reading

    async def text(self, text: str, kind: Kind) -> Reading:
        reading: Reading = await self.on_text(self.version, text, kind)
        return reading


@dataclass(frozen=True, slots=True)
class PinnedEmbed:
    version: ModelVersion
    on_passages: Call
    on_texts: Call

    async def passages(self, passages: Passages) -> Embedding:
        embedding: Embedding = await self.on_passages(self.version, passages)
        return embedding

    async def texts(self, texts: Sequence[str]) -> Encoded:
        encoded: Encoded = await self.on_texts(self.version, list(texts))
        return encoded


@dataclass(frozen=True, slots=True)
class PinnedRank:
    version: ModelVersion
    on_order: Call

    async def order(self, one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
        ranking: Ranking = await self.on_order(self.version, one, many, keep)
        return ranking


@dataclass(frozen=True, slots=True)
class PinnedScore:
    version: ModelVersion
    on_pairs: Call

    async def pairs(self, features: NDArray[np.float32], weights: Mapping[Category, float], explain: int) -> Scores:
        scores: Scores = await self.on_pairs(self.version, features, dict(weights), explain)
        return scores
