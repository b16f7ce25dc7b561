"""Issue: a granted copy becomes a PDF/A-3 with its own seal and the original inside, verified, then recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from archive import catalogue, copies, field_rows
from archive.errors import Problem
from archive.fields import FieldValue
from archive.lifecycle import CopyState
from archive.steps import Claimed
from archive.store import HOLDINGS, WORK
from archive.tables import Agency, Copy, Document
from signing.statement import masked
from signing.terms import CopyBasis, CopyTerms, OriginalSummary
from workers.jobs import EXTRACTS, SEALS
from workers.jobs.values import Chosen, Stated
from workers.worker import AGENT, Record
from workers.workshop import Workshop


def issue(shop: Workshop, held: Claimed) -> Record:
    """Make the copy whose id is the step's input. A record that lost its standing meanwhile yields none."""
    at = shop.clock()
    with shop.database.reading() as session:
        copy = session.get_one(Copy, held.input)
        document = catalogue.document(session, copy.document_id)
        agency = session.get_one(Agency, document.agency_id)
        refused = copies.why_not(session, document, at)
        values = field_rows.read(session, [document.id])[document.id]
    if refused is not None:
        raise refused
    terms = _terms(shop, copy, document, agency, at)
    stated = Stated()  # an extract may hide what the record is called, and whose it is
    if copy.extract is None:
        stated = Stated(_said(values, "code"), masked(_said(values, "holder_name")))
    with TemporaryDirectory(dir=shop.scratch) as folder:
        made = Path(folder) / "copy.pdf"
        original = shop.store.path(HOLDINGS, document.sealed_sha256 or "")
        given = (original, shop.settings.keys, agency.code, terms, stated)
        run = partial(shop.children.run, shop.settings.file_seconds)
        if copy.extract is None:
            report = run(SEALS, "issue_copy", *given, at, made)
        else:
            report = run(EXTRACTS, "issue_extract", *given, _chosen(copy, document), at, made)
        file_sha256 = shop.store.put_file(WORK, made)
    report_sha256 = shop.store.put(WORK, report.to_json().encode())

    def record(session: Session, at: datetime) -> None:
        now = session.get_one(Copy, held.input)
        of = session.get_one(Document, now.document_id)
        copies.issued(session, now, of, file_sha256, report_sha256, AGENT, at)

    return record


def _terms(shop: Workshop, copy: Copy, document: Document, agency: Agency, at: datetime) -> CopyTerms:
    """What the copy says, with what the sealing found about the original."""
    report = json.loads(shop.store.get(HOLDINGS, document.report_sha256 or ""))
    signer = report["signer"]["common_name"] if report["signer"] else "–"
    return CopyTerms(
        number=f"{copy.number}/{copy.year}",
        year=copy.year or 0,
        basis=CopyBasis[copy.basis.upper()],
        agency_name=agency.name,
        recipient=copy.recipient,
        purpose=copy.purpose,
        verification_url=shop.settings.verification_url + (copy.code or ""),
        code=copy.code or "",
        issued_at=at,
        original=OriginalSummary(document.sealed_sha256 or "", signer, report["signing_time"] or "–"),
    )


def _chosen(copy: Copy, document: Document) -> Chosen:
    told = copy.extract or {}
    return Chosen(tuple(told["show"]), tuple(told["hide"]), not document.signed_already)


def _said(values: Mapping[str, FieldValue], name: str) -> str:
    found = values.get(name)
    return "" if found is None else str(found.plain)


def give_up_copy(session: Session, held: Claimed, why: Problem, at: datetime) -> None:
    """The copy cannot be made: its number is void and the request refused with the reason."""
    copy = session.get_one(Copy, held.input)
    if copy.state == CopyState.GRANTED.value:
        copies.give_up(session, copy, session.get_one(Document, copy.document_id), why, AGENT, at)
