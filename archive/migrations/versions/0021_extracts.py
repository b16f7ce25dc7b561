"""What of its record an extract shows and hides (ADR 0025)"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("copy", sa.Column("extract", sa.JSON(), nullable=True))
