"""Dossiers, consent, copies for a dossier, their use recorded once, and asking again."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from archive import answers, catalogue, history, ledger
from archive.copies import CopyBasis
from archive.database import Database
from archive.errors import Problem
from archive.holders import holder
from archive.lifecycle import CopyState
from archive.people import ReadRecord
from archive.reuse import asks, consents, dossiers, grants, report, seen, uses
from archive.reuse.seen import Deed
from archive.reuse.tables import Ask, Consent, Dossier, PaperHere, Use
from tests import world
from tests.reuse import counter
from tests.reuse.counter import PERSON, SOMEONE

TODAY = date(2026, 3, 2)


def test_a_dossier_is_opened_once_and_keeps_its_code_as_it_came(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        wanted = counter.procedure(session)
        opened = [
            dossiers.open_dossier(
                session, agency, text, wanted, holder(PERSON), world.NOON, world.CLERK, world.NOON, os.urandom
            )[0]
            for text in ("h12.34-260302–0001", "H12.34-260302-0001")
        ]
        assert opened[0] is opened[1] is dossiers.dossier(session, agency, "H12.34-260302-0001 ")
        assert (opened[0].code, opened[0].key) == ("h12.34-260302–0001", "H12.34-260302-0001")
        assert [event.act for event in catalogue.events(session, opened[0].id)] == ["open-dossier"]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("H12.34-260303-0001", "BAD_DOSSIER_DATE"), ("H12.34-260301-0001", "DOSSIER_DATE_DIFFERS"),
        ("H12.35-260302-0001", "DOSSIER_AGENCY_DIFFERS"), ("hồ sơ 1", "BAD_DOSSIER_CODE"),
        ("H12.34-260302-0001", "DOSSIER_CODE_USED"),
    ],
)  # fmt: skip
def test_a_dossier_whose_code_cannot_be_its_own_is_not_opened(
    database: Database, code: str, problem: str
) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        counter.a_dossier(session, agency, number=SOMEONE)
        with pytest.raises(Problem) as refused:
            dossiers.open_dossier(
                session, agency, code, counter.procedure(session), holder(PERSON), world.NOON, world.CLERK,
                world.NOON, os.urandom,
            )  # fmt: skip
        assert refused.value.code == problem
        assert session.scalar(select(func.count()).select_from(Dossier)) == 1


def test_the_day_of_receipt_is_that_of_viet_nam(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        late = world.NOON.replace(hour=17, minute=30)
        assert counter.a_dossier(session, world.an_agency(session), at=late).key == "H12.34-260303-0001"


def test_a_dossier_of_another_agency_is_unknown(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        key = counter.a_dossier(session, world.an_agency(session)).key
        with pytest.raises(Problem) as refused:
            dossiers.dossier(session, world.an_agency(session, "H02"), key)
        assert refused.value.code == "UNKNOWN_DOSSIER"


def test_no_copy_is_made_before_the_holder_agrees_and_none_used_after_they_withdraw(
    database: Database,
) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency)
        dossier = counter.a_dossier(session, agency)
        with pytest.raises(Problem) as refused:
            counter.ask_copy(session, dossier, document)
        assert refused.value.code == "CONSENT_MISSING"
        counter.agree(session, dossier)
        counter.agree(session, dossier)
        copy = counter.issue(session, counter.ask_copy(session, dossier, document))
        consent = session.scalars(select(Consent)).one()
        consents.withdraw(session, consent, "Trần Văn Bình", world.NOON)
        consents.withdraw(session, consent, "Trần Văn Bình", world.NOON)
        with pytest.raises(Problem) as refused:
            counter.use(session, dossier, copy)
        assert refused.value.code == "CONSENT_MISSING"
        acts = [event.act for event in catalogue.events(session, consent.id)]
        assert acts == ["give-consent", "withdraw-consent"]


def test_a_consent_for_a_procedure_serves_each_of_its_dossiers_at_that_agency(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        ours, theirs = world.an_agency(session, "H01"), world.an_agency(session, "H02")
        consents.give(session, ours, PERSON, "VNeID", world.NOON, os.urandom, purpose="1.001612")
        assert counter.propose(session, ours).consent
        assert not counter.propose(session, theirs).consent
        assert not counter.propose(session, ours, "1.009974").consent
        assert not counter.propose(session, ours, number=SOMEONE).consent
        dossier = counter.a_dossier(session, ours)
        assert counter.ask_copy(session, dossier, counter.a_paper(session, ours)).state == "GRANTED"


def test_a_consent_is_for_a_dossier_of_its_holder_or_a_procedure_never_both(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        dossier = counter.a_dossier(session, agency)
        for number, of, purpose in (
            (PERSON, None, ""),
            (PERSON, dossier, "1.001612"),
            (SOMEONE, dossier, ""),
        ):
            with pytest.raises(Problem) as refused:
                consents.give(session, agency, number, world.CLERK, world.NOON, os.urandom, of, purpose)
            assert refused.value.code == "BAD_CONSENT"


def test_a_copy_for_a_dossier_is_one_copy_and_its_use_is_recorded_once(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency)
        dossier = counter.a_dossier(session, agency)
        counter.agree(session, dossier)
        copy = counter.ask_copy(session, dossier, document)
        assert counter.ask_copy(session, dossier, document) is copy
        assert (copy.recipient, copy.purpose) == (agency.name, f"Hồ sơ {dossier.key}")
        with pytest.raises(Problem) as refused:
            counter.use(session, dossier, copy)
        assert refused.value.code == "COPY_NOT_ISSUED"
        counter.issue(session, copy)
        first = counter.use(session, dossier, copy)
        assert counter.use(session, dossier, copy, world.NOON + world.MINUTE) is first
        used = [event for event in catalogue.events(session, document.id) if event.act == "use-copy"]
        assert [event.details["dossier"] for event in used] == [dossier.key]
        assert history.prove(session, agency).whole
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(
            Use(
                dossier_id=dossier.id, requirement_id=first.requirement_id, copy_id=copy.id,
                document_id=document.id, used_at=world.NOON, agent="x",
            )
        )  # fmt: skip


def test_a_copy_made_for_another_dossier_or_for_anybody_cannot_be_used(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency)
        one, other = (counter.a_dossier(session, agency, serial) for serial in (1, 2))
        counter.agree(session, one)
        counter.agree(session, other)
        copy = counter.issue(session, counter.ask_copy(session, one, document))
        free = counter.issue(session, world.a_copy_of(session, document))
        for given in (copy, free):
            with pytest.raises(Problem) as refused:
                counter.use(session, other, given)
            assert refused.value.code == "COPY_NOT_FOR_DOSSIER"


def test_a_required_paper_is_filled_by_one_copy(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        dossier = counter.a_dossier(session, agency)
        counter.agree(session, dossier)
        one, other = (
            counter.issue(session, counter.ask_copy(session, dossier, counter.a_paper(session, agency)))
            for _ in range(2)
        )
        counter.use(session, dossier, one)
        with pytest.raises(Problem) as refused:
            counter.use(session, dossier, other)
        assert refused.value.code == "REQUIREMENT_FILLED"


def test_a_paper_that_lost_its_force_after_the_copy_was_issued_is_not_used(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency)
        dossier = counter.a_dossier(session, agency)
        counter.agree(session, dossier)
        copy = counter.issue(session, counter.ask_copy(session, dossier, document))
        ledger.revoke(session, document, world.CLERK, world.NOON, "cấp sai")
        with pytest.raises(Problem) as refused:
            counter.use(session, dossier, copy)
        assert refused.value.code == "RECORD_REVOKED"
        assert session.scalars(select(Use)).all() == []


def test_a_copy_that_failed_does_not_stand_in_the_way_of_a_new_one(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        document = counter.a_paper(session, agency)
        dossier = counter.a_dossier(session, agency)
        counter.agree(session, dossier)
        failed = counter.ask_copy(session, dossier, document)
        failed.state = CopyState.REFUSED.value
        session.flush()
        new = counter.issue(session, counter.ask_copy(session, dossier, document))
        assert new.id != failed.id
        assert counter.use(session, dossier, new).copy_id == new.id


def test_a_copy_must_be_of_an_accepted_basis_a_required_paper_and_a_paper_in_sight(
    database: Database,
) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency, stranger = world.an_agency(session), world.an_agency(session, "H02")
        dossier = counter.a_dossier(session, agency)
        counter.agree(session, dossier)
        document, elsewhere = counter.a_paper(session, agency), counter.a_paper(session, stranger)
        other = counter.a_paper(session, agency, SOMEONE)
        for given, basis, code in (
            (document, CopyBasis.ORIGINAL, "BASIS_NOT_ACCEPTED"),
            (elsewhere, CopyBasis.REGISTER, "UNKNOWN_DOCUMENT"),
            (other, CopyBasis.REGISTER, "OTHER_HOLDER"),
        ):
            with pytest.raises(Problem) as refused:
                counter.ask_copy(session, dossier, given, basis)
            assert refused.value.code == code
        of_another = counter.paper_of(session, counter.a_dossier(session, agency, 2, code="1.009974"))
        with pytest.raises(Problem) as refused:
            uses.requirement(session, dossier, of_another.id)
        assert refused.value.code == "UNKNOWN_REQUIREMENT"


def test_asking_again_for_a_paper_that_is_here_is_refused_and_counted(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        agency = world.an_agency(session)
        dossier = counter.a_dossier(session, agency)
        wanted = counter.paper_of(session, dossier)
        assert asks.ask(session, dossier, wanted, world.CLERK, world.NOON) is None, "nothing is here"
        document = counter.a_paper(session, agency)
        for _ in range(2):
            refused = asks.ask(session, dossier, wanted, world.CLERK, world.NOON)
            assert refused is not None and refused.code == "ALREADY_HERE" and document.id in refused.vi
        assert asks.ask(session, dossier, wanted, world.CLERK, world.NOON, "tẩy xóa") is None
    with database.reading() as session:
        assert [ask.refused for ask in session.scalars(select(Ask).order_by(Ask.id))] == [True, True, False]
        assert [event.act for event in catalogue.events(session, dossier.id)][1:] == ["ask-again"] * 3


def test_the_report_gives_both_shares_with_their_numbers(database: Database) -> None:
    """Five dossiers: one with nothing here, one never asked, one used, one refused, one asked on suspicion."""
    with database.writing() as session:
        counter.catalogue(session)
        agency, other = world.an_agency(session), world.an_agency(session, "H02")
        counter.a_dossier(session, agency, 1)
        document = counter.a_paper(session, agency)
        dossier = [counter.a_dossier(session, agency, serial) for serial in (2, 3, 4, 5)]
        counter.a_dossier(session, agency, 6, at=world.NOON + timedelta(days=1))
        counter.a_dossier(session, other)
        counter.agree(session, dossier[1])
        counter.use(
            session, dossier[1], counter.issue(session, counter.ask_copy(session, dossier[1], document))
        )
        for of, suspicion in ((dossier[2], ""), (dossier[2], ""), (dossier[3], "nghi giả mạo")):
            asks.ask(session, of, counter.paper_of(session, of), world.CLERK, world.NOON, suspicion)
    with database.reading() as session:
        told = report.report(session, {agency.id}, TODAY, TODAY)
        nothing = report.report(session, {other.id}, TODAY + timedelta(5), TODAY + timedelta(9))
        with pytest.raises(Problem):
            report.report(session, {agency.id}, TODAY, TODAY - timedelta(1))
        assert session.scalar(select(func.count()).select_from(PaperHere)) == 5
    assert told.dossiers == 5
    assert (told.not_asked_again.numerator, told.not_asked_again.denominator) == (2, 4)
    assert (told.filled.numerator, told.filled.denominator) == (1, 4)
    assert (told.asks_refused, told.asks_for_suspicion) == (2, 1)
    assert (told.not_asked_again.percent, told.filled.percent) == (50.0, 25.0)
    assert (nothing.dossiers, nothing.filled.percent) == (0, None)


def test_the_holder_sees_every_read_copy_use_ask_consent_grant_and_answer(database: Database) -> None:
    with database.writing() as session:
        counter.catalogue(session)
        ours, theirs = world.an_agency(session, "H01", "Sở Một"), world.an_agency(session, "H02", "Sở Hai")
        document, strange = counter.a_paper(session, theirs), counter.a_paper(session, theirs, SOMEONE)
        grants.give(session, theirs, ours, TODAY, None, "QĐ 2", world.CLERK, world.NOON, os.urandom)
        dossier = counter.a_dossier(session, ours)
        counter.agree(session, dossier)
        counter.use(session, dossier, counter.issue(session, counter.ask_copy(session, dossier, document)))
        asks.ask(session, dossier, counter.paper_of(session, dossier), world.CLERK, world.NOON)
        consents.withdraw(session, session.scalars(select(Consent)).one(), PERSON, world.NOON)
        answers.no_entry(session, theirs, "An", "giấy cũ", world.CLERK, world.NOON, os.urandom, PERSON)
        world.a_copy_of(session, strange)
        for of in (document, strange):
            session.add(ReadRecord(document_id=of.id, caller="x", agent="Cán bộ", what="page", at=world.NOON))
        session.flush()
        lines = seen.seen(session, PERSON)
        others = seen.seen(session, SOMEONE)
    assert {line.deed for line in lines} == set(Deed) and len(lines) == len(Deed)
    assert {line.document_id for line in lines} == {"", document.id}
    by_deed = {line.deed: line for line in lines}
    assert by_deed[Deed.USE].agency == by_deed[Deed.GRANT].agency == by_deed[Deed.ASK].agency == "Sở Một"
    assert by_deed[Deed.COPY].agency == "Sở Hai"
    assert dossier.code in by_deed[Deed.USE].why and by_deed[Deed.READ].who == "Cán bộ"
    assert {line.deed for line in others} == {Deed.READ, Deed.COPY, Deed.GRANT}


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_what_the_holder_sees_comes_in_pages_newest_first(database: Database, limit: int) -> None:
    with database.writing() as session:
        document = counter.a_paper(session, world.an_agency(session))
        for minute in (0, 1, 1, 2, 3, 3, 3):
            at = world.NOON + minute * world.MINUTE
            session.add(ReadRecord(document_id=document.id, caller="x", agent="y", what="page", at=at))
        session.flush()
        got: list[int] = []
        after = None
        while page := seen.seen(session, PERSON, after, limit):
            assert len(page) <= limit
            got += [(line.at - world.NOON) // world.MINUTE for line in page]
            after = page[-1]
    assert got == [3, 3, 3, 2, 1, 1, 0]
