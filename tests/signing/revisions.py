"""Updates added behind a signature (incremental saving attacks, shadow attacks, annotation attacks), by their names."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

from signing.embed import font
from tests.signing import attacks
from tests.signing.hostile import updated
from tests.signing.office import Office, paper

RECT = (50, 700, 350, 780)
WHITE = b"1 1 1 rg 0 0 400 400 re f"


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def look(writer: IncrementalPdfFileWriter, content: bytes = b"1 0 0 rg 0 0 300 80 re f") -> Any:
    form = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers(0, 0, 300, 80),
        },
        stream_data=content,
    )
    return generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})


def _page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.find_page_for_modification(0)[0].get_object()


def _annotated(subtype: str, **entries: Any) -> Callable[[bytes], bytes]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        note = {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name(subtype),
            pdf_name("/Rect"): _numbers(*RECT),
            pdf_name("/Contents"): generic.TextStringObject("500.000.000 đồng"),
            pdf_name("/F"): generic.NumberObject(4),
            pdf_name("/AP"): look(writer),
        }
        page, _ = writer.find_page_for_modification(0)
        writer.register_annotation(page, writer.add_object(generic.DictionaryObject(note)))

    return lambda pdf: updated(pdf, change)


free_text = _annotated("/FreeText")
stamp = _annotated("/Stamp")
widget = _annotated("/Widget")


def _replaced(find: Callable[[Any], Any], make: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """An object of the page written anew under its own number."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = find(_page(writer))
        writer.objects[(reference.generation, reference.idnum)] = make(reference.get_object())
        writer.update_root()

    return lambda pdf: updated(pdf, change)


def _stream(old: Any, data: bytes) -> Any:
    entries = {key: old.raw_get(key) for key in old if key not in ("/Length", "/Filter", "/DecodeParms")}
    return generic.StreamObject(entries, stream_data=data)


replaced_content = _replaced(
    lambda page: page.raw_get("/Contents").reference,
    lambda old: _stream(old, b"BT /Hoso 12 Tf 60 700 Td ET"),
)
swapped_picture = _replaced(
    lambda page: page["/Resources"]["/XObject"].raw_get("/Im").reference,
    lambda old: _stream(old, b"\xff\xd8\xff\xd9"),
)


def redefined_glyphs(pdf: bytes) -> bytes:
    """The font's program stays, what its codes mean is turned round: 1 becomes 7 (shadow replace)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        fonts = _page(writer)["/Resources"]["/Font"]
        reference = fonts.raw_get(next(iter(fonts))).reference
        old = reference.get_object()
        new = generic.DictionaryObject({key: old.raw_get(key) for key in old})
        new["/Encoding"] = pdf_name("/Identity-V")
        writer.objects[(reference.generation, reference.idnum)] = new
        writer.update_root()

    return updated(pdf, change)


def hidden_layer(pdf: bytes) -> bytes:
    """Optional contents switched by the catalogue."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        group = writer.add_object(
            generic.DictionaryObject(
                {pdf_name("/Type"): pdf_name("/OCG"), pdf_name("/Name"): generic.TextStringObject("a")}
            )
        )
        groups = generic.ArrayObject([group])
        off = generic.DictionaryObject({pdf_name("/OFF"): groups})
        writer.root["/OCProperties"] = generic.DictionaryObject(
            {pdf_name("/OCGs"): groups, pdf_name("/D"): off}
        )
        writer.update_root()

    return updated(pdf, change)


