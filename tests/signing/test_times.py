"""One file judged at three times, side by side, with what is known today."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from signing import pki
from signing.report import Known, SealReport, TimeJudged
from signing.revision import NoRevision, revision
from signing.seal import seal
from signing.templates import in_force
from signing.timestamp import GuardedTimestamper
from signing.verify import NAMES, TIMELY, verify
from tests.signing.office import Office, now, open_office, paper
from tests.signing.test_time import _plainly, _serial

DAY = timedelta(days=1)
YEAR = 365 * DAY


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "own")


@pytest.fixture
def old(tmp_path: Path) -> tuple[Office, bytes, datetime]:
    """Sealed twelve years ago: since then its certificate, and that of its timestamps, have run out."""
    then = now() - 12 * YEAR
    office = open_office(tmp_path / "old", clock=lambda: then)
    # no template of a mark is as old
    mark = replace(office.mark(), template=in_force("P2", now()))
    sealed = seal(
        paper(), key=office.key, timestamper=office.timestamper, trust=office.trust, mark=mark, at=then
    ).pdf
    pki.refresh_crls(office.directory, now())
    return office.retrusted(), sealed, then


def _again(pdf: bytes, office: Office) -> bytes:
    """A second visible signature, by the same signer, in a field that it adds."""
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="S2", subfilter=SigSeedSubFilter.PADES),
        office.key.signer(),
        timestamper=GuardedTimestamper(office.timestamper),
        new_field_spec=SigFieldSpec("S2", box=(300, 50, 500, 100)),
    )
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def at(report: SealReport, label: str) -> TimeJudged:
    return next(one for one in report.times if one.label == label)


def answers(report: SealReport) -> list[tuple[str, str, str]]:
    return [(one.label, one.verdict.value, one.reason) for one in report.times]


def test_a_good_file_is_valid_at_all_times_and_the_verdict_is_that_of_now(own: Office) -> None:
    report = verify(own.sealed(), own.trust, at=now(), chosen=now() + YEAR)
    assert answers(report) == [("signing", "VALID", "OK"), ("now", "VALID", "OK"), ("chosen", "VALID", "OK")]
    assert (report.verdict, report.sub_indication) == (at(report, "now").verdict, "")
    assert at(report, "signing").at == report.signing_time
    assert [one.name for one in at(report, "chosen").checks] == [name for name in NAMES if name in TIMELY]


def test_evidence_that_ran_out_leaves_now_open_and_signing_as_it_was(
    old: tuple[Office, bytes, datetime],
) -> None:
    office, sealed, then = old
    report = verify(sealed, office.trust, at=now(), chosen=then + 5 * YEAR)
    assert answers(report) == [
        ("signing", "VALID", "OK"),
        ("now", "INDETERMINATE", "OUT_OF_BOUNDS_NO_POE"),
        ("chosen", "INDETERMINATE", "REVOCATION_UNKNOWN"),  # no list of those years is left
    ]
    assert report.sub_indication == "OUT_OF_BOUNDS_NO_POE"
    assert (
        at(report, "signing").at
        == then.astimezone(datetime.fromisoformat(report.times[0].at or "").tzinfo)
        .replace(microsecond=0)
        .isoformat()
    )


def test_a_time_to_come_says_until_when_the_file_can_be_proven(own: Office) -> None:
    """Lists of then are not known; certificates run out on a day that is."""
    sealed = own.sealed()
    ends = x509.load_pem_x509_certificate((own.directory / "timestamp.crt").read_bytes()).not_valid_after_utc
    for chosen, verdict in ((ends - DAY, "VALID"), (ends + DAY, "INDETERMINATE")):
        report = verify(sealed, own.trust, at=now(), chosen=chosen)
        assert at(report, "chosen").verdict.value == verdict
        assert at(report, "now").verdict.value == "VALID"


def test_stale_lists_are_no_fresher_for_being_asked_about_a_time_to_come(own: Office) -> None:
    late = now() + 40 * DAY
    report = verify(own.sealed(), own.trust, at=late, chosen=late + DAY)
    assert [one.verdict.value for one in report.times] == ["VALID", "INDETERMINATE", "INDETERMINATE"]


def test_before_it_was_signed_there_was_nothing_to_be_valid(own: Office) -> None:
    report = verify(own.sealed(), own.trust, at=now(), chosen=now() - YEAR)
    assert answers(report)[2] == ("chosen", "INDETERMINATE", "NOT_YET_SIGNED")


def test_a_revocation_after_signing_counts_from_its_day_on(own: Office) -> None:
    """Without a timestamp over the file: the signature's own is the proof that it is older."""
    plain = _plainly(own, own.timestamper)
    pki.revoke(own.directory, _serial(own.key.certificate), now() + 2 * DAY, now=now() + 3 * DAY)
    report = verify(plain, own.retrusted().trust, at=now() + 4 * DAY, chosen=now() + DAY)
    assert [verdict for _, verdict, _ in answers(report)] == ["VALID", "VALID", "VALID"]


def test_a_revocation_published_later_with_an_earlier_date_counts_and_is_told(own: Office) -> None:
    sealed = own.sealed()
    pki.revoke(own.directory, _serial(own.key.certificate), now() - timedelta(hours=1), now=now() + 2 * DAY)
    report = verify(sealed, own.retrusted().trust, at=now() + 3 * DAY, chosen=now() + DAY)
    assert [(one.reason, one.hindsight) for one in report.times] == [
        ("REVOKED", True),
        ("REVOKED", False),
        ("REVOKED", True),
    ]


