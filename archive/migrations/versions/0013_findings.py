"""What checks of the reading found, kept with the document; codes found by their value"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("document") as document:
        document.add_column(sa.Column("findings", sa.JSON(), nullable=True))
    op.create_index(
        "field_code",
        "field",
        ["value"],
        sqlite_where=sa.text("name = 'code'"),
        postgresql_where=sa.text("name = 'code'"),
    )
