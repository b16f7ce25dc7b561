"""The trust store: versions that nothing overwrites, and roots with terms."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing import anchor_changes, anchors, pki
from signing.errors import BadTrust, TrustBroken
from signing.trust import ListedAgency
from signing.verify import verify
from tests.signing import roots
from tests.signing.office import Office, now, open_office

DAY = timedelta(days=1)


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "own")


@pytest.fixture
def other(tmp_path: Path) -> Office:
    return open_office(tmp_path / "other", "Sở Y tế tỉnh Mẫu")


def answer(office: Office, pdf: bytes) -> tuple[str, str]:
    report = verify(pdf, anchors.load_trust(office.directory), at=now())
    return report.verdict.value, report.reason


def test_a_test_pki_is_the_first_version_of_its_store(tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", now())
    (version,) = anchors.versions(tmp_path / "pki")
    assert (version.number, version.by, version.before) == (1, "hoso init", "")
    assert [one.kind for one in version.anchors] == ["TEST"] and len(version.intermediates) == 1
    trust = pki.load_trust(tmp_path / "pki")
    assert (trust.version, trust.digest) == (1, version.digest) and len(trust.crls) == 2


def test_a_folder_from_before_the_store_is_taken_over_as_it_was(own: Office) -> None:
    shutil.rmtree(own.directory / anchors.FOLDER)
    before = anchors.load_trust(own.directory)
    assert before.version == 1 and not (own.directory / anchors.FOLDER).exists()
    pki.make(own.directory, now())
    assert anchors.load_trust(own.directory) == before and (own.directory / anchors.FOLDER).exists()
    assert own.retrusted().verified(own.sealed()).reason == "OK"


def test_a_change_makes_a_version_and_leaves_the_older_ones_alone(own: Office, other: Office) -> None:
    files = {path: path.read_bytes() for path in (own.directory / anchors.FOLDER).rglob("*.*")}
    version = roots.trusting(own.directory, other.directory)
    assert version.before == anchors.versions(own.directory)[-2].digest
    assert (version.by, version.why) == ("Người Thử", "thử")
    assert all(path.read_bytes() == kept for path, kept in files.items())


def test_what_was_trusted_at_an_earlier_time_can_be_asked(own: Office, other: Office) -> None:
    first = anchors.versions(own.directory)[-1]
    roots.trusting(own.directory, other.directory, at=first.at + DAY)
    assert anchors.load_trust(own.directory, first.at + DAY / 2).version == first.number
    assert len(anchors.load_trust(own.directory, first.at + 2 * DAY).roots) == 2
    assert anchors.load_trust(own.directory, first.at - 900 * DAY).version == 1


@pytest.mark.parametrize("what", ["version", "certificate", "missing", "junk"])
def test_a_store_changed_behind_its_back_trusts_nobody(own: Office, other: Office, what: str) -> None:
    roots.trusting(own.directory, other.directory)
    first = own.directory / anchors.FOLDER / "000001.json"
    if what == "version":
        first.write_text(first.read_text("utf-8").replace("TEST", "công vụ root"), "utf-8")
    elif what == "missing":
        first.unlink()
    elif what == "junk":
        first.write_bytes(b"{")
    else:
        path = anchors.certificate_path(own.directory, anchors.versions(own.directory)[0].anchors[0].sha256)
        path.write_bytes(roots.der_of(other.directory / "root.crt"))
    with pytest.raises(TrustBroken):
        anchors.load_trust(own.directory)
    with pytest.raises(TrustBroken):
        roots.changed(own.directory, lambda last: replace(last, anchors=()))


def test_a_file_that_is_no_list_stops_neither_sealing_nor_checking(own: Office) -> None:
    before = anchors.load_trust(own.directory).crls
    folder = own.directory / anchors.LISTS
    folder.mkdir(exist_ok=True)
    (folder / "copied.crl").write_bytes(b"<html>log in</html>")
    trust = anchors.load_trust(own.directory)
    assert trust.crls == before
    assert replace(own, trust=trust).sealed()


def test_two_who_change_at_once_both_count(own: Office) -> None:
    root = anchors.versions(own.directory)[0].anchors[0].sha256
    entries = [ListedAgency(f"H{number}", f"Cơ quan {number}", anchor=root) for number in range(4)]
    made: list[int] = []

    def change(entry: ListedAgency) -> None:
        made.append(roots.changed(own.directory, anchor_changes.with_agency(entry)).number)

    hands = [threading.Thread(target=change, args=(one,)) for one in entries]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(made) == [one.number for one in anchors.versions(own.directory)[-len(entries) :]]
    assert set(entries) <= set(roots.newest(own.directory).agencies)


def test_nothing_half_written_is_taken_for_a_version(own: Office) -> None:
    before = anchors.versions(own.directory)
    (own.directory / anchors.FOLDER / ".000009.json").write_bytes(b"{")
    assert anchors.versions(own.directory) == before
    (own.directory / anchors.FOLDER / ".000009.json").unlink()


def test_a_change_that_changes_nothing_and_what_is_no_root_are_refused(own: Office) -> None:
    with pytest.raises(BadTrust, match="NOTHING_CHANGED"):
        roots.changed(own.directory, lambda last: last)
    with pytest.raises(BadTrust, match="NOT_A_ROOT"):
        anchor_changes.root_of(roots.der_of(own.directory / "intermediate.crt"), "public")
    with pytest.raises(BadTrust, match="NOT_A_CERTIFICATE"):
        anchor_changes.certificate_in((own.directory / "root.key").read_bytes())
    with pytest.raises(BadTrust, match="UNKNOWN_ANCHOR"):
        roots.changed(own.directory, anchor_changes.without("0"))
    root = roots.newest(own.directory).anchors[0]
    with pytest.raises(BadTrust, match="NEVER_IN_FORCE"):
        roots.terms(own.directory, root.name, lambda one: replace(one, since=now(), until=now() - DAY))


def test_files_of_both_hierarchies_are_valid_and_a_third_is_not(
    own: Office, other: Office, tmp_path: Path
) -> None:
    third = open_office(tmp_path / "third", "Sở Nội vụ tỉnh Mẫu")
    files = [office.sealed() for office in (own, other, third)]
    assert answer(own, files[1]) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
    roots.trusting(own.directory, other.directory)
    found = [answer(own, file) for file in files]
    assert found == [("VALID", "OK"), ("VALID", "OK"), ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")]
    report = verify(files[0], anchors.load_trust(own.directory), at=now())
    assert report.trust.version == roots.newest(own.directory).number
    assert report.trust.sha256 == roots.newest(own.directory).digest


def test_a_root_for_timestamps_alone_vouches_for_no_signer(own: Office, other: Office) -> None:
    sealed = other.sealed()
    roots.trusting(own.directory, other.directory, purposes=("timestamp",))
    assert answer(own, sealed) == ("INDETERMINATE", "ANCHOR_NOT_IN_FORCE")
    mixed = replace(own, timestamper=other.timestamper, trust=anchors.load_trust(own.directory)).sealed()
    assert answer(own, mixed) == ("VALID", "OK")
    name = roots.root_in(other.directory).name
    roots.terms(own.directory, name, lambda one: replace(one, purposes=("sign",)))
    assert answer(own, mixed) == ("INDETERMINATE", "TIMESTAMP_UNTRUSTED")
    assert answer(own, sealed) == ("INDETERMINATE", "TIMESTAMP_UNTRUSTED")


def test_a_root_vouches_for_nothing_from_before_or_after_its_days(own: Office, other: Office) -> None:
    sealed = other.sealed()
    roots.trusting(own.directory, other.directory, since=now() + DAY)
    assert answer(own, sealed)[0] == "INDETERMINATE"
    name = roots.root_in(other.directory).name
    roots.terms(own.directory, name, lambda one: replace(one, since=None, until=now() - DAY))
    assert answer(own, sealed)[0] == "INDETERMINATE"
    roots.terms(own.directory, name, lambda one: replace(one, until=now() + DAY))
    later = verify(sealed, anchors.load_trust(own.directory), at=now(), chosen=now() + 3 * DAY)
    assert [one.verdict.value for one in later.times] == ["VALID", "VALID", "VALID"]


def test_what_is_proven_older_than_a_broken_trust_still_counts(own: Office, other: Office) -> None:
    """The signer's root is broken from tomorrow on; another root's timestamp says that the signature is of today."""
    roots.trusting(own.directory, other.directory)
    trust = anchors.load_trust(own.directory)
    sealed = replace(other, timestamper=own.timestamper, trust=trust).sealed()
    stamped_by_itself = other.sealed()
    name = roots.root_in(other.directory).name
    roots.terms(own.directory, name, lambda one: replace(one, distrusted=now() + DAY))
    broken = anchors.load_trust(own.directory)
    assert verify(sealed, broken, at=now() + 2 * DAY).reason == "OK"
    alone = verify(stamped_by_itself, broken, at=now() + 2 * DAY)
    assert (alone.verdict.value, alone.reason) == ("INDETERMINATE", "ANCHOR_NOT_IN_FORCE")
    assert alone.times[0].label == "signing" and alone.times[0].verdict.value == "VALID"


def test_a_signature_from_after_a_broken_trust_does_not_count(own: Office, other: Office) -> None:
    roots.trusting(own.directory, other.directory)
    trust = anchors.load_trust(own.directory)
    sealed = replace(other, timestamper=own.timestamper, trust=trust).sealed()
    roots.terms(
        own.directory, roots.root_in(other.directory).name, lambda one: replace(one, distrusted=now() - DAY)
    )
    assert answer(own, sealed) == ("INDETERMINATE", "ANCHOR_NOT_IN_FORCE")


def test_a_removed_root_vouches_for_nothing_any_more(own: Office, other: Office) -> None:
    sealed = other.sealed()
    roots.trusting(own.directory, other.directory)
    roots.changed(own.directory, anchor_changes.without(roots.root_in(other.directory).sha256[:12]))
    assert answer(own, sealed) == ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")


def test_a_version_is_plain_json_that_people_can_read(own: Office) -> None:
    text = (own.directory / anchors.FOLDER / "000002.json").read_text("utf-8")
    assert json.loads(text)["agencies"][0]["name"] == own.key.agency_name and own.key.agency_name in text
