"""Certified copies (bản sao điện tử): a new PDF/A-3b that shows the original's pages and carries the original itself.

One signer (the copying agency), one whole-file seal that permits no change, and the sealed original attached byte for
byte, so that both can be checked. The original's own mark is painted into its page: in the copy it is a picture, which
is why the band says what was verified about the original.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from pikepdf import Array, Name
from pikepdf import pdfa as checker
from pyhanko.sign.timestamps import TimeStamper

from signing import band, pages
from signing.embed import font
from signing.errors import NotCopied
from signing.finish import finished
from signing.fitness import fresh_context, path_in_force
from signing.key import SealKey
from signing.mark import HANOI, Box, Mark
from signing.report import Verdict
from signing.seal import Sealed, seal
from signing.terms import CertificationDraft, CopyDraft, CopyTerms
from signing.trust import Trust
from signing.verify import verify

FLAVOUR = "3b"
FILE_NAME = "ban-goc.pdf"
# What the original's signatures stand on; in the copy it would be a broken seal.
SIGNATURE_ENTRIES = ("/AcroForm", "/Perms", "/DSS", "/Extensions")


def build(sealed: bytes, terms: CopyTerms) -> CopyDraft:
    """Give the unsealed copy of `sealed` under `terms`.

    Does not verify the original: `certify` does. Raises:
        NotCopied: ORIGINAL_DIFFERS, the digest in the terms is another file's; FORMAT_FAILURE; PAGE_ROTATED, page 1 is
            turned by no quarter turn.
    """
    if hashlib.sha256(sealed).hexdigest() != terms.original.sha256.lower():
        raise NotCopied("ORIGINAL_DIFFERS")
    try:
        pdf = pikepdf.open(BytesIO(sealed))
    except pikepdf.PdfError as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error
    with pdf:
        flatten(pdf)
        mark_box = dress(pdf, sealed, terms)
        written = save(pdf)
    return CopyDraft(written, mark_box, terms)


def flatten(pdf: pikepdf.Pdf) -> None:
    """Paint what annotations show into the pages and remove what the original's signatures stand on."""
    pdf.flatten_annotations("all")
    _drop_widgets(pdf)
    for entry in SIGNATURE_ENTRIES:
        if entry in pdf.Root:
            del pdf.Root[entry]


def dress(pdf: pikepdf.Pdf, sealed: bytes, terms: CopyTerms) -> Box:
    """Add band, attached original and description of a copy; give the mark's box in page 1's coordinates."""
    mark_box = add_band(pdf, terms)
    _attach(pdf, sealed, terms)
    describe(pdf, terms)
    return mark_box


def save(pdf: pikepdf.Pdf, flavour: str = FLAVOUR) -> bytes:
    """Give the file as PDF/A wants it written, the same bytes for the same content."""
    out = BytesIO()
    settings = checker.resolve_save_kwargs(
        flavour,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        min_version="1.7",
    )
    pdf.save(out, **settings)
    return out.getvalue()


def pdfa_findings(draft: CopyDraft | CertificationDraft) -> tuple[str, ...]:
    """Give what an allowlist checker says against PDF/A-3b; empty means approved. Before sealing only: it knows no
    form fields.
    """
    report = checker.validate_written(BytesIO(draft.pdf), FLAVOUR)
    return tuple(str(finding) for finding in report.findings)


def certify(
    draft: CopyDraft, *, key: SealKey, timestamper: TimeStamper, trust: Trust, at: datetime
) -> Sealed:
    """Give the copy sealed by the copying agency, after checking that the attached original is VALID at `at`.

    Raises:
        NotCopied: ORIGINAL_NOT_VALID or NO_ORIGINAL.
        NotSealed, TimestampUnavailable: as `seal` does.
    """
    # first our own standing: an original that only lacks fresh lists is not refused for that, the step waits
    finished(path_in_force(key.certificate, key.chain, fresh_context(trust, at), at))
    require_valid(attached_original(draft.pdf), trust, at)
    rule = draft.terms.rule(at)
    mark = Mark(
        draft.terms.agency_name, at, draft.mark_box, draft.terms.heading, template=rule, method="band"
    )
    reason = f"{draft.terms.heading}. Số: {draft.terms.number}"
    return seal(draft.pdf, key=key, timestamper=timestamper, trust=trust, mark=mark, at=at, reason=reason)


