"""Learning from the outside: what people corrected is used for what is read next, and for nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive import catalogue, field_rows, fields, ledger
from archive.database import Database, open_database
from archive.errors import Problem
from archive.fields import FieldValue
from archive.tables import Document
from ocr.lessons import file
from ocr.lessons.learn import learned
from tests import world
from tests.office import Office, small_papers
from workers.jobs.lessons import lesson_at

WRONG, RIGHT = "Nguyễn Văn Hùng", "Nguyễn Văn Hừng"
"""How the small papers' signer is read, and what people here say that he is called."""

OURS, THEIRS = "H01.010", "H02.020"


@dataclass(frozen=True)
class Known:
    """A document as the database has it: values, digests, and what its event of reading says."""

    values: dict[str, FieldValue]
    draft: str | None
    state: str
    read: dict[str, Any]


@dataclass(frozen=True)
class Taught:
    """An office that learned from three of its four papers, and then read one more of its own and one of another
    agency's. ``before``: the first four as they were when the lesson was made."""

    office: Office
    made: dict[str, Any]
    before: dict[str, Known]
    after: dict[str, Known]
    own: Known
    other: Known


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    folder = tmp_path_factory.mktemp("taught")
    office = Office(folder / "home", {})
    office.run("init", "--agency", OURS, "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    assert office.json("learn")["version"] is None  # nobody has approved anything yet
    answer = office.json("receive", small_papers(folder / "first", 4))
    office.run("work", "--until-idle")
    *three, left = [str(one["document"]) for one in answer["files"]]
    database = open_database(f"sqlite:///{office.home / 'hoso.sqlite3'}")
    with database.writing() as session:
        ledger.open_agency(session, THEIRS, "SỞ Y TẾ TỈNH MẪU", "t", world.NOON)
        for one in three:
            changes = fields.corrections({"signer_name": RIGHT})
            ledger.approve(session, session.get_one(Document, one), "Lan", world.NOON, changes, bulk=False)
    before = {one: _known(database, one) for one in (*three, left)}
    made = office.json("learn", "--agency", OURS, "--as", "Lan")
    own = office.json("receive", small_papers(folder / "own", 1, 10), "--agency", OURS)
    other = office.json("receive", small_papers(folder / "other", 1, 20), "--agency", THEIRS)
    office.run("work", "--until-idle")
    after = {one: _known(database, one) for one in before}
    last = [_known(database, str(one["files"][0]["document"])) for one in (own, other)]
    database.close()
    return Taught(office, made, before, after, *last)


def _known(database: Database, identifier: str) -> Known:
    with database.reading() as session:
        document = catalogue.document(session, identifier)
        values = field_rows.read(session, [identifier])[identifier]
        read = [one.details for one in catalogue.events(session, identifier) if one.act == "read"]
        return Known(values, document.draft_sha256, document.state, dict(read[-1]))


@pytest.mark.slow
def test_the_next_paper_is_read_with_the_lesson_and_says_so(taught: Taught) -> None:
    assert (taught.made["new"], taught.made["active"], taught.made["papers"]) == (True, True, 3)
    signer = taught.own.values["signer_name"]
    assert signer.plain == RIGHT and signer.confidence < 0.9 and signer.origin == "read"
    assert taught.own.read["taught"]["signer_name"] == WRONG
    assert taught.own.read["lesson"] == taught.made["lesson"]
    assert taught.own.values["number"].plain == "110"
    kept = next((taught.office.home / "store").glob(f"work/*/{taught.own.read['reading']}"))
    reading = json.loads(kept.read_text("utf-8"))
    assert f"lesson {taught.made['lesson'][:12]}" in reading["pages"][0]["steps"]
    assert reading["lesson"] == taught.made["lesson"] and reading["fields"]["signer_name"]["read"] == WRONG


@pytest.mark.slow
def test_what_was_read_or_approved_before_stays_as_it_was(taught: Taught) -> None:
    for one, was in taught.before.items():
        now = taught.after[one]
        assert (now.values, now.draft, now.read) == (was.values, was.draft, was.read)
    assert [one.state for one in taught.after.values()] == ["HELD", "HELD", "HELD", "READ"]
    assert list(taught.after.values())[-1].values["signer_name"].plain == WRONG


@pytest.mark.slow
def test_another_agency_of_the_installation_learns_nothing_from_it(taught: Taught) -> None:
    assert taught.other.values["signer_name"].plain == WRONG
    assert "lesson" not in taught.other.read
    assert taught.office.json("learn", "--agency", THEIRS, "--list")["lessons"] == []


@pytest.mark.slow
def test_the_same_records_make_the_same_lesson_and_versions_can_be_taken_back(taught: Taught) -> None:
    def learn(*options: str, code: int = 0) -> Any:
        return taught.office.json("learn", "--agency", OURS, *options, code=code)

    again = learn()
    assert (again["new"], again["lesson"]) == (False, taught.made["lesson"])
    content = learn("--show", "1")["content"]
    assert content["issuers"]["SỞ XÂY DỰNG"]["signers"][RIGHT]["seen"][0] == 3
    assert learn("--revert")["active"] is None
    assert learn("--revert", code=2)["error"]["code"] == "NOTHING_TO_REVERT"
    assert learn("--use", "1")["active"]["version"] == 1
    assert learn("--use", "9", code=2)["error"]["code"] == "NO_SUCH_LESSON"
    assert learn("--use", "1", "--off", code=2)["error"]["code"] == "LEARN_WHAT"


def test_a_lesson_whose_bytes_have_changed_is_told(tmp_path: Path) -> None:
    data = file.to_bytes(learned([]))
    for name, kept in (("a" * 64, data), ("b" * 64, data[:-1] + b"x")):
        (tmp_path / name).write_bytes(kept)
        with pytest.raises(Problem) as told:
            lesson_at(tmp_path / name)
        assert told.value.code == "LESSON_UNREADABLE" and "--off" in told.value.vi
