"""An extract is compared with its original however either was renewed; its regions lie on the page."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest

from archive import catalogue, chores, copies, evidence
from archive.errors import Problem
from archive.store import WORK
from archive.tables import Document, Step
from signing.redaction import draw
from signing.report import Original
from signing.selection import Part, Region, parse
from tests import world
from tests.signing.generations import DAY, START, YEAR
from tests.signing.office import Office
from tests.workers.decades import Archive, an_archive
from tests.workers.test_redaction import SECRET, everything, extracted, judged, office, record
from workers.commands.renewing import renew_all
from workers.jobs import extracts, seals

__all__ = ["office"]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    return an_archive(world.a_database(tmp_path), tmp_path, monkeypatch)


def test_an_extract_of_a_renewed_record_and_a_renewed_extract_lead_to_the_original(archive: Archive) -> None:
    document = archive.sealed()
    file = archive.shop.store.put(WORK, archive.authorities.sealed(archive.at))
    with archive.shop.database.writing() as session:
        of = session.get_one(Document, document)
        copy = world.a_copy_of(
            session, of, archive.at, basis=copies.CopyBasis.EXTRACT, extract={"show": ["1"], "hide": []}
        )
        copies.issued(session, copy, of, file, file, world.CLERK, archive.at)
        session.query(Step).delete()
    renew_all(archive.shop)
    archive.at = START + 11.8 * YEAR
    renew_all(archive.shop)
    with archive.shop.database.reading() as session:
        digests = {one.subject: one.digest for one in evidence.of_document(session, document)}
        for one in (file, digests[copy.id]):
            told = catalogue.originals_of_extract(session, one)
            assert told == (of.sealed_sha256, digests[document])
        assert catalogue.originals_of_extract(session, digests[document]) == ()


def test_a_clock_that_was_ahead_keeps_no_look_from_coming(archive: Archive) -> None:
    def look(at: datetime) -> bool:
        with archive.shop.database.writing() as session:
            return chores.take(session, "renewal", at, at + DAY)

    assert look(START + 25 * YEAR)
    assert look(START) and not look(START + DAY / 2) and look(START + DAY)


def test_an_extract_of_a_renewed_original_is_compared_with_what_was_sealed(
    office: Office, tmp_path: Path
) -> None:
    """It names the file with its newest evidence; the object that is held is the one sealed first."""
    renewed = record(office, [["Mở"], [SECRET]])
    first = renewed[: renewed.rindex(b"%%EOF", 0, -10) + 6]
    made = extracted(office, renewed, tmp_path, ("1",), (), with_text=True)
    assert judged(office, made, tmp_path, first, renewed) == ("VALID", "OK")
    assert judged(office, made, tmp_path, first) == ("INVALID", "EXTRACT_DIFFERS")


@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_an_extract_does_not_fall_with_an_original_that_is_lost_here(
    office: Office, tmp_path: Path, how: str
) -> None:
    original = record(office, [["Mở"], [SECRET]])
    made = extracted(office, original, tmp_path, ("1",), (), with_text=True)
    (tmp_path / "judged.pdf").write_bytes(made)
    (tmp_path / "held.pdf").write_bytes(original[:500] + b"?" + original[501:])
    held = Original(
        tmp_path / "held.pdf" if how == "damaged" else None, (hashlib.sha256(original).hexdigest(),)
    )
    report = seals.check_file(tmp_path / "judged.pdf", office.directory, office.clock(), None, original=held)
    assert report.verdict.value == "VALID"
    (found,) = [one for one in report.checks if one.name == "extract"]
    assert found.code == "EXTRACT_NOT_COMPARED" and f"is {how} here" in found.detail


def test_a_list_that_names_the_infinite_page_is_broken(office: Office, tmp_path: Path) -> None:
    """JSON of Python reads ``Infinity``, which is no page."""
    original = record(office, [["Mở"], [SECRET]])
    made = extracted(office, original, tmp_path, ("1",), (), with_text=True)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        told = json.loads(pdf.attachments["trich-sao.json"].get_file().read_bytes())
        told["pages"][0]["page"] = float("inf")
        pdf.attachments["trich-sao.json"] = json.dumps(told).encode()
        out = io.BytesIO()
        pdf.save(out)
    assert judged(office, out.getvalue(), tmp_path, original)[1] == "EXTRACT_BROKEN"


def test_regions_in_points_are_drawn_again_at_the_same_pixels(office: Office) -> None:
    """The sealed list keeps six places of each edge: what is drawn for the extract has no more."""
    original = record(office, [["Mở"], ["hai"]])
    for corner in (32.74, 33.1, 66.2, 83.11, 99.3):  # the sixth place decides over a column of pixels there
        said = (f"1:{corner},{corner},{corner + 150:.2f},{corner + 150:.2f}pt",)
        ((_, one),) = draw(original, parse(said, (), 2))
        kept = tuple(Region(*(round(edge, 6) for edge in box)) for box in one.show)
        ((_, again),) = draw(original, (Part(1, kept),))
        assert (one.hidden == again.hidden).all(), said


@pytest.mark.parametrize(
    ("show", "hide", "code"),
    [
        ((), ("1:900,1000,950,1100pt",), "EXTRACT_OUTSIDE"),
        (("1:900,0,950,9pt", "2"), (), "EXTRACT_OUTSIDE"),
        ((), ("1:0,0,1,1", "2:0,0,9,9pt"), "EXTRACT_NOTHING"),
        (("1:0,0,1,1", "2"), (), "EXTRACT_WHOLE"),
        (("1:0,0,900,900pt", "2:0,0,1,0.7", "2:0,0.3,1,1"), (), "EXTRACT_WHOLE"),
    ],
)
def test_regions_that_miss_their_page_or_leave_nothing_out_are_refused_before_a_number_is_given(
    office: Office, tmp_path: Path, show: tuple[str, ...], hide: tuple[str, ...], code: str
) -> None:
    original = record(office, [["Mở"], ["hai"]])
    with pytest.raises(Problem) as caught:
        extracted(office, original, tmp_path, show, hide)
    assert caught.value.code == code
    with pytest.raises(Problem) as caught:
        extracts.check_parts(tmp_path / "original.pdf", show, hide)
    assert caught.value.code == code


def test_a_page_of_which_nothing_is_left_out_is_told_as_whole(office: Office, tmp_path: Path) -> None:
    original = record(office, [["Mở"], ["hai"]])
    made = extracted(office, original, tmp_path, ("1:0,0,1,1",), (), with_text=True)
    extracts.check_parts(tmp_path / "original.pdf", ("1:0,0,1,1",), ())
    with pikepdf.open(io.BytesIO(made)) as pdf:
        (row,) = json.loads(pdf.attachments["trich-sao.json"].get_file().read_bytes())["pages"]
    assert (row["whole"], row["show"], row["hide"]) == (True, [], [])
    said = " ".join(everything(made, tmp_path).decode("utf-8", "ignore").split())
    assert "Trích: trang 1; bản gốc có 2 trang" in said
    assert judged(office, made, tmp_path, original) == ("VALID", "OK")
