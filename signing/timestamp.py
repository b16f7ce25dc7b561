"""Timestamps: an authority in this process for tests and first start, and the guard that names its failures."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from signing.der import (
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    as_read,
    der,
    encoded,
    issuer_and_serial,
    set_of,
    signed_data,
    signer_info,
    tagged,
)
from signing.errors import TimestampUnavailable

# A policy of no authority: an OID under 2.25 (Rec. ITU-T X.667) made from a random UUID, so that no real
# authority's policy is claimed by a test key.
TEST_POLICY = "2.25.289441817083251926381527430918273645110"
SERIAL_BYTES = 16

SHA256 = bytes(algos.DigestAlgorithm({"algorithm": "sha256"}).dump())
ECDSA_SHA256 = bytes(algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump())
MESSAGE_DIGEST = bytes(cms.CMSAttributeType("message_digest").dump())
TST_INFO = bytes(cms.ContentType("tst_info").dump())


@lru_cache(maxsize=8)
def _constant(certificate: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """Give what is the same in every token of an authority: its name, and attributes that are signed (RFC 5816)."""
    own = x509.Certificate.load(certificate)
    names = as_signing_certificate_v2(own, "sha256")
    return issuer_and_serial(own), (
        bytes(simple_cms_attribute("content_type", "tst_info").dump()),
        bytes(simple_cms_attribute("signing_certificate_v2", names).dump()),
    )


class LocalTimestamper(TimeStamper):
    """RFC 3161 tokens from an EC P-256 key held in memory (pyHanko's DummyTimeStamper knows only RSA).

    `clock` gives an aware datetime; tokens carry whole seconds. Serials are random (RFC 3161 2.4.2 wants them unique).
    `answer_seconds` is how long an answer takes: a real authority is far away.
    """

    def __init__(
        self,
        certificate: bytes,
        chain: tuple[bytes, ...],
        private_key: EllipticCurvePrivateKey,
        clock: Callable[[], datetime],
        random_bytes: Callable[[int], bytes] = os.urandom,
        answer_seconds: float = 0.0,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._certificate = x509.Certificate.load(certificate)
        self._certificates = (certificate, *chain)
        self._named, self._attributes = _constant(certificate)
        self._private_key = private_key
        self._clock = clock
        self._random_bytes = random_bytes
        self._answer_seconds = answer_seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer the request, after as long as it was told to take."""
        await asyncio.sleep(self._answer_seconds)
        granted = der(SEQUENCE, der(INTEGER, b"\0"))  # PKIStatusInfo, RFC 3161 2.4.2
        # read from bytes, as it would come from the network
        return tsp.TimeStampResp.load(der(SEQUENCE, granted, self._token(self._info(req))))

    def _info(self, req: tsp.TimeStampReq) -> bytes:
        info: dict[str, Any] = {
            "version": "v1",
            "policy": TEST_POLICY,
            "message_imprint": req["message_imprint"],
            # The first bit stays clear: DER integers are signed and RFC 5280 style serials positive.
            "serial_number": int.from_bytes(self._random_bytes(SERIAL_BYTES), "big") >> 1 | 1,
            "gen_time": core.GeneralizedTime(self._clock().astimezone(UTC).replace(microsecond=0)),
            "tsa": x509.GeneralName(name="directory_name", value=self._certificate.subject),
        }
        if req["nonce"].native is not None:
            info["nonce"] = req["nonce"]
        return bytes(tsp.TSTInfo(info).dump())

    def _token(self, info: bytes) -> bytes:
        """Give the CMS SignedData over `info` (RFC 3161 2.4.2)."""
        digest = der(OCTET_STRING, hashlib.sha256(info).digest())
        attributes = set_of([*self._attributes, der(SEQUENCE, MESSAGE_DIGEST, der(SET, digest))])
        signature = self._private_key.sign(der(SET, attributes), ECDSA(hashes.SHA256()))
        signer = signer_info(self._named, SHA256, attributes, ECDSA_SHA256, signature)
        content = der(SEQUENCE, TST_INFO, tagged(0, der(OCTET_STRING, info)))
        return signed_data(3, SHA256, content, self._certificates, signer)


class GuardedTimestamper(TimeStamper):
    """Any timestamper, whose every failure becomes TimestampUnavailable.

    Measured with pyHanko 0.38: a refused connection, an HTML page or a timeout raise TimestampRequestError, but a
    rejection or an empty body a plain ValueError, so the kind of error says nothing and all are caught here.
    """

    def __init__(self, inner: TimeStamper) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inner = inner

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Ask the authority behind.

        Raises:
            TimestampUnavailable: it did not answer with a token.
        """
        try:
            token = await self._inner.async_timestamp(message_digest, md_algorithm)
            # the first token tells the authority's certificates; pyHanko would fetch one more for that
            self._register_dummy(md_algorithm, token)  # type: ignore[no-untyped-call]
        except TimestampUnavailable:
            raise
        except Exception as error:
            raise TimestampUnavailable(
                f"no timestamp from the authority: {type(error).__name__}: {error}"
            ) from error
        # a token that nobody has looked into yet is copied as bytes; signing/der.py tells what the other kind costs
        return encoded(as_read(token))
