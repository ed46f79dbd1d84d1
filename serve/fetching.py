"""Versions from the registry into this machine's cache, without keeping MLflow in this process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.domain import ModelVersion
from core.errors import ModelError
from stores.registry import Registry

FETCH_S = 120


def fetch(registry: Registry, version: ModelVersion) -> Path:
    """The version's folder, every file checked. What is not in the cache is fetched by a process of its own: MLflow
    would stay in this one, with 150 MB. Raises `ModelError`."""
    if not registry.cached(version) and "mlflow" not in sys.modules:
        command = [sys.executable, "-m", "pipelines.fetch", str(version)]
        here = os.environ | {"MATCHGRAPH_REGISTRY_URL": registry.uri, "MATCHGRAPH_MODELS": str(registry.cache)}
        try:
            done = subprocess.run(command, env=here, capture_output=True, text=True, timeout=FETCH_S, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise ModelError(f"{version} was not fetched from the registry within {FETCH_S} s") from None
        if done.returncode:
            raise ModelError((done.stderr.strip().splitlines() or [f"{version} cannot be fetched"])[-1])
    return registry.fetch(version)
