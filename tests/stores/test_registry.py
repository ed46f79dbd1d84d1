"""Model versions: registered once, fetched by name and number, refused when a file was touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain import ModelVersion
from core.errors import ModelError, NotFound
from stores.registry import Registry


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    root = tmp_path_factory.mktemp("registry")
    return Registry(f"sqlite:///{root}/mlflow.db", root / "models")


def model(folder: Path, weights: str) -> Path:
    (folder / "deep").mkdir(parents=True)
    (folder / "model.json").write_text('{"kind": "weighted"}')
    (folder / "deep" / "weights.txt").write_text(weights)
    return folder


def test_a_version_comes_back_as_the_files_that_were_registered(registry: Registry, tmp_path: Path) -> None:
    version = registry.register("ranker", model(tmp_path / "a", "1 2 3"), {"description": "a test"})

    folder = registry.fetch(version)

    assert (folder / "deep" / "weights.txt").read_text() == "1 2 3"


def test_the_same_files_are_registered_once_and_others_get_the_next_number(registry: Registry, tmp_path: Path) -> None:
    first = registry.register("scorer", model(tmp_path / "a", "same"), {})
    again = registry.register("scorer", model(tmp_path / "b", "same"), {})
    other = registry.register("scorer", model(tmp_path / "c", "other"), {})

    assert first == again == ModelVersion("scorer", 1)
    assert other == ModelVersion("scorer", 2)


@pytest.mark.parametrize("where", ["cache", "registry"])
def test_a_file_that_was_touched_is_refused_by_name(registry: Registry, tmp_path: Path, where: str) -> None:
    version = registry.register("parser", model(tmp_path / where, where), {})
    if where == "cache":
        touched = registry.fetch(version) / "deep" / "weights.txt"
    else:
        touched = next(p for p in registry.cache.parent.rglob("weights.txt") if p.read_text() == where)
    touched.write_text("something else")

    with pytest.raises(ModelError, match=r"weights\.txt"):
        registry.fetch(version)


def test_a_version_nobody_registered_is_named_in_the_error(registry: Registry) -> None:
    with pytest.raises(ModelError, match="ranker/99"):
        registry.fetch(ModelVersion("ranker", 99))


def test_an_empty_folder_is_no_model(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no model files"):
        registry.register("ranker", tmp_path, {})
