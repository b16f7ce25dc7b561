"""Revocation, expiry and timestamps: what is judged at the time of signing, and with which evidence."""

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
from pyhanko.sign.timestamps import TimeStamper

from signing import pki
from signing.key import SealKey
from signing.memory import MemoryKey
from signing.report import SealReport, Verdict
from signing.seal import seal
from signing.timestamp import GuardedTimestamper
from signing.trust import Trust
from signing.verify import verify
from tests.signing import attacks
from tests.signing.office import Office, careless, now, open_office, paper

DAY = timedelta(days=1)


@pytest.fixture
def own(tmp_path: Path) -> Office:
    return open_office(tmp_path / "pki")


def _serial(der: bytes) -> int:
    return x509.load_der_x509_certificate(der).serial_number


def _answer(report: SealReport) -> tuple[str, str]:
    return report.verdict.value, report.reason


def _plainly(
    office: Office, timestamper: TimeStamper | None, digest: str = "sha256", key: SealKey | None = None
) -> bytes:
    """A signature made with pyHanko alone, without the care that seal() takes."""
    meta = PdfSignatureMetadata(field_name="S1", subfilter=SigSeedSubFilter.PADES, md_algorithm=digest)
    signer = PdfSigner(
        meta,
        (key or office.key).signer() if digest == "sha256" else careless(key or office.key),
        timestamper=GuardedTimestamper(timestamper) if timestamper else None,
        new_field_spec=SigFieldSpec("S1", box=(50, 50, 250, 100)),
    )
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper())), output=out)
    return out.getvalue()


def test_a_seal_outlives_the_later_revocation_of_its_certificate(own: Office) -> None:
    sealed = own.sealed()
    pki.revoke(own.directory, _serial(own.key.certificate), now() + timedelta(seconds=2))
    later = own.retrusted()
    assert _answer(verify(sealed, later.trust, at=now() + timedelta(seconds=3))) == ("VALID", "OK")


def test_a_certificate_revoked_before_signing_makes_the_file_invalid(own: Office) -> None:
    """The list that the file brings along does not know of it; ours does."""
    sealed = own.sealed()
    pki.revoke(own.directory, _serial(own.key.certificate), now() - timedelta(hours=1), now=now())
    assert _answer(own.retrusted().verified(sealed)) == ("INVALID", "REVOKED")
    assert _answer(own.retrusted().verified(attacks.cut_to_signature(sealed)))[1] == "REVOKED"


def test_a_revoked_timestamp_authority_is_not_believed(own: Office) -> None:
    sealed = own.sealed()
    certificate = x509.load_pem_x509_certificate((own.directory / "timestamp.crt").read_bytes())
    pki.revoke(own.directory, certificate.serial_number, now() - timedelta(hours=1), now=now())
    report = own.retrusted().verified(sealed)
    assert report.verdict is not Verdict.VALID
    assert report.reason in ("TIMESTAMP_UNTRUSTED", "NOT_PROVEN", "REVOKED_NO_POE")


def test_a_file_is_valid_years_after_its_certificate_expired(tmp_path: Path) -> None:
    """The point of B-LTA: certificate and lists of then have expired, the document timestamp has not."""
    then = now() - 4 * 365 * DAY
    old = open_office(tmp_path / "pki", clock=lambda: then)
    sealed = old.sealed()
    assert _answer(old.verified(sealed)) == ("VALID", "OK")
    pki.refresh_crls(old.directory, now())
    today = old.retrusted()
    report = verify(sealed, today.trust, at=now())
    assert _answer(report) == ("VALID", "OK"), report.checks
    assert report.signing_time is not None and report.signing_time.startswith(str(then.year))
    bare = verify(attacks.cut_to_signature(sealed), today.trust, at=now())
    assert _answer(bare) == ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")


def test_a_file_timestamped_after_its_certificate_expired_is_invalid(tmp_path: Path) -> None:
    then = now() - 4 * 365 * DAY
    old = open_office(tmp_path / "pki", clock=lambda: then)
    pki.refresh_crls(old.directory, now())
    late = replace(old.retrusted(), timestamper=pki.load_timestamper(old.directory, now))
    report = verify(_plainly(late, late.timestamper), late.trust, at=now())
    assert report.verdict is not Verdict.VALID
    assert report.reason in ("CERTIFICATE_EXPIRED", "OUT_OF_BOUNDS_NO_POE")


