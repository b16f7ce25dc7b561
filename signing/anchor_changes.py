"""Changes of the trust store. Each makes one new version that says who, when, why; none touches an older one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from signing import disk
from signing.anchors import CERTIFICATES, FOLDER, Version, certificate_path, name_of, versions, written
from signing.errors import BadTrust
from signing.trust import Anchor, ListedAgency

LEAST_DIGITS = 8
"""So many digits of a certificate's digest name it; fewer are a guess."""


@dataclass(frozen=True)
class Author:
    """Who makes the change, when (aware) and why."""

    who: str
    at: datetime
    why: str = ""


Change = Callable[[Version], Version]


def install(directory: Path, first: Version) -> None:
    """Write a store's first version into a folder that has none. Not safe against rivals: hold the folder."""
    _write(directory, first)


def change(directory: Path, author: Author, told: str, made: Change) -> Version:
    """Give the next version, written: the newest one after `made`. `told` says the change in one line.

    A folder from before there was a store gets its first version written beside.

    Raises:
        BadTrust: what `made` raises, NOTHING_CHANGED, NEVER_IN_FORCE.
        TrustBroken: the store is damaged; it is not built on.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with disk.alone(directory):
        known = versions(directory)
        if known and not (directory / FOLDER).exists():
            _write(directory, known[0])
        last = known[-1] if known else Version(0, "", author.at, "", "", "", (), (), ())
        after = made(last)
        if (after.anchors, after.intermediates, after.agencies) == (
            last.anchors,
            last.intermediates,
            last.agencies,
        ):
            raise BadTrust(
                "NOTHING_CHANGED",
                "Kho tin cậy đã như vậy rồi",
                "The trust store is like that already",
            )
        new: set[Anchor | ListedAgency] = {*after.anchors, *after.agencies}
        for one in new - {*last.anchors, *last.agencies}:
            if one.since is not None and one.until is not None and one.until <= one.since:
                raise BadTrust(
                    "NEVER_IN_FORCE",
                    f"{one.name}: ngày hết hạn không sau ngày bắt đầu, nên không bao giờ có hiệu lực",
                    f"{one.name} would end before it begins, and never be in force",
                )
        # a clock set back must not make the newest version older than the one before
        at = max(author.at, last.at)
        version = replace(
            after, number=last.number + 1, before=last.digest, at=at, by=author.who, change=told, why=author.why
        )  # fmt: skip
        _write(directory, version)
        return versions(directory)[-1]  # before a rival's


def with_anchor(anchor: Anchor) -> Change:
    """Add a root, or give one that is there new terms."""

    def made(last: Version) -> Version:
        others = tuple(one for one in last.anchors if one.sha256 != anchor.sha256)
        return replace(last, anchors=(*others, anchor))

    return made


def with_intermediate(der: bytes) -> Change:
    """Add a certificate that stands between roots and signers; it is trusted only as far as its root is."""

    def made(last: Version) -> Version:
        return last if der in last.intermediates else replace(last, intermediates=(*last.intermediates, der))

    return made


def with_terms(named: str, terms: Callable[[Anchor], Anchor]) -> Change:
    """Change the terms of the anchor named by its digest's first digits or its whole name."""

    def made(last: Version) -> Version:
        chosen = anchor_named(last, named)
        return replace(last, anchors=tuple(terms(one) if one == chosen else one for one in last.anchors))

    return made


def without(named: str) -> Change:
    """Take a root or an intermediate out: nothing rests on it any more, old signatures neither."""

    def made(last: Version) -> Version:
        between = [der for der in last.intermediates if _matches(der, named)]
        if len(between) == 1 and not any(_matches(one.certificate, named) for one in last.anchors):
            return replace(last, intermediates=tuple(der for der in last.intermediates if der != between[0]))
        chosen = anchor_named(last, named)
        return replace(last, anchors=tuple(one for one in last.anchors if one != chosen))

    return made


