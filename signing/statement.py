"""The offline statement: what the second code square of a copy says, signed, so that paper proves it without network.

COSE_Sign1 (RFC 9052 4.2) with ES256 over a CBOR map (RFC 8949) with integer keys, in base45 (RFC 9285) behind a
prefix, so that the square uses its alphanumeric mode. docs/offline-statement.md has the format. Nothing is packed: most
of it is a digest and a signature, which do not shrink. Pure; who holds the keys is `statement_keys`' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import Any, TypeVar

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

PREFIX = "HOSO1:"
VERSION = 1
MOST_CHARACTERS = 600
"""The whole text of the square. Longer names are cut, so that the modules stay large enough for a photocopier."""
MOST_NAME_BYTES = 64
KEY_ID_BYTES = 8
ALGORITHM, KEY_ID = 1, 4  # COSE header parameters (RFC 9052 3.1)
ES256 = -7  # RFC 9053 2.1
SIGN1_TAG = 18
PART = 32  # bytes of r and of s
EPOCH = date(1970, 1, 1)
MOST_UNDER = 400
"""Taken where a statement does not tell where its band ends: twice what a usual one reaches."""
CUT = "…"

Value = TypeVar("Value", int, str, bytes)


class Form(IntEnum):
    """The act that the copy comes from, as numbers that never change their meaning."""

    REGISTER = 1
    ORIGINAL = 2
    EXTRACT = 3


class Malformed(Exception):
    """The text begins like a statement of ours and is none."""


@dataclass(frozen=True)
class Statement:
    """What is stated. `number` is the copy's, as printed; `document_code` the record's number and notation, `holder`
    the holder's name, masked; each empty where the record has none. An extract never names the holder, and the number
    only where it shows it. `original_sha256` is of the sealed original, `issued_at` aware, whole seconds.
    `valid_until`: the copy's last day, where it has one. `under`: how far below the upper edge of the square's modules
    the band above the copy ends, in pt; what stands further down is the copied paper."""

    issuer: str
    number: str
    form: Form
    document_code: str
    issued_at: datetime
    holder: str
    original_sha256: str
    valid_until: date | None = None
    under: int = MOST_UNDER

    def payload(self) -> dict[int, Any]:
        """Give the CBOR map."""
        told: dict[int, Any] = {
            1: VERSION,
            2: self.issuer,
            3: self.number,
            4: int(self.form),
            5: _cut(self.document_code),
            6: int(self.issued_at.timestamp()),
            7: _cut(self.holder),
            8: bytes.fromhex(self.original_sha256),
            10: self.under,
        }
        if self.valid_until is not None:
            told[9] = (self.valid_until - EPOCH).days
        return told

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "issuer": self.issuer,
            "number": self.number,
            "form": self.form.name,
            "document_code": self.document_code,
            "issued_at": self.issued_at.isoformat(),
            "holder": self.holder,
            "original_sha256": self.original_sha256,
            "valid_until": None if self.valid_until is None else self.valid_until.isoformat(),
        }


@dataclass(frozen=True)
class Signed:
    """A statement as it was read: who claims to have signed it, and what the signature is over."""

    statement: Statement
    key_id: str
    protected: bytes
    payload: bytes
    signature: bytes

    def holds(self, key: EllipticCurvePublicKey) -> bool:
        """Say whether `key` made the signature."""
        r, s = (int.from_bytes(part, "big") for part in (self.signature[:PART], self.signature[PART:]))
        try:
            key.verify(
                encode_dss_signature(r, s), _to_be_signed(self.protected, self.payload), ECDSA(SHA256())
            )
        except InvalidSignature:
            return False
        return True


def sign(statement: Statement, key: EllipticCurvePrivateKey, key_id: str) -> str:
    """Give the text of the square.

    Raises:
        ValueError: the text is longer than MOST_CHARACTERS, or the key is not on P-256.
    """
    if key.curve.name != "secp256r1":
        raise ValueError("a statement key is one on P-256")
    protected = cbor2.dumps({ALGORITHM: ES256, KEY_ID: bytes.fromhex(key_id)}, canonical=True)
    payload = cbor2.dumps(statement.payload(), canonical=True)
    r, s = decode_dss_signature(key.sign(_to_be_signed(protected, payload), ECDSA(SHA256())))
    signature = r.to_bytes(PART, "big") + s.to_bytes(PART, "big")
    whole = cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, [protected, {}, payload, signature]))
    text = PREFIX + str(base45.b45encode(whole), "ascii")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"the statement takes {len(text)} characters of {MOST_CHARACTERS}")
    return text


def parse(text: str) -> Signed:
    """Give what the text of a square says, not yet believed. Raises Malformed."""
    if not text.startswith(PREFIX) or len(text) > MOST_CHARACTERS:
        raise Malformed("no prefix, or too long")
    try:
        whole = cbor2.loads(base45.b45decode(text[len(PREFIX) :]))
        if not isinstance(whole, cbor2.CBORTag) or whole.tag != SIGN1_TAG:
            raise Malformed("no COSE_Sign1")
        protected, _, payload, signature = whole.value
        header, told = cbor2.loads(protected), cbor2.loads(payload)
        key_id = _of(bytes, header[KEY_ID])
        if (
            header[ALGORITHM] != ES256
            or len(key_id) != KEY_ID_BYTES
            or len(_of(bytes, signature)) != 2 * PART
        ):
            raise Malformed("not ES256")
        return Signed(_statement(told), key_id.hex(), protected, payload, signature)
    except (
        cbor2.CBORError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        OSError,  # of a second that the calendar of the machine does not reach
    ) as error:
        raise Malformed(f"{type(error).__name__}: {error}") from error


def _statement(told: dict[int, Any]) -> Statement:
    if told[1] != VERSION:
        raise Malformed(f"version {told[1]}")
    issuer, number, document_code, holder = (_of(str, told[place]) for place in (2, 3, 5, 7))
    original = _of(bytes, told[8])
    if len(original) != 32:
        raise Malformed("no SHA-256")
    until = None if 9 not in told else EPOCH + timedelta(days=_of(int, told[9]))
    under = _of(int, told.get(10, MOST_UNDER))
    issued_at = datetime.fromtimestamp(_of(int, told[6]), UTC)
    form = Form(_of(int, told[4]))
    return Statement(issuer, number, form, document_code, issued_at, holder, original.hex(), until, under)


def _of(kind: type[Value], value: object) -> Value:
    """Give the value, of exactly this kind: CBOR has fractions that look short and take minutes to become whole
    numbers, and whoever prints a square may write one. Raises Malformed."""
    if type(value) is not kind:
        raise Malformed("a value of another kind")
    return value


def masked(name: str) -> str:
    """Give a person's name so that who holds the paper can compare, and who finds it does not learn it: the first
    letter of every word but the last, which stays whole ("Nguyễn Thị Mai" becomes "N*** T*** Mai")."""
    words = name.split()
    return " ".join([*(word[0] + "***" for word in words[:-1]), *words[-1:]])


def _cut(text: str) -> str:
    """Give the text, cut to MOST_NAME_BYTES of UTF-8 between letters."""
    whole = text.encode()
    if len(whole) <= MOST_NAME_BYTES:
        return text
    return whole[: MOST_NAME_BYTES - len(CUT.encode())].decode(errors="ignore") + CUT


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Give the Sig_structure (RFC 9052 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", payload])
