"""Batches that an officer captures at the counter: who signs, how many originals there are, why it failed (ADR 0032)"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("officer", sa.String(length=100), nullable=True))
    op.add_column("delivery", sa.Column("originals", sa.Integer(), nullable=True))
    op.add_column("delivery", sa.Column("failure", sa.JSON(), nullable=True))
