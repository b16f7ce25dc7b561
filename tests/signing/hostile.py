"""Files that mean harm to the checker itself: each asks for time or memory out of all proportion to its size."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from tests.ingest.hostile_pdfs import CATALOGUE, TREE, raw, stream, swelling
from tests.signing import attacks
from tests.signing.office import paper

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 298 421]>>"


def signed_by_himself(pdf: bytes, name: str = "Attacker") -> bytes:
    """Signed by a certificate of the attacker's own making: so the checker goes all its way."""
    out = io.BytesIO()
    PdfSigner(
        PdfSignatureMetadata(field_name=name, subfilter=SigSeedSubFilter.PADES),
        attacks.self_made(name)[0],
        new_field_spec=SigFieldSpec(name),
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def an_object_more(writer: IncrementalPdfFileWriter) -> None:
    more = writer.add_object(generic.DictionaryObject({pdf_name("/Nothing"): generic.NumberObject(1)}))
    writer.root["/More"] = more
    writer.update_root()


def claimed_entries() -> bytes:
    """Ten million entries by the table's own word, and not one there."""
    return raw(CATALOGUE, TREE, PAGE).replace(b"xref\n0 4\n", b"xref\n0 10000000\n")


def many_entries(count: int = 400_000) -> bytes:
    """A table of 8 MB, every entry in order."""
    pdf = raw(CATALOGUE, TREE, PAGE)
    start = pdf.index(b"xref\n0 4\n")
    kept = pdf[start + 9 : pdf.index(b"trailer")]
    table = b"xref\n0 %d\n" % count + kept + b"0000000000 00000 f \n" * (count - 4)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    return pdf[:start] + table + tail


def _xref_stream(entries: bytes, data: bytes) -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n" + CATALOGUE + b"\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    packed = stream(data, b"/Type/XRef/Root 1 0 R/Filter/FlateDecode" + entries)
    return body + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (packed, len(body))


def entries_of_no_width() -> bytes:
    return _xref_stream(b"/Size 50000000/W[0 0 0]", zlib.compress(b""))


def swelling_entries() -> bytes:
    """512 MB of free entries in half a megabyte."""
    return _xref_stream(b"/Size 76695844/W[1 4 2]", swelling(512))


def swelling_objects() -> bytes:
    """An object stream of 512 MB in which the catalogue is said to lie."""
    head = b"%PDF-1.7\n"
    objects = b"8 0 obj\n%s\nendobj\n" % stream(swelling(512), b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode")
    rows = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")
        for kind, place, index in [
            (0, 0, 65535),
            (2, 8, 0),
            (1, len(head), 0),
            (1, len(head) + len(objects), 0),
        ]
    )
    table = stream(rows, b"/Type/XRef/Root 1 0 R/Size 10/Index[0 2 8 2]/W[1 4 2]")
    where = len(head) + len(objects)
    return head + objects + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, where)


def giant_contents() -> bytes:
    pdf = signed_by_himself(paper())
    return pdf.replace(b"/Contents <", b"/Contents <" + b"0" * 20_000_000, 1)


def many_signatures(count: int = 1000) -> bytes:
    """A thousand fields that all show the same signature."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        value = form["/Fields"][0].raw_get("/V")
        for number in range(count):
            field = generic.DictionaryObject(
                {
                    pdf_name("/FT"): pdf_name("/Sig"),
                    pdf_name("/T"): generic.TextStringObject(f"Field {number}"),
                    pdf_name("/V"): generic.IndirectObject(value.idnum, value.generation, writer),
                }
            )
            form["/Fields"].append(writer.add_object(field))
        writer.update_container(form["/Fields"])

    return updated(signed_by_himself(paper()), change)


def doubling_paths(depth: int = 40) -> bytes:
    """Forty dictionaries, each naming the next one twice: a trillion ways to the last, then one that changes it."""
    links = [b"<</A %d 0 R/B %d 0 R>>" % (number + 1, number + 1) for number in range(4, 4 + depth)]
    pdf = raw(CATALOGUE.replace(b">>", b"/Deep 4 0 R>>"), TREE, PAGE, *links, b"<</End true>>")
    return updated(signed_by_himself(pdf), an_object_more)


def pages_in_a_ring() -> bytes:
    ring = b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>"
    return raw(CATALOGUE, ring, PAGE)


def revisions_in_a_ring() -> bytes:
    pdf = raw(CATALOGUE, TREE, PAGE)
    start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    return pdf.replace(b"/Root 1 0 R", b"/Prev %d/Root 1 0 R" % start)


def _fields(*fields: bytes) -> bytes:
    """A form whose first field is object 4."""
    return raw(CATALOGUE.replace(b">>", b"/AcroForm<</Fields[4 0 R]>>>>"), TREE, PAGE, *fields)


def fields_in_a_ring() -> bytes:
    return _fields(b"<</FT/Sig/T(a)/Kids[4 0 R]/Parent 4 0 R>>")


def fields_in_a_wide_ring(count: int = 1000) -> bytes:
    """Each the only kid of the one before, the first the kid of the last."""
    return _fields(
        *(
            b"<</T(a)/Parent %d 0 R/Kids[%d 0 R]>>" % (4 + (n - 1) % count, 4 + (n + 1) % count)
            for n in range(count)
        )
    )


def kids_of_each_other() -> bytes:
    """Forty fields, each with all of them for kids: ways without number."""
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 44))
    return _fields(*[b"<</T(a)/Kids[%s]>>" % kids] * 40)


def parents_in_a_ring() -> bytes:
    """A signature's field below two that are each other's parent."""
    return _fields(b"<</FT/Sig/T(a)/Parent 5 0 R>>", b"<</T(b)/Parent 6 0 R>>", b"<</T(c)/Parent 5 0 R>>")


def parents_of_a_signed_field() -> bytes:
    """The same behind a signature: the update hangs its field below a ring."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        ring = generic.DictionaryObject({pdf_name("/T"): generic.TextStringObject("ring")})
        place = writer.add_object(ring)
        ring["/Parent"] = field["/Parent"] = place
        writer.update_container(field)

    return updated(signed_by_himself(paper()), change)


