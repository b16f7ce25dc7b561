"""Keys of every kind for the TEST office: certificates for keys elsewhere, and the settings that name them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from signing import pki
from signing.certificates import subject

AgencyKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
CODE = "H01.02.03"
PASSPHRASE = "mật khẩu thử"


def certify(
    directory: Path,
    key: PublicKey,
    name: str,
    now: datetime,
    *,
    organisation: str | None = None,
    days: int = 365,
    commitment: bool = True,
    extensions: tuple[x509.ExtensionType, ...] = (),
) -> bytes:
    """A certificate by the TEST intermediate for a key that lives elsewhere; PEM. An agency's, whose name is also its
    organisation, or with ``organisation`` an officer's there."""
    issuer, issuer_key = pki._load(directory, "intermediate")
    usage = x509.KeyUsage(True, commitment, False, False, False, False, False, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject(f"TEST {name}", organisation=name if organisation is None else organisation))
        .issuer_name(issuer.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.replace(microsecond=0) - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM)


def self_signed(key: AgencyKey, now: datetime) -> bytes:
    """A certificate of nobody's; PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def settings(directory: Path, text: str, code: str = CODE) -> Path:
    """The agency's settings with this text."""
    place = directory / "seals" / f"{code}.toml"
    place.parent.mkdir(exist_ok=True, parents=True)
    place.write_text(text, "utf-8")
    return place


def officer_settings(
    directory: Path, officer: str, text: str, code: str = CODE, file: str = "can-bo"
) -> Path:
    """The settings of an officer of the agency, with this text behind the name."""
    place = directory / "officers" / code / f"{file}.toml"
    place.parent.mkdir(exist_ok=True, parents=True)
    place.write_text(f'officer = "{officer}"\n{text}', "utf-8")
    return place


def officer_in_pem_file(
    directory: Path, officer: str, certificate: bytes, key: AgencyKey, code: str = CODE, file: str = "can-bo"
) -> Path:
    """Settings of an officer for the key in an encrypted PEM file beside them."""
    told = officer_settings(
        directory, officer,
        f'kind = "pem"\nkey = "{file}.key"\npassphrase_file = "passphrase"\ncertificate = "{file}.crt"\n', code, file,
    )  # fmt: skip
    kept(told.with_suffix(".key"), as_pem(key))
    kept(told.with_name("passphrase"), PASSPHRASE)
    kept(told.with_suffix(".crt"), certificate + (directory / "intermediate.crt").read_bytes(), 0o644)
    return told


def kept(path: Path, data: bytes | str, mode: int = 0o600) -> Path:
    """A file of this mode."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    path.chmod(mode)
    return path


def as_pem(key: AgencyKey, passphrase: str = PASSPHRASE) -> bytes:
    """The key encrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))


def as_pkcs12(key: AgencyKey, certificate: bytes, chain: bytes, passphrase: str = PASSPHRASE) -> bytes:
    """Key, certificate and chain in one encrypted file."""
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, x509.load_pem_x509_certificate(certificate), [x509.load_pem_x509_certificate(chain)],
        BestAvailableEncryption(passphrase.encode()),
    )  # fmt: skip


def in_pem_file(
    directory: Path, key: AgencyKey, certificate: bytes, more: str = "", code: str = CODE
) -> Path:
    """Settings for the key in an encrypted PEM file beside them."""
    seals = directory / "seals"
    seals.mkdir(exist_ok=True, parents=True)
    kept(seals / "key.pem", as_pem(key))
    kept(seals / "passphrase", PASSPHRASE + "\n")
    kept(seals / "certificate.pem", certificate + (directory / "intermediate.crt").read_bytes(), 0o644)
    return settings(
        directory,
        f'kind = "pem"\nkey = "key.pem"\npassphrase_file = "passphrase"\ncertificate = "certificate.pem"\n{more}',
        code,
    )


def public_key(pem: bytes) -> PublicKey:
    """The public key of PEM bytes."""
    found = load_pem_public_key(pem)
    assert isinstance(found, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
    return found


def public_pem(key: AgencyKey) -> bytes:
    """The public half as PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
