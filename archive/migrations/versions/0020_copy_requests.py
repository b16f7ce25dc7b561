"""Copying as legal acts: requests with deadlines and fees, limits of use, uses, volumes of registers (ADR 0024)"""

import sqlalchemy as sa
from alembic import op

from archive.tables import Instant

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "copy_request",
        sa.Column("copy_id", sa.String(length=20), nullable=False),
        sa.Column("capacity", sa.String(length=14), nullable=False),
        sa.Column("requester", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("identity", "power")),
        sa.Column("relation", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("relation_proof", "death_proof")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("quantity", "pages", "fee")),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("slip", sa.Boolean(), nullable=False),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("presented_on", sa.Date(), nullable=True),
        sa.Column("wanted_anyway", sa.String(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("certifier", "certifier_title")),
        sa.Column("granted_at", Instant(), nullable=True),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.Column("printed", sa.String(length=80), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=True),
        sa.Column("original_version", sa.String(length=200), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("only_recipient", "only_purpose", "organisation")
        ),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"]),
        sa.PrimaryKeyConstraint("copy_id"),
    )
    op.create_index("ix_copy_request_due_at", "copy_request", ["due_at"], unique=False)
    op.create_table(
        "copy_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        *(sa.Column(name, sa.String(length=200), nullable=False) for name in ("who", "purpose", "agent")),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("copy_id", "key"),
    )
    op.create_table(
        "volume",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agency_id", "kind", "number"),
    )
    op.add_column("entry", sa.Column("volume", sa.Integer(), nullable=True))
