"""Certified copies: granted with a number and a code, or refused with the reason; never for what does not count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import catalogue, copies, ledger, registers
from archive.copies import CopyBasis
from archive.database import Database
from archive.errors import Problem
from archive.lifecycle import IllegalMove, Standing, State
from archive.tables import Copy, Document, Entry, Step
from tests import world

Change = Callable[[Session, Document], object]


def held(session: Session, **values: str) -> Document:
    return world.a_document(session, world.an_agency(session), State.HELD, values)


def issue(session: Session, copy: Copy, document: Document) -> None:
    file, report = world.digest(copy.id), world.digest("report")
    copies.issued(session, copy, document, file, report, world.CLERK, world.NOON)


@pytest.mark.parametrize("basis", CopyBasis)
def test_a_copy_of_a_held_record_is_granted_with_number_code_and_step(
    database: Database, basis: CopyBasis
) -> None:
    with database.writing() as session:
        document = held(session)
        part = {"show": ["1"], "hide": []} if basis is CopyBasis.EXTRACT else None
        copy = world.a_copy_of(session, document, basis=basis, extract=part)
        assert (copy.state, copy.number, copy.year, copy.reason) == ("GRANTED", 1, 2026, None)
        assert copy.code is not None and len(copy.code.replace("-", "")) == 26
        step = session.scalars(select(Step).where(Step.name == "issue")).one()
        assert (step.input, step.state, step.document_id) == (copy.id, "due", document.id)
        assert [event.act for event in catalogue.events(session, document.id)][-2:] == [
            "request-copy",
            "grant-copy",
        ]
        assert document.state == "HELD"


def test_the_two_legal_acts_have_registers_of_their_own(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        acts = [CopyBasis.REGISTER, CopyBasis.ORIGINAL] * 2
        given = [world.a_copy_of(session, document, basis=basis).number for basis in acts]
    assert given == [1, 1, 2, 2]


def test_an_extract_names_its_parts_and_the_same_request_is_one_with_the_same_parts(
    database: Database,
) -> None:
    with database.writing() as session:
        document = held(session)
        asked = {"basis": CopyBasis.EXTRACT, "request_key": "k", "extract": {"show": ["1"], "hide": []}}
        first = world.a_copy_of(session, document, **asked)
        assert world.a_copy_of(session, document, **asked).id == first.id
        for changes, code in (
            ({"extract": {"show": ["2"], "hide": []}}, "REQUEST_KEY_USED"),
            ({"extract": None}, "EXTRACT_OF_WHAT"),
            ({"basis": CopyBasis.REGISTER}, "EXTRACT_OF_WHAT"),
        ):
            with pytest.raises(Problem) as caught:
                world.a_copy_of(session, document, **asked | changes)
            assert caught.value.code == code
        last = catalogue.events(session, document.id)[-2]
        assert (last.act, last.details["extract"]) == ("request-copy", {"show": ["1"], "hide": []})


def withdraw(session: Session, document: Document) -> None:
    ledger.revoke(session, document, world.CLERK, world.NOON, "cấp sai thẩm quyền")


@pytest.mark.parametrize(
    ("standing", "code"),
    [("replaced", "RECORD_REPLACED"), ("disputed", "RECORD_DISPUTED"), ("revoked", "RECORD_REVOKED")],
)
def test_a_record_that_does_not_count_gives_no_copy(database: Database, standing: str, code: str) -> None:
    with database.writing() as session:
        document = held(session, valid_until="2030-01-01")
        document.standing = standing
        copy = world.a_copy_of(session, document)
        assert (copy.state, copy.number, copy.code, (copy.reason or {})["code"]) == (
            "REFUSED",
            None,
            None,
            code,
        )


def test_a_revoked_record_gives_no_copy_and_says_why_and_takes_no_number(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        withdraw(session, document)
        copy = world.a_copy_of(session, document)
        assert copy.reason is not None and copy.reason["code"] == "RECORD_REVOKED"
        assert "cấp sai thẩm quyền" in copy.reason["vi"] and "cấp sai thẩm quyền" in copy.reason["en"]
        assert session.scalar(select(func.count()).select_from(Entry)) == 0
        assert session.scalar(select(func.count()).where(Step.name == "issue")) == 0
        assert [event.act for event in catalogue.events(session, document.id)][-1] == "refuse-copy"


@pytest.mark.parametrize("state", [state for state in State if state is not State.HELD])
def test_what_is_not_held_gives_no_copy(database: Database, state: State) -> None:
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), state)
        copy = world.a_copy_of(session, document)
        assert (copy.state, (copy.reason or {})["code"]) == ("REFUSED", "NOT_HELD")


@pytest.mark.parametrize(
    ("valid_until", "at", "granted"),
    [
        ("2026-03-02", world.NOON, True),  # the last valid day still counts
        ("2026-03-01", world.NOON, False),
        ("2026-03-02", datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC), True),
        ("2026-03-02", datetime(2026, 3, 2, 17, 0, tzinfo=UTC), False),  # the next day in Việt Nam
        ("2026-03-03", datetime(2026, 3, 2, 17, 0, tzinfo=UTC), True),
        ("", world.NOON, True),  # a person emptied the field: no date is known
    ],
)
def test_a_record_gives_copies_until_its_last_day_in_viet_nam_ends(
    database: Database, valid_until: str, at: datetime, granted: bool
) -> None:
    with database.writing() as session:
        document = held(session, valid_until=valid_until)
        copy = world.a_copy_of(session, document, at)
        assert copy.state == ("GRANTED" if granted else "REFUSED")
        if not granted:
            assert (copy.reason or {})["code"] == "RECORD_EXPIRED" and valid_until in (copy.reason or {})[
                "en"
            ]


@pytest.mark.parametrize("standing", [Standing.REVOKED, Standing.REPLACED, Standing.DISPUTED])
def test_a_standing_that_was_raised_wins_over_the_date(database: Database, standing: Standing) -> None:
    with database.writing() as session:
        document = held(session, valid_until="2020-01-01")
        document.standing = standing.value
        assert catalogue.standing(session, document, world.NOON) is standing


def test_the_same_request_twice_is_one_copy(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        first = world.a_copy_of(session, document, request_key="k1")
        assert world.a_copy_of(session, document, request_key="k1") is first
        assert world.a_copy_of(session, document, request_key="k2") is not first
        assert len(catalogue.copies_of(session, document.id)) == 2


@pytest.mark.parametrize(
    "other",
    [{"recipient": "Người khác"}, {"purpose": "khác"}, {"basis": CopyBasis.ORIGINAL}, {"document": True}],
)
def test_a_request_key_used_for_something_else_gives_no_copy_of_that(database: Database, other: dict) -> None:
    with database.writing() as session:
        document = held(session)
        world.a_copy_of(session, document, request_key="k1")
        other = dict(other)
        asked = held(session) if other.pop("document", None) else document
        with pytest.raises(Problem) as used:
            world.a_copy_of(session, asked, request_key="k1", **other)
        assert used.value.code == "REQUEST_KEY_USED"


def test_an_issued_copy_is_entered_and_known_as_ours(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        copy = world.a_copy_of(session, document)
        issue(session, copy, document)
        assert (copy.state, session.scalars(select(Entry.state)).one()) == ("ISSUED", "entered")
        found = catalogue.one_of_ours(session, copy.file_sha256 or "", world.NOON)
        assert found is not None and (found.kind, found.identifier, found.standing) == (
            "copy",
            copy.id,
            Standing.VALID,
        )


def test_a_copy_falls_with_its_record(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        copy = world.a_copy_of(session, document)
        issue(session, copy, document)
        withdraw(session, document)
        for sha256 in (copy.file_sha256, document.sealed_sha256):
            found = catalogue.one_of_ours(session, sha256 or "", world.NOON)
            assert found is not None and found.standing is Standing.REVOKED
        assert catalogue.one_of_ours(session, world.digest("strange"), world.NOON) is None


def test_a_copy_that_is_given_up_voids_its_number_with_the_reason(database: Database) -> None:
    why = Problem("RECORD_REVOKED", "đã thu hồi", "revoked")
    with database.writing() as session:
        document = held(session)
        copy = world.a_copy_of(session, document)
        copies.give_up(session, copy, document, why, world.CLERK, world.NOON)
        assert (copy.state, copy.reason) == ("REFUSED", why.as_dict())
        line = session.scalars(select(Entry)).one()
        assert (line.number, line.state, line.void_reason) == (1, "void", "RECORD_REVOKED")
        assert world.a_copy_of(session, document).number == 2
        assert registers.gaps(session, document.agency_id) == []


@pytest.mark.parametrize("after", ["issued", "given up"])
def test_a_copy_that_is_issued_or_given_up_cannot_be_issued_again(database: Database, after: str) -> None:
    with database.writing() as session:
        document = held(session)
        copy = world.a_copy_of(session, document)
        if after == "issued":
            issue(session, copy, document)
        else:
            copies.give_up(session, copy, document, Problem("X", "", ""), world.CLERK, world.NOON)
        with pytest.raises(IllegalMove):
            issue(session, copy, document)


def test_of_two_workers_that_hold_one_copy_only_the_first_settles_it(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        copy = world.a_copy_of(session, document)
    with Session(database.engine, expire_on_commit=False) as slow:
        seen, of = slow.get_one(Copy, copy.id), slow.get_one(Document, document.id)
        slow.commit()
        with database.writing() as quick:
            mine = quick.get_one(Copy, copy.id)
            copies.give_up(
                quick, mine, catalogue.document(quick, document.id), Problem("X", "", ""), "A", world.NOON
            )
        with pytest.raises(Problem) as late:
            issue(slow, seen, of)
        slow.rollback()
    assert late.value.code == "CHANGED_MEANWHILE"
    with database.reading() as session:
        assert session.get_one(Copy, copy.id).state == "REFUSED"
        assert session.scalars(select(Entry.state)).one() == "void"