def require_valid(original: bytes, trust: Trust, at: datetime) -> None:
    """Raises NotCopied ORIGINAL_NOT_VALID when the original is not VALID at `at`."""
    found = verify(original, trust, at=at)
    if found.verdict is not Verdict.VALID:
        raise NotCopied("ORIGINAL_NOT_VALID", found.reason)


def attached_original(copy: bytes) -> bytes:
    """Give the original that a copy carries, byte for byte. Says nothing about either's validity.

    Raises:
        NotCopied: NO_ORIGINAL, it is no copy of ours; FORMAT_FAILURE.
    """
    try:
        with pikepdf.open(BytesIO(copy)) as pdf:
            for spec in pdf.Root.get("/AF", Array()):
                if spec.get("/AFRelationship") == Name.Source and "/EF" in spec:
                    return bytes(spec.EF.F.read_bytes())
    except pikepdf.PdfError as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error
    raise NotCopied("NO_ORIGINAL")


def _drop_widgets(pdf: pikepdf.Pdf) -> None:
    """Remove what flattening leaves: fields without a look, such as document timestamps, which would seem signed."""
    for page in pdf.pages:
        if "/Annots" in page.obj:
            kept = [each for each in page.obj.Annots if each.get("/Subtype") != Name.Widget]
            if kept:
                page.obj.Annots = Array(kept)
            else:
                del page.obj.Annots


def first_width(pdf: bytes) -> float:
    """Give how wide page 1 is, pt, as people see it. Raises NotCopied FORMAT_FAILURE, PAGE_ROTATED."""
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            return pages.sheet_of(opened.pages[0]).size[0]
    except (pikepdf.PdfError, IndexError) as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error


def add_band(pdf: pikepdf.Pdf, terms: CopyTerms) -> Box:
    """Make page 1 taller by the band and draw it there; give the mark's box in the page's coordinates."""
    page = pdf.pages[0]
    sheet = pages.sheet_of(page)
    width, height = sheet.size
    drawn = band.lay_out(terms, width)
    grown = pages.grow(pdf, page, right=drawn.width - width, top=drawn.height)
    content = b"1 0 0 1 0 %g cm\n%s" % (height, drawn.content)
    pages.write(pdf, page, grown, content, font(pdf))
    left, bottom, right, top = drawn.mark_box
    return sheet.on_page((left, height + bottom, right, height + top))


def _attach(pdf: pikepdf.Pdf, sealed: bytes, terms: CopyTerms) -> None:
    """Attach the original as the copy's source (ISO 19005-3 6.8: relationship, media type, listed in /AF)."""
    moment = f"{terms.issued_at.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
    spec = pikepdf.AttachedFileSpec(
        pdf,
        sealed,
        description=f"Bản gốc đã ký số, SHA-256 {terms.original.sha256}",
        filename=FILE_NAME,
        mime_type="application/pdf",
        creation_date=moment,
        mod_date=moment,
    )
    # Quickly packed: it hardly shrinks, but in the clear its own signatures would confuse tools that search for them.
    spec.obj.EF.F.write(_packed(sealed), filter=Name.FlateDecode)
    spec.relationship = Name.Source
    pdf.attachments[FILE_NAME] = spec
    pdf.Root.AF = Array([spec.obj])


def _packed(data: bytes) -> bytes:
    """Give `data` deflated by run lengths only: four times as fast as searching for repeats that pictures lack."""
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return packer.compress(data) + packer.flush()


def describe(pdf: pikepdf.Pdf, terms: CopyTerms) -> None:
    """Raise the claim to PDF/A-3b, keep the title, say whose copy this is, in predefined properties only."""
    issued = terms.issued_at.astimezone(HANOI).replace(microsecond=0)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["pdfaid:part"] = "3"
        xmp["pdfaid:conformance"] = "B"
        xmp["dc:identifier"] = f"{terms.number} ({terms.year})"
        version = f"; version {terms.original.version}" if terms.original.version else ""
        xmp["dc:source"] = f"SHA-256 {terms.original.sha256}{version}"
        xmp["dc:description"] = f"{terms.heading}, số {terms.number}, {terms.agency_name}"
        xmp["xmp:CreateDate"] = issued.isoformat()
        for stale in ("xmp:ModifyDate", "xmp:MetadataDate"):
            if stale in xmp:
                del xmp[stale]
    if "/Info" in pdf.trailer:
        pdf.docinfo["/CreationDate"] = f"{issued.astimezone(UTC):D:%Y%m%d%H%M%SZ}"
        if "/ModDate" in pdf.docinfo:
            del pdf.docinfo["/ModDate"]
