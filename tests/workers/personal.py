"""An agency that seals with a key of its own, and keys of its officers."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from tests.signing import keys
from tests.signing.office import AGENCY, Office, now, open_office

EC = ec.generate_private_key(ec.SECP256R1())


def in_earnest(directory: Path) -> Office:
    """An agency with settings of its own: a key in an encrypted PEM file."""
    made = open_office(directory)
    key = ec.generate_private_key(ec.SECP256R1())
    keys.in_pem_file(made.directory, key, keys.certify(made.directory, key.public_key(), AGENCY, now()))
    return made


def in_pem_file(office: Office, officer: str, certified: str = "") -> Path:
    """Settings of the officer; the certificate names them, or ``certified``."""
    name = certified or officer
    made = keys.certify(office.directory, EC.public_key(), name, now(), organisation=AGENCY)
    return keys.officer_in_pem_file(office.directory, officer, made, EC)
