"""One document that turned out to be two: no page is lost, nothing is read twice, both histories tell of it."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import catalogue, consistency, field_rows, fields, history, ledger, parting, scans
from archive.database import Database
from archive.errors import Problem
from archive.ledger import NewPage
from archive.lifecycle import Act, IllegalMove
from archive.roles import Role
from archive.scans import NewScan
from archive.tables import Agency, Document, Page, ScannedPage, Step
from tests import world

LATER = world.NOON + world.MINUTE


def read(session: Session, agency: Agency, *roles: str, signed: bool = False) -> Document:
    """A document of one file, read: its pages have these roles and readings of their own."""
    pages = tuple(NewPage(world.digest(f"page {n}"), 100, 140, 200.0, 0) for n in range(len(roles)))
    new = world.a_file("pile", pages=pages, signed_already=signed)
    ledger.receive(session, agency, world.a_batch(session, agency), new, world.CLERK, world.NOON)
    document = session.get_one(Document, new.id)
    for page in catalogue.pages(session, new.id):
        page.reading_sha256 = world.digest(f"reading {page.number}")
    field_rows.write(session, new.id, [fields.FieldValue("code", ("1/QĐ-X",), 0.9, 1)])
    ledger.record(
        session, document, Act.READ, "hoso worker", world.NOON, {}, draft_sha256=world.digest("draft"),
        reading_sha256=world.digest("whole"), head_pages=[3],
    )  # fmt: skip
    scans.tell_roles(session, new.id, roles)
    return document


def split(session: Session, document: Document, page: int) -> Document:
    return parting.split(session, document, page, "Lê Thị Duyệt", LATER, os.urandom)


def pages(session: Session, document: Document) -> list[tuple[int, str, str | None]]:
    return [(one.number, one.sha256, one.reading_sha256) for one in catalogue.pages(session, document.id)]


def test_the_pages_from_one_on_become_a_document_and_keep_their_readings(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = read(session, agency, "content", "blank", "content", "content")
        before = pages(session, document)
        document.dossier = "H40.115.01-260105-0001"
        new = split(session, document, 3)
        assert pages(session, document) == before[:2]
        assert [(n + 2, *rest) for n, *rest in pages(session, new)] == before[2:]
        assert (document.state, new.state) == ("RECEIVED", "RECEIVED")
        assert (document.draft_sha256, document.head_pages, document.mark_box) == (None, None, None)
        assert field_rows.read(session, [document.id])[document.id] == {}
        assert (new.dossier, new.batch_id) == (document.dossier, document.batch_id)
        assert (new.scan_id, new.scan_page) == (document.scan_id, 3)
        due = session.execute(select(Step.document_id, Step.name).where(Step.state == "due")).all()
        assert {(document.id, "read"), (new.id, "read")} <= {(one, name) for one, name in due}


def test_every_scanned_page_stays_accounted_for(database: Database) -> None:
    with database.writing() as session:
        document = read(session, world.an_agency(session), "content", "content", "blank", "content")
        whole = scans.account_of_files(session, document.id)
        new = split(session, document, 2)
        assert (
            scans.account_of_files(session, document.id) == whole == scans.account_of_files(session, new.id)
        )
        of = [(one.number, one.document_id, one.page) for one in session.scalars(select(ScannedPage))]
        assert of == [(1, document.id, 1), (2, new.id, 1), (3, new.id, 2), (4, new.id, 3)]


def test_a_sheet_at_the_cut_and_its_back_are_in_neither_document(database: Database) -> None:
    """A separator whose symbol could not be read is told by its words once the page is read."""
    with database.writing() as session:
        document = read(session, world.an_agency(session), "content", "separator", "blank", "content")
        new = split(session, document, 2)
        assert [len(pages(session, one)) for one in (document, new)] == [1, 1]
        of = [(one.number, one.document_id) for one in session.scalars(select(ScannedPage))]
        assert of == [(1, document.id), (2, None), (3, None), (4, new.id)]
        assert scans.account_of_files(session, new.id).as_dict() == {
            "scanned": 4, "content": 2, "blank": 1, "separator": 1,
        }  # fmt: skip


def test_both_histories_tell_of_it_and_agree_with_the_tables(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = read(session, agency, "content", "content")
        new = split(session, document, 2)
        was, came = (catalogue.events(session, one.id)[-1] for one in (document, new))
        assert (was.act, was.agent, was.details["into"], was.details["page"]) == (
            "split",
            "Lê Thị Duyệt",
            new.id,
            2,
        )
        assert (came.act, came.details["from"], came.details["page"]) == ("split-off", document.id, 2)
        assert came.details["pages"] == [world.digest("page 1")]
        assert consistency.disagreements(session, document) == consistency.disagreements(session, new) == []
        assert history.prove(session, agency).whole


def test_who_received_the_whole_is_known_of_every_part(database: Database) -> None:
    """Separation of duties: who scanned a paper may not approve what was split off it."""
    with database.writing() as session:
        document = read(session, world.an_agency(session), "content", "content", "content")
        second = split(session, document, 2)
        ledger.record(session, second, Act.READ, "hoso worker", LATER, {})
        third = split(session, second, 2)
        told = [(event.act, event.agent) for event in parting.lineage(session, third.id)]
        assert told[0] == ("receive", world.CLERK)
        assert [act for act, _ in told] == [
            "receive",
            "read",
            "split",
            "split-off",
            "read",
            "split",
            "split-off",
        ]


def test_documents_of_one_file_are_listed_in_the_order_of_their_pages(database: Database) -> None:
    with database.writing() as session:
        document = read(session, world.an_agency(session), "content", "content", "content")
        third = split(session, document, 3)
        ledger.record(session, document, Act.READ, "hoso worker", LATER, {})
        second = split(session, document, 2)
        assert [one.document.id for one in catalogue.listing(session)] == [document.id, second.id, third.id]


@pytest.mark.parametrize(("roles", "page"), [
    (("content", "content"), 1), (("content", "content"), 3), (("content",), 2), (("content", "blank"), 2),
    (("blank", "content"), 2), (("content", "separator"), 2), (("content", "content"), -1),
])  # fmt: skip
def test_a_cut_that_leaves_no_content_on_one_side_is_refused(
    database: Database, roles: tuple[str, ...], page: int
) -> None:
    with database.writing() as session:
        document = read(session, world.an_agency(session), *roles)
        before = pages(session, document)
        with pytest.raises(Problem) as refused:
            split(session, document, page)
        assert refused.value.code == "BAD_SPLIT_PAGE" and pages(session, document) == before


def test_only_a_document_that_waits_for_review_is_split(database: Database) -> None:
    with database.writing() as session:
        document = read(session, world.an_agency(session), "content", "content")
        ledger.approve(session, document, "A", LATER, ())
        with pytest.raises(IllegalMove):
            split(session, document, 2)
        assert len(pages(session, document)) == 2


def test_a_file_that_came_signed_is_not_split(database: Database) -> None:
    with database.writing() as session:
        document = read(session, world.an_agency(session), "content", "content", signed=True)
        with pytest.raises(Problem) as refused:
            split(session, document, 2)
        assert refused.value.code == "SPLIT_SIGNED"


def test_pages_of_several_files_are_one_document_and_name_their_files(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        batch = world.a_batch(session, agency)
        digests = [world.digest(name) for name in ("a", "b", "sheet")]
        for sha256 in digests[:2]:
            scans.add(session, agency.id, batch, NewScan(sha256, 5, "image/png", ((Role.CONTENT, ""),)))
        scans.add(
            session, agency.id, batch, NewScan(digests[2], 5, "image/png", ((Role.SEPARATOR, "PATCHT"),))
        )
        pages = tuple(
            NewPage(sha256, 10, 14, 200.0, 0, scan_sha256=sha256, scan_page=1) for sha256 in digests[:2]
        )
        new = world.a_file("a", scan_sha256=digests[0], pages=pages)
        assert ledger.receive(session, agency, batch, new, world.CLERK, world.NOON) == (new.id, False)
        assert [one.sha256 for one in scans.files_of(session, new.id)] == digests[:2]
        assert scans.known(session, agency.id, digests[1]) == scans.Known((new.id,))
        assert scans.known(session, agency.id, digests[2]) == scans.Known((), Role.SEPARATOR, "PATCHT")
        assert scans.account_of_batch(session, batch).scanned == 3
        assert session.scalars(select(Page.number)).all() == [1, 2]
