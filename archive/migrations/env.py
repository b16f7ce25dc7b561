"""Alembic's entry: runs on the connection that ``Database.migrate`` hands over."""

from alembic import context

from archive import snapshots  # noqa: F401  knows every module with tables
from archive.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
