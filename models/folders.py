"""A model version's folder: `model.json` says what it is and the SHA-256 of every file beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from core.errors import ModelError

MODEL = "model.json"


def read_model(folder: Path) -> Mapping[str, object]:
    """What `model.json` says, after the files it lists were checked. Raises `ModelError`."""
    try:
        model = json.loads((folder / MODEL).read_bytes())
        files = {name: (folder / name).read_bytes() for name in model.get("files", {})}
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(f"{folder.name}: cannot be read as a model version: {error}") from None
    for name, content in files.items():
        if sha256(content) != model["files"][name]:
            raise ModelError(f"{folder.name}/{name} is not the file that was registered: fetch the version again")
    return dict(model)


def write_model(folder: Path, model: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    """Writes a version that `read_model` takes; equal content gives equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    listed = {**model, "files": {name: sha256(content) for name, content in sorted(files.items())}}
    (folder / MODEL).write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", "utf-8")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
