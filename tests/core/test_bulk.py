"""Texts by the thousand: each distinct one embedded once, however many ask and whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.bulk import Bulk
from core.domain import Passages
from core.errors import ModelError, Overloaded
from core.parts import Encoded
from tests import make


@dataclass
class Encoder:
    """A text's vector is its length. Fails at `bad`, and is busy at first."""

    calls: list[tuple[str, ...]] = field(default_factory=list)
    bad: str = ""
    busy: int = 0
    at_once: int = 0
    most_at_once: int = 0

    async def passages(self, passages: Passages) -> object:
        raise NotImplementedError

    async def texts(self, texts: Sequence[str]) -> Encoded:
        if self.busy:
            self.busy -= 1
            raise Overloaded("busy")
        self.calls.append(tuple(texts))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.001)
        self.at_once -= 1
        if self.bad in texts:
            raise ModelError("it does")
        return Encoded(make.EMBEDDER, np.array([[len(text)] for text in texts], np.float32), 0)

    @property
    def seen(self) -> list[str]:
        return [text for call in self.calls for text in call]


def bulk(encoder: Encoder, **options: int) -> Bulk:
    return Bulk(encoder, make.EMBEDDER, **options)  # type: ignore[arg-type]


async def test_each_distinct_text_is_embedded_once_however_many_ask() -> None:
    encoder = Encoder()
    texts = bulk(encoder)

    first, second = await asyncio.gather(texts.rows(["a", "bb", "a"]), texts.rows(["bb", "ccc"]))
    third = await texts.rows(["ccc", "a"])

    assert sorted(encoder.seen) == ["a", "bb", "ccc"]
    assert [float(rows[text][0]) for rows, text in ((first, "a"), (second, "bb"), (third, "ccc"))] == [1, 2, 3]  # type: ignore[index]
    assert (texts.encoded, texts.spared) == (3, 3)


async def test_texts_of_like_length_go_together_and_several_calls_are_under_way() -> None:
    encoder = Encoder()
    words = [letter * length for length in range(1, 41) for letter in "ab"]

    await bulk(encoder, calls=3, step_characters=100).rows(words)

    assert all(len(call) == 1 or sum(map(len, call)) <= 100 for call in encoder.calls)
    lengths = [len(text) for text in encoder.seen]
    assert lengths == sorted(lengths, reverse=True)
    assert encoder.most_at_once == 3


async def test_what_fails_says_why_and_may_be_asked_again() -> None:
    encoder = Encoder(bad="bb")
    texts = bulk(encoder, step_characters=1)

    first = await texts.rows(["a", "bb"])
    encoder.bad = ""
    second = await texts.rows(["a", "bb"])

    assert isinstance(first["bb"], ModelError)
    assert float(first["a"][0]) == 1  # type: ignore[index]
    assert float(second["bb"][0]) == 2  # type: ignore[index]
    assert encoder.seen.count("a") == 1


async def test_a_busy_encoder_is_asked_again() -> None:
    encoder = Encoder(busy=2)

    rows = await bulk(encoder).rows(["a"])

    assert float(rows["a"][0]) == 1  # type: ignore[index]
