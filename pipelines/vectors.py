"""Vectors of texts that were encoded before, kept on disk: stages that change a rule do not encode again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.domain import Matrix
from models.embedding import Encoder


@dataclass(frozen=True, slots=True)
class KeptEncoder:
    """An encoder that never encodes a text twice.

    A text that is new is encoded by itself, not in a batch: a batch moves a vector by rounding, and what is kept must
    not tell what it was encoded with. A fresh folder and an old one therefore give the same bytes.
    """

    encoder: Encoder
    kept: sqlite3.Connection

    @property
    def dimension(self) -> int:
        return self.encoder.dimension

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows = np.empty((len(texts), self.dimension), np.float32)
        with self.kept:
            for row, text in zip(rows, texts, strict=True):
                row[:] = self._vector(text)
        return rows

    def count(self, texts: Sequence[str]) -> int:
        return self.encoder.count(texts)

    def _vector(self, text: str) -> Matrix:
        key = hashlib.sha256(text.encode()).digest()
        found = self.kept.execute("SELECT vector FROM vectors WHERE text = ?", (key,)).fetchone()
        if found is not None:
            return np.frombuffer(found[0], "<f4")
        vector: Matrix = self.encoder.encode([text])[0]
        self.kept.execute("INSERT OR IGNORE INTO vectors VALUES (?, ?)", (key, vector.astype("<f4").tobytes()))
        return vector


def keep(encoder: Encoder, model: Path, folder: Path) -> KeptEncoder:
    """Keeps vectors in a file of `folder` that is named after the encoder's `model.json`, which has its weights'
    digests: another encoder never finds them."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256((model / "model.json").read_bytes()).hexdigest()
    kept = sqlite3.connect(folder / f"{digest[:16]}.sqlite", timeout=60)
    kept.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    return KeptEncoder(encoder, kept)
