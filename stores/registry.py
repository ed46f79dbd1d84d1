"""Model versions in MLflow's registry. A version is a folder; every file's SHA-256 is checked when it is loaded.

MLflow is imported only when a version is not in the cache: the import costs two seconds and 150 MB a process.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain import ModelVersion
from core.errors import BadInput, ModelError, NotFound
from core.plans import PARTS
from core.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

MANIFEST = "manifest.json"
ARTIFACTS = "model"
EXPERIMENT = "matchgraph"
DIGEST_TAG = "matchgraph.sha256"


TAKEN = frozenset({".json", ".txt", ".tsv", ".csv", ".md", ".npz", ".xml", ".bin", ".onnx"})
PICKLE = re.compile(rb"\x80[\x02-\x05]|\(dp|ccopy_reg")  # how its protocols begin


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a version comes from, for the run that MLflow keeps of it."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registry:
    """Blocking: call it in a thread. `cache` holds fetched versions as `name/number`."""

    uri: str
    cache: Path

    def fetch(self, version: ModelVersion) -> Path:
        """The version's folder. Raises `ModelError` when it is not registered or a file is not what it was."""
        folder = self._folder(version)
        if not self.cached(version):
            self._download(version, folder)
        check(folder)
        return folder

    def cached(self, version: ModelVersion) -> bool:
        """Whether `fetch` needs no MLflow."""
        return (self._folder(version) / MANIFEST).is_file()

    def register(
        self, name: str, folder: Path, card: Mapping[str, str], lineage: Lineage | None = None
    ) -> ModelVersion:
        """A new version of these files, or the one that already holds the very same. `card` becomes its tags, and
        `lineage` the parameters, metrics and tags of its run. Raises `BadInput` for a name or a file that is not
        taken."""
        if name not in PARTS:
            raise BadInput(f"{name!r} is no model: it is one of {', '.join(PARTS)}")
        files = manifest(folder)
        refuse_code(folder)
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
        if lineage is not None:
            _log(client, run.info.run_id, lineage)
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

    def _folder(self, version: ModelVersion) -> Path:
        return self.cache / version.name / str(version.number)

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


def refuse_code(folder: Path) -> None:
    """Raises `BadInput` for a file that could run code when it is loaded, or that no loader of ours reads."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file() or one.is_symlink()):
        name = path.relative_to(folder)
        if path.is_symlink():
            raise BadInput(f"{name} is a link: register the file itself")
        if path.suffix not in TAKEN:
            raise BadInput(f"{name}: files of a version end in {', '.join(sorted(TAKEN))}; nothing else is loaded")
        with path.open("rb") as file:
            beginning = file.read(64)
        if PICKLE.match(beginning):
            raise BadInput(f"{name} is a pickle, whatever its name: loading it would run its code")
        if zipfile.is_zipfile(path) and not _plain_arrays(path):
            raise BadInput(f"{name} is an archive that holds more than plain arrays: loading it could run code")


def _plain_arrays(path: Path) -> bool:
    """Whether it is an .npz of arrays without Python objects."""
    if path.suffix != ".npz":
        return False
    with zipfile.ZipFile(path) as archive:
        heads = [(one.filename, archive.open(one).read(2048)) for one in archive.infolist()]
    return all(name.endswith(".npy") and head.startswith(b"\x93NUMPY") and b"|O" not in head for name, head in heads)


def _log(client: MlflowClient, run: str, lineage: Lineage) -> None:
    for name, parameter in lineage.parameters.items():
        client.log_param(run, name, parameter)
    for name, metric in lineage.metrics.items():
        client.log_metric(run, name, metric)
    for name, tag in lineage.tags.items():
        client.set_tag(run, name, tag)


def _digest(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _put_in_place(files: Path, folder: Path) -> None:
    """Several replicas may fetch at once: the first one's folder stays."""
    try:
        files.rename(folder)
    except OSError:
        if not (folder / MANIFEST).is_file():
            raise
