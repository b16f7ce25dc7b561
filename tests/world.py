"""Builders for tests: a real database in a folder, an agency, a document brought to a state by the ledger itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from archive import copies, field_rows, fields, ledger
from archive.clock import VIETNAM as VIETNAM
from archive.database import Database, open_database
from archive.identifiers import new_id
from archive.ledger import NewDocument, NewPage
from archive.lifecycle import Act, State
from archive.tables import Agency, Copy, Document, Step
from tests.servers.postgresql import RunningPostgresql

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
"""A working day at noon in Việt Nam."""

TEMPLATE = "fresh"
"""Database of a server that tests copy: migrated, without rows."""

MINUTE = timedelta(minutes=1)
CLERK = "Nguyễn Thị Lan"

WAY = {
    State.RECEIVED: (),
    State.READ: (Act.READ,),
    State.RETURNED: (Act.READ, Act.RETURN),
    State.APPROVED: (Act.READ, Act.APPROVE),
    State.SEALED: (Act.READ, Act.APPROVE, Act.SEAL),
    State.HELD: (Act.READ, Act.APPROVE, Act.SEAL, Act.HOLD),
    State.WITHDRAWN: (Act.WITHDRAW,),
}
"""The shortest way of a received document to each state."""


@cache
def _fresh_database() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fresh.sqlite3"
        database = Database(f"sqlite:///{file}")
        database.migrate()
        database.close()
        return file.read_bytes()


def database_file(folder: Path) -> Path:
    """A migrated SQLite file without rows."""
    file = folder / "hoso.sqlite3"
    file.write_bytes(_fresh_database())
    return file


def a_database(folder: Path) -> Database:
    """A migrated, open database without rows; close it at the end."""
    return open_database(f"sqlite:///{database_file(folder)}")


@contextmanager
def a_served_database(server: RunningPostgresql) -> Iterator[Database]:
    """A migrated, open database without rows on a server; gone at the end."""
    name = f"hoso_{os.urandom(6).hex()}"
    with psycopg.connect(server.url, autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone() is None:
            admin.execute(f"CREATE DATABASE {TEMPLATE}")
            template = Database(address(server, TEMPLATE))
            template.migrate()
            template.close()
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        database = open_database(address(server, name))
        try:
            yield database
        finally:
            database.close()
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def an_empty_database(server: RunningPostgresql) -> Iterator[str]:
    """The URL of a database without tables on a server; gone at the end."""
    name = f"hoso_{os.urandom(6).hex()}"
    with psycopg.connect(server.url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield address(server, name)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def address(server: RunningPostgresql, name: str) -> str:
    """The URL of a database of the server."""
    return f"{server.sqlalchemy_url.rsplit('/', 1)[0]}/{name}"


def digest(text: str) -> str:
    """A digest as objects have it, of something that need not exist."""
    return sha256(text.encode()).hexdigest()


def an_agency(session: Session, code: str = "H12.34", name: str = "UBND xã Thử Nghiệm") -> Agency:
    """An open agency."""
    return ledger.open_agency(session, code, name, CLERK, NOON)


def a_batch(session: Session, agency: Agency) -> str:
    """An open batch."""
    batch = new_id("batch", os.urandom)
    ledger.open_batch(session, agency, batch, "", NOON)
    return batch


def a_file(scan: str = "", **changes: Any) -> NewDocument:
    """A checked file of one page; ``scan`` names its bytes, without it they are new ones."""
    bytes_digest = digest(scan or os.urandom(8).hex())
    values: dict[str, Any] = {
        "id": new_id("doc", os.urandom), "name": "quyết định.jpg", "form": "", "scan_sha256": bytes_digest,
        "scan_size": 12345, "media_type": "image/jpeg", "signed_already": False,
        "pages": (NewPage(bytes_digest, 2480, 3508, 300.0, 0),),
    }  # fmt: skip
    return NewDocument(**(values | changes))


def a_document(
    session: Session,
    agency: Agency,
    state: State = State.RECEIVED,
    values: Mapping[str, str] | None = None,
    at: datetime = NOON,
) -> Document:
    """A document that the ledger brought to ``state``, with field values as text."""
    document_id, _ = ledger.receive(session, agency, a_batch(session, agency), a_file(), CLERK, at)
    document = session.get_one(Document, document_id)
    field_rows.write(
        session,
        document_id,
        [fields.FieldValue(name, (value,), 0.95, 1) for name, value in (values or {}).items()],
    )
    named = {
        Act.READ: {
            "draft_sha256": digest("draft" + document_id),
            "reading_sha256": digest("reading" + document_id),
        },
        Act.SEAL: {"sealed_sha256": digest("sealed" + document_id)},
        Act.HOLD: {"manifest_sha256": digest("manifest" + document_id)},
    }
    for act in WAY[state]:
        ledger.record(session, document, act, CLERK, at, {}, **named.get(act, {}))
    return document


def a_step(session: Session, document: Document, name: str = "test", given: str = "", **changes: Any) -> int:
    """A step that is due; gives its id."""
    values: dict[str, Any] = {
        "document_id": document.id,
        "name": name,
        "input": given or digest(name),
        "offer_at": NOON,
    }
    step = Step(**(values | changes))
    session.add(step)
    session.flush()
    return step.id


def a_copy_of(session: Session, document: Document, at: datetime = NOON, **changes: Any) -> Copy:
    """A copy asked for, granted or refused as the record stands."""
    asked: dict[str, Any] = {
        "basis": copies.CopyBasis.REGISTER, "recipient": "Trần Văn Bình", "purpose": "vay vốn", "agent": CLERK,
        "at": at, "entropy": os.urandom,
    }  # fmt: skip
    if changes.get("basis") is copies.CopyBasis.ORIGINAL:
        day = asked["at"].astimezone(VIETNAM).date() if "at" not in changes else changes["at"].date()
        asked["found"] = copies.Certification(day, "Lê Văn Chứng", "Chủ tịch")
    return copies.request(session, document, **(asked | changes))
