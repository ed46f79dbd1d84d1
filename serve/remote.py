"""The parts as Serve deployments: a call crosses to a replica, its error comes back as itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from ray.exceptions import RayActorError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from core.errors import Overloaded
from core.parts import Parts
from core.plans import PARTS, Plan, Versions
from serve.pinned import PinnedEmbed, PinnedParse, PinnedRank, PinnedScore

TRIES = 3  # the parts compute and keep nothing: what a dying replica was doing is done again by another
HOLD_S = 60.0  # a replica fetches and loads a version in this time

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
class RemoteGraph:
    """A handle per part. `hold` reaches every replica that runs; one that starts later loads what it is asked for."""

    parser: Handle
    embedder: Handle
    ranker: Handle
    scorer: Handle

    def at(self, versions: Versions) -> Parts:
        return Parts(
            PinnedParse(versions["parser"], partial(call, self.parser.file), partial(call, self.parser.text)),
            PinnedEmbed(
                versions["embedder"], partial(call, self.embedder.passages), partial(call, self.embedder.texts)
            ),
            PinnedRank(versions["ranker"], partial(call, self.ranker.order)),
            PinnedScore(versions["scorer"], partial(call, self.scorer.pairs)),
        )

    async def hold(self, plan: Plan) -> None:
        await asyncio.gather(*(_broadcast(getattr(self, name), plan.versions(name)) for name in PARTS))


async def _broadcast(handle: Handle, versions: tuple[object, ...]) -> None:
    """Raises the first replica's own error; one that dies meanwhile is no failure, and where none runs yet, each will
    load what it is asked for."""
    try:
        told = await handle.broadcast("hold", versions).results_async(timeout_s=HOLD_S, return_exceptions=True)
    except DeploymentUnavailableError:
        return
    except TimeoutError:
        raise Overloaded("a part of the graph does not answer: try again in a few seconds") from None
    for one in told:
        if isinstance(one, RayTaskError):
            raise one.cause
        if isinstance(one, BaseException) and not isinstance(one, RayActorError):
            raise one
