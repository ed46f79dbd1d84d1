"""Another embedder's collection, on real stores: what is missing is made once, and nothing newer is overwritten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psycopg
import pytest
from sqlalchemy import text as sql_text

from core.domain import (
    Case,
    Document,
    DocumentState,
    Embedding,
    Identity,
    Kind,
    ModelVersion,
    OwnerId,
    Passages,
    Sparse,
    TenantId,
)
from core.errors import ModelError, NotFound
from core.filling import Filler
from core.forgetting import Forgetter
from core.indexing import FILL, Indexer
from core.intake import INDEX, Intake, Upload
from core.library import Library
from core.packing import pack_case, unpack_case
from core.parts import Encoded, Reading
from core.plans import Action, Change, State
from core.ports import Collection, Task, Vectors
from core.progress import Owing, Progress
from core.settings import Settings
from models.embedding_hashing import HashingEncoder
from stores.access import SqlAccess
from stores.blobs import FolderObjects, SealedBlobs
from stores.postgres import Database, conninfo
from stores.sql import Sql
from stores.sql_changes import SqlChanges
from stores.sql_filling import SqlFilling
from stores.vectors import open_vectors
from tests import make

OLD, NEW = ModelVersion("embedder", 1), ModelVersion("embedder", 2)
DIMENSION = {OLD: 16, NEW: 24}
Before = Callable[[Sequence[str]], Awaitable[None]]


async def at_once(texts: Sequence[str]) -> None:
    """Nothing happens before texts are embedded."""


@dataclass
class Encoder:
    """An encoder at one version that remembers what it was asked, and may be stopped before it answers."""

    version: ModelVersion
    asked: list[str] = field(default_factory=list)
    before: Before = at_once

    async def passages(self, passages: Passages) -> Embedding:
        return Embedding.of(self.version, passages, (await self.texts(passages.texts)).rows)

    async def texts(self, texts: Sequence[str]) -> Encoded:
        await self.before(texts)
        self.asked += texts
        return Encoded(self.version, HashingEncoder(DIMENSION[self.version]).encode(texts), len(texts))


@dataclass
class TwoTitles:
    """A file is its text: its words are its passages."""

    read: list[str] = field(default_factory=list)

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        return await self.text(content.decode(), kind)

    async def text(self, text: str, kind: Kind) -> Reading:
        self.read.append(text)
        facts = make.profile(headline=text) if kind is Kind.CANDIDATE else make.requirements(title=text)
        passages = Passages(text.split()[0], tuple(text.split()), (text, f"more of {text}"))
        words = Sparse((1,), (1.0,))
        return Reading(text, "text/plain", facts, Identity(text), passages, words, words, ModelVersion("parser", 1))


@dataclass
class House:
    """Stores, intake and filler; embedder/1 serves."""

    sql: Sql
    objects: FolderObjects
    vectors: Vectors
    tenants: tuple[TenantId, TenantId]
    changes: SqlChanges = field(init=False)
    filling: SqlFilling = field(init=False)
    reader: TwoTitles = field(default_factory=TwoTitles)
    encoders: dict[ModelVersion, Encoder] = field(default_factory=lambda: {one: Encoder(one) for one in (OLD, NEW)})

    def __post_init__(self) -> None:
        self.changes = SqlChanges(self.sql.engine)
        self.filling = SqlFilling(self.changes)
        self.blobs = SealedBlobs(self.objects)

    def intake(self, serving: ModelVersion = OLD) -> Intake:
        return Intake(
            transaction=self.sql.transaction,
            blobs=self.blobs,
            keyring=self.sql.keyring,
            sniff=lambda content, name: "text/plain",
            parse=self.reader,
            indexer=Indexer(self.sql.transaction, self.vectors, self.encoders.__getitem__, serving),
            max_upload_bytes=100,
        )

    @property
    def filler(self) -> Filler:
        return Filler(
            self.filling, self.sql.transaction, self.blobs, self.vectors, self.reader, self.encoders.__getitem__
        )

    async def take(
        self, words: str, kind: Kind = Kind.CANDIDATE, tenant: int = 0, owner: OwnerId | None = None
    ) -> Document:
        """Taken in and indexed."""
        of = self.tenants[tenant]
        intake = self.intake()
        document = await intake.accept(of, Upload(kind, words.encode(), "cv.txt", owner=owner))
        await intake.index(Task(INDEX, {"tenant": of, "document": document.id}, 1))
        document = await Library(self.sql.transaction).document(of, document.id)
        assert document.state is DocumentState.INDEXED
        return document

    async def begin(self) -> Change:
        return await self.changes.begin(make.wanted(Action.PROMOTE, NEW))

    async def case(self, document: Document, embedder: ModelVersion, tenant: int = 0) -> Case | None:
        async with self.sql.transaction(self.tenants[tenant]) as rows:
            packed = await rows.cases.get([document.owner], embedder)
        return unpack_case(packed[document.owner]) if packed else None

    async def count(self, embedder: ModelVersion) -> int:
        """Points of everybody's candidates."""
        collection = Collection(Kind.CANDIDATE, embedder)
        return sum([await self.vectors.count(collection, tenant) for tenant in self.tenants])

    async def run(self, statement: str, **values: str) -> None:
        async with self.sql.engine.begin() as connection:
            await connection.execute(
                sql_text("SELECT set_config('matchgraph.tenant', :tenant, true)"), {"tenant": self.tenants[0]}
            )
            await connection.execute(sql_text(statement), values)


