"""An agency's seal key in this process, read once."""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import algos, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash, process_pss_params

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
