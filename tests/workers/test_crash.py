"""Kill anything at any instant: nothing is lost, nothing is done twice, no number is missing or given again."""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from archive import catalogue
from archive.database import open_database
from tests.office import Office, kill, small_papers

PAPERS = 30
COPIES = 4
MOST_KILLS = 12

ONCE = {"receive": 1, "read": 1, "approve": 1, "seal": 1, "hold": 1}


def test_thirty_documents_survive_sigkill_at_random_instants(office: Office, tmp_path: Path) -> None:
    chance = random.Random()
    seed = chance.randrange(10**6)
    print(f"seed {seed}")
    chance.seed(seed)
    papers = small_papers(tmp_path / "papers", PAPERS)

    for _ in range(3):
        office.killed(chance.uniform(0.3, 2.5), "receive", papers)
    received = office.json("receive", papers)
    documents = {one["document"] for one in received["files"]}
    assert len(documents) == PAPERS

    kills = 0
    while set(office.states().values()) != {"HELD"}:
        if kills < MOST_KILLS:
            kills += _killed_at_work(office, chance.randint(1, 4), chance.uniform(0, 0.3))
        else:
            office.run("work", "--until-idle")
        office.run(
            "review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "Lê Thị Duyệt"
        )
    assert kills >= 3, "the worker was hardly ever killed while it had work"

    for document in sorted(documents)[:COPIES]:
        request = ("copy", document, "--basis", "register", "--for", "Trần Văn A", "--purpose", "nộp hồ sơ")
        office.killed(chance.uniform(0.5, 3.0), *request)
    office.run("work", "--until-idle")

    _everything_happened_once(office, documents)


def _killed_at_work(office: Office, acts: int, pause: float) -> bool:
    """Begin to work, and SIGKILL it ``pause`` seconds after so many more acts were recorded, however fast the machine
    is; False when it had ended by then."""
    before = _acts(office)
    process = office.start("work", "--until-idle")
    while process.poll() is None and _acts(office) < before + acts:
        time.sleep(0.02)
    time.sleep(pause)
    return kill(process)


def _acts(office: Office) -> int:
    with closing(sqlite3.connect(office.home / "hoso.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM event").fetchone()[0])


def _everything_happened_once(office: Office, documents: set[str]) -> None:
    assert set(office.states()) == documents
    database = open_database(f"sqlite:///{office.home / 'hoso.sqlite3'}")
    register_numbers: list[int] = []
    copy_numbers: list[int] = []
    for document in documents:
        with database.reading() as session:
            history = catalogue.events(session, document)
            copies = catalogue.copies_of(session, document)
        acts = Counter(event.act for event in history)
        assert {act: acts[act] for act in ONCE} == ONCE
        held = next(event for event in history if event.act == "hold")
        register_numbers.append(int(held.details["register"].split("/")[0]))
        for copy in copies:
            assert copy.state == "ISSUED"
            copy_numbers.append(copy.number or 0)
        assert acts["issue-copy"] == len(copies)
    assert sorted(register_numbers) == list(range(1, len(documents) + 1))
    assert sorted(copy_numbers) == list(range(1, len(copy_numbers) + 1))
    assert office.json("status")["parked"] == []
    audit = office.json("audit")
    assert audit["sound"], audit
    assert audit["holdings"]["checked"] == len(documents)
