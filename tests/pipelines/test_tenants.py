"""What an operator types to let a client in."""

from __future__ import annotations

import asyncio
import re
import sys

import pytest

from core.domain import TenantId
from pipelines import migrate, tenants
from stores.access import SqlAccess
from stores.postgres import Database
from tests import make


@pytest.fixture(autouse=True)
def _environment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHGRAPH_DATABASE_URL", database.url)
    monkeypatch.setenv("MATCHGRAPH_OWNER_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("MATCHGRAPH_MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    monkeypatch.setattr(sys, "argv", ["tenants", *words])
    tenants.main()
    return capsys.readouterr().out


async def test_a_created_tenant_has_a_key_that_works_and_is_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], access: SqlAccess
) -> None:
    name = make.name("Initech")

    created = await _in_thread(typed, monkeypatch, capsys, "create", name)
    tenant, key = re.findall(r"^(?:tenant|key)\s+(\S+)$", created, re.MULTILINE)
    more = await _in_thread(typed, monkeypatch, capsys, "key", tenant, "CI")
    listed = await _in_thread(typed, monkeypatch, capsys, "list")

    assert await access.tenant_of(key) == tenant
    assert await access.tenant_of(more.split()[-1]) == TenantId(tenant)
    assert f"{tenant}  {name}" in listed.splitlines()
    assert key not in listed


def test_a_wrong_request_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^no tenant tnt_nobody$"):
        typed(monkeypatch, capsys, "key", "tnt_nobody", "CI")


def test_migrating_says_where_the_database_is_now(capsys: pytest.CaptureFixture[str]) -> None:
    migrate.main()

    assert re.fullmatch(r"The database is at revision \w+\.\n", capsys.readouterr().out)


async def _in_thread(call: object, *arguments: object) -> str:
    """`main` runs an event loop of its own."""
    return str(await asyncio.to_thread(call, *arguments))  # type: ignore[arg-type]
