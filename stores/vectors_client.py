"""A Qdrant server through its client, or the client's own imitation of one in memory, for small tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

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

MEMORY = "memory:"
TIMEOUT_S = 10
BATCH = 64  # points in one request: about 1 MB of JSON
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Client:
    """`known` are the collections seen so far, `ensured` those made or completed: none is dropped while we run."""

    url: str
    client: AsyncQdrantClient
    known: set[str] = field(default_factory=set)
    ensured: set[str] = field(default_factory=set)

    async def create(self, name: str, dimension: int) -> None:
        if name in self.ensured:
            return
        with _named(self.url):
            if not await self._has(name):
                await self._make(name, dimension)
            if self.url != MEMORY:  # also for one that another process made and left half way
                for key, type in FIELDS.items():
                    await self.client.create_payload_index(name, key, field_schema=_SCHEMA[type], wait=True)
        self.ensured.add(name)

    async def names(self) -> list[str]:
        with _named(self.url):
            return sorted(one.name for one in (await self.client.get_collections()).collections)

    async def upsert(self, name: str, records: Sequence[Record]) -> None:
        with _named(self.url):
            if not await self._has(name):
                raise StoreError(f"vectors at {self.url} have no collection {name}")
            for start in range(0, len(records), BATCH):
                points = [_point(record) for record in records[start : start + BATCH]]
                await self.client.upsert(name, points, wait=True)

    async def nearest(self, name: str, lanes: Sequence[Lane], where: Conditions, depth: int) -> list[list[Hit]]:
        with _named(self.url):
            if not await self._has(name):
                return [[] for _ in lanes]
            params = None if self.url == MEMORY else _RESCORED  # the imitation warns of what it does not have
            requests = [_query(lane, _filter(where), depth, params) for lane in lanes]
            found = await self.client.query_batch_points(name, requests)
            return [[(UUID(str(point.id)).int, point.score) for point in answer.points] for answer in found]

    async def owners(self, name: str, keys: Sequence[int]) -> dict[int, str]:
        ids = [str(UUID(int=key)) for key in keys]
        with _named(self.url):
            records = await self.client.retrieve(name, ids, with_payload=[ID])
            return {UUID(str(record.id)).int: (record.payload or {})[ID] for record in records}

    async def matching(self, name: str, where: Conditions, limit: int) -> list[str]:
        with _named(self.url):
            if not await self._has(name):
                return []
            records, _ = await self.client.scroll(name, _filter(where), limit, with_payload=[ID])
            return [(record.payload or {})[ID] for record in records]

    async def count(self, name: str, where: Conditions) -> int:
        with _named(self.url):
            if not await self._has(name):
                return 0
            return (await self.client.count(name, _filter(where), exact=True)).count

    async def delete(self, name: str, where: Conditions) -> int:
        with _named(self.url):
            count = (await self.client.count(name, _filter(where), exact=True)).count
            if count:
                await self.client.delete(name, models.FilterSelector(filter=_filter(where)), wait=True)
            return count

    async def _has(self, name: str) -> bool:
        if name not in self.known and await self.client.collection_exists(name):
            self.known.add(name)
        return name in self.known

    async def _make(self, name: str, dimension: int) -> None:
        try:
            await self.client.create_collection(
                name,
                vectors_config={
                    TITLE: models.VectorParams(size=dimension, distance=models.Distance.COSINE),
                    TEXT: models.VectorParams(size=dimension, distance=models.Distance.DOT),  # its length counts
                },
                sparse_vectors_config={name: models.SparseVectorParams() for name in SPARSE},
                # Every search names its tenant: a graph for each, none over all.
                hnsw_config=models.HnswConfigDiff(m=0, payload_m=16),
                quantization_config=models.ScalarQuantization(
                    scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
                ),
            )
        except UnexpectedResponse as error:
            if error.status_code != CONFLICT:  # another process was first
                raise
        self.known.add(name)


@asynccontextmanager
async def open_client(url: str, key: str) -> AsyncIterator[Client]:
    """`memory:` or the server's URL. A server is not asked for anything yet."""
    if url == MEMORY:
        client = AsyncQdrantClient(":memory:")
    else:
        client = AsyncQdrantClient(url=url, api_key=key or None, timeout=TIMEOUT_S, check_compatibility=False)
    try:
        yield Client(url, client)
    finally:
        await client.close()


@contextmanager
def _named(url: str) -> Iterator[None]:
    try:
        yield
    except (ApiException, QdrantException) as error:
        raise StoreError(f"vectors at {url}: {error}") from None


def _point(record: Record) -> models.PointStruct:
    sparse = {name: _sparse(vector) for name, vector in record.sparse.items()}
    return models.PointStruct(id=str(UUID(int=record.key)), vector={**record.dense, **sparse}, payload=record.payload)


def _query(lane: Lane, where: models.Filter, depth: int, params: models.SearchParams | None) -> models.QueryRequest:
    vector = _sparse(lane.vector) if isinstance(lane.vector, Sparse) else lane.vector
    return models.QueryRequest(
        query=models.NearestQuery(nearest=vector), using=lane.using, filter=where, limit=depth, params=params
    )


def _sparse(vector: Sparse) -> models.SparseVector:
    return models.SparseVector(indices=list(vector.indices), values=list(vector.values))


def _filter(where: Conditions) -> models.Filter:
    return models.Filter(
        must=[_condition(one) for one in where if not isinstance(one, NothingBut)],
        must_not=[
            models.FieldCondition(key=one.field, match=models.MatchExcept(**{"except": list(one.values)}))
            for one in where
            if isinstance(one, NothingBut)
        ],
    )


def _condition(one: HasKey | AnyOf | Between | Within) -> models.Condition:
    match one:
        case HasKey(keys):
            return models.HasIdCondition(has_id=[str(UUID(int=key)) for key in keys])
        case AnyOf(key, values):
            return models.FieldCondition(key=key, match=models.MatchAny(any=list(values)))
        case Between(key, least, most):
            return models.FieldCondition(key=key, range=models.Range(gte=least, lte=most))
        case Within(key, circle):
            center = models.GeoPoint(lon=circle.longitude, lat=circle.latitude)
            return models.FieldCondition(
                key=key, geo_radius=models.GeoRadius(center=center, radius=circle.radius_km * 1000)
            )


_SCHEMA: dict[FieldType, models.PayloadSchemaType | models.KeywordIndexParams] = {
    FieldType.TENANT: models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
    FieldType.KEYWORD: models.PayloadSchemaType.KEYWORD,
    FieldType.INTEGER: models.PayloadSchemaType.INTEGER,
    FieldType.GEO: models.PayloadSchemaType.GEO,
}
_RESCORED = models.SearchParams(quantization=models.QuantizationSearchParams(rescore=True, oversampling=2.0))
