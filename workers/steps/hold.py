"""Hold: manifest and files into the holdings, read back and compared, entered in the register."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from archive import catalogue, holding, ledger, registers, scans
from archive.clock import stamp
from archive.errors import Problem
from archive.lifecycle import Act
from archive.steps import Claimed
from archive.tables import Agency, Document
from workers.worker import AGENT, Record
from workers.workshop import Workshop

PDF, JSON = "application/pdf", "application/json"


def hold(shop: Workshop, held: Claimed) -> Record:
    """Keep the sealed record for good. The register number is reserved first: the manifest carries it."""
    with shop.database.writing() as session:
        document = catalogue.document(session, held.document_id)
        number = registers.reserve(session, document.agency_id, registers.RECORDS, document.id, shop.clock())
    with shop.database.reading() as session:
        agency = session.get_one(Agency, document.agency_id)
        scanned = scans.files_of(session, document.id)
        about = _about(session, document, agency, number)
    if document.sealed_sha256 is None or document.reading_sha256 is None or document.report_sha256 is None:
        raise Problem(
            "NOT_SEALED", f"Hồ sơ {document.id} chưa được ký số", f"Document {document.id} is not sealed"
        )
    files = [
        holding.keep(shop.store, "record", document.sealed_sha256, PDF),
        *(holding.keep(shop.store, "original", scan.sha256, scan.media_type) for scan in scanned),
        holding.keep(shop.store, "reading", document.reading_sha256, JSON),
        holding.keep(shop.store, "report", document.report_sha256, JSON),
    ]
    manifest_sha256 = holding.keep_manifest(shop.store, about, files)

    def record(session: Session, at: datetime) -> None:
        now = session.get_one(Document, held.document_id)
        registers.enter(session, now.agency_id, registers.RECORDS, now.id)
        details = {
            "manifest": manifest_sha256,
            "register": f"{number.number}/{number.year}",
            "files": {file.role: file.sha256 for file in reversed(files)},
            "originals": [scan.sha256 for scan in scanned],
        }
        ledger.record(session, now, Act.HOLD, AGENT, at, details, manifest_sha256=manifest_sha256)

    return record


def _about(session: Session, document: Document, agency: Agency, number: registers.Number) -> dict[str, Any]:
    """What the catalogue knows of the record, enough to rebuild it."""
    scanned = {row.page: row for row in scans.pages_of(session, document.id)}
    files = {scan.id: scan.sha256 for scan in scans.files_of(session, document.id)}
    return {
        "document": document.id,
        "agency": {"code": agency.code, "name": agency.name},
        "form": document.form,
        "dossier": document.dossier,
        "name": document.name,
        "batch": document.batch_id,
        "received_at": stamp(document.received_at),
        "signed_already": document.signed_already,
        "register": {"kind": number.kind, "year": number.year, "number": number.number},
        "fields": catalogue.manifest_values(session, document),
        "pages": [
            {
                "number": page.number,
                "sha256": page.sha256,
                "width": page.width,
                "height": page.height,
                "role": scanned[page.number].role,
                "scan": files[scanned[page.number].scan_id],
                "scan_page": scanned[page.number].number,
            }
            for page in catalogue.pages(session, document.id)
        ],
        "history": [
            {
                "number": event.number,
                "act": event.act,
                "at": stamp(event.at),
                "agent": event.agent,
                "hash": event.hash,
            }
            for event in catalogue.events(session, document.id)
        ],
    }
