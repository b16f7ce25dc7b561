"""Every scanned page with its role and where it went; documents that begin within a file (ADR 0015)"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "scanned_page",
        sa.Column("scan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(length=20), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("document_id", sa.String(length=20), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("payload", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"]),
        sa.PrimaryKeyConstraint("scan_id", "number"),
    )
    op.create_index("scanned_page_document", "scanned_page", ["document_id", "page"])
    op.create_index("scanned_page_batch", "scanned_page", ["batch_id"])
    # Until now a file was one document and its pages were all its own; which of them are blank was not kept.
    op.execute(
        "INSERT INTO scanned_page (scan_id, number, batch_id, role, document_id, page, payload) "
        "SELECT document.scan_id, page.number, document.batch_id, 'content', document.id, page.number, '' "
        "FROM page JOIN document ON document.id = page.document_id"
    )
    op.add_column("document", sa.Column("scan_page", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("document", sa.Column("dossier", sa.String(length=80), nullable=True))
    op.add_column("document", sa.Column("head_pages", sa.JSON(), nullable=True))
