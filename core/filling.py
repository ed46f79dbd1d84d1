"""Use case: make every stored document's case of another embedder, while the one that serves goes on serving.

What is missing is asked of the database, so there is no list to keep: after a crash the rest is made, by whichever
process takes over, and nothing is made twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from core.bulk import Bulk, embedding_of
from core.domain import (
    CandidateId,
    Case,
    Embedding,
    Facts,
    Kind,
    ModelVersion,
    OwnerId,
    Passages,
    Sparse,
    TenantId,
)
from core.errors import CoreError, ModelError, NotFound
from core.indexing import Turn
from core.packing import pack_case, unpack_case
from core.parts import EmbedBy, Parse
from core.plans import Change, Finding
from core.ports import Blobs, Collection, Owed, Point, Rows, Task, Transaction, Vectors
from core.progress import Owing, Progress
from core.versions import parse_version

PAGE = 256  # documents asked for at once
BATCH = 32  # documents read, embedded and written together
UNDER_WAY = 3  # batches: one is read, one embedded, one written
WRITTEN = 16  # documents in one transaction, of which none can be replaced meanwhile: 50 ms
TRIES = 4  # rounds in which a document may fail; it is alone from the second on
MOST_FAILED = 100  # documents in one round; beyond, it is not they that are wrong
PAUSE_S = 1.0  # before the next round, twice as long each time
PASSES = 5  # over what failed to be written to both meanwhile, each a quarter of a minute


class Filling(Protocol):
    """What is missing, of all tenants, and the moment at which nothing is."""

    async def tenants(self) -> list[TenantId]: ...
    async def owing(self, embedder: ModelVersion) -> Owing: ...

    async def wait(self) -> None:
        """Until every document that was being written without knowing of the newest change is written."""

    async def settle(
        self, change: int, embedder: ModelVersion, but: frozenset[tuple[TenantId, OwnerId]], findings: Sequence[Finding]
    ) -> Change | None:
        """Applies the open change in a transaction in which nothing but `but` is missing and nothing is written; None:
        something is missing. Raises `Conflict` when the change is not open any more."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What a case is made of, but for its vectors."""

    owed: Owed
    passages: Passages
    facts: Facts
    words: Sparse
    skills: Sparse

    def case(self, embedding: Embedding) -> Case:
        return Case(self.facts, embedding, self.words, self.skills, self.owed.document)


