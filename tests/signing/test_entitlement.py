"""Who signed: an agency of the list, a stranger, or somebody who bears an agency's name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing import anchor_changes, anchors
from signing.checks.entitlement import plain
from signing.errors import BadTrust, NotSealed
from signing.report import Known, SealReport
from signing.trust import ListedAgency, Trust
from signing.verify import verify
from tests.signing import roots
from tests.signing.office import AGENCY, Office, now, open_office

DAY = timedelta(days=1)


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "own")


def judged(pdf: bytes, trust: Trust, form: str = "") -> SealReport:
    known = Known("record", "doc-1", "valid", form=form) if form else None
    return verify(pdf, trust, at=now(), known=known)


def found(report: SealReport) -> tuple[str, str]:
    """The verdict and the code of the check."""
    return report.verdict.value, next(one.code for one in report.checks if one.name == "entitlement")


def listed(store: Path, agency: ListedAgency) -> Trust:
    roots.changed(store, anchor_changes.with_agency(agency))
    return anchors.load_trust(store)


def digest(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


def test_without_a_list_the_question_does_not_arise(own: Office) -> None:
    trust = replace(anchors.load_trust(own.directory), agencies=())
    assert found(judged(own.sealed(), trust)) == ("VALID", "NOT_APPLICABLE")


@pytest.mark.parametrize(
    "name", [AGENCY, AGENCY.upper(), "Uỷ ban  nhân dân xã Bình An", "UY BAN NHAN DAN XA BINH AN"]
)
def test_a_self_made_agency_with_the_same_name_is_never_valid(own: Office, tmp_path: Path, name: str) -> None:
    """Under a root that is trusted: its authority vouches that somebody calls himself so, no more."""
    false = open_office(tmp_path / "false", name)
    sealed = false.sealed()
    assert found(judged(sealed, own.trust))[0] == "INDETERMINATE"
    roots.trusting(own.directory, false.directory)
    report = judged(sealed, anchors.load_trust(own.directory))
    assert (report.verdict.value, report.reason) == ("INVALID", "SIGNER_IMPERSONATES")
    assert report.sub_indication == "SIG_CONSTRAINTS_FAILURE"
    assert found(judged(own.sealed(), anchors.load_trust(own.directory))) == ("VALID", "OK")


def test_a_namesake_elsewhere_is_a_stranger_once_the_place_is_known(own: Office, tmp_path: Path) -> None:
    """The certificate names no place, so it still passes for the agency; with one it would not."""
    root = roots.newest(own.directory).anchors[0].sha256
    trust = listed(own.directory, ListedAgency("H01.02.03", AGENCY, place="Đồng Nai", anchor=root))
    assert found(judged(own.sealed(), trust)) == ("VALID", "OK")


def test_a_stranger_s_good_file_is_valid_with_a_warning(own: Office, tmp_path: Path) -> None:
    other = open_office(tmp_path / "other", "Sở Y tế tỉnh Mẫu")
    sealed = other.sealed()
    roots.trusting(own.directory, other.directory)
    report = judged(sealed, anchors.load_trust(own.directory))
    assert (report.reason, *found(report)) == ("OK", "VALID", "SIGNER_NOT_LISTED")


def test_an_agency_is_known_by_its_certificate_or_its_number_and_not_by_the_root_alone(
    own: Office, tmp_path: Path
) -> None:
    other = open_office(tmp_path / "other", "Sở Y tế tỉnh Mẫu")
    sealed = other.sealed()
    roots.trusting(own.directory, other.directory)
    root = roots.root_in(other.directory).sha256
    agency = ListedAgency("H02", "Sở Y tế tỉnh Mẫu")
    by_certificate = replace(agency, certificates=(digest(other.key.certificate),))
    assert found(judged(sealed, listed(own.directory, by_certificate))) == ("VALID", "OK")
    by_number = replace(agency, identifiers=("H01.02.03",), anchor=root)
    assert found(judged(sealed, listed(own.directory, by_number))) == ("VALID", "OK")
    elsewhere = replace(by_number, anchor=roots.newest(own.directory).anchors[0].sha256)
    assert found(judged(sealed, listed(own.directory, elsewhere)))[1] == "SIGNER_IMPERSONATES"
    other_number = replace(agency, identifiers=("H99",), anchor=root)
    assert found(judged(sealed, listed(own.directory, other_number)))[1] == "SIGNER_IMPERSONATES"
    with pytest.raises(BadTrust, match="AGENCY_WITHOUT_CERTIFICATE"):
        listed(own.directory, agency)


def test_an_agency_may_seal_only_its_forms_and_only_in_its_days(own: Office) -> None:
    sealed = own.sealed()
    entry = roots.newest(own.directory).agencies[0]
    some = listed(own.directory, replace(entry, forms=("giay-phep",)))
    assert found(judged(sealed, some, "giay-phep")) == ("VALID", "OK")
    assert found(judged(sealed, some, "trich-luc-khai-sinh")) == ("INDETERMINATE", "NOT_ENTITLED")
    assert found(judged(sealed, some)) == ("VALID", "OK")  # nobody knows what paper it is
    assert (
        found(judged(sealed, listed(own.directory, replace(entry, since=now() + DAY))))[1] == "NOT_ENTITLED"
    )
    assert (
        found(judged(sealed, listed(own.directory, replace(entry, until=now() - DAY))))[1] == "NOT_ENTITLED"
    )
    closed = listed(own.directory, replace(entry, until=now() + DAY))
    assert verify(sealed, closed, at=now() + 3 * DAY).reason == "OK"  # signed while it was there


def test_an_agency_off_the_list_may_still_seal_and_verifiers_are_told(own: Office) -> None:
    root = roots.newest(own.directory).anchors[0].sha256
    roots.changed(own.directory, anchor_changes.without_agency("H01.02.03"))
    trust = listed(own.directory, ListedAgency("H77", "Sở Tư pháp tỉnh Mẫu", anchor=root))
    sealed = replace(own, trust=trust).sealed()
    assert found(judged(sealed, trust)) == ("VALID", "SIGNER_NOT_LISTED")


def test_names_are_compared_as_people_in_a_hurry_read_them() -> None:
    assert plain("UBND  Xã Đông-An") == plain("ubnd xa đông an") == "ubndxadongan"
    assert plain("Sở Y tế") != plain("Sở Ý") != plain("")


def test_who_seals_with_a_new_certificate_that_is_not_listed_is_told_how_to_list_it(own: Office) -> None:
    entry = roots.newest(own.directory).agencies[0]
    trust = listed(own.directory, replace(entry, certificates=("0" * 64,), identifiers=(), anchor=""))
    with pytest.raises(NotSealed, match=r"SIGNER_IMPERSONATES.*hoso trust agency add"):
        replace(own, trust=trust).sealed()
