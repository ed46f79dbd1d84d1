"""Texts to vectors: one protocol, an encoder without weights, and one that runs what a model folder holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from core.domain import Embedding, Matrix, ModelVersion, Passages
from core.errors import ModelError
from models.embedding_hashing import HashingEncoder
from models.embedding_runtimes import RUNTIMES, STREAMED, Ids, Run
from models.folders import read_model

TOKENIZER = "tokenizer.json"

# On a CPU a batch gains nothing above 8 texts, and smaller ones hold texts of more like lengths.
BATCH_TEXTS = 8
BATCH_TOKENS = 1024
# Padding is computed like text: a CV's titles of 6 tokens beside its parts of 200 cost 2.7 times what they need.
LEAST_SHARE = 0.7  # of the longest text in a batch
# A runtime makes kernels for every shape of a batch, some MB that it keeps: of few shapes it is soon done.
LENGTHS = (16, 24, 32, 48, 64, 96, 128, 160, 192, 256)  # tokens that batches are padded to
_STEP = 128  # beyond these
# A word piece is shorter than this many characters on average, so clipping only spares the tokenizer.
_CHARACTERS_PER_TOKEN = 64


class Encoder(Protocol):
    """Rows have unit length; an empty text gives a zero row.

    A row depends on its own text alone: whatever else is in the call moves it by rounding only: below 1e-5 in
    any component of an fp32 model, below 5e-3 (a cosine above .9995) in bf16 and int8.
    """

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Matrix: ...

    def count(self, texts: Sequence[str]) -> int:
        """How many tokens of the texts are read: what lies behind the model's longest input is not."""


def embed(encoder: Encoder, version: ModelVersion, passages: Passages) -> Embedding:
    """All of a document's passages in one call; `text` is the mean of its parts."""
    return Embedding.of(version, passages, encoder.encode(passages.texts))


@dataclass(frozen=True, slots=True, eq=False)
class TransformerEncoder:
    """Runs an exported sentence-transformers model; each distinct text is encoded once, with others of its length.

    `prompt` stands before every text, as the source model's default prompt does.
    """

    tokenizer: Tokenizer
    run: Run
    dimension: int
    max_length: int
    pad_id: int
    prompt: str = ""
    threads: ThreadPoolExecutor | None = None  # that run batches side by side

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        distinct = list(dict.fromkeys(text for text in texts if text.strip()))
        if distinct:
            place = {text: index for index, text in enumerate(distinct)}
            vectors = self._encode_distinct(distinct)
            filled = [row for row, text in enumerate(texts) if text in place]
            rows[filled] = vectors[[place[texts[row]] for row in filled]]
        return rows

    def count(self, texts: Sequence[str]) -> int:
        return sum(map(len, self.tokens(texts)))

    def _encode_distinct(self, texts: Sequence[str]) -> Matrix:
        tokens = self.tokens(texts)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        some = list(batches([len(ids) for ids in tokens]))
        inputs = (padded([tokens[index] for index in batch], self.pad_id, self.max_length) for batch in some)
        beside = self.threads.map if self.threads is not None and len(some) > 1 else map
        for batch, rows in zip(some, beside(self.run, *zip(*inputs, strict=True)), strict=True):
            vectors[batch] = rows
        return unit_rows(vectors)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text as the model reads it: with the prompt, cut to `max_length`."""
        clip = self.max_length * _CHARACTERS_PER_TOKEN
        encodings = self.tokenizer.encode_batch_fast([self.prompt + text[:clip] for text in texts])
        return [encoding.ids for encoding in encodings]


def batches(lengths: Sequence[int]) -> Iterator[NDArray[np.intp]]:
    """Indices in batches of like length, longest first: 1, 2, 4 … `BATCH_TEXTS` texts, `BATCH_TOKENS` tokens at most.

    A text longer than the budget is a batch of its own.
    """
    counted = np.maximum(np.asarray(lengths, np.intp), 1)
    order = np.argsort(-counted, kind="stable")
    start = 0
    while start < len(order):
        longest = int(counted[order[start]])
        batch = order[start : start + min(BATCH_TEXTS, max(1, BATCH_TOKENS // _padded_length(longest)))]
        like = int(np.count_nonzero(counted[batch] >= LEAST_SHARE * longest))
        count = 1 << (like.bit_length() - 1)
        yield batch[:count]
        start += count


def padded(tokens: Sequence[Sequence[int]], pad_id: int, most: int) -> tuple[Ids, Ids]:
    """Token ids and attention mask, shape [n, length]: one of `LENGTHS`, or `most` where the model reads no longer."""
    shape = len(tokens), min(_padded_length(max(map(len, tokens))), most)
    ids, mask = np.full(shape, pad_id, np.int64), np.zeros(shape, np.int64)
    for row, of_text in enumerate(tokens):
        ids[row, : len(of_text)] = of_text
        mask[row, : len(of_text)] = 1
    return ids, mask


def _padded_length(longest: int) -> int:
    return next((length for length in LENGTHS if length >= longest), -(-longest // _STEP) * _STEP)


def unit_rows(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise ModelError("the encoder gave a vector without direction: the model does not fit this runtime")
    unit: Matrix = vectors / lengths
    return unit


def load_encoder(folder: Path, threads: int) -> Encoder:
    """The encoder that `folder/model.json` describes. Raises `ModelError` when it is damaged or of no known kind."""
    model = read_model(folder)
    kind = model.get("kind")
    try:
        if kind == "hashing":
            return HashingEncoder(_number(model, "dimension"))
        if kind not in RUNTIMES:
            raise ModelError(f"{folder.name}: kind {kind!r} is none of hashing, {', '.join(sorted(RUNTIMES))}")
        return _load_transformer(folder, model, threads)
    except ModelError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder.name}/model.json does not describe an encoder: {error!r}") from None
    except Exception as error:  # tokenizers and both runtimes raise bare Exception or RuntimeError
        raise ModelError(f"{folder.name}: the {kind} runtime cannot load it: {error}") from error


def _load_transformer(folder: Path, model: Mapping[str, object], threads: int) -> TransformerEncoder:
    max_length = _number(model, "max_length")
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length)
    return TransformerEncoder(
        tokenizer=tokenizer,
        run=RUNTIMES[str(model["kind"])](folder, precision=str(model["precision"]), threads=threads),
        dimension=_number(model, "dimension"),
        max_length=max_length,
        pad_id=_number(model, "pad_id"),
        prompt=str(model.get("prompt", "")),
        threads=ThreadPoolExecutor(threads, "encoder") if threads > 1 and model["kind"] in STREAMED else None,
    )


def _number(model: Mapping[str, object], key: str) -> int:
    value = model[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{key} is {value!r}, not a whole number")
    return value
