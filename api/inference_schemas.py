"""The models over HTTP in the shapes that existing clients send: OpenAI's, Cohere's, text-embeddings-inference's."""

from __future__ import annotations

import base64
import math
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.domain import Kind
from core.inference import MAX_RANKED, Ranked
from core.lanes import Lanes
from core.parts import Encoded


class In(BaseModel):
    model_config = ConfigDict(frozen=True)


class EmbeddingsIn(In):
    """As OpenAI has it. Token ids are not taken: versions differ in their vocabulary."""

    model: str = Field(description="An embedder version, pinned.", examples=["embedder/1"])
    input: str | list[str] = Field(description="One text or up to 2,048.")
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, description="Only the model's own number, if any.")
    user: str | None = Field(None, description="Ignored.")

    @property
    def texts(self) -> list[str]:
        return [self.input] if isinstance(self.input, str) else self.input


class EmbeddingOut(BaseModel):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str = Field(description="Unit length; in base64 its float32, little-endian.")


class UsageOut(BaseModel):
    prompt_tokens: int
    total_tokens: int


class EmbeddingsOut(BaseModel):
    object: Literal["list"] = "list"
    data: list[EmbeddingOut]
    model: str
    usage: UsageOut

    @classmethod
    def of(cls, encoded: Encoded, encoding_format: str) -> Self:
        packed = encoding_format == "base64"
        rows = np.ascontiguousarray(encoded.rows, "<f4")
        data = [
            EmbeddingOut(index=at, embedding=base64.b64encode(row.tobytes()).decode() if packed else row.tolist())
            for at, row in enumerate(rows)
        ]
        usage = UsageOut(prompt_tokens=encoded.tokens, total_tokens=encoded.tokens)
        return cls(data=data, model=str(encoded.version), usage=usage)


class TextIn(In):
    text: str


class RerankIn(In):
    """With `documents` as Cohere has it, with `texts` as text-embeddings-inference has it."""

    query: str = Field(description="A job ad, or what stands for one; a CV when the documents are jobs.")
    documents: list[str | TextIn] | None = Field(None, description=f"Up to {MAX_RANKED} CVs or other texts.")
    texts: list[str] | None = None
    model: str = Field("", description="A ranker version; empty: the one that serves.", examples=["ranker/1"])
    top_n: int | None = Field(None, ge=1, description="How many to return; null: all.")
    return_documents: bool = False
    return_text: bool = False
    raw_scores: bool = False
    document_kind: Kind = Field(Kind.CANDIDATE, description="What the documents are read as.")

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if (self.documents is None) == (self.texts is None):
            raise ValueError("give exactly one of documents and texts")
        return self

    @property
    def plain(self) -> list[str]:
        if self.texts is not None:
            return self.texts
        return [one if isinstance(one, str) else one.text for one in self.documents or ()]


class TextOut(BaseModel):
    text: str


class RankedOut(BaseModel):
    index: int
    relevance_score: float = Field(description="0 to 1, in the order of the ranker; no probability.")
    document: TextOut | None = None


class RerankOut(BaseModel):
    id: str
    results: list[RankedOut]
    model: str


class ScoredTextOut(BaseModel):
    index: int
    score: float
    text: str | None = None


def cohere(wanted: RerankIn, ranked: Ranked, id: str) -> RerankOut:
    texts = wanted.plain if wanted.return_documents else None
    results = [
        RankedOut(
            index=at, relevance_score=_squashed(value), document=None if texts is None else TextOut(text=texts[at])
        )
        for at, value in _kept(wanted, ranked)
    ]
    return RerankOut(id=id, results=results, model=str(ranked.version))


def inference(wanted: RerankIn, ranked: Ranked) -> list[ScoredTextOut]:
    texts = wanted.plain
    return [
        ScoredTextOut(
            index=at,
            score=value if wanted.raw_scores else _squashed(value),
            text=texts[at] if wanted.return_text else None,
        )
        for at, value in _kept(wanted, ranked)
    ]


def _kept(wanted: RerankIn, ranked: Ranked) -> list[tuple[int, float]]:
    return list(zip(ranked.order, ranked.values, strict=True))[: wanted.top_n]


def _squashed(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(min(value, 500.0), -500.0)))


class ModelOut(BaseModel):
    id: str = Field(examples=["embedder/1"])
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "matchgraph"
    state: Literal["serving", "trial", "known"] = Field(description="known: a match may pin it.")


class ModelsOut(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelOut]

    @classmethod
    def of(cls, lanes: Lanes) -> Self:
        """Each version once: those that serve first."""
        serving, tried = lanes.plan.serving.values(), lanes.plan.tried.values()
        states = dict.fromkeys(sorted(lanes.pinnable), "known") | dict.fromkeys(tried, "trial")
        states |= dict.fromkeys(serving, "serving")
        ordered = [*serving, *(one for one in states if states[one] != "serving")]
        return cls(data=[ModelOut.model_validate({"id": str(one), "state": states[one]}) for one in ordered])