@pytest.fixture
async def house(sql: Sql, access: SqlAccess, database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """With nobody else's documents in the database: to fill is to fill everybody's."""
    async with open_vectors(Settings(vectors_url="memory:")) as vectors:
        tenants = (await access.add_tenant(make.name("Acme")), await access.add_tenant(make.name("Globex")))
        house = House(sql, FolderObjects(tmp_path), vectors, tenants)
        await house.changes.install(make.wanted(Action.INSTALL, *make.PINS))
        yield house
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("TRUNCATE tenants, changes CASCADE")


async def test_every_tenant_s_documents_of_both_kinds_get_the_case_that_intake_would_make(house: House) -> None:
    taken = [("nurse in Leeds", Kind.CANDIDATE, 0), ("welder", Kind.CANDIDATE, 1), ("nurse wanted", Kind.JOB, 0)]
    documents = [await house.take(*one) for one in taken]
    await house.begin()

    progress = Progress()
    await house.filler.fill(NEW, progress)

    assert (progress.total, progress.done, progress.made, progress.failed) == (3, 3, 3, {})
    for (words, kind, tenant), document in zip(taken, documents, strict=True):
        old, new = await house.case(document, OLD, tenant), await house.case(document, NEW, tenant)
        assert old is not None
        assert new is not None
        assert (new.facts, new.words, new.skills, new.document) == (old.facts, old.words, old.skills, document.id)
        expected = await house.encoders[NEW].passages((await house.reader.text(words, kind)).passages)
        np.testing.assert_allclose(new.embedding.parts, expected.parts, atol=1e-3)
        np.testing.assert_allclose(new.embedding.text, expected.text, atol=1e-3)
    assert await house.count(NEW) == 2
    assert await house.filling.owing(NEW) == Owing(3, 0)


async def test_nothing_is_embedded_twice_and_no_file_is_read_again(house: House) -> None:
    for words in ("nurse in Leeds", "nurse in York", "welder in York"):
        await house.take(words)
    read = len(house.reader.read)
    await house.begin()

    await house.filler.fill(NEW, Progress())
    await house.filler.fill(NEW, Progress())

    asked = house.encoders[NEW].asked
    assert len(asked) == len(set(asked))
    assert len(house.reader.read) == read


async def test_what_was_taken_in_before_passages_were_kept_is_read_from_its_file(house: House) -> None:
    document = await house.take("nurse in Leeds")
    await house.run("DELETE FROM passages")
    await house.begin()

    await house.filler.fill(NEW, Progress())

    assert house.reader.read == ["nurse in Leeds"] * 2
    assert await house.case(document, NEW) is not None


async def test_who_is_stopped_is_followed_by_another_who_makes_the_rest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.filling.BATCH", 4)
    for number in range(20):
        await house.take(f"nurse{number} in Leeds{number}")
    await house.begin()
    filling = asyncio.create_task(house.filler.fill(NEW, Progress()))

    async def stop_late(texts: Sequence[str]) -> None:
        if len(house.encoders[NEW].asked) > 40:
            await asyncio.Event().wait()

    house.encoders[NEW].before = stop_late
    async with asyncio.timeout(20):
        while (await house.filling.owing(NEW)).missing == 20:
            await asyncio.sleep(0.01)
    filling.cancel()
    await asyncio.gather(filling, return_exceptions=True)
    made = 20 - (await house.filling.owing(NEW)).missing
    house.encoders[NEW].before, house.encoders[NEW].asked = at_once, []
    progress = Progress()
    await house.filler.fill(NEW, progress)

    assert 0 < made < 20
    assert progress.made == 20 - made
    assert (await house.filling.owing(NEW)).missing == 0


async def test_what_is_taken_in_meanwhile_goes_to_both(house: House) -> None:
    before = await house.take("nurse")
    await house.begin()

    document = await house.take("welder")
    replaced = await house.take("midwife", owner=before.owner)

    for one in (document, replaced):
        for embedder in (OLD, NEW):
            case = await house.case(one, embedder)
            assert case is not None
            assert case.document == one.id
    assert await house.count(NEW) == 2


async def test_an_upload_succeeds_while_the_new_embedder_fails_and_is_repaired_later(house: House) -> None:
    async def fail(texts: Sequence[str]) -> None:
        raise ModelError("it does not load")

    await house.begin()
    house.encoders[NEW].before = fail
    document = await house.take("nurse")
    task = Task(
        FILL, {"tenant": house.tenants[0], "owner": document.owner, "kind": "candidate", "embedder": str(NEW)}, 1
    )

    assert await house.case(document, OLD) is not None
    assert await house.case(document, NEW) is None
    with pytest.raises(ModelError):
        await house.filler.repair(task)
    house.encoders[NEW].before = at_once
    for _ in range(2):
        await house.filler.repair(task)

    assert await house.case(document, NEW) is not None
    assert house.encoders[NEW].asked.count("nurse") <= 2


async def test_a_replacement_leaves_no_case_of_the_old_document_in_any_collection(house: House) -> None:
    document = await house.take("nurse")
    change = await house.begin()
    await house.filler.fill(NEW, Progress())
    await house.changes.settle(change.id, State.FAILED)

    await house.take("welder", owner=document.owner)

    assert await house.case(document, NEW) is None
    assert (await house.filling.owing(NEW)).missing == 1


async def test_what_was_replaced_while_it_was_embedded_stays_replaced(house: House) -> None:
    document = await house.take("nurse")
    await house.begin()
    embedding, replaced = asyncio.Event(), asyncio.Event()

    async def late(texts: Sequence[str]) -> None:
        if "nurse" in texts:
            embedding.set()
            await replaced.wait()

    house.encoders[NEW].before = late
    filling = asyncio.create_task(house.filler.fill(NEW, Progress()))
    await embedding.wait()
    newer = await house.take("welder", owner=document.owner)
    replaced.set()
    await filling

    case = await house.case(newer, NEW)
    assert case is not None
    assert case.document == newer.id


async def test_who_is_forgotten_while_embedded_does_not_come_back(house: House) -> None:
    document = await house.take("nurse")
    await house.begin()

    async def forget(texts: Sequence[str]) -> None:
        house.encoders[NEW].before = at_once
        await Forgetter(house.sql.transaction, house.blobs, house.vectors).forget(
            house.tenants[0], Kind.CANDIDATE, document.owner
        )

    house.encoders[NEW].before = forget
    progress = Progress()
    await house.filler.fill(NEW, progress)

    assert progress.failed == {}
    assert (await house.count(OLD), await house.count(NEW)) == (0, 0)
    assert await house.filling.owing(NEW) == Owing(0, 0)


async def test_erasure_reaches_a_collection_that_is_half_filled(house: House) -> None:
    first, second = await house.take("nurse"), await house.take("welder")
    change = await house.begin()
    await house.filler.fill(NEW, Progress())
    await house.run("DELETE FROM cases WHERE owner = :owner AND number = 2", owner=second.owner)
    forgetter = Forgetter(house.sql.transaction, house.blobs, house.vectors)

    forgotten = [
        await forgetter.forget(house.tenants[0], Kind.CANDIDATE, document.owner) for document in (first, second)
    ]

    assert [one.points for one in forgotten] == [2, 2]
    assert (await house.count(OLD), await house.count(NEW)) == (0, 0)
    assert (await house.filler.switch(change, Progress(), ())).state is State.APPLIED


async def test_the_switch_waits_until_nothing_is_missing_and_nobody_is_writing(house: House) -> None:
    await house.take("nurse")
    change = await house.begin()
    assert await house.filling.settle(change.id, NEW, frozenset(), ()) is None
    await house.filler.fill(NEW, Progress())

    async with house.sql.transaction(house.tenants[0]) as rows:
        assert await rows.filling.wanted() == {OLD, NEW}
        switching = asyncio.create_task(house.filling.settle(change.id, NEW, frozenset(), ()))
        done, _ = await asyncio.wait({switching}, timeout=0.3)
        assert not done

    settled = await switching
    assert settled is not None
    assert settled.state is State.APPLIED
    plan = await house.changes.newest()
    assert plan is not None
    assert plan.serving["embedder"] == NEW


async def test_the_old_collection_stays_whole_for_a_rollback(house: House) -> None:
    await house.take("nurse")
    change = await house.begin()
    await house.filler.fill(NEW, Progress())
    await house.filler.switch(change, Progress(), ())

    late = await house.take("welder")  # by a process that has not noticed the switch
    await house.changes.apply(make.wanted(Action.ROLLBACK))

    assert await house.case(late, OLD) is not None
    assert await house.case(late, NEW) is not None
    assert (await house.filling.owing(OLD)).missing == 0
    async with house.sql.transaction(house.tenants[0]) as rows:
        assert await rows.filling.wanted() == {OLD}


async def test_a_document_that_fails_is_named_and_holds_nobody_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.filling.PAUSE_S", 0.01)
    good, bad = await house.take("nurse"), await house.take("welder")

    async def fail(texts: Sequence[str]) -> None:
        if any("welder" in text for text in texts):
            raise ModelError("no word for it")

    house.encoders[NEW].before = fail
    change = await house.begin()
    progress = Progress()
    await house.filler.fill(NEW, progress)

    assert await house.case(good, NEW) is not None
    assert await house.case(bad, NEW) is None
    finding = progress.finding()
    assert not finding.passed
    assert finding.compared[bad.id] == "no word for it"
    assert (await house.filler.switch(change, progress, [finding])).state is State.APPLIED


async def test_what_comes_late_and_fails_is_not_left_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.filling.PAUSE_S", 0.01)
    monkeypatch.setattr("core.filling.PASSES", 2)

    async def fail(texts: Sequence[str]) -> None:
        raise ModelError("no memory left")

    change = await house.begin()
    progress = Progress()
    await house.filler.fill(NEW, progress)
    house.encoders[NEW].before = fail
    late = await house.take("nurse")
    with pytest.raises(ModelError, match="no memory left"):
        await house.filler.switch(change, progress, ())
    assert (await house.changes.get(change.id)).state is State.PREPARING
    house.encoders[NEW].before = at_once

    assert (await house.filler.switch(change, Progress(), ())).state is State.APPLIED
    assert await house.case(late, NEW) is not None


async def test_an_embedder_that_fails_at_everything_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.filling.MOST_FAILED", 2)
    for number in range(4):
        await house.take(f"nurse{number}")

    async def fail(texts: Sequence[str]) -> None:
        raise ModelError("broken")

    house.encoders[NEW].before = fail
    await house.begin()

    with pytest.raises(ModelError, match="document after document"):
        await house.filler.fill(NEW, Progress())


async def test_a_case_that_is_not_of_the_document_is_no_source(house: House) -> None:
    """As an older version of this program may have left it."""
    document = await house.take("nurse")
    async with house.sql.transaction(house.tenants[0]) as rows:
        stale = make.case(version=OLD, document=make.document_id())
        await rows.cases.put(document.owner, Kind.CANDIDATE, OLD, pack_case(stale))
    await house.begin()

    await house.filler.fill(NEW, Progress())

    case = await house.case(document, NEW)
    assert case is not None
    assert case.facts == make.profile(headline="nurse")


async def test_a_transaction_of_a_tenant_sees_no_change(house: House) -> None:
    async with house.sql.transaction(house.tenants[0]) as rows:
        assert await rows.filling.wanted() == {OLD}
        seen = await rows._scope.connection.scalar(sql_text("SELECT count(*) FROM changes"))  # type: ignore[attr-defined]

    assert seen == 0
    with pytest.raises(NotFound):
        await house.changes.get(10**6)
