"""Qdrant's engine in this process, in a folder that belongs to this process: one subfolder per collection.

`qdrant-edge-py` 0.9 keeps Python's lock during every call, so a call stops the whole process while it lasts. Hence:

- No graph index (`m=0`). Searches scan int8 copies of the tenant's vectors and rescore the best in full: recall
  stays 1, and building for 20,000 points takes 1.5 s where a graph takes 11 to 24.
- Building (`optimize`) happens when the folder is opened, before anyone waits. It also takes what was deleted out of
  the files. Points that came since are found by a plain scan.
- A write is durable by its log, whose files are synced here (0.3 ms, lock released). The engine's own `flush`
  (15 ms, 300 on a busy disk) only bounds how much of the log is replayed after a crash.

Beyond about 100,000 points run a Qdrant server.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, TypeVar
from uuid import UUID

import qdrant_edge as edge

from core.domain import Sparse
from core.errors import StoreError
from stores.vectors_engine import (
    FIELDS,
    ID,
    SPARSE,
    TEXT,
    TITLE,
    AnyOf,
    Between,
    Conditions,
    FieldType,
    HasKey,
    Hit,
    Lane,
    NothingBut,
    Record,
    Within,
)

T = TypeVar("T")

LOCK = ".lock"
DRAFT = ".making-"  # a collection that is being made: worthless after a crash
BATCH = 64  # points in one call: about 20 ms in which nothing else in the process runs
FLUSH_EVERY = 2_000  # points; replaying so many takes 0.2 s


@dataclass(frozen=True, slots=True)
class Edge:
    """One thread does all the engine's work, so calls come one by one. `unflushed` counts points by collection."""

    folder: Path
    thread: ThreadPoolExecutor
    shards: dict[str, edge.EdgeShard] = field(default_factory=dict)
    unflushed: Counter[str] = field(default_factory=Counter)

    async def create(self, name: str, dimension: int) -> None:
        await self._run(lambda: self._create(name, dimension))

    async def names(self) -> list[str]:
        return sorted(self.shards)

    async def upsert(self, name: str, records: Sequence[Record]) -> None:
        for start in range(0, len(records), BATCH):
            batch = records[start : start + BATCH]
            await self._run(partial(self._update, name, _upsert(batch), len(batch)))
        await asyncio.to_thread(_sync, self.folder / name)

    async def nearest(self, name: str, lanes: Sequence[Lane], where: Conditions, depth: int) -> list[list[Hit]]:
        if name not in self.shards:
            return [[] for _ in lanes]
        batch = edge.QueryBatchRequest([_query(lane, _filter(where), depth) for lane in lanes])
        found = await self._run(lambda: self.shards[name].query_batch(batch))
        return [[(_key(point.id), point.score) for point in points] for points in found]

    async def owners(self, name: str, keys: Sequence[int]) -> dict[int, str]:
        ids: list[edge.PointId] = [UUID(int=key) for key in keys]
        records = await self._run(lambda: self.shards[name].retrieve(ids, with_payload=[ID], with_vector=False))
        return {_key(record.id): (record.payload or {})[ID] for record in records}

    async def matching(self, name: str, where: Conditions, limit: int) -> list[str]:
        if name not in self.shards:
            return []
        request = edge.ScrollRequest(limit=limit, filter=_filter(where), with_payload=[ID])
        records, _ = await self._run(lambda: self.shards[name].scroll(request))
        return [(record.payload or {})[ID] for record in records]

    async def count(self, name: str, where: Conditions) -> int:
        if name not in self.shards:
            return 0
        return await self._run(lambda: self.shards[name].count(edge.CountRequest(filter=_filter(where))))

    async def delete(self, name: str, where: Conditions) -> int:
        count = await self._run(lambda: self._delete(name, _filter(where)))
        if count:
            await asyncio.to_thread(_sync, self.folder / name)
        return count

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self.thread, call)
        except Exception as error:  # the engine raises bare `Exception` for everything
            if type(error) is not Exception and not isinstance(error, OSError):
                raise
            raise StoreError(f"vector folder {self.folder}: {error}") from None

    def _update(self, name: str, operation: edge.UpdateOperation, points: int) -> None:
        if name not in self.shards:
            raise StoreError(f"vector folder {self.folder} has no collection {name}")
        self.shards[name].update(operation)
        self.unflushed[name] += points
        if self.unflushed[name] >= FLUSH_EVERY:
            self.shards[name].flush()
            self.unflushed[name] = 0

    def _delete(self, name: str, where: edge.Filter) -> int:
        count = self.shards[name].count(edge.CountRequest(filter=where))
        if count:
            self._update(name, edge.UpdateOperation.delete_points_by_filter(where), count)
        return count

    def _create(self, name: str, dimension: int) -> None:
        """Made aside and renamed: after a crash there is a whole collection or none."""
        if name in self.shards:
            return
        draft = self.folder / f"{DRAFT}{name}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        shard = edge.EdgeShard.create(str(draft), _config(dimension))
        for key, type in FIELDS.items():
            shard.update(edge.UpdateOperation.create_field_index(key, _SCHEMA[type]))
        shard.close()  # flushes
        draft.rename(self.folder / name)
        self.shards[name] = edge.EdgeShard.load(str(self.folder / name))

    def load(self) -> None:
        """Opens what is there and rebuilds what has grown or shrunk since."""
        for folder in sorted(self.folder.iterdir()):
            if folder.name.startswith(DRAFT):
                shutil.rmtree(folder)
            elif folder.is_dir():
                self.shards[folder.name] = _load(folder)

    def close(self) -> None:
        while self.shards:
            self.shards.popitem()[1].close()


