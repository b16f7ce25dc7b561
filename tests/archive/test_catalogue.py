"""Questions to the archive: agencies, lists in the order things came, and whose file this is."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest

from archive import catalogue, copies, ledger
from archive.copies import CopyBasis
from archive.copy_rules import Wish
from archive.database import Database
from archive.errors import Problem
from archive.identifiers import new_id, verification_code
from archive.lifecycle import Standing, State
from tests import world


def test_the_only_agency_need_not_be_named(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        assert catalogue.agency(session, None) is agency is catalogue.agency(session, "H12.34")


@pytest.mark.parametrize(
    ("codes", "asked", "problem"),
    [([], None, "WHICH_AGENCY"), (["H01", "H02"], None, "WHICH_AGENCY"), (["H01"], "H09", "UNKNOWN_AGENCY")],
)
def test_an_agency_that_is_not_clear_is_asked_for(
    database: Database, codes: list[str], asked: str | None, problem: str
) -> None:
    with database.writing() as session:
        for code in codes:
            world.an_agency(session, code)
        with pytest.raises(Problem) as told:
            catalogue.agency(session, asked)
        assert told.value.code == problem
        assert all(code in told.value.en for code in codes)


def test_an_unknown_document_is_told(database: Database) -> None:
    with database.reading() as session, pytest.raises(Problem) as told:
        catalogue.document(session, "doc-none")
    assert told.value.code == "UNKNOWN_DOCUMENT"


@pytest.mark.parametrize("count", [3, 2 * catalogue.SLICE + 1])
def test_documents_are_listed_once_each_in_the_order_they_came(database: Database, count: int) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        batch = world.a_batch(session, agency)
        came = [world.a_file() for _ in range(count)]
        for new in came:
            ledger.receive(session, agency, batch, new, world.CLERK, world.NOON)
        later = world.a_document(session, agency, at=world.NOON + world.MINUTE).id
        earlier = world.a_document(session, agency, at=world.NOON - world.MINUTE).id
    with database.reading() as session:
        listed = [one.document.id for one in catalogue.listing(session)]
        assert listed == [earlier, *(new.id for new in came), later]
        assert [one.document.id for one in catalogue.listing(session, batch)] == [new.id for new in came]


def test_a_list_carries_the_values(database: Database) -> None:
    with database.writing() as session:
        world.a_document(session, world.an_agency(session), values={"subject": "v/v cấp phép"})
    with database.reading() as session:
        (one,) = catalogue.listing(session)
    assert (one.text("subject"), one.text("place")) == ("v/v cấp phép", None)


def test_a_sealed_file_that_is_not_held_yet_is_not_ours(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        sealed, held = (world.a_document(session, agency, state) for state in (State.SEALED, State.HELD))
        assert catalogue.one_of_ours(session, sealed.sealed_sha256 or "", world.NOON) is None
        found = catalogue.one_of_ours(session, held.sealed_sha256 or "", world.NOON)
        assert found is not None and (found.kind, found.identifier) == ("record", held.id)


def test_a_number_that_comes_again_next_year_is_told_apart_by_when_its_statement_was_signed(
    database: Database,
) -> None:
    next_year = datetime(2027, 1, 4, 9, tzinfo=world.VIETNAM)
    with database.writing() as session:
        document = world.a_document(session, world.an_agency(session), State.HELD)
        made = []
        for at in (world.NOON, next_year):
            copy = world.a_copy_of(
                session, document, at, basis=CopyBasis.ORIGINAL, wish=Wish(wanted_anyway="cần")
            )
            copies.issued(session, copy, document, world.digest(copy.id), world.digest("r"), world.CLERK, at)
            made.append(copy)
        copies.revoke(session, made[0], document, world.CLERK, next_year, "cấp sai")
        told = {
            "issuer": "H12.34", "form": "ORIGINAL", "number": "01/01-SCT/BS",
            "original_sha256": document.sealed_sha256,
        }  # fmt: skip
        stands = []
        for at in (world.NOON, next_year):
            found = catalogue.copy_stated(session, {**told, "issued_at": at.isoformat()}, next_year)
            assert found is not None
            stands.append((found.identifier, found.standing))
        later = {**told, "issued_at": (next_year + timedelta(days=1)).isoformat()}
        assert catalogue.copy_stated(session, later, next_year) is None  # no copy of ours was made then
    assert stands == [(made[0].id, Standing.REVOKED), (made[1].id, Standing.VALID)]


def test_names_are_short_and_distinct_and_codes_can_be_read_aloud() -> None:
    names = {new_id("doc", os.urandom) for _ in range(2000)}
    codes = {verification_code(os.urandom) for _ in range(2000)}
    assert len(names) == len(codes) == 2000
    assert all(len(name) <= 20 and not set("ilou") & set(name.removeprefix("doc-")) for name in names)
    assert {tuple(map(len, code.split("-"))) for code in codes} == {(5, 5, 5, 5, 5, 1)}
    assert not set("ilou") & set("".join(codes))


def test_the_same_entropy_gives_the_same_name() -> None:
    assert new_id("doc", lambda size: bytes(size)) == "doc-" + "0" * 12
    assert new_id("doc", lambda size: b"\xff" * size) == "doc-" + "z" * 12
