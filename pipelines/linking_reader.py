"""What serving makes of a text, in one process: read, and linked to skills by the encoder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.domain import Kind
from core.parts import Reading
from models.embedding import Encoder
from models.linking import SkillLinker, load_labels
from models.reading import Reader


@dataclass(frozen=True, slots=True)
class LinkingReader:
    reader: Reader
    encoder: Encoder
    linker: SkillLinker

    def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        return self._linked(self.reader.file(content, file_name, kind))

    def text(self, text: str, kind: Kind) -> Reading:
        return self._linked(self.reader.text(text, kind))

    def _linked(self, reading: Reading) -> Reading:
        return self.linker.add(reading, self.encoder.encode([phrase.text for phrase in reading.phrases]))


def linked(reader: Reader, encoder: Encoder, folder: Path) -> LinkingReader:
    """`folder` is that of the reader's version. Raises `ModelError`."""
    labels = load_labels(folder)
    return LinkingReader(reader, encoder, SkillLinker(labels, encoder.encode(labels.texts).astype(np.float16)))
