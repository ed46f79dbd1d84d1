"""The attacks, made once: a hundred files and their twins take a while."""

from __future__ import annotations

import pytest

from pipelines.attacks.corpus import Twins, twins

SEED = 3


@pytest.fixture(scope="session")
def corpus() -> list[Twins]:
    return list(twins(seed=SEED, each=1))
