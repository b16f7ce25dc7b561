"""Kill anything at any instant: nothing is lost, nothing is done twice, no number is missing or given again."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from archive import catalogue
from archive.database import open_database
from tests.office import Office, small_papers

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
            kills += office.killed(chance.uniform(1.5, 6.0), "work", "--until-idle")
        else:
            office.run("work", "--until-idle")
        office.run("review", "--approve-all", "--min-confidence", "0", "--as", "Lê Thị Duyệt")
    assert kills >= 3, "the worker was hardly ever killed while it had work"

    for document in sorted(documents)[:COPIES]:
        request = ("copy", document, "--basis", "register", "--for", "Trần Văn A", "--purpose", "nộp hồ sơ")
        office.killed(chance.uniform(0.5, 3.0), *request)
    office.run("work", "--until-idle")

    _everything_happened_once(office, documents)


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