def with_agency(agency: ListedAgency) -> Change:
    """List an agency, or change its entry (by its code)."""

    def made(last: Version) -> Version:
        if not (agency.certificates or agency.anchor):
            raise BadTrust(
                "AGENCY_WITHOUT_CERTIFICATE",
                "Phải nêu chứng thư số của cơ quan, hoặc gốc tin cậy cấp chứng thư đó",
                "Name the agency's certificates, or the root under which they are issued",
            )
        if agency.anchor:
            anchor_named(last, agency.anchor)
        others = tuple(one for one in last.agencies if one.code != agency.code)
        return replace(last, agencies=tuple(sorted((*others, agency), key=lambda one: one.code)))

    return made


def without_agency(code: str) -> Change:
    """Take an agency off the list."""

    def made(last: Version) -> Version:
        if all(one.code != code for one in last.agencies):
            raise BadTrust(
                "UNKNOWN_AGENCY", f"Không có cơ quan {code} trong danh sách", f"No agency {code} is listed"
            )
        return replace(last, agencies=tuple(one for one in last.agencies if one.code != code))

    return made


def anchor_named(version: Version, named: str) -> Anchor:
    """Give the anchor with this name, or whose digest begins so (8 digits at least).

    Raises:
        BadTrust: UNKNOWN_ANCHOR, also when several match.
    """
    found = [one for one in version.anchors if one.name == named or _matches(one.certificate, named)]
    if len(found) != 1:
        known = ", ".join(f"{one.sha256[:12]} {one.name}" for one in version.anchors) or "–"
        raise BadTrust(
            "UNKNOWN_ANCHOR",
            f"Không có đúng một gốc tin cậy «{named}»; đang có: {known}",
            f"There is not exactly one anchor {named!r}; known: {known}",
        )
    return found[0]


def certificate_in(data: bytes) -> x509.Certificate:
    """Give the one certificate in the bytes, PEM or DER.

    Raises:
        BadTrust: NOT_A_CERTIFICATE.
    """
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            found = x509.load_pem_x509_certificates(data)
            if len(found) != 1:
                raise ValueError(f"{len(found)} certificates")
            return found[0]
        return x509.load_der_x509_certificate(data)
    except ValueError as error:
        raise BadTrust(
            "NOT_A_CERTIFICATE",
            f"Tệp không chứa đúng một chứng thư số X.509: {error}",
            f"The file does not hold exactly one X.509 certificate: {error}",
        ) from error


def is_root(certificate: x509.Certificate) -> bool:
    """Say whether the certificate is signed by itself, and so can be trusted only by being listed."""
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def root_of(der: bytes, kind: str, name: str = "") -> Anchor:
    """Give an anchor without terms for a root's certificate.

    Raises:
        BadTrust: NOT_A_ROOT, it may not issue certificates or is not signed by itself.
    """
    certificate = certificate_in(der)
    try:
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        authority = False
    if not authority or not is_root(certificate):
        raise BadTrust(
            "NOT_A_ROOT",
            "Chứng thư số này không phải là chứng thư gốc của một cơ quan chứng thực",
            "This certificate is not the root of a certification authority",
        )
    return Anchor(certificate.public_bytes(Encoding.DER), name or name_of(certificate), kind)


def digest_of(certificate: x509.Certificate) -> str:
    """Give the certificate's SHA-256."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _matches(der: bytes, named: str) -> bool:
    digits = named.lower().replace(":", "")
    return len(digits) >= LEAST_DIGITS and hashlib.sha256(der).hexdigest().startswith(digits)


def _write(directory: Path, version: Version) -> None:
    """Put certificates, then the version: whoever reads the version finds what it names."""
    folder = directory / FOLDER
    (folder / CERTIFICATES).mkdir(parents=True, exist_ok=True)
    for der in (*(one.certificate for one in version.anchors), *version.intermediates):
        path = certificate_path(directory, hashlib.sha256(der).hexdigest())
        if not path.exists():
            disk.replace(path, der, disk.PUBLIC_MODE)
    path = folder / f"{version.number:06}.json"
    draft = folder / f".{path.name}"
    disk.replace(draft, written(version), disk.PUBLIC_MODE)
    try:
        os.link(draft, path)  # unlike a rename, never over one that is there
    finally:
        draft.unlink()
    disk.sync_directory(folder)
