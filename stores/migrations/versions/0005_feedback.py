"""What people made of matches, and the features that those were judged by."""

from alembic import op

revision = "0005"
down_revision = "0004"

# `candidate` and `job` are the pair's two sides, NULL where one was a text. What is sealed is sealed with the
# candidate's key, a job's where the candidate was a text.
TABLES = """
CREATE TABLE served (
    tenant text COLLATE "C" NOT NULL,
    match text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    candidate text COLLATE "C",
    job text COLLATE "C",
    features bytea NOT NULL,
    PRIMARY KEY (tenant, match, owner),
    CONSTRAINT served_match FOREIGN KEY (tenant, match) REFERENCES receipts ON DELETE CASCADE
);
CREATE INDEX served_candidate ON served (tenant, candidate);
CREATE INDEX served_job ON served (tenant, job);

CREATE TABLE feedback (
    tenant text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    match text COLLATE "C" NOT NULL,
    candidate text COLLATE "C",
    job text COLLATE "C",
    packed bytea NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT feedback_match FOREIGN KEY (tenant, match) REFERENCES receipts ON DELETE CASCADE
);
CREATE INDEX feedback_of_match ON feedback (tenant, match, id);
CREATE INDEX feedback_candidate ON feedback (tenant, candidate);
CREATE INDEX feedback_job ON feedback (tenant, job);
"""
RULE = "tenant = current_setting('matchgraph.tenant', true)"


def upgrade() -> None:
    op.execute(TABLES)
    for table, sealed in (("served", "features"), ("feedback", "packed")):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING ({RULE}) WITH CHECK ({RULE})")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {sealed} SET STORAGE EXTERNAL")
