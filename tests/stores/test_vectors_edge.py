"""The engine in a folder: what survives a crash, what leaves the files, who may open it, and that engines agree."""

from __future__ import annotations

import random
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.answers import Filters
from core.domain import CandidateId, Case, Embedding, Kind, ModelVersion, Sparse
from core.errors import StoreError
from core.ports import Collection, Point
from core.settings import Settings
from stores.vectors import open_vectors
from stores.vectors_engine import Hit
from stores.vectors_fusion import fuse
from tests import make
from tests.make import ACME

CANDIDATES = Collection(Kind.CANDIDATE, make.EMBEDDER)
ROOT = Path(__file__).parents[2]

WRITER = """
import asyncio, sys
from core.domain import CandidateId
from core.ports import Point
from core.settings import Settings
from stores.vectors import open_vectors
from tests import make
from tests.stores.test_vectors_edge import CANDIDATES

async def main():
    async with open_vectors(Settings(vectors_url=sys.argv[1])) as vectors:
        await vectors.ensure(CANDIDATES, 8)
        for n in range(1_000_000):
            await vectors.upsert(CANDIDATES, make.ACME, [Point(CandidateId(f"cnd_{n}"), make.case(seed=n % 50))])
            print(f"cnd_{n}", flush=True)

asyncio.run(main())
"""


def edge(folder: Path) -> Settings:
    return Settings(vectors_url=f"edge:{folder}")


def random_case(seed: int) -> Case:
    draw = random.Random(seed)
    facts = make.profile(months=draw.randrange(200))
    return Case(facts, make.embedding(seed, dimension=8), _sparse(draw, 4, 60), _sparse(draw, 2, 20))


def _sparse(draw: random.Random, size: int, below: int) -> Sparse:
    return Sparse(tuple(sorted(draw.sample(range(below), size))), tuple(draw.random() + 0.1 for _ in range(size)))


def points(count: int) -> list[Point]:
    return [Point(CandidateId(f"cnd_{n:04d}"), random_case(n)) for n in range(count)]


async def test_both_engines_answer_alike(tmp_path: Path) -> None:
    """No lane is cut here: where a tie is longer than a lane is deep, each engine picks whom it takes."""
    async with (
        open_vectors(edge(tmp_path)) as one,
        open_vectors(Settings(vectors_url="memory:")) as other,
    ):
        for engine in (one, other):
            await engine.ensure(CANDIDATES, 8)
            await engine.upsert(CANDIDATES, ACME, points(100))

        for n in range(50):
            filters = Filters(min_months=n) if n % 2 else Filters()
            wanted = random_case(1_000 + n)
            here = await one.search(CANDIDATES, ACME, wanted, filters, limit=20)

            assert here == await other.search(CANDIDATES, ACME, wanted, filters, limit=20)


async def test_what_one_opening_kept_the_next_one_finds(tmp_path: Path) -> None:
    async with open_vectors(edge(tmp_path)) as vectors:
        await vectors.ensure(CANDIDATES, 8)
        await vectors.upsert(CANDIDATES, ACME, points(30))
        before = await vectors.search(CANDIDATES, ACME, random_case(99), Filters(), limit=30)

    async with open_vectors(edge(tmp_path)) as vectors:
        after = await vectors.search(CANDIDATES, ACME, random_case(99), Filters(), limit=30)
        await vectors.ensure(CANDIDATES, 8)

        assert await vectors.count(CANDIDATES, ACME) == 30
    assert before == after


async def test_everything_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, f"edge:{tmp_path}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    acknowledged = [CandidateId(writer.stdout.readline().strip()) for _ in range(60)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [CandidateId(line.strip()) for line in writer.stdout if line.endswith("\n")]
    writer.wait()

    async with open_vectors(edge(tmp_path)) as vectors:
        assert await vectors.keep(CANDIDATES, ACME, acknowledged, Filters()) == acknowledged


async def test_the_synced_log_alone_brings_back_what_the_other_files_lost(tmp_path: Path) -> None:
    """A power cut: of what came last, only the log reached the disk."""
    here, copy = tmp_path / "here", tmp_path / "copy"
    async with open_vectors(edge(here)) as vectors:
        await vectors.ensure(CANDIDATES, 8)
        shutil.copytree(here, copy)
        await vectors.upsert(CANDIDATES, ACME, points(50))
        await vectors.delete(ACME, [CandidateId("cnd_0007")])
        shutil.rmtree(copy / str(CANDIDATES) / "wal")
        shutil.copytree(here / str(CANDIDATES) / "wal", copy / str(CANDIDATES) / "wal")

    async with open_vectors(edge(copy)) as vectors:
        assert await vectors.count(CANDIDATES, ACME) == 49