def nested(depth: int = 100_000) -> bytes:
    return raw(CATALOGUE.replace(b">>", b"/Deep 4 0 R>>"), TREE, PAGE, b"[" * depth + b"]" * depth)


def root_nested(depth: int = 100_000) -> bytes:
    return raw(CATALOGUE.replace(b">>", b"/Deep %s%s>>" % (b"[" * depth, b"]" * depth)), TREE, PAGE)


def huge_array(count: int = 2_000_000) -> bytes:
    return raw(CATALOGUE.replace(b">>", b"/Deep[%s]>>" % (b"0 " * count)), TREE, PAGE)


def no_pages() -> bytes:
    return raw(CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>")


def ten_thousand_pages() -> bytes:
    """Ten thousand pages and a signature, then an update that makes the checker compare them all."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 10_003))
    pdf = raw(CATALOGUE, b"<</Type/Pages/Kids[%s]/Count 10000>>" % kids, *([PAGE] * 10_000))
    return updated(signed_by_himself(pdf), an_object_more)


def many_revisions(count: int = 60) -> bytes:
    """A signature and then update upon update, each to be compared with it."""
    pdf = signed_by_himself(paper())
    for _ in range(count):
        pdf = updated(pdf, an_object_more)
    return pdf


def swelling_list() -> bytes:
    """Revocation evidence of 512 MB in half a megabyte."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        bomb = generic.StreamObject(
            {pdf_name("/Filter"): pdf_name("/FlateDecode")}, encoded_data=swelling(512)
        )
        lists = generic.ArrayObject([writer.add_object(bomb)])
        writer.root["/DSS"] = writer.add_object(generic.DictionaryObject({pdf_name("/CRLs"): lists}))
        writer.update_root()

    return updated(signed_by_himself(paper()), change)


def slow_dates() -> bytes:
    """Text that a careless pattern would try in a million ways, where the checker looks for endings of files."""
    return raw(CATALOGUE, TREE, PAGE) + b"\r\nxref " * 300_000 + b"<" + b"0" * 1_900_000


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "ten million entries, claimed": (claimed_entries, frozenset({"TOO_COMPLEX"})),
    "four hundred thousand entries": (many_entries, frozenset({"TOO_COMPLEX"})),
    "fifty million entries of no width": (entries_of_no_width, frozenset({"TOO_COMPLEX"})),
    "512 MB of entries in 0.5 MB": (swelling_entries, frozenset({"TOO_COMPLEX"})),
    "512 MB of objects in 0.5 MB": (swelling_objects, frozenset({"TOO_COMPLEX"})),
    "512 MB of evidence in 0.5 MB": (swelling_list, frozenset({"TOO_COMPLEX"})),
    "a signature of 20 million digits": (giant_contents, frozenset({"TOO_COMPLEX"})),
    "a thousand signatures": (many_signatures, frozenset({"TOO_COMPLEX"})),
    "a trillion paths to one object": (doubling_paths, frozenset({"TOO_COMPLEX"})),
    "60 updates": (many_revisions, frozenset({"TOO_COMPLEX", "FORBIDDEN_MODIFICATION", "TRAILING_DATA"})),
    "pages in a ring": (pages_in_a_ring, frozenset({"NO_SIGNATURE", "FORMAT_FAILURE"})),
    "revisions in a ring": (revisions_in_a_ring, frozenset({"FORMAT_FAILURE"})),
    "fields in a ring": (fields_in_a_ring, frozenset({"FORMAT_FAILURE"})),
    "a thousand fields in a ring": (fields_in_a_wide_ring, frozenset({"FORMAT_FAILURE", "TOO_COMPLEX"})),
    "fields that are all each other's kids": (
        kids_of_each_other,
        frozenset({"FORMAT_FAILURE", "TOO_COMPLEX"}),
    ),
    "parents of a field in a ring": (parents_in_a_ring, frozenset({"NO_SIGNATURE", "FORMAT_FAILURE"})),
    "parents of a signed field in a ring": (
        parents_of_a_signed_field,
        frozenset({"FORBIDDEN_MODIFICATION", "FORMAT_FAILURE"}),
    ),
    "a hundred thousand arrays in each other": (nested, frozenset({"NO_SIGNATURE", "TOO_COMPLEX"})),
    "the same in the catalogue": (root_nested, frozenset({"TOO_COMPLEX"})),
    "two million numbers": (huge_array, frozenset({"TOO_COMPLEX", "NO_SIGNATURE"})),
    "no pages": (no_pages, frozenset({"FORMAT_FAILURE"})),
    "ten thousand pages, updated": (ten_thousand_pages, frozenset({"TOO_COMPLEX", "FORBIDDEN_MODIFICATION"})),
    "text that is slow to search": (slow_dates, frozenset({"FORMAT_FAILURE", "TOO_COMPLEX"})),
    "locked": (locked, frozenset({"ENCRYPTED"})),
}
