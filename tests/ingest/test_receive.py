"""Receiving a batch: every file has an answer, in order; the good ones are documents, the others are kept aside."""

from __future__ import annotations

import hashlib
import os
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive import catalogue, history
from archive.store import WORK
from archive.tables import Document, Event, Page, Refusal, Scan, Step
from ingest.inspect import inspect
from ingest.receive import Receipt, file_digest
from ingest.refusals import SENTENCES, WARNINGS, Refused, refused, warning
from tests.archive.rivals import in_child
from tests.ingest import pdfs, pictures, zips
from tests.ingest.conftest import LIMITS, Office
from tests.ingest.zips import zipped


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def codes(receipt: Receipt) -> list[str]:
    return [outcome.refusal.code if outcome.refusal else "" for outcome in receipt.outcomes]


def counts(office: Office) -> dict[str, int]:
    with office.desk.database.reading() as session:
        tables = (Document, Scan, Page, Step, Refusal, Event)
        return {
            table.__name__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        }


def test_a_file_becomes_a_document_whose_bytes_are_kept_untouched(office: Office, folder: Path) -> None:
    data = pictures.tiff(*pictures.numbered(3))
    (folder / "quyết định.tif").write_bytes(data)
    receipt = office.take(folder, form="QD")
    (outcome,) = receipt.outcomes
    with office.desk.database.reading() as session:
        document = catalogue.document(session, outcome.document or "")
        scan = catalogue.scan(session, document)
        pages = catalogue.pages(session, document.id)
        assert (document.state, document.form, document.batch_id) == ("RECEIVED", "QD", receipt.batch)
        assert (scan.sha256, scan.size, scan.media_type) == (digest(data), len(data), "image/tiff")
        assert [page.number for page in pages] == [1, 2, 3] and pages[0].dpi == pytest.approx(200)
        assert [step.name for step in session.scalars(select(Step))] == ["read"]
    assert office.store.get(WORK, digest(data)) == data
    assert all(office.store.check(WORK, page.sha256) for page in pages)
    assert (folder / "quyết định.tif").read_bytes() == data
    assert list(office.desk.scratch.iterdir()) == []


BAD = {
    "01-empty.jpg": (b"", "EMPTY_FILE"),
    "02-cut.jpg": (pictures.jpeg()[:-500], "TRUNCATED"),
    "03-text.jpg": (b"hello", "NOT_AN_IMAGE"),
    "04-locked.pdf": (pdfs.locked("a", "b"), "ENCRYPTED"),
    "05-no-pages.pdf": (pdfs.saved(pdfs.empty()), "NO_PAGES"),
    "06-many.pdf": (pdfs.scan(pictures.jpeg(quality=10), pages=21), "TOO_MANY_PAGES"),
    "07-huge.png": (pictures.png_claiming(60_000, 60_000), "TOO_MANY_PIXELS"),
    "08-coarse.png": (pictures.png("L", (300, 400)), "RESOLUTION_TOO_LOW"),
    "09-damaged.png": (pictures.png_claiming(900, 1200).replace(b"IDAT", b"IDOT"), "DAMAGED"),
    "10-office.zip": (zipped({"[Content_Types].xml": b"<x/>"}), "NOT_AN_IMAGE"),
}


def test_after_each_refusal_the_batch_goes_on_and_outcomes_keep_the_order(
    office: Office, folder: Path
) -> None:
    for number, (name, (data, _)) in enumerate(BAD.items()):
        (folder / name).write_bytes(data)
        (folder / f"{name[:2]}-z-good.jpg").write_bytes(pictures.jpeg("L", quality=50 + number))
    receipt = office.take(folder)
    assert [Path(outcome.path).name for outcome in receipt.outcomes] == sorted(
        path.name for path in folder.iterdir()
    )
    assert codes(receipt)[::2] == [code for _, code in BAD.values()] and set(codes(receipt)[1::2]) == {""}
    assert receipt.refused == len(BAD)
    with office.desk.database.reading() as session:
        listed = catalogue.refused(session)
        assert [(row.code, row.sha256) for row in listed] == [
            (code, digest(data)) for data, code in BAD.values()
        ]
        assert history.prove(session, catalogue.agency(session, None)).whole
    for data, _ in BAD.values():
        assert office.store.get(WORK, digest(data)) == data  # kept aside


def test_the_same_file_twice_is_one_scan_and_told_as_such(office: Office, folder: Path) -> None:
    data = pictures.jpeg()
    for name in ("a.jpg", "b.pdf"):
        (folder / name).write_bytes(data)
    first, second = office.take(folder).outcomes
    assert (first.duplicate, second.duplicate, second.document) == (False, True, first.document)
    (folder / "c.jpg").write_bytes(data)
    again = office.take(folder / "c.jpg", folder).outcomes
    assert [(one.duplicate, one.document) for one in again] == [(True, first.document)] * 4
    assert counts(office) | {"Event": 0} == {
        "Document": 1,
        "Scan": 1,
        "Page": 1,
        "Step": 1,
        "Refusal": 0,
        "Event": 0,
    }


def test_the_same_file_in_a_zip_is_the_same_scan(office: Office, folder: Path) -> None:
    (folder / "a.jpg").write_bytes(pictures.jpeg())
    (folder / "b.zip").write_bytes(zipped({"x/y.jpg": pictures.jpeg()}))
    first, second = office.take(folder).outcomes
    assert second.duplicate and second.document == first.document


