"""The embedding replica: passages to vectors, by one pinned encoder."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from core.domain import Embedding, ModelVersion, Passages
from core.parts import Encoded
from models.embedding import Encoder, embed, load_encoder
from serve.replica import Loaded, ModelReplica


class EmbeddingReplica(ModelReplica[Encoder]):
    """Batching is the encoder's own (by length and tokens): on a CPU, calls gain nothing from waiting for others."""

    def load(self, folder: Path, version: ModelVersion) -> Encoder:
        del version
        return load_encoder(folder, threads=self.settings.threads)

    async def passages(self, version: ModelVersion, passages: Passages) -> Embedding:
        loaded = await self.at(version)
        return await asyncio.get_running_loop().run_in_executor(self._threads, _embed, loaded, passages)

    async def texts(self, version: ModelVersion, texts: Sequence[str]) -> Encoded:
        loaded = await self.at(version)
        return await asyncio.get_running_loop().run_in_executor(self._threads, _encode, loaded, texts)


def _encode(encoder: Loaded[Encoder], texts: Sequence[str]) -> Encoded:
    return Encoded(encoder.version, encoder.model.encode(texts), encoder.model.count(texts))


def _embed(encoder: Loaded[Encoder], passages: Passages) -> Embedding:
    return embed(encoder.model, encoder.version, passages)
