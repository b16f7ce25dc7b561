"""The ledger: a change, its event and the step it makes due are one, and only one of two people acts."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import catalogue, field_rows, fields, history, ledger, scans
from archive.database import Database
from archive.errors import Problem
from archive.lifecycle import Act, IllegalMove, State
from archive.tables import Batch, Document, Event, Page, Refusal, Scan, Step
from tests import world


def acts(session: Session, subject: str) -> list[str]:
    return [event.act for event in catalogue.events(session, subject)]


def due(session: Session, document_id: str) -> list[str]:
    query = select(Step.name).where(Step.document_id == document_id).order_by(Step.id)
    return list(session.scalars(query))


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_received_file_is_a_document_with_pages_an_event_and_a_step(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        batch = world.a_batch(session, agency)
        new = world.a_file("scan")
        assert ledger.receive(session, agency, batch, new, world.CLERK, world.NOON) == (new.id, False)
    with database.reading() as session:
        document = catalogue.document(session, new.id)
        assert (document.state, document.name, document.batch_id) == ("RECEIVED", "quyết định.jpg", batch)
        assert [page.sha256 for page in catalogue.pages(session, new.id)] == [new.scan_sha256]
        assert catalogue.scan(session, document).sha256 == new.scan_sha256
        assert (acts(session, new.id), due(session, new.id)) == (["receive"], ["read"])
        assert catalogue.events(session, new.id)[0].details["scan"] == new.scan_sha256


def test_the_same_bytes_twice_are_one_document(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        first = world.a_file("scan")
        ledger.receive(session, agency, world.a_batch(session, agency), first, world.CLERK, world.NOON)
    with database.writing() as session:
        again = world.a_file("scan", name="tên khác.pdf")
        told = ledger.receive(session, agency, world.a_batch(session, agency), again, world.CLERK, world.NOON)
    assert told == (first.id, True)
    with database.reading() as session:
        assert [count(session, table) for table in (Document, Scan, Page, Step)] == [1, 1, 1, 1]
        known = scans.known(session, agency.id, first.scan_sha256)
        assert known is not None and known.documents == (first.id,)


def test_two_agencies_may_hand_in_the_same_bytes(database: Database) -> None:
    with database.writing() as session:
        for code in ("H01", "H02"):
            agency = world.an_agency(session, code)
            new = world.a_file("scan")
            told = ledger.receive(
                session, agency, world.a_batch(session, agency), new, world.CLERK, world.NOON
            )
            assert told == (new.id, False)
            known = scans.known(session, agency.id, new.scan_sha256)
            assert known is not None and known.documents == (new.id,)


def test_a_refused_file_is_listed_with_its_reason_and_an_event(database: Database) -> None:
    why = Problem("EMPTY_FILE", "Tệp rỗng", "The file is empty")
    with database.writing() as session:
        agency = world.an_agency(session)
        batch = world.a_batch(session, agency)
        ledger.refuse(session, agency, batch, "a/b.jpg", None, why, world.CLERK, world.NOON)
    with database.reading() as session:
        (refusal,) = catalogue.refused(session)
        assert (refusal.path, refusal.code, refusal.vi, refusal.en) == ("a/b.jpg", why.code, why.vi, why.en)
        assert acts(session, batch) == ["refuse-file"]


def test_a_file_refused_again_is_listed_again_only_for_another_reason_or_agency(database: Database) -> None:
    empty, cut = Problem("EMPTY_FILE", "", ""), Problem("TRUNCATED", "", "")
    with database.writing() as session:
        first, second = (world.an_agency(session, code) for code in ("H01", "H02"))
        for agency, why in ((first, empty), (first, empty), (first, cut), (second, empty), (second, empty)):
            batch = world.a_batch(session, agency)
            ledger.refuse(session, agency, batch, "a.jpg", None, why, world.CLERK, world.NOON)
        codes = [
            (session.get_one(Batch, row.batch_id).agency_id, row.code) for row in catalogue.refused(session)
        ]
        assert codes == [(first.id, "EMPTY_FILE"), (first.id, "TRUNCATED"), (second.id, "EMPTY_FILE")]


@pytest.mark.parametrize(
    ("state", "names"),
    [
        (State.RECEIVED, ["read"]),
        (State.READ, ["read"]),
        (State.RETURNED, ["read"]),
        (State.APPROVED, ["read", "seal"]),
        (State.SEALED, ["read", "seal", "hold"]),
        (State.HELD, ["read", "seal", "hold"]),
    ],
)
def test_each_state_makes_its_step_due_once(database: Database, state: State, names: list[str]) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), state)
        assert document.state == state.value
        assert due(session, document.id) == names
        assert acts(session, document.id) == ["receive", *(act.value for act in world.WAY[state])]


def test_a_rescanned_document_is_read_again(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.RETURNED)
        ledger.record(session, document, Act.RESCAN, world.CLERK, world.NOON, {})
        ledger.record(session, document, Act.READ, world.CLERK, world.NOON, {})
        assert due(session, document.id) == ["read", "read"]


@pytest.mark.parametrize("act", [Act.APPROVE, Act.SEAL, Act.HOLD, Act.REVOKE_RECORD, Act.RETURN])
def test_an_act_out_of_turn_changes_nothing(database: Database, act: Act) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session))
    with pytest.raises(IllegalMove), database.writing() as session:
        ledger.record(session, session.get_one(Document, document.id), act, world.CLERK, world.NOON, {})
    with database.reading() as session:
        assert catalogue.document(session, document.id).state == "RECEIVED"
        assert (acts(session, document.id), due(session, document.id)) == (["receive"], ["read"])


def test_of_two_people_who_looked_at_one_document_only_the_first_acts(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.READ)
    with Session(database.engine, expire_on_commit=False) as slow:
        seen = slow.get_one(Document, document.id)
        slow.commit()
        with database.writing() as quick:
            ledger.record(quick, quick.get_one(Document, document.id), Act.RETURN, "Quick", world.NOON, {})
        with pytest.raises(Problem) as late:
            ledger.approve(slow, seen, "Slow", world.NOON, fields.corrections({"subject": "khác"}))
        slow.rollback()
    assert late.value.code == "CHANGED_MEANWHILE"
    with database.reading() as session:
        assert catalogue.document(session, document.id).state == "RETURNED"
        assert acts(session, document.id) == ["receive", "read", "return"]
        assert field_rows.read(session, [document.id])[document.id] == {}


def test_who_looks_after_the_first_acted_is_refused_by_the_table(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.APPROVED)
    with pytest.raises(IllegalMove), database.writing() as session:
        ledger.approve(session, session.get_one(Document, document.id), "Late", world.NOON, ())


def test_a_rollback_leaves_neither_event_nor_step(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.READ)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        ledger.approve(session, session.get_one(Document, document.id), world.CLERK, world.NOON, ())
        raise ZeroDivisionError
    with database.reading() as session:
        assert catalogue.document(session, document.id).state == "READ"
        assert (acts(session, document.id), due(session, document.id)) == (["receive", "read"], ["read"])
        assert history.prove(session, catalogue.agency(session, None)).whole


def test_an_approval_names_the_draft_the_person_and_what_was_corrected(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = world.a_document(
            session, agency, State.READ, {"subject": "v/v cấp phep", "place": "Hà Nội"}
        )
        changes = fields.corrections({"subject": "v/v cấp phép", "number": "12"})
        ledger.approve(session, document, world.CLERK, world.NOON, changes, bulk=False)
        event = catalogue.events(session, document.id)[-1]
        assert (event.act, event.agent, event.details["bulk"]) == ("approve", world.CLERK, False)
        assert event.details["draft"] == document.draft_sha256
        assert event.details["corrected"] == {
            "subject": {"from": "v/v cấp phep", "to": "v/v cấp phép"},
            "number": {"from": None, "to": "12"},
        }
        kept = field_rows.read(session, [document.id])[document.id]
        assert (document.state, document.corrected, due(session, document.id)[-1]) == (
            "APPROVED",
            True,
            "seal",
        )
        assert (kept["subject"].origin, kept["place"].origin) == (fields.REVIEWER, fields.READ)


def test_a_revoked_record_stays_held_and_says_why(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.HELD)
        ledger.revoke(session, document, world.CLERK, world.NOON, "cấp sai thẩm quyền")
        assert (document.state, document.standing) == ("HELD", "revoked")
        assert (document.standing_since, document.standing_reason) == (world.NOON, "cấp sai thẩm quyền")
        assert due(session, document.id) == ["read", "seal", "hold"]
    with pytest.raises(IllegalMove), database.writing() as session:
        ledger.revoke(session, session.get_one(Document, document.id), world.CLERK, world.NOON, "lần hai")


def test_of_two_people_who_revoke_one_record_only_the_first_does(database: Database) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.HELD)
    with Session(database.engine, expire_on_commit=False) as slow:
        seen = slow.get_one(Document, document.id)
        slow.commit()
        with database.writing() as quick:
            ledger.revoke(quick, quick.get_one(Document, document.id), "Quick", world.NOON, "first")
        with pytest.raises(IllegalMove):
            ledger.revoke(slow, seen, "Slow", world.NOON, "second")
        slow.rollback()
    with database.reading() as session:
        assert catalogue.document(session, document.id).standing_reason == "first"
        assert acts(session, document.id).count("revoke-record") == 1


@pytest.mark.parametrize("state", [State.RECEIVED, State.READ, State.APPROVED, State.SEALED, State.WITHDRAWN])
def test_what_is_not_held_cannot_be_revoked(database: Database, state: State) -> None:
    with pytest.raises(IllegalMove), database.writing() as session:
        document = world.a_document(session, world.an_agency(session), state)
        ledger.revoke(session, document, world.CLERK, world.NOON, "")


def test_an_agency_is_opened_once_and_under_one_name(database: Database) -> None:
    with database.writing() as session:
        first = world.an_agency(session)
        assert world.an_agency(session) is first
        with pytest.raises(Problem) as other:
            world.an_agency(session, name="UBND xã Khác")
        assert other.value.code == "AGENCY_NAME_DIFFERS"
        assert acts(session, first.code) == ["open-agency"]
        assert count(session, Refusal) == 0 and count(session, Event) == 1
