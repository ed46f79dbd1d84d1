"""Alembic's entry: runs the migrations on the connection that `stores.sql_migrate` hands over."""

from alembic import context

from stores.sql_tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
