"""Issue: a granted copy becomes a PDF/A-3 with its own seal and the original inside, verified, then recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from archive import catalogue, copies, evidence, field_rows
from archive.copy_rows import CopyRequest
from archive.errors import Problem
from archive.fields import FieldValue
from archive.lifecycle import CopyState
from archive.printed import printed
from archive.steps import Claimed
from archive.store import HOLDINGS, WORK
from archive.tables import Agency, Copy, Document
from signing.statement import masked
from signing.terms import Certifier, CopyBasis, CopyTerms, OriginalSummary
from workers.jobs import EXTRACTS, SEALS
from workers.jobs.values import Chosen, Stated
from workers.marks import marks_of
from workers.patience import MENDABLE
from workers.verapdf import kept, sealed_as_pdfa
from workers.worker import AGENT, Record
from workers.workshop import Workshop

CERTIFIED = "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH"
"""Heading of a copy certified against the paper original (CC-11)."""


def issue(shop: Workshop, held: Claimed) -> Record:
    """Make the copy whose id is the step's input. A record that lost its standing meanwhile yields none, and a copy
    that was given up before nothing at all, however often its step is tried again."""
    at = shop.clock()
    with shop.database.reading() as session:
        copy = session.get_one(Copy, held.input)
        document = catalogue.document(session, copy.document_id)
        agency = session.get_one(Agency, document.agency_id)
        asked = session.get(CopyRequest, copy.id)
        refused = copies.why_not(session, document, at)
        original = evidence.newest(session, document.id, HOLDINGS, document.sealed_sha256 or "")
        values = field_rows.read(session, [document.id])[document.id]
    if copy.state != CopyState.GRANTED.value:
        return lambda session, at: None
    if refused is not None:
        raise refused
    terms = _terms(shop, copy, asked, document, agency, original.digest, at)
    last_day = None if asked is None else asked.valid_until
    whose = masked(_said(values, "holder_name")) if copy.extract is None else ""  # an extract may hide it
    stated = Stated(_said(values, "code"), whose, last_day)
    with TemporaryDirectory(dir=shop.scratch) as folder:
        made = Path(folder) / "copy.pdf"
        whole = evidence.assemble(shop.store, original, Path(folder) / "original.pdf")
        given = (whole, shop.settings.keys, agency.code, terms, stated)
        if copy.extract is None:
            run = partial(shop.children.resident.run, shop.settings.file_seconds)
            report = run(SEALS, "issue_copy", *given, at, made)
        else:
            run = partial(shop.children.run, shop.settings.file_seconds)
            report = run(EXTRACTS, "issue_extract", *given, _chosen(copy, document), at, made)
        pdfa = sealed_as_pdfa(made, shop.settings.verapdf, shop.settings.file_seconds)
        file_sha256 = shop.store.put_file(WORK, made)
    report_sha256 = shop.store.put(WORK, kept(report, pdfa))

    def record(session: Session, at: datetime) -> None:
        now = session.get_one(Copy, held.input)
        of = session.get_one(Document, now.document_id)
        copies.issued(session, now, of, file_sha256, report_sha256, AGENT, at)

    return record


def _terms(
    shop: Workshop,
    copy: Copy,
    asked: CopyRequest | None,
    document: Document,
    agency: Agency,
    sha256: str,
    at: datetime,
) -> CopyTerms:
    """What the copy says, with what the sealing found about the original and what the officer certified. ``sha256`` is
    that of the file attached: the record with its newest evidence."""
    report = json.loads(shop.store.get(HOLDINGS, document.report_sha256 or ""))
    signer = report["signer"]["common_name"] if report["signer"] else "–"
    original = OriginalSummary(
        sha256,
        signer,
        report["signing_time"] or "–",
        version=document.manifest_sha256 or "",
    )
    certifier = None
    if asked is not None and copies.CopyBasis(copy.basis) is copies.CopyBasis.ORIGINAL and asked.certifier:
        certifier = Certifier(
            asked.certifier,
            asked.certifier_title,
            copy.number or 0,
            asked.volume or 1,
            asked.pages,
            asked.quantity,
        )
    return CopyTerms(
        number=printed(copy, asked),
        year=copy.year or 0,
        basis=CopyBasis[copy.basis.upper()],
        agency_name=agency.name,
        recipient=copy.recipient,
        purpose=copy.purpose,
        verification_url=shop.settings.verification_url + (copy.code or ""),
        code=copy.code or "",
        issued_at=at,
        original=original,
        form="" if certifier is None else CERTIFIED,
        certifier=certifier,
        limits="" if asked is None else limits_text(asked),
        templates=marks_of(shop.settings),
    )


def limits_text(asked: CopyRequest) -> str:
    """How far the copy reaches, as its band says it; empty when it is not limited."""
    told = [
        f"đến hết ngày {asked.valid_until:%d/%m/%Y}" if asked.valid_until else "",
        f"dùng tối đa {asked.most_uses} lần" if asked.most_uses else "",
        "chỉ cho nơi nhận đã ghi" if asked.only_recipient else "",
        "chỉ cho mục đích đã ghi" if asked.only_purpose else "",
    ]
    named = "; ".join(one for one in told if one)
    return f"Giới hạn sử dụng: {named}." if named else ""


def _chosen(copy: Copy, document: Document) -> Chosen:
    told = copy.extract or {}
    return Chosen(tuple(told["show"]), tuple(told["hide"]), not document.signed_already)


def _said(values: Mapping[str, FieldValue], name: str) -> str:
    found = values.get(name)
    return "" if found is None else str(found.plain)


def give_up_copy(session: Session, held: Claimed, why: Problem, at: datetime) -> None:
    """The copy cannot be made: its number is void and the request refused with the reason.

    A fault of a key is nothing of the copy's: it stays granted, and the parked step makes it under the same number once
    the key is mended. A person who does not wait for that gives it up (``certification.give_up``).
    """
    if why.code in MENDABLE:
        return
    copy = session.get_one(Copy, held.input)
    if copy.state == CopyState.GRANTED.value:
        copies.give_up(session, copy, session.get_one(Document, copy.document_id), why, AGENT, at)
