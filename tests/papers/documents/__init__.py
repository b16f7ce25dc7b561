"""Whole papers, printed but not yet scanned: one module for each family of kinds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..letterhead import Head, Signing, write_head, write_signature, written_day
from ..sheet import Sheet
from . import decision, dispatch, licence, plan
from .draft import KINDS, Draft, Settle, begin

__all__ = ["KINDS", "Document", "Settle", "make_document"]

_WRITERS = {
    "qd": decision.write,
    "gp": licence.write,
    "gcn": licence.write,
    "cv": dispatch.write,
    "kh": plan.write,
    "tb": plan.write,
}


@dataclass(frozen=True)
class Document:
    """A printed paper: its sheets in order, and the values its record must hold (``meta`` of the truth)."""

    sheets: tuple[Sheet, ...]
    meta: dict[str, Any]


def make_document(
    kind: str,
    seed: int,
    dpi: int,
    family: str,
    phrases: Sequence[str] = (),
    max_pages: int = 4,
    settle: Settle | None = None,
    pen: bool = False,
) -> Document:
    """Print a paper of one of the KINDS at ``dpi`` pixels per inch.

    ``max_pages`` is a wish that only decisions keep strictly, by cutting their annex: other kinds stop writing
    when they reach it, but the signature may still spill over.
    ``pen``: number and day are written with a pen.
    """
    draft = begin(kind, random.Random(seed), dpi, family, phrases, max_pages, settle)
    agency = draft.agency
    subject = draft.title if kind == "cv" else None
    number = str(draft.number)
    hand = random.Random(f"pen {seed}") if pen else None
    write_head(
        draft.page,
        Head(agency.parent, agency.name, number, draft.symbol, agency.place, draft.day, subject, hand),
    )
    _WRITERS[kind](draft)
    write_signature(
        draft.page,
        Signing(draft.capacity.line, draft.capacity.title, draft.signer, draft.recipients, agency.name),
    )
    sheets = draft.page.sheets
    if kind == "qd" and max_pages > 1:
        decision.write_annex(draft)
    if kind == "qd":
        sheets = sheets[:max_pages]
    return Document(tuple(sheets), _meta(draft, family, len(sheets)))


def _meta(draft: Draft, family: str, page_count: int) -> dict[str, Any]:
    return {
        "doc_type": KINDS[draft.kind],
        "number": str(draft.number),
        "symbol": draft.symbol,
        "number_symbol": f"{draft.number}/{draft.symbol}",
        "issue_date": draft.day.isoformat(),
        "date_text": written_day(draft.day),
        "issuing_agency": draft.agency.name,
        "parent_agency": draft.agency.parent or "",
        "place": draft.agency.place,
        "title": draft.title,
        "signer_name": draft.signer,
        "signer_title": draft.capacity.title,
        "capacity": draft.capacity.abbreviation,
        "capacity_line": draft.capacity.line,
        "recipients": draft.recipients,
        "legal_bases": draft.legal_bases,
        "holder": draft.holder,
        "valid_from": draft.valid_from.isoformat() if draft.valid_from else None,
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else None,
        "procedure_code": draft.procedure.code if draft.holder else None,
        "procedure_name": draft.procedure.name if draft.holder else None,
        "page_count": page_count,
        "font": family,
        "font_size": draft.page.body_size,
    }
