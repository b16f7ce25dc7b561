"""The extract (TRÍCH SAO): a new PDF/A-3b of pictures of the parts shown, bound to the original by a sealed list.

The list (`trich-sao.json`, attached) names the original by its SHA-256, who sealed it and when, the pages and regions
shown, and the SHA-256 of each picture in this file. The agency's seal covers all of it: that proves it to strangers.
Who holds the original can draw it again and compare (`extract_check`). Nobody can compute the hidden part back: the
list has no digest of anything that is not shown, and the original's digest covers random bytes of its signatures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name
from pikepdf import pdfa as checker
from pyhanko.sign.timestamps import TimeStamper

from signing.copy import FLAVOUR, add_band, describe
from signing.errors import NotCopied
from signing.key import SealKey
from signing.mark import HANOI, Mark
from signing.redaction import Drawn
from signing.report import Verdict
from signing.seal import Sealed, seal
from signing.terms import CopyDraft, CopyTerms
from signing.trust import Trust
from signing.verify import verify

LIST_FORMAT = "hoso-extract-1"
FILE_NAME = "trich-sao.json"


def build(pictures: bytes, drawn: Sequence[Drawn], original_pages: int, terms: CopyTerms) -> CopyDraft:
    """Give the unsealed extract from a PDF/A-2b of the pictures of `drawn`, in the same order, made elsewhere.

    Raises:
        NotCopied: FORMAT_FAILURE, the PDF has other pages.
    """
    with pikepdf.open(BytesIO(pictures)) as pdf:
        if len(pdf.pages) != len(drawn):
            raise NotCopied("FORMAT_FAILURE", f"{len(pdf.pages)} pages for {len(drawn)} pictures")
        rows = [_row(page, one) for page, one in zip(pdf.pages, drawn, strict=True)]
        mark_box = add_band(pdf, terms)
        _attach(pdf, _list(rows, original_pages, terms), terms.issued_at)
        describe(pdf, terms)
        out = BytesIO()
        settings = checker.resolve_save_kwargs(
            FLAVOUR,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            min_version="1.7",
        )
        pdf.save(out, **settings)
    return CopyDraft(out.getvalue(), mark_box, terms)


def certify(
    draft: CopyDraft, original: bytes, *, key: SealKey, timestamper: TimeStamper, trust: Trust, at: datetime
) -> Sealed:
    """Give the extract sealed by the copying agency, after checking that the original is VALID at `at`.

    Raises:
        NotCopied: ORIGINAL_DIFFERS or ORIGINAL_NOT_VALID.
        NotSealed, TimestampUnavailable: as `seal` does.
    """
    if hashlib.sha256(original).hexdigest() != draft.terms.original.sha256.lower():
        raise NotCopied("ORIGINAL_DIFFERS")
    judged = verify(original, trust, at=at)
    if judged.verdict is not Verdict.VALID:
        raise NotCopied("ORIGINAL_NOT_VALID", judged.reason)
    rule = draft.terms.rule(at)
    mark = Mark(draft.terms.agency_name, at, draft.mark_box, draft.terms.heading, template=rule)
    reason = f"{draft.terms.heading}. Số: {draft.terms.number}"
    return seal(draft.pdf, key=key, timestamper=timestamper, trust=trust, mark=mark, at=at, reason=reason)


def picture(page: pikepdf.Page) -> pikepdf.Stream:
    """Give the one picture of an extract's page. Raises NotCopied FORMAT_FAILURE."""
    found = page.obj.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    images = [one for one in found.values() if one.get("/Subtype") == Name.Image]
    if len(images) != 1 or not isinstance(images[0], pikepdf.Stream):
        raise NotCopied("FORMAT_FAILURE", f"{len(images)} pictures on a page")
    return images[0]


def _row(page: pikepdf.Page, one: Drawn) -> dict[str, Any]:
    width, height = one.picture.size
    return {
        "page": one.part.page,
        "whole": one.part.whole,
        "show": [list(box) for box in one.show],
        "hide": [list(box) for box in one.hide],
        "width": width,
        "height": height,
        "dpi": round(one.dpi, 2),
        "picture_sha256": hashlib.sha256(picture(page).read_raw_bytes()).hexdigest(),
    }


def _list(rows: list[dict[str, Any]], original_pages: int, terms: CopyTerms) -> bytes:
    original = terms.original
    told = {
        "format": LIST_FORMAT,
        "copy": {
            "number": terms.number,
            "year": terms.year,
            "agency": terms.agency_name,
            "issued_at": terms.issued_at.astimezone(HANOI).replace(microsecond=0).isoformat(),
        },
        "original": {
            "sha256": original.sha256.lower(),
            "signer": original.signer,
            "signed_at": original.signing_time,
            "pages": original_pages,
        },
        "pages": rows,
        "drawn_by": f"pdfium {pypdfium2.PDFIUM_INFO}",
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _attach(pdf: pikepdf.Pdf, data: bytes, issued_at: datetime) -> None:
    """Attach the list as data of the file (ISO 19005-3 6.8)."""
    moment = f"{issued_at.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
    spec = pikepdf.AttachedFileSpec(
        pdf,
        data,
        description="Bản kê phần được trích và mã băm của bản gốc",
        filename=FILE_NAME,
        mime_type="application/json",
        creation_date=moment,
        mod_date=moment,
    )
    spec.relationship = Name.Data
    pdf.attachments[FILE_NAME] = spec
    pdf.Root.AF = Array([spec.obj])
