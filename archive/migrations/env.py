"""Alembic's entry: runs on the connection that ``Database.migrate`` hands over."""

from alembic import context

from archive import (  # noqa: F401
    chores,
    copy_rows,
    deliveries,
    evidence,
    lessons,
    list_matches,
    paper_lists,
    people,
    proofs,
    search,
)
from archive.reuse import tables  # noqa: F401
from archive.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
