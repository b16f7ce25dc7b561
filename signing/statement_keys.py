"""Keys for offline statements, apart from seals: a seal key may live on a token, and is not used for many small things.

``<keys>/statements/<agency>.pem`` holds the agency's current key and certificate; ``<keys>/statements/keys.json`` is
what is published (`/.well-known/hoso-keys.json`): every key there ever was, with the time in which it signs, the time
in which it is believed, and since when it is revoked. Free of pyHanko, for the web process reads the published file.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from signing import certificates
from signing.certificates import pem_key, subject
from signing.disk import PRIVATE_MODE, PUBLIC_MODE, alone, replace
from signing.statement import KEY_ID_BYTES

FORMAT = "hoso-keys-1"
FOLDER, PUBLISHED = "statements", "keys.json"
SIGNS_DAYS = 3 * 365
BELIEVED_DAYS = 15 * 365  # paper lives longer than keys do; no certificate outlives its issuer, though
MOST_BYTES = 4 << 20


class BadKeys(Exception):
    """The file is none of published keys."""


class NoSuchKey(Exception):
    """No key of this id was published, or the agency has none that signs now and none can be issued here."""


@dataclass(frozen=True)
class PublishedKey:
    """One key: whose, in which time it signs (`since` to `until`), until when it is believed, since when revoked."""

    key_id: str
    agency: str
    agency_name: str
    public: ec.EllipticCurvePublicKey
    since: datetime
    until: datetime
    believed_until: datetime
    revoked_since: datetime | None


@dataclass(frozen=True)
class StatementKey:
    """The key with which an agency signs statements now."""

    key_id: str
    private: ec.EllipticCurvePrivateKey


def load(directory: Path, agency_code: str, agency_name: str, now: datetime) -> StatementKey:
    """Give the agency's statement key, issuing and publishing one of the TEST PKI when none signs at `now`.

    Raises:
        NoSuchKey: there is none, and this is no TEST PKI.
    """
    with alone(directory):
        folder = directory / FOLDER
        folder.mkdir(exist_ok=True)
        path = folder / f"{agency_code}.pem"
        if path.exists():
            bundle = path.read_bytes()
            key = _private(bundle)
            found = key_set(directory).get(key_id_of(key.public_key()))
            usable = found is not None and found.revoked_since is None and found.since <= now < found.until
            if usable and found is not None and found.agency_name == agency_name:
                return StatementKey(found.key_id, key)
        if not (directory / "intermediate.key").exists():
            raise NoSuchKey(agency_code)  # no TEST PKI: the office installs keys of its authority
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.load_pem_x509_certificate((directory / "intermediate.crt").read_bytes())
        issuer_key = _private((directory / "intermediate.key").read_bytes())
        days = min(BELIEVED_DAYS, (issuer.not_valid_after_utc - now).days)
        name = subject(f"TEST statements {agency_name}", organisation=agency_name, identifier=agency_code)
        certificate = certificates.leaf(name, key, issuer, issuer_key, now, days, commitment=False)
        # Published before it is used: no statement is out whose key nobody can know.
        _publish(directory, _entry((certificate, issuer), agency_code, agency_name))
        replace(path, pem_key(key) + certificate.public_bytes(Encoding.PEM), PRIVATE_MODE)
    return StatementKey(key_id_of(key.public_key()), key)


def install(directory: Path, agency_code: str, agency_name: str, bundle: bytes) -> str:
    """Take a key of the agency's own authority into use and publish it; give its id. `bundle`: PEM of the private key
    on P-256, its certificate, and those above it.

    Raises:
        BadKeys: it is no such bundle, the certificate is another key's, or the key is revoked.
    """
    try:
        key = _private(bundle)
        chain = tuple(x509.load_pem_x509_certificates(bundle))
        same = chain[0].public_key() == key.public_key()
    except (ValueError, TypeError) as error:
        raise BadKeys(f"{type(error).__name__}: {error}") from error
    if not same or key.curve.name != "secp256r1":
        raise BadKeys("a key on P-256 and its own certificate are needed")
    with alone(directory):
        folder = directory / FOLDER
        folder.mkdir(exist_ok=True)
        row = _entry(chain, agency_code, agency_name)
        known = key_set(directory).get(row["kid"])
        if known is None:
            _publish(directory, row)
        elif known.revoked_since is not None:
            raise BadKeys(f"the key {known.key_id} is revoked")
        replace(folder / f"{agency_code}.pem", bundle, PRIVATE_MODE)
    return str(row["kid"])


def published(directory: Path) -> bytes:
    """Give the file of published keys; an empty set where no key was issued yet."""
    path = directory / FOLDER / PUBLISHED
    return path.read_bytes() if path.exists() else _file([])


def key_set(directory: Path) -> dict[str, PublishedKey]:
    """Give the published keys of this installation by their ids. Raises BadKeys."""
    return parse(published(directory))


def revoke(directory: Path, key_id: str, since: datetime) -> None:
    """Say that the key is not to be believed from `since` on; the first word stands. Raises NoSuchKey."""
    with alone(directory):
        rows = json.loads(published(directory))["keys"]
        for row in rows:
            if row["kid"] == key_id:
                row["revoked"] = row["revoked"] or since.isoformat()
                replace(directory / FOLDER / PUBLISHED, _file(rows), PUBLIC_MODE)
                return
    raise NoSuchKey(key_id)


def parse(data: bytes) -> dict[str, PublishedKey]:
    """Give published keys by their ids. Raises BadKeys; an id that is not that of its key is refused, too."""
    if len(data) > MOST_BYTES:
        raise BadKeys("too large")
    try:
        told = json.loads(data)
        if told["format"] != FORMAT:
            raise BadKeys(f"format {told['format']}")
        keys = [_read(row) for row in told["keys"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadKeys(f"{type(error).__name__}: {error}") from error
    return {key.key_id: key for key in keys}


def key_id_of(key: ec.EllipticCurvePublicKey) -> str:
    """Give a key's id: the first eight bytes of the SHA-256 of its SubjectPublicKeyInfo, in hex."""
    whole = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(whole).hexdigest()[: 2 * KEY_ID_BYTES]


