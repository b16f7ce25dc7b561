"""An agency's seal key: who it is, and a way to its private key, wherever that lives."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

from asn1crypto import cms, parser, x509
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.errors import NotSealed
from signing.scheme import Scheme, scheme_for

SEQUENCE, SET = 16, 17  # universal tags of ASN.1


class PrivateKey(Protocol):
    """The private half: in memory, on a token or HSM, or with a remote signer. Threads share it."""

    def sign(self, digest: bytes, scheme: Scheme) -> bytes:
        """Give the signature over a digest of the scheme's. May take its time; blocks.

        Raises:
            NotSealed: TOKEN_AWAY, SIGNER_AWAY (wait), SIGNER_REFUSED and others (a person must look).
        """


@dataclass(frozen=True)
class SealKey:
    """The key with which an agency seals: its certificate and chain (DER), and what signs with it.

    `digest` is that of the document and of the signature: sha256, sha384 or sha512.
    """

    certificate: bytes
    chain: tuple[bytes, ...]
    private_key: PrivateKey = field(repr=False)
    agency_code: str
    agency_name: str
    digest: str = "sha256"

    @property
    def scheme(self) -> Scheme:
        """Give how it signs. Raises NotSealed KEY_TOO_WEAK."""
        return scheme_for(x509.Certificate.load(self.certificate), self.digest)

    def sign(self, data: bytes) -> bytes:
        """Give the signature over `data`, made wherever the key is and checked here.

        Raises:
            NotSealed: KEY_MISMATCH, it is not the certificate's signature; what the private key raises.
        """
        certificate, scheme = x509.Certificate.load(self.certificate), self.scheme
        digest = scheme.digest_of(data)
        signature = self.private_key.sign(digest, scheme)
        # a token with another key, a remote signer that errs or lies: found before anything is built on it
        if not scheme.holds(certificate, digest, signature):
            raise NotSealed(
                "KEY_MISMATCH", f"the signature is not {scheme.algorithm} of the certificate's key"
            )
        return signature

    def signer(self) -> Signer:
        """Give pyHanko a signer; cheap, made anew for every document."""
        return _Signer(self)


class _Signer(Signer):
    """pyHanko's way to a SealKey. Roots are the checker's own business and stay out of the file."""

    def __init__(self, key: SealKey) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(x509.Certificate.load(der) for der in key.chain)
        super().__init__(
            embed_roots=False,
            cert_registry=store,
            signing_cert=x509.Certificate.load(key.certificate),
            signature_mechanism=key.scheme.mechanism(),
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != self._key.digest:
            raise NotSealed("KEY_TOO_WEAK", f"digest {digest_algorithm} is not the key's {self._key.digest}")
        return await asyncio.to_thread(self._key.sign, data)

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
