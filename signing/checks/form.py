"""Form of the file: can it be read in one way only, and where are its signatures (EN 319 102-1 5.2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, BytesIO, RawIOBase
from typing import Any

from asn1crypto import parser
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from signing import quick  # noqa: F401  for its effect
from signing.checks import digests
from signing.report import Check, check

_END = re.compile(rb"%%EOF[\r\n]{0,2}\Z")
_STARTXREF = re.compile(rb"(?:\A|[\r\n])startxref\s")
# These begin with plain letters, which are searched for ten times as fast (16 ms in 20 MB, measured).
_TABLE = re.compile(rb"xref\s{1,4}\d{1,10}\s{1,4}(\d{1,10})\s")
# A scan of 1000 pages has some 5000 objects. What pyHanko makes of each takes 3 us and 400 bytes (measured).
MOST_OBJECTS = 300_000
_NO_WIDTH = re.compile(rb"/W\s{0,4}\[\s{0,4}0\s{1,4}0\s{1,4}0\s{0,4}\]")  # as many as one likes, in no bytes
MOST_SIGNATURES = 100
MOST_FIELDS = 10_000  # a file with more is not judged; no honest form has a tenth of it
# pyHanko reads hexadecimal letter by letter, 0.6 s a million; a signature with its evidence takes some 100,000.
MOST_HEX = 2_000_000
_HEX = re.compile(rb"<[0-9A-Fa-f\s]{%d}" % MOST_HEX)
# Pages are never unpacked here, only what says how the file is built; ours is far below a tenth of any of these.
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 << 20),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_output_size=10 * MOST_OBJECTS),
        DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(100, 1 << 20, 16 << 20),
        DecodePurpose.XMP_METADATA: StreamDecodeLimits(100, 1 << 20, 8 << 20),
        DecodePurpose.CRL: StreamDecodeLimits(50, 1 << 20, 32 << 20),
    },
)


class TooComplex(Exception):
    """The file asks for more than its size warrants."""


class _Unbound(Exception):
    """The signature is bound to no certificate."""


BEYOND = (MemoryError, RecursionError, PdfDecodeLimitError, TooComplex)
SUPPORTED = frozenset(each.value for each in SigSeedSubFilter)


@dataclass(frozen=True)
class Fields:
    """The signature fields of a file: filled and readable, filled but broken, of unknown kind, empty, those whose
    signature is bound to no certificate, and those whose certificate cannot be read to its end."""

    signed: tuple[EmbeddedPdfSignature, ...]
    broken: tuple[str, ...]
    unsupported: tuple[str, ...]
    empty_visible: tuple[str, ...]
    unbound: tuple[str, ...] = ()
    garbled: tuple[str, ...] = ()
    looks: tuple[tuple[str, ...], ...] = ()
    """What stands in the other fields, and how they look (signing/checks/looks.py)."""


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


class _Part(RawIOBase):
    """The beginning of bytes that are in memory, as a file: cut off, not copied (a scan may have 200 MB)."""

    def __init__(self, data: bytes, end: int) -> None:
        self._data, self._at = memoryview(data)[:end], 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._at = max(0, offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: len(self._data)}[whence])
        return self._at

    def readinto(self, room: Any) -> int:
        part = self._data[self._at : self._at + len(room)]
        room[: len(part)] = part
        self._at += len(part)
        return len(part)


def open_strictly(pdf: bytes, end: int | None = None) -> PdfFileReader:
    """Give a fresh strict reader, of the file's first `end` bytes if given: what a signature covers.

    Historical and live reading must not share one (PdfReadError, measured). Raises one of BEYOND when reading would
    take more than the file's size warrants, anything else when it is broken.
    """
    file: Any = BytesIO(pdf) if end is None else BufferedReader(_Part(pdf, end))
    return PdfFileReader(file, strict=True, decode_limits=_LIMITS)


def _check_proportions(pdf: bytes) -> None:
    """Find in the bytes what pyHanko would spend seconds on before it could be asked.

    Raises:
        TooComplex: it is there.
    """
    if sum(int(found[1]) for found in _TABLE.finditer(pdf)) > MOST_OBJECTS:
        raise TooComplex(f"more than {MOST_OBJECTS} cross-reference entries")
    if _NO_WIDTH.search(pdf):
        raise TooComplex("cross-reference entries of no width")
    if _HEX.search(pdf):
        raise TooComplex(f"more than {MOST_HEX} hexadecimal digits in a row")


def file_form(pdf: bytes) -> tuple[Check, ...]:
    """Check that the bytes are one plain PDF that every viewer reads in the same way."""
    if not pdf.startswith(b"%PDF-"):
        return (check("format", "NOT_PDF"),)
    try:
        _check_proportions(pdf)
        reader = open_strictly(pdf)
        encrypted = reader.encrypted
        if not encrypted:
            # touch what every later step needs, so that a broken file is named broken here
            pages = int(reader.root["/Pages"]["/Count"])
            has_xfa = "/AcroForm" in reader.root and "/XFA" in reader.root["/AcroForm"]
    except BEYOND as error:
        return (check("format", "TOO_COMPLEX", f"{type(error).__name__}: {error}"),)
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
    unbound: list[str] = []
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
            if len(signed) == MOST_SIGNATURES:
                raise TooComplex(f"more than {MOST_SIGNATURES} signatures")
            signed.append(_embedded(reader, field, name))
        except BEYOND:
            raise
        except _Unbound as error:
            unbound.append(f"{name}: {error}")
        except Exception as error:  # hostile input, see docstring
            broken.append(f"{name}: {type(error).__name__}: {error}")
    signed.sort(key=lambda one: int(one.signed_revision))
    digests.compute(reader.stream, signed)
    return Fields(tuple(signed), tuple(broken), tuple(unsupported), tuple(empty), tuple(unbound))


def _embedded(reader: PdfFileReader, field: generic.DictionaryObject, name: str) -> EmbeddedPdfSignature:
    signature = EmbeddedPdfSignature(reader, field, name)
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers[1:]) <= 0:
        raise ValueError(f"odd /ByteRange {numbers}")
    if signature.pkcs7_content[parser.peek(signature.pkcs7_content) :].strip(b"\0"):
        # the room behind the signature is outside of every digest; only zeros belong there. Where it ends is told by
        # its length or, as BouncyCastle writes by itself (BER), by an end of its own
        raise ValueError("data hidden in the padding of /Contents")
    _check_attributes(signature)
    get_pyca_cryptography_hash(signature.external_md_algorithm)  # raises where it is no digest
    return signature


def _check_attributes(signature: EmbeddedPdfSignature) -> None:
    """Check that the signature says what it signs and with which certificate.

    Without the second another certificate for the same key could be put in the signer's place (EN 319 122-1 5.2.2;
    mandatory in PAdES, EN 319 142-1 6.3; older kinds of signature do without).

    Raises:
        ValueError: no message digest, or two.
        _Unbound: the certificate is missing, not the one that was meant, or none was meant.
    """
    attributes = [one["type"].native for one in signature.signer_info["signed_attrs"] for _ in one["values"]]
    if attributes.count("message_digest") != 1:
        raise ValueError("not one message digest")
    pades = value_of(signature.sig_object, "/SubFilter") == SigSeedSubFilter.PADES.value
    if pades and not {"signing_certificate", "signing_certificate_v2"} & set(attributes):
        raise _Unbound("no signing-certificate attribute")
    try:
        found = signature.signer_cert
    except SignatureValidationError as error:
        raise _Unbound(str(error)) from error
    if found is None:
        raise _Unbound("no certificate")


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
