"""Papers on their way through an installation whose parts are being killed, and what must be true afterwards."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from archive import catalogue
from archive.clock import system_clock
from archive.database import Database, DatabaseAway, open_database
from archive.lifecycle import State
from archive.tables import Document, Page
from tests.installed.installation import Installation
from tests.office import small_papers
from workers.commands.reviewing import approve_read

CLERK = "Lê Thị Duyệt"
CHUNK = 20
BAD = {"empty.png": b"", "note.txt": "không phải ảnh".encode(), "cut.pdf": b"%PDF-1.7\n1 0 obj"}
"""Files that are refused."""

LONGEST_SECONDS = 1800
ONCE = {"receive": 1, "read": 1, "approve": 1, "seal": 1, "hold": 1}


@dataclass
class Intake:
    """What was handed in and what was answered."""

    files: dict[str, Path]
    """By digest."""
    documents: set[str]
    refused: int


def hand_in(one: Installation, folder: Path, count: int) -> Intake:
    """Hand papers in by the command line until every file has its answer, whoever is away meanwhile."""
    intake = Intake({}, set(), 0)
    for first in range(0, count, CHUNK):
        chunk = small_papers(folder / str(first), min(CHUNK, count - first), first)
        intake.files |= {sha256(path.read_bytes()).hexdigest(): path for path in chunk.iterdir()}
        if first == 0:
            for name, data in BAD.items():
                (chunk / name).write_bytes(data)
        for answer in _until_answered(one, "receive", str(chunk))["files"]:
            if answer["status"] == "refused":
                intake.refused += 1
            else:
                intake.documents.add(answer["document"])
    return intake


def wait_until_through(one: Installation) -> None:
    """Approve what was read, in a person's name, until every document is held or waits for a person."""
    deadline = time.monotonic() + LONGEST_SECONDS
    database: Database | None = None
    while time.monotonic() < deadline:
        time.sleep(0.5)
        try:
            database = database or open_database(one.office.settings["HOSO_DATABASE_URL"])
            approve_read(database, system_clock, CLERK, 0.0, with_warnings=True)
            with database.reading() as session:
                states = Counter(session.scalars(select(Document.state)))
                parked = {step.document_id for step in catalogue.parked(session)}
        except DatabaseAway:
            continue
        if states.total() == states[State.HELD.value] + len(parked):
            database.close()
            return
    raise AssertionError(f"not through after {LONGEST_SECONDS} s: {states}, parked {len(parked)}")


def nothing_is_lost_or_double(one: Installation, intake: Intake) -> dict[str, int]:
    """Accepted = held + parked, refused are listed, every act once, every digest that of a file handed in."""
    status = one.office.json("status")
    parked = {step["document"]: step["error"]["code"] for step in status["parked"]}
    held = {line["id"] for line in status["documents"] if line["state"] == "HELD"}
    assert {line["id"] for line in status["documents"]} == intake.documents
    assert held | set(parked) == intake.documents and not held & set(parked), parked
    assert len(status["refused"]) == intake.refused == len(BAD)
    assert len(intake.documents) == len(intake.files)

    database = open_database(one.office.settings["HOSO_DATABASE_URL"])
    with database.reading() as session:
        pages = session.scalar(select(func.count()).select_from(Page))
        scans = {catalogue.scan(session, document).sha256 for document in session.scalars(select(Document))}
        numbers = []
        for document in held:
            history = catalogue.events(session, document)
            acts = Counter(event.act for event in history)
            assert {act: acts[act] for act in ONCE} == ONCE, (document, acts)
            numbers.append(int(next(e for e in history if e.act == "hold").details["register"].split("/")[0]))
    database.close()
    assert pages == len(intake.files)
    assert scans == set(intake.files)
    assert len(set(numbers)) == len(held)
    if not parked:
        assert sorted(numbers) == list(range(1, len(held) + 1))

    code, out, err = one.office.run("audit", "--json", code=None)
    audit = json.loads(out)
    assert code == 0 and audit["sound"], (audit, err)
    assert audit["holdings"]["checked"] == len(held)
    return {"held": len(held), "parked": len(parked), "refused": intake.refused}


def _until_answered(one: Installation, *command: str) -> Any:
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        code, out, err = one.office.run(*command, "--json", code=None)
        if code in (0, 1) and out:
            return json.loads(out)
        time.sleep(1)
    raise AssertionError(f"{command}: no answer: {err}")
