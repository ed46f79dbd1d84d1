"""An index over each engine; `MATCHGRAPH_TEST_QDRANT_URL` adds a real server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.ports import Vectors
from core.settings import Settings
from stores.vectors import open_vectors


@pytest.fixture(params=["edge", "memory", "server"])
async def vectors(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Vectors]:
    """Empty, but for a server: there a test makes collections that nobody else has."""
    server = os.environ.get("MATCHGRAPH_TEST_QDRANT_URL", "")
    if request.param == "server" and not server:
        pytest.skip("MATCHGRAPH_TEST_QDRANT_URL names no server")
    url = {"edge": f"edge:{tmp_path}/vectors", "memory": "memory:", "server": server}[request.param]
    async with open_vectors(Settings(vectors_url=url)) as index:
        yield index
