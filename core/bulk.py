"""Many texts to vectors: each distinct one once, texts of like length together, several calls under way."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from core.domain import Embedding, ModelVersion, Passages, Vector
from core.errors import CoreError, ModelError, Overloaded
from core.parts import Embed

# About 300 tokens, 50 ms on two old cores: matches that come meanwhile wait no longer for an encoder.
STEP_CHARACTERS = 1_200
# Enough for two replicas that each have a call to compute and one at hand.
CALLS = 4
# Vectors of texts seen before, 15 MB at 384 dimensions: titles and boilerplate come again and again.
REMEMBERED = 10_000
PATIENCE = 8  # tries while every replica is busy, a minute in all
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 20.0


class Bulk:
    """One encoder's vectors for batch after batch. More replicas are used by more `calls` at once."""

    def __init__(
        self, embed: Embed, version: ModelVersion, *, calls: int = CALLS, step_characters: int = STEP_CHARACTERS
    ) -> None:
        self._embed = embed
        self._version = version
        self._step_characters = step_characters
        self._free = asyncio.Semaphore(calls)
        self._known: OrderedDict[bytes, asyncio.Future[Vector]] = OrderedDict()
        self.encoded = 0  # texts that an encoder has seen
        self.spared = 0  # texts that were known already

    async def rows(self, texts: Iterable[str]) -> Mapping[str, Vector | CoreError]:
        """The vector of each distinct text, or why it has none."""
        asked = {text: _digest(text) for text in texts}
        new = [text for text, digest in asked.items() if digest not in self._known]
        self.spared += len(asked) - len(new)
        loop = asyncio.get_running_loop()
        for text in new:
            self._known[asked[text]] = loop.create_future()
        awaited = {text: self._known[digest] for text, digest in asked.items()}
        steps = [self._step(step, [awaited[text] for text in step]) for step in self._steps(new)]
        try:
            await asyncio.gather(*steps)
            answers = await asyncio.gather(*awaited.values(), return_exceptions=True)
        finally:
            self._forget(asked)
        return {text: _told(answer) for text, answer in zip(awaited, answers, strict=True)}

    def _steps(self, texts: Sequence[str]) -> Iterator[list[str]]:
        """Longest first, so that what is encoded together has like length."""
        step: list[str] = []
        for text in sorted(texts, key=len, reverse=True):
            if step and sum(map(len, step)) + len(text) > self._step_characters:
                yield step
                step = []
            step.append(text)
        if step:
            yield step

    async def _step(self, texts: Sequence[str], into: Sequence[asyncio.Future[Vector]]) -> None:
        try:
            async with self._free:
                encoded = await self._patiently(texts)
        except CoreError as error:
            for future in into:
                future.set_exception(error)
            return
        except BaseException:
            for future in into:
                future.cancel()
            raise
        self.encoded += len(texts)
        for future, row in zip(into, encoded, strict=True):
            future.set_result(row)

    async def _patiently(self, texts: Sequence[str]) -> Sequence[Vector]:
        for attempt in range(PATIENCE):
            try:
                encoded = await self._embed.texts(texts)
                break
            except Overloaded:
                if attempt == PATIENCE - 1:
                    raise
                await asyncio.sleep(min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S))
        if encoded.version != self._version:
            raise ModelError(f"{encoded.version} answered for {self._version}")
        return list(encoded.rows)

    def _forget(self, asked: Mapping[str, bytes]) -> None:
        """What failed may be asked again; of the others the longest unused go."""
        for digest in asked.values():
            future = self._known.get(digest)
            if future is not None and future.done() and (future.cancelled() or future.exception() is not None):
                del self._known[digest]
            elif future is not None:
                self._known.move_to_end(digest)
        while len(self._known) > REMEMBERED and self._known[oldest := next(iter(self._known))].done():
            del self._known[oldest]


def embedding_of(version: ModelVersion, passages: Passages, vectors: Mapping[str, Vector | CoreError]) -> Embedding:
    """Raises why one of the texts has no vector."""
    rows = []
    for text in passages.texts:
        vector = vectors[text]
        if isinstance(vector, CoreError):
            raise vector
        rows.append(vector)
    return Embedding.of(version, passages, np.stack(rows))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _told(answer: Vector | BaseException) -> Vector | CoreError:
    if isinstance(answer, BaseException) and not isinstance(answer, CoreError):
        raise answer
    return answer
