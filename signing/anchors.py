"""The trust store: whom this installation trusts, as numbered versions that nothing overwrites.

    <keys>/trust/000001.json            one version: anchors, intermediates, agencies; who made it, when and why;
                                        the digest of the version before
    <keys>/trust/certificates/*.der     certificates, each named by its SHA-256
    <keys>/revocation/*.crl             revocation lists (DER or PEM), kept fresh by their own step; read here

A version file is written once, by link, and never changed: a report that names version 7 can be judged again. The
digests chain the versions, so a change of an older one behind the store's back is noticed at the next use; the newest
one is held against the agencies' histories (`hoso audit`). Both Vietnamese roots (công vụ and NEAC) belong here side by
side (NĐ 68/2024 Đ.29, 31; TT 15/2025/TT-BKHCN annex I: path to the root).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing import algorithms
from signing.errors import TrustBroken
from signing.trust import PURPOSES, Anchor, ListedAgency, Trust

FOLDER, CERTIFICATES, LISTS = "trust", "certificates", "revocation"
FIRST_BY = "hoso init"
TEST_KIND = "TEST"


@dataclass(frozen=True)
class Version:
    """One version of the store. `intermediates` are DER; `digest` is the SHA-256 of its file."""

    number: int
    before: str
    at: datetime
    by: str
    change: str
    why: str
    anchors: tuple[Anchor, ...]
    intermediates: tuple[bytes, ...]
    agencies: tuple[ListedAgency, ...]
    digest: str = ""


def load_trust(directory: Path, at: datetime | None = None) -> Trust:
    """Give what was trusted by the version in force at the aware time `at` (default: the newest), with today's lists.

    Roots that were in force only earlier are among them, with their terms: old signatures and timestamps rest on
    them. Before the first version's time the first one counts.

    Raises:
        TrustBroken: a file of the store is missing, changed or unreadable; nobody is trusted then.
    """
    known = versions(directory)
    if not known:
        return Trust((), crls=_lists(directory), algorithms=algorithms.load(directory))
    chosen = next((one for one in reversed(known) if at is None or one.at <= at), known[0])
    return Trust(
        roots=tuple(anchor.certificate for anchor in chosen.anchors),
        intermediates=chosen.intermediates,
        crls=_lists(directory),
        anchors=chosen.anchors,
        agencies=chosen.agencies,
        version=chosen.number,
        digest=chosen.digest,
        algorithms=algorithms.load(directory),
    )


def versions(directory: Path) -> tuple[Version, ...]:
    """Give all versions, oldest first, each proven to build on the one before.

    A folder from before there was a store counts as one version, made of its own root and intermediate.

    Raises:
        TrustBroken: see `load_trust`.
    """
    files = sorted((directory / FOLDER).glob("[0-9]*.json"))
    if not files:
        root = directory / "root.crt"
        if (directory / FOLDER).exists() or not root.exists():
            return ()
        first = first_version(root.read_bytes(), (directory / "intermediate.crt").read_bytes())
        return (_with_digest(first, written(first)),)
    found: list[Version] = []
    before = ""
    for number, path in enumerate(files, 1):
        try:
            data = path.read_bytes()
            version = _with_digest(_read(json.loads(data), directory), data)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrustBroken(f"{path.name}: {type(error).__name__}: {error}") from error
        if version.number != number or version.before != before:
            raise TrustBroken(f"{path.name} does not build on the version before it")
        before = version.digest
        found.append(version)
    return tuple(found)


def first_version(root_pem: bytes, intermediate_pem: bytes) -> Version:
    """Give the version with which a TEST PKI's folder begins; the same from the same certificates."""
    root = x509.load_pem_x509_certificate(root_pem)
    intermediate = x509.load_pem_x509_certificate(intermediate_pem)
    anchor = Anchor(root.public_bytes(Encoding.DER), name_of(root), TEST_KIND, source="made by hoso init")
    return Version(
        number=1,
        before="",
        at=root.not_valid_before_utc,
        by=FIRST_BY,
        change=f"add {anchor.sha256}",
        why="TEST keys, no legal value",
        anchors=(anchor,),
        intermediates=(intermediate.public_bytes(Encoding.DER),),
        agencies=(),
    )


