"""The parts as intake calls them: in short steps, each of which lets matches go first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain import Embedding, Kind, Passages
from core.errors import ModelError
from core.parts import Embed, Encoded, Parse, Reading
from serve.precedence import Precedence

STEP_CHARACTERS = 1_200  # about 250 tokens: one long passage, or all the titles of a CV; 50 ms on two old cores


@dataclass(frozen=True, slots=True)
class YieldingParse:
    inner: Parse
    precedence: Precedence

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        async with self.precedence.yielding():
            return await self.inner.file(content, file_name, kind)

    async def text(self, text: str, kind: Kind) -> Reading:
        async with self.precedence.yielding():
            return await self.inner.text(text, kind)


@dataclass(frozen=True, slots=True)
class YieldingEmbed:
    inner: Embed
    precedence: Precedence

    async def passages(self, passages: Passages) -> Embedding:
        """Equal to one call with all of them, up to the encoder's rounding."""
        made = [await self._step(some) for some in steps(passages.texts)]
        if len({one.version for one in made}) > 1:
            raise ModelError("the encoder was switched halfway: embed the document again")
        rows = np.concatenate([np.vstack([one.title[None], one.parts]) for one in made])
        return Embedding.of(made[0].version, passages, rows)

    async def texts(self, texts: Sequence[str]) -> Encoded:
        async with self.precedence.yielding():
            return await self.inner.texts(texts)

    async def _step(self, texts: Sequence[str]) -> Embedding:
        async with self.precedence.yielding():
            return await self.inner.passages(Passages(texts[0], (), tuple(texts[1:])))


def steps(texts: Sequence[str]) -> Iterator[list[str]]:
    """All texts in their order, in runs of at most `STEP_CHARACTERS`; a longer text is a run of its own."""
    run: list[str] = []
    for text in texts:
        if run and sum(map(len, run)) + len(text) > STEP_CHARACTERS:
            yield run
            run = []
        run.append(text)
    if run:
        yield run
