"""A reader made once from our own taxonomy and samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.reading import Reader, load_reader
from models.taxonomy import Taxonomy, load_taxonomy
from pipelines.build_parser import ROOT
from tests.models.samples import AS_OF


@pytest.fixture(scope="session")
def reader(parser_folder: Path) -> Reader:
    return load_reader(parser_folder, today=lambda: AS_OF)


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy(ROOT / "taxonomy")
