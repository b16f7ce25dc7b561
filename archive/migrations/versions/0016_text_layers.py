"""Text that a file brought along for a page, kept beside its image until it is read (ADR 0020)"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("page", sa.Column("text_sha256", sa.String(length=64), nullable=True))
