"""Tenants are kept apart by the database itself, and what is personal is noise to whoever holds its files."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text

from core.domain import CandidateId, DocumentState, Identity, JobId, Kind, Passages, Problem, TenantId
from core.errors import Conflict, NotFound
from core.plans import Action
from core.ports import Answer, ImportItem, Kept
from core.tallies import Tally
from stores.access import SqlAccess
from stores.postgres import Database, Server, conninfo
from stores.sql import Sql
from stores.sql_changes import SqlChanges
from stores.sql_tables import OF_NO_TENANT, metadata
from tests import make

TABLES = sorted(metadata.tables)
MARKER = "Zaphod-Marker-42"


async def fill(sql: Sql, tenant: TenantId, *, candidate: CandidateId, job: JobId) -> None:
    """A row in every table, with the marker in everything that can be personal."""
    document = make.document(owner=candidate, file_name=f"{MARKER}.pdf")
    problem = Problem("code", MARKER, MARKER)
    async with sql.transaction(tenant) as rows:
        for owner in (candidate, job):
            await rows.keys.put(owner, sql.keyring.new(owner))
        await rows.candidates.put(
            make.candidate(
                id=candidate, identity=Identity(MARKER, MARKER), profile=make.profile(headline=MARKER), text=MARKER
            )
        )
        await rows.jobs.put(make.job(id=job, requirements=make.requirements(title=MARKER), text=MARKER))
        await rows.documents.put(document)
        await rows.documents.mark(document.id, DocumentState.FAILED, problem)
        await rows.cases.put(candidate, Kind.CANDIDATE, make.EMBEDDER, MARKER.encode())
        await rows.passages.put(candidate, Kept(document.id, Passages(MARKER, (), (MARKER,))))
        await rows.receipts.put(make.receipt(source=job))
        refused = ImportItem(0, f"{MARKER}.txt", state=DocumentState.FAILED, error=problem)
        await rows.imports.put(make.batch(refused, ImportItem(1, f"{MARKER}.pdf", candidate, document.id)))
        await rows.answers.claim("k", "fingerprint")
        await rows.answers.settle("k", Answer(200, MARKER.encode(), {"x": MARKER}))


@pytest.fixture
async def filled(sql: Sql, acme: TenantId, access: object) -> tuple[CandidateId, JobId]:
    candidate, job = make.candidate_id(), make.job_id()
    await fill(sql, acme, candidate=candidate, job=job)
    return candidate, job


@pytest.mark.parametrize("table", TABLES)
async def test_a_transaction_without_a_tenant_sees_nothing(
    database: Database, acme: TenantId, filled: object, table: str
) -> None:
    with psycopg.connect(conninfo(database.url)) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize("table", [table for table in TABLES if table not in {"tenants", "api_keys"} | OF_NO_TENANT])
async def test_another_tenant_sees_changes_and_removes_nothing(
    database: Database, acme: TenantId, globex: TenantId, filled: object, table: str
) -> None:
    with psycopg.connect(conninfo(database.url)) as connection:
        connection.execute("SELECT set_config('matchgraph.tenant', %s, true)", (globex,))
        own = 1 if table == "data_keys" else 0

        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (own,)
        assert connection.execute(f"UPDATE {table} SET tenant = tenant WHERE tenant = %s", (acme,)).rowcount == 0
        assert connection.execute(f"DELETE FROM {table} WHERE tenant = %s", (acme,)).rowcount == 0


@pytest.mark.parametrize("table", sorted(OF_NO_TENANT))
async def test_no_tenant_sees_or_changes_what_serves(
    database: Database, sql: Sql, acme: TenantId, owner_access: SqlAccess, table: str
) -> None:
    changes = SqlChanges(sql.engine)
    plan = await changes.install(make.wanted(Action.INSTALL, *make.PINS))
    await changes.put_tally(plan.revision, "here", Tally())
    await owner_access.add_operator(make.name("operator"))

    with psycopg.connect(conninfo(database.url)) as connection:
        connection.execute("SELECT set_config('matchgraph.tenant', %s, true)", (acme,))

        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        if table != "changes":
            assert connection.execute(f"DELETE FROM {table}").rowcount == 0
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("SELECT set_config('matchgraph.plans', 'on', true)")
        assert connection.execute(f"SELECT count(*) > 0 FROM {table}").fetchone() == (True,)


def test_the_application_removes_no_line_of_the_history(database: Database) -> None:
    with psycopg.connect(conninfo(database.url)) as connection:
        connection.execute("SELECT set_config('matchgraph.plans', 'on', true)")

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM changes")


@pytest.mark.parametrize("table", TABLES)
def test_row_security_is_forced_on_every_table(database: Database, table: str) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        found = connection.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", (table,)
        ).fetchone()

    assert found == (True, True)


def test_the_application_owns_no_table_and_cannot_bypass(database: Database) -> None:
    with psycopg.connect(conninfo(database.url)) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user").fetchone()

    assert (role, owned) == ((False, False, False), (0,))


async def test_rows_cannot_be_written_for_another_tenant(database: Database, acme: TenantId, globex: TenantId) -> None:
    with psycopg.connect(conninfo(database.url)) as connection:
        connection.execute("SELECT set_config('matchgraph.tenant', %s, true)", (globex,))

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO data_keys (tenant, owner) VALUES (%s, 'x')", (acme,))


async def test_an_id_of_another_tenant_is_not_found_and_not_overwritten(
    sql: Sql, acme: TenantId, globex: TenantId, filled: tuple[CandidateId, JobId]
) -> None:
    candidate, job = filled
    async with sql.transaction(globex) as rows:
        for get in (rows.candidates.get(candidate), rows.jobs.get(job), rows.keys.get(candidate)):
            with pytest.raises(NotFound):
                await get
        assert await rows.cases.get([candidate], make.EMBEDDER) == {}
        assert not await rows.keys.destroy(candidate)
        await rows.keys.put(candidate, sql.keyring.new(candidate))
        await rows.candidates.put(make.candidate(id=candidate, text="theirs"))

    async with sql.transaction(acme) as rows:
        assert (await rows.candidates.get(candidate)).text == MARKER


async def test_a_document_of_another_tenant_cannot_be_referred_to(
    sql: Sql, acme: TenantId, globex: TenantId, filled: tuple[CandidateId, JobId]
) -> None:
    async with sql.transaction(acme) as rows:
        [document] = await rows.documents.of(filled[0])
    thief = make.candidate()

    with pytest.raises(Conflict, match="not there"):
        async with sql.transaction(globex) as rows:
            await rows.keys.put(thief.id, sql.keyring.new(thief.id))
            await rows.candidates.put(replace(thief, document=document.id))


async def test_what_is_personal_is_nowhere_in_the_files(
    sql: Sql, postgres: Server, acme: TenantId, filled: object
) -> None:
    """The whole data directory: tables, indexes, write-ahead log."""
    async with sql.transaction(acme) as rows:
        await rows._scope.connection.execute(text("SELECT 1"))  # type: ignore[attr-defined]
    with psycopg.connect(conninfo(postgres.url("postgres", "postgres")), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    kept = [path for path in postgres.socket.rglob("*") if path.is_file()]

    assert kept
    assert [path.name for path in kept if MARKER.encode() in path.read_bytes()] == []


async def test_the_marker_would_be_found_if_it_were_there(postgres: Server, database: Database) -> None:
    with psycopg.connect(conninfo(database.owner_url)) as connection:
        connection.execute("CREATE TABLE plain AS SELECT 'Ford-' || 'Marker-43' AS words")
        connection.commit()
    with psycopg.connect(conninfo(postgres.url("postgres", "postgres")), autocommit=True) as connection:
        connection.execute("CHECKPOINT")

    assert any(b"Ford-Marker-43" in path.read_bytes() for path in postgres.socket.rglob("*") if path.is_file())
