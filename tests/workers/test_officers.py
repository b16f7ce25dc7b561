"""Officers sign in person with keys of their own, of every kind; without one nothing is signed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from archive.errors import Problem
from ingest.inspection import Captured, Limits
from signing import anchor_changes, anchors, keyring, pki
from signing.anchor_changes import Author
from signing.certification import CERTIFIER
from signing.report import SealReport, Verdict
from signing.terms import Certifier
from signing.trust import ListedAgency
from signing.verify import verify
from tests.office import small_paper
from tests.signing import keys
from tests.signing.keys import CODE
from tests.signing.office import AGENCY, Office, now, open_office
from tests.signing.peers import Answer, peer
from tests.signing.softhsm import PIN, tokens
from tests.signing.test_remote import SECRET, signs
from tests.workers.personal import EC, in_pem_file
from workers.jobs.captures import capture
from workers.jobs.keys import describe, describe_all, enrol, refresh_revocation
from workers.jobs.seals import issue_copy
from workers.jobs.values import Stated
from workers.patience import MENDABLE

OFFICER = "Nguyễn Thị Phượng"
LIMITS = Limits(100, 200, 100, 120, 100)
FILES = 'passphrase_file = "passphrase"\n'


def certificate(office: Office, key: keys.AgencyKey) -> bytes:
    made = keys.certify(office.directory, key.public_key(), OFFICER, now(), organisation=AGENCY)
    return made + (office.directory / "intermediate.crt").read_bytes()


def elsewhere(office: Office, key: keys.AgencyKey, settings: str) -> None:
    """Settings of the officer for a key that is not in a file of ours; its certificate is."""
    told = keys.officer_settings(office.directory, OFFICER, settings + 'certificate = "can-bo.crt"\n')
    keys.kept(told.with_suffix(".crt"), certificate(office, key), 0o644)


def captured(office: Office, folder: Path) -> Captured:
    """A paper signed at the counter, in this process."""
    scan, pages = folder / "scan.png", folder / "pages"
    pages.mkdir()
    small_paper(11).save(scan, dpi=(200, 200))
    return capture(scan, pages, LIMITS, office.directory, CODE, AGENCY, OFFICER, now())


def signed_in_person(office: Office, pdf: bytes, field: str = "Seal") -> bool:
    """The file is VALID, and what signed there is the officer's."""
    report = verify(pdf, pki.load_trust(office.directory), at=now())
    assert report.verdict is Verdict.VALID, report.checks
    (mine,) = (one for one in report.signatures if one.field == field)
    return mine.signer.common_name == f"TEST {OFFICER}"


def certified(office: Office, folder: Path) -> SealReport:
    """A copy certified from the paper original, in this process."""
    record = folder / "record.pdf"
    record.write_bytes(office.sealed())
    by = Certifier(OFFICER, "Chủ tịch", 12, 1, 1, 1)
    terms = replace(office.terms(record.read_bytes()), certifier=by)
    return issue_copy(record, office.directory, CODE, terms, Stated(), now(), folder / "copy.pdf")


def test_a_capture_is_signed_by_a_key_on_the_officers_token(earnest: Office, tmp_path: Path) -> None:
    made = tokens(tmp_path / "hsm")
    key = rsa.generate_private_key(65537, 3072)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(made.configuration))
        made.make("can-bo")
        made.put("can-bo", key, "ca-nhan", "01")
        elsewhere(
            earnest, key,
            f'kind = "pkcs11"\nmodule = "{made.module}"\ntoken_label = "can-bo"\nkey_label = "ca-nhan"\n'
            'pin_file = "pin"\n',
        )  # fmt: skip
        keys.kept(earnest.directory / "officers" / CODE / "pin", PIN)
        import pkcs11

        assert enrol(earnest.directory, CODE, AGENCY, OFFICER, now()) == "pkcs11"
        done = captured(earnest, tmp_path)
        pkcs11.unload(str(made.module))
    assert signed_in_person(earnest, done.pdf.read_bytes())


