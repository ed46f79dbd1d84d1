"""What the gates look at: the files of registered versions, and the golden samples of the checkout."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from core.domain import ModelVersion
from core.errors import ModelError, StoreError
from core.gates import Evaluation, Gates
from core.golden import Bounds, Document, Golden, Request
from core.parts import Parts
from core.plans import Versions
from serve.fetching import fetch
from stores.registry import Registry

SAMPLES = Path(__file__).parents[1] / "samples"
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

    wanted = golden_file()
    return Gates(evaluated, Golden(parts, lambda: golden_requests(wanted), wanted.bounds))


def read_evaluation(folder: Path) -> Evaluation | None:
    """What was measured of a version before it was registered; None when nothing was."""
    file = folder / EVALUATION
    if not file.is_file():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Evaluation)
    except msgspec.DecodeError as error:
        raise ModelError(f"{folder.parent.name}/{folder.name}/{EVALUATION}: {error}") from None


def golden_file(samples: Path = SAMPLES) -> _File:
    try:
        return msgspec.json.decode((samples / "golden.json").read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError) as error:
        raise StoreError(f"the golden requests cannot be read: {error}") from None


def golden_requests(wanted: _File, samples: Path = SAMPLES) -> Sequence[Request]:
    def document(kind: str, name: str) -> Document:
        file = next(one for one in (samples / kind).iterdir() if one.stem == name)
        return Document(file.name, file.read_bytes())

    return [
        Request(
            document("jobs", one.job),
            tuple(document("cvs", name) for name in one.suits),
            tuple(document("cvs", name) for name in one.unsuited),
        )
        for one in wanted.requests
    ]
