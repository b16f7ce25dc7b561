"""An agency's seal key: who it is, and a way to its private key, wherever that lives."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

from asn1crypto import algos, cms, x509
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.der import SEQUENCE, SET, der, encoded, issuer_and_serial, signed_data, signer_info
from signing.errors import NotSealed
from signing.scheme import Scheme, scheme_for

DATA = bytes(cms.ContentType("data").dump())
SIGNATURE_TIMESTAMP = bytes(cms.CMSAttributeType("signature_time_stamp_token").dump())


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

    async def signed_attrs(self, *of: Any, **others: Any) -> cms.CMSAttributes:
        """Give pyHanko's attributes, encoded once: a tree read from bytes and not unfolded is copied as bytes."""
        made = await super().signed_attrs(*of, **others)
        return cms.CMSAttributes.load(made.dump())

    async def unsigned_attrs(
        self,
        digest_algorithm: str,
        signature: bytes,
        signed_attrs: cms.CMSAttributes,
        timestamper: TimeStamper | None = None,
        dry_run: bool = False,
    ) -> cms.CMSAttributes | None:
        """Give the signature timestamp (RFC 3161 appendix A) as an attribute."""
        if timestamper is None:
            return None
        if dry_run:
            token = await timestamper.async_dummy_response(digest_algorithm)
        else:
            digest = hashlib.new(digest_algorithm, signature).digest()
            token = await timestamper.async_timestamp(digest, digest_algorithm)
        attribute = der(SEQUENCE, SIGNATURE_TIMESTAMP, der(SET, token.dump()))
        return cms.CMSAttributes.load(der(SET, attribute))

    def _package_signature(
        self,
        *,
        digest_algorithm: str,
        cms_version: Any,
        signed_attrs: cms.CMSAttributes,
        signature: bytes,
        unsigned_attrs: cms.CMSAttributes | None,
        encap_content_info: Any,
    ) -> cms.ContentInfo:
        """Put the parts together; they are what pyHanko would put there (tests/signing compare with other programs)."""
        if encap_content_info is not None and encap_content_info["content_type"] != "data":
            raise ValueError("the content of a PDF's signature is outside of it")
        digest = bytes(algos.DigestAlgorithm({"algorithm": digest_algorithm}).dump())
        signer = signer_info(
            issuer_and_serial(self.signing_cert), digest, signed_attrs.contents, self._key.scheme.mechanism().dump(),
            signature, None if unsigned_attrs is None else unsigned_attrs.contents,
        )  # fmt: skip
        chain = [one for one in self.cert_registry if one.self_signed == "no" and one != self.signing_cert]
        certificates = [one.dump() for one in (self.signing_cert, *chain)]
        whole = signed_data(1, digest, der(SEQUENCE, DATA), certificates, signer)
        return encoded(whole)