def test_a_refused_file_is_told_each_time_and_listed_once_for_the_same_reason(
    office: Office, folder: Path
) -> None:
    (folder / "a.txt").write_bytes(b"hello")
    assert codes(office.take(folder)) == codes(office.take(folder)) == ["NOT_AN_IMAGE"]
    assert counts(office)["Refusal"] == 1
    (folder / "a.txt").write_bytes(b"")
    assert codes(office.take(folder)) == ["EMPTY_FILE"]
    assert counts(office)["Refusal"] == 2


def test_what_cannot_be_taken_out_of_a_zip_is_kept_aside_with_the_zip(office: Office, folder: Path) -> None:
    data = zips.locked({"a.jpg": pictures.jpeg(), "b.jpg": pictures.jpeg()})
    (folder / "a.zip").write_bytes(data)
    assert codes(office.take(folder)) == ["ENCRYPTED", "ENCRYPTED"]
    assert office.store.get(WORK, digest(data)) == data
    with office.desk.database.reading() as session:
        assert catalogue.refused(session)[0].sha256 == digest(data)


def test_files_with_any_name_can_be_received(office: Office, folder: Path) -> None:
    for number, name in enumerate([b"scan-\xff\xfe.jpg", "Đơn.jpg".encode(), b"a\nb.jpg", b"-rf.jpg"]):
        (folder / os.fsdecode(name)).write_bytes(pictures.jpeg("L", quality=50 + number))
    (folder / os.fsdecode(b"bad-\xfe")).write_bytes(b"no")
    receipt = office.take(folder)
    assert sorted(codes(receipt)) == ["", "", "", "", "NOT_AN_IMAGE"]
    assert all(outcome.path.encode() for outcome in receipt.outcomes)


def test_a_file_that_vanishes_meanwhile_is_told_and_the_rest_goes_on(office: Office, folder: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (folder / name).write_bytes(pictures.jpeg())

    def vanish(name: str) -> None:
        if name.endswith("b.jpg"):
            (folder / "b.jpg").unlink()

    assert codes(office.take(folder, told=vanish)) == ["", "UNREADABLE_FILE", ""]


def test_several_at_a_time_give_the_same_answers_in_the_same_order(office: Office, folder: Path) -> None:
    for place in ("a", "b", "c"):
        (folder / place).mkdir()
        files = {f"{n}.jpg": pictures.jpeg("L", quality=30 + n + ord(place) % 9 * 5) for n in range(5)}
        (folder / place / "scans.zip").write_bytes(zipped(files | {"9.txt": b"no"}))
    with ThreadPoolExecutor(4) as threads:
        office.desk = replace(office.desk, spread=threads.map)
        receipt = office.take(folder)
    assert codes(receipt) == (["", "", "", "", "", "NOT_AN_IMAGE"]) * 3
    assert len({outcome.document for outcome in receipt.outcomes if outcome.document}) == 15
    with office.desk.database.reading() as session:
        names = [one.document.name.rsplit("/", 1)[-1] for one in catalogue.listing(session)]
    assert names == [f"{n}.jpg" for n in range(5)] * 3


def test_a_batch_that_breaks_off_leaves_nothing_half_received_and_can_be_repeated(
    office: Office, folder: Path
) -> None:
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(pictures.jpeg("L", quality=50 + number))
    before = counts(office)

    def die(name: str) -> None:
        if name.endswith("2.jpg"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        office.take(folder, told=die)
    assert counts(office) == before and list(office.desk.scratch.iterdir()) == []
    assert codes(office.take(folder)) == ["", "", ""]


def test_an_empty_folder_is_a_batch_without_files(office: Office, folder: Path) -> None:
    assert office.take(folder).outcomes == ()


@pytest.mark.parametrize("kind", ["inspect", "zip", "store"])
def test_a_full_disk_is_not_taken_for_a_bad_file(office: Office, folder: Path, kind: str) -> None:
    noise = os.urandom(400_000)
    data = {"inspect": pictures.png("RGBA", (1654, 2339)), "zip": zipped({"a.jpg": noise}), "store": noise}[
        kind
    ]
    (folder / "file").write_bytes(data)

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
        with pytest.raises(OSError, match="File too large"):
            if kind == "inspect":
                inspect(folder / "file", folder, LIMITS)
            else:
                office.take(folder / "file")

    assert in_child(fill) == 0
    assert counts(office)["Refusal"] == 0


def test_every_refusal_and_warning_speaks_both_languages() -> None:
    for table, make in ((SENTENCES, refused), (WARNINGS, warning)):
        for code, sentences in table.items():
            told = make(code, "CHI TIẾT {x}")
            assert told.code == code and told.vi != told.en
            assert all(
                ("CHI TIẾT {x}" in text) is ("{detail}" in raw)
                for text, raw in zip((told.vi, told.en), sentences, strict=True)
            )
    assert isinstance(refused("EMPTY_FILE"), Refused)


def test_the_digest_of_a_file_is_that_of_its_bytes(folder: Path) -> None:
    (folder / "a").write_bytes(b"x" * 3_000_000)
    assert file_digest(folder / "a") == digest(b"x" * 3_000_000)
