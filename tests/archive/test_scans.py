"""Scanned pages in the database: those of documents from before are there too."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from archive import migrating

BEFORE = "0011"
"""The last revision that knew pages of documents only."""

ROWS = """
INSERT INTO agency VALUES (1, 'H01', 'SỞ', '2026-01-01', 0, 'x');
INSERT INTO batch VALUES ('batch-1', 1, '', '2026-01-01');
INSERT INTO scan VALUES (7, 1, 'aa', 5, 'image/tiff');
INSERT INTO document (id, agency_id, batch_id, scan_id, name, form, state, signed_already, received_at, corrected,
  standing, standing_reason) VALUES ('doc-1', 1, 'batch-1', 7, 'a.tif', '', 'READ', 0, '2026-01-01', 0, 'valid', '');
INSERT INTO page (document_id, number, sha256, width, height, dpi, turned) VALUES ('doc-1', 1, 'b', 1, 1, 200, 0);
INSERT INTO page (document_id, number, sha256, width, height, dpi, turned) VALUES ('doc-1', 2, 'c', 1, 1, 200, 0)
"""


def test_pages_of_documents_from_before_are_accounted_for(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with engine.begin() as connection:
        config = migrating._config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        for row in ROWS.split(";"):
            connection.execute(text(row))
        migrating.upgrade(connection)
        found = connection.execute(text("SELECT * FROM scanned_page ORDER BY number")).all()
        assert [tuple(row) for row in found] == [
            (7, number, "batch-1", "content", "doc-1", number, "") for number in (1, 2)
        ]
        document = connection.execute(text("SELECT scan_page, dossier, head_pages FROM document")).one()
        assert tuple(document) == (1, None, None)
    engine.dispose()
