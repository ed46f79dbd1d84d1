"""The parts with a clock: time, items and version of every call, whichever way the graph is composed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.answers import Category
from core.domain import Embedding, Kind, ModelVersion, Passages
from core.parts import Embed, Encoded, Parse, Rank, Ranking, Reading, Score, Scores

Observe = Callable[[str, str, int, float], None]  # part, version, items, seconds


@dataclass(slots=True)
class _Clock:
    observe: Observe
    part: str
    started: float = 0.0

    @classmethod
    def start(cls, observe: Observe, part: str) -> _Clock:
        return cls(observe, part, time.perf_counter())

    def stop(self, version: ModelVersion, items: int) -> None:
        self.observe(self.part, str(version), items, time.perf_counter() - self.started)


@dataclass(frozen=True, slots=True)
class MeteredParse:
    inner: Parse
    observe: Observe

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        clock = _Clock.start(self.observe, "parsing")
        reading = await self.inner.file(content, file_name, kind)
        clock.stop(reading.version, 1)
        return reading

    async def text(self, text: str, kind: Kind) -> Reading:
        clock = _Clock.start(self.observe, "parsing")
        reading = await self.inner.text(text, kind)
        clock.stop(reading.version, 1)
        return reading


@dataclass(frozen=True, slots=True)
class MeteredEmbed:
    inner: Embed
    observe: Observe

    async def passages(self, passages: Passages) -> Embedding:
        clock = _Clock.start(self.observe, "embedding")
        embedding = await self.inner.passages(passages)
        clock.stop(embedding.version, 1 + len(passages.titles) + len(passages.parts))
        return embedding

    async def texts(self, texts: Sequence[str]) -> Encoded:
        clock = _Clock.start(self.observe, "embedding")
        encoded = await self.inner.texts(texts)
        clock.stop(encoded.version, len(texts))
        return encoded


@dataclass(frozen=True, slots=True)
class MeteredRank:
    inner: Rank
    observe: Observe

    async def order(self, one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
        clock = _Clock.start(self.observe, "ranking")
        ranking = await self.inner.order(one, many, keep)
        clock.stop(ranking.version, len(many))
        return ranking


@dataclass(frozen=True, slots=True)
class MeteredScore:
    inner: Score
    observe: Observe

    async def pairs(self, features: NDArray[np.float32], weights: Mapping[Category, float], explain: int) -> Scores:
        clock = _Clock.start(self.observe, "scoring")
        scores = await self.inner.pairs(features, weights, explain)
        clock.stop(scores.version, len(scores.pairs))
        return scores
