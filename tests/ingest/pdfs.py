"""PDF files made at run time: scans, drawn pages, and everything that is wrong with them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.ingest import pictures

A6_POINTS = (297.72, 420.84)
"""827 x 1169 pixels at 200 dpi."""

Change = Callable[[pikepdf.Pdf], object]


def empty() -> pikepdf.Pdf:
    return pikepdf.new()


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    into = io.BytesIO()
    pdf.save(into, **how)
    return into.getvalue()


def jpeg_image(pdf: pikepdf.Pdf, data: bytes, space: str = "/DeviceRGB", **entries: Any) -> pikepdf.Stream:
    width, height = entries.pop("size", pictures.A6_200)
    return pikepdf.Stream(
        pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8,
        ColorSpace=Name(space), Filter=Name.DCTDecode, **entries,
    )  # fmt: skip


def flate_image(
    pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], bits: int, space: Any, **entries: Any
) -> pikepdf.Stream:
    image = pikepdf.Stream(
        pdf, zlib.compress(data), Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1],
        BitsPerComponent=bits, Filter=Name.FlateDecode, **entries,
    )  # fmt: skip
    if space is not None:
        image.ColorSpace = space
    return image


def add_page(
    pdf: pikepdf.Pdf,
    content: bytes = b"",
    points: tuple[float, float] = A6_POINTS,
    resources: Dictionary | None = None,
    **entries: Any,
) -> pikepdf.Page:
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, *(round(edge, 2) for edge in points)]),
        Resources=resources or Dictionary(),
        Contents=pdf.make_stream(content),
        **entries,
    )
    pdf.pages.append(pikepdf.Page(page))
    return pdf.pages[-1]


def add_scan(
    pdf: pikepdf.Pdf,
    image: pikepdf.Stream,
    points: tuple[float, float] = A6_POINTS,
    before: bytes = b"",
    after: bytes = b"",
    box: tuple[float, float, float, float] | None = None,
    **entries: Any,
) -> pikepdf.Page:
    """A page that shows one image, over all of it unless ``box`` (x, y, width, height in points) says otherwise."""
    x, y, width, height = box or (0, 0, *points)
    content = before + b" q %.3f 0 0 %.3f %.3f %.3f cm /Im0 Do Q " % (width, height, x, y) + after
    resources = Dictionary(XObject=Dictionary(Im0=image), Font=Dictionary(F1=_font()))
    return add_page(pdf, content, points, resources, **entries)


def _font() -> Dictionary:
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )


def scan(data: bytes | None = None, change: Change | None = None, pages: int = 1, **how: Any) -> bytes:
    """A scanned PDF: each page is one JPEG."""
    pdf = empty()
    for _ in range(pages):
        add_scan(pdf, jpeg_image(pdf, data or pictures.jpeg()), **how)
    if change is not None:
        change(pdf)
    return saved(pdf)


def drawn(
    points: tuple[float, float] = (595.28, 841.89), text: str = "Quyet dinh so 12", **entries: Any
) -> bytes:
    """A born-digital page: text and a red line."""
    pdf = empty()
    content = (
        f"BT /F1 24 Tf 72 {points[1] - 100:.1f} Td ({text}) Tj ET 1 0 0 RG 4 w 72 100 m 300 100 l S".encode()
    )
    add_page(pdf, content, points, Dictionary(Font=Dictionary(F1=_font())), **entries)
    return saved(pdf)


def locked(user: str, owner: str) -> bytes:
    pdf = pikepdf.open(io.BytesIO(scan()))
    return saved(pdf, encryption=pikepdf.Encryption(user=user, owner=owner, R=6))


def signed(data: bytes) -> bytes:
    """The PDF with an approval signature by a throw-away key."""
    from datetime import UTC, datetime, timedelta

    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "throw-away")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)
        )
        .add_extension(x509.BasicConstraints(False, None), True)
        .sign(key, hashes.SHA256())
    )
    signer = signers.SimpleSigner(
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        SimpleCertificateStore(),
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    made = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Chữ ký"), signer=signer)
    return bytes(made.getvalue())
