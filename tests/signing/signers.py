"""Other signatures: any key and certificate under the TEST authority, any algorithm, any care or lack of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from asn1crypto import algos, cms, keys, parser
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import pki
from signing.certificates import subject
from tests.signing.office import AGENCY, Office, careless, paper

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

DAY = timedelta(days=1)
Change = Callable[[cms.CMSAttributes], cms.CMSAttributes]


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve())


def certificate_of(
    office: Office,
    private_key: PrivateKey,
    name: str = AGENCY,
    *,
    begin: timedelta = -DAY,
    days: int = 30,
    commitment: bool = True,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    issuer: str = "intermediate",
    critical: str = "",
    garbled: str = "",
    forged: PrivateKey | None = None,
) -> asn1.Certificate:
    """A certificate by the TEST intermediate, valid from ``begin`` (against now) for so many days; with an unknown
    ``critical`` extension, a ``garbled`` one, or ``forged`` with another key than the intermediate's."""
    authority, authority_key = pki._load(office.directory, issuer)
    start = (office.clock() + begin).replace(microsecond=0)
    usage = x509.KeyUsage(True, commitment, False, False, False, False, False, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject(f"TEST {name}", organisation=name, identifier="H01.02.03"))
        .issuer_name(authority.subject)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + days * DAY)
        .add_extension(usage, critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if critical:
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier(critical), b"\5\0")
        builder = builder.add_extension(unknown, critical=True)
    if garbled:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(x509.ObjectIdentifier(garbled), b"\x30\x09garbled"), critical=False
        )
    signed = builder.sign(forged or authority_key, hashes.SHA256())
    return asn1.Certificate.load(signed.public_bytes(Encoding.DER))


def chain(office: Office) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple(asn1.Certificate.load(der) for der in office.key.chain)
    return store


class Odd(SimpleSigner):
    """Signs what an honest program would not: attributes changed before signing, odd parameters."""

    change: Change | None = None
    mechanism: algos.SignedDigestAlgorithm | None = None
    raw: Callable[[bytes], bytes] | None = None

    async def signed_attrs(self, *args: Any, **others: Any) -> cms.CMSAttributes:
        attributes = await super().signed_attrs(*args, **others)
        return attributes if self.change is None else self.change(attributes)

    def get_signature_mechanism_for_digest(self, digest_algorithm: str | None) -> algos.SignedDigestAlgorithm:
        return self.mechanism or super().get_signature_mechanism_for_digest(digest_algorithm)

    def _check_digest_algorithm(self, digest_algorithm: str) -> None:
        """Anything goes."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.raw(data) if self.raw else await super().async_sign_raw(data, digest_algorithm, dry_run)


def odd(office: Office, private_key: PrivateKey | None = None, **certificate: Any) -> Odd:
    """A signer with a certificate of its own under the TEST intermediate."""
    key = private_key or ec_key()
    return Odd(
        certificate_of(office, key, **certificate),
        information(key),
        chain(office),
        prefer_pss=True,
        embed_roots=False,
    )


def old_rsa(office: Office, bits: int = 2048) -> SimpleSigner:
    """RSA by PKCS#1 v1.5, as most programs signed for decades."""
    key = rsa_key(bits)
    return SimpleSigner(certificate_of(office, key), information(key), chain(office))


def edwards(office: Office) -> Odd:
    """Ed25519 (RFC 8419)."""
    key = ed25519.Ed25519PrivateKey.generate()
    signer = odd(office, key)
    signer.mechanism = algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
    signer.raw = key.sign
    return signer


def information(key: PrivateKey) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def signed(
    pdf: bytes,
    signer: Signer,
    timestamper: TimeStamper | None = None,
    *,
    field: str = "S1",
    digest: str = "sha256",
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES,
    certify: MDPPerm | None = None,
    lock: FieldMDPSpec | None = None,
    box: tuple[int, int, int, int] | None = None,
    existing: bool = False,
) -> bytes:
    """An approval, or with ``certify`` a certification, by pyHanko alone and without any rule of its own."""
    meta = PdfSignatureMetadata(
        field_name=field,
        subfilter=subfilter,
        md_algorithm=digest,
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    spec = None if existing else SigFieldSpec(field, box=box, field_mdp_spec=lock)
    by = PdfSigner(meta, signer, timestamper=timestamper, new_field_spec=spec)
    by._enforce_certification_constraints = lambda reader: None  # type: ignore[method-assign]
    by.register_extensions = lambda *args, **others: None  # type: ignore[method-assign]
    out = io.BytesIO()
    by.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out, bytes_reserved=24576)
    return out.getvalue()


def approved(office: Office, pdf: bytes | None = None, **others: Any) -> bytes:
    """A timestamped approval by the agency, which locks nothing."""
    return signed(pdf or paper(), careless(office.key), office.timestamper, **others)


def room(pdf: bytes, number: int = 0) -> tuple[int, int]:
    """Where the hexadecimal digits of a signature value stand."""
    start = -1
    for _ in range(number + 1):
        start = pdf.index(b"/Contents <", start + 1)
    start += len(b"/Contents <")
    return start, pdf.index(b">", start)


def value(pdf: bytes, number: int = 0) -> cms.ContentInfo:
    start, end = room(pdf, number)
    return cms.ContentInfo.load(bytes.fromhex(pdf[start:end].decode()), strict=False)


def with_value(pdf: bytes, message: bytes, number: int = 0) -> bytes:
    """The file with another signature value in the same room."""
    start, end = room(pdf, number)
    digits = message.hex().encode()
    assert len(digits) <= end - start
    return pdf[:start] + digits.ljust(end - start, b"0") + pdf[end:]


def as_ber(pdf: bytes, behind: bytes = b"") -> bytes:
    """The signature value as BouncyCastle writes it by itself: of no definite length, with ends of its own."""
    whole = value(pdf)
    version, digests, content, *others = _parts(_parts(_parts(whole.dump())[1])[0])
    certificates, *signers = others
    inner = [
        version,
        digests,
        b"\x30\x80",
        *_parts(content),
        b"\0\0",
        b"\xa0\x80",
        *_parts(certificates),
        b"\0\0",
    ]
    told = [
        b"\x30\x80",
        whole["content_type"].dump(),
        b"\xa0\x80\x30\x80",
        *inner,
        *signers,
        b"\0\0" * 3,
        behind,
    ]
    return with_value(pdf, b"".join(told))


def _parts(encoded: bytes) -> list[bytes]:
    """What a constructed value holds."""
    _, _, _, _, rest, _ = parser.parse(encoded, strict=True)
    found = []
    while rest:
        end = parser.peek(rest)
        found.append(rest[:end])
        rest = rest[end:]
    return found


def retold(pdf: bytes, change: Callable[[cms.SignedData], None], number: int = 0) -> bytes:
    """The file with its signature value changed and written anew."""
    message = value(pdf, number)
    change(message["content"])
    # not by force: asn1crypto then writes the whole tree twice a level, for minutes (measured; see signing/key.py)
    return with_value(pdf, message.dump(), number)
