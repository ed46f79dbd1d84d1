"""Model versions in MLflow's registry. A version is a folder; every file's SHA-256 is checked when it is loaded.

MLflow is imported only when a version is not in the cache: the import costs two seconds and 150 MB a process.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain import ModelVersion
from core.errors import ModelError, NotFound
from core.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

MANIFEST = "manifest.json"
ARTIFACTS = "model"
EXPERIMENT = "matchgraph"
DIGEST_TAG = "matchgraph.sha256"


@dataclass(frozen=True, slots=True)
class Registry:
    """Blocking: call it in a thread. `cache` holds fetched versions as `name/number`."""

    uri: str
    cache: Path

    def fetch(self, version: ModelVersion) -> Path:
        """The version's folder. Raises `ModelError` when it is not registered or a file is not what it was."""
        folder = self.cache / version.name / str(version.number)
        if not (folder / MANIFEST).is_file():
            self._download(version, folder)
        check(folder)
        return folder

    def register(self, name: str, folder: Path, card: Mapping[str, str]) -> ModelVersion:
        """A new version of these files, or the one that already holds the very same. `card` becomes its tags."""
        files = manifest(folder)
        digest = _digest(files)
        known = self.find(name, digest)
        if known is not None:
            return known
        client = self._client()
        if not client.search_registered_models(f"name = '{name}'"):
            client.create_registered_model(name)
        run = client.create_run(self._experiment(client), run_name=name)
        with tempfile.TemporaryDirectory() as draft:
            copy = Path(draft) / ARTIFACTS
            shutil.copytree(folder, copy)
            (copy / MANIFEST).write_text(json.dumps(files, indent=1, sort_keys=True))
            client.log_artifacts(run.info.run_id, str(copy), ARTIFACTS)
        client.set_terminated(run.info.run_id)
        made = client.create_model_version(
            name,
            source=f"{run.info.artifact_uri}/{ARTIFACTS}",
            run_id=run.info.run_id,
            tags={**card, DIGEST_TAG: digest},
            description=card.get("description", ""),
        )
        return ModelVersion(name, int(made.version))

    def find(self, name: str, digest: str) -> ModelVersion | None:
        """The version whose files have this digest."""
        found = self._client().search_model_versions(f"name = '{name}'")
        numbers = [int(one.version) for one in found if one.tags.get(DIGEST_TAG) == digest]
        return ModelVersion(name, min(numbers)) if numbers else None

    def _download(self, version: ModelVersion, folder: Path) -> None:
        from mlflow.artifacts import download_artifacts
        from mlflow.exceptions import MlflowException

        try:
            made = self._client().get_model_version(version.name, str(version.number))
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as draft:
                files = download_artifacts(artifact_uri=made.source, tracking_uri=self.uri, dst_path=draft)
                if _digest(check(Path(files))) != made.tags.get(DIGEST_TAG):
                    raise ModelError(f"{version}: its files are not those that were registered")
                _put_in_place(Path(files), folder)
        except MlflowException as error:
            raise ModelError(f"{version} cannot be fetched from the registry: {error.message}") from None

    def _client(self) -> MlflowClient:
        os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        from mlflow import MlflowClient

        logging.getLogger("mlflow").setLevel(logging.WARNING)
        return MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)

    def _experiment(self, client: MlflowClient) -> str:
        found = client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return str(found.experiment_id)
        local = self.uri.startswith("sqlite:")
        place = (self.cache.parent / "mlartifacts").resolve().as_uri() if local else None
        return str(client.create_experiment(EXPERIMENT, artifact_location=place))


def open_registry(settings: Settings) -> Registry:
    """The registry that `MATCHGRAPH_REGISTRY_URL` names; nothing is opened yet."""
    return Registry(settings.registry_url, settings.models)


def manifest(folder: Path) -> dict[str, str]:
    """SHA-256 by relative file name, the manifest itself left out. Raises `NotFound` for a folder without files."""
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    if not files:
        raise NotFound(f"no model files in {folder}")
    return files


def check(folder: Path) -> dict[str, str]:
    """The manifest, when every file is as it says. Raises `ModelError` naming the first that is not."""
    try:
        said: dict[str, str] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise ModelError(f"{folder}: no readable {MANIFEST}") from None
    there = manifest(folder)
    for name in sorted(said.keys() | there.keys()):
        if said.get(name) != there.get(name):
            raise ModelError(f"{folder / name} is not the file that was registered (its SHA-256 differs)")
    return said


def _digest(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _put_in_place(files: Path, folder: Path) -> None:
    """Several replicas may fetch at once: the first one's folder stays."""
    try:
        files.rename(folder)
    except OSError:
        if not (folder / MANIFEST).is_file():
            raise
