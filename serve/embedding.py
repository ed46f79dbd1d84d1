"""The embedding replica: passages to vectors, by one pinned encoder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from core.domain import Embedding, ModelVersion, Passages
from models.embedding import Encoder, load_encoder
from serve.replica import Loaded, ModelReplica


class EmbeddingReplica(ModelReplica[Encoder]):
    """Batching is the encoder's own (by length and tokens): on a CPU, calls gain nothing from waiting for others."""

    def load(self, folder: Path, version: ModelVersion) -> Encoder:
        del version
        return load_encoder(folder, threads=self.settings.threads)

    async def passages(self, passages: Passages) -> Embedding:
        return await asyncio.get_running_loop().run_in_executor(self._threads, embed, self.loaded, passages)


def embed(encoder: Loaded[Encoder], passages: Passages) -> Embedding:
    """All of a document's passages in one call; `text` is the mean of its parts."""
    rows = encoder.model.encode([passages.title, *passages.titles, *passages.parts])
    titles, parts = rows[1 : 1 + len(passages.titles)], rows[1 + len(passages.titles) :]
    text = parts.mean(axis=0, dtype=np.float32) if len(parts) else np.zeros(rows.shape[1], np.float32)
    return Embedding(encoder.version, rows[0], text, titles, parts)
