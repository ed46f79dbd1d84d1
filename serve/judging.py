"""What the gates look at: the files of registered versions, and the golden samples of the checkout."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from core.domain import ModelVersion
from core.errors import ModelError, StoreError
from core.gates import Evaluation, Gates
from core.golden import Bounds, Golden, Request
from core.parts import Parts
from core.plans import Versions
from serve.fetching import fetch
from stores.registry import Registry

GOLDEN = Path(__file__).parents[1] / "samples" / "golden"
EVALUATION = "evaluation.json"


class _Wanted(msgspec.Struct):
    job: str
    suits: tuple[str, ...]
    unsuited: tuple[str, ...]


class _File(msgspec.Struct):
    bounds: Bounds
    requests: tuple[_Wanted, ...]


def gates(registry: Registry, parts: Callable[[Versions], Parts]) -> Gates:
    async def evaluated(version: ModelVersion) -> Evaluation | None:
        folder = await asyncio.to_thread(fetch, registry, version)
        return await asyncio.to_thread(read_evaluation, folder)

    return Gates(evaluated, Golden(parts, golden_requests))


def read_evaluation(folder: Path) -> Evaluation | None:
    """What was measured of a version before it was registered; None when nothing was."""
    file = folder / EVALUATION
    if not file.is_file():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Evaluation)
    except msgspec.DecodeError as error:
        raise ModelError(f"{folder.parent.name}/{folder.name}/{EVALUATION}: {error}") from None


def golden_requests(folder: Path = GOLDEN) -> tuple[Bounds, Sequence[Request]]:
    """Raises `StoreError` for a checkout without them."""

    def text(kind: str, name: str) -> str:
        return (folder / kind / f"{name}.txt").read_text("utf-8")

    try:
        wanted = msgspec.json.decode((folder / "requests.json").read_bytes(), type=_File)
        return wanted.bounds, [
            Request(
                one.job,
                text("jobs", one.job),
                tuple(text("cvs", name) for name in one.suits),
                tuple(text("cvs", name) for name in one.unsuited),
            )
            for one in wanted.requests
        ]
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(f"the golden requests cannot be read: {error}") from None
