"""Revocation data as a cache: fetched beside the sealing, checked, kept as DER files until something newer is there.

In ``revocation/`` of the folder of keys: ``*.crl``, named by their address, and ``*.ocsp``, named by their certificate.
Sealing and checking read them and fetch nothing, so an authority that is away for an hour stops nobody, and one that
is away for longer than its last list holds makes steps wait (REVOCATION_UNKNOWN).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from signing import answers, http
from signing.anchors import read_list
from signing.answers import LEAST_DIGEST, TOLERANCE, Useless, issued
from signing.disk import alone, replace
from signing.errors import NotSealed

FOLDER = "revocation"
WATCHED = ".cer"
SECONDS = 30.0
State = Literal["new", "kept", "failed"]


@dataclass(frozen=True)
class Source:
    """Where revocation data about `certificate` (or, for a list, all of its issuer's) can be fetched."""

    kind: Literal["crl", "ocsp"]
    url: str
    certificate: x509.Certificate
    issuer: x509.Certificate

    @property
    def name(self) -> str:
        """Give the name of its file in the cache."""
        named = self.url.encode() if self.kind == "crl" else self.certificate.public_bytes(Encoding.DER)
        return f"{hashlib.sha256(named).hexdigest()[:40]}.{self.kind}"


@dataclass(frozen=True)
class Outcome:
    """What came of one source. `until` is when what is in the cache now runs out; None when nothing is."""

    kind: str
    url: str
    about: str
    state: State
    until: datetime | None
    why: str = ""


@dataclass(frozen=True)
class Cached:
    """One file of the cache: its bytes and until when they hold."""

    name: str
    data: bytes
    since: datetime
    until: datetime
    about: str


def sources(certificates: Iterable[bytes]) -> tuple[tuple[Source, ...], tuple[Outcome, ...]]:
    """Give where data about the certificates (DER) is to be had, and which have failed already: their issuer is not
    among them, or they cannot be read.

    Roots need none: trust in them is not revoked by lists. Addresses other than HTTP (ldap) are left out.
    """
    known: dict[bytes, x509.Certificate] = {}
    found: dict[str, Source] = {}
    failed: list[Outcome] = []
    for der in certificates:
        try:
            known[der] = x509.load_der_x509_certificate(der)
        except ValueError as error:  # what asn1crypto has read may be too wrong for `cryptography`
            failed.append(Outcome("crl", "", hashlib.sha256(der).hexdigest(), "failed", None, str(error)))
    for one in known.values():
        if one.issuer == one.subject:
            continue
        issuer = next((each for each in known.values() if issued(one, each)), None)
        if issuer is None:
            why = "the certificate of its issuer is not known here"
            failed.append(Outcome("crl", "", one.subject.rfc4514_string(), "failed", None, why))
            continue
        for source in _addresses(one, issuer):
            found.setdefault(source.name, source)
    return tuple(found.values()), tuple(failed)


def _addresses(one: x509.Certificate, issuer: x509.Certificate) -> Iterator[Source]:
    for extension in one.extensions:
        if isinstance(extension.value, x509.CRLDistributionPoints):
            names = [name for point in extension.value for name in point.full_name or ()]
            yield from (Source("crl", url, one, issuer) for url in _web(names))
        if isinstance(extension.value, x509.AuthorityInformationAccess):
            names = [
                each.access_location
                for each in extension.value
                if each.access_method == AuthorityInformationAccessOID.OCSP
            ]
            yield from (Source("ocsp", url, one, issuer) for url in _web(names))


def _web(names: Iterable[x509.GeneralName]) -> list[str]:
    urls = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [url for url in urls if url.startswith(("http://", "https://"))]


def refresh(directory: Path, certificates: Iterable[bytes], now: datetime) -> tuple[Outcome, ...]:
    """Fetch what is to be had about the certificates, keep what is good and newer. One fault stops no other.

    Raises:
        OSError: the cache cannot be written.
    """
    folder = directory / FOLDER
    folder.mkdir(mode=0o755, exist_ok=True)
    wanted, failed = sources(certificates)
    if not wanted:
        return failed
    with http.client(SECONDS) as asked:
        return (*failed, *(_refreshed(folder, one, asked, now) for one in wanted))


def _refreshed(folder: Path, source: Source, asked: httpx2.Client, now: datetime) -> Outcome:
    about = source.certificate.subject.rfc4514_string()
    if source.kind == "crl":
        about = source.issuer.subject.rfc4514_string()
    why = ""
    state: State = "failed"
    try:
        new = _fetched(source, asked, now)
    except (Useless, httpx2.HTTPError, NotSealed) as error:
        why = f"{type(error).__name__} {error}".removeprefix("Useless ")
    else:
        with alone(folder):  # two workers may share the folder; the newer answer stays, whoever writes last
            kept = _read(folder / source.name)
            state = "kept" if kept is not None and kept.since >= new.since else "new"
            if state == "new":
                replace(folder / source.name, new.data)
    held = _read(folder / source.name)
    return Outcome(source.kind, source.url, about, state, None if held is None else held.until, why)


def _fetched(source: Source, asked: httpx2.Client, now: datetime) -> Cached:
    if source.kind == "crl":
        answer = http.whole(asked, asked.build_request("GET", source.url), SECONDS)
    else:
        # SHA-1 only names the certificate here; responders need not know another (RFC 5019 2.1.1)
        question = ocsp.OCSPRequestBuilder().add_certificate(source.certificate, source.issuer, hashes.SHA1())  # noqa: S303
        headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
        data = question.build().public_bytes(Encoding.DER)
        answer = http.whole(
            asked, asked.build_request("POST", source.url, content=data, headers=headers), SECONDS
        )
    if answer.status_code != 200:
        raise Useless(f"status {answer.status_code}")
    found = _list(source, answer.content) if source.kind == "crl" else _answer(source, answer.content)
    if found.since > now + TOLERANCE:
        raise Useless(f"dated {found.since.isoformat()}, which is still to come")
    if found.until <= now:
        raise Useless(f"it ran out {found.until.isoformat()}")
    return found


def _list(source: Source, data: bytes) -> Cached:
    """Give a list that is signed by the issuer itself (RFC 5280 6.3.3; lists of others are not taken)."""
    try:
        found = read_list(data)
        whole = all(not isinstance(one.value, x509.DeltaCRLIndicator) for one in found.extensions)
        signed = found.is_signature_valid(source.issuer.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError) as error:
        raise Useless(f"no revocation list: {error}") from error
    if found.issuer != source.issuer.subject or not signed:
        raise Useless("the list is not signed by the certificate's issuer")
    if (
        found.signature_hash_algorithm is not None
        and found.signature_hash_algorithm.digest_size < LEAST_DIGEST
    ):
        raise Useless(f"the list is signed with {found.signature_hash_algorithm.name}")
    if not whole:
        raise Useless("a delta list, which says nothing alone")
    return _of_list(source.name, found)


def _of_list(name: str, found: x509.CertificateRevocationList) -> Cached:
    until = found.next_update_utc
    if until is None:
        raise Useless("the list does not say until when it holds")
    return Cached(
        name, found.public_bytes(Encoding.DER), found.last_update_utc, until, found.issuer.rfc4514_string()
    )


def _answer(source: Source, data: bytes) -> Cached:
    """Give an answer about the certificate as signing/answers.py takes it."""
    return _of_answer(source.name, answers.about(data, source.certificate, source.issuer).told)


def _of_answer(name: str, found: ocsp.OCSPResponse) -> Cached:
    until = found.next_update_utc
    if until is None:
        raise Useless("the answer does not say until when it holds")
    about = f"serial {found.serial_number:x}"
    return Cached(name, found.public_bytes(Encoding.DER), found.this_update_utc, until, about)


def watch(directory: Path, certificates: Iterable[bytes]) -> None:
    """Note certificates (DER) of timestamp authorities that kept files rest on: refreshed until they run out, also when
    nobody asks that authority for timestamps any more. Roots need none.

    Raises:
        OSError: the cache cannot be written.
    """
    folder = directory / FOLDER
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for der in certificates:
        one = x509.load_der_x509_certificate(der)
        place = folder / f"{hashlib.sha256(der).hexdigest()[:40]}{WATCHED}"
        if one.issuer != one.subject and not place.exists():
            with alone(folder):
                replace(place, der)


def watched(directory: Path, at: datetime) -> tuple[bytes, ...]:
    """Give the certificates noted that have not run out at `at` (DER), by name; what is none is left out."""
    found = (path.read_bytes() for path in sorted((directory / FOLDER).glob(f"*{WATCHED}")) if path.is_file())
    return tuple(der for der in found if at <= _ends(der))


def _ends(der: bytes) -> datetime:
    try:
        return x509.load_der_x509_certificate(der).not_valid_after_utc
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def cached(directory: Path) -> tuple[Cached, ...]:
    """Give all that is in the cache, fresh or not; what cannot be read is left out. By name."""
    found = (_read(path) for path in sorted((directory / FOLDER).glob("*.*")))
    return tuple(one for one in found if one is not None)


def unreadable(directory: Path) -> tuple[str, ...]:
    """Give the names of files in the cache that are called as revocation data is and are none."""
    found = sorted((directory / FOLDER).glob("*.*"))
    return tuple(one.name for one in found if one.suffix in (".crl", ".ocsp") and _read(one) is None)


def fresh(directory: Path, at: datetime) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Give the lists and the OCSP answers (DER) of the cache that hold at `at`."""
    held = [one for one in cached(directory) if at < one.until]
    return (
        tuple(one.data for one in held if one.name.endswith(".crl")),
        tuple(one.data for one in held if one.name.endswith(".ocsp")),
    )


def _read(path: Path) -> Cached | None:
    try:
        if path.suffix == ".crl":
            return _of_list(path.name, read_list(path.read_bytes()))
        if path.suffix == ".ocsp":
            return _of_answer(path.name, ocsp.load_der_ocsp_response(path.read_bytes()))
    except (OSError, ValueError, Useless):
        return None  # gone, or no revocation data: as good as not there, and refreshed like that
    return None
