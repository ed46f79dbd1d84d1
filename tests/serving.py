"""A folder with everything a service needs, made for tests: real parser, hashing encoder, ranker and scorer."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core.settings import Settings
from models.drift import REFERENCE, SCORE, write_reference
from models.features import NAMES
from models.folders import MODEL, read_model, write_model
from stores.registry import open_registry

ROOT = Path(__file__).parents[1]
DIMENSION = 256


@contextmanager
def home() -> Iterator[Path]:
    """A folder for a service, gone afterwards with its database.

    Not below pytest's own and open to pass through: under root, Postgres runs as a user who could not enter there,
    and the database would be put, and left, elsewhere.
    """
    folder = Path(tempfile.mkdtemp(prefix="matchgraph-tests-", dir="/var/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def with_reference(source: Path, folder: Path, columns: Sequence[str]) -> Path:
    """A version like `source`, trained on evenly spread values as far as its reference says."""
    even = np.linspace(0, 1, 101, dtype=np.float32)
    model = {name: value for name, value in read_model(source).items() if name != "files"}
    files = {path.name: path.read_bytes() for path in source.iterdir() if path.name not in (MODEL, "card.json")}
    write_model(folder, model, files | {REFERENCE: write_reference(dict.fromkeys(columns, even))})
    return folder


def register_models(settings: Settings, parser: Path, build: Path) -> dict[str, str]:
    """Registers version 1 of each part in the settings' own registry; returns the pins."""
    write_model(build / "embedder", {"kind": "hashing", "dimension": DIMENSION}, {})
    registry = open_registry(settings)
    folders = {
        "parser": parser,
        "embedder": build / "embedder",
        "ranker": with_reference(ROOT / "models/weights/ranker", build / "ranker", NAMES),
        "scorer": with_reference(ROOT / "models/weights/scorer", build / "scorer", (SCORE,)),
    }
    versions = {name: registry.register(name, folder, {}) for name, folder in folders.items()}
    for version in versions.values():
        registry.fetch(version)  # or every replica would start a process of its own to do it
    pins = {name: str(version) for name, version in versions.items()}
    (settings.var / "models.json").write_text(json.dumps(pins))
    return pins
