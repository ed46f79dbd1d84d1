"""An adapter: what a training adds to some weights of a base encoder, as two thin matrices each; and its merging."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.domain import Matrix
from core.errors import ModelError
from models.folders import read_model, write_model
from pipelines.export_source import Source, require

DEFAULT_ADAPTER = Path("models/weights/encoder")
FILE, CARD = "adapter.npz", "card.json"
_KIND = "adapter"
_DOWN, _UP = "down", "up"


@dataclass(frozen=True, slots=True)
class Part:
    """Of one linear module: `down` [rank, in] and `up` [out, rank]. Their product is added to its weight [out, in]."""

    down: Matrix
    up: Matrix


@dataclass(frozen=True, slots=True)
class Adapter:
    """`parts` by the module's name in the source; `base` is the SHA-256 of the weights that they were learned on."""

    parts: Mapping[str, Part]
    base: str


def fingerprint(source: Source, names: list[str]) -> str:
    """SHA-256 of the modules' weights, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(names):
        weight = np.ascontiguousarray(_linear(source, name).weight.detach().cpu().numpy())
        digest.update(f"{name} {weight.shape}\n".encode() + weight.tobytes())
    return digest.hexdigest()


def merge(source: Source, adapter: Adapter, strength: float = 1.0) -> Source:
    """Adds the adapter to the source's weights, in place. Raises `ModelError` when it was learned on other ones."""
    torch: Any = require("torch")
    if fingerprint(source, list(adapter.parts)) != adapter.base:
        raise ModelError(
            f"{source.name}: the adapter was learned on other weights: train one for this base, or use --adapter none"
        )
    with torch.no_grad():
        for name, part in adapter.parts.items():
            weight = _linear(source, name).weight
            weight += strength * torch.from_numpy(part.up @ part.down).to(weight.device)
    return source


def write_adapter(folder: Path, adapter: Adapter, about: Mapping[str, object]) -> None:
    """As a version's folder, in half precision; equal content gives equal bytes. `about` joins `model.json`."""
    arrays = {
        f"{name}:{side}": values.astype(np.float16)
        for name, part in sorted(adapter.parts.items())
        for side, values in ((_DOWN, part.down), (_UP, part.up))
    }
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    write_model(folder, {"kind": _KIND, "base": adapter.base, **about}, {FILE: packed.getvalue()})


def load_adapter(folder: Path) -> Adapter:
    """Raises `ModelError` for a folder that is damaged or no adapter."""
    model = read_model(folder)
    if model.get("kind") != _KIND:
        raise ModelError(f"{folder.name}: kind {model.get('kind')!r} is not an adapter of an encoder")
    try:
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            names = sorted({key.rpartition(":")[0] for key in arrays.files})
            parts = {
                name: Part(*(arrays[f"{name}:{side}"].astype(np.float32) for side in (_DOWN, _UP))) for name in names
            }
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"{folder.name}/{FILE} cannot be read: {error}") from None
    return Adapter(parts, str(model["base"]))


def _linear(source: Source, name: str) -> Any:
    try:
        return source.transformer.get_submodule(name)
    except AttributeError:
        raise ModelError(f"{source.name} has no module {name!r}: the adapter was learned on another base") from None
