"""The tables as queries see them. Their truth is in `stores/migrations`; a test compares the two."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _text(name: str, *, key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=nullable)


def _sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


tenants = Table("tenants", metadata, _text("id", key=True), _text("name"), _time("created_at"))

api_keys = Table(
    "api_keys",
    metadata,
    _text("sha256", key=True),
    _text("tenant"),
    _text("prefix"),
    _text("label"),
    _time("created_at"),
)

data_keys = Table(
    "data_keys",
    metadata,
    _text("tenant", key=True),
    _text("owner", key=True),
    _sealed("wrapped", nullable=True),
    _time("created_at"),
    _time("destroyed_at", nullable=True),
)

documents = Table(
    "documents",
    metadata,
    _text("tenant", key=True),
    _text("id", key=True),
    _text("owner"),
    _text("kind"),
    _sealed("file_name"),
    _text("media_type"),
    Column("size", BigInteger, nullable=False),
    _text("sha256"),
    _text("address"),
    _text("state"),
    _sealed("error", nullable=True),
    _time("created_at"),
    _time("updated_at"),
)

candidates = Table(
    "candidates",
    metadata,
    _text("tenant", key=True),
    _text("id", key=True),
    _text("reference", nullable=True),
    _text("document", nullable=True),
    _sealed("identity"),
    _sealed("profile", nullable=True),
    _sealed("text"),
    _sealed("flags", nullable=True),
    _time("created_at"),
    _time("updated_at"),
)

jobs = Table(
    "jobs",
    metadata,
    _text("tenant", key=True),
    _text("id", key=True),
    _text("reference", nullable=True),
    _text("document", nullable=True),
    _sealed("requirements", nullable=True),
    _sealed("text"),
    _sealed("flags", nullable=True),
    _time("created_at"),
    _time("updated_at"),
)

cases = Table(
    "cases",
    metadata,
    _text("tenant", key=True),
    _text("owner", key=True),
    _text("embedder", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _sealed("packed"),
)

passages = Table(
    "passages", metadata, _text("tenant", key=True), _text("owner", key=True), _text("document"), _sealed("packed")
)

receipts = Table(
    "receipts",
    metadata,
    _text("tenant", key=True),
    _text("id", key=True),
    _text("source", nullable=True),
    Column("packed", LargeBinary, nullable=False),
    _time("created_at"),
)

served = Table(
    "served",
    metadata,
    _text("tenant", key=True),
    _text("match", key=True),
    _text("owner", key=True),
    _text("candidate", nullable=True),
    _text("job", nullable=True),
    _sealed("features"),
)

feedback = Table(
    "feedback",
    metadata,
    _text("tenant", key=True),
    _text("id", key=True),
    _text("match"),
    _text("candidate", nullable=True),
    _text("job", nullable=True),
    _sealed("packed"),
)

imports = Table(
    "imports", metadata, _text("tenant", key=True), _text("id", key=True), _text("kind"), _time("created_at")
)

import_items = Table(
    "import_items",
    metadata,
    _text("tenant", key=True),
    _text("import", key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("owner", nullable=True),
    _text("document", nullable=True),
    _text("state"),
    _sealed("file_name", nullable=True),
    _sealed("error", nullable=True),
)

answers = Table(
    "answers",
    metadata,
    _text("tenant", key=True),
    _text("key", key=True),
    _text("fingerprint"),
    _time("claimed_at"),
    _sealed("answer", nullable=True),
)

# Of no tenant: which model versions serve, and who may change that.

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _text("state"),
    Column("wish", JSONB, nullable=False),
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
    Column("findings", JSONB, nullable=False),
    _text("said"),
    Column("pins", JSONB(none_as_null=True), nullable=True),
    _time("created_at"),
    _time("settled_at", nullable=True),
    _time("leased_until", nullable=True),
    Column("taken", Integer, nullable=False),
)

tallies = Table(
    "tallies",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    _text("process", key=True),
    Column("tally", JSONB, nullable=False),
)

operator_keys = Table(
    "operator_keys", metadata, _text("sha256", key=True), _text("prefix"), _text("label"), _time("created_at")
)
OF_NO_TENANT = frozenset({"changes", "tallies", "operator_keys"})
