"""``hoso status`` and ``hoso show``: what there is."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from sqlalchemy.orm import Session

from archive import catalogue, copies, evidence, field_rows, fields, scans
from archive.catalogue import Listed
from archive.clock import VIETNAM, stamp, system_clock
from archive.copy_rows import CopyRequest
from archive.database import open_database
from archive.evidence import Evidence
from archive.printed import printed as number_of
from archive.settings import Settings
from archive.store import HOLDINGS, WORK, Store
from archive.storing import open_store
from archive.tables import Copy, Document, Page, ScannedPage
from workers.commands.lists import line_of, line_text
from workers.console import Console
from workers.tables import printed


def status(out: Console) -> None:
    """Every document with its main values, parked steps, refused files."""
    settings = Settings()
    database = open_database(settings.database)
    with database.reading() as session:
        found = overview(session)
    out.answer(found, lambda: overview_text(found))


def overview(session: Session, only: set[str] | None = None) -> dict[str, Any]:
    """What ``status`` answers; ``only`` these documents when given."""
    documents = [
        listed_as_dict(one) for one in catalogue.listing(session) if only is None or one.document.id in only
    ]
    parked = [
        {"document": step.document_id, "step": step.name, "attempt": step.attempt, "error": step.error}
        for step in catalogue.parked(session)
        if only is None or step.document_id in only
    ]
    waiting = [
        {"document": step.document_id, "step": step.name, "error": step.error}
        for step in catalogue.waiting(session)
        if step.error and (only is None or step.document_id in only)
    ]
    refused = [
        {"batch": one.batch_id, "path": one.path, "code": one.code, "reason": {"vi": one.vi, "en": one.en}}
        for one in catalogue.refused(session)
    ]
    return {"documents": documents, "parked": parked, "waiting": waiting, "refused": refused}


def listed_as_dict(one: Listed) -> dict[str, Any]:
    """One document's line."""
    return {
        "id": one.document.id,
        "state": one.document.state,
        "standing": copies.standing(
            one.document, one.text("valid_until") or None, system_clock().astimezone(VIETNAM).date()
        ).value,
        "form": one.document.form,
        **{name: one.text(name) for name in ("code", "doc_type", "issuer", "number", "issued_on", "subject")},
        "confidence": round(fields.confidence(one.fields), 3) if one.fields else None,
        "warnings": sorted({finding["code"] for finding in one.document.findings or ()}),
        "name": one.document.name,
    }


def overview_text(found: dict[str, Any]) -> str:
    """The overview as tables for people."""
    table = Table(title=f"Hồ sơ / documents: {len(found['documents'])}", title_justify="left")
    for heading in ("id", "code", "form", "issuer", "number", "date", "subject", "conf.", "state"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("id", "date", "conf.", "state"))
    for one in found["documents"]:
        confidence = "" if one["confidence"] is None else f"{one['confidence']:.2f}"
        table.add_row(
            one["id"], one["code"], one["form"], one["issuer"], one["number"], one["issued_on"], one["subject"],
            confidence, one["state"],
        )  # fmt: skip
    text = printed(table)
    for one in found["parked"]:
        text += f"\nCHỜ XỬ LÝ / parked  {one['document']} {one['step']}: {one['error']['code']}: {one['error']['vi']}"
    for one in found.get("waiting", ()):
        text += f"\nĐANG ĐỢI / waiting  {one['document']} {one['step']}: {one['error']['code']}: {one['error']['vi']}"
    for one in found["refused"]:
        text += f"\nTỪ CHỐI / refused   {one['path']}: {one['code']}: {one['reason']['vi']}"
    return text


def show(out: Console, document_id: str) -> None:
    """Everything about one document."""
    settings = Settings()
    database = open_database(settings.database)
    store = open_store(settings)
    with database.reading() as session:
        document = catalogue.document(session, document_id)
        found = _whole(session, document, store, settings)
    out.answer(found, lambda: _whole_text(found))


def _whole(session: Session, document: Document, store: Store, settings: Settings) -> dict[str, Any]:
    values = field_rows.read(session, [document.id])[document.id]
    area = HOLDINGS if document.manifest_sha256 else WORK
    return {
        "id": document.id,
        "state": document.state,
        "standing": catalogue.standing(session, document, system_clock()).value,
        "standing_reason": document.standing_reason,
        "name": document.name,
        "form": document.form,
        "dossier": document.dossier,
        "scanned": scans.account_of_files(session, document.id).as_dict(),
        "head_pages": document.head_pages or [],
        "batch": document.batch_id,
        "received_at": stamp(document.received_at),
        "signed_already": document.signed_already,
        "confidence": round(fields.confidence(values), 3) if values else None,
        "fields": {name: _field(value) for name, value in values.items()},
        "findings": document.findings or [],
        "pages": [
            _page(page, scanned, store)
            for page, scanned in zip(
                catalogue.pages(session, document.id), scans.pages_of(session, document.id), strict=True
            )
        ],
        "files": {
            "original": _path(store, WORK, catalogue.scan(session, document).sha256),
            "originals": [_path(store, WORK, one.sha256) for one in scans.files_of(session, document.id)],
            "draft": _path(store, WORK, document.draft_sha256),
            "sealed": _path(store, area, document.sealed_sha256),
            "report": _path(store, area, document.report_sha256),
            "manifest": _path(store, HOLDINGS, document.manifest_sha256),
        },
        "evidence": [_evidence(one, store) for one in evidence.of_document(session, document.id)],
        "list": line_of(session, document, values),
        "copies": [
            copy_as_dict(copy, settings, session.get(CopyRequest, copy.id))
            for copy in catalogue.copies_of(session, document.id)
        ],
        "parked": [
            {"step": step.name, "attempt": step.attempt, "error": step.error}
            for step in catalogue.parked(session)
            if step.document_id == document.id
        ],
        "history": [
            {
                "number": event.number, "at": stamp(event.at), "act": event.act, "agent": event.agent,
                "details": event.details, "hash": event.hash,
            }
            for event in catalogue.events(session, document.id)
        ],
    }  # fmt: skip


