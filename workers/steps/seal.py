"""Seal: what a person approved gets the agency's mark and seal, and is verified before anything is stored."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from archive import catalogue, field_rows, ledger
from archive.errors import Problem
from archive.lifecycle import Act
from archive.steps import Claimed
from archive.store import WORK
from archive.tables import Agency, Document
from signing.report import SealReport
from workers.jobs import SEALS
from workers.marks import marks_of
from workers.steps.read import draft
from workers.verapdf import NOT_CHECKED, kept, sealed_as_pdfa
from workers.worker import AGENT, Record
from workers.workshop import Workshop


def seal(shop: Workshop, held: Claimed) -> Record:
    """Seal the approved draft. Run again it makes another seal; only the one that is recorded counts.

    A paper that came signed keeps its bytes and its signatures: they are verified and reported, nothing is added.
    """
    with shop.database.reading() as session:
        document = catalogue.document(session, held.document_id)
        agency = session.get_one(Agency, document.agency_id)
        scan = catalogue.scan(session, document)
    at = shop.clock()
    pdfa = NOT_CHECKED
    with TemporaryDirectory(dir=shop.scratch) as folder:
        if document.signed_already:
            report = shop.children.run(
                shop.settings.verify_seconds,
                SEALS,
                "check_file",
                shop.store.path(WORK, scan.sha256),
                shop.settings.keys,
                at,
                None,
            )
            sealed_sha256 = scan.sha256
        else:
            templates = marks_of(shop.settings)
            pdf, box, method = _approved_draft(shop, document, Path(folder))
            sealed = Path(folder) / "sealed.pdf"
            report = shop.children.resident.run(
                shop.settings.file_seconds,
                SEALS,
                "seal_draft",
                pdf,
                shop.settings.keys,
                agency.code,
                agency.name,
                box,
                at,
                sealed,
                method,
                document.form,
                templates,
            )
            pdfa = sealed_as_pdfa(sealed, shop.settings.verapdf, shop.settings.file_seconds)
            sealed_sha256 = shop.store.put_file(WORK, sealed)
    report_sha256 = shop.store.put(WORK, kept(report, pdfa))

    def record(session: Session, at: datetime) -> None:
        now = session.get_one(Document, held.document_id)
        ledger.record(
            session, now, Act.SEAL, AGENT, at, _details(report, sealed_sha256, report_sha256, now),
            sealed_sha256=sealed_sha256, report_sha256=report_sha256,
        )  # fmt: skip

    return record


def _details(report: SealReport, sealed: str, kept: str, document: Document) -> dict[str, Any]:
    return {
        "sealed": sealed,
        "report": kept,
        "verdict": report.verdict.value,
        "signer": None if report.signer is None else report.signer.common_name,
        "signing_time": report.signing_time,
        "kept_as_signed": document.signed_already,
        "marks": [asdict(one) for one in report.marks],
    }


def _approved_draft(
    shop: Workshop, document: Document, folder: Path
) -> tuple[Path, tuple[float, float, float, float], str]:
    """The draft that was approved, the mark's box and how its place was found; drawn anew when a person corrected
    values (they stand in its metadata)."""
    if not document.corrected:
        if document.draft_sha256 is None or document.mark_box is None:
            raise Problem(
                "NO_DRAFT", f"Hồ sơ {document.id} chưa có bản nháp", f"Document {document.id} has no draft"
            )
        x0, y0, x1, y1 = document.mark_box
        return shop.store.path(WORK, document.draft_sha256), (x0, y0, x1, y1), document.mark_method or ""
    with shop.database.reading() as session:
        pages = catalogue.pages(session, document.id)
        approved = tuple(field_rows.read(session, [document.id])[document.id].values())
    pdf = folder / "approved.pdf"
    drafted = draft(shop, document.id, pages, approved, pdf, folder / "reading.json")
    return pdf, drafted.mark_box, drafted.mark_method
