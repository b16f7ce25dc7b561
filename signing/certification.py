"""Copies certified from the paper original (P5): wording on the last page, certifier and agency sign one file.

NĐ 45/2020 Đ.10: the certifier enters the wording (lời chứng), signs, then the agency signs. In PDF the first signature
is the one that can certify, so the certifier's permits nothing but filling the agency's field, which is there, empty,
before it (an added field would break it, measured); the agency's signature locks all fields. Any further signature or
change makes the file INVALID. Both signatures are B-LTA under one document timestamp.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO

import pikepdf
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.path import ValidationPath

from signing import copy as copying
from signing import pages
from signing.embed import font
from signing.errors import NotCopied, NotSealed, TimestampUnavailable
from signing.finish import finished
from signing.fitness import fit_to_seal, fresh_context, path_in_force
from signing.key import SealKey
from signing.mark import HANOI, LEADING, Line, Mark, drawn, mark_size
from signing.places import Picture, place
from signing.raster import picture_of
from signing.report import Placed
from signing.seal import Sealed, box_of, placed, proven, sign, with_evidence
from signing.sheet import Box
from signing.templates import Template, in_force
from signing.terms import CertificationDraft, CertificationTerms
from signing.timestamp import GuardedTimestamper
from signing.trust import Trust
from signing.typeface import marks
from signing.writer import Writer

CERTIFIER, AGENCY = "Certifier", "Agency"
GAP = 8.0
FRAME_PT = 0.5


def build(paper: bytes, terms: CertificationTerms) -> CertificationDraft:
    """Give the unsigned copy: the pages as they are, the wording where the last page has room or below it.

    Raises:
        NotCopied: ORIGINAL_DIFFERS, the digest in the terms of the copy is another file's; FORMAT_FAILURE;
            PAGE_ROTATED, by no quarter turn.
    """
    if terms.copy is not None and hashlib.sha256(paper).hexdigest() != terms.copy.original.sha256.lower():
        raise NotCopied("ORIGINAL_DIFFERS")
    try:
        pdf = pikepdf.open(BytesIO(paper))
    except pikepdf.PdfError as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error
    with pdf:
        if not pdf.pages:
            raise NotCopied("FORMAT_FAILURE", "no pages")
        copying.flatten(pdf)
        flavour = _flavour(pdf)
        if terms.copy is not None:
            copying.dress(pdf, paper, terms.copy)
            flavour = copying.FLAVOUR
        last = len(pdf.pages) - 1
        picture = picture_of(copying.save(pdf, flavour), last)
        boxes, method = _add_wording(pdf, pdf.pages[last], picture, terms)
        return CertificationDraft(copying.save(pdf, flavour), last, *boxes, method, terms)


def certify(
    draft: CertificationDraft,
    *,
    certifier: SealKey,
    agency: SealKey,
    timestamper: TimeStamper,
    trust: Trust,
    at: datetime,
) -> Sealed:
    """Give the draft signed by the certifier, then by the agency, B-LTA, and found VALID.

    ``certifier``: the personal key of who certifies; that the terms name its holder is the caller's business.

    Raises:
        NotCopied: ORIGINAL_NOT_VALID, the attached original is not VALID at ``at``.
        NotSealed, TimestampUnavailable: as `seal` does; a failure gives no bytes.
    """
    terms = draft.terms
    first = Mark(
        terms.agency_name, at, draft.certifier_box, signer=terms.certifier, title=terms.title,
        template=in_force("P5_CERTIFIER", at, terms.templates), method=draft.method,
    )  # fmt: skip
    second = Mark(
        terms.agency_name,
        at,
        draft.agency_box,
        template=in_force("P5_AGENCY", at, terms.templates),
        method=draft.method,
    )
    first, second = (fit_to_seal(draft.pdf, one, draft.page) for one in (first, second))
    context = fresh_context(trust, at)
    # first our own standing: an original that only lacks fresh lists is not refused for that, the step waits
    paths = [finished(path_in_force(key.certificate, key.chain, context, at)) for key in (certifier, agency)]
    if terms.copy is not None:
        copying.require_valid(copying.attached_original(draft.pdf), trust, at)
    guarded = GuardedTimestamper(timestamper)
    try:
        signed = finished(_signed(draft, (certifier, agency), guarded, context, paths, (first, second), at))
    except (NotSealed, TimestampUnavailable):
        raise
    except Exception as error:  # odd files make pyHanko raise AttributeError or AssertionError (measured)
        raise NotSealed("SEALING_FAILED", f"{type(error).__name__}: {error}") from error
    number = draft.page + 1
    wording = in_force("P5_WORDING", terms.certified_at, terms.templates)
    told = Placed(wording.name, wording.version, number, draft.wording_box, draft.method)
    return Sealed(signed, proven(signed, trust, at, (told, placed(first, number), placed(second, number))))


async def _signed(
    draft: CertificationDraft,
    keys: tuple[SealKey, SealKey],
    timestamper: GuardedTimestamper,
    context: ValidationContext,
    paths: list[ValidationPath],
    both: tuple[Mark, Mark],
    at: datetime,
) -> bytes:
    terms = draft.terms
    reason = f"Chứng thực bản sao đúng với bản chính, số {terms.number} quyển số {terms.volume_code}"
    writer = Writer(BytesIO(draft.pdf))
    append_signature_field(
        writer,
        SigFieldSpec(
            AGENCY,
            on_page=draft.page,
            box=box_of(both[1]),
            readable_field_name=terms.agency_name,
            field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL),
        ),
    )
    field = SigFieldSpec(
        CERTIFIER, on_page=draft.page, box=box_of(both[0]), readable_field_name=terms.certifier
    )
    signed = await sign(
        writer, field, key=keys[0], timestamper=timestamper, mark=both[0], at=at,
        permits=MDPPerm.FILL_FORMS, reason=reason,
    )  # fmt: skip
    signed = await sign(
        Writer(signed), AGENCY, key=keys[1], timestamper=timestamper, mark=both[1], at=at, permits=None,
        reason=reason,
    )  # fmt: skip
    return await with_evidence(signed, timestamper, context, paths)


def _add_wording(
    pdf: pikepdf.Pdf, page: pikepdf.Page, picture: Picture | None, terms: CertificationTerms
) -> tuple[tuple[Box, Box, Box], str]:
    """Paint the wording on the last page; give its box and those of certifier and agency in the page's coordinates.

    One frame: the wording, below it the agency on the left and the certifier on the right, as NĐ 30/2020 annex I has
    signature and seal.
    """
    at = terms.certified_at
    rule = in_force("P5_WORDING", at, terms.templates)
    sizes = (
        mark_size(
            terms.agency_name,
            signer=terms.certifier,
            title=terms.title,
            template=in_force("P5_CERTIFIER", at, terms.templates),
        ),
        mark_size(terms.agency_name, template=in_force("P5_AGENCY", at, terms.templates)),
    )
    width = max(rule.width_pt, sizes[0][0] + sizes[1][0] + GAP)
    lines = _wrapped(rule, terms, width - 2 * GAP)
    words, feet = len(lines) * rule.size_pt * LEADING, max(size[1] for size in sizes)
    height = words + feet + 3 * GAP
    sheet = pages.sheet_of(page)
    found = place(picture, sheet.size, (width, height), rule)
    if found.method == "band":
        pages.grow(pdf, page, right=found.right, bottom=found.bottom)
    x0, y0, x1, y1 = found.box
    certifier = (x1 - GAP / 2 - sizes[0][0], y0 + GAP + feet - sizes[0][1], x1 - GAP / 2, y0 + GAP + feet)
    agency = (x0 + GAP / 2, y0 + GAP + feet - sizes[1][1], x0 + GAP / 2 + sizes[1][0], y0 + GAP + feet)
    first = y1 - GAP - rule.size_pt * marks().ascent / 1000
    text = drawn(
        [
            Line(line, rule.size_pt, x0 + GAP, round(first - number * rule.size_pt * LEADING, 2))
            for number, line in enumerate(lines)
        ],
        rule.colour,
    )
    frame = b"q 0 0 0 RG %g w %g %g %g %g re S Q" % (FRAME_PT, x0, y0, width, height)
    pages.write(pdf, page, sheet, frame + b"\n" + text, font(pdf))
    return (sheet.on_page(found.box), sheet.on_page(certifier), sheet.on_page(agency)), found.method


def _wrapped(rule: Template, terms: CertificationTerms, width: float) -> list[str]:
    day = terms.certified_at.astimezone(HANOI).date()
    # NĐ 30/2020 annex I: days below 10 and the months 1 and 2 are written with a zero
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    values = {
        "number": f"{terms.number:02}",
        "volume": terms.volume_code,
        "pages": f"{terms.pages:02}",
        "date": f"{day.day:02} tháng {month} năm {day.year}",
        "title": terms.title,
        "signer": terms.certifier,
        "agency": terms.agency_name,
    }
    return [line for text in rule.texts(values) for line in marks().wrap(text, rule.size_pt, width)]


def _flavour(pdf: pikepdf.Pdf) -> str:
    """Give the flavour of PDF/A that the pages claim; what claims none is written as PDF/A-2b wants it."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        part = str(xmp.get("pdfaid:part", "2"))
    return "3b" if part == "3" else "2b"
