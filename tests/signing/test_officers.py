"""Personal keys of officers: found by name, the officer's own, never a TEST key where the agency seals in earnest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from signing import keyring, pki
from signing.errors import NotSealed
from signing.keyring import enrol, kind_of, load_key, load_officer_key
from signing.officers import same_person
from tests.signing import keys
from tests.signing.keys import CODE
from tests.signing.office import AGENCY, Office, now, open_office

OFFICER = "Nguyễn Thị Phượng"
KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "pki")


@pytest.fixture
def earnest(own: Office) -> Office:
    """The agency seals with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    keys.in_pem_file(own.directory, key, keys.certify(own.directory, key.public_key(), AGENCY, now()))
    return own


def certificate(office: Office, name: str = OFFICER, organisation: str = AGENCY) -> bytes:
    return keys.certify(office.directory, KEY.public_key(), name, now(), organisation=organisation)


def in_file(office: Office, officer: str = OFFICER, file: str = "can-bo", **named: str) -> Path:
    made = certificate(office, **named)
    return keys.officer_in_pem_file(office.directory, officer, made, KEY, file=file)


def refused(act: Callable[[], object]) -> NotSealed:
    with pytest.raises(NotSealed) as caught:
        act()
    return caught.value


def load(office: Office, officer: str = OFFICER) -> keyring.SealKey:
    return load_officer_key(office.directory, CODE, officer)


def test_an_officers_own_key_is_found_by_name_and_opened_once(earnest: Office) -> None:
    in_file(earnest)
    in_file(earnest, "Trần Văn Bình", "khac", name="Trần Văn Bình")
    assert enrol(earnest.directory, CODE, AGENCY, OFFICER, now()) == "pem"
    key = load(earnest, "  nguyễn thị   PHƯỢNG ")
    assert load(earnest) is key and key.agency_name == AGENCY
    assert load(earnest, "Trần Văn Bình").certificate != key.certificate
    assert load_key(earnest.directory, CODE).certificate != key.certificate
    assert keyring.identity(earnest.directory, CODE, OFFICER)[0] == key.certificate


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nguyễn Thị Hoà", "NGUYỄN THỊ HÒA", True),
        ("Trần Văn Thuý", "Trần  văn Thúy", True),
        ("TEST Lê Văn A", "Lê Văn A", True),
        ("Nguyễn Thị Phương", "Nguyễn Thị Phượng", False),
        ("Nguyễn Văn Tuân", "Nguyễn Văn Tuấn", False),
        ("Nguyễn Văn A", "Nguyen Van A", False),
        ("Đỗ Văn A", "Dỗ Văn A", False),
        ("Lê Văn Ma Nà", "Lê Văn Mà Na", False),
        ("Lê Văn A", "Lê Văn A B", False),
    ],
)
def test_names_are_one_persons_when_every_tone_and_mark_agrees(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same_person(other, one) is same


@pytest.mark.parametrize(
    "named", [{"name": "Nguyễn Thị Phương"}, {"name": AGENCY}, {"organisation": "Sở Y tế tỉnh Mẫu"}]
)
def test_another_persons_or_agencys_certificate_is_refused_unopened(
    earnest: Office, named: dict[str, str]
) -> None:
    told = in_file(earnest, **named)
    keys.kept(told.with_name("passphrase"), "wrong")  # it would be KEY_PASSPHRASE if it were opened
    for act in (lambda: load(earnest), lambda: keyring.identity(earnest.directory, CODE, OFFICER)):
        fault = refused(act)
        assert fault.code == "OFFICER_MISMATCH"
        assert named.get("name", named.get("organisation", "")) in fault.detail


def test_in_a_pkcs12_file_too_the_certificate_must_be_the_officers(earnest: Office) -> None:
    chain = (earnest.directory / "intermediate.crt").read_bytes()
    told = keys.officer_settings(
        earnest.directory, OFFICER, 'kind = "pkcs12"\nkey = "a.p12"\npassphrase_file = "passphrase"\n'
    )
    keys.kept(told.with_name("passphrase"), keys.PASSPHRASE)
    for name, code in ((OFFICER, None), ("Trần Văn Bình", "OFFICER_MISMATCH")):
        made = keys.as_pkcs12(KEY, certificate(earnest, name), chain)
        keys.kept(told.with_name("a.p12"), made)
        if code is None:
            assert load(earnest).private_key
        else:
            assert refused(lambda: load(earnest)).code == code


def test_without_an_organisation_a_certificate_is_a_persons_alone(earnest: Office) -> None:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    from signing.officers import require_officers

    agency = load_key(earnest.directory, CODE).certificate
    for attributes in ([], [x509.NameAttribute(NameOID.COMMON_NAME, "Trần Văn Bình")]):
        names = [x509.NameAttribute(NameOID.COMMON_NAME, OFFICER), *attributes]
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(names))
            .issuer_name(x509.Name(names))
            .public_key(KEY.public_key())
            .serial_number(1)
            .not_valid_before(now())
            .not_valid_after(now().replace(year=2099))
            .sign(KEY, keys.hashes.SHA256())
            .public_bytes(keys.Encoding.DER)
        )
        if attributes:  # two names: whose is it?
            assert (
                refused(lambda der=made: require_officers(der, OFFICER, agency)).code == "OFFICER_MISMATCH"  # type: ignore[misc]
            )
        else:
            require_officers(made, OFFICER, agency)


