"""Certified from the paper original (P5): one file, two signers, the wording on the last page, nothing may follow."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from archive.errors import Problem
from signing import pki
from signing.certification import AGENCY, CERTIFIER, build, certify
from signing.copy import attached_original
from signing.errors import NotCopied, NotSealed
from signing.finish import finished
from signing.fitness import fresh_context, path_in_force
from signing.report import Known, SealReport, Verdict
from signing.revision import revision
from signing.seal import Sealed, with_evidence
from signing.terms import CertificationTerms, Certifier
from signing.timestamp import GuardedTimestamper
from tests.ocr import pdfa_paper
from tests.signing import attacks
from tests.signing.office import AGENCY as AGENCY_NAME
from tests.signing.office import Office, open_office, paper
from tests.signing.test_turned import turned
from tests.signing.tools import needs
from workers.commands.checking import report_text
from workers.jobs.seals import issue_copy
from workers.jobs.values import Stated

CERTIFIER_NAME = "Nguyễn Thị Phượng"


def terms(office: Office, **changes: object) -> CertificationTerms:
    made = CertificationTerms(
        number=7,
        volume=1,
        year=2026,
        certifier=CERTIFIER_NAME,
        title="PHÓ CHỦ TỊCH",
        agency_name=AGENCY_NAME,
        pages=1,
        certified_at=datetime(2026, 2, 5, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def certified(office: Office, pages: bytes, **changes: object) -> Sealed:
    key = pki.issue_officer(
        office.directory, office.key.agency_code, AGENCY_NAME, CERTIFIER_NAME, office.clock()
    )
    return certify(
        build(pages, terms(office, **changes)),
        certifier=key,
        agency=office.key,
        timestamper=office.timestamper,
        trust=office.trust,
        at=office.clock(),
    )


@pytest.fixture(scope="module")
def both(office: Office) -> Sealed:
    return certified(office, pdfa_paper.draft(pdfa_paper.page(), pdfa_paper.page()).pdf)


def _text(pdf: bytes, folder: Path, page: int) -> str:
    needs("pdftotext")
    (folder / "in.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-f", str(page), "-l", str(page), "in.pdf", "-"],
        check=True,
        cwd=folder,
        capture_output=True,
    )
    return " ".join(done.stdout.decode().split())


def test_certifier_and_agency_sign_one_file_that_is_valid(office: Office, both: Sealed) -> None:
    report = office.verified(both.pdf)
    assert (report.verdict, report.reason) == (Verdict.VALID, "OK")
    assert [one.field for one in report.signatures[:2]] == [CERTIFIER, AGENCY]
    names = [one.signer.common_name for one in report.signatures]
    assert CERTIFIER_NAME in names[0] and AGENCY_NAME in names[1]
    assert {one.signer.organisation for one in report.signatures[:2]} == {AGENCY_NAME}
    assert [one.kind for one in report.signatures][-1] == "timestamp"
    assert all(one.trusted and one.intact and one.time_source == "timestamp" for one in report.signatures[:2])


def test_the_job_certifies_the_held_record_of_a_paper(office: Office, sealed: bytes, tmp_path: Path) -> None:
    """What the issue step calls: files and terms in, a file and its report out."""
    (tmp_path / "record.pdf").write_bytes(sealed)
    by = Certifier(CERTIFIER_NAME, "Chủ tịch", 12, 1, 1, 1)
    wanted = replace(office.terms(sealed), certifier=by)
    record, keys, code = tmp_path / "record.pdf", office.directory, office.key.agency_code
    report = issue_copy(record, keys, code, wanted, Stated(), office.clock(), tmp_path / "copy.pdf")
    assert (report.verdict, len(report.marks)) == (Verdict.VALID, 3)
    assert attached_original((tmp_path / "copy.pdf").read_bytes()) == sealed
    other = replace(office.terms(paper()), certifier=by)
    with pytest.raises(Problem) as caught:
        issue_copy(record, keys, code, other, Stated(), office.clock(), tmp_path / "none.pdf")
    assert caught.value.code == "ORIGINAL_DIFFERS"
    assert not (tmp_path / "none.pdf").exists()


def test_verifying_names_both_to_people(office: Office, both: Sealed) -> None:
    text = report_text({**office.verified(both.pdf).to_dict(), "file": "ban-sao.pdf"})
    assert CERTIFIER_NAME in text
    assert f"Cùng ký / also signed by: TEST {AGENCY_NAME}, {AGENCY_NAME}, " in text
    assert "(theo dấu thời gian / by timestamp)" in text


def test_verifying_tells_every_check_and_the_standard_s_word_in_both_languages(
    office: Office, both: Sealed
) -> None:
    known = Known("copy", "1", "revoked", since="2026-02-05T08:00:00+07:00", by=AGENCY_NAME)
    report = office.verified(both.pdf[: len(both.pdf) // 2], known=known)
    text = report_text({**report.to_dict(), "file": "ban-sao.pdf"})
    assert "EN 319 102-1: SIGNED_DATA_NOT_FOUND" in text or "EN 319 102-1: CUSTOM" in text
    assert "có / yes, đã bị thu hồi / revoked" in text
    assert f"từ / since {known.since}; do / by {AGENCY_NAME}\n" in text
    expired = replace(known, standing="expired", which="copy", since=None, by="", expires="2026-03-01")
    ended = report_text({**office.verified(both.pdf, known=expired).to_dict(), "file": "ban-sao.pdf"})
    assert "Mất hiệu lực: bản sao này / not in force: this copy; từ / since 2026-03-01\n" in ended
    assert all(f"{one.vi} / {one.en}" in text for one in report.checks)


def test_the_wording_stands_on_the_last_page_with_number_volume_and_book(
    both: Sealed, tmp_path: Path
) -> None:
    text = _text(both.pdf, tmp_path, 2)
    for words in (
        "Chứng thực bản sao đúng với bản chính",
        "Số chứng thực: 07, quyển số 01/2026-SCT/BS",
        "Ngày 05 tháng 02 năm 2026. Bản chính có 01 trang.",
        "PHÓ CHỦ TỊCH",
        CERTIFIER_NAME,
        AGENCY_NAME,
        "+07:00",
    ):
        assert words in text, words
    assert "Chứng thực" not in _text(both.pdf, tmp_path, 1)


def test_the_report_names_the_templates_and_places(both: Sealed) -> None:
    told = both.report.marks
    assert [one.template for one in told] == ["P5_WORDING", "P5_CERTIFIER", "P5_AGENCY"]
    assert {one.page for one in told} == {2}
    assert {one.method for one in told} == {"free"}
    wording = told[0].box
    for one in told[1:]:
        assert wording[0] < one.box[0] and one.box[2] < wording[2]
        assert wording[1] < one.box[1] and one.box[3] < wording[3]


def test_a_full_last_page_grows_below(office: Office, tmp_path: Path) -> None:
    done = certified(office, paper())
    assert {one.method for one in done.report.marks} == {"band"}
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        x0, y0, x1, y1 = (float(one) for one in pdf.pages[0].mediabox)
        assert (x0, x1, y1) == (0, 595, 842) and y0 < -60
    assert "Số chứng thực: 07" in _text(done.pdf, tmp_path, 1)
    assert "Số: 15/QĐ-UBND, trang 1" in _text(done.pdf, tmp_path, 1)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_the_wording_is_upright_on_a_turned_page(office: Office, turn: int) -> None:
    done = certified(office, turned(turn))
    document = pypdfium2.PdfDocument(done.pdf)
    document.init_forms()
    seen = np.asarray(document[0].render(scale=1.5, may_draw_forms=True).to_pil().convert("L")) < 140
    rows, columns = np.nonzero(seen)
    lower, right = rows > seen.shape[0] * 0.75, columns > seen.shape[1] * 0.4
    assert (lower & right).mean() > 0.99
    # the frame lies: it is wider than high
    assert np.ptp(columns) > 2 * np.ptp(rows)
    assert office.verified(done.pdf).verdict is Verdict.VALID


def test_with_the_terms_of_a_copy_the_sealed_original_is_attached(office: Office, sealed: bytes) -> None:
    done = certified(office, sealed, copy=office.terms(sealed))
    assert office.verified(done.pdf).verdict is Verdict.VALID
    assert attached_original(done.pdf) == sealed


def test_an_original_that_is_another_or_not_valid_is_not_certified(office: Office, sealed: bytes) -> None:
    with pytest.raises(NotCopied, match="ORIGINAL_DIFFERS"):
        build(paper(), terms(office, copy=office.terms(sealed)))
    with pytest.raises(NotCopied, match="ORIGINAL_NOT_VALID"):
        certified(office, paper(), copy=office.terms(paper()))
    with pytest.raises(NotCopied, match="FORMAT_FAILURE"):
        build(b"nothing", terms(office))


ATTACKS: dict[str, Callable[[bytes], bytes]] = {
    "altered byte": attacks.in_picture,
    "text over the page": attacks.overlay,
    "junk behind": attacks.junk,
    "cut back to the certifier's signature": attacks.cut_to_signature,
    "evidence cut off": lambda pdf: pdf[: attacks.ends(pdf)[1]],
    "a page more": attacks.added_page,
    "a note over the text": attacks.annotation,
    "a script": attacks.script,
    "a signature's look repainted": attacks.repainted_mark,
    "an empty field over the text": attacks.empty_visible_field,
    "a stranger's signature over the text": lambda pdf: attacks.strangers_signature(pdf, AGENCY_NAME),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_later_change_is_not_valid(office: Office, both: Sealed, attack: Callable[[bytes], bytes]) -> None:
    report: SealReport = office.verified(attack(both.pdf))
    assert report.verdict is not Verdict.VALID


def test_cut_back_to_the_certifier_and_given_new_evidence_it_still_lacks_the_agency(
    office: Office, both: Sealed
) -> None:
    alone = revision(both.pdf, CERTIFIER, office.clock())
    path = finished(
        path_in_force(
            office.key.certificate,
            office.key.chain,
            fresh_context(office.trust, office.clock()),
            office.clock(),
        )
    )
    guarded = GuardedTimestamper(office.timestamper)
    dressed = finished(
        with_evidence(io.BytesIO(alone), guarded, fresh_context(office.trust, office.clock()), [path])
    )
    for pdf in (alone, dressed):
        report = office.verified(pdf)
        assert (report.verdict, report.reason) == (Verdict.INDETERMINATE, "SIGNATURE_MISSING"), report.checks


def test_a_third_signature_is_not_valid_even_by_the_agency_itself(office: Office, both: Sealed) -> None:
    """With a tool that ignores both locks; the signer is trusted, the signature sound."""
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="Third", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES),
        signer=office.key.signer(),
        timestamper=office.timestamper,
        new_field_spec=SigFieldSpec("Third", box=(50, 700, 350, 780)),
    )
    signer._enforce_certification_constraints = lambda reader: None  # type: ignore[method-assign]
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(both.pdf)), output=out)
    report = office.verified(out.getvalue())
    assert report.verdict is Verdict.INVALID
    assert report.reason in ("FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION")


def test_who_may_not_sign_makes_no_certified_copy(tmp_path: Path) -> None:
    from cryptography import x509

    office = open_office(tmp_path / "pki")
    key = pki.issue_officer(
        office.directory, office.key.agency_code, AGENCY_NAME, CERTIFIER_NAME, office.clock()
    )
    serial = x509.load_der_x509_certificate(key.certificate).serial_number
    pki.revoke(office.directory, serial, office.clock())
    with pytest.raises(NotSealed, match="REVOKED"):
        certified(office.retrusted(), paper())


def test_an_officer_keeps_one_certificate_and_no_name_is_refused(office: Office) -> None:
    one, same = (
        pki.issue_officer(office.directory, "H01.02.03", AGENCY_NAME, name, office.clock())
        for name in ("Trần  Văn B", " Trần Văn B ")
    )
    assert one.certificate == same.certificate
    assert pki.load_officer(office.directory, "H01.02.03", "Trần Văn B").certificate == one.certificate
    with pytest.raises(ValueError, match="name"):
        pki.issue_officer(office.directory, "H01.02.03", AGENCY_NAME, "  ", office.clock())
    with pytest.raises(FileNotFoundError):
        pki.load_officer(office.directory, "H01.02.03", "Người Lạ")
