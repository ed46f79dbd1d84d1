"""Which model versions serve: the history of changes, what trials showed, and the keys of those who may change it."""

from alembic import op

revision = "0003"
down_revision = "0002"

# `leased_until`: an open change that nobody renews is abandoned. `pins`: what a configuration asked for.
TABLES = """
CREATE TABLE changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text NOT NULL,
    wish jsonb NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    findings jsonb NOT NULL DEFAULT '[]',
    said text NOT NULL DEFAULT '',
    pins jsonb,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    leased_until timestamptz
);
CREATE UNIQUE INDEX changes_one_open ON changes ((true)) WHERE state = 'preparing';
CREATE INDEX changes_applied ON changes (id) WHERE state = 'applied';

CREATE TABLE tallies (
    revision bigint NOT NULL REFERENCES changes,
    process text NOT NULL,
    tally jsonb NOT NULL,
    PRIMARY KEY (revision, process)
);

CREATE TABLE operator_keys (
    sha256 text COLLATE "C" PRIMARY KEY,
    prefix text NOT NULL,
    label text NOT NULL CONSTRAINT operator_keys_label UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("changes", "tallies", "operator_keys"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    # No tenant's transaction sees or changes what serves; the store of changes says who it is.
    for table in ("changes", "tallies"):
        op.execute(f"CREATE POLICY plans ON {table} USING (current_setting('matchgraph.plans', true) = 'on')")
    op.execute("CREATE POLICY operator ON operator_keys TO CURRENT_USER USING (true)")
    op.execute(
        "CREATE POLICY presented ON operator_keys FOR SELECT "
        "USING (sha256 = current_setting('matchgraph.key_sha256', true))"
    )
