"""Versions of lessons: made, used, taken back, one agency at a time; what approvals bear witness to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive import catalogue, field_rows, fields, history, ledger, lessons
from archive.database import Database
from archive.errors import Problem
from archive.lifecycle import Act, State
from archive.tables import Agency, Document, Event
from tests import world


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    one = world.a_database(tmp_path)
    yield one
    one.close()


def add(session: Session, agency: Agency, what: str) -> tuple[lessons.Lesson, bool]:
    return lessons.add(session, agency, world.digest(what), 7, {"words": 3}, 12, world.CLERK, world.NOON)


def in_use(session: Session, agency: Agency) -> int | None:
    used = lessons.active(session, agency.id)
    return None if used is None else used.version


def approved(session: Session, agency: Agency, bulk: bool = False, **corrections: str) -> Document:
    document = world.a_document(session, agency, State.READ, {"place": "Hà Nội", "subject": "v/v cấp phep"})
    ledger.approve(session, document, world.CLERK, world.NOON, fields.corrections(corrections), bulk=bulk)
    return document


def test_a_new_version_comes_into_use_and_the_same_bytes_are_no_new_one(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        assert [add(session, agency, one)[1] for one in ("a", "a", "b", "b")] == [True, False, True, False]
        assert [(one.version, one.active) for one in lessons.versions(session, agency)] == [
            (1, False),
            (2, True),
        ]
        acts = list(session.scalars(select(Event.act).where(Event.agency_id == agency.id)))
        assert acts == ["open-agency", "learn", "learn"]
        assert history.prove(session, agency).whole


def test_who_went_back_is_not_overruled_by_the_next_lesson(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        for one in ("a", "b"):
            add(session, agency, one)
        lessons.use(session, agency, 1, world.CLERK, world.NOON)
        assert add(session, agency, "c")[0].active is False and in_use(session, agency) == 1
        lessons.use(session, agency, None, world.CLERK, world.NOON)
        add(session, agency, "d")
        assert in_use(session, agency) is None
        lessons.use(
            session, agency, 4, world.CLERK, world.NOON
        )  # back on the newest: what comes is followed again
        add(session, agency, "e")
        assert in_use(session, agency) == 5
        assert history.prove(session, agency).whole


def test_using_what_is_in_use_writes_nothing_and_what_is_not_there_is_told(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        add(session, agency, "a")
        before = agency.last_event
        lessons.use(session, agency, 1, world.CLERK, world.NOON)
        assert agency.last_event == before
        with pytest.raises(Problem) as told:
            lessons.use(session, agency, 2, world.CLERK, world.NOON)
    assert told.value.code == "NO_SUCH_LESSON"


def test_the_table_holds_one_version_in_use_for_an_agency(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        agency = world.an_agency(session)
        add(session, agency, "a")
        add(session, agency, "b")
        for one in lessons.versions(session, agency):
            one.active = True
        session.flush()


def test_nothing_crosses_from_one_agency_to_another(database: Database) -> None:
    with database.writing() as session:
        ours, theirs = world.an_agency(session), world.an_agency(session, "H12.35", "UBND xã Kia")
        add(session, ours, "a")
        approved(session, theirs, subject="v/v cấp phép")
        assert lessons.active(session, theirs.id) is None and lessons.versions(session, theirs) == []
        assert list(lessons.evidence(session, ours)) == []
        with pytest.raises(Problem):
            lessons.use(session, theirs, 1, world.CLERK, world.NOON)


def test_only_what_a_person_looked_at_and_still_stands_teaches(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        approved(session, agency, bulk=True)
        world.a_document(session, agency, State.READ)
        withdrawn, revoked, stands = (approved(session, agency) for _ in range(3))
        ledger.record(session, withdrawn, Act.WITHDRAW, world.CLERK, world.NOON, {})
        for act, names in ((Act.SEAL, "sealed_sha256"), (Act.HOLD, "manifest_sha256")):
            ledger.record(session, revoked, act, world.CLERK, world.NOON, {}, **{names: world.digest("x")})
        ledger.revoke(session, revoked, world.CLERK, world.NOON, "sai")
        assert [one.document_id for one in lessons.evidence(session, agency)] == [stands.id]


def test_evidence_tells_what_was_corrected_and_what_a_lesson_had_filled_in(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = world.a_document(session, agency, State.RECEIVED)
        values = [fields.FieldValue(name, (name,), 0.9) for name in ("place", "subject", "issuer")]
        field_rows.write(session, document.id, values)
        told = {"taught": {"place": "Ha Noi", "subject": "x"}}
        ledger.record(
            session,
            document,
            Act.READ,
            "w",
            world.NOON,
            told,
            reading_sha256=world.digest("r"),
            draft_sha256="",
        )
        changes = fields.corrections({"subject": "đúng", "recipients": "- Như trên;\n- Lưu: VT."})
        ledger.approve(session, document, world.CLERK, world.NOON, changes, bulk=False)
        (one,) = lessons.evidence(session, agency)
        assert one.before == {"subject": ("subject",), "recipients": ()}
        assert one.values["recipients"] == ("- Như trên;", "- Lưu: VT.") and one.values["subject"] == (
            "đúng",
        )
        assert one.suggested == ("place",)
        assert one.event == catalogue.events(session, document.id)[-1].number


def test_the_newest_approvals_teach_in_the_order_of_approval(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        made = [approved(session, agency).id for _ in range(4)]
        assert [one.document_id for one in lessons.evidence(session, agency, most=3)] == made[1:]
