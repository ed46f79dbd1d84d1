"""The parts as Serve deployments: a call crosses to a replica, its error comes back as itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from core.answers import Category
from core.domain import Embedding, Kind, Passages
from core.errors import Overloaded
from core.parts import Encoded, Ranking, Reading, Scores

TRIES = 3  # the parts compute and keep nothing: what a dying replica was doing is done again by another

Handle = DeploymentHandle[Any]


async def call(method: Any, *arguments: object) -> Any:
    """Awaits a bound handle method. Raises the replica's own error, or `Overloaded` when no replica answers."""
    for _ in range(TRIES):
        try:
            return await method.remote(*arguments)
        except RayTaskError as error:
            raise error.cause from None
        except RayActorError:
            continue
        except (BackPressureError, DeploymentUnavailableError):
            break
    raise Overloaded("a part of the graph takes no more requests now: try again in a few seconds")


@dataclass(frozen=True, slots=True)
class RemoteParse:
    handle: Handle

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        reading: Reading = await call(self.handle.file, content, file_name, kind)
        return reading

    async def text(self, text: str, kind: Kind) -> Reading:
        reading: Reading = await call(self.handle.text, text, kind)
        return reading


@dataclass(frozen=True, slots=True)
class RemoteEmbed:
    handle: Handle

    async def passages(self, passages: Passages) -> Embedding:
        embedding: Embedding = await call(self.handle.passages, passages)
        return embedding

    async def texts(self, texts: Sequence[str]) -> Encoded:
        encoded: Encoded = await call(self.handle.texts, list(texts))
        return encoded


@dataclass(frozen=True, slots=True)
class RemoteRank:
    handle: Handle

    async def order(self, one: bytes, many: Sequence[bytes], keep: int) -> Ranking:
        ranking: Ranking = await call(self.handle.order, one, many, keep)
        return ranking


@dataclass(frozen=True, slots=True)
class RemoteScore:
    handle: Handle

    async def pairs(self, features: NDArray[np.float32], weights: Mapping[Category, float], explain: int) -> Scores:
        scores: Scores = await call(self.handle.pairs, features, dict(weights), explain)
        return scores
