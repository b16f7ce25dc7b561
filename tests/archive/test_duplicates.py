"""V-15: the same number of the same issuer is told; V-19: a dossier of another agency."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from archive import duplicates, field_rows
from archive.database import Database
from archive.fields import FieldValue
from archive.lifecycle import State
from archive.reuse import tables as reuse
from archive.tables import Agency, Document
from tests import world

PAPER = {"code": "15/QĐ-SXD", "issuer": "SỞ XÂY DỰNG TỈNH AN GIANG", "issued_on": "2024-05-15"}


def found(session: Session, document: Document) -> list[dict[str, Any]]:
    return duplicates.same_number(session, document, field_rows.read(session, [document.id])[document.id])


def a_paper(session: Session, agency: Agency, state: State = State.READ, **values: str) -> Document:
    return world.a_document(session, agency, state, {**PAPER, **values})


def test_the_same_paper_twice_is_told_with_the_other_record(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        first, second = a_paper(session, agency), a_paper(session, agency)
        (told,) = found(session, second)
    assert (told["code"], told["fields"]) == ("V-15", ["code"])
    assert first.id in told["vi"] and first.id in told["en"]


def test_one_number_with_two_days_is_told_as_that(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        first, second = a_paper(session, agency, State.HELD), a_paper(session, agency, issued_on="2024-06-20")
        (told,) = found(session, second)
    assert told["fields"] == ["code", "issued_on"] and first.id in told["vi"] and "15/05/2024" in told["vi"]


def test_one_issuer_is_one_however_its_marks_are_set(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        a_paper(session, agency, issuer="ỦY BAN NHÂN DÂN XÃ HÒA BÌNH")
        assert len(found(session, a_paper(session, agency, issuer="UỶ BAN NHÂN DÂN XÃ HOÀ BÌNH"))) == 1


def test_other_numbers_issuers_agencies_and_withdrawn_papers_are_no_duplicates(database: Database) -> None:
    with database.writing() as session:
        agency, other = world.an_agency(session), world.an_agency(session, "H56.78", "UBND xã Khác")
        a_paper(session, agency, code="16/QĐ-SXD")
        a_paper(session, agency, issuer="SỞ Y TẾ TỈNH AN GIANG")
        a_paper(session, other)
        a_paper(session, agency, State.WITHDRAWN)
        assert found(session, a_paper(session, agency)) == []


def test_a_number_that_fits_no_grammar_proves_nothing(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        a_paper(session, agency)
        document = a_paper(session, agency)
        doubted = {"code": FieldValue("code", (PAPER["code"],), 0.4)}
        assert duplicates.same_number(session, document, doubted) == []


def test_a_dossier_of_another_agency_is_told_and_one_of_ours_is_not(database: Database) -> None:
    with database.writing() as session:
        ours, other = world.an_agency(session), world.an_agency(session, "H56.78", "UBND xã Khác")
        procedure = reuse.Procedure(code="1.001612", name="Thử", agency="", source="", invented="code")
        session.add(procedure)
        session.flush()
        for number, agency in enumerate((ours, other)):
            session.add(
                reuse.Dossier(
                    id=f"dossier-{number:012}", agency_id=agency.id, procedure_id=procedure.id, opened_by=world.CLERK,
                    code=f"H12.34-240515-000{number}", key=f"H12.34-240515-000{number}", holder="001099012345",
                    received_at=world.NOON,
                )
            )  # fmt: skip
        document = a_paper(session, ours)

        def told(number: int) -> list[str]:
            value = FieldValue("dossier_code", (f"H12.34-240515-000{number}",), 0.9, 1, (1, 2, 3, 4))
            return [one["vi"] for one in duplicates.dossier_elsewhere(session, document, value)]

        assert told(0) == [] and told(7) == []
        assert len(told(1)) == 1 and "UBND xã Khác" in told(1)[0]
