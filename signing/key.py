"""An agency's seal key in this process, read once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms, parser, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash, process_pss_params

SEQUENCE, SET = 16, 17  # universal tags of ASN.1
PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey


class _CachedKeySigner(Signer):
    """pyHanko's SimpleSigner parses the key again on every call (85 ms for RSA, measured); this one does not."""

    def __init__(
        self, certificate: x509.Certificate, private_key: PrivateKey, store: SimpleCertificateStore
    ) -> None:
        # Roots are the checker's own business; PSS because TT 15/2025/TT-BKHCN annex I asks for RSASSA-PSS.
        super().__init__(prefer_pss=True, embed_roots=False, cert_registry=store, signing_cert=certificate)
        self._private_key = private_key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self._private_key, EllipticCurvePrivateKey):
            return self._private_key.sign(data, ECDSA(get_pyca_cryptography_hash(digest_algorithm)))
        mechanism: algos.SignedDigestAlgorithm = self.get_signature_mechanism_for_digest(digest_algorithm)
        padding, digest = process_pss_params(mechanism["parameters"])
        return self._private_key.sign(data, padding, digest)

    async def unsigned_attrs(
        self,
        digest_algorithm: str,
        signature: bytes,
        signed_attrs: cms.CMSAttributes,
        timestamper: TimeStamper | None = None,
        dry_run: bool = False,
    ) -> cms.CMSAttributes | None:
        """Give the signature timestamp (RFC 3161 appendix A) as an attribute that is put together here.

        asn1crypto 1.5 takes every DER length that ends in 80 (hex) for an indefinite one and then encodes everything
        below anew; a tree that was built, not read, it writes out twice a level. Together one seal in ten took 1 to 25
        seconds (measured). A tree read from bytes and not yet unfolded is copied as bytes.
        """
        if timestamper is None:
            return None
        if dry_run:
            token = await timestamper.async_dummy_response(digest_algorithm)
        else:
            digest = hashlib.new(digest_algorithm, signature).digest()
            token = await timestamper.async_timestamp(digest, digest_algorithm)
        kind = cms.CMSAttributeType("signature_time_stamp_token").dump()
        attribute = parser.emit(0, 1, SEQUENCE, kind + parser.emit(0, 1, SET, token.dump()))
        return cms.CMSAttributes.load(parser.emit(0, 1, SET, attribute))

    def _package_signature(self, *, signed_attrs: cms.CMSAttributes, **others: Any) -> cms.ContentInfo:
        """Put the parts together; the signed attributes read from bytes, for the same reason."""
        signed_attrs = cms.CMSAttributes.load(signed_attrs.dump())
        return super()._package_signature(signed_attrs=signed_attrs, **others)


@dataclass(frozen=True)
class SealKey:
    """The key with which an agency seals: its certificate and chain (DER), and the private key in memory.

    A key on a token or HSM takes this one's place by giving the same `signer()` (PKCS11Signer with
    `use_raw_mechanism=True` and `other_certs_to_pull=()`; both measured).
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    private_key: PrivateKey
    agency_code: str
    agency_name: str

    def signer(self) -> Signer:
        """Give pyHanko a signer; cheap, made anew for every document."""
        store = SimpleCertificateStore()
        store.register_multiple(x509.Certificate.load(der) for der in self.chain)
        return _CachedKeySigner(x509.Certificate.load(self.certificate), self.private_key, store)
