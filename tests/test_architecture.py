"""The import law: core <- models, stores <- api, pipelines <- serve; and one home for each third party."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "core": {"core"},
    "models": {"core", "models"},
    "stores": {"core", "stores"},
    "api": {"core", "api"},
    "pipelines": {"core", "models", "stores", "api", "pipelines"},
    "serve": {"core", "models", "stores", "api", "pipelines", "serve"},
}
HOMES = {
    "ray": ("serve/",),
    "sqlalchemy": ("stores/sql", "stores/access.py", "stores/migrations/"),
    "qdrant_client": ("stores/vectors",),
    "qdrant_edge": ("stores/vectors",),
    "boto3": ("stores/blobs.py",),
    "mlflow": ("stores/registry.py",),
    "fastapi": ("api/", "serve/"),
    "torch": ("pipelines/export", "pipelines/train_encoder"),
    "sentence_transformers": ("pipelines/export", "bench/"),
}
FILES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    """Top-level names that a file imports, in functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way_and_third_parties_stay_at_home(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    names = set(imported(path))

    assert names & MAY_IMPORT.keys() <= MAY_IMPORT[name.partition("/")[0]]
    assert [third for third, homes in HOMES.items() if third in names and not name.startswith(homes)] == []


def test_the_folder_called_mlflow_holds_no_python() -> None:
    assert list((ROOT / "mlflow").rglob("*.py")) == []
