"""Written answers that the register has no entry (NĐ 23/2015/NĐ-CP Đ.17), for the office and for who asked"""

import sqlalchemy as sa
from alembic import op

from archive.tables import Instant

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "written_answer",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("holder", sa.String(length=20), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("about", "text")),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("written_answer_agency", "written_answer", ["agency_id", "answered_at"])
    op.create_index("written_answer_holder", "written_answer", ["holder", "answered_at"])
