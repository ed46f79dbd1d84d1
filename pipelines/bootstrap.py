"""`python -m pipelines.bootstrap`: the first model versions, built, registered and pinned. Safe to repeat.

The parser comes from the taxonomy, the embedder is exported from its source, ranker and scorer are the committed
weights. What was built from the same inputs is not built again; files registered already keep their number.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from core.errors import CoreError, ModelError, StoreError
from core.settings import Settings

ARTIFACTS = Path("artifacts")
WEIGHTS = Path("models/weights")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model's folder comes to be: a stage to run (none for committed weights) and what it depends on."""

    folder: Path
    stage: tuple[str, ...]
    inputs: tuple[str, ...]
    card: Mapping[str, str] = field(default_factory=dict)  # where the folder has none


RECIPES: Mapping[str, Recipe] = {
    "parser": Recipe(
        ARTIFACTS / "parser",
        ("pipelines.build_parser", "--out"),
        (
            "taxonomy",
            "samples/cvs",
            "samples/jobs",
            "models/weights/words.json",
            "models/weights/roles",
            "models/weights/tagger.npz",
            "pipelines/build_parser.py",
        ),
        {
            "description": "Reads CVs and job ads: starter taxonomy, rarity of skills in the samples, of terms in CVs.",
            "data": "Taxonomy and samples written by us; counts of terms in 1,250 CVs; GeoNames; roles from O*NET and"
            " from readings of 808 ads by a language model; a tagger of phrases from SkillSpan's training sentences.",
            "licence": "As the code's; places from GeoNames, roles from O*NET (CC BY 4.0); SkillSpan is under MIT.",
            "metrics": "Field F1 on the gold CVs is in docs/evaluation.md.",
            "limits": "English first; hard layouts are read less well; skills outside the taxonomy are not found, and"
            " words that only come close to one of it are linked by the encoder, half as sure.",
        },
    ),
    "embedder": Recipe(
        ARTIFACTS / "embedder",
        ("pipelines.export", "--out"),
        (
            "pipelines/export.py",
            "pipelines/export_adapter.py",
            "pipelines/export_quantising.py",
            "pipelines/export_source.py",
            "models/weights/encoder",
        ),
        {
            "description": "all-MiniLM-L6-v2 with our adapter, exported here and checked against its source.",
            "data": "A billion pairs of sentences, its authors say; the adapter's: models/weights/encoder/card.json.",
            "licence": "Apache-2.0; sentence-transformers/all-MiniLM-L6-v2.",
            "metrics": "Agreement with its source is in model.json; docs/evaluation.md has what it is worth here.",
            "limits": "English; 256 tokens of a passage are read.",
        },
    ),
    "ranker": Recipe(WEIGHTS / "ranker", (), ("models/weights/ranker",)),
    "scorer": Recipe(WEIGHTS / "scorer", (), ("models/weights/scorer",)),
}


def main() -> None:
    try:
        models = bootstrap(Settings(), Console())
    except (CoreError, OSError) as error:
        sys.exit(f"matchgraph: {error}")
    print(json.dumps(models))


def bootstrap(settings: Settings, console: Console) -> dict[str, str]:
    """The pinned version of each part, written to `var/models.json` too."""
    pins, key_file = settings.var / "models.json", settings.var / "models.key"
    key = fingerprint(path for recipe in RECIPES.values() for path in recipe.inputs)
    if pins.is_file() and key_file.is_file() and key_file.read_text() == key:
        known: dict[str, str] = json.loads(pins.read_text())
        console.print(f"  there already: {', '.join(known.values())}")
        return known
    writable(settings.var)
    models, started = dict.fromkeys(RECIPES, ""), time.monotonic()
    with ThreadPoolExecutor() as pool:  # the embedder takes minutes: the others are there before it measures itself
        building = {pool.submit(build, name, recipe, console): name for name, recipe in RECIPES.items()}
        for built in as_completed(building):
            built.result()
            name = building[built]
            models[name] = register(name, RECIPES[name], settings)
            console.print(f"  {name:9} {models[name]} after {time.monotonic() - started:.0f} s")
    pins.write_text(json.dumps(models, indent=1) + "\n")
    key_file.write_text(key)
    return models


def register(name: str, recipe: Recipe, settings: Settings) -> str:
    """In a process of its own, which fetches the version too: neither this process nor a replica loads MLflow then,
    80 MB each."""
    with tempfile.TemporaryDirectory() as draft:
        written = recipe.folder / "card.json"
        card = json.loads(written.read_bytes()) if written.is_file() else {}
        (Path(draft) / "card.json").write_text(json.dumps({**recipe.card, **card}))
        command = [sys.executable, "-m", "pipelines.register", name, str(recipe.folder), "--card", f"{draft}/card.json"]
        here = os.environ | {
            "MATCHGRAPH_VAR": str(settings.var),
            "MATCHGRAPH_REGISTRY_URL": settings.registry_url,
            "MATCHGRAPH_MODELS": str(settings.models),
        }
        done = subprocess.run(command, env=here, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ModelError(f"the {name} could not be registered: the lines above say why")
    return done.stdout.strip()


def build(name: str, recipe: Recipe, console: Console) -> None:
    """Runs the stage in a process of its own (torch stays out of this one), unless its output is of these inputs."""
    if not recipe.stage:
        return
    key, key_file = fingerprint(recipe.inputs), ARTIFACTS / f"{name}.key"
    if recipe.folder.is_dir() and key_file.is_file() and key_file.read_text() == key:
        return
    console.print(f"  {name:9} building: python -m {recipe.stage[0]}")
    shutil.rmtree(recipe.folder, ignore_errors=True)  # stages refuse to write over a folder
    recipe.folder.parent.mkdir(parents=True, exist_ok=True)
    module, *options = recipe.stage
    done = subprocess.run([sys.executable, "-m", module, *options, str(recipe.folder)], check=False)  # noqa: S603
    if done.returncode:
        raise ModelError(f"the {name} could not be built: `python -m {module}` says why above")
    key_file.write_text(key)


def fingerprint(paths: Iterable[str]) -> str:
    """SHA-256 of all files under the paths, names included."""
    digest = hashlib.sha256()
    for root in map(Path, paths):
        if not root.exists():
            raise ModelError(f"{root} is missing: is this a whole checkout, and the current folder its root?")
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                digest.update(f"{path.as_posix()}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def writable(folder: Path) -> None:
    """Raises `StoreError`, in one line, for a folder that cannot be written."""
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = error.strerror
        raise StoreError(f"{folder} cannot be written ({why}): set MATCHGRAPH_VAR to another folder") from None


if __name__ == "__main__":
    main()
