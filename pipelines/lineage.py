"""Where a model comes from: the commit, the lock file, the data and the parameters that made it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.params import PARAMS
from stores.registry import Lineage

LOCK = Path("dvc.lock")


def lineage(section: str, evaluation: Mapping[str, Any] | None) -> Lineage:
    """Parameters of a section of `params.yaml`; the measures and data hashes of an evaluation; commit and lock file,
    where there are such."""
    measured: Mapping[str, Mapping[str, float]] = (evaluation or {}).get("measured", {})
    hashes: Mapping[str, str] = (evaluation or {}).get("data", {})
    tags = {f"data.{name}": digest for name, digest in hashes.items()}
    if LOCK.is_file():
        tags["dvc.lock"] = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return Lineage(
        parameters=_parameters(section),
        metrics={f"{name}.{measure}": value for name, one in measured.items() for measure, value in one.items()},
        tags=tags | _commit(),
    )


def _parameters(section: str) -> dict[str, str]:
    stated = yaml.safe_load(PARAMS.read_text("utf-8")).get(section, {}) if PARAMS.is_file() else {}
    return {
        f"{section}.{name}": value if isinstance(value, str) else json.dumps(value) for name, value in stated.items()
    }


def _commit() -> dict[str, str]:
    """`git.dirty` says that files differ from the commit. Nothing outside a checkout."""
    try:
        head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S607
        changed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"git.commit": head.stdout.strip(), "git.dirty": str(bool(changed.stdout.strip())).lower()}
