"""Fields filled in after signing: whose word is what then stands in them?"""

from __future__ import annotations

import io
from collections.abc import Callable

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

Change = Callable[[pikepdf.Pdf, pikepdf.Object], None]


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


def _drawn_by_viewers(pdf: bytes, field: Change) -> bytes:
    """A form that wants its fields drawn by viewers (/NeedAppearances), with its text field changed."""

    def change(opened: pikepdf.Pdf, text: pikepdf.Object) -> None:
        field(opened, text)
        opened.Root.AcroForm.NeedAppearances = True

    return _form(pdf, change)


def _form(pdf: bytes, change: Change) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened, opened.Root.AcroForm.Fields[0])
        opened.save(out)
    return out.getvalue()


def _no_field(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    pdf.Root.AcroForm.Fields = pikepdf.Array()
    pdf.pages[0].Annots = pikepdf.Array()


def _empty(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    look = pdf.make_stream(b"/Tx BMC \nEMC\n", Subtype=pikepdf.Name.Form, BBox=pikepdf.Array([0, 0, 340, 30]))
    field.AP = pikepdf.Dictionary(N=look)


def _filled_but_hidden(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    field.V, field.F = "Ông Khác", 2


def _filled(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    field.V = "Ông Khác"


def _shown_otherwise(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    """Without a value, but what is stored as its look paints."""
    field.AP = pikepdf.Dictionary(
        N=pdf.make_stream(
            b"1 g 0 0 340 30 re f", Subtype=pikepdf.Name.Form, BBox=pikepdf.Array([0, 0, 340, 30])
        )
    )


def _painted_by_viewers(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    """Without a value, but viewers are to give it a ground."""
    field.MK = pikepdf.Dictionary(BG=pikepdf.Array([1, 1, 1]))


def _choice(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
    """A list shows its entries without any being chosen."""
    field.FT, field.Opt = pikepdf.Name.Ch, pikepdf.Array(["Ông Khác"])


DRAWN_BY_VIEWERS: dict[str, tuple[Change, bool]] = {
    "no field": (_no_field, True),
    "empty field": (_empty, True),
    "empty field without a look": (lambda pdf, field: None, True),
    "hidden field": (_filled_but_hidden, True),
    "filled in": (_filled, False),
    "a look without a value": (_shown_otherwise, False),
    "a ground": (_painted_by_viewers, False),
    "a list": (_choice, False),
}


@pytest.mark.parametrize("name", DRAWN_BY_VIEWERS)
def test_that_viewers_draw_a_form_may_be_ended_by_the_next_signer_where_nothing_looks_otherwise(
    office: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyHanko takes /NeedAppearances out with every signature and timestamp it adds; other programs leave it in."""
    change, good = DRAWN_BY_VIEWERS[name]
    with monkeypatch.context() as patched:
        patched.setattr(
            "pyhanko.sign.signers.cms_embedder.ensure_sig_flags", lambda writer, lock_sig_flags: None
        )
        first = approved(office, _drawn_by_viewers(with_text_field(), change), "S1")
    with pikepdf.open(io.BytesIO(first)) as opened:
        assert opened.Root.AcroForm.NeedAppearances
    assert office.verified(first).reason == "OK"
    report = office.verified(approved(office, first, "S2"))
    assert (report.verdict.value, report.reason) == (
        ("VALID", "OK") if good else ("INVALID", "FORBIDDEN_MODIFICATION")
    )
    told = next(one for one in report.checks if one.name == "modifications")
    assert good or "/NeedAppearances" in told.detail


@pytest.mark.parametrize("flags", [None, 1])
def test_the_first_signer_need_not_have_told_that_there_are_signatures(
    office: Office, flags: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/SigFlags may be missing (ISO 32000-1 table 218); the next signer sets it. pyHanko calls that forbidden."""

    def left(pdf: pikepdf.Pdf, field: pikepdf.Object) -> None:
        if flags is not None:
            pdf.Root.AcroForm.SigFlags = flags

    with monkeypatch.context() as patched:
        patched.setattr(
            "pyhanko.sign.signers.cms_embedder.ensure_sig_flags", lambda writer, lock_sig_flags: None
        )
        first = approved(office, _form(with_text_field(), left), "S1")
    report = office.verified(approved(office, first, "S2"))
    assert (report.verdict.value, report.reason) == ("VALID", "OK"), report.checks


def test_a_field_taken_out_of_the_form_is_missed(office: Office) -> None:
    def taken_out(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form["/Fields"] = generic.ArrayObject([form["/Fields"].raw_get(1)])
        writer.update_container(form)

    first = approved(office, filled_in(with_text_field()), "S1")
    for pdf in (updated(first, taken_out), approved(office, updated(first, taken_out), "S2")):
        assert office.verified(pdf).verdict.value == "INVALID"


def test_two_who_sign_a_form_without_filling_it_in_are_both_good(office: Office) -> None:
    """Somebody filled it in before both; what stands in it is what both signed."""
    filled = filled_in(with_text_field())
    report = office.verified(approved(office, approved(office, filled, "S1"), "S2"))
    assert (report.verdict.value, report.reason) == ("VALID", "OK")