def test_without_a_timestamp_the_time_is_only_claimed(own: Office) -> None:
    report = own.verified(_plainly(own, None))
    assert _answer(report) == ("INDETERMINATE", "NO_TIMESTAMP")
    assert report.time_source == "claimed"


def test_a_timestamp_by_a_stranger_does_not_count(own: Office, tmp_path: Path) -> None:
    stranger = open_office(tmp_path / "other")
    assert _answer(own.verified(_plainly(own, stranger.timestamper))) == (
        "INDETERMINATE",
        "TIMESTAMP_UNTRUSTED",
    )


def test_a_timestamp_from_the_future_does_not_count(own: Office) -> None:
    ahead = pki.load_timestamper(own.directory, lambda: now() + timedelta(hours=3))
    assert _answer(own.verified(_plainly(own, ahead))) == ("INDETERMINATE", "TIMESTAMP_IN_FUTURE")


def test_a_timestamp_certificate_cannot_sign_papers(own: Office) -> None:
    certificate, key = pki._load(own.directory, "timestamp")
    false = replace(own.key, certificate=pki._der(certificate), private_key=MemoryKey(key))
    assert _answer(own.verified(_plainly(own, own.timestamper, key=false)))[1] == "KEY_USAGE"


def test_sha1_is_not_accepted(own: Office) -> None:
    assert own.verified(_plainly(own, own.timestamper, "sha1")).reason == "WEAK_ALGORITHM"


def test_stale_lists_leave_the_answer_open(own: Office) -> None:
    sealed = own.sealed()
    report = verify(sealed, own.trust, at=now() + 40 * DAY)
    assert report.verdict is Verdict.INDETERMINATE
    pki.refresh_crls(own.directory, now() + 40 * DAY)
    assert _answer(verify(sealed, own.retrusted().trust, at=now() + 40 * DAY)) == ("VALID", "OK")


def test_without_any_list_nothing_is_sealed_or_believed(own: Office) -> None:
    bare = Trust(own.trust.roots, own.trust.intermediates)
    plain = _plainly(own, own.timestamper)
    assert verify(plain, bare, at=now()).verdict is Verdict.INDETERMINATE


def test_one_check_answers_for_now_and_the_clock_is_the_callers(own: Office) -> None:
    sealed = own.sealed()
    early = verify(sealed, own.trust, at=datetime.fromisoformat("2020-01-01T00:00:00+07:00"))
    assert early.verdict is not Verdict.VALID
    assert early.checked_at == "2020-01-01T00:00:00+07:00"


def test_a_stripped_signature_timestamp_is_noticed(own: Office) -> None:
    """The unsigned attribute is not under the signature, but it is under the document timestamp."""
    from asn1crypto import cms

    sealed = own.sealed()
    start = sealed.index(b"/Contents <", sealed.index(b"/ByteRange") - 60000) + len(b"/Contents <")
    end = sealed.index(b">", start)
    message = cms.ContentInfo.load(bytes.fromhex(sealed[start:end].decode()), strict=False)
    message["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([])
    bare = message.dump(force=True).hex().encode().ljust(end - start, b"0")
    stripped = sealed[:start] + bare + sealed[end:]
    report = own.verified(stripped)
    assert report.verdict is Verdict.INVALID and report.reason == "HASH_FAILURE"
    cut = own.verified(attacks.cut_to_signature(stripped))
    assert _answer(cut) == ("INDETERMINATE", "NO_TIMESTAMP")


def test_seal_takes_the_given_time_and_checks_nothing_against_its_own_clock(tmp_path: Path) -> None:
    then = datetime.fromisoformat("2024-03-01T08:00:00+07:00")
    old = open_office(tmp_path / "pki", clock=lambda: then)
    sealed = seal(
        paper(), key=old.key, timestamper=old.timestamper, trust=old.trust, mark=old.mark(), at=then
    ).pdf
    assert old.verified(sealed, at=then).signing_time == "2024-03-01T08:00:00+07:00"