def test_a_capture_is_signed_by_the_officers_remote_signer(earnest: Office, tmp_path: Path) -> None:
    with peer(signs(EC)) as signer:
        elsewhere(
            earnest, EC,
            f'kind = "remote"\nurl = "{signer.url}/sign"\nkey_id = "ca-nhan"\nsecret_file = "secret"\nseconds = 30\n',
        )  # fmt: skip
        keys.kept(earnest.directory / "officers" / CODE / "secret", SECRET)
        assert enrol(earnest.directory, CODE, AGENCY, OFFICER, now()) == "remote"
        assert not signer.asked, "whether the officer can sign is told without asking for a signature"
        done = captured(earnest, tmp_path)
        assert len(signer.asked) == 1
    assert signed_in_person(earnest, done.pdf.read_bytes())


@pytest.mark.parametrize("kind", ["pem", "pkcs12"])
def test_a_copy_is_certified_by_the_officers_key_and_the_agencys(
    earnest: Office, tmp_path: Path, kind: str
) -> None:
    if kind == "pem":
        in_pem_file(earnest, OFFICER)
    else:
        text = 'kind = "pkcs12"\nkey = "ca-nhan.p12"\n' + FILES
        told = keys.officer_settings(earnest.directory, OFFICER, text)
        own = keys.certify(earnest.directory, EC.public_key(), OFFICER, now(), organisation=AGENCY)
        chain = (earnest.directory / "intermediate.crt").read_bytes()
        keys.kept(told.with_name("ca-nhan.p12"), keys.as_pkcs12(EC, own, chain))
        keys.kept(told.with_name("passphrase"), keys.PASSPHRASE)
    report = certified(earnest, tmp_path)
    assert report.verdict is Verdict.VALID
    assert signed_in_person(earnest, (tmp_path / "copy.pdf").read_bytes(), CERTIFIER)
    assert not list((earnest.directory / "officers").glob("*.pem")), "no TEST key was issued beside it"


def refused_everywhere(office: Office, folder: Path, code: str) -> None:
    """The key is refused when it is looked for, at a capture and at a certification, in both languages."""
    for act in (
        lambda: enrol(office.directory, CODE, AGENCY, OFFICER, now()),
        lambda: captured(office, folder),
        lambda: certified(office, folder),
    ):
        with pytest.raises(Problem) as caught:
            act()
        assert caught.value.code == code and caught.value.vi != caught.value.en


@pytest.mark.parametrize("case", ["nobody's", "another's"])
def test_without_the_officers_own_key_nothing_is_signed(earnest: Office, tmp_path: Path, case: str) -> None:
    code = "NO_OFFICER_KEY"
    if case == "another's":
        in_pem_file(earnest, OFFICER, "Nguyễn Thị Phương")
        code = "OFFICER_MISMATCH"
    refused_everywhere(earnest, tmp_path, code)
    assert not (tmp_path / "copy.pdf").exists() and not (tmp_path / "pages" / "capture.pdf").exists()


@pytest.mark.parametrize(
    ("case", "code"),
    [("expired", "CERTIFICATE_EXPIRED"), ("no commitment", "KEY_USAGE"), ("revoked", "REVOKED")],
)
def test_a_personal_certificate_is_looked_at_before_each_signature(
    earnest: Office, tmp_path: Path, case: str, code: str
) -> None:
    begun = now() - timedelta(days=400 if case == "expired" else 0)
    made = keys.certify(
        earnest.directory, EC.public_key(), OFFICER, begun, organisation=AGENCY,
        commitment=case != "no commitment",
    )  # fmt: skip
    keys.officer_in_pem_file(earnest.directory, OFFICER, made, EC)
    if case == "revoked":
        pki.revoke(earnest.directory, x509.load_pem_x509_certificate(made).serial_number, now())
    refused_everywhere(earnest, tmp_path, code)


def test_whose_root_is_not_trusted_any_more_cannot_sign_and_is_told_so(earnest: Office) -> None:
    in_pem_file(earnest, OFFICER)
    root = anchors.versions(earnest.directory)[-1].anchors[0]
    ended = anchor_changes.with_terms(root.sha256, lambda one: replace(one, until=now() - timedelta(days=1)))
    anchor_changes.change(earnest.directory, Author("test", now()), "end", ended)
    with pytest.raises(Problem) as caught:
        enrol(earnest.directory, CODE, AGENCY, OFFICER, now())
    assert caught.value.code == "ANCHOR_NOT_IN_FORCE" and caught.value.code in MENDABLE
    assert describe(earnest.directory, CODE, now(), False)["fault"]["code"] == "ANCHOR_NOT_IN_FORCE"