async def test_what_was_deleted_leaves_the_files_at_the_next_opening(tmp_path: Path) -> None:
    """The log keeps it until as much again is written: 32 MB."""
    stored = points(20)
    trace = stored[7].case.embedding.text.tobytes()
    async with open_vectors(edge(tmp_path)) as vectors:
        await vectors.ensure(CANDIDATES, 8)
        await vectors.upsert(CANDIDATES, ACME, stored)
        await vectors.delete(ACME, [stored[7].id])

    async with open_vectors(edge(tmp_path)):
        pass

    segments = [file for file in (tmp_path / str(CANDIDATES) / "segments").rglob("*") if file.is_file()]
    assert any(stored[8].case.embedding.text.tobytes() in file.read_bytes() for file in segments)
    assert not [file for file in segments if trace in file.read_bytes()]


async def test_a_rebuilt_collection_finds_what_an_exact_search_finds(tmp_path: Path) -> None:
    """20 MB of vectors: enough to be rebuilt, with int8 copies, at the next opening."""
    dimension, empty = 2_560, np.zeros((0, 2_560), np.float32)
    rows = make.unit_rows(1, 2_050, dimension)
    version = ModelVersion("wide", 1)
    collection = Collection(Kind.CANDIDATE, version)

    def case_of(row: np.ndarray) -> Case:
        return Case(make.profile(), Embedding(version, row, np.zeros_like(row), empty, empty), Sparse())

    async with open_vectors(edge(tmp_path)) as vectors:
        await vectors.ensure(collection, dimension)
        stored = [Point(CandidateId(f"cnd_{n}"), case_of(row)) for n, row in enumerate(rows[:2_000])]
        await vectors.upsert(collection, ACME, stored)

    async with open_vectors(edge(tmp_path)) as vectors:
        overlaps = []
        for row in rows[2_000:2_010]:
            found = await vectors.search(collection, ACME, case_of(row), Filters(), limit=100)
            exact = np.argsort(-(rows[:2_000] @ row))[:100]
            overlaps.append(len({f"cnd_{n}" for n in exact} & set(found)) / 100)

    quantised = list((tmp_path / str(collection) / "segments").rglob("quantized*"))
    assert quantised
    assert np.mean(overlaps) >= 0.95


async def test_a_folder_in_use_says_so(tmp_path: Path) -> None:
    async with open_vectors(edge(tmp_path)):
        with pytest.raises(StoreError, match="in use by another process"):
            async with open_vectors(edge(tmp_path)):
                pass


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StoreError, match="cannot be written"):
        async with open_vectors(edge(tmp_path / "file" / "vectors")):
            pass


async def test_a_damaged_collection_says_which_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "candidates_broken_1").mkdir()

    with pytest.raises(StoreError, match=r"candidates_broken_1 does not open.*index again"):
        async with open_vectors(edge(tmp_path)):
            pass


async def test_a_collection_that_was_being_made_in_a_crash_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / f".making-{CANDIDATES}" / "segments").mkdir(parents=True)

    async with open_vectors(edge(tmp_path)) as vectors:
        await vectors.ensure(CANDIDATES, 8)
        await vectors.upsert(CANDIDATES, ACME, points(3))

        assert await vectors.count(CANDIDATES, ACME) == 3


async def test_a_vector_of_another_dimension_is_refused(tmp_path: Path) -> None:
    async with open_vectors(edge(tmp_path)) as vectors:
        await vectors.ensure(CANDIDATES, 16)

        with pytest.raises(StoreError, match="expected dim: 16, got 8"):
            await vectors.upsert(CANDIDATES, ACME, points(1))


@pytest.mark.parametrize("url", ["edge:", "memory:here", "http:host", "qdrant://host", ""])
async def test_an_unknown_url_names_the_variable_and_the_choices(url: str) -> None:
    with pytest.raises(ValueError, match=r"MATCHGRAPH_VECTORS_URL.*edge:FOLDER, memory:, http\(s\)"):
        async with open_vectors(Settings(vectors_url=url)):
            pass


async def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    async with open_vectors(Settings(vectors_url=url)) as vectors:
        with pytest.raises(StoreError, match=f"vectors at {url}"):
            await vectors.count(CANDIDATES, ACME)


def lane(*scores: float) -> list[Hit]:
    return list(enumerate(scores))


def test_equals_in_every_lane_stand_together_whatever_their_positions() -> None:
    ties = lane(0.9, 0.5, 0.5, 0.5, 0.1)

    assert fuse([ties], [1.0], 5) == fuse([[ties[i] for i in (0, 3, 1, 2, 4)]], [1.0], 5)


def test_a_lane_that_tells_nobody_apart_changes_no_order() -> None:
    telling, silent = lane(0.9, 0.8, 0.7), lane(0.5, 0.5, 0.5)

    assert fuse([telling, silent], [1.0, 2.0], 3) == fuse([telling], [1.0], 3)


def test_a_heavier_lane_wins_a_disagreement() -> None:
    one, other = lane(0.9, 0.8), [(1, 3.0), (0, 2.0)]

    assert fuse([one, other], [1.0, 2.0], 1) == [1]
    assert fuse([one, other], [2.0, 1.0], 1) == [0]
