"""Papers taken in at the counter: the officer signs each capture before it is read; what he signed is what is kept."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from PIL import Image

from archive.errors import Problem
from ingest.inspection import Captured, Limits
from ingest.refusals import Refused
from ocr.pdfa import PageImage
from ocr.values import PageReading
from signing import pki
from signing.mark import mark_size
from signing.outcome import Renewed
from signing.report import Verdict
from signing.templates import in_force
from signing.verify import verify
from tests.office import Office, small_paper, small_papers
from tests.papers.born_digital import text_paper
from tests.signing import keys as own_keys
from tests.signing.office import AGENCY, now
from tests.workers.personal import EC
from tests.workers.test_renew_command import succeed
from workers.jobs import captures, renewals
from workers.jobs.keys import enrol
from workers.jobs.placing import place_on

OFFICER = "Nguyễn Thị Phượng"
LIMITS = Limits(100, 200, 100, 120, 100)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[str, Any], Path]:
    """Two papers captured and taken all the way."""
    folder = tmp_path_factory.mktemp("counter")
    office = Office(folder / "home", {})
    office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    papers = small_papers(folder / "papers", 2)
    taken = office.json("capture", papers, "--officer", OFFICER, "--originals", "2")
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "Lê Thị Duyệt")
    office.run("work", "--until-idle")
    return office, taken, papers


def _kept(office: Office, sha256: str) -> bytes:
    return (office.home / "store" / "holdings" / sha256[:2] / sha256).read_bytes()


def test_a_captured_paper_is_read_approved_and_held_as_the_officer_signed_it(
    counter: tuple[Office, dict[str, Any], Path],
) -> None:
    office, taken, papers = counter
    assert (taken["originals"], taken["captures"], taken["officer"]) == (2, 2, OFFICER)
    shown = office.json("show", taken["files"][0]["document"])
    assert (shown["state"], shown["signed_already"]) == ("HELD", True)
    assert shown["fields"]
    received, sealed = (
        next(one for one in shown["history"] if one["act"] == act) for act in ("receive", "seal")
    )
    capture = received["details"]["capture"]
    assert received["agent"] == capture["officer"] == OFFICER
    scan = (papers / "paper-000.png").read_bytes()
    assert capture["scan"] == hashlib.sha256(scan).hexdigest()
    # DG-05: what was signed at the counter, what came in and what is held are one file
    assert received["details"]["scan"] == sealed["details"]["sealed"]
    held = _kept(office, sealed["details"]["sealed"])
    (mark,) = capture["marks"]
    assert (mark["template"], mark["page"]) == ("P1", 1)
    report = verify(held, pki.load_trust(office.home / "test-pki"), at=now())
    assert (report.verdict, report.signing_time) == (Verdict.VALID, capture["at"])
    assert report.signer is not None and OFFICER in report.signer.common_name
    assert report.signer.organisation == "SỞ XÂY DỰNG TỈNH MẪU"
    with pikepdf.open(io.BytesIO(held)) as pdf:
        x0, y0, x1, y1 = (float(one) for one in pdf.pages[0].Annots[0].Rect)
        assert [x0, y0, x1, y1] == pytest.approx(mark["box"], abs=0.01)
        assert x0 == pytest.approx(6, abs=0.01)
        assert not pdf.Root.AcroForm.Fields[0].get("/Kids")


def test_the_reading_is_of_the_scan_and_does_not_see_the_officer(
    counter: tuple[Office, dict[str, Any], Path],
) -> None:
    office, taken, _ = counter
    document = taken["files"][1]["document"]
    shown = office.json("show", document)
    size = [(page["width"], page["height"]) for page in shown["pages"]]
    assert size == [small_paper(1).size]
    assert OFFICER not in str(shown["fields"])


def test_what_is_no_scan_of_one_paper_is_refused_and_told(
    counter: tuple[Office, dict[str, Any], Path], tmp_path: Path
) -> None:
    office, _, _ = counter
    born = tmp_path / "born.pdf"
    born.write_bytes(text_paper("qd", seed=3, max_pages=1).pdf)
    nothing = tmp_path / "empty.png"
    nothing.touch()
    _, out, said = office.run("capture", born, nothing, "--officer", OFFICER, "--json", code=1)
    answer = json.loads(out)
    assert "TEST personal key" in said
    assert [one["code"] for one in answer["files"]] == ["CAPTURE_NOT_A_SCAN", "EMPTY_FILE"]
    assert answer["captures"] == 0


def test_nothing_is_taken_in_when_a_paper_is_missing(
    counter: tuple[Office, dict[str, Any], Path], tmp_path: Path
) -> None:
    office, taken, _ = counter
    papers = small_papers(tmp_path / "more", 2, first=7)
    wrong = office.json("capture", papers, "--officer", OFFICER, "--originals", "3", code=2)
    assert wrong["error"]["code"] == "CAPTURE_COUNT"
    assert {*office.states()} == {one["document"] for one in taken["files"]}
    nameless = office.json("capture", papers, "--officer", " ", code=2)
    assert nameless["error"]["code"] == "BAD_OFFICER_NAME"


def test_an_officer_of_an_agency_that_seals_in_earnest_captures_with_a_key_of_their_own_only(
    tmp_path: Path,
) -> None:
    office, name = Office(tmp_path / "home", {}), "SỞ XÂY DỰNG TỈNH MẪU"
    office.run("init", "--agency", "H01.010", "--name", name)
    directory = office.home / "test-pki"
    made = own_keys.certify(directory, EC.public_key(), name, now())
    own_keys.in_pem_file(directory, EC, made, code="H01.010")
    papers = small_papers(tmp_path / "papers", 1, first=21)
    refused = office.json("capture", papers, "--officer", OFFICER, code=2)
    assert refused["error"]["code"] == "NO_OFFICER_KEY"
    assert not (directory / "officers").exists(), "no TEST key was issued"
    personal = own_keys.certify(directory, EC.public_key(), OFFICER, now(), organisation=name)
    own_keys.officer_in_pem_file(directory, OFFICER, personal, EC, "H01.010")
    _, out, said = office.run("capture", papers, "--officer", OFFICER, "--json")
    assert json.loads(out)["captures"] == 1 and "TEST personal key" not in said
    _, officer = office.json("key", "list")["keys"]
    assert (officer["officer"], officer["kind"], officer["fault"]) == (OFFICER, "pem", None)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("keys") / "pki"
    pki.make(directory, now())
    pki.issue_seal(directory, "H01.010", AGENCY, now())
    assert enrol(directory, "H01.010", AGENCY, OFFICER, now()) == "test"
    return directory


def _captured(scan: Path, folder: Path, keys: Path) -> Captured:
    return captures.capture(scan, folder, LIMITS, keys, "H01.010", AGENCY, OFFICER, now())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "pages"
    folder.mkdir()
    yield folder


def test_every_page_of_a_paper_is_in_its_capture_upright_and_unchanged(
    tmp_path: Path, place: Path, keys: Path
) -> None:
    first, second = small_paper(3), small_paper(4).rotate(180)
    scan = tmp_path / "two.tif"
    first.save(scan, save_all=True, append_images=[second], dpi=(200, 200))
    made = _captured(scan, place, keys)
    assert made.sha256 == hashlib.sha256(made.pdf.read_bytes()).hexdigest()
    assert len(made.inspection.pages) == made.details["pages"] == 2
    with pikepdf.open(made.pdf) as pdf:
        assert len(pdf.pages) == 2
        kept = pikepdf.PdfImage(pdf.pages[0].Resources.XObject.Im).as_pil_image()
        assert kept.tobytes() == first.tobytes()
        assert b"-421.2 0 0 -297.36" in pdf.pages[1].Contents.read_bytes()


def test_the_evidence_of_a_capture_is_renewed_under_the_officers_signature(
    tmp_path: Path, place: Path
) -> None:
    directory, scan = tmp_path / "test-pki", tmp_path / "one.png"
    pki.make(directory, now() - timedelta(days=pki.TIMESTAMP_DAYS - 100))
    pki.issue_seal(directory, "H01.010", AGENCY, now())
    assert enrol(directory, "H01.010", AGENCY, OFFICER, now()) == "test"
    pki.refresh_crls(directory, now())
    small_paper(7).save(scan, dpi=(200, 200))
    made = _captured(scan, place, directory)
    succeed(tmp_path)
    done = renewals.renew_file(made.pdf, directory, now(), timedelta(days=180))
    assert isinstance(done, Renewed)
    renewed = made.pdf.read_bytes() + done.appended
    report = verify(renewed, pki.load_trust(directory), at=now())
    assert report.verdict is Verdict.VALID and report.signer is not None
    assert report.signer.common_name == f"TEST {OFFICER}"


def test_a_signed_file_is_not_captured_again(tmp_path: Path, place: Path, keys: Path) -> None:
    scan = tmp_path / "one.png"
    small_paper(5).save(scan, dpi=(200, 200))
    once = tmp_path / "once.pdf"
    once.write_bytes(_captured(scan, place, keys).pdf.read_bytes())
    with pytest.raises(Refused) as caught:
        _captured(once, place, keys)
    assert caught.value.code == "CAPTURE_SIGNED"


def test_an_officer_without_a_key_in_force_stops_the_batch_not_the_file(
    tmp_path: Path, place: Path, keys: Path
) -> None:
    scan = tmp_path / "one.png"
    small_paper(6).save(scan, dpi=(200, 200))
    from cryptography import x509

    certificate = pki.issue_officer(keys, "H01.010", AGENCY, "Trần Văn Cũ", now()).certificate
    pki.revoke(keys, x509.load_der_x509_certificate(certificate).serial_number, now())
    with pytest.raises(Problem) as caught:
        captures.capture(scan, place, LIMITS, keys, "H01.010", AGENCY, "Trần Văn Cũ", now())
    assert caught.value.code == "REVOKED"
    assert not isinstance(caught.value, Refused)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_below_a_system_issued_code_square_the_mark_stands(rotation: int) -> None:
    """TT 01/2023 Đ.26: such papers bear one top left, where P1 belongs (domain.md 2.4)."""
    page = Image.new("RGB", (1654, 2339), "white")
    code = io.BytesIO()
    segno.make("000.00.01.H01-260101-0001|1.001234|Cổng dịch vụ công", error="m").save(
        code, kind="png", scale=6
    )
    square = Image.open(code).convert("RGB")
    page.paste(square, (60, 60))
    data = io.BytesIO()
    page.rotate(-rotation, expand=True).save(data, "PNG")
    width, height = page.size if rotation in (0, 180) else page.size[::-1]
    reading = PageReading(width, height, 200.0, rotation, 0.0, False, "", (), (), "")
    rule = in_force("P1", now())
    size = mark_size(AGENCY, signer=OFFICER, template=rule)
    found = place_on(PageImage(data.getvalue(), 200.0), reading, size, rule)
    assert found.method == "free"
    lower = 2339 * 72 / 200 - (60 + square.height - 24) * 72 / 200
    assert found.box[3] < lower
    assert found.box[0] < 60 * 72 / 200