def test_an_officer_whose_certificate_is_not_in_the_agencys_entry_is_told_before_anything_is_signed(
    earnest: Office,
) -> None:
    """Where an agency is known by its certificates, those of officers that name it belong into its entry."""
    in_pem_file(earnest, OFFICER)
    own, mine = (keyring.identity(earnest.directory, CODE, officer)[0] for officer in ("", OFFICER))

    def listed(*ders: bytes) -> None:
        found = tuple(hashlib.sha256(one).hexdigest() for one in ders)
        entry = anchor_changes.with_agency(ListedAgency(CODE, AGENCY, certificates=found))
        anchor_changes.change(earnest.directory, Author("test", now()), f"agency {CODE}", entry)

    listed(own)
    with pytest.raises(Problem) as caught:
        enrol(earnest.directory, CODE, AGENCY, OFFICER, now())
    assert caught.value.code == "SIGNER_IMPERSONATES"
    assert "hoso trust agency add" in caught.value.en and "hoso trust agency add" in caught.value.vi
    listed(own, mine)
    assert enrol(earnest.directory, CODE, AGENCY, OFFICER, now()) == "pem"


def test_the_keys_of_officers_are_listed_with_days_left_and_faults(earnest: Office) -> None:
    in_pem_file(earnest, OFFICER)
    keys.officer_settings(earnest.directory, "Trần Văn Bình", 'kind = "smoke"\n', file="hong")
    agency, officer, broken = describe_all(earnest.directory, CODE, now())
    assert (agency["officer"], agency["kind"], agency["fault"]) == (None, "pem", None)
    assert (officer["officer"], officer["kind"], officer["fault"]) == (OFFICER, "pem", None)
    assert officer["certificate"]["days_left"] in (364, 365)
    assert (broken["officer"], broken["fault"]["code"]) == ("hong.toml", "KEY_SETTINGS")
    assert describe(earnest.directory, CODE, now(), True, OFFICER)["opens"] is True
    (earnest.directory / "officers" / CODE / "hong.toml").unlink()
    nobody = describe(earnest.directory, CODE, now(), True, "Người Lạ")
    assert (nobody["opens"], nobody["fault"]["code"]) == (None, "NO_OFFICER_KEY")


def test_test_keys_of_officers_are_listed_while_the_agency_seals_with_one(tmp_path: Path) -> None:
    own = open_office(tmp_path / "pki")
    enrol(own.directory, CODE, AGENCY, OFFICER, now())
    enrol(own.directory, CODE, AGENCY, "Trần Văn Bình", now())
    (own.directory / "officers" / "hong.pem").write_bytes(b"no certificate")
    agency, first, second = describe_all(own.directory, CODE, now())
    assert (agency["officer"], agency["kind"]) == (None, "test")
    assert [(one["officer"], one["kind"], one["fault"]) for one in (first, second)] == [
        (OFFICER, "test", None),
        ("Trần Văn Bình", "test", None),
    ]
    in_pem_file(own, OFFICER)
    assert sorted((one["officer"], one["kind"]) for one in describe_all(own.directory, CODE, now())[1:]) == [
        (OFFICER, "pem"),
        ("Trần Văn Bình", "test"),
    ]


def test_revocation_data_of_officers_certificates_is_fetched_too(earnest: Office) -> None:
    lists = (earnest.directory / "intermediate.crl").read_bytes()
    with peer(lambda asked: Answer(lists)) as running:
        names = [x509.UniformResourceIdentifier(f"{running.url}/list.crl")]
        points = x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])
        made = keys.certify(
            earnest.directory, EC.public_key(), OFFICER, now(), organisation=AGENCY, extensions=(points,)
        )
        keys.officer_in_pem_file(earnest.directory, OFFICER, made, EC)
        (earnest.directory / "officers" / "bản cũ").mkdir()
        (earnest.directory / "officers" / "bản cũ" / "x.toml").write_text(f'officer = "{OFFICER}"\n', "utf-8")
        rows = refresh_revocation(earnest.directory, now())
    states = {one["state"]: one for one in rows}
    assert [asked.path for asked in running.asked] == ["/list.crl"]
    assert "bản cũ" in states["failed"]["why"] and len(rows) == 2
