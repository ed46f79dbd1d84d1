"""Laws of the repositories: what goes in comes out, to its own tenant, or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import make_url

from core.domain import CandidateId, DocumentState, Identity, JobId, Kind, ModelVersion, OwnerId, Problem, TenantId
from core.errors import Conflict, NotFound, StoreError
from core.packing import pack_case
from core.ports import Import, ImportItem, Rows
from stores.keys import MasterKeyring
from stores.postgres import Database, Server, conninfo
from stores.sql import Sql, open_engine
from stores.sql_cases import SealedCases
from stores.sql_documents import FORGOTTEN
from tests import make


async def with_key(rows: Rows, sql: Sql, owner: OwnerId) -> None:
    await rows.keys.put(owner, sql.keyring.new(owner))


async def test_a_candidate_comes_back_as_it_was_put(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate(reference="crm-7", identity=make.identity(), profile=make.profile(skills=("python", "sql")))
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada.id)
        await rows.candidates.put(ada)

    async with sql.transaction(acme) as rows:
        found = await rows.candidates.get(ada.id)
        by_reference = await rows.candidates.find("crm-7")

    assert (found, by_reference) == (ada, ada.id)


async def test_a_job_comes_back_as_it_was_put(sql: Sql, acme: TenantId) -> None:
    job = make.job(reference="req-7", requirements=make.requirements(must_have=("nursing",), min_months=24))
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, job.id)
        await rows.jobs.put(job)

    async with sql.transaction(acme) as rows:
        found = await rows.jobs.get(job.id)
        by_reference = await rows.jobs.find("req-7")

    assert (found, by_reference) == (job, job.id)


async def test_putting_again_replaces(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate(profile=None)
    read = replace(ada, profile=make.profile(), identity=Identity("Ada"), updated_at=make.NOW + timedelta(days=1))
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada.id)
        await rows.candidates.put(ada)
        await rows.candidates.put(read)

        assert await rows.candidates.get(ada.id) == read
        assert await rows.candidates.page(None, 10) == [read]


async def test_what_has_no_data_key_cannot_be_put(sql: Sql, acme: TenantId) -> None:
    with pytest.raises(NotFound, match="no data key"):
        async with sql.transaction(acme) as rows:
            await rows.candidates.put(make.candidate())


@pytest.mark.parametrize("what", ["candidates", "jobs", "documents", "receipts", "imports", "keys"])
async def test_an_unknown_id_is_not_found(sql: Sql, acme: TenantId, what: str) -> None:
    async with sql.transaction(acme) as rows:
        with pytest.raises(NotFound):
            await getattr(rows, what).get("nobody")


async def test_an_unknown_reference_finds_nothing(sql: Sql, acme: TenantId) -> None:
    async with sql.transaction(acme) as rows:
        assert await rows.candidates.find("nobody") is None
        assert await rows.jobs.find("nobody") is None


async def test_a_reference_belongs_to_one_candidate(sql: Sql, acme: TenantId) -> None:
    ada, bob = make.candidate(reference="crm-7"), make.candidate(reference="crm-7")
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada.id)
        await rows.candidates.put(ada)

    with pytest.raises(Conflict, match="another candidate has this reference"):
        async with sql.transaction(acme) as rows:
            await with_key(rows, sql, bob.id)
            await rows.candidates.put(bob)


async def test_a_failure_leaves_nothing_behind(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate()
    with pytest.raises(ZeroDivisionError):
        async with sql.transaction(acme) as rows:
            await with_key(rows, sql, ada.id)
            await rows.candidates.put(ada)
            raise ZeroDivisionError

    async with sql.transaction(acme) as rows:
        with pytest.raises(NotFound):
            await rows.candidates.get(ada.id)
        with pytest.raises(NotFound):
            await rows.keys.get(ada.id)


async def test_pages_show_everybody_once_while_others_are_added(sql: Sql, acme: TenantId) -> None:
    async def add(number: int) -> list[CandidateId]:
        added = []
        async with sql.transaction(acme) as rows:
            for _ in range(number):
                ada = make.candidate()
                await with_key(rows, sql, ada.id)
                await rows.candidates.put(ada)
                added.append(ada.id)
                await asyncio.sleep(0.001)  # ids sort by the millisecond
        return added

    there = await add(5)
    seen: list[CandidateId] = []
    while len(seen) < 9:
        async with sql.transaction(acme) as rows:
            page = await rows.candidates.page(seen[-1] if seen else None, 3)
        seen += [candidate.id for candidate in page]
        if len(there) < 9:
            there += await add(2)

    assert seen == there


async def test_deleting_an_owner_takes_documents_and_cases_along(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate()
    document = make.document(owner=ada.id)
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada.id)
        await rows.candidates.put(replace(ada, document=document.id))
        await rows.documents.put(document)
        await rows.cases.put(ada.id, Kind.CANDIDATE, make.EMBEDDER, b"packed")

        await rows.candidates.delete(ada.id)

        assert await rows.documents.of(ada.id) == []
        assert await rows.cases.get([ada.id], make.EMBEDDER) == {}
        with pytest.raises(NotFound):
            await rows.candidates.delete(ada.id)


async def test_a_destroyed_key_hides_all_that_it_sealed(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate(reference="crm-7")
    document = make.document(owner=ada.id)
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada.id)
        await rows.candidates.put(ada)
        await rows.documents.put(document)
        await rows.cases.put(ada.id, Kind.CANDIDATE, make.EMBEDDER, b"packed")

    async with sql.transaction(acme) as rows:
        assert await rows.keys.destroy(ada.id)
        assert not await rows.keys.destroy(ada.id)

        assert await rows.candidates.page(None, 10) == []
        assert await rows.documents.of(ada.id) == []
        assert await rows.cases.get([ada.id], make.EMBEDDER) == {}
        for get in (rows.candidates.get(ada.id), rows.documents.get(document.id), rows.keys.get(ada.id)):
            with pytest.raises(NotFound):
                await get


async def test_a_new_key_opens_nothing_old(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate()
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada.id)
        await rows.candidates.put(ada)
        await rows.keys.destroy(ada.id)
        await with_key(rows, sql, ada.id)

        with pytest.raises(StoreError, match="do not open"):
            await rows.candidates.get(ada.id)


async def test_a_live_key_is_never_overwritten(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate_id()
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada)

        with pytest.raises(Conflict):
            await with_key(rows, sql, ada)


async def test_another_master_key_opens_nothing(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate()
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada.id)
        await rows.candidates.put(ada)
    stranger = Sql(sql.engine, MasterKeyring(make.data_key(1)))

    with pytest.raises(StoreError, match="do not open"):
        async with stranger.transaction(acme) as rows:
            await rows.candidates.get(ada.id)


async def test_a_document_remembers_how_it_went(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate_id()
    document = make.document(owner=ada, file_name="Ada Example.pdf")
    problem = Problem("unreadable-file", "Unreadable file", "No text in it: send a PDF with a text layer.")
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada)
        await rows.documents.put(document)
        assert await rows.documents.get(document.id) == document

        await rows.documents.mark(document.id, DocumentState.FAILED, problem)

        marked = await rows.documents.get(document.id)
    assert (marked.state, marked.error, marked.file_name) == (DocumentState.FAILED, problem, "Ada Example.pdf")
    assert marked.updated_at > document.updated_at


async def test_the_same_file_waits_once_per_owner(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate_id()
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada)
        await rows.documents.put(make.document(owner=ada, content=b"cv", state=DocumentState.INDEXED))
        await rows.documents.put(make.document(owner=ada, content=b"cv"))

    with pytest.raises(Conflict, match="already waiting"):
        async with sql.transaction(acme) as rows:
            await rows.documents.put(make.document(owner=ada, content=b"cv"))


async def test_cases_come_back_for_the_embedder_that_made_them(sql: Sql, acme: TenantId) -> None:
    owners = [make.candidate_id() for _ in range(3)]
    packed = {owner: pack_case(make.case(seed=seed)) for seed, owner in enumerate(owners)}
    async with sql.transaction(acme) as rows:
        for owner in owners:
            await with_key(rows, sql, owner)
            await rows.cases.put(owner, Kind.CANDIDATE, make.EMBEDDER, packed[owner])

        assert await rows.cases.get([*owners, make.candidate_id()], make.EMBEDDER) == packed
        assert await rows.cases.get(owners, ModelVersion(make.EMBEDDER.name, make.EMBEDDER.number + 1)) == {}


async def test_a_case_is_read_as_it_is_now_whoever_wrote_it(
    sql: Sql, acme: TenantId, database: Database, keyring: MasterKeyring
) -> None:
    ada = make.candidate_id()

    async def read() -> dict[OwnerId, bytes]:
        async with sql.transaction(acme) as rows:
            return await rows.cases.get([ada], make.EMBEDDER)

    async with open_engine(database.url) as engine:
        another_process = Sql(engine, keyring)
        async with another_process.transaction(acme) as rows:
            await with_key(rows, sql, ada)
        for packed in (b"first", b"second"):
            async with another_process.transaction(acme) as rows:
                await rows.cases.put(ada, Kind.CANDIDATE, make.EMBEDDER, packed)
            assert [await read(), await read()] == [{ada: packed}] * 2

        async with another_process.transaction(acme) as rows:
            await rows.keys.destroy(ada)
        assert await read() == {}


async def test_a_case_written_twice_in_one_transaction_is_the_second(sql: Sql, acme: TenantId) -> None:
    ada = make.candidate_id()
    seen = []
    async with sql.transaction(acme) as rows:
        await with_key(rows, sql, ada)
        for packed in (b"first", b"second"):
            await rows.cases.put(ada, Kind.CANDIDATE, make.EMBEDDER, packed)
            seen.append(await rows.cases.get([ada], make.EMBEDDER))

    assert seen == [{ada: b"first"}, {ada: b"second"}]


def test_the_memory_of_cases_is_bounded_and_forgets_the_longest_unread() -> None:
    cache = SealedCases(most_bytes=20)
    names = [(make.ACME, make.candidate_id(), make.EMBEDDER) for _ in range(3)]
    for name in names[:2]:
        cache.put(name, "1", bytes(10))
    cache.get(names[0], "1")

    cache.put(names[2], "1", bytes(10))

    assert [cache.get(name, "1") is not None for name in names] == [True, False, True]
    assert cache.held == 20


async def test_a_connection_that_died_in_the_pool_is_replaced(
    sql: Sql, postgres: Server, database: Database, acme: TenantId
) -> None:
    async with sql.transaction(acme) as rows:
        await rows.jobs.find("nobody")
    with psycopg.connect(conninfo(postgres.url("postgres", "postgres")), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (make_url(database.url).database,),
        )

    async with sql.transaction(acme) as rows:
        assert await rows.jobs.find("nobody") is None


async def test_a_receipt_repeats_the_decision(sql: Sql, acme: TenantId) -> None:
    receipt = make.receipt(source=make.job_id())
    async with sql.transaction(acme) as rows:
        await rows.receipts.put(receipt)

        assert await rows.receipts.get(receipt.id) == receipt


async def test_an_import_shows_each_item_as_its_document_is_now(sql: Sql, acme: TenantId) -> None:
    ada, bob = make.candidate_id(), make.candidate_id()
    read, forgotten = make.document(owner=ada, file_name="ada.pdf"), make.document(owner=bob, file_name="bob.pdf")
    empty = Problem("unreadable-file", "Unreadable file", "The file is empty.")
    items = (
        ImportItem(0, "ada.pdf", ada, read.id),
        ImportItem(1, "empty.pdf", state=DocumentState.FAILED, error=empty),
        ImportItem(2, "bob.pdf", bob, forgotten.id),
    )
    batch = make.batch(*items)
    async with sql.transaction(acme) as rows:
        for document in (read, forgotten):
            await with_key(rows, sql, document.owner)
            await rows.documents.put(document)
        await rows.imports.put(batch)
        before = await rows.imports.get(batch.id)
        await rows.documents.mark(read.id, DocumentState.INDEXED)
        await rows.keys.destroy(bob)

        after = await rows.imports.get(batch.id)

    assert before == batch
    assert after == Import(
        batch.id,
        batch.kind,
        batch.created_at,
        (
            replace(items[0], state=DocumentState.INDEXED),
            items[1],
            ImportItem(2, "", bob, state=DocumentState.FAILED, error=FORGOTTEN),
        ),
    )


async def test_every_query_is_timed(database: Database, acme: TenantId, keyring: MasterKeyring) -> None:
    seconds: list[float] = []
    async with open_engine(database.url) as engine:
        sql = Sql(engine, keyring)
        sql.on_query(seconds.append)
        async with sql.transaction(acme) as rows:
            await rows.jobs.find("nobody")

    assert len(seconds) >= 2
    assert all(0 < s < 10 for s in seconds)


async def test_a_database_that_is_not_there_is_one_clear_line(keyring: MasterKeyring) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    async with open_engine(nowhere) as engine:
        with pytest.raises(StoreError, match=r"^the database does not answer: [^\n]+$"):
            async with Sql(engine, keyring).transaction(make.ACME) as rows:
                await rows.jobs.get(JobId("job"))
