"""Fields filled in after signing: whose word is what then stands in them?"""

from __future__ import annotations

import io

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper

from signing.timestamp import GuardedTimestamper
from tests.signing.office import Office, paper


def with_text_field() -> bytes:
    """A paper with an empty text field over the page, as forms have."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="Name", F=4,
                Rect=[60, 500, 400, 530], DA="/Helv 12 Tf 0 g",
            )
        )  # fmt: skip
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([field]))
        pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=[field], DA="/Helv 12 Tf 0 g"))
        pdf.save(out)
    return out.getvalue()


def approved(office: Office, pdf: bytes, name: str) -> bytes:
    """A plain approval signature in a field of its own, invisible."""
    out = io.BytesIO()
    meta = PdfSignatureMetadata(field_name=name, subfilter=SigSeedSubFilter.PADES)
    signer = PdfSigner(meta, office.key.signer(), timestamper=GuardedTimestamper(office.timestamper))
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def filled_in(pdf: bytes) -> bytes:
    """The text field filled in by an update: pyHanko calls this form filling, and permitted (measured)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[generic.pdf_name("/V")] = generic.pdf_string("Ông Khác")
    writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_field_filled_in_after_signing_is_not_excused_by_a_timestamp_or_a_later_signature(
    office: Office,
) -> None:
    signed = approved(office, with_text_field(), "S1")
    assert office.verified(signed).reason == "OK"
    filled = filled_in(signed)
    out = io.BytesIO()
    stamper = PdfTimeStamper(GuardedTimestamper(office.timestamper))
    stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(filled)), "sha256", output=out)
    for pdf in (filled, out.getvalue(), approved(office, filled, "S2")):
        report = office.verified(pdf)
        assert (report.verdict.value, report.reason) == ("INVALID", "FORBIDDEN_MODIFICATION")


def test_two_who_sign_a_form_without_filling_it_in_are_both_good(office: Office) -> None:
    """Somebody filled it in before both; what stands in it is what both signed."""
    filled = filled_in(with_text_field())
    report = office.verified(approved(office, approved(office, filled, "S1"), "S2"))
    assert (report.verdict.value, report.reason) == ("VALID", "OK")
