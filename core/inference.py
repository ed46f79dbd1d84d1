"""Use case: the models by themselves, for clients that bring texts and keep nothing here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain import Case, Identity, Kind, Matrix, ModelVersion, Passages, Profile, Requirements, Sparse
from core.errors import BadInput, NotFound, Overloaded
from core.packing import pack_case
from core.parts import Embed, Encoded, Parse, Rank, Reading

MAX_TEXTS = 2_048  # of one call of `embed`
MAX_CHARACTERS = 32_000  # of one text
MAX_RANKED = 200  # of one call of `rerank`: each is read as a document
_SLICE = 64  # texts of one call of the part: between two of them a match gets its turn
_AT_ONCE = 4  # texts of one call of `rerank` under way: 200 would fill the queues that matches wait in
_SHORT = 900  # characters: a text that is no document is embedded in pieces of this length


@dataclass(frozen=True, slots=True)
class Ranked:
    """Indices into the given texts, best first, and what they were ordered by."""

    version: ModelVersion
    order: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Inference:
    parse: Parse
    embed: Embed
    rank: Rank
    models: Mapping[str, ModelVersion]

    async def embeddings(self, model: str, texts: Sequence[str]) -> Encoded:
        """A vector for each text, in their order. Raises `NotFound` for a model that does not serve now."""
        version = self._served(model, "embedder")
        _check(texts, MAX_TEXTS)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # like lengths together: less padding
        rows: Matrix | None = None
        tokens = 0
        for start in range(0, len(order), _SLICE):
            some = order[start : start + _SLICE]
            encoded = await self.embed.texts([texts[at] for at in some])
            if encoded.version != version:
                raise Overloaded("the encoder is being switched: try again in a few seconds")
            if rows is None:
                rows = np.empty((len(texts), encoded.rows.shape[1]), np.float32)
            rows[some] = encoded.rows
            tokens += encoded.tokens
        if rows is None:
            raise BadInput("there is no text to embed")
        return Encoded(version, rows, tokens)

    async def rerank(self, model: str, query: str, texts: Sequence[str], kind: Kind) -> Ranked:
        """The texts, of `kind`, in the order in which they suit the query, which is of the other kind."""
        self._served(model or str(self.models["ranker"]), "ranker")
        _check([query], 1)
        _check(texts, MAX_RANKED)
        turns = asyncio.Semaphore(_AT_ONCE)

        async def case(text: str, kind: Kind) -> bytes:
            async with turns:
                return await self._case(text, kind)

        one, *many = await asyncio.gather(case(query, kind.other), *(case(text, kind) for text in texts))
        ranking = await self.rank.order(one, many, len(many))
        return Ranked(ranking.version, ranking.order, ranking.values)

    async def _case(self, text: str, kind: Kind) -> bytes:
        try:
            reading = await self.parse.text(text, kind)
        except BadInput:  # no CV and no ad: its words can still be compared
            reading = _unread(text, kind)
        embedding = await self.embed.passages(reading.passages)
        return pack_case(Case(reading.facts, embedding, reading.words, reading.skills))

    def _served(self, model: str, name: str) -> ModelVersion:
        version = self.models[name]
        if model != str(version):
            raise NotFound(f"{model!r} does not serve: {version} does")
        return version


def _check(texts: Sequence[str], most: int) -> None:
    if not 0 < len(texts) <= most:
        raise BadInput(f"{len(texts)} texts: send 1 to {most} at once")
    for at, text in enumerate(texts):
        if not text.strip():
            raise BadInput(f"text {at} is empty")
        if len(text) > MAX_CHARACTERS:
            raise BadInput(f"text {at} has {len(text)} characters; at most {MAX_CHARACTERS} are read")


def _unread(text: str, kind: Kind) -> Reading:
    """A text of which nothing is known but its words."""
    first, *_ = text.strip().split("\n", 1)
    pieces = tuple(_pieces(text.strip()))
    facts = Profile(confidence=0.0) if kind is Kind.CANDIDATE else Requirements(confidence=0.0)
    passages = Passages(first[:120], (), pieces)
    return Reading(text, "text", facts, Identity(), passages, Sparse(), Sparse(), ModelVersion("parser", 0))


def _pieces(text: str) -> Iterable[str]:
    return (text[at : at + _SHORT] for at in range(0, min(len(text), 12 * _SHORT), _SHORT))
