"""How a key signs: the algorithms that new signatures may use, and nothing weaker (TT 15/2025/TT-BKHCN annex I)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from asn1crypto import algos, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.checks.integrity import DIGESTS, EC_BITS, RSA_BITS
from signing.errors import NotSealed

Algorithm = Literal["RSASSA-PSS", "ECDSA"]

# Of the annex's digests those that tokens and remote signers know as well.
HASHES: MappingProxyType[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = MappingProxyType(
    {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
)

KEYS = ("rsa", "rsassa_pss", "ec")


@dataclass(frozen=True)
class Scheme:
    """One way to sign. RSASSA-PSS with MGF1 over the same digest and a salt as long as it (RFC 4055 3.1, FIPS 186-5
    5.4: no longer), which tokens take; ECDSA signatures are DER (RFC 3279 2.2.3)."""

    algorithm: Algorithm
    digest: str

    @property
    def hash(self) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512:
        """Give the digest as `cryptography` names it."""
        return HASHES[self.digest]()

    @property
    def salt_bytes(self) -> int:
        """Give the length of the PSS salt."""
        return self.hash.digest_size

    def padding(self) -> PSS:
        """Give the PSS padding."""
        return PSS(MGF1(self.hash), self.salt_bytes)

    def mechanism(self) -> algos.SignedDigestAlgorithm:
        """Give what the CMS says about it (RFC 4055, RFC 5754)."""
        if self.algorithm == "ECDSA":
            return algos.SignedDigestAlgorithm({"algorithm": f"{self.digest}_ecdsa"})
        named = {"algorithm": self.digest}
        parameters = algos.RSASSAPSSParams(
            {
                "hash_algorithm": algos.DigestAlgorithm(named),
                "mask_gen_algorithm": algos.MaskGenAlgorithm(
                    {"algorithm": "mgf1", "parameters": algos.DigestAlgorithm(named)}
                ),
                "salt_length": self.salt_bytes,
            }
        )
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

    def digest_of(self, data: bytes) -> bytes:
        """Give the digest of `data`, which is all that a private key gets to see."""
        work = hashes.Hash(self.hash)
        work.update(data)
        return work.finalize()

    def holds(self, certificate: x509.Certificate, digest: bytes, signature: bytes) -> bool:
        """Say whether `signature` over `digest` is the certificate's key's, by exactly this scheme."""
        key = load_der_public_key(certificate.public_key.dump())
        try:
            if isinstance(key, RSAPublicKey) and self.algorithm == "RSASSA-PSS":
                key.verify(signature, digest, self.padding(), Prehashed(self.hash))
            elif isinstance(key, EllipticCurvePublicKey) and self.algorithm == "ECDSA":
                key.verify(signature, digest, ECDSA(Prehashed(self.hash)))
            else:
                return False
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return False
        return True


def scheme_for(certificate: x509.Certificate, digest: str = "sha256") -> Scheme:
    """Give the scheme of the certificate's key.

    Raises:
        NotSealed: KEY_TOO_WEAK, the key, its digest or the certificate's own signature is below the annex.
    """
    if digest not in HASHES:
        raise NotSealed("KEY_TOO_WEAK", f"digest {digest}")
    made_with = certificate["signature_algorithm"]
    if made_with.hash_algo not in DIGESTS:
        raise NotSealed("KEY_TOO_WEAK", f"certificate signed with {made_with.hash_algo}")
    key = certificate.public_key
    # asn1crypto fails when asked for the bits of others, such as Ed25519 (measured)
    if key.algorithm not in KEYS:
        raise NotSealed("KEY_TOO_WEAK", key.algorithm)
    if key.algorithm in ("rsa", "rsassa_pss") and key.bit_size >= RSA_BITS:
        return Scheme("RSASSA-PSS", digest)
    if key.algorithm == "ec" and key.bit_size >= EC_BITS:
        return Scheme("ECDSA", digest)
    raise NotSealed("KEY_TOO_WEAK", f"{key.algorithm} {key.bit_size} bit")
