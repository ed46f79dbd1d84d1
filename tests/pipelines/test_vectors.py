"""Laws of kept vectors: a text is encoded once, by itself, and another encoder never finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from core.domain import Matrix
from models.embedding_hashing import HashingEncoder
from models.folders import write_model
from pipelines.vectors import KeptEncoder, keep


@dataclass(frozen=True)
class Counting(HashingEncoder):
    """Remembers every text that it was asked for, by call."""

    asked: list[tuple[str, ...]] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.asked.append(tuple(texts))
        return HashingEncoder.encode(self, texts)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    write_model(tmp_path / "model", {"kind": "hashing", "dimension": 384}, {})
    return tmp_path / "model"


def kept(model: Path, encoder: Counting, name: str = "vectors") -> KeptEncoder:
    return keep(encoder, model, model.parent / name)


def test_a_text_is_encoded_once_and_by_itself(model: Path) -> None:
    counting = Counting()

    for texts in (["nurse", "welder", "nurse"], ["welder", "baker"]):
        kept(model, counting).encode(texts)

    assert counting.asked == [("nurse",), ("welder",), ("baker",)]


def test_what_was_kept_is_what_the_encoder_says(model: Path) -> None:
    texts = ["nurse", "", "welder"]

    fresh, again = (kept(model, Counting()).encode(texts) for _ in range(2))

    np.testing.assert_array_equal(fresh, HashingEncoder().encode(texts))
    np.testing.assert_array_equal(again, fresh)


def test_vectors_do_not_tell_what_they_were_encoded_with(model: Path) -> None:
    together = kept(model, Counting(), "one").encode(["nurse", "a much longer text about welding"])

    alone = kept(model, Counting(), "other").encode(["nurse"])

    np.testing.assert_array_equal(alone[0], together[0])


def test_another_encoder_finds_nothing(model: Path) -> None:
    first, second = Counting(), Counting()
    kept(model, first).encode(["nurse"])
    write_model(model, {"kind": "hashing", "dimension": 384, "source": "another"}, {})

    kept(model, second).encode(["nurse"])

    assert second.asked == [("nurse",)]
