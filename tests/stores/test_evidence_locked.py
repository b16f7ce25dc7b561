"""Evidence on a real object-lock S3: laid beside the held object, whose version and retention stay as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio.commonconfig import COMPLIANCE

from archive import evidence
from archive.database import Database
from archive.lifecycle import Act
from archive.s3 import S3Store
from archive.store import HOLDINGS
from signing.report import Verdict
from tests import world
from tests.signing.generations import START, YEAR
from tests.stores.test_s3_locks import versions
from tests.workers.decades import an_archive
from workers.commands.renewing import renew_all


def test_a_locked_record_is_renewed_beside_its_version_which_keeps_its_retention(
    s3: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database: Database = world.a_database(tmp_path)
    archive = an_archive(database, tmp_path, monkeypatch, store=s3)
    document = archive.sealed()
    with database.reading() as session:
        sealed = session.get_one(world.Document, document).sealed_sha256 or ""
    held, original = s3.held(sealed), s3.get(HOLDINGS, sealed)
    archive.at = START + 11.8 * YEAR
    assert renew_all(archive.shop)[1] is None
    archive.at = START + 21.8 * YEAR
    assert renew_all(archive.shop)[1] is None
    assert archive.acts(document) == [Act.RENEW, Act.RENEW]

    assert versions(s3, sealed) == [held[0].id] and s3.held(sealed) == held
    assert s3.get(HOLDINGS, sealed) == original
    renewed = archive.file(document, tmp_path)
    assert renewed.startswith(original) and archive.verdict(renewed).verdict is Verdict.VALID
    with database.reading() as session:
        for one in evidence.of_document(session, document):
            for sha256 in (one.delta_sha256, one.manifest_sha256):
                lock = s3.held(sha256)[1]
                assert lock.mode == COMPLIANCE and lock.until is not None
                assert lock.until > datetime.now(UTC) + timedelta(days=3600)
    database.close()
