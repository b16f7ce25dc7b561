"""Encoded parts put together into larger ones (X.690 DER).

asn1crypto 1.5 takes every DER length that ends in 80 (hex) for an indefinite one and then encodes everything below
anew; a tree that was built, not read, it writes out twice a level. Together one seal in ten took 1 to 25 seconds, and
every one 15 to 30 ms (measured). So what is large is put together here from parts that are encoded once.
"""

from __future__ import annotations

from collections.abc import Iterable

from asn1crypto import cms, parser, x509

INTEGER, OCTET_STRING, SEQUENCE, SET = 2, 4, 16, 17  # universal tags of ASN.1
SIGNED_DATA = bytes(cms.ContentType("signed_data").dump())


def der(tag: int, *parts: bytes) -> bytes:
    """Give one value of a universal tag; SEQUENCE and SET are made of others."""
    return bytes(parser.emit(0, int(tag in (SEQUENCE, SET)), tag, b"".join(parts)))


def tagged(number: int, *parts: bytes) -> bytes:
    """Give parts under a tag of the context's class: explicitly, or in place of a SET's or SEQUENCE's own tag."""
    return bytes(parser.emit(2, 1, number, b"".join(parts)))


def set_of(parts: Iterable[bytes]) -> bytes:
    """Give what a SET OF holds, in the order that DER asks for."""
    return b"".join(sorted(parts))


def issuer_and_serial(certificate: x509.Certificate) -> bytes:
    """Give how a CMS signature names its certificate (RFC 5652 10.2.4)."""
    named = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return bytes(cms.IssuerAndSerialNumber(named).dump())


def signer_info(
    named: bytes,
    digest: bytes,
    signed: bytes,
    mechanism: bytes,
    signature: bytes,
    unsigned: bytes | None = None,
) -> bytes:
    """Give a SignerInfo (RFC 5652 5.3). `signed` and `unsigned` are what the sets of attributes hold, in order."""
    more = () if unsigned is None else (tagged(1, unsigned),)
    return der(
        SEQUENCE, der(INTEGER, b"\1"), named, digest, tagged(0, signed), mechanism, der(OCTET_STRING, signature), *more
    )  # fmt: skip


def signed_data(
    version: int, digest: bytes, content: bytes, certificates: Iterable[bytes], signer: bytes
) -> bytes:
    """Give a ContentInfo with SignedData (RFC 5652 5.1) by one signer. `content` is the EncapsulatedContentInfo."""
    inner = der(
        SEQUENCE, der(INTEGER, bytes([version])), der(SET, digest), content,
        tagged(0, set_of(certificates)), der(SET, signer),
    )  # fmt: skip
    return der(SEQUENCE, SIGNED_DATA, tagged(0, inner))


class Encoded(cms.ContentInfo):  # type: ignore[misc]
    """A ContentInfo that is written out as it was read: asn1crypto would encode one whose length ends in 80 anew."""

    _whole: bytes

    def dump(self, force: bool = False) -> bytes:
        """Give the bytes."""
        return self._whole


def encoded(whole: bytes) -> Encoded:
    """Give the ContentInfo of these bytes, which nobody changes any more."""
    one: Encoded = Encoded.load(whole)
    one._whole = whole
    return one


def as_read(value: cms.ContentInfo) -> bytes:
    """Give the bytes of a value that was read and not changed, without encoding it anew."""
    header = value._header
    if (
        header is None or header[-1:] != b"\x80" or len(header) == 2
    ):  # two bytes: really of no definite length
        return bytes(value.dump())
    return bytes(header + value.contents + value._trailer)
