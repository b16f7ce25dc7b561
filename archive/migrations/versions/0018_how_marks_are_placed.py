"""How the place of the agency's mark was found, beside where it is (ADR 0022)"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("document", sa.Column("mark_method", sa.String(length=8), nullable=True))
