"""Alembic's entry: runs on the connection that ``Database.migrate`` hands over."""

from alembic import context

from archive import copy_rows, deliveries, lessons, list_matches, paper_lists, people, search  # noqa: F401  every module with tables has to be known
from archive.reuse import tables  # noqa: F401
from archive.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