@pytest.mark.parametrize(
    ("standing", "reason"),
    [("revoked", "STANDING_REVOKED"), ("replaced", "STANDING_REPLACED"), ("disputed", "STANDING_DISPUTED")],
)
def test_a_record_s_standing_counts_since_its_day(own: Office, standing: str, reason: str) -> None:
    sealed = own.sealed()
    since = now() + 2 * DAY
    known = Known("record", "doc-1", standing, since.isoformat(), "QĐ 12")  # type: ignore[arg-type]
    report = verify(sealed, own.trust, at=now() + 3 * DAY, known=known, chosen=now() + DAY)
    assert [(one.reason, one.standing) for one in report.times] == [
        ("OK", "valid"),
        (reason, standing),
        ("OK", "valid"),
    ]
    told = next(one for one in report.checks if one.name == "standing").detail
    assert since.isoformat() in told and "QĐ 12" in told


def test_a_record_expires_by_its_own_date_also_in_a_time_to_come(own: Office) -> None:
    sealed = own.sealed()
    known = Known("record", "doc-1", "valid", expires=(now() + 30 * DAY).isoformat())
    report = verify(sealed, own.trust, at=now(), known=known, chosen=now() + 31 * DAY)
    assert [one.standing for one in report.times] == ["valid", "valid", "expired"]
    assert at(report, "chosen").reason == "STANDING_EXPIRED"
    over = replace(known, standing="expired", expires=(now() - DAY).isoformat())
    past = verify(sealed, own.trust, at=now(), known=over, chosen=now() - 2 * DAY)
    assert [one.standing for one in past.times] == ["expired", "expired", "valid"]


def test_a_later_signature_in_doubt_leaves_the_answer_open_and_accuses_nobody(tmp_path: Path) -> None:
    """Two good signers, both certificates run out: nothing was forbidden, it is only not proven any more."""
    then = now() - 12 * YEAR
    office = open_office(tmp_path / "two", clock=lambda: then)
    signed = _again(_plainly(office, office.timestamper), office)
    assert office.verified(signed).reason == "OK"
    pki.refresh_crls(office.directory, now())
    report = verify(signed, office.retrusted().trust, at=now())
    assert report.verdict.value == "INDETERMINATE" and report.reason != "FORBIDDEN_MODIFICATION"
    assert at(report, "signing").reason == "REVOCATION_UNKNOWN"


def test_a_list_reaches_back_only_while_it_would_still_have_named_the_certificate(tmp_path: Path) -> None:
    """Authorities drop certificates that ran out from their lists: silence of such a list proves nothing."""
    then = now() - 4 * YEAR
    office = open_office(tmp_path / "pki", clock=lambda: then)
    plain = _plainly(office, office.timestamper)
    for made, reason in ((then + 2 * YEAR, "OK"), (now(), "REVOCATION_UNKNOWN")):
        pki.refresh_crls(office.directory, made)
        report = verify(plain, office.retrusted().trust, at=now(), chosen=then + YEAR)
        assert at(report, "chosen").reason == reason
        assert at(report, "now").verdict.value == "INDETERMINATE"


def test_a_file_that_cannot_be_read_has_the_same_answer_at_all_times(own: Office) -> None:
    report = verify(b"%PDF-1.7 nothing", own.trust, at=now(), chosen=now() + YEAR)
    assert answers(report) == [
        ("now", "INDETERMINATE", "FORMAT_FAILURE"),
        ("chosen", "INDETERMINATE", "FORMAT_FAILURE"),
    ]
    assert report.sub_indication == "SIGNED_DATA_NOT_FOUND"


def test_an_altered_file_was_altered_at_all_times(own: Office) -> None:
    sealed = bytearray(own.sealed())
    sealed[sealed.index(b"/DCTDecode") + 200] ^= 1
    report = verify(bytes(sealed), own.trust, at=now(), chosen=now() + YEAR)
    assert [one.verdict.value for one in report.times] == ["INVALID"] * 3


def test_the_revision_as_signed_is_what_the_signature_covers(own: Office) -> None:
    sealed = own.sealed()
    cut = revision(sealed, "Seal", now())
    assert sealed.startswith(cut) and len(cut) < len(sealed)
    assert cut.rstrip().endswith(b"%%EOF")
    seen = verify(cut, own.trust, at=now()).signatures
    assert [(one.field, one.intact, one.covers) for one in seen] == [("Seal", True, "ENTIRE_FILE")]
    whole = revision(sealed, "SealTimestamp", now())
    assert whole == sealed


@pytest.mark.parametrize(
    ("field", "change", "code"),
    [
        ("Nobody", lambda pdf: pdf, "NO_SUCH_SIGNATURE"),
        ("Seal", lambda pdf: pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1), "HASH_FAILURE"),
        ("Seal", lambda pdf: b"junk", "NOT_PDF"),
    ],
)
def test_bytes_that_were_not_signed_are_not_given_as_a_revision(
    own: Office, field: str, change: object, code: str
) -> None:
    with pytest.raises(NoRevision) as caught:
        revision(change(own.sealed()), field, now())  # type: ignore[operator]
    assert caught.value.code == code
