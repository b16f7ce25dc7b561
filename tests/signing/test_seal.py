"""What the seal promises: valid, long-lived, in the law's words, nothing silently changed, nothing half done."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from signing import pki
from signing.errors import NotSealed, TimestampUnavailable
from signing.report import Known, Status, Verdict
from signing.seal import seal
from tests.signing.office import AGENCY, Office, now, open_office, paper


def test_a_sealed_paper_is_valid_with_the_timestamp_as_its_time(office: Office, sealed: bytes) -> None:
    report = office.verified(sealed)
    assert (report.verdict, report.reason) == (Verdict.VALID, "OK")
    assert report.time_source == "timestamp"
    assert report.signing_time is not None and report.signing_time.endswith("+07:00")
    assert report.signer is not None and report.signer.organisation == AGENCY
    assert "TEST" in report.signer.common_name
    assert [one.kind for one in report.signatures] == ["seal", "timestamp"]
    assert all(one.status in (Status.PASSED, Status.SKIPPED) for one in report.checks)
    assert not report.ours and report.standing is None
    assert '"verdict": "VALID"' in report.to_json()


def test_the_original_bytes_stand_unchanged_in_front_of_the_seal(sealed: bytes) -> None:
    assert sealed.startswith(paper())


def test_the_seal_covers_the_whole_file_and_permits_no_change(office: Office, sealed: bytes) -> None:
    seen = office.verified(sealed).signatures
    assert (seen[0].covers, seen[0].modifications) == ("ENTIRE_REVISION", "LTA_UPDATES")
    assert seen[1].covers == "ENTIRE_FILE"
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1


def test_what_a_signer_could_break_of_pdfa_stands(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(paper())) as before, pikepdf.open(io.BytesIO(sealed)) as after:
        assert after.Root.Metadata.read_raw_bytes() == before.Root.Metadata.read_raw_bytes()
        assert "/Info" not in after.trailer or after.trailer.Info == before.trailer.get("/Info")
        assert after.pdf_version == before.pdf_version and "/Version" not in after.Root
        for field in after.Root.AcroForm.Fields:
            assert field.F == 132
        stamp = after.Root.AcroForm.Fields[0].AP
        assert list(stamp.keys()) == ["/N"]
        assert "/Group" not in stamp.N and "/ExtGState" not in stamp.N.Resources
        descriptor = next(iter(stamp.N.Resources.Font.as_dict().values())).DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor
        assert b" rg" in stamp.N.read_bytes() and b" gs" not in stamp.N.read_bytes()


def test_evidence_for_signer_and_timestamp_lies_in_the_file(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert len(pdf.Root.DSS.CRLs) == 2
        assert len(pdf.Root.DSS.Certs) >= 3


def test_two_seals_do_not_share_each_others_evidence(tmp_path: Any) -> None:
    first, second = (open_office(tmp_path / name, f"Sở {name}") for name in ("one", "two"))
    both = first.trust + second.trust
    for this, other in ((first, second), (second, first), (first, second)):
        pdf = seal(
            paper(), key=this.key, timestamper=this.timestamper, trust=both, mark=this.mark(), at=this.clock()
        ).pdf
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            stored = [bytes(one.read_bytes()) for one in opened.Root.DSS.CRLs]
        assert sorted(stored) == sorted(this.trust.crls)
        assert not set(stored) & set(other.trust.crls)


class Down(TimeStamper):
    """An authority that fails in one of the ways that were measured."""

    def __init__(self, error: Exception, after: int = 0, inner: TimeStamper | None = None) -> None:
        super().__init__()
        self.error, self.left, self.inner = error, after, inner

    async def async_request_tsa_response(self, req: Any) -> Any:
        if self.left and self.inner is not None:
            self.left -= 1
            return await self.inner.async_request_tsa_response(req)
        raise self.error


@pytest.mark.parametrize(
    "error", [TimestampRequestError("refused"), ValueError("empty body"), OSError("no route"), TimeoutError()]
)
@pytest.mark.parametrize("answered", [0, 1])
def test_without_a_timestamp_there_is_no_seal(office: Office, error: Exception, answered: int) -> None:
    down = Down(error, answered, office.timestamper)
    with pytest.raises(TimestampUnavailable):
        seal(
            paper(),
            key=office.key,
            timestamper=down,
            trust=office.trust,
            mark=office.mark(),
            at=office.clock(),
        )


def _refusal(office: Office, pdf: bytes | None = None, **changes: Any) -> str:
    values: dict[str, Any] = {
        "key": office.key,
        "timestamper": office.timestamper,
        "trust": office.trust,
        "mark": office.mark(),
        "at": office.clock(),
    }
    with pytest.raises(NotSealed) as caught:
        seal(pdf or paper(), **{**values, **changes})
    assert caught.value.vi and caught.value.en
    return caught.value.code


def test_what_is_sealed_is_not_sealed_again(office: Office, sealed: bytes) -> None:
    assert _refusal(office, sealed) == "ALREADY_SIGNED"


def test_files_that_cannot_be_read_strictly_are_refused(office: Office) -> None:
    encrypted = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.save(encrypted, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert _refusal(office, b"not a pdf") == "NOT_PDF"
    assert _refusal(office, paper()[:900]) == "FORMAT_FAILURE"
    assert _refusal(office, encrypted.getvalue()) == "ENCRYPTED"
    assert _refusal(office, paper(rotate=45)) == "PAGE_ROTATED"


def test_a_key_that_may_not_seal_now_is_refused_before_anything_is_signed(tmp_path: Any) -> None:
    office = open_office(tmp_path / "pki")
    year = timedelta(days=365)
    assert _refusal(office, at=office.clock() + 4 * year) == "CERTIFICATE_EXPIRED"
    assert _refusal(office, at=office.clock() - year) == "CERTIFICATE_NOT_YET_VALID"
    assert _refusal(office, at=office.clock() + timedelta(days=60)) == "REVOCATION_UNKNOWN"
    stranger = open_office(tmp_path / "other")
    assert _refusal(office, key=stranger.key) == "NO_CERTIFICATE_CHAIN_FOUND"
    assert _refusal(office, timestamper=stranger.timestamper) == "TIMESTAMP_UNTRUSTED"
    serial = x509.load_der_x509_certificate(office.key.certificate).serial_number
    pki.revoke(office.directory, serial, office.clock())
    assert _refusal(office.retrusted()) == "REVOKED"


def test_a_mark_must_fit_its_box_on_the_page(office: Office) -> None:
    assert _refusal(office, mark=replace(office.mark(), box=(560, 800, 600, 850))) == "BAD_MARK"
    assert _refusal(office, mark=replace(office.mark(), box=(500, 800, 520, 810))) == "BAD_MARK"


def test_a_timestamp_far_from_the_marks_time_is_refused(tmp_path: Any) -> None:
    office = replace(open_office(tmp_path / "pki", clock=lambda: now() - timedelta(days=1)), clock=now)
    early = pki.load_timestamper(office.directory, lambda: now() + timedelta(minutes=4))
    late = pki.load_timestamper(office.directory, lambda: now() - timedelta(hours=2))
    assert _refusal(office, timestamper=late) == "CLOCK_DISAGREES"
    pdf = seal(
        paper(), key=office.key, timestamper=early, trust=office.trust, mark=office.mark(), at=office.clock()
    ).pdf
    assert office.verified(pdf).verdict is Verdict.VALID


def test_time_in_the_signature_is_the_given_one_in_hanoi(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        value = pdf.Root.AcroForm.Fields[0].V
        assert re.fullmatch(r"D:\d{14}\+07'00'", str(value.M))
        assert str(value.Name) == AGENCY
        assert str(value.SubFilter) == "/ETSI.CAdES.detached"


@pytest.mark.parametrize(
    ("standing", "verdict", "reason"),
    [
        ("valid", Verdict.VALID, "OK"),
        ("revoked", Verdict.INVALID, "STANDING_REVOKED"),
        ("expired", Verdict.INDETERMINATE, "STANDING_EXPIRED"),
        ("replaced", Verdict.INDETERMINATE, "STANDING_REPLACED"),
        ("disputed", Verdict.INDETERMINATE, "STANDING_DISPUTED"),
    ],
)
def test_the_registers_word_counts_beside_a_good_signature(
    office: Office, sealed: bytes, standing: Any, verdict: Verdict, reason: str
) -> None:
    report = office.verified(sealed, known=Known("record", "REC-1", standing, "2026-11-20", "quyết định 7"))
    assert (report.verdict, report.reason, report.standing) == (verdict, reason, standing)
    assert report.ours
    others = [one for one in report.checks if one.name != "standing"]
    assert all(one.status is Status.PASSED for one in others)
