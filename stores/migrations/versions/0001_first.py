"""Everything the first version keeps. A tenant's rows are bound to it by row-level security, owner included."""

from alembic import op

revision = "0001"
down_revision = None

# `COLLATE "C"`: ids sort by their bytes, which is by the time they were made.
TABLES = """
CREATE TABLE tenants (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL CONSTRAINT tenants_name UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    sha256 text COLLATE "C" PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL REFERENCES tenants ON DELETE CASCADE,
    prefix text NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_keys_tenant ON api_keys (tenant);

-- `wrapped` is NULL once the key is destroyed.
CREATE TABLE data_keys (
    tenant text COLLATE "C" NOT NULL REFERENCES tenants ON DELETE CASCADE,
    owner text COLLATE "C" NOT NULL,
    wrapped bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    PRIMARY KEY (tenant, owner)
);

CREATE TABLE documents (
    tenant text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    file_name bytea NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    address text NOT NULL,
    state text NOT NULL,
    error bytea,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT documents_key FOREIGN KEY (tenant, owner) REFERENCES data_keys ON DELETE CASCADE
);
CREATE INDEX documents_owner ON documents (tenant, owner, id);
CREATE UNIQUE INDEX documents_waiting_once ON documents (tenant, owner, sha256) WHERE state = 'accepted';

CREATE TABLE candidates (
    tenant text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    reference text,
    document text COLLATE "C",
    identity bytea NOT NULL,
    profile bytea,
    text bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT candidates_reference UNIQUE (tenant, reference),
    CONSTRAINT candidates_key FOREIGN KEY (tenant, id) REFERENCES data_keys ON DELETE CASCADE,
    CONSTRAINT candidates_document FOREIGN KEY (tenant, document) REFERENCES documents
        ON DELETE SET NULL (document) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX candidates_by_document ON candidates (tenant, document);

CREATE TABLE jobs (
    tenant text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    reference text,
    document text COLLATE "C",
    requirements bytea,
    text bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT jobs_reference UNIQUE (tenant, reference),
    CONSTRAINT jobs_key FOREIGN KEY (tenant, id) REFERENCES data_keys ON DELETE CASCADE,
    CONSTRAINT jobs_document FOREIGN KEY (tenant, document) REFERENCES documents
        ON DELETE SET NULL (document) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX jobs_by_document ON jobs (tenant, document);

CREATE TABLE cases (
    tenant text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    embedder text NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (tenant, owner, embedder, number),
    CONSTRAINT cases_key FOREIGN KEY (tenant, owner) REFERENCES data_keys ON DELETE CASCADE
);

CREATE TABLE receipts (
    tenant text COLLATE "C" NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id text COLLATE "C" NOT NULL,
    source text COLLATE "C",
    packed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE imports (
    tenant text COLLATE "C" NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE import_items (
    tenant text COLLATE "C" NOT NULL,
    import text COLLATE "C" NOT NULL,
    position integer NOT NULL,
    owner text COLLATE "C",
    document text COLLATE "C",
    state text NOT NULL,
    file_name bytea,
    error bytea,
    PRIMARY KEY (tenant, import, position),
    CONSTRAINT import_items_import FOREIGN KEY (tenant, import) REFERENCES imports ON DELETE CASCADE,
    CONSTRAINT import_items_document FOREIGN KEY (tenant, document) REFERENCES documents
        ON DELETE SET NULL (document) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX import_items_document ON import_items (tenant, document);

CREATE TABLE answers (
    tenant text COLLATE "C" NOT NULL REFERENCES tenants ON DELETE CASCADE,
    key text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    answer bytea,
    PRIMARY KEY (tenant, key)
);
CREATE INDEX answers_age ON answers (tenant, claimed_at);
"""

OF_A_TENANT = (
    "api_keys", "data_keys", "documents", "candidates", "jobs", "cases", "receipts", "imports", "import_items",
    "answers",
)  # fmt: skip
# Sealed bytes do not compress: Postgres need not try.
SEALED = {"documents": ("file_name",), "candidates": ("profile", "text"), "jobs": ("requirements", "text"),
          "cases": ("packed",), "answers": ("answer",)}  # fmt: skip
CURRENT = "current_setting('matchgraph.tenant', true)"


def upgrade() -> None:
    op.execute(TABLES)
    for table in OF_A_TENANT:
        _protect(table, f"tenant = {CURRENT}")
    _protect("tenants", f"id = {CURRENT}")
    op.execute("CREATE POLICY operator ON tenants FOR SELECT TO CURRENT_USER USING (true)")
    # Whoever presents a key may see that key's row, to learn whose it is.
    op.execute(
        "CREATE POLICY presented ON api_keys FOR SELECT USING (sha256 = current_setting('matchgraph.key_sha256', true))"
    )
    for table, columns in SEALED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def _protect(table: str, rule: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING ({rule}) WITH CHECK ({rule})")
