"""Ways to falsify a sealed file, each giving the falsified bytes. The names are those of the published attacks."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable

from asn1crypto import keys, x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore


def flip(pdf: bytes, where: int) -> bytes:
    return pdf[:where] + bytes([pdf[where] ^ 0x01]) + pdf[where + 1 :]


def in_text(pdf: bytes) -> bytes:
    """One byte of the page's content stream."""
    return flip(pdf, pdf.index(b"/FlateDecode") + 120)


def in_picture(pdf: bytes) -> bytes:
    return flip(pdf, pdf.index(b"\xff\xda") + 300)


def in_mark(pdf: bytes) -> bytes:
    return flip(pdf, pdf.index(b"/HosoMark", pdf.rindex(b"/FontFile2")) + 2)


def in_evidence(pdf: bytes) -> bytes:
    """A byte of the revocation evidence, which only the document timestamp covers."""
    return flip(pdf, pdf.rindex(b"stream", 0, pdf.rindex(b"/DSS")) - 40)


def ends(pdf: bytes) -> list[int]:
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    return sorted(int(start) + int(length) for _, _, start, length in ranges)


def last_token(pdf: bytes) -> tuple[int, int]:
    """Where the last /Contents value stands: (start, end) of its hex digits without the padding."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    return start, start + len(pdf[start : pdf.index(b">", start)].rstrip(b"0"))


def cut_to_signature(pdf: bytes) -> bytes:
    """The evidence and the document timestamp are cut off."""
    return pdf[: ends(pdf)[0]]


def junk(pdf: bytes) -> bytes:
    return pdf + b"\n<script>alert(1)</script>"


def junk_with_ending(pdf: bytes) -> bytes:
    start = pdf[pdf.rindex(b"startxref") :]
    return pdf + b"\n9999 0 obj\n<< /Evil true >>\nendobj\n" + start


def object_without_xref(pdf: bytes) -> bytes:
    return pdf + b"\n7 0 obj\n<< /Type /Page >>\nendobj\n%%EOF\n"


def _update(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def overlay(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        content = writer.add_object(generic.StreamObject(stream_data=b"1 1 1 rg 0 0 400 400 re f"))
        writer.add_stream_to_page(0, content)

    return _update(pdf, change)


def added_page(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Page"),
                pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
                pdf_name("/Resources"): generic.DictionaryObject(),
            }
        )
        writer.insert_page(page)

    return _update(pdf, change)


def annotation(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 700, 350, 780))),
                pdf_name("/Contents"): generic.TextStringObject("500.000.000 đồng"),
                pdf_name("/F"): generic.NumberObject(4),
            }
        )
        writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))

    return _update(pdf, change)


def script(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root["/OpenAction"] = generic.DictionaryObject(
            {
                pdf_name("/S"): pdf_name("/JavaScript"),
                pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
            }
        )
        writer.update_root()

    return _update(pdf, change)


def changed_xmp(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        stream = generic.StreamObject(
            {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")},
            stream_data=b"<x>another title</x>",
        )
        writer.root["/Metadata"] = writer.add_object(stream)
        writer.update_root()

    return _update(pdf, change)


def changed_title(pdf: bytes) -> bytes:
    """The title that viewers show above the page (/Info); the XMP stays."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer._update_meta = lambda: None  # type: ignore[method-assign]
        writer.set_info(
            generic.DictionaryObject({pdf_name("/Title"): generic.TextStringObject("another title")})
        )

    return _update(pdf, change)


def repainted_mark(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        look = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 36))),
            },
            stream_data=b"1 0 0 rg 0 0 200 36 re f",
        )
        field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
        writer.update_container(field)

    return _update(pdf, change)


def empty_visible_field(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        spec = fields.SigFieldSpec("Next", box=(50, 700, 350, 780))
        fields.append_signature_field(writer, spec)

    return _update(pdf, change)


def self_made(name: str) -> tuple[SimpleSigner, cx509.Certificate]:
    """A signer with a certificate of his own making in anyone's name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = cx509.Name(
        [
            cx509.NameAttribute(cx509.NameOID.COMMON_NAME, name[:20]),
            cx509.NameAttribute(cx509.NameOID.ORGANIZATION_NAME, name),
        ]
    )
    now = dt.datetime.now(dt.UTC)
    usage = cx509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        cx509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(cx509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(der),
        SimpleCertificateStore(),
    )
    return signer, certificate


def strangers_signature(
    pdf: bytes, name: str, box: tuple[int, int, int, int] | None = (50, 700, 350, 780)
) -> bytes:
    """A further approval signature, placed over the text with a tool that ignores the seal's lock."""
    meta = PdfSignatureMetadata(field_name="Attacker", subfilter=fields.SigSeedSubFilter.PADES)
    spec = fields.SigFieldSpec("Attacker", box=box)
    signer = PdfSigner(meta, self_made(name)[0], new_field_spec=spec)
    # the tool that looks away from DocMDP
    signer._enforce_certification_constraints = lambda reader: None  # type: ignore[method-assign]
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def forged_container(pdf: bytes, contents: bytes, byte_range: bytes | None = None) -> bytes:
    """Universal signature forgery: the first signature's /Contents, and its /ByteRange, are overwritten in place."""
    start = pdf.index(b"/Contents <") + len(b"/Contents ")
    end = pdf.index(b">", start) + 1
    out = pdf[:start] + contents.ljust(end - start) + pdf[end:]
    if byte_range is not None:
        match = re.search(rb"/ByteRange\s*\[[^\]]*\]", out)
        assert match
        out = out[: match.start()] + byte_range.ljust(match.end() - match.start()) + out[match.end() :]
    return out


def signature_times(pdf: bytes) -> int:
    return len(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
