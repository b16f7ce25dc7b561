"""What an agency may seal with, and how it is told what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from signing import pki
from signing.certificates import subject
from signing.errors import NotSealed
from signing.key import SealKey
from signing.keyring import kind_of, load_key
from signing.report import Verdict
from signing.seal import seal
from tests.signing import keys
from tests.signing.keys import CODE
from tests.signing.office import AGENCY, Office, now, open_office, paper
from workers.jobs.keys import describe


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "pki")


def _sealed_with(office: Office, key: SealKey) -> Verdict:
    return office.verified(replace(office, key=key).sealed()).verdict


def _refusal(office: Office) -> NotSealed:
    with pytest.raises(NotSealed) as caught:
        load_key(office.directory, CODE)
    assert caught.value.vi and caught.value.en
    return caught.value


def test_without_settings_the_test_key_seals(own: Office) -> None:
    assert load_key(own.directory, CODE).certificate == own.key.certificate
    assert kind_of(own.directory, CODE) == "test"


def test_an_agency_without_any_key_is_told_so(own: Office) -> None:
    with pytest.raises(NotSealed, match="NO_KEY"):
        load_key(own.directory, "H99")
    with pytest.raises(NotSealed, match="NO_KEY"):
        kind_of(own.directory, "H99")


@pytest.mark.parametrize("kind", ["rsa", "ec", "ec384"])
def test_a_pem_file_under_a_passphrase_seals(own: Office, rsa_key: Any, kind: str) -> None:
    key = {"rsa": rsa_key, "ec": ec.generate_private_key(ec.SECP256R1())}.get(
        kind, ec.generate_private_key(ec.SECP384R1())
    )
    more = 'digest = "sha384"\nalgorithm = "ecdsa"\n' if kind == "ec384" else ""
    keys.in_pem_file(own.directory, key, keys.certify(own.directory, key.public_key(), AGENCY, now()), more)
    loaded = load_key(own.directory, CODE)
    assert kind_of(own.directory, CODE) == "pem" and loaded.agency_name == AGENCY
    assert loaded.chain == own.key.chain
    assert loaded.digest == ("sha384" if kind == "ec384" else "sha256")
    assert _sealed_with(own, loaded) is Verdict.VALID


def test_a_pkcs12_file_brings_certificate_and_chain(own: Office, rsa_key: Any) -> None:
    certificate = keys.certify(own.directory, rsa_key.public_key(), AGENCY, now())
    chain = (own.directory / "intermediate.crt").read_bytes()
    keys.kept(own.directory / "seals" / "seal.p12", keys.as_pkcs12(rsa_key, certificate, chain))
    keys.kept(own.directory / "seals" / "passphrase", keys.PASSPHRASE)
    keys.settings(own.directory, 'kind = "pkcs12"\nkey = "seal.p12"\npassphrase_file = "passphrase"\n')
    loaded = load_key(own.directory, CODE)
    assert loaded.chain == own.key.chain
    assert _sealed_with(own, loaded) is Verdict.VALID
    keys.kept(own.directory / "seals" / "passphrase", "wrong")
    assert _refusal(own).code == "KEY_PASSPHRASE"
    keys.kept(own.directory / "seals" / "seal.p12", b"\x30\x03no")
    assert _refusal(own).code == "KEY_UNREADABLE"


def test_a_key_is_opened_once_until_its_files_change(own: Office) -> None:
    for _ in range(2):
        key = ec.generate_private_key(ec.SECP256R1())
        keys.in_pem_file(own.directory, key, keys.certify(own.directory, key.public_key(), AGENCY, now()))
        first = load_key(own.directory, CODE)
        assert load_key(own.directory, CODE) is first
        assert first.private_key.key.public_key() == key.public_key()  # type: ignore[attr-defined]


@pytest.fixture
def in_pem(own: Office) -> Office:
    key = ec.generate_private_key(ec.SECP256R1())
    keys.in_pem_file(own.directory, key, keys.certify(own.directory, key.public_key(), AGENCY, now()))
    return own


def test_a_wrong_passphrase_is_said(in_pem: Office) -> None:
    keys.kept(in_pem.directory / "seals" / "passphrase", "wrong")
    assert _refusal(in_pem).code == "KEY_PASSPHRASE"


def test_a_pem_key_without_encryption_is_refused(in_pem: Office) -> None:
    bare = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    keys.kept(in_pem.directory / "seals" / "key.pem", bare)
    assert _refusal(in_pem).code == "KEY_PASSPHRASE"


@pytest.mark.parametrize("name", ["passphrase", "key.pem"])
def test_a_secret_that_every_user_can_read_is_refused(in_pem: Office, name: str) -> None:
    (in_pem.directory / "seals" / name).chmod(0o644)
    assert _refusal(in_pem).code == "KEY_FILE_OPEN"
    (in_pem.directory / "seals" / name).chmod(0o640)
    assert load_key(in_pem.directory, CODE).agency_name == AGENCY


@pytest.mark.parametrize("name", ["passphrase", "key.pem", "certificate.pem"])
def test_a_missing_file_is_named(in_pem: Office, name: str) -> None:
    (in_pem.directory / "seals" / name).unlink()
    refused = _refusal(in_pem)
    assert refused.code == "KEY_UNREADABLE" and name in refused.detail


def test_a_certificate_of_another_key_is_noticed(in_pem: Office) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    certificate = keys.certify(in_pem.directory, other.public_key(), AGENCY, now())
    keys.kept(in_pem.directory / "seals" / "certificate.pem", certificate, 0o644)
    assert _refusal(in_pem).code == "KEY_MISMATCH"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('algorithm = "rsa-pkcs1v15"', "KEY_TOO_WEAK"),
        ('algorithm = "dsa"', "KEY_TOO_WEAK"),
        ('digest = "sha1"', "KEY_TOO_WEAK"),
        ('digest = "sha224"', "KEY_TOO_WEAK"),
        ('digest = "md5"', "KEY_TOO_WEAK"),
        ('algorithm = "rsassa-pss"', "KEY_SETTINGS"),  # this key is on a curve
        ('passphrase = "in the open"', "KEY_SETTINGS"),
        ("digest = 256", "KEY_SETTINGS"),
        ("digest =", "KEY_SETTINGS"),
    ],
)
def test_nothing_weaker_and_nothing_unknown_can_be_configured(in_pem: Office, line: str, code: str) -> None:
    told = in_pem.directory / "seals" / f"{CODE}.toml"
    told.write_text(told.read_text() + line + "\n")
    assert _refusal(in_pem).code == code


@pytest.mark.parametrize("weak", ["rsa1024", "p192", "p224"])
def test_a_short_key_is_refused(own: Office, weak: str) -> None:
    key: keys.AgencyKey = {
        "rsa1024": lambda: rsa.generate_private_key(65537, 1024),
        "p192": lambda: ec.generate_private_key(ec.SECP192R1()),
        "p224": lambda: ec.generate_private_key(ec.SECP224R1()),
    }[weak]()
    keys.in_pem_file(own.directory, key, keys.certify(own.directory, key.public_key(), AGENCY, now()))
    assert _refusal(own).code == "KEY_TOO_WEAK"


def test_a_certificate_signed_with_sha1_is_refused(in_pem: Office) -> None:
    from asn1crypto import pem, x509

    path = in_pem.directory / "seals" / "certificate.pem"
    certificate = x509.Certificate.load(pem.unarmor(path.read_bytes(), multiple=False)[2])
    for part in (certificate["tbs_certificate"]["signature"], certificate["signature_algorithm"]):
        part["algorithm"] = "sha1_ecdsa"
    path.write_bytes(pem.armor("CERTIFICATE", certificate.dump(force=True)))
    assert _refusal(in_pem).code == "KEY_TOO_WEAK"


def test_a_strong_key_does_not_sign_a_weak_digest(in_pem: Office) -> None:
    """Whoever asks the signer itself is refused too."""
    from signing.finish import finished

    with pytest.raises(NotSealed, match="KEY_TOO_WEAK"):
        finished(load_key(in_pem.directory, CODE).signer().async_sign_raw(b"", "sha1"))


@pytest.mark.parametrize("text", ['kind = "smoke"', "", 'kind = "pem"\nkey = 3', "\0", 'kind = "pkcs11"'])
def test_broken_settings_are_told_and_not_taken_for_none(own: Office, text: str) -> None:
    keys.settings(own.directory, text)
    assert _refusal(own).code == "KEY_SETTINGS"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("expired", "CERTIFICATE_EXPIRED"),
        ("early", "CERTIFICATE_NOT_YET_VALID"),
        ("no commitment", "KEY_USAGE"),
        ("revoked", "REVOKED"),
        ("stale", "REVOCATION_UNKNOWN"),
    ],
)
@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_every_kind_of_key_is_looked_at_before_it_seals(
    own: Office, rsa_key: Any, kind: str, case: str, code: str
) -> None:
    from cryptography import x509

    key = rsa_key if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    made = keys.certify(own.directory, key.public_key(), AGENCY, now(), commitment=case != "no commitment")
    keys.in_pem_file(own.directory, key, made)
    if case == "revoked":
        pki.revoke(own.directory, x509.load_pem_x509_certificate(made).serial_number, now())
    shift = {"expired": 366, "early": -1, "stale": 60}.get(case, 0)
    loaded = load_key(own.directory, CODE)
    with pytest.raises(NotSealed) as caught:
        seal(
            paper(), key=loaded, timestamper=own.timestamper, trust=own.retrusted().trust, mark=own.mark(),
            at=now() + timedelta(days=shift),
        )  # fmt: skip
    assert caught.value.code == code


def test_an_empty_secret_opens_nothing(own: Office, rsa_key: Any) -> None:
    certificate = x509.load_pem_x509_certificate(
        keys.certify(own.directory, rsa_key.public_key(), AGENCY, now())
    )
    bare = pkcs12.serialize_key_and_certificates(b"seal", rsa_key, certificate, None, NoEncryption())
    keys.kept(own.directory / "seals" / "seal.p12", bare)
    keys.kept(own.directory / "seals" / "passphrase", "\n")
    keys.settings(own.directory, 'kind = "pkcs12"\nkey = "seal.p12"\npassphrase_file = "passphrase"\n')
    refused = _refusal(own)
    assert refused.code == "KEY_UNREADABLE" and "passphrase is empty" in refused.detail


def _signed_by(issuer_key: Any, digest: Any, key: Any, padded: Any = None) -> bytes:
    """A certificate for the key, by nobody in particular."""
    name = subject("somebody")
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(now())
        .not_valid_after(now() + timedelta(days=9))
        .sign(issuer_key, digest, rsa_padding=padded)
        .public_bytes(Encoding.PEM)
    )


def test_a_certificate_signed_with_pss_and_a_weak_digest_is_refused(in_pem: Office, rsa_key: Any) -> None:
    weak = hashes.SHA224()
    made = _signed_by(
        rsa_key, weak, ec.generate_private_key(ec.SECP256R1()), padding.PSS(padding.MGF1(weak), 28)
    )
    keys.kept(in_pem.directory / "seals" / "certificate.pem", made, 0o644)
    assert _refusal(in_pem).code == "KEY_TOO_WEAK"


def test_a_kind_of_key_that_is_not_permitted_is_refused_by_name(in_pem: Office, rsa_key: Any) -> None:
    made = _signed_by(rsa_key, hashes.SHA256(), ed25519.Ed25519PrivateKey.generate())
    keys.kept(in_pem.directory / "seals" / "certificate.pem", made, 0o644)
    assert (_refusal(in_pem).code, _refusal(in_pem).detail) == ("KEY_TOO_WEAK", "ed25519")
    fault = describe(in_pem.directory, CODE, now(), False)["fault"]
    assert (fault["code"], fault["detail"]) == ("KEY_TOO_WEAK", "ed25519")


@pytest.mark.parametrize("junk", [b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\xff"])
def test_junk_in_place_of_key_and_certificate_is_told(in_pem: Office, junk: bytes) -> None:
    keys.kept(in_pem.directory / "seals" / "key.pem", junk)
    keys.settings(in_pem.directory, 'kind = "pem"\nkey = "key.pem"\npassphrase_file = "passphrase"\n')
    refused = _refusal(in_pem)
    assert refused.code == "KEY_UNREADABLE" and "key.pem" in refused.detail