@asynccontextmanager
async def open_edge(folder: Path) -> AsyncIterator[Edge]:
    with _owned(folder), ThreadPoolExecutor(1, "vectors") as thread:
        engine = Edge(folder, thread)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(thread, engine.load)
            yield engine
        finally:
            await loop.run_in_executor(thread, engine.close)


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """Holds the folder for this process; the lock goes with the process, however it ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise StoreError(f"vector folder {folder} cannot be written: {error.strerror}") from None
    with lock:
        _lock(folder, lock)
        yield


def _lock(folder: Path, file: IO[str]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreError(
            f"vector folder {folder} is in use by another process: stop it, or give this one another folder"
        ) from None


def _config(dimension: int) -> edge.EdgeConfig:
    return edge.EdgeConfig(
        vectors={
            TITLE: edge.EdgeVectorParams(dimension, edge.Distance.Cosine),
            TEXT: edge.EdgeVectorParams(dimension, edge.Distance.Dot),  # a mean of unit rows: its length counts
        },
        sparse_vectors={name: edge.EdgeSparseVectorParams() for name in SPARSE},
        hnsw_config=edge.HnswIndexConfig(m=0, ef_construct=1, full_scan_threshold=0),
        quantization_config=edge.ScalarQuantizationConfig(edge.ScalarType.Int8, memory=edge.Memory.Pinned),
        # One deleted point is reason enough: what was erased leaves the files.
        optimizers=edge.EdgeOptimizersConfig(deleted_threshold=1e-9, vacuum_min_vector_number=1),
    )


def _load(folder: Path) -> edge.EdgeShard:
    try:
        shard = edge.EdgeShard.load(str(folder))
        shard.optimize()
        shard.close()  # the old pages stay mapped until then: 190 MB of 20,000 points
        return edge.EdgeShard.load(str(folder))
    except Exception as error:
        raise StoreError(
            f"vector collection {folder} does not open: {error}; move it away and index again to rebuild it"
        ) from None


def _sync(folder: Path) -> None:
    """Puts the collection's log on the disk: the engine writes it through memory maps."""
    log = folder / "wal"
    for path in (*log.iterdir(), log):
        try:
            file = os.open(path, os.O_RDONLY)
        except FileNotFoundError:  # flushed meanwhile: nobody needs this part of the log any more
            continue
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _upsert(records: Sequence[Record]) -> edge.UpdateOperation:
    return edge.UpdateOperation.upsert_points(
        [
            edge.Point(
                UUID(int=record.key),
                {**record.dense, **{name: _sparse(vector) for name, vector in record.sparse.items()}},
                record.payload,
            )
            for record in records
        ]
    )


def _query(lane: Lane, where: edge.Filter, depth: int) -> edge.QueryRequest:
    vector = _sparse(lane.vector) if isinstance(lane.vector, Sparse) else lane.vector
    query = edge.Query.Nearest(vector, using=lane.using)
    return edge.QueryRequest(depth, query=query, filter=where, params=_RESCORED)


def _key(id: edge.PointId) -> int:
    return id.int if isinstance(id, UUID) else UUID(str(id)).int


def _sparse(vector: Sparse) -> edge.SparseVector:
    return edge.SparseVector(list(vector.indices), list(vector.values))


def _filter(where: Conditions) -> edge.Filter:
    return edge.Filter(
        must=[_condition(one) for one in where if not isinstance(one, NothingBut)],
        must_not=[
            edge.FieldCondition(one.field, match=edge.MatchExcept(list(one.values)))
            for one in where
            if isinstance(one, NothingBut)
        ],
    )


def _condition(one: HasKey | AnyOf | Between | Within) -> edge.HasIdCondition | edge.FieldCondition:
    match one:
        case HasKey(keys):
            return edge.HasIdCondition({UUID(int=key) for key in keys})
        case AnyOf(key, values):
            return edge.FieldCondition(key, match=edge.MatchAny(list(values)))
        case Between(key, least, most):
            return edge.FieldCondition(key, range=edge.RangeFloat(gte=least, lte=most))
        case Within(key, circle):
            center = edge.GeoPoint(circle.longitude, circle.latitude)
            return edge.FieldCondition(key, geo_radius=edge.GeoRadius(center, circle.radius_km * 1000))


_SCHEMA: dict[FieldType, edge.PayloadSchemaType | edge.KeywordIndexParams] = {
    FieldType.TENANT: edge.KeywordIndexParams(is_tenant=True),
    FieldType.KEYWORD: edge.PayloadSchemaType.Keyword,
    FieldType.INTEGER: edge.PayloadSchemaType.Integer,
    FieldType.GEO: edge.PayloadSchemaType.Geo,
}
_RESCORED = edge.SearchParams(quantization=edge.QuantizationSearchParams(rescore=True, oversampling=2.0))
