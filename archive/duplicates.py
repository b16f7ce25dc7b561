"""V-15: the same paper twice, or one number given twice (NĐ 30/2020/NĐ-CP, annex VI: number, notation, organ).

On real papers one number does stand twice in a year with different days, in two series of one office: so both are told
to a person, never put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session, aliased

from archive import history
from archive.fields import FieldValue
from archive.folding import words
from archive.lifecycle import State
from archive.reuse.tables import Dossier
from archive.tables import Agency, Document, FieldRow

LEAST_SURE = 0.5
"""A number that fits no grammar proves nothing."""

MOST_TOLD = 5
GONE = (State.WITHDRAWN.value, State.RETURNED.value)


def same_number(
    session: Session, document: Document, values: Mapping[str, FieldValue]
) -> list[dict[str, Any]]:
    """Findings V-15 about other documents of the agency's archive with this number, notation and issuer."""
    code = values.get("code")
    if code is None or code.confidence < LEAST_SURE:
        return []
    history.head(
        session, document.agency_id
    )  # of two readings at the same time the second knows of the first
    issuer, day = aliased(FieldRow), aliased(FieldRow)
    query = (
        select(Document.id, Document.name, issuer.value.label("issuer"), day.value.label("day"))
        .join(FieldRow, FieldRow.document_id == Document.id)
        .outerjoin(issuer, (issuer.document_id == Document.id) & (issuer.name == "issuer"))
        .outerjoin(day, (day.document_id == Document.id) & (day.name == "issued_on"))
        # The name stands in the statement as it stands in the index ``field_code``.
        .where(FieldRow.name == literal_column("'code'"), FieldRow.value == code.values[0])
        .where(
            Document.agency_id == document.agency_id, Document.id != document.id, Document.state.not_in(GONE)
        )
        .order_by(Document.received_at, Document.id)
        .limit(50)
    )
    own_issuer, own_day = _text(values, "issuer"), _text(values, "issued_on")
    found = []
    for row in session.execute(query):
        if own_issuer and row.issuer and _folded(row.issuer) != _folded(own_issuer):
            continue
        found.append(_told(code, row.id, row.name, own_day, row.day or ""))
    return found[:MOST_TOLD]


def dossier_elsewhere(session: Session, document: Document, code: FieldValue) -> list[dict[str, Any]]:
    """Finding V-19: the dossier that the paper names was opened here at another agency. One dossier may have several
    results, so the same code on several papers is no finding."""
    row = session.execute(
        select(Agency.name, Dossier.agency_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(Dossier.key == code.values[0].upper())
    ).first()
    if row is None or row.agency_id == document.agency_id:
        return []
    return [
        _finding(
            "V-19", code, [code.name], f"Hồ sơ {code.values[0]} thuộc cơ quan khác: {row.name}",
            f"The dossier {code.values[0]} is of another agency: {row.name}",
        )
    ]  # fmt: skip


def _told(code: FieldValue, other: str, name: str, own_day: str, day: str) -> dict[str, Any]:
    number = code.values[0]
    if own_day and day and own_day != day:
        return _finding(
            "V-15", code, ["code", "issued_on"],
            f"Số {number} đã có ở {other} («{name}») với ngày khác: {_day(day)}",
            f"The number {number} is in {other} ({name!r}) with another day: {_day(day)}",
        )  # fmt: skip
    return _finding(
        "V-15", code, ["code"], f"Giấy số {number} cùng cơ quan, cùng ngày đã có: {other} («{name}»)",
        f"The paper {number} of this agency and day is here already: {other} ({name!r})",
    )  # fmt: skip


def _finding(code: str, at: FieldValue, names: list[str], vi: str, en: str) -> dict[str, Any]:
    """In the shape that findings of a reading have (``ocr.checks``)."""
    box = None if at.box is None else [*at.box]
    return {"code": code, "fields": names, "vi": vi, "en": en, "page": at.page, "box": box}


def _text(values: Mapping[str, FieldValue], name: str) -> str:
    return values[name].values[0] if name in values else ""


def _folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


def _day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))
