"""The one place where keys are opened: what an agency seals with, read from its settings, else the TEST key.

A key is opened once a process and kept there as long as none of its files changes. Processes that seal live long and
hold it; none else calls this (ADR 0021).
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

from asn1crypto import pem, x509

from signing import keyfile, memory, pki
from signing.disk import PRIVATE_MODE, replace
from signing.errors import NotSealed
from signing.key import PrivateKey, SealKey
from signing.keyfile import AtSigner, InFile, KeyFile, OnToken
from signing.remote import RemoteKey
from signing.scheme import scheme_for
from signing.secret_files import closed, secret
from signing.stamps import Stamp, stamp

KEYS_IN_MEMORY = 64
TEST = "test"
"""The kind of the key that pki.py makes."""

_opening = threading.Lock()  # two threads that want the same key must not open it twice


def load_key(directory: Path, agency_code: str) -> SealKey:
    """Give the agency's key, opened already if this process has used it before.

    Raises:
        NotSealed: NO_KEY, KEY_SETTINGS, KEY_UNREADABLE, KEY_FILE_OPEN, KEY_PASSPHRASE, KEY_MISMATCH, KEY_TOO_WEAK,
            TOKEN_AWAY, SIGNER_AWAY.
        ValueError: `agency_code` cannot be one.
    """
    told = settings_path(directory, agency_code)
    if told.exists():
        files: tuple[Path, ...] = (told, *keyfile.read(told).files())
    else:
        told = pki.seal_path(directory, agency_code)
        files = (told, directory / "intermediate.crt")
    with _opening:
        return _opened(directory, agency_code, told, tuple(map(stamp, files)))


def settings_path(directory: Path, agency_code: str) -> Path:
    """Give where the agency's settings are or would be. Raises ValueError as load_key does."""
    return pki.seal_path(directory, agency_code).with_name(f"{agency_code}.toml")


def kind_of(directory: Path, agency_code: str) -> str:
    """Give pkcs11, pkcs12, pem, remote or test, without opening anything. Raises NotSealed as load_key does."""
    told = settings_path(directory, agency_code)
    if told.exists():
        return keyfile.read(told).kind
    if pki.seal_path(directory, agency_code).exists():
        return TEST
    raise NotSealed("NO_KEY", agency_code)


def told(directory: Path) -> tuple[str, ...]:
    """Give the codes of the agencies that have settings of their own."""
    return tuple(sorted(path.stem for path in (directory / "seals").glob("*.toml")))


def identity(directory: Path, agency_code: str) -> tuple[bytes, tuple[bytes, ...]]:
    """Give certificate and chain without asking a token or a remote signer for anything. Raises as load_key does."""
    place = settings_path(directory, agency_code)
    settings = keyfile.read(place) if place.exists() else None
    if settings is None or settings.certificate is None:
        key = load_key(directory, agency_code)  # they stand in one file with the key
        return key.certificate, key.chain
    own = certificates(settings.certificate)
    return own[0], own[1:] + (() if settings.chain is None else certificates(settings.chain))


def prove(key: SealKey) -> None:
    """Have the key sign something that is nothing else. Raises NotSealed as SealKey.sign does."""
    key.sign(b"hoso: does this key belong to its certificate?")


@lru_cache(maxsize=KEYS_IN_MEMORY)
def _opened(directory: Path, agency_code: str, told: Path, stamps: tuple[Stamp, ...]) -> SealKey:
    if told.suffix != ".toml":
        try:
            return pki.load_seal(directory, agency_code)
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
        own = own or _in_pem(data)
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
    """Open the token, never twice with a PIN it has refused: a few wrong tries lock a token for good.

    The refusal is noted beside the settings, for other processes too, until settings or PIN file change.
    """
    from signing.token import TokenKey  # PKCS#11 stays out of processes that do not need it

    note, files = told.with_suffix(".refused"), repr(stamps).encode()
    if note.exists() and note.read_bytes() == files:
        raise NotSealed(
            "KEY_PASSPHRASE", "the token has refused this PIN; change the PIN file, then it is tried again"
        )
    try:
        key = TokenKey(place, secret(place.pin_file))
    except NotSealed as refused:
        if refused.code == "KEY_PASSPHRASE":
            replace(note, files, PRIVATE_MODE)
        raise
    note.unlink(missing_ok=True)
    return key


def certificates(path: Path) -> tuple[bytes, ...]:
    """Give the certificates of a PEM (one or more) or DER file. Raises NotSealed KEY_UNREADABLE."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotSealed("KEY_UNREADABLE", f"{path}: {error.strerror}") from error
    try:
        found = _in_pem(data) if pem.detect(data) else (data,)
        for der in found:
            x509.Certificate.load(der, strict=True).public_key.bit_size  # noqa: B018  parses it
    except (ValueError, TypeError) as error:
        raise NotSealed("KEY_UNREADABLE", f"{path}: {error}") from error
    if not found:
        raise NotSealed("KEY_UNREADABLE", f"{path}: no certificate in it")
    return found


def _in_pem(data: bytes) -> tuple[bytes, ...]:
    return tuple(der for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE")


def _name(certificate: bytes) -> str:
    subject = x509.Certificate.load(certificate).subject.native
    name = subject.get("organization_name") or subject.get("common_name") or ""
    return name if isinstance(name, str) else ", ".join(name)