def test_where_the_agency_seals_in_earnest_no_test_key_is_issued_or_used(own: Office) -> None:
    assert enrol(own.directory, CODE, AGENCY, OFFICER, now()) == "test"
    assert load(own).certificate == pki.load_officer(own.directory, CODE, OFFICER).certificate
    key = ec.generate_private_key(ec.SECP256R1())
    keys.in_pem_file(own.directory, key, keys.certify(own.directory, key.public_key(), AGENCY, now()))
    issued = sorted((own.directory / "officers").iterdir())
    for name in (OFFICER, "Trần Văn Bình"):
        for act in (
            lambda name=name: enrol(own.directory, CODE, AGENCY, name, now()),
            lambda name=name: load(own, name),
            lambda name=name: kind_of(own.directory, CODE, name),
        ):
            fault = refused(act)
            assert fault.code == "NO_OFFICER_KEY" and name in fault.detail
    assert sorted((own.directory / "officers").iterdir()) == issued


@pytest.mark.parametrize("name", ["", "  "])
def test_nobody_in_particular_does_not_sign_with_the_agencys_key(own: Office, name: str) -> None:
    for act in (lambda: enrol(own.directory, CODE, AGENCY, name, now()), lambda: load(own, name)):
        assert refused(act).code == "NO_OFFICER_KEY"


def test_an_agency_with_a_test_key_may_have_officers_with_keys_of_their_own(own: Office) -> None:
    in_file(own)
    assert enrol(own.directory, CODE, AGENCY, OFFICER, now()) == "pem"
    assert not list((own.directory / "officers").glob("*.pem"))


def test_what_is_broken_is_told_and_not_taken_for_missing(own: Office) -> None:
    keys.officer_settings(own.directory, "Trần Văn Bình", 'kind = "smoke"\n', file="hong")
    fault = refused(lambda: enrol(own.directory, CODE, AGENCY, OFFICER, now()))
    assert fault.code == "KEY_SETTINGS" and "hong.toml" in fault.detail
    in_file(own)  # who is told of in a good file is not stopped by it
    assert enrol(own.directory, CODE, AGENCY, OFFICER, now()) == "pem"
    in_file(own, file="lai")
    assert "several files" in refused(lambda: load(own)).detail


def test_settings_that_lie_in_the_wrong_folder_are_told(earnest: Office) -> None:
    told = earnest.directory / "seals" / f"{CODE}.toml"
    told.write_text(f'officer = "{OFFICER}"\n' + told.read_text("utf-8"), "utf-8")
    assert refused(lambda: load_key(earnest.directory, CODE)).code == "KEY_SETTINGS"
    nameless = in_file(earnest)
    nameless.write_text(nameless.read_text("utf-8").split("\n", 1)[1], "utf-8")
    assert "officer is missing" in refused(lambda: load(earnest)).detail
