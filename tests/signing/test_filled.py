"""Fields filled in after signing: whose word is what then stands in them?"""

from __future__ import annotations

import io

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper

from signing.timestamp import GuardedTimestamper
from tests.signing.hostile import updated
from tests.signing.office import Office, paper
from tests.signing.signers import signed


def with_text_field() -> bytes:
    """A paper with an empty text field over the page, as forms have."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="Name", F=4,
                Rect=[60, 500, 400, 530],
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
    first = approved(office, with_text_field(), "S1")
    assert office.verified(first).reason == "OK"
    filled = filled_in(first)
    out = io.BytesIO()
    stamper = PdfTimeStamper(GuardedTimestamper(office.timestamper))
    stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(filled)), "sha256", output=out)
    for pdf in (filled, out.getvalue(), approved(office, filled, "S2")):
        report = office.verified(pdf)
        assert (report.verdict.value, report.reason) == ("INVALID", "FORBIDDEN_MODIFICATION")


def _drawn_anew(writer: IncrementalPdfFileWriter) -> None:
    """Viewers draw every field from its value, whatever was shown when it was signed."""
    writer.root["/AcroForm"]["/NeedAppearances"] = generic.BooleanObject(True)
    writer.update_container(writer.root["/AcroForm"])


def _drawn_otherwise(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/AcroForm"]["/DA"] = generic.pdf_string("/Helv 12 Tf 1 g")
    writer.update_container(writer.root["/AcroForm"])


def _other_font(writer: IncrementalPdfFileWriter) -> None:
    """The font that the field names, with other glyphs for the same codes."""
    fonts = generic.DictionaryObject({pdf_name("/Helv"): generic.DictionaryObject()})
    writer.root["/AcroForm"]["/DR"] = generic.DictionaryObject({pdf_name("/Font"): fonts})
    writer.update_container(writer.root["/AcroForm"])


def _hidden(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/F"] = generic.NumberObject(2)
    writer.update_container(field)


REDRAWN = {
    "drawn anew": _drawn_anew,
    "drawn otherwise": _drawn_otherwise,
    "other font": _other_font,
    "hidden": _hidden,
}


@pytest.mark.parametrize("name", REDRAWN)
@pytest.mark.parametrize("certify", [None, *MDPPerm])
def test_how_a_form_is_drawn_cannot_be_changed_behind_a_signature(
    office: Office, name: str, certify: MDPPerm | None
) -> None:
    """pyHanko permits the first three behind any signature, also one that permits no change (measured)."""
    change = REDRAWN[name]
    pdf = signed(filled_in(with_text_field()), office.key.signer(), office.timestamper, certify=certify)
    assert office.verified(pdf).reason == "OK"
    report = office.verified(updated(pdf, change))
    assert report.verdict.value == "INVALID", report.checks
    assert report.reason in ("FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION")


def test_two_who_sign_a_form_without_filling_it_in_are_both_good(office: Office) -> None:
    """Somebody filled it in before both; what stands in it is what both signed."""
    filled = filled_in(with_text_field())
    report = office.verified(approved(office, approved(office, filled, "S1"), "S2"))
    assert (report.verdict.value, report.reason) == ("VALID", "OK")
