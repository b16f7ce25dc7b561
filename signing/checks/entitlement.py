"""Is the signer an agency of the list, and may it seal this? Names prove nothing: certificates do.

A certification authority vouches that a certificate's organisation calls itself so, not that it is the agency a
reader thinks of. So a name of the list on a certificate that is not the agency's is worse than a stranger's name.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from asn1crypto import x509

from signing.trust import ListedAgency, Trust

NAMING = ("organization_name", "organizational_unit_name", "common_name")
PLACING = ("locality_name", "state_or_province_name")
REMEDY = "hoso trust agency add … --certificate"
"""What an agency whose own new certificate is taken for a namesake's has to do."""


def entitlement(
    certificate: x509.Certificate, anchor: str, time: datetime, form: str, trust: Trust
) -> tuple[str, str]:
    """Give (code, detail) for a signer whose chain led to the root `anchor` (SHA-256) and who signed at `time`.

    `form` is the code of the paper's type, empty when it is not known: then types do not count. Without a list the
    question does not arise.
    """
    if not trust.agencies:
        return "NOT_APPLICABLE", "no agencies are listed"
    agency = next((one for one in trust.agencies if _is_of(certificate, anchor, one)), None)
    if agency is None:
        namesake = next((one for one in trust.agencies if _bears_the_name_of(certificate, one)), None)
        if namesake is not None:
            return "SIGNER_IMPERSONATES", f"{namesake.name} ({namesake.code})"
        return "SIGNER_NOT_LISTED", ""
    if why := agency.why_not(form, time):
        return "NOT_ENTITLED", why
    return "OK", agency.code


def _is_of(certificate: x509.Certificate, anchor: str, agency: ListedAgency) -> bool:
    if certificate.sha256.hex() in agency.certificates:
        return True
    if not agency.anchor or anchor != agency.anchor:
        return False
    numbers = values(certificate, ("serial_number", "organization_identifier"))
    if agency.identifiers:
        return bool(numbers & set(agency.identifiers))
    return _bears_the_name_of(certificate, agency)


def _bears_the_name_of(certificate: x509.Certificate, agency: ListedAgency) -> bool:
    """Say whether a reader would take the subject for the agency: same name, and no other place."""
    names = {plain(value) for value in values(certificate, NAMING)}
    if plain(agency.name) not in names:
        return False
    places = {plain(value) for value in values(certificate, PLACING)}
    return not agency.place or not places or plain(agency.place) in places


def values(certificate: x509.Certificate, kinds: tuple[str, ...]) -> set[str]:
    """Give what the subject says of these kinds, however often."""
    found: set[str] = set()
    for relative in certificate.subject.chosen:
        for part in relative:
            if part["type"].native in kinds:
                found.add(str(part["value"].native))
    return found


def plain(name: str) -> str:
    """Give a name as readers compare it: without case, spaces, tone marks, dots.

    "UỶ BAN", "Ủy ban" and "Uy ban" look alike to people in a hurry, and to whoever counts on that.
    """
    letters = unicodedata.normalize("NFKD", name.casefold()).replace("đ", "d")
    return "".join(letter for letter in letters if letter.isalnum() and not unicodedata.combining(letter))
