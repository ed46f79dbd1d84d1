"""What another encoder needs: the passages of each document, and which embedders' collections are kept whole."""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE passages (
    tenant text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    document text COLLATE "C" NOT NULL,
    packed bytea NOT NULL,
    PRIMARY KEY (tenant, owner),
    CONSTRAINT passages_key FOREIGN KEY (tenant, owner) REFERENCES data_keys ON DELETE CASCADE
);
ALTER TABLE passages ALTER COLUMN packed SET STORAGE EXTERNAL;
"""

# Asked in every transaction that writes a document, which sees nothing else of the changes. An ordinary role may not
# attach a setting to a function (`SET matchgraph.plans = 'on'`), so the function sets it for a moment.
WANTED = """
CREATE FUNCTION embedders_wanted() RETURNS TABLE (name text, number integer)
LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('matchgraph.plans', true), '');
BEGIN
    PERFORM set_config('matchgraph.plans', 'on', true);
    RETURN QUERY
        SELECT DISTINCT one ->> 'name', (one ->> 'number')::integer
        FROM (
            (SELECT after FROM changes WHERE state = 'applied' ORDER BY id DESC LIMIT 1)
            UNION ALL
            (SELECT after FROM changes WHERE state = 'preparing')
        ) AS plans,
        LATERAL (VALUES (after #> '{serving,embedder}'), (after #> '{previous,embedder}')) AS named (one)
        WHERE one IS NOT NULL;
    PERFORM set_config('matchgraph.plans', before, true);
END
$$
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute("ALTER TABLE changes ADD COLUMN taken integer NOT NULL DEFAULT 0")  # times that its maker died
    rule = "tenant = current_setting('matchgraph.tenant', true)"
    op.execute("ALTER TABLE passages ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE passages FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON passages USING ({rule}) WITH CHECK ({rule})")
    op.execute(WANTED)
    # Whoever fills a collection learns which tenants there are; their rows it still reads one tenant at a time.
    op.execute("CREATE POLICY plans ON tenants FOR SELECT USING (current_setting('matchgraph.plans', true) = 'on')")