def swapped_pages(pdf: bytes) -> bytes:
    """The catalogue leads to another page tree (shadow hide and replace)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = generic.DictionaryObject(
            {pdf_name("/Type"): pdf_name("/Page"), pdf_name("/MediaBox"): _numbers(0, 0, 595, 842)}
        )
        tree = generic.DictionaryObject(
            {pdf_name("/Type"): pdf_name("/Pages"), pdf_name("/Count"): generic.NumberObject(1)}
        )
        root = writer.add_object(tree)
        page["/Parent"] = root
        tree["/Kids"] = generic.ArrayObject([writer.add_object(page)])
        writer.root["/Pages"] = root
        writer.update_root()

    return updated(pdf, change)


def shadow_base() -> bytes:
    """A paper as a shadow attacker prepares it: a picture over the text, and a text field."""
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        page = pdf.pages[0]
        cover = pdf.make_stream(
            b"0.9 g 0 0 300 80 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 300, 80])
        )
        page.Resources.XObject.Cover = cover
        page.contents_add(pdf.make_stream(b"q 1 0 0 1 50 700 cm /Cover Do Q"))
        shown, other_shown = (
            pdf.make_stream(b"/Tx BMC EMC", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 20]))
            for _ in range(2)
        )
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="So tien", V="5.000.000",
                Rect=Array([60, 600, 260, 620]), F=4, AP=Dictionary(N=shown), P=page.obj,
            )
        )  # fmt: skip
        other = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="So tien khac", V="5.000.000",
                Rect=Array([60, 560, 260, 580]), F=4, AP=Dictionary(N=other_shown), P=page.obj,
            )
        )  # fmt: skip
        page.obj.Annots = Array([field, other])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field, other]), DR=Dictionary(Font=Dictionary(F=font(pdf)))
        )
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


uncovered = _replaced(
    lambda page: page["/Resources"]["/XObject"].raw_get("/Cover").reference, lambda old: _stream(old, b"")
)


def field_filled(name: str) -> Callable[[bytes], bytes]:
    """The value and look of a text field changed, as shadow "replace" does it."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        for each in writer.root["/AcroForm"]["/Fields"]:
            if each.get_object().get("/T") == name:
                reference = each.reference
                field = reference.get_object()
                field["/V"] = generic.TextStringObject("500.000.000")
                field["/AP"] = look(writer)
                writer.mark_update(reference)
        writer.update_root()

    return lambda pdf: updated(pdf, change)


def timestamped(office: Office, field: str = "Stamp") -> Callable[[bytes], bytes]:
    """A document timestamp by an authority that all trust: anybody gets one, for anything."""

    def stamp(pdf: bytes) -> bytes:
        out = io.BytesIO()
        by = PdfTimeStamper(office.timestamper, field_name=field)
        by.timestamp_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", bytes_reserved=16384, output=out
        )
        return out.getvalue()

    return stamp


def visible_timestamp(office: Office) -> Callable[[bytes], bytes]:
    """The same in a field that lies over the text, with a look of the attacker's making."""

    def stamp(pdf: bytes) -> bytes:
        def change(writer: IncrementalPdfFileWriter) -> None:
            fields.append_signature_field(writer, fields.SigFieldSpec("Over", box=RECT))
            field = writer.root["/AcroForm"]["/Fields"][-1]
            field["/AP"] = look(writer)

        return timestamped(office, "Over")(updated(pdf, change))

    return stamp


def stripped_permissions(pdf: bytes) -> bytes:
    """/Perms is taken out of the catalogue, so that viewers see no certification."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        del writer.root["/Perms"]
        writer.update_root()

    return updated(pdf, change)


def freed_object(pdf: bytes) -> bytes:
    """A cross-reference table that frees the content stream."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        number = opened.pages[0].Contents.objgen[0] if isinstance(opened.pages[0].Contents, Stream) else 1
        size, root = int(opened.trailer.Size), opened.Root.objgen[0]
    previous = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    table = b"xref\n0 1\n0000000000 65535 f \n%d 1\n0000000000 00001 f \n" % number
    tail = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        previous,
        len(pdf),
    )
    return pdf + table + tail


def later_table_in_front(pdf: bytes) -> bytes:
    """startxref of an update points back into the signed part: parsers that go by order see another file."""
    first = int(pdf[pdf.index(b"startxref") + 9 :].split()[0])
    return pdf + b"startxref\n%d\n%%%%EOF\n" % first


EVERYWHERE: dict[str, Callable[[bytes], bytes]] = {
    "ISA: overlay": attacks.overlay,
    "ISA: replaced content": replaced_content,
    "ISA: swapped picture": swapped_picture,
    "ISA: added page": attacks.added_page,
    "ISA: script on opening": attacks.script,
    "ISA: redefined glyphs": redefined_glyphs,
    "ISA: hidden layer": hidden_layer,
    "ISA: freed content": freed_object,
    "ISA: signature's look replaced": attacks.repainted_mark,
    "EAA: free text": free_text,
    "EAA: stamp": stamp,
    "EAA: widget outside the form": widget,
    "SSA: empty visible field": attacks.empty_visible_field,
    "SSA: a stranger's visible signature": lambda pdf: attacks.strangers_signature(
        pdf, "Ủy ban nhân dân xã Bình An"
    ),
    "SSA: a stranger's unseen signature": lambda pdf: attacks.strangers_signature(pdf, "Ai đó", None),
    "shadow: other pages": swapped_pages,
}
"""What must spoil every signature, whatever it permits."""
