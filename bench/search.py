"""Search and proposals among 50,000 documents of 40 agencies, on SQLite and PostgreSQL: milliseconds and megabytes."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from archive import fields, search
from archive.database import Database
from archive.folding import words
from archive.holders import holder
from archive.lifecycle import State
from archive.lists import Sight
from archive.reuse import listing, proposals
from archive.search import SearchText
from archive.tables import Agency, Batch, Document, FieldRow, Scan
from tests import world
from tests.papers import invented, procedures
from tests.servers.postgresql import running

DOCUMENTS, AGENCIES, TIMES = 50_000, 40, 15
HOLDER, PAPERS = "079085123456", 20
QUESTIONS = (
    "quyet dinh", "quyết định", "quyêt đinh", "giay phep xay dung", "nguyễn thị lan", "nguyen thi lan", "1234/qd-ubnd",
    "can cu luat xay dung ubnd", "khong co tu nay",
)  # fmt: skip


def measure() -> None:
    """Print, for each database, times of questions over one agency, a small one, all, and one holder's papers."""
    made = list(_documents())
    print(f"{DOCUMENTS} documents, {statistics.mean(len(one[1].split()) for one in made):.0f} terms each")
    with TemporaryDirectory() as folder:
        database = world.a_database(Path(folder))
        _measure(
            "SQLite",
            database,
            made,
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        )
        database.close()
    try:
        with running() as server, world.a_served_database(server) as served:
            _measure("PostgreSQL", served, made, "SELECT pg_total_relation_size('search_text')")
    except pytest.skip.Exception as missing:
        print(f"PostgreSQL: {missing}")


def _documents() -> Iterator[tuple[int, str]]:
    """(agency, terms) of each: half of them are the first agency's."""
    chance = random.Random(7)
    for number in range(DOCUMENTS):
        agency = 1 if chance.random() < 0.5 else chance.randint(2, AGENCIES)
        parts = (
            f"{chance.randint(1, 9999)}/{chance.choice(('QĐ', 'GP', 'GCN', 'TB'))}-{chance.choice(('UBND', 'SXD'))}",
            chance.choice(("Quyết định", "Giấy phép", "Giấy chứng nhận", "Thông báo")),
            chance.choice(procedures.PROCEDURES).name, invented.person(chance).name, invented.firm(chance),
            invented.address(chance, "An Giang"), invented.person(chance).name, f"doc-{number}",
            *chance.sample(procedures.LEGAL_BASES, 2),
        )  # fmt: skip
        found = words(" ".join(parts))
        terms = dict.fromkeys([f"{agency}a", *(w.folded for w in found), *(w.marked for w in found)])
        yield agency, " ".join(terms)


def _measure(name: str, database: Database, made: list[tuple[int, str]], size: str) -> None:
    with database.writing() as session:
        began = time.perf_counter()
        _fill(session, made)
        print(f"{name}: filled in {time.perf_counter() - began:.0f} s")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        print(f"{name}: {connection.execute(text(size)).scalar_one() / 1e6:.0f} MB")
    sights = {
        "half of all": Sight(frozenset({1})),
        "small agency": Sight(frozenset({7})),
        "all": Sight(frozenset(range(1, AGENCIES + 1))),
        "holder": Sight(personal_id=HOLDER),
    }
    for asked in QUESTIONS:
        told = []
        for sight_name, sight in sights.items():
            took, found = _median(database, partial(search.find, sight=sight, asked=asked))
            told.append(f"{sight_name} {took:.1f} ms ({len(found.documents)}{'+' if found.next else ''})")
        print(f"{name}: {asked!r}: {', '.join(told)}")
    took, _ = _median(database, _propose)
    print(f"{name}: proposal for a holder of {PAPERS} papers {took:.1f} ms")
    with database.writing() as session:
        some = [session.get_one(Document, f"doc-{number}") for number in range(300)]
        began = time.perf_counter()
        for one in some:
            search.index(session, one, "Điều 1. Cấp phép cho công trình tại phường Mỹ Bình " * 20)
        print(f"{name}: indexing one document anew {(time.perf_counter() - began) / 300 * 1000:.1f} ms")


def _median(database: Database, ask: Callable[[Session], Any]) -> tuple[float, Any]:
    took = []
    for _ in range(TIMES):
        with database.reading() as session:
            began = time.perf_counter()
            found = ask(session)
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), found


def _propose(session: Session) -> Any:
    agency = session.get_one(Agency, 1)
    return proposals.propose(
        session, agency, proposals.procedure(session, "2.001827"), holder(HOLDER), world.NOON
    )


def _fill(session: Session, made: list[tuple[int, str]]) -> None:
    for number in range(1, AGENCIES + 1):
        session.add(Agency(id=number, code=f"H{number:02}", name=f"Cơ quan {number}", opened_at=world.NOON))
        session.flush()
        session.add(Batch(id=f"batch-{number}", agency_id=number, received_at=world.NOON))
    session.flush()
    listing.import_procedures(session, listing.starting_catalogue())
    for start in range(0, len(made), 1000):
        part = list(enumerate(made[start : start + 1000], start))
        theirs = {number for number, _ in part if number % (DOCUMENTS // PAPERS) == 0}
        session.execute(
            insert(Scan),
            [
                {"id": n + 1, "agency_id": a, "sha256": f"{n:064}", "size": 1, "media_type": "image/png"}
                for n, (a, _) in part
            ],
        )
        session.execute(
            insert(Document),
            [
                {
                    "id": f"doc-{n}", "agency_id": a, "batch_id": f"batch-{a}", "scan_id": n + 1, "name": "scan.png",
                    "form": "giay-chung-nhan", "state": State.HELD.value, "received_at": world.NOON,
                }
                for n, (a, _) in part
            ],
        )  # fmt: skip
        session.execute(
            insert(FieldRow),
            [
                {
                    "document_id": f"doc-{n}", "name": "holder_id", "position": 0, "confidence": 1.0,
                    "value": HOLDER if n in theirs else f"{n:012}", "origin": fields.READ,
                }
                for n, _ in part
            ],
        )  # fmt: skip
        session.execute(
            insert(SearchText),
            [
                {"document_id": f"doc-{n}", "terms": f"{t} {HOLDER}" if n in theirs else t}
                for n, (_, t) in part
            ],
        )


if __name__ == "__main__":
    print(f"load {os.getloadavg()[0]:.1f}")
    measure()
