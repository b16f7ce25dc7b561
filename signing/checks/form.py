"""Form of the file: can it be read in one way only, and where are its signatures (EN 319 102-1 5.2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature

from signing import quick  # noqa: F401  for its effect
from signing.report import Check, check

_END = re.compile(rb"%%EOF[\r\n]{0,2}\Z")
_STARTXREF = re.compile(rb"(?:\A|[\r\n])startxref\s")
SUPPORTED = frozenset(each.value for each in SigSeedSubFilter)


@dataclass(frozen=True)
class Fields:
    """The signature fields of a file: filled and readable, filled but broken, of unknown kind, and empty."""

    signed: tuple[EmbeddedPdfSignature, ...]
    broken: tuple[str, ...]
    unsupported: tuple[str, ...]
    empty_visible: tuple[str, ...]


def value_of(container: generic.DictionaryObject, key: str, default: Any = None) -> Any:
    """Give an entry with its reference followed; pyHanko's own `get` does not follow it, `[]` does."""
    return container[key] if key in container else default  # noqa: SIM401


def made_by(signature: generic.DictionaryObject) -> str:
    """Give the name of the program that says it made the signature, or nothing."""
    node: Any = signature
    for key in ("/Prop_Build", "/App", "/Name"):
        if not isinstance(node, generic.DictionaryObject) or key not in node:
            return ""
        node = node[key]
    return str(node).removeprefix("/")


def open_strictly(pdf: bytes) -> PdfFileReader:
    """Give a fresh strict reader. Historical and live reading must not share one (PdfReadError, measured)."""
    return PdfFileReader(BytesIO(pdf), strict=True)


def file_form(pdf: bytes) -> tuple[Check, ...]:
    """Check that the bytes are one plain PDF that every viewer reads in the same way."""
    if not pdf.startswith(b"%PDF-"):
        return (check("format", "NOT_PDF"),)
    try:
        reader = open_strictly(pdf)
        encrypted = reader.encrypted
        if not encrypted:
            # touch what every later step needs, so that a broken file is named broken here
            pages = int(reader.root["/Pages"]["/Count"])
            has_xfa = "/AcroForm" in reader.root and "/XFA" in reader.root["/AcroForm"]
    except Exception as error:  # the file is hostile until read: any failure of the parser is its verdict
        return (check("format", "FORMAT_FAILURE", f"{type(error).__name__}: {error}"),)
    if encrypted:
        return (check("format", "ENCRYPTED"),)
    if pages < 1:
        return (check("format", "FORMAT_FAILURE", "no pages"),)
    if reader.xrefs.hybrid_xrefs_present:
        return (check("format", "HYBRID_XREF"),)
    if has_xfa:
        return (check("format", "XFA_FORM"),)
    return (check("format", "OK"),)


def fields(reader: PdfFileReader) -> Fields:
    """Give the file's signature fields, oldest signature first.

    A field that claims a signature without a readable one is `broken`: the universal signature forgeries (empty
    /Contents, missing or odd /ByteRange) live there, and several make pyHanko raise plain ValueError or TypeError.
    """
    signed: list[EmbeddedPdfSignature] = []
    broken: list[str] = []
    unsupported: list[str] = []
    empty: list[str] = []
    for name, value, reference in enumerate_sig_fields(reader):
        field = reference.get_object()
        if value is None:
            if _visible(field):
                empty.append(name)
            continue
        try:
            signature = value.get_object()
            if value_of(signature, "/SubFilter") not in SUPPORTED:
                unsupported.append(name)
                continue
            signed.append(_embedded(reader, field, name))
        except Exception as error:  # hostile input, see docstring
            broken.append(f"{name}: {type(error).__name__}: {error}")
    signed.sort(key=lambda one: int(one.signed_revision))
    return Fields(tuple(signed), tuple(broken), tuple(unsupported), tuple(empty))


def _embedded(reader: PdfFileReader, field: generic.DictionaryObject, name: str) -> EmbeddedPdfSignature:
    signature = EmbeddedPdfSignature(reader, field, name)
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers[1:]) <= 0:
        raise ValueError(f"odd /ByteRange {numbers}")
    if signature.pkcs7_content[_der_length(signature.pkcs7_content) :].strip(b"\0"):
        # the room behind the signature is outside of every digest; only zeros belong there
        raise ValueError("data hidden in the padding of /Contents")
    signature.compute_digest()
    return signature


def _der_length(data: bytes) -> int:
    """Give the length of the DER value that `data` begins with."""
    if data[1] < 0x80:
        return 2 + data[1]
    octets = data[1] & 0x7F
    return 2 + octets + int.from_bytes(data[2 : 2 + octets], "big")


def _visible(field: generic.DictionaryObject) -> bool:
    widgets = [kid.get_object() for kid in value_of(field, "/Kids", ())] or [field]
    for widget in widgets:
        x0, y0, x1, y1 = (float(number) for number in value_of(widget, "/Rect", (0, 0, 0, 0)))
        if x0 != x1 and y0 != y1:
            return True
    return False


def tail(pdf: bytes, reader: PdfFileReader, newest: EmbeddedPdfSignature) -> Check:
    """Check that nothing hides behind the newest signature: only whole further revisions may follow.

    pyHanko calls junk behind %%EOF and objects without a cross-reference VALID (measured), since no parser reaches
    them; repairing viewers do.
    """
    if not _END.search(pdf):
        return check("tail", "TRAILING_DATA", "bytes behind the last %%EOF")
    _, _, start, length = (int(number) for number in newest.byte_range)
    rest = pdf[start + length :]
    later = reader.xrefs.total_revisions - 1 - int(newest.signed_revision)
    found = len(_STARTXREF.findall(rest))
    if found != later or (later == 0 and rest.strip()):
        return check("tail", "TRAILING_DATA", f"{len(rest)} bytes, {found} endings, {later} later revisions")
    return check("tail", "OK")
