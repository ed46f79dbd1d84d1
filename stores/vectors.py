"""The index: what a hybrid search, a filter and an erasure mean, the same over each engine that keeps points."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.answers import Filters
from core.domain import CandidateId, Case, JobId, Kind, OwnerId, Sparse, TenantId, Vector
from core.errors import StoreError
from core.ports import Collection, Point, Vectors
from core.settings import Settings
from stores.vectors_engine import (
    ID,
    SKILLS,
    TEXT,
    TITLE,
    WORDS,
    AnyOf,
    Condition,
    Engine,
    HasKey,
    Lane,
    Record,
)
from stores.vectors_facts import conditions_of, payload_of
from stores.vectors_fusion import fuse

NAMESPACE = uuid.UUID("6f1c1f0e-5d0b-4c55-9a55-3f1d0c8e7a21")

# A job's normalised title against the mean of a CV's parts orders better than any other single lane (nDCG@5 .74 on
# graded pairs), so it weighs double; fitted weights may replace these.
BEST_LANE = 2.0
# A lane below this depth has too little in common with the others to be fused.
LEAST_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Index:
    """`core.ports.Vectors` over an engine."""

    engine: Engine

    async def ensure(self, collection: Collection, dimension: int) -> None:
        await self.engine.create(str(collection), dimension)

    async def upsert(self, collection: Collection, tenant: TenantId, points: Sequence[Point]) -> None:
        """Durable when it returns."""
        await self.engine.upsert(str(collection), [_record(tenant, point) for point in points])

    async def search(
        self, collection: Collection, tenant: TenantId, wanted: Case, filters: Filters, limit: int
    ) -> list[OwnerId]:
        """Fuses the lanes of `wanted`, each under the tenant's and the hard filters."""
        lanes = _lanes(collection.kind, wanted)
        if not lanes or limit < 1:
            return []
        name, where = str(collection), [_of(tenant), *conditions_of(collection.kind, filters)]
        found = await self.engine.nearest(name, lanes, where, max(limit, LEAST_DEPTH))
        best = fuse(found, [lane.weight for lane in lanes], limit)
        owners = await self.engine.owners(name, best) if best else {}
        return [_owner(collection.kind, owners[key]) for key in best if key in owners]  # else deleted meanwhile

    async def keep(
        self, collection: Collection, tenant: TenantId, ids: Sequence[OwnerId], filters: Filters
    ) -> list[OwnerId]:
        if not ids:
            return []
        where = [_of(tenant), _among(tenant, ids), *conditions_of(collection.kind, filters)]
        passing = set(await self.engine.matching(str(collection), where, len(ids)))
        return [id for id in ids if id in passing]

    async def delete(self, tenant: TenantId, ids: Sequence[OwnerId]) -> int:
        if not ids:
            return 0
        where = [_of(tenant), _among(tenant, ids)]
        return sum([await self.engine.delete(name, where) for name in await self.engine.names()])

    async def count(self, collection: Collection, tenant: TenantId) -> int:
        return await self.engine.count(str(collection), [_of(tenant)])


@asynccontextmanager
async def open_vectors(settings: Settings) -> AsyncIterator[Vectors]:
    """The index that `MATCHGRAPH_VECTORS_URL` names."""
    # Imports stand here so that each engine costs its own only when used.
    url = settings.vectors_url
    scheme, _, rest = url.partition(":")
    match scheme:
        case "edge" if rest:
            from stores.vectors_edge import open_edge

            async with open_edge(Path(rest)) as engine:
                yield Index(engine)
        case _ if url == "memory:" or url.startswith(("http://", "https://")):
            from stores.vectors_client import open_client

            async with open_client(url, settings.vectors_api_key.get_secret_value()) as client:
                yield Index(client)
        case _:
            raise ValueError(f"MATCHGRAPH_VECTORS_URL: {url!r} is none of edge:FOLDER, memory:, http(s)://HOST:PORT")


def _lanes(kind: Kind, wanted: Case) -> list[Lane]:
    """What is searched for; a vector that says nothing (an empty text, no known skill) is no lane."""
    title, text = wanted.embedding.title, wanted.embedding.text
    best = (TEXT, title) if kind is Kind.CANDIDATE else (TITLE, text)  # always the job's title, the CV's text
    dense = [(TITLE, title, 1.0), (*best, BEST_LANE), (TEXT, text, 1.0)]
    sparse = [(SKILLS, wanted.skills), (WORDS, wanted.words)]
    return [
        *(Lane(using, vector.tolist(), weight) for using, vector, weight in dense if vector.any()),
        *(Lane(using, vector) for using, vector in sparse if vector.indices),
    ]


def _record(tenant: TenantId, point: Point) -> Record:
    case = point.case
    dense = {TITLE: case.embedding.title, TEXT: case.embedding.text}
    sparse = {SKILLS: case.skills, WORDS: case.words}
    _check(point.id, dense, sparse)
    return Record(
        key=_key(tenant, point.id),
        dense={name: vector.tolist() for name, vector in dense.items() if vector.any()},
        sparse={name: vector for name, vector in sparse.items() if vector.indices},
        payload={"tenant": tenant, ID: point.id, **payload_of(case.facts)},
    )


def _check(id: OwnerId, dense: dict[str, Vector], sparse: dict[str, Sparse]) -> None:
    """Engines take NaN in silence, and then order by it."""
    numbers = [*dense.values(), *(np.asarray(vector.values) for vector in sparse.values())]
    if not all(np.isfinite(row).all() for row in numbers):
        raise StoreError(f"a vector of {id} is not finite")


def _key(tenant: TenantId, id: OwnerId) -> int:
    """Engines want UUIDs. The tenant is part of it: no tenant can write over another's point."""
    return uuid.uuid5(NAMESPACE, f"{tenant}/{id}").int


def _owner(kind: Kind, id: str) -> OwnerId:
    return CandidateId(id) if kind is Kind.CANDIDATE else JobId(id)


def _of(tenant: TenantId) -> Condition:
    return AnyOf("tenant", (tenant,))


def _among(tenant: TenantId, ids: Sequence[OwnerId]) -> Condition:
    return HasKey(tuple({_key(tenant, id) for id in ids}))
