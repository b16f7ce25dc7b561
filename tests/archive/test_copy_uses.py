"""How far a copy reaches, and how it and its record fall: told at the next look, with which, since when, by whom."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from archive import catalogue, copies, copy_uses, ledger, standings
from archive.consistency import disagreements
from archive.copies import CopyBasis
from archive.copy_rules import Limits, Wish
from archive.database import Database
from archive.errors import Problem
from archive.lifecycle import IllegalMove, Standing, State
from archive.masking import shown_name
from archive.standings import Stands
from archive.tables import Copy, Document
from tests import world
from tests.world import CLERK, NOON, VIETNAM

NAME = "UBND xã Thử Nghiệm"


def issued(session: Session, document: Document, **limits: object) -> Copy:
    wish = Wish(limits=Limits(**limits))  # type: ignore[arg-type]
    copy = copies.request(
        session, document, CopyBasis.REGISTER, "Ngân hàng Mẫu", "vay vốn", CLERK, NOON, os.urandom, wish=wish
    )
    copies.issued(session, copy, document, world.digest(copy.id), world.digest("report"), CLERK, NOON)
    return copy


def held(session: Session, **values: str) -> Document:
    return world.a_document(session, world.an_agency(session), State.HELD, values)


def use(
    session: Session, copy: Copy, key: str, who: str = "Ngân hàng Mẫu", purpose: str = "vay vốn"
) -> int | None:
    document = catalogue.document(session, copy.document_id)
    return copy_uses.record(session, copy, document, who, purpose, "X", NOON, key)[1].left


def stands(session: Session, copy: Copy, at: datetime = NOON) -> Stands:
    return standings.of_copy(session, copy, catalogue.document(session, copy.document_id), at)


def test_looking_burns_nothing_and_the_last_use_ends_it(database: Database) -> None:
    with database.writing() as session:
        copy = issued(session, held(session), most_uses=2)
        for _ in range(5):
            assert stands(session, copy).standing is Standing.VALID
        assert [use(session, copy, key) for key in ("a", "a", "b")] == [1, 1, 0]  # sent twice is one use
        now = stands(session, copy)
        assert (now.standing, now.which, now.since, now.by) == (Standing.USED_UP, "copy", NOON, NAME)
        with pytest.raises(Problem) as over:
            use(session, copy, "c")
        assert over.value.code == "COPY_USED_UP"
        assert use(session, copy, "a") == 0  # the answer to what is recorded stays
        found = catalogue.one_of_ours(session, copy.file_sha256 or "", NOON)
        assert found is not None and (found.standing, found.which) == (Standing.USED_UP, "copy")
        acts = [one.act for one in catalogue.events(session, copy.document_id)]
        assert acts.count("use-copy") == 2


def test_a_copy_without_limit_is_used_as_often_as_one_likes(database: Database) -> None:
    with database.writing() as session:
        copy = issued(session, held(session))
        assert [use(session, copy, str(key)) for key in range(3)] == [None, None, None]


def test_a_copy_ends_with_its_own_last_day(database: Database) -> None:
    with database.writing() as session:
        copy = issued(session, held(session), valid_until=date(2026, 3, 4))
        midnight = datetime(2026, 3, 5, tzinfo=VIETNAM)
        assert stands(session, copy, midnight - timedelta(seconds=1)).standing is Standing.VALID
        now = stands(session, copy, midnight)
        assert (now.standing, now.which, now.since, now.by) == (Standing.EXPIRED, "copy", midnight, NAME)


@pytest.mark.parametrize(
    ("limits", "who", "purpose", "code"),
    [
        ({"only_recipient": True}, "Ngân hàng Khác", "vay vốn", "COPY_OTHER_RECIPIENT"),
        ({"only_recipient": True}, "NGAN HANG MAU", "gì đó", ""),
        ({"only_purpose": True}, "Ai đó", "du học", "COPY_OTHER_PURPOSE"),
        ({"only_purpose": True}, "Ai đó", "Vay vốn", ""),
        ({}, " ", "", "USED_BY_WHOM"),
    ],
)
def test_a_copy_for_one_recipient_or_purpose_is_good_for_no_other(
    database: Database, limits: dict[str, object], who: str, purpose: str, code: str
) -> None:
    with database.writing() as session:
        copy = issued(session, held(session), **limits)
        if not code:
            use(session, copy, "k", who, purpose)
            return
        with pytest.raises(Problem) as refused:
            use(session, copy, "k", who, purpose)
        assert refused.value.code == code


def test_a_revoked_or_replaced_copy_says_which_since_when_by_whom_and_why(database: Database) -> None:
    later = NOON + timedelta(days=2)
    with database.writing() as session:
        document = held(session)
        gone, old, new = (issued(session, document) for _ in range(3))
        copies.revoke(session, gone, document, CLERK, later, "sai người nhận")
        with pytest.raises(Problem) as bad:
            copies.replace(session, old, document, gone, CLERK, later, "x")
        assert bad.value.code == "BAD_REPLACEMENT"
        over = issued(session, document, valid_until=NOON.date())
        with pytest.raises(Problem) as bad:
            copies.replace(session, old, document, over, CLERK, later, "x")
        assert bad.value.code == "BAD_REPLACEMENT"
        copies.replace(session, old, document, new, CLERK, later, "bản mới có thêm trang")
        told = [stands(session, one) for one in (gone, old, new)]
        assert [(one.standing, one.which, one.since, one.by, one.vi) for one in told] == [
            (Standing.REVOKED, "copy", later, NAME, "sai người nhận"),
            (Standing.REPLACED, "copy", later, NAME, "bản mới có thêm trang"),
            (Standing.VALID, "copy", None, "", ""),
        ]
        with pytest.raises(Problem) as fallen:
            use(session, gone, "k")
        assert fallen.value.code == "COPY_REVOKED" and "sai người nhận" in fallen.value.vi


def test_a_copy_falls_with_its_record_and_says_that_it_was_the_record(database: Database) -> None:
    later = NOON + timedelta(days=2)
    with database.writing() as session:
        revoked, replaced, by = (held(session) for _ in range(3))
        expired = held(session, valid_until="2026-03-03")
        made = [issued(session, one) for one in (revoked, replaced, expired)]
        ledger.revoke(session, revoked, CLERK, later, "QĐ 9")
        ledger.replace(session, replaced, by, CLERK, later, "cấp lại")
        told = [stands(session, one, later) for one in made]
        assert [(one.standing, one.which, one.since, one.by) for one in told] == [
            (Standing.REVOKED, "record", later, NAME),
            (Standing.REPLACED, "record", later, NAME),
            (Standing.EXPIRED, "record", datetime(2026, 3, 4, tzinfo=VIETNAM), NAME),
        ]
        assert (
            copies.request(session, replaced, CopyBasis.REGISTER, "A", "B", CLERK, later, os.urandom).reason[
                "code"
            ]
            == "RECORD_REPLACED"
        )  # type: ignore[index]


def test_of_a_revoked_record_no_copy_is_merely_replaced_and_a_revoked_one_keeps_its_own_reason(
    database: Database,
) -> None:
    with database.writing() as session:
        document = held(session)
        gone, old, new = (issued(session, document) for _ in range(3))
        copies.revoke(session, gone, document, CLERK, NOON, "sai người nhận")
        copies.replace(session, old, document, new, CLERK, NOON, "thêm trang")
        ledger.revoke(session, document, CLERK, NOON, "QĐ 9")
        told = [stands(session, one) for one in (gone, old, new)]
        assert [(one.standing, one.which, one.vi) for one in told] == [
            (Standing.REVOKED, "copy", "sai người nhận"),
            (Standing.REVOKED, "record", "QĐ 9"),
            (Standing.REVOKED, "record", "QĐ 9"),
        ]


def test_only_a_held_record_in_force_takes_the_place_of_another(database: Database) -> None:
    with database.writing() as session:
        old, new, gone = (held(session) for _ in range(3))
        ledger.revoke(session, gone, CLERK, NOON, "x")
        waiting = world.a_document(session, world.an_agency(session), State.READ)
        elsewhere = world.a_document(session, world.an_agency(session, "H56.78", "SỞ"), State.HELD)
        over = held(session, valid_until="2026-03-01")  # a day before noon of these tests
        for wrong in (old, gone, waiting, elsewhere, over):
            with pytest.raises(Problem) as bad:
                ledger.replace(session, old, wrong, CLERK, NOON, "x")
            assert bad.value.code == "BAD_REPLACEMENT"
        ledger.replace(session, old, new, CLERK, NOON, "cấp lại")
        with pytest.raises(IllegalMove):
            ledger.replace(session, old, new, CLERK, NOON, "lại")
        differing = [one for one in disagreements(session, old) if not one.startswith(("SEALED", "MANIFEST"))]
        assert differing == []


def test_strangers_see_a_persons_name_masked_and_an_organisations_whole() -> None:
    assert shown_name("Trần Văn Bình", False) == "T*** V** B***"
    assert shown_name("Ngân hàng Mẫu", True) == "Ngân hàng Mẫu"
