"""Batches with separator and cover sheets received whole: documents, their dossiers, and an account of every page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import func, select

from archive import catalogue, scans
from archive.database import Database
from archive.roles import Role
from archive.tables import Document, Page, Scan, ScannedPage
from ingest.receive import Receipt
from tests import world
from tests.ingest import pdfs, pictures, sheets
from tests.ingest.conftest import Office
from tests.ingest.zips import zipped

CODE = "H40.115.01-260105-0001"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """One kind of database is enough here: receiving is tried on both by test_receive, parting by test_parting."""
    made = world.a_database(tmp_path)
    yield made
    made.close()


def png(picture: Image.Image) -> bytes:
    return pictures.encoded(picture, "PNG", dpi=(sheets.DPI, sheets.DPI))


def tiff(*pages: Image.Image) -> bytes:
    return pictures.tiff(*(page.convert("L") for page in pages), compression="tiff_deflate")


def documents(office: Office) -> list[tuple[str, str | None, int]]:
    """Name, dossier and number of pages of every document, in order."""
    with office.desk.database.reading() as session:
        return [
            (
                Path(one.document.name).name,
                one.document.dossier,
                len(catalogue.pages(session, one.document.id)),
            )
            for one in catalogue.listing(session)
        ]


def account(office: Office, receipt: Receipt) -> dict[str, int]:
    with office.desk.database.reading() as session:
        return scans.account_of_batch(session, receipt.batch).as_dict()


def test_a_pile_scanned_into_one_file_becomes_its_documents(office: Office, folder: Path) -> None:
    separator, back = sheets.separator(1, "photocopy", 90), sheets.blank()
    pile = [
        separator, back, sheets.page("một"), back, separator, separator, sheets.page("hai"), sheets.page("ba"),
        sheets.cover(CODE), sheets.page("bốn"), back, sheets.separator(2, "clean", 180), back,
    ]  # fmt: skip
    (folder / "lô.tif").write_bytes(tiff(*pile))
    receipt = office.take(folder)
    assert documents(office) == [
        ("lô.tif (3-4)", None, 2),
        ("lô.tif (7-8)", None, 2),
        ("lô.tif (10-11)", CODE, 2),
    ]
    (outcome,) = receipt.outcomes
    assert len(outcome.documents) == 3 and outcome.document == outcome.documents[0]
    assert account(office, receipt) == {"scanned": 13, "content": 4, "blank": 4, "separator": 5}
    assert outcome.pages is not None and outcome.pages.as_dict() == account(office, receipt)
    with office.desk.database.reading() as session:
        places = {one.number: one for one in session.scalars(select(ScannedPage))}
        assert sorted(places) == list(range(1, 14))
        assert [places[n].document_id for n in (1, 2, 5, 6, 9, 12, 13)] == [None] * 7
        assert (places[7].document_id, places[7].page) == (outcome.documents[1], 1)
        assert places[9].payload == f"BIA|{CODE}" and places[9].role == Role.COVER
        assert scans.account_of_files(session, outcome.documents[0]).scanned == 13
        assert scans.account_of_document(session, outcome.documents[2]).as_dict() == {
            "scanned": 2, "content": 1, "blank": 1, "separator": 0,
        }  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_single_pages_behind_a_sheet_are_joined_in_the_order_people_count(
    office: Office, folder: Path, packed: bool
) -> None:
    files = {f"scan{n}.png": png(sheets.page(f"trang {n}")) for n in (2, 9, 10, 11)}
    files |= {
        "scan1.png": png(sheets.separator(1, "photocopy")),
        "scan12.png": png(sheets.separator(1, "clean", 180)),
    }
    files |= {"scan13.png": png(sheets.page("trang 13"))}
    if packed:
        (folder / "lô.zip").write_bytes(zipped(files))
    else:
        for name, data in files.items():
            (folder / name).write_bytes(data)
    receipt = office.take(folder)
    assert documents(office) == [("scan2.png (+3)", None, 4), ("scan13.png", None, 1)]
    by_name = {Path(one.path).name: one for one in receipt.outcomes}
    assert by_name["scan1.png"].documents == () and by_name["scan1.png"].refusal is None
    assert by_name["scan9.png"].documents == by_name["scan2.png"].documents
    assert account(office, receipt) == {"scanned": 7, "content": 5, "blank": 0, "separator": 2}
    with office.desk.database.reading() as session:
        of = by_name["scan2.png"].document or ""
        taken = [scan.sha256 for scan in scans.files_of(session, of)]
        assert taken == [page.sha256 for page in catalogue.pages(session, of)]
        whole = [by_name[name] for name in ("scan2.png", "scan9.png", "scan10.png", "scan11.png")]
        assert [office.store.get("work", sha256) for sha256 in taken] == [
            files[Path(one.path).name] for one in whole
        ]


def test_single_pages_without_a_sheet_stay_a_document_each(office: Office, folder: Path) -> None:
    for n in range(3):
        (folder / f"{n}.png").write_bytes(png(sheets.page(f"trang {n}")))
    office.take(folder)
    assert [(dossier, count) for _, dossier, count in documents(office)] == [(None, 1)] * 3


def test_the_same_pile_again_names_all_its_documents_and_changes_nothing(
    office: Office, folder: Path
) -> None:
    (folder / "a.tif").write_bytes(tiff(sheets.page("một"), sheets.separator(), sheets.page("hai")))
    (folder / "b.png").write_bytes(png(sheets.separator(3)))
    (folder / "c.png").write_bytes(png(sheets.page("ba")))
    first, again = office.take(folder), office.take(folder)
    assert [one.documents for one in again.outcomes] == [one.documents for one in first.outcomes]
    assert all(one.duplicate for one in again.outcomes)
    assert [len(one.documents) for one in first.outcomes] == [2, 0, 1]
    assert account(office, again)["scanned"] == 0
    with office.desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 3
        assert session.scalar(select(func.count()).select_from(Scan)) == 3


def test_a_sheet_that_was_used_before_still_parts(office: Office, folder: Path) -> None:
    """Offices keep the picture of a sheet and copy it in between."""
    sheet = png(sheets.separator())
    for n, data in enumerate(
        [sheet, png(sheets.page("một")), png(sheets.page("hai")), sheet, png(sheets.page("ba"))]
    ):
        (folder / f"{n}.png").write_bytes(data)
    office.take(folder)
    assert [count for _, _, count in documents(office)] == [2, 1]
    (folder / "5.png").write_bytes(png(sheets.page("bốn")))
    receipt = office.take(folder)
    assert [count for _, _, count in documents(office)] == [2, 1, 1]
    assert [warning.code for warning in receipt.outcomes[-1].warnings] == ["PAGE_MAY_BE_MISSING"]


def test_a_page_handed_in_twice_is_in_its_document_once(office: Office, folder: Path) -> None:
    page = png(sheets.page("một"))
    for n, data in enumerate([png(sheets.separator()), page, page, png(sheets.page("hai"))]):
        (folder / f"{n}.png").write_bytes(data)
    receipt = office.take(folder)
    assert [count for _, _, count in documents(office)] == [2]
    assert [one.duplicate for one in receipt.outcomes] == [False, False, True, False]
    assert receipt.outcomes[2].documents == receipt.outcomes[1].documents
    assert account(office, receipt)["scanned"] == 3


def test_a_refused_page_among_joined_ones_is_told_with_their_document(office: Office, folder: Path) -> None:
    for n, data in enumerate(
        [png(sheets.separator()), png(sheets.page("một")), b"none", png(sheets.page("hai"))]
    ):
        (folder / f"{n}.png").write_bytes(data)
    receipt = office.take(folder)
    assert receipt.refused == 1 and [count for _, _, count in documents(office)] == [2]
    codes = [[warning.code for warning in one.warnings] for one in receipt.outcomes]
    assert codes == [[], ["PAGE_MAY_BE_MISSING"], [], ["PAGE_MAY_BE_MISSING"]]


@pytest.mark.parametrize(("code", "told"), [("H40.115.01-260302-0001", False), ("H40.115.01-260303-0001", True),
                                            ("H40.115.01-261301-0001", True)])  # fmt: skip
def test_a_dossier_code_with_a_day_to_come_is_warned_about(
    office: Office, folder: Path, code: str, told: bool
) -> None:
    """V-19; the desk's clock stands at 2 March 2026."""
    (folder / "a.tif").write_bytes(tiff(sheets.cover(code), sheets.page("một")))
    (outcome,) = office.take(folder).outcomes
    assert [warning.code for warning in outcome.warnings] == ["BAD_DOSSIER_DATE"] * told
    assert documents(office) == [("a.tif (2)", code, 1)]