def name_of(certificate: x509.Certificate) -> str:
    """Give the subject's common name, or the whole subject when it has none."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def written(version: Version) -> bytes:
    """Give the version's file: JSON in a fixed order, so that equal versions have equal digests."""
    line = {
        "version": version.number,
        "before": version.before,
        "at": _time(version.at),
        "by": version.by,
        "change": version.change,
        "why": version.why,
        "anchors": [_anchor_line(one) for one in version.anchors],
        "intermediates": [hashlib.sha256(der).hexdigest() for der in version.intermediates],
        "agencies": [agency_line(one) for one in version.agencies],
    }
    return json.dumps(line, ensure_ascii=False, indent=1).encode() + b"\n"


def _anchor_line(one: Anchor) -> dict[str, Any]:
    return {
        "certificate": one.sha256, "name": one.name, "kind": one.kind, "purposes": list(one.purposes),
        "since": _time(one.since), "until": _time(one.until), "distrusted": _time(one.distrusted),
        "source": one.source, "note": one.note,
    }  # fmt: skip


def agency_line(one: ListedAgency) -> dict[str, Any]:
    """Give the agency as the version's file and the command line show it."""
    return {
        "code": one.code, "name": one.name, "place": one.place, "certificates": list(one.certificates),
        "identifiers": list(one.identifiers), "anchor": one.anchor, "forms": list(one.forms),
        "since": _time(one.since), "until": _time(one.until), "source": one.source,
    }  # fmt: skip


def anchor_line(one: Anchor) -> dict[str, Any]:
    """Give the anchor as the command line shows it: its terms, and until when the certificate itself runs."""
    ends = x509.load_der_x509_certificate(one.certificate).not_valid_after_utc
    return {**_anchor_line(one), "expires": _time(ends)}


def _read(line: dict[str, Any], directory: Path) -> Version:
    return Version(
        number=int(line["version"]),
        before=str(line["before"]),
        at=datetime.fromisoformat(line["at"]),
        by=str(line["by"]),
        change=str(line["change"]),
        why=str(line["why"]),
        anchors=tuple(_read_anchor(one, directory) for one in line["anchors"]),
        intermediates=tuple(_certificate(directory, digest) for digest in line["intermediates"]),
        agencies=tuple(_read_agency(one) for one in line["agencies"]),
    )


def _read_anchor(line: dict[str, Any], directory: Path) -> Anchor:
    return Anchor(
        certificate=_certificate(directory, line["certificate"]),
        name=str(line["name"]),
        kind=str(line["kind"]),
        purposes=tuple(one for one in PURPOSES if one in line["purposes"]),
        since=_moment(line["since"]),
        until=_moment(line["until"]),
        distrusted=_moment(line["distrusted"]),
        source=str(line["source"]),
        note=str(line["note"]),
    )


def _read_agency(line: dict[str, Any]) -> ListedAgency:
    return ListedAgency(
        code=str(line["code"]),
        name=str(line["name"]),
        place=str(line["place"]),
        certificates=tuple(map(str, line["certificates"])),
        identifiers=tuple(map(str, line["identifiers"])),
        anchor=str(line["anchor"]),
        forms=tuple(map(str, line["forms"])),
        since=_moment(line["since"]),
        until=_moment(line["until"]),
        source=str(line["source"]),
    )


def certificate_path(directory: Path, sha256: str) -> Path:
    """Give where the store keeps the certificate with this digest."""
    return directory / FOLDER / CERTIFICATES / f"{sha256}.der"


def _certificate(directory: Path, sha256: str) -> bytes:
    der = certificate_path(directory, sha256).read_bytes()
    if hashlib.sha256(der).hexdigest() != sha256:
        raise ValueError(f"certificate {sha256} was changed")
    return der


def _lists(directory: Path) -> tuple[bytes, ...]:
    """Give every revocation list at hand: those of the TEST PKI, then those that were fetched. What is none is as good
    as not there, as in the cache (signing/revocation.py): one bad file must not stop every seal and every check."""
    own = [directory / "root.crl", directory / "intermediate.crl"]
    fetched = sorted((directory / LISTS).glob("*.crl"))
    found = (path.read_bytes() for path in (*own, *fetched) if path.is_file())
    return tuple(der for der in map(_list_der, found) if der is not None)


def read_list(data: bytes) -> x509.CertificateRevocationList:
    """Give the revocation list in DER or PEM. Raises ValueError: it is none."""
    return x509.load_der_x509_crl(data) if data[:1] == b"\x30" else x509.load_pem_x509_crl(data)


def _list_der(data: bytes) -> bytes | None:
    try:
        found = read_list(data)
    except ValueError:
        return None
    return data if data[:1] == b"\x30" else found.public_bytes(Encoding.DER)


def _with_digest(version: Version, data: bytes) -> Version:
    return Version(**{**vars(version), "digest": hashlib.sha256(data).hexdigest()})


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
