"""What was set aside while a document was read: hidden, disguised or stuffed words, instructions to programs."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for table in ("candidates", "jobs"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN flags bytea")  # NULL: none
