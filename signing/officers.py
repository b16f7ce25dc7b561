"""Whose personal key is this? An officer's settings are found by name, and the certificate must bear the name.

P1 (TT 01/2023/TT-VPCP Đ.8(1)) and the certifier's part of P5 (NĐ 45/2020/NĐ-CP Đ.10) are signed in person: with another
person's key, or the same person's of another agency, the act is nobody's.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from asn1crypto import pem, x509

from signing import keyfile, pki
from signing.checks.entitlement import plain, values
from signing.errors import NotSealed
from signing.keyfile import KeyFile

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
TEST_MARK = "TEST "
"""Stands before the names on TEST certificates."""


def settings_of(directory: Path, agency_code: str) -> tuple[Path, ...]:
    """Give the files with settings of the agency's officers, in a stable order."""
    return tuple(sorted((directory / "officers" / agency_code).glob("*.toml")))


def named_in(told: Path) -> KeyFile:
    """Give one officer's settings. Raises NotSealed KEY_SETTINGS, KEY_UNREADABLE, KEY_TOO_WEAK."""
    found = keyfile.read(told)
    if not found.officer:
        raise NotSealed("KEY_SETTINGS", f"{told.name}: officer is missing")
    return found


def find(directory: Path, agency_code: str, officer: str) -> tuple[Path, KeyFile] | None:
    """Give the settings that name the officer, None where none do.

    A broken file of somebody else stops nobody; where it could be this officer's, its fault is told, for what is broken
    is not taken for missing.
    Raises NotSealed KEY_SETTINGS (also: two files name the officer), KEY_UNREADABLE, KEY_TOO_WEAK.
    """
    found: list[tuple[Path, KeyFile]] = []
    faults: list[NotSealed] = []
    for told in settings_of(directory, agency_code):
        try:
            settings = named_in(told)
        except NotSealed as fault:
            faults.append(fault)
            continue
        if same_person(settings.officer, officer):
            found.append((told, settings))
    if len(found) > 1:
        both = ", ".join(told.name for told, _ in found)
        raise NotSealed("KEY_SETTINGS", f"{both}: several files name the officer")
    if not found and faults:
        raise faults[0]
    return found[0] if found else None


def issued(directory: Path, agency_code: str) -> tuple[str, ...]:
    """Give whom the TEST PKI has issued a key to at the agency, by name; what cannot be read is left out."""
    found: list[str] = []
    for path in (directory / "officers").glob("*.pem"):
        try:
            parts = pem.unarmor(path.read_bytes(), multiple=True)
            own = next(der for kind, _, der in parts if kind == "CERTIFICATE")
            names = values(x509.Certificate.load(own), ("common_name",))
        except (OSError, ValueError, StopIteration):
            continue
        # the file's name is made of the agency's code too: whose it is needs no more than this
        found += [_bare(one) for one in names if pki.officer_path(directory, agency_code, _bare(one)) == path]
    return tuple(sorted(found))


def require_officers(certificate: bytes, officer: str, agency: bytes) -> None:
    """Refuse a certificate that is not the officer's at this agency. `agency`: the agency's own certificate.

    Raises:
        NotSealed: OFFICER_MISMATCH, its common name is not the officer's name, or it names organisations and none of
            them is the agency.
    """
    own = x509.Certificate.load(certificate)
    names = values(own, ("common_name",))
    if len(names) != 1 or not same_person(next(iter(names)), officer):
        raise NotSealed("OFFICER_MISMATCH", f"the certificate names {', '.join(sorted(names)) or 'nobody'}")
    places = values(own, ("organization_name", "organizational_unit_name"))
    theirs = values(x509.Certificate.load(agency), ("organization_name", "common_name"))
    if places and {plain(one) for one in places}.isdisjoint(plain(_bare(one)) for one in theirs):
        raise NotSealed("OFFICER_MISMATCH", f"the certificate names {', '.join(sorted(places))}")


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one person's: equal but for case, spaces and the letter of a syllable that bears the
    tone (Hoà, Hòa). Every tone and mark counts: Phương and Phượng are two people."""
    return _spoken(_bare(one)) == _spoken(_bare(other))


def _bare(name: str) -> str:
    return name.removeprefix(TEST_MARK)


def _spoken(name: str) -> tuple[tuple[str, str], ...]:
    """Each syllable's letters and its tone: a syllable has one tone, wherever it is written."""
    syllables = unicodedata.normalize("NFD", name.casefold()).split()
    return tuple(
        (
            "".join(letter for letter in one if letter not in TONES),
            "".join(letter for letter in one if letter in TONES),
        )
        for one in syllables
    )
