"""What an officer signed at the counter is the file that comes in; what goes wrong with one key stops all papers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.errors import Problem
from archive.tables import Batch, Document, Event, Refusal
from ingest.inspect import inspect
from ingest.inspection import Captured, Limits
from ingest.receive import receive
from ingest.refusals import refused
from tests import world
from tests.ingest import pictures
from tests.ingest.conftest import Office

SIGNED = b"%PDF-1.7 signed by the officer %%EOF"


def _scan(number: int) -> bytes:
    return pictures.encoded(pictures.numbered(2)[number - 1], "PNG", dpi=(200, 200))


def _captured(scan: Path, folder: Path, limits: Limits) -> Captured:
    made = folder / "capture.pdf"
    made.write_bytes(SIGNED + scan.read_bytes()[-20:])
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    found = replace(inspect(scan, folder, limits), signed_already=True)
    return Captured(made, digest, found, {"officer": world.CLERK})


def test_every_file_is_a_paper_of_its_own_and_its_pages_are_the_scan(office: Office, folder: Path) -> None:
    for number in (1, 2):
        (folder / f"{number}.png").write_bytes(_scan(number))
    desk = replace(office.desk, capture=_captured)
    receipt = receive(desk, office.agency, [folder], "", "", world.CLERK, lambda name: None, originals=2)
    assert len({outcome.document for outcome in receipt.outcomes}) == 2
    with desk.database.reading() as session:
        documents = session.scalars(select(Document)).all()
        assert all(one.signed_already for one in documents)
        (first, _) = session.scalars(select(Event).where(Event.act == "receive").order_by(Event.number)).all()
    assert first.details["capture"] == {"officer": world.CLERK}
    assert first.details["pages"] == [hashlib.sha256((folder / "1.png").read_bytes()).hexdigest()]
    assert first.details["scan"] not in first.details["pages"]


def test_a_capture_that_changed_on_its_way_stops_everything(office: Office, folder: Path) -> None:
    (folder / "1.png").write_bytes(_scan(1))

    def lying(scan: Path, where: Path, limits: Limits) -> Captured:
        return replace(_captured(scan, where, limits), sha256="0" * 64)

    _stops(office, folder, lying, "CAPTURE_DIFFERS")


def test_without_a_timestamp_nothing_is_taken_in_and_no_file_is_blamed(office: Office, folder: Path) -> None:
    (folder / "1.png").write_bytes(_scan(1))

    def waiting(scan: Path, where: Path, limits: Limits) -> Captured:
        raise Problem("TIMESTAMP_UNAVAILABLE", "không có dấu thời gian", "no timestamp")

    _stops(office, folder, waiting, "TIMESTAMP_UNAVAILABLE")


def test_a_file_that_cannot_be_captured_is_refused_alone(office: Office, folder: Path) -> None:
    for number in (1, 2):
        (folder / f"{number}.png").write_bytes(_scan(number))

    def choosy(scan: Path, where: Path, limits: Limits) -> Captured:
        if scan.read_bytes() == _scan(2):
            raise refused("CAPTURE_SHEETS")
        return _captured(scan, where, limits)

    desk = replace(office.desk, capture=choosy)
    receipt = receive(desk, office.agency, [folder], "", "", world.CLERK, lambda name: None)
    assert [one.refusal and one.refusal.code for one in receipt.outcomes] == [None, "CAPTURE_SHEETS"]


def _stops(office: Office, folder: Path, capture: object, code: str) -> None:
    desk = replace(office.desk, capture=capture)  # type: ignore[arg-type]
    with pytest.raises(Problem) as caught:
        receive(desk, office.agency, [folder], "", "", world.CLERK, lambda name: None)
    assert caught.value.code == code
    with desk.database.reading() as session:
        for table in (Batch, Document, Refusal):
            assert session.scalars(select(table)).all() == []
