"""The four parts of the graph as the use cases see them: async calls, wherever the part runs.

In `local` and `compact` they are plain objects in this process, in `graph` they are Serve deployments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.answers import Category, Contribution
from core.domain import Embedding, Facts, Flag, Identity, Kind, Matrix, ModelVersion, Passages, Phrase, Sparse


@dataclass(frozen=True, slots=True)
class Reading:
    """What the parsing part makes of a file or a text: the stored text and all that was found in it."""

    text: str
    media_type: str
    facts: Facts
    identity: Identity
    passages: Passages
    words: Sparse
    skills: Sparse  # indices: models.skills.skill_index(id); values: rarity
    version: ModelVersion
    flags: tuple[Flag, ...] = ()  # what was set aside: neither in `facts` nor in `passages`, `words`, `skills`
    phrases: tuple[Phrase, ...] = ()  # that may be skills too, if the encoder finds them close to one


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Texts as vectors: rows [n, d] of unit length, zero for a text without words; `tokens` is how many were read."""

    version: ModelVersion
    rows: Matrix
    tokens: int


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The kept pairs, best first: indices into the call's `many`, and their feature rows for the scorer.

    `values` are what they were ordered by: more is better, and one call's are not comparable with another's.
    """

    version: ModelVersion
    order: tuple[int, ...]
    features: NDArray[np.float32]  # shape [len(order), number of features]
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair's score. `score` is None when the model abstains, and `abstained` says why."""

    score: float | None
    base: float
    abstained: str = ""
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    version: ModelVersion
    pairs: tuple[Scored, ...]


class Parse(Protocol):
    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        """Reads a file in its own short-lived process. Raises a `BadInput` that says what to do."""

    async def text(self, text: str, kind: Kind) -> Reading:
        """Reads a text that is known to be one. Raises `BadInput` when nothing can be made of it."""


class Embed(Protocol):
    async def passages(self, passages: Passages) -> Embedding:
        """The vectors of one document's passages; calls that come together are encoded together."""

    async def texts(self, texts: Sequence[str]) -> Encoded:
        """The vectors of texts that belong to no document."""


EmbedBy = Callable[[ModelVersion], Embed]  # the part at a version


class Rank(Protocol):
    async def order(self, one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
        """Orders the pairs (one, each of many), packed `Case`s of opposite kinds, and keeps the best `keep`."""


class Score(Protocol):
    async def pairs(self, features: NDArray[np.float32], weights: Mapping[Category, float], explain: int) -> Scores:
        """Scores each feature row by itself; the best `explain` of them, ties
        included, come with exact contributions."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The four parts, wherever they run."""

    parse: Parse
    embed: Embed
    rank: Rank
    score: Score
