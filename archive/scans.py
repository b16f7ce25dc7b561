"""Scans page by page: what each page that came in is, and where it went. Every page is accounted for (TT 01/2023,
Đ.8(2)-(3): as many pictures as pages, in their order; domain.md V-01)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from archive.roles import Role
from archive.tables import Scan, ScannedPage


@dataclass(frozen=True)
class NewScan:
    """A checked file about to be recorded: its bytes and the role and payload of each of its pages, in order."""

    sha256: str
    size: int
    media_type: str
    pages: tuple[tuple[Role, str], ...]


@dataclass(frozen=True)
class Known:
    """A file that came in before: its documents, and its role and payload if it is a sheet of its own."""

    documents: tuple[str, ...]
    role: Role = Role.CONTENT
    payload: str = ""


@dataclass(frozen=True)
class Account:
    """How many pages were scanned and what they are. ``separator`` counts covers too."""

    content: int = 0
    blank: int = 0
    separator: int = 0

    @property
    def scanned(self) -> int:
        """All of them."""
        return self.content + self.blank + self.separator

    def as_dict(self) -> dict[str, int]:
        """For JSON."""
        return {
            "scanned": self.scanned,
            "content": self.content,
            "blank": self.blank,
            "separator": self.separator,
        }


def known(session: Session, agency_id: int, sha256: str) -> Known | None:
    """What this agency's file with these bytes is, when it was handed in before."""
    rows = session.execute(
        select(ScannedPage.document_id, ScannedPage.role, ScannedPage.payload)
        .join(Scan, Scan.id == ScannedPage.scan_id)
        .where(Scan.agency_id == agency_id, Scan.sha256 == sha256)
        .order_by(ScannedPage.number)
    ).all()
    if not rows:
        return None
    documents = tuple(dict.fromkeys(row.document_id for row in rows if row.document_id is not None))
    alone = rows[0] if len(rows) == 1 else None
    return Known(documents) if alone is None else Known(documents, Role(alone.role), alone.payload)


def find(session: Session, agency_id: int, sha256: str) -> Scan | None:
    """The agency's file with these bytes."""
    return session.scalars(
        select(Scan).where(Scan.agency_id == agency_id, Scan.sha256 == sha256)
    ).one_or_none()


def add(session: Session, agency_id: int, batch_id: str, new: NewScan) -> Scan:
    """Record a file and its pages, which belong to no document yet."""
    scan = Scan(agency_id=agency_id, sha256=new.sha256, size=new.size, media_type=new.media_type)
    session.add(scan)
    session.flush()
    session.add_all(
        ScannedPage(scan_id=scan.id, number=number, batch_id=batch_id, role=role.value, payload=payload)
        for number, (role, payload) in enumerate(new.pages, 1)
    )
    session.flush()
    return scan


def give(session: Session, document_id: str, places: Iterable[tuple[int, int]]) -> None:
    """These scanned pages, (scan, number in it), are the document's, in this order from page 1 on."""
    for page, (scan_id, number) in enumerate(places, 1):
        row = session.get_one(ScannedPage, (scan_id, number))
        row.document_id, row.page = document_id, page
    session.flush()


def pages_of(session: Session, document_id: str) -> list[ScannedPage]:
    """The scanned pages that a document is made of, in its order."""
    query = select(ScannedPage).where(ScannedPage.document_id == document_id).order_by(ScannedPage.page)
    return list(session.scalars(query))


def files_of(session: Session, document_id: str) -> list[Scan]:
    """The files that a document came in, in the order of its pages."""
    ids = dict.fromkeys(one.scan_id for one in pages_of(session, document_id))
    return [session.get_one(Scan, scan_id) for scan_id in ids]


def tell_roles(session: Session, document_id: str, roles: Sequence[str]) -> None:
    """Content, blank or separator as the document's pages turned out when they were read, page by page."""
    for page, role in enumerate(roles, 1):
        session.execute(
            update(ScannedPage)
            .where(ScannedPage.document_id == document_id, ScannedPage.page == page)
            .values(role=Role(role).value)
            .execution_options(synchronize_session="fetch")
        )


def account_of_batch(session: Session, batch_id: str) -> Account:
    """Every page that came in with a batch."""
    return _account(session, ScannedPage.batch_id == batch_id)


def account_of_files(session: Session, document_id: str) -> Account:
    """Every page of the files that a document came in."""
    files = select(ScannedPage.scan_id).where(ScannedPage.document_id == document_id)
    return _account(session, ScannedPage.scan_id.in_(files))


def account_of_document(session: Session, document_id: str) -> Account:
    """The pages of one document."""
    return _account(session, ScannedPage.document_id == document_id)


def _account(session: Session, which: ColumnElement[bool]) -> Account:
    counted = dict(
        session.execute(select(ScannedPage.role, func.count()).where(which).group_by(ScannedPage.role)).all()
    )
    return Account(
        counted.get(Role.CONTENT, 0),
        counted.get(Role.BLANK, 0),
        counted.get(Role.SEPARATOR, 0) + counted.get(Role.COVER, 0),
    )
