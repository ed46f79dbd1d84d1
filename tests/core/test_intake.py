"""Taking in and forgetting, on real stores: what a crash, a race or a refusal leaves behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import (
    CandidateId,
    Document,
    DocumentId,
    DocumentState,
    Embedding,
    Identity,
    Kind,
    Passages,
    Sparse,
    TenantId,
)
from core.errors import BadInput, Conflict, NotFound, StoreError, TooLarge, UnreadableFile
from core.forgetting import Forgetter
from core.indexing import Indexer
from core.intake import INDEX, Intake, Upload, problem, safe_name
from core.library import Library
from core.parts import Encoded, Reading
from core.ports import Collection, Task, Vectors
from core.settings import Settings
from stores.blobs import FolderObjects, SealedBlobs
from stores.sql import Sql
from stores.vectors import open_vectors
from tests import make

CANDIDATES = Collection(Kind.CANDIDATE, make.EMBEDDER)


class OneWordReader:
    """A file is its text; `scan` has none."""

    async def file(self, content: bytes, file_name: str, kind: Kind) -> Reading:
        return await self.text(content.decode(), kind)

    async def text(self, text: str, kind: Kind) -> Reading:
        if text == "scan":
            raise UnreadableFile("run OCR on it")
        facts = make.profile(headline=text) if kind is Kind.CANDIDATE else make.requirements(title=text)
        words = Sparse((1,), (1.0,))
        return Reading(
            text, "text/plain", facts, Identity(text), Passages(text, (), (text,)), words, words, make.EMBEDDER
        )


class OneVector:
    async def passages(self, passages: Passages) -> Embedding:
        return make.embedding(len(passages.title))

    async def texts(self, texts: Sequence[str]) -> Encoded:
        return Encoded(make.EMBEDDER, np.ones((len(texts), 1), np.float32), len(texts))


@dataclass
class House:
    """An intake with its stores."""

    sql: Sql
    objects: FolderObjects
    vectors: Vectors
    tenant: TenantId
    intake: Intake = field(init=False)
    forgetter: Forgetter = field(init=False)

    def __post_init__(self) -> None:
        blobs = SealedBlobs(self.objects)
        self.intake = Intake(
            transaction=self.sql.transaction,
            blobs=blobs,
            keyring=self.sql.keyring,
            sniff=lambda content, name: "text/plain",
            parse=OneWordReader(),
            indexer=Indexer(self.sql.transaction, self.vectors, lambda version: OneVector(), make.EMBEDDER),
            max_upload_bytes=100,
        )
        self.forgetter = Forgetter(self.sql.transaction, blobs, self.vectors)

    async def take(self, text: str, **more: object) -> Document:
        upload = Upload(Kind.CANDIDATE, text.encode(), "cv.txt", **more)  # type: ignore[arg-type]
        return await self.intake.accept(self.tenant, upload)

    async def index(self, document: DocumentId) -> None:
        await self.intake.index(Task(INDEX, {"tenant": self.tenant, "document": document}, 1))

    async def document(self, id: DocumentId) -> Document:
        return await Library(self.sql.transaction).document(self.tenant, id)

    async def forget(self, document: Document) -> None:
        await self.forgetter.forget(self.tenant, Kind.CANDIDATE, document.owner)

    def files(self) -> int:
        return sum(path.is_file() for path in self.objects.root.rglob("*"))


@pytest.fixture
async def house(sql: Sql, acme: TenantId, tmp_path: Path) -> AsyncIterator[House]:
    async with open_vectors(Settings(vectors_url="memory:")) as vectors:
        yield House(sql, FolderObjects(tmp_path), vectors, acme)


async def test_what_is_accepted_is_indexed_once_however_often_it_is_asked(house: House) -> None:
    document = await house.take("Nurse")

    for _ in range(3):
        await house.index(document.id)

    assert (await house.document(document.id)).state is DocumentState.INDEXED
    assert await house.vectors.count(CANDIDATES, house.tenant) == 1


async def test_a_refusal_is_written_to_the_document(house: House) -> None:
    document = await house.take("scan")

    await house.index(document.id)

    refused = await house.document(document.id)
    assert refused.state is DocumentState.FAILED
    assert refused.error == problem(UnreadableFile("run OCR on it"))


async def test_a_parked_document_says_so_without_inner_words(house: House) -> None:
    document = await house.take("Nurse")

    await house.intake.park(
        Task(INDEX, {"tenant": house.tenant, "document": document.id}, 5), ZeroDivisionError("/etc")
    )

    parked = await house.document(document.id)
    assert parked.state is DocumentState.PARKED
    assert parked.error is not None
    assert "/etc" not in parked.error.detail


async def test_equal_bytes_of_one_owner_are_one_document(house: House) -> None:
    first = await house.take("Nurse")

    again = await house.take("Nurse", owner=first.owner)

    assert again.id == first.id
    assert house.files() == 1


async def test_what_was_refused_may_be_sent_again(house: House) -> None:
    first = await house.take("scan")
    await house.index(first.id)

    again = await house.take("scan", owner=first.owner)

    assert again.id != first.id
    assert again.state is DocumentState.ACCEPTED


@pytest.mark.parametrize("reference", ["a\0b", "a\nb", "a\ud800", "r" * 201])
async def test_a_reference_that_no_store_takes_is_refused(house: House, reference: str) -> None:
    with pytest.raises(BadInput, match="reference"):
        await house.take("Nurse", reference=reference)


async def test_empty_and_large_files_are_refused_and_leave_nothing(house: House) -> None:
    with pytest.raises(BadInput, match="empty"):
        await house.take("")
    with pytest.raises(TooLarge, match="100 bytes"):
        await house.take("x" * 101)

    assert house.files() == 0


async def test_a_reference_that_is_taken_leaves_nothing(house: House) -> None:
    first = await house.take("Nurse", reference="crm-7")

    with pytest.raises(Conflict, match=first.owner):
        await house.take("Welder", reference="crm-7")

    assert house.files() == 1


async def test_a_replacement_gives_its_reference(house: House) -> None:
    document = await house.take("Nurse", reference="old")

    await house.take("Nurse", owner=document.owner, reference="new")

    stored = await Library(house.sql.transaction).owner(house.tenant, Kind.CANDIDATE, document.owner)
    assert stored.reference == "new"


async def test_an_attempt_that_died_before_its_row_is_no_obstacle_to_the_next(house: House) -> None:
    owner = make.candidate_id()
    await house.intake.blobs.put(house.tenant, owner, b"Nurse", house.sql.keyring.new(owner))

    document = await house.take("Nurse", owner=owner)
    await house.index(document.id)

    assert (await house.document(document.id)).state is DocumentState.INDEXED


async def test_forgetting_leaves_nothing_and_is_not_found_twice(house: House) -> None:
    document = await house.take("Nurse")
    await house.index(document.id)

    await house.forget(document)

    assert house.files() == 0
    assert await house.vectors.count(CANDIDATES, house.tenant) == 0
    with pytest.raises(NotFound):
        await house.forget(document)


async def test_what_a_crash_left_of_the_forgotten_goes_with_the_task_or_the_next_call(house: House) -> None:
    for ending in ("task", "call"):
        document = await house.take(f"Nurse {ending}")
        await house.index(document.id)

        class Crash(SealedBlobs):
            async def delete_owner(self, tenant: TenantId, owner: object) -> int:
                raise StoreError("the files are away")

        broken = replace(house.forgetter, blobs=Crash(house.objects))
        with pytest.raises(StoreError):
            await broken.forget(house.tenant, Kind.CANDIDATE, document.owner)
        assert house.files() == 1
        if ending == "task":
            await house.forgetter.sweep(Task("forget", {"tenant": house.tenant, "owner": document.owner}, 1))
        else:
            with pytest.raises(NotFound):
                await house.forget(document)

        assert house.files() == 0


async def test_a_late_task_of_a_forgotten_document_brings_nothing_back(house: House) -> None:
    document = await house.take("Nurse")
    await house.forget(document)

    await house.index(document.id)

    assert await house.vectors.count(CANDIDATES, house.tenant) == 0


async def test_sweeping_spares_whoever_is_there(house: House) -> None:
    document = await house.take("Nurse")
    await house.index(document.id)

    await house.forgetter.sweep(Task("forget", {"tenant": house.tenant, "owner": document.owner}, 1))

    assert house.files() == 1
    assert await house.vectors.count(CANDIDATES, house.tenant) == 1


async def test_a_replacement_does_not_bring_back_who_is_forgotten_meanwhile(house: House) -> None:
    document = await house.take("Nurse")

    class ForgetsFirst(SealedBlobs):
        async def put(self, tenant: TenantId, owner: object, content: bytes, key: object) -> str:
            await house.forget(document)
            return await super().put(tenant, owner, content, key)  # type: ignore[arg-type]

    racing = replace(house.intake, blobs=ForgetsFirst(house.objects))
    with pytest.raises(NotFound):
        await racing.replace(house.tenant, Upload(Kind.CANDIDATE, b"Welder", "cv.txt", owner=document.owner))

    assert house.files() == 0
    with pytest.raises(NotFound):
        await Library(house.sql.transaction).owner(house.tenant, Kind.CANDIDATE, CandidateId(document.owner))


@given(st.text())
def test_a_shown_name_is_short_printable_and_no_path(name: str) -> None:
    shown = safe_name(name)

    assert 1 <= len(shown) <= 200
    assert shown.isprintable()
    assert not {"/", "\\"} & set(shown)
