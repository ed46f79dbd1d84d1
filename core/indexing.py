"""Use case: what was read of a document becomes its owner's row, cases and points, or nothing does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.domain import (
    Candidate,
    Case,
    Document,
    DocumentState,
    Embedding,
    Job,
    Kind,
    ModelVersion,
    Passages,
    Profile,
    Requirements,
    TenantId,
)
from core.errors import CoreError, ModelError, NotFound
from core.library import stored
from core.packing import pack_case
from core.parts import EmbedBy, Reading
from core.ports import Collection, Kept, Point, Rows, Transaction, Vectors

FILL = "fill"  # the task's name in the queue: one document's case of one embedder, which could not be made with it
BESIDE_S = 60.0  # in which an embedder that does not serve must answer

Turn = Callable[[], AbstractAsyncContextManager[None]]  # entered when it is the turn of work that nobody waits for


@dataclass(frozen=True, slots=True)
class Indexer:
    """`embedder` is the one that serves; `embed` gives the part at any version."""

    transaction: Transaction
    vectors: Vectors
    embed: EmbedBy
    embedder: ModelVersion
    turn: Turn = nullcontext

    async def keep(self, tenant: TenantId, document: Document, reading: Reading) -> None:
        """With the vectors of every embedder whose collection is kept whole, as far as they can be made."""
        made: dict[ModelVersion, Embedding | None] = {}
        lacking = frozenset({self.embedder})
        while lacking:
            for version in lacking:
                made[version] = await self._embedded(document.kind, reading.passages, version)
            async with self.turn():
                lacking = await self._write(tenant, document, reading, made)

    async def _embedded(self, kind: Kind, passages: Passages, version: ModelVersion) -> Embedding | None:
        """None when it cannot be made: only the embedder that serves here may keep a document out."""
        try:
            async with asyncio.timeout(None if version == self.embedder else BESIDE_S):
                embedding = await self.embed(version).passages(passages)
                await self.vectors.ensure(Collection(kind, embedding.version), embedding.title.shape[0])
                return embedding
        except (CoreError, TimeoutError):
            if version == self.embedder:
                raise
            return None

    async def _write(
        self, tenant: TenantId, document: Document, reading: Reading, made: Mapping[ModelVersion, Embedding | None]
    ) -> frozenset[ModelVersion]:
        """All of it, or nothing and which vectors are wanted too. An owner's cases are always of one document, and
        points are written while its row is locked, so they are too."""
        try:
            async with self.transaction(tenant) as rows:
                if lacking := await rows.filling.wanted() - made.keys():
                    return lacking
                await _fill_owner(rows, document, reading)
                await rows.passages.put(document.owner, Kept(document.id, reading.passages))
                await rows.cases.drop(document.owner)
                for version, embedding in made.items():
                    if embedding is None or not await self._put(rows, tenant, document, reading, embedding):
                        await defer_fill(rows, tenant, document, version)
                await rows.documents.mark(document.id, DocumentState.INDEXED)
        except NotFound:
            pass  # forgotten while it was read
        return frozenset()

    async def _put(
        self, rows: Rows, tenant: TenantId, document: Document, reading: Reading, embedding: Embedding
    ) -> bool:
        version = embedding.version
        case = Case(reading.facts, embedding, reading.words, reading.skills, document.id)
        try:
            await self.vectors.upsert(Collection(document.kind, version), tenant, [Point(document.owner, case)])
        except CoreError:
            if version == self.embedder:
                raise
            return False
        await rows.cases.put(document.owner, document.kind, version, pack_case(case))
        return True


async def defer_fill(rows: Rows, tenant: TenantId, document: Document, embedder: ModelVersion) -> None:
    """Leaves one embedder's case of the document to `core.filling.Filler.repair`."""
    owner, kind = document.owner, document.kind.value
    await rows.defer(FILL, lock=owner, tenant=tenant, owner=owner, kind=kind, embedder=str(embedder))


async def _fill_owner(rows: Rows, document: Document, reading: Reading) -> None:
    """Writes what was read into the owner's row. Raises `NotFound` when it was forgotten meanwhile."""
    now = datetime.now(UTC)
    owner = await stored(rows, document.kind, document.owner)
    if isinstance(owner, Candidate) and isinstance(reading.facts, Profile):
        await rows.candidates.put(
            replace(
                owner,
                updated_at=now,
                document=document.id,
                identity=reading.identity,
                profile=reading.facts,
                text=reading.text,
                flags=reading.flags,
            )
        )
    elif isinstance(owner, Job) and isinstance(reading.facts, Requirements):
        await rows.jobs.put(
            replace(
                owner,
                updated_at=now,
                document=document.id,
                requirements=reading.facts,
                text=reading.text,
                flags=reading.flags,
            )
        )
    else:
        raise ModelError(f"the parser read a {document.kind} as {type(reading.facts).__name__}")