def _read(row: dict[str, Any]) -> PublishedKey:
    x, y = (int.from_bytes(_from_url(row[part]), "big") for part in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    times = [datetime.fromisoformat(row[name]) for name in ("from", "until", "believed_until")]
    revoked = None if row["revoked"] is None else datetime.fromisoformat(row["revoked"])
    if row["crv"] != "P-256" or row["kid"] != key_id_of(public):
        raise BadKeys(f"the id {row['kid']} is not its key's")
    if any(one.tzinfo is None for one in (*times, *([] if revoked is None else [revoked]))):
        raise BadKeys("a time without zone")
    since, until, believed_until = times
    return PublishedKey(
        row["kid"], str(row["agency"]), str(row["agency_name"]), public, since, until, believed_until, revoked
    )


def _entry(chain: tuple[x509.Certificate, ...], agency_code: str, agency_name: str) -> dict[str, Any]:
    """Give the published row: a JSON Web Key (RFC 7517) with the times and the certificate chain for who checks it."""
    certificate = chain[0]
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError("a statement key is an EC key")
    numbers = public.public_numbers()
    begin = certificate.not_valid_before_utc
    until = min(begin + timedelta(days=SIGNS_DAYS), certificate.not_valid_after_utc)
    return {
        "kid": key_id_of(public),
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "x": _to_url(numbers.x),
        "y": _to_url(numbers.y),
        "agency": agency_code,
        "agency_name": agency_name,
        "from": begin.isoformat(),
        "until": until.isoformat(),
        "believed_until": certificate.not_valid_after_utc.isoformat(),
        "revoked": None,
        "x5c": [b64encode(one.public_bytes(Encoding.DER)).decode() for one in chain],
    }


def _publish(directory: Path, row: dict[str, Any]) -> None:
    rows = json.loads(published(directory))["keys"]
    replace(directory / FOLDER / PUBLISHED, _file([*rows, row]), PUBLIC_MODE)


def _file(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps({"format": FORMAT, "keys": rows}, ensure_ascii=False, indent=1).encode()


def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("not an EC key")
    return key


def _to_url(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _from_url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