def copy_as_dict(copy: Copy, settings: Settings, asked: CopyRequest | None = None) -> dict[str, Any]:
    """A copy's line."""
    return {
        "copy": copy.id,
        "state": copy.state,
        "basis": copy.basis,
        "number": None if copy.number is None else number_of(copy, asked),
        "code": copy.code,
        "url": None if copy.code is None else settings.verification_url + copy.code,
        "recipient": copy.recipient,
        "purpose": copy.purpose,
        "reason": copy.reason,
        "extract": copy.extract,
    }


def _evidence(one: Evidence, store: Store) -> dict[str, Any]:
    return {
        "subject": one.subject, "ordinal": one.ordinal, "sha256": one.digest, "made_at": stamp(one.made_at),
        "ends_at": stamp(one.ends_at), "algorithms": one.algorithms, "file": _path(store, HOLDINGS, one.delta_sha256),
    }  # fmt: skip


def account_text(of: dict[str, int]) -> str:
    """``5 trang quét: 3 nội dung, 1 trắng, 1 phân tách`` and the same in English."""
    return (
        f"{of['scanned']} trang quét: {of['content']} nội dung, {of['blank']} trắng, {of['separator']} phân tách / "
        f"{of['scanned']} scanned: {of['content']} content, {of['blank']} blank, {of['separator']} separator"
    )


def _field(value: fields.FieldValue) -> dict[str, Any]:
    return {
        "value": value.plain, "confidence": round(value.confidence, 3), "page": value.page,
        "box": None if value.box is None else [*value.box], "origin": value.origin,
    }  # fmt: skip


def _page(page: Page, scanned: ScannedPage, store: Store) -> dict[str, Any]:
    return {
        "number": page.number, "role": scanned.role, "scan_page": scanned.number,
        "width": page.width, "height": page.height, "dpi": round(page.dpi, 1),
        "read": page.reading_sha256 is not None, "failure": page.failure,
        "image": _path(store, WORK, page.sha256),
    }  # fmt: skip


def _path(store: Store, area: str, sha256: str | None) -> str | None:
    return None if sha256 is None else str(store.path(area, sha256).resolve())


def _whole_text(found: dict[str, Any]) -> str:
    lines = [f"{found['id']}  {found['state']}  {found['standing']}  {found['name']}"]
    table = Table("trường / field", "giá trị / value", "tin cậy / conf.", "trang / page", "nguồn / origin")
    for name, field in found["fields"].items():
        value = "\n".join(field["value"]) if isinstance(field["value"], list) else str(field["value"])
        table.add_row(name, value, f"{field['confidence']:.2f}", str(field["page"] or ""), field["origin"])
    lines.append(printed(table))
    lines += line_text(found["list"])
    lines += [
        f"CẢNH BÁO / warning {one['code']} ({', '.join(one['fields']) or '-'}): {one['vi']} / {one['en']}"
        for one in found["findings"]
    ]
    lines.append(account_text(found["scanned"]))
    if found["dossier"]:
        lines.append(f"mã hồ sơ / dossier: {found['dossier']}")
    lines += [
        f"trang {page} có thể mở đầu văn bản khác / page {page} may begin another document: "
        f"hoso review {found['id']} --split {page} --as …"
        for page in found["head_pages"]
    ]
    lines += [f"{name}: {path}" for name, path in found["files"].items() if path and name != "originals"]
    lines += [
        f"CHỜ / parked {one['step']}: {one['error']['code']} {one['error']['vi']}" for one in found["parked"]
    ]
    lines += [f"bản sao / copy {one['number']}: {one['state']} {one['recipient']}" for one in found["copies"]]
    lines += [
        f"bằng chứng gia hạn / renewed evidence {one['subject']} {one['ordinal']}: {one['made_at'][:10]} → "
        f"{one['ends_at'][:10]} {one['file']}"
        for one in found["evidence"]
    ]
    lines += [f"{one['at']}  {one['act']}  {one['agent']}" for one in found["history"]]
    return "\n".join(lines)