@dataclass(frozen=True, slots=True)
class Filler:
    """`embed` gives the part at a version; `turn` lets users go first; `calls` encoders are asked at once."""

    filling: Filling
    transaction: Transaction
    blobs: Blobs
    vectors: Vectors
    parse: Parse
    embed: EmbedBy
    turn: Turn = nullcontext
    calls: int = 4

    async def fill(self, embedder: ModelVersion, progress: Progress) -> None:
        """Until nothing is missing but `progress.failed`: what could not be made in `TRIES` rounds. Raises
        `ModelError` when so much fails that the embedder is to blame."""
        await self.filling.wait()  # whoever takes in a document from here on makes this case as well
        progress.begin(await self.filling.owing(embedder))
        bulk = Bulk(self.embed(embedder), embedder, calls=self.calls)
        for number in range(TRIES):
            progress.failed.clear()
            await self._round(embedder, bulk, progress, size=BATCH if number == 0 else 1)
            if not progress.failed:
                return
            if len(progress.failed) > MOST_FAILED:
                raise ModelError(f"{embedder} fails at document after document: {progress.first_failure}")
            await asyncio.sleep(PAUSE_S * 2**number)

    async def switch(self, change: Change, progress: Progress, findings: Sequence[Finding]) -> Change:
        """Settles the change at a moment when no document is being written and nothing is missing, but what has
        failed so far. Raises `ModelError` when more fails meanwhile."""
        embedder, known = change.after.serving["embedder"], frozenset(progress.failed)
        for _ in range(PASSES):
            settled = await self.filling.settle(change.id, embedder, known, findings)
            if settled is not None:
                return settled
            await self.fill(embedder, progress)
        raise ModelError(f"what comes in meanwhile keeps failing with {embedder}: {progress.first_failure}")

    async def repair(self, task: Task) -> None:
        """The queue's handler: see `core.indexing.FILL`. Harmless to repeat."""
        embedder, owner = parse_version(task.arguments["embedder"]), CandidateId(task.arguments["owner"])
        async with self.transaction(TenantId(task.arguments["tenant"])) as rows:
            if embedder not in await rows.filling.wanted():
                return
            owed = await rows.filling.owes(Kind(task.arguments["kind"]), embedder, owner)
        if owed is None:
            return
        progress = Progress()
        await self._batch([owed], embedder, Bulk(self.embed(embedder), embedder), progress)
        for _, error in progress.failed.values():
            raise error

    async def _round(self, embedder: ModelVersion, bulk: Bulk, progress: Progress, size: int) -> None:
        under_way = asyncio.Semaphore(UNDER_WAY)

        async def one(batch: Sequence[Owed]) -> None:
            try:
                await self._batch(batch, embedder, bulk, progress)
            finally:
                under_way.release()

        async with asyncio.TaskGroup() as group:
            async for batch in self._owed(embedder, size):
                await under_way.acquire()
                if len(progress.failed) > MOST_FAILED:
                    break
                group.create_task(one(batch))

    async def _owed(self, embedder: ModelVersion, size: int) -> AsyncIterator[list[Owed]]:
        """What is missing, each owner once, in batches that may be of several tenants."""
        batch: list[Owed] = []
        for tenant in await self.filling.tenants():
            for kind in Kind:
                async for owed in self._of(tenant, kind, embedder):
                    batch.append(owed)
                    if len(batch) == size:
                        yield batch
                        batch = []
        if batch:
            yield batch

    async def _of(self, tenant: TenantId, kind: Kind, embedder: ModelVersion) -> AsyncIterator[Owed]:
        after: OwnerId | None = None
        while True:
            async with self.transaction(tenant) as rows:
                page = await rows.filling.missing(kind, embedder, PAGE, after)
            for owed in page:
                yield owed
            if len(page) < PAGE:
                return
            after = page[-1].owner

    async def _batch(self, batch: Sequence[Owed], embedder: ModelVersion, bulk: Bulk, progress: Progress) -> None:
        try:
            sources = [one async for one in self._sources(batch, embedder, progress)]
            vectors = await bulk.rows(text for source in sources for text in source.passages.texts)
            progress.encoded, progress.spared = bulk.encoded, bulk.spared
            made = []
            for source in sources:
                try:
                    made.append((source.owed, source.case(embedding_of(embedder, source.passages, vectors))))
                except CoreError as error:
                    progress.fail(source.owed, error)
            for _, some in groupby(made, key=lambda one: (one[0].tenant, one[0].kind)):
                alike = list(some)
                for start in range(0, len(alike), WRITTEN):
                    progress.wrote(await self._write(alike[start : start + WRITTEN], embedder))
        except CoreError as error:
            for owed in batch:
                progress.fail(owed, error)

    async def _sources(
        self, batch: Sequence[Owed], embedder: ModelVersion, progress: Progress
    ) -> AsyncIterator[_Source]:
        for tenant, some in groupby(batch, key=lambda owed: owed.tenant):
            owing = list(some)
            async with self.transaction(tenant) as rows:
                kept = await rows.passages.get([owed.owner for owed in owing])
                cases = await _cases(rows, owing, embedder)
            for owed in owing:
                found, case = kept.get(owed.owner), cases.get(owed.owner)
                if case is not None and found is not None and found.document == owed.document:
                    yield _Source(owed, found.passages, case.facts, case.words, case.skills)
                    continue
                try:
                    yield await self._read_again(owed, case)
                except NotFound:
                    continue  # forgotten meanwhile
                except CoreError as error:
                    progress.fail(owed, error)

    async def _read_again(self, owed: Owed, case: Case | None) -> _Source:
        """From the file. What was found in it when it was taken in stays: another encoder changes vectors only."""
        async with self.transaction(owed.tenant) as rows:
            document = await rows.documents.get(owed.document)
            key = await rows.keys.get(owed.owner)
        content = await self.blobs.get(document.address, key)
        reading = await self.parse.file(content, document.file_name, owed.kind)
        found = reading if case is None else case
        return _Source(owed, reading.passages, found.facts, found.words, found.skills)

    async def _write(self, made: Sequence[tuple[Owed, Case]], embedder: ModelVersion) -> int:
        """Those whose document is still the same: of the others intake makes the case, or nobody. Returns how many."""
        tenant, kind = made[0][0].tenant, made[0][0].kind
        collection = Collection(kind, embedder)
        await self.vectors.ensure(collection, made[0][1].embedding.title.shape[0])
        async with self.turn(), self.transaction(tenant) as rows:
            now = await rows.filling.hold(kind, [owed.owner for owed, _ in made])
            same = [(owed.owner, case) for owed, case in made if now.get(owed.owner) == owed.document]
            await self.vectors.upsert(collection, tenant, [Point(owner, case) for owner, case in same])
            for owner, case in same:
                await rows.cases.put(owner, kind, embedder, pack_case(case))
        return len(same)


async def _cases(rows: Rows, owing: Sequence[Owed], embedder: ModelVersion) -> dict[OwnerId, Case]:
    """Each one's case of any other embedder that is kept whole, if it is of the document that is owed."""
    found: dict[OwnerId, Case] = {}
    for other in sorted(await rows.filling.wanted() - {embedder}):
        left = [owed.owner for owed in owing if owed.owner not in found]
        packed = await rows.cases.get(left, other, remember=False)
        found |= {owner: unpack_case(one) for owner, one in packed.items()}
    documents = {owed.owner: owed.document for owed in owing}
    return {owner: case for owner, case in found.items() if case.document == documents[owner]}
