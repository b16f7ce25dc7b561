"""Proposals: what of a holder's papers will do, why one will not, and what nobody may see."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest

from archive import ledger
from archive.database import Database
from archive.errors import Problem
from archive.lifecycle import Standing, State
from archive.reuse import grants, proposals
from archive.reuse.proposals import Usable
from tests import world
from tests.reuse import counter
from tests.reuse.counter import FIRM, PERSON, SOMEONE, told

TODAY = date(2026, 3, 2)


def test_every_required_paper_gets_one_answer_in_order(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        land = counter.a_paper(session, agency, form="giay-chung-nhan")
        proposal = counter.propose(session, agency, "1.009974")
    assert [answer.requirement.title for answer in proposal.answers] == [
        "Đơn đề nghị", "Giấy chứng nhận quyền sử dụng đất",
    ]  # fmt: skip
    assert [told(answer) for answer in proposal.answers] == [("TO_PROVIDE", None), ("USABLE", land.id)]
    assert not proposal.consent


@pytest.mark.parametrize(
    ("state", "standing", "values", "code"),
    [
        (State.HELD, Standing.VALID, {}, "USABLE"),
        (State.HELD, Standing.VALID, {"valid_until": "2026-03-02"}, "USABLE"),
        (State.HELD, Standing.VALID, {"valid_from": "2026-03-02"}, "USABLE"),
        (State.HELD, Standing.VALID, {"valid_until": ""}, "USABLE"),
        (State.HELD, Standing.VALID, {"valid_until": "2026-03-01"}, "RECORD_EXPIRED"),
        (State.HELD, Standing.VALID, {"valid_from": "2026-03-03"}, "NOT_YET_VALID"),
        (State.HELD, Standing.REVOKED, {"valid_until": "2020-01-01"}, "RECORD_REVOKED"),
        (State.HELD, Standing.REPLACED, {}, "RECORD_REPLACED"),
        (State.HELD, Standing.DISPUTED, {}, "RECORD_DISPUTED"),
        (State.SEALED, Standing.VALID, {}, "NOT_HELD"),
        (State.READ, Standing.VALID, {}, "NOT_HELD"),
        (State.WITHDRAWN, Standing.VALID, {}, "TO_PROVIDE"),
    ],
)
def test_a_paper_that_does_not_count_is_told_with_its_reason(
    database: Database, state: State, standing: Standing, values: dict[str, str], code: str
) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency, PERSON, "giay-phep", state, **values)
        document.standing = standing.value
        session.flush()
        (answer,) = counter.propose(session, agency).answers
    assert told(answer)[0] == code
    if isinstance(answer, proposals.Unusable):
        assert document.id in answer.reason.vi and document.id in answer.reason.en


def test_a_revoked_record_is_not_proposed(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency)
        ledger.revoke(session, document, world.CLERK, world.NOON, "cấp sai")
        assert told(counter.propose(session, agency).answers[0]) == ("RECORD_REVOKED", document.id)


def test_the_last_valid_day_ends_at_midnight_in_viet_nam(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        counter.a_paper(session, agency, valid_until="2026-03-02")
        at = world.NOON.replace(hour=16, minute=59)
        codes = [
            told(counter.propose(session, agency, at=at + timedelta(minutes=later)).answers[0])[0]
            for later in (0, 1)
        ]
    assert codes == ["USABLE", "RECORD_EXPIRED"]


def test_of_several_papers_a_usable_one_wins_then_the_latest_issued(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        expired = counter.a_paper(session, agency, issued_on="2025-12-01", valid_until="2026-01-01")
        assert told(counter.propose(session, agency).answers[0]) == ("RECORD_EXPIRED", expired.id)
        revoked = counter.a_paper(session, agency, issued_on="2026-01-01")
        revoked.standing = "revoked"
        session.flush()
        assert told(counter.propose(session, agency).answers[0]) == ("RECORD_EXPIRED", expired.id)
        new = counter.a_paper(session, agency, issued_on="2025-06-01")
        counter.a_paper(session, agency, issued_on="2025-01-01")
        assert told(counter.propose(session, agency).answers[0]) == ("USABLE", new.id)


@pytest.mark.parametrize(
    ("on_paper", "asked", "found"),
    [
        (PERSON, PERSON, True), (PERSON, SOMEONE, False), (FIRM, FIRM, True), (FIRM + "-001", FIRM, False),
        (FIRM, FIRM + "-001", False), (f" {PERSON} ", PERSON, False),
    ],
)  # fmt: skip
def test_a_holder_is_matched_by_exactly_their_number(
    database: Database, on_paper: str, asked: str, found: bool
) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        counter.a_paper(session, agency, on_paper)
        (answer,) = counter.propose(session, agency, number=asked).answers
    assert isinstance(answer, Usable) == found


def test_since_2025_a_person_is_found_by_the_personal_number_given_as_tax_code(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency, FIRM, holder_tax_code=PERSON)
        assert told(counter.propose(session, agency).answers[0]) == ("USABLE", document.id)


@pytest.mark.parametrize(
    ("form", "result_of", "code"),
    [
        ("giay-phep", "1.009974", "USABLE"),
        ("giay-phep", "1.009974.H12", "USABLE"),
        ("quyet-dinh", "1.009974", "WRONG_FORM"),
        ("giay-phep", "", "WRONG_PROCEDURE"),
        ("giay-phep", "mờ", "TO_PROVIDE"),
        ("giay-phep", "1.001612", "TO_PROVIDE"),
        ("quyet-dinh", "", "TO_PROVIDE"),
    ],
)
def test_a_paper_must_come_from_the_procedure_that_gives_it(
    database: Database, form: str, result_of: str, code: str
) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        counter.a_paper(session, agency, form=form, procedure_code=result_of)
        (answer,) = counter.propose(session, agency, "1.002693").answers
    assert told(answer)[0] == code


def test_of_a_paper_the_holder_points_at_it_is_told_what_is_wrong(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency, other = world.an_agency(session), world.an_agency(session, "H02")
        papers = {
            "USABLE": counter.a_paper(session, agency),
            "OTHER_HOLDER": counter.a_paper(session, agency, SOMEONE),
            "WRONG_FORM": counter.a_paper(session, agency, form="quyet-dinh"),
            "unseen": counter.a_paper(session, other, SOMEONE),
        }
        (wanted,) = proposals.requirements(session, counter.procedure(session))
        answers = {
            name: told(counter.propose(session, agency, offered={wanted.id: paper.id}).answers[0])
            for name, paper in papers.items()
        }
    assert answers.pop("unseen") == ("USABLE", papers["USABLE"].id)
    assert answers == {name: (name, paper.id) for name, paper in papers.items() if name != "unseen"}


def test_papers_of_another_agency_are_found_only_under_a_grant(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        ours, theirs = world.an_agency(session, "H01"), world.an_agency(session, "H02")
        document = counter.a_paper(session, theirs)
        assert told(counter.propose(session, ours).answers[0]) == ("TO_PROVIDE", None)
        grants.give(session, ours, theirs, TODAY, None, "QĐ 1", world.CLERK, world.NOON, os.urandom)
        assert told(counter.propose(session, ours).answers[0]) == ("TO_PROVIDE", None), (
            "a grant has a direction"
        )
        grant = grants.give(session, theirs, ours, TODAY, None, "QĐ 2", world.CLERK, world.NOON, os.urandom)
        assert told(counter.propose(session, ours).answers[0]) == ("USABLE", document.id)
        grants.end(session, grant, world.CLERK, world.NOON)
        assert told(counter.propose(session, ours).answers[0]) == ("TO_PROVIDE", None)


@pytest.mark.parametrize(
    ("form", "procedure", "starts", "ends", "covered"),
    [
        ("", "", TODAY, TODAY, True),
        ("giay-phep", "", TODAY, None, True),
        ("quyet-dinh", "", TODAY, None, False),
        ("", "1.001612", TODAY, None, True),
        ("", "1.009974", TODAY, None, False),
        ("", "", TODAY + timedelta(1), None, False),
        ("", "", TODAY - timedelta(9), TODAY - timedelta(1), False),
    ],
)
def test_a_grant_covers_its_forms_procedures_and_days(
    database: Database, form: str, procedure: str, starts: date, ends: date | None, covered: bool
) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        ours, theirs = world.an_agency(session, "H01"), world.an_agency(session, "H02")
        counter.a_paper(session, theirs)
        grants.give(
            session, theirs, ours, starts, ends, "QĐ 2", world.CLERK, world.NOON, os.urandom, form, procedure
        )
        (answer,) = counter.propose(session, ours).answers
    assert isinstance(answer, Usable) == covered


@pytest.mark.parametrize(("ends", "basis"), [(TODAY - timedelta(1), "QĐ 2"), (None, "  ")])
def test_a_grant_without_basis_or_that_ends_before_it_begins_is_refused(
    database: Database, ends: date | None, basis: str
) -> None:
    with database.writing() as session:
        one, other = world.an_agency(session, "H01"), world.an_agency(session, "H02")
        for giver, taker in ((one, other), (one, one)):
            with pytest.raises(Problem) as refused:
                grants.give(session, giver, taker, TODAY, ends, basis, world.CLERK, world.NOON, os.urandom)
            assert refused.value.code == "BAD_GRANT"


def test_an_unlisted_procedure_is_told(database: Database) -> None:
    with database.reading() as session, pytest.raises(Problem) as refused:
        proposals.procedure(session, "1.000000")
    assert refused.value.code == "UNKNOWN_PROCEDURE"