def test_only_blank_pages_between_sheets_are_told(office: Office, folder: Path) -> None:
    separator, back = sheets.separator(), sheets.blank()
    pages = [separator, back, back, separator, back, sheets.page("một"), separator, back]
    (folder / "a.tif").write_bytes(tiff(*pages))
    (outcome,) = office.take(folder).outcomes
    assert [(one.code, "2-3" in one.en) for one in outcome.warnings] == [("ONLY_BLANK_PAGES", True)]
    assert [count for _, _, count in documents(office)] == [1]


def test_a_batch_of_sheets_alone_makes_no_document_and_is_accounted_for(office: Office, folder: Path) -> None:
    (folder / "a.tif").write_bytes(tiff(sheets.separator(), sheets.blank(), sheets.separator()))
    receipt = office.take(folder)
    assert receipt.refused == 0 and documents(office) == [] and receipt.outcomes[0].documents == ()
    assert account(office, receipt) == {"scanned": 3, "content": 0, "blank": 1, "separator": 2}


def test_a_signed_pdf_with_sheets_stays_one_document(office: Office, folder: Path) -> None:
    pages = io.BytesIO()
    first, *more = (
        page.convert("RGB") for page in (sheets.page("một"), sheets.separator(), sheets.page("hai"))
    )
    first.save(pages, "PDF", resolution=200, save_all=True, append_images=more)
    with pikepdf.open(pages) as pdf:
        (folder / "a.pdf").write_bytes(pdfs.signed(pdfs.saved(pdf)))
    office.take(folder)
    assert documents(office) == [("a.pdf", None, 3)]


def test_the_sum_of_the_account_is_what_was_scanned_for_a_mixed_batch(office: Office, folder: Path) -> None:
    back = sheets.blank()
    (folder / "a.tif").write_bytes(
        tiff(sheets.page("một"), back, sheets.separator(1, "photocopy", 270), back, back)
    )
    (folder / "b.zip").write_bytes(zipped({"1.png": png(sheets.separator(2)), "2.png": png(sheets.page("hai")),
                                           "3.txt": b"no", "4.png": png(back)}))  # fmt: skip
    (folder / "c.pdf").write_bytes(pdfs.scan(pages=3))
    receipt = office.take(folder)
    counted = account(office, receipt)
    assert counted["scanned"] == 5 + 3 + 3 == counted["content"] + counted["blank"] + counted["separator"]
    with office.desk.database.reading() as session:
        rows = session.scalars(select(ScannedPage)).all()
        pages = session.scalar(select(func.count()).select_from(Page)) or 0
        assert len(rows) == 11 and sum(row.document_id is not None for row in rows) == pages
        assert all(row.document_id for row in rows if row.role == Role.CONTENT)
