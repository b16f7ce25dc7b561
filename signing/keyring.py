"""The one place where keys are opened: what an agency seals with or an officer signs with in person, read from their
settings, else the TEST key.

A key is opened once a process and kept there as long as none of its files changes. Processes that seal live long and
hold it; none else calls this (ADR 0021). Keys of officers: ADR 0030.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem, x509

from signing import keyfile, memory, officers, pki
from signing.errors import NotSealed
from signing.key import PrivateKey, SealKey
from signing.keyfile import TEST, AtSigner, InFile, KeyFile, OnToken
from signing.remote import RemoteKey
from signing.scheme import KEYS, scheme_for
from signing.secret_files import closed, secret
from signing.stamps import Stamp, stamp

KEYS_IN_MEMORY = 64

_opening = threading.Lock()  # two threads that want the same key must not open it twice


@dataclass(frozen=True)
class _Place:
    """Where a key is told of: its settings and the file they stand in, or the file of a TEST key."""

    told: Path
    settings: KeyFile | None

    def files(self, directory: Path) -> tuple[Path, ...]:
        more = (directory / "intermediate.crt",) if self.settings is None else self.settings.files()
        return (self.told, *more)


def load_key(directory: Path, agency_code: str) -> SealKey:
    """Give the agency's key, opened already if this process has used it before.

    Raises:
        NotSealed: NO_KEY, KEY_SETTINGS, KEY_UNREADABLE, KEY_FILE_OPEN, KEY_PASSPHRASE, KEY_MISMATCH, KEY_TOO_WEAK,
            TOKEN_AWAY, SIGNER_AWAY.
        ValueError: `agency_code` cannot be one.
    """
    return _load(directory, agency_code, _place(directory, agency_code))


def load_officer_key(directory: Path, agency_code: str, officer: str) -> SealKey:
    """Give the personal key of an officer of the agency, as `load_key` gives the agency's.

    Raises:
        NotSealed: NO_OFFICER_KEY, no settings name them, and they have no TEST key where the agency seals with one;
            OFFICER_MISMATCH, the certificate is not theirs at this agency; what `load_key` raises, also about the
            agency's certificate.
        ValueError: `agency_code` cannot be one.
    """
    place = _place(directory, agency_code, _named(officer))
    if place.settings is not None:
        # refused before it is opened, where its certificate lies apart
        _identity(directory, agency_code, place, officer)
    return _load(directory, agency_code, place)


def enrol(directory: Path, agency_code: str, agency_name: str, officer: str, at: datetime) -> str:
    """See that the officer has a personal key and give its kind. A TEST key is issued only where the agency itself
    seals with one: who seals in earnest names each officer's key.

    Raises:
        NotSealed: NO_OFFICER_KEY, and as `kind_of`.
    """
    if (
        officers.find(directory, agency_code, _named(officer)) is None
        and kind_of(directory, agency_code) == TEST
    ):
        pki.issue_officer(directory, agency_code, agency_name, officer, at)
    return kind_of(directory, agency_code, officer)


def kind_of(directory: Path, agency_code: str, officer: str = "") -> str:
    """Give pkcs11, pkcs12, pem, remote or test, without opening anything; of the agency, or of an officer of it.

    Raises:
        NotSealed: NO_KEY, NO_OFFICER_KEY, KEY_SETTINGS, KEY_UNREADABLE, KEY_TOO_WEAK.
    """
    settings = _place(directory, agency_code, officer).settings
    return TEST if settings is None else settings.kind


def told(directory: Path) -> list[tuple[str, Path | None]]:
    """Give who has settings of their own: the agency's code, and the file where it is an officer's."""
    found: list[tuple[str, Path | None]] = [
        (path.stem, None) for path in (directory / "seals").glob("*.toml")
    ]
    found += [(path.parent.name, path) for path in (directory / "officers").glob("*/*.toml")]
    return sorted(found, key=str)


def identity(directory: Path, agency_code: str, officer: str = "") -> tuple[bytes, tuple[bytes, ...]]:
    """Give certificate and chain without asking a token or a remote signer for anything. Raises as load_key and
    load_officer_key do."""
    return _identity(directory, agency_code, _place(directory, agency_code, officer), officer)


def prove(key: SealKey) -> None:
    """Have the key sign something that is nothing else. Raises NotSealed as SealKey.sign does."""
    key.sign(b"hoso: does this key belong to its certificate?")


def _named(officer: str) -> str:
    """Nobody's key is not the agency's: a person signs in person. Raises NotSealed NO_OFFICER_KEY."""
    if not officer.strip():
        raise NotSealed("NO_OFFICER_KEY", "no name")
    return officer


def _place(directory: Path, agency_code: str, officer: str = "") -> _Place:
    seal = pki.seal_path(directory, agency_code)
    if officer:
        found = officers.find(directory, agency_code, officer)
        if found is not None:
            return _Place(*found)
        issued = pki.officer_path(directory, agency_code, officer)
        if issued.exists() and kind_of(directory, agency_code) == TEST:
            return _Place(issued, None)
        raise NotSealed("NO_OFFICER_KEY", f"{officer}, {agency_code}")
    told = seal.with_suffix(".toml")
    if told.exists():
        settings = keyfile.read(told)
        if settings.officer:
            raise NotSealed("KEY_SETTINGS", f"{told.name}: officer belongs into officers/{agency_code}")
        return _Place(told, settings)
    if seal.exists():
        return _Place(seal, None)
    raise NotSealed("NO_KEY", agency_code)


def _identity(
    directory: Path, agency_code: str, place: _Place, officer: str
) -> tuple[bytes, tuple[bytes, ...]]:
    settings = place.settings
    if settings is None or settings.certificate is None:
        key = _load(directory, agency_code, place)  # they stand in one file with the key
        own, chain = key.certificate, key.chain
    else:
        own, *above = certificates(settings.certificate)
        chain = (*above, *(() if settings.chain is None else certificates(settings.chain)))
    if officer and settings is not None:
        officers.require_officers(own, officer, identity(directory, agency_code)[0])
    return own, chain


def _load(directory: Path, agency_code: str, place: _Place) -> SealKey:
    with _opening:
        return _opened(directory, agency_code, place.told, tuple(map(stamp, place.files(directory))))


@lru_cache(maxsize=KEYS_IN_MEMORY)
def _opened(directory: Path, agency_code: str, told: Path, stamps: tuple[Stamp, ...]) -> SealKey:
    if told.suffix != ".toml":
        try:
            return pki.load(directory, told, agency_code)
        except FileNotFoundError as error:
            raise NotSealed("NO_KEY", agency_code) from error
    settings = keyfile.read(told)
    private_key, certificate, chain = _parts(settings, told, stamps)
    if settings.chain is not None:
        chain += certificates(settings.chain)
    key = SealKey(certificate, chain, private_key, agency_code, _name(certificate), settings.digest)
    scheme = key.scheme  # weak ones end here
    for der in chain:
        scheme_for(x509.Certificate.load(der), settings.digest)
    if settings.algorithm not in (None, scheme.algorithm):
        raise NotSealed(
            "KEY_SETTINGS", f"{told.name}: the key signs by {scheme.algorithm}, not {settings.algorithm}"
        )
    if not isinstance(settings.place, AtSigner):  # he is asked when there is something to sign
        prove(key)
    return key


def _parts(
    settings: KeyFile, told: Path, stamps: tuple[Stamp, ...]
) -> tuple[PrivateKey, bytes, tuple[bytes, ...]]:
    """Give private key, certificate and the chain beside it."""
    place = settings.place
    own: tuple[bytes, ...] = () if settings.certificate is None else certificates(settings.certificate)
    if isinstance(place, InFile):
        data, passphrase = closed(place.key), secret(place.passphrase_file).encode()
        if place.pkcs12:
            key, certificate, chain = memory.from_pkcs12(data, passphrase)
            return (key, own[0], own[1:] + chain) if own else (key, certificate, chain)
        own = own or _parsed(place.key, data)
        if not own:
            raise NotSealed("KEY_SETTINGS", f"{told.name}: certificate is missing")
        _weak_before(own[0], settings.digest)
        return memory.from_pem(data, passphrase), own[0], own[1:]
    _weak_before(own[0], settings.digest)
    if isinstance(place, OnToken):
        return _on_token(place, told, stamps), own[0], own[1:]
    return RemoteKey(place, secret(place.secret_file)), own[0], own[1:]


def _weak_before(certificate: bytes, digest: str) -> None:
    """Refuse by the certificate alone, before a token is asked for what it might even do."""
    scheme_for(x509.Certificate.load(certificate), digest)


def _on_token(place: OnToken, told: Path, stamps: tuple[Stamp, ...]) -> PrivateKey:
    """Open the token. A PIN that it refused is noted beside the settings until settings or PIN file change."""
    from signing.token import Refusals, TokenKey  # PKCS#11 stays out of processes that do not need it

    return TokenKey(
        place, secret(place.pin_file), Refusals(told.with_suffix(".refused"), repr(stamps).encode())
    )


def certificates(path: Path) -> tuple[bytes, ...]:
    """Give the certificates of a PEM (one or more) or DER file. Raises NotSealed KEY_UNREADABLE."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotSealed("KEY_UNREADABLE", f"{path}: {error.strerror}") from error
    found = _parsed(path, data)
    if not found:
        raise NotSealed("KEY_UNREADABLE", f"{path}: no certificate in it")
    return found


def _parsed(path: Path, data: bytes) -> tuple[bytes, ...]:
    """Give the certificates of a PEM file, or the one of a DER file. Raises NotSealed KEY_UNREADABLE."""
    try:
        found = (data,)
        if pem.detect(data):
            found = tuple(der for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE")
        for der in found:
            key = x509.Certificate.load(der, strict=True).public_key
            if key.algorithm in KEYS:
                key.bit_size  # noqa: B018  parses it
    except (ValueError, TypeError) as error:
        raise NotSealed("KEY_UNREADABLE", f"{path}: {error}") from error
    return found


def _name(certificate: bytes) -> str:
    subject = x509.Certificate.load(certificate).subject.native
    name = subject.get("organization_name") or subject.get("common_name") or ""
    return name if isinstance(name, str) else ", ".join(name)
