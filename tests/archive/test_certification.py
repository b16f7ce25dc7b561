"""P5, the copy of a paper original: asked for, due, certified or refused; volumes; the month in the book."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive import answers, catalogue, certification, copies, ledger, register_book, registers, volumes
from archive.copies import CopyBasis
from archive.copy_rows import CopyRequest
from archive.copy_rules import Capacity, Certification, Limits, Requester, Wish
from archive.database import Database
from archive.errors import Problem
from archive.lifecycle import IllegalMove, State
from archive.lists import Sight
from archive.tables import Agency, Copy, Document, Entry
from tests import world
from tests.world import CLERK, NOON, VIETNAM

DAY = NOON.astimezone(VIETNAM).date()
FOUND = Certification(DAY, "Lê Văn Chứng", "Chủ tịch UBND xã")


def held(session: Session, agency: Agency | None = None, at: datetime = NOON, **values: str) -> Document:
    return world.a_document(session, agency or world.an_agency(session), State.HELD, values, at)


def ask(
    session: Session,
    document: Document,
    at: datetime = NOON,
    basis: CopyBasis = CopyBasis.ORIGINAL,
    **wish: Any,
) -> Copy:
    asker = Requester(Capacity.BEARER, "Nguyễn Thị Mang", "CCCD 001085000009")
    wished = Wish(**{"requester": asker, **wish})
    return copies.request(
        session, document, basis, "Nguyễn Thị Mang", "xin việc", CLERK, at, os.urandom, wish=wished
    )


def grant(session: Session, copy: Copy, found: Certification = FOUND, at: datetime = NOON) -> Copy:
    document = catalogue.document(session, copy.document_id)
    return certification.grant(session, copy, document, found, CLERK, at, os.urandom)


def issue(session: Session, copy: Copy) -> None:
    document = catalogue.document(session, copy.document_id)
    copies.issued(session, copy, document, world.digest(copy.id), world.digest("report"), CLERK, NOON)


def test_a_copy_of_a_paper_original_waits_for_the_officer_with_deadline_and_fee(database: Database) -> None:
    with database.writing() as session:
        copy = ask(session, held(session), quantity=3)
        asked = session.get_one(CopyRequest, copy.id)
        assert (copy.state, copy.number, asked.fee, asked.pages, asked.slip) == (
            "REQUESTED",
            None,
            6000,
            1,
            False,
        )
        assert asked.due_at == datetime(2026, 3, 2, 17, tzinfo=VIETNAM)
        grant(session, copy)
        assert (copy.state, copy.number, asked.volume, asked.printed) == ("GRANTED", 1, 1, "01/01-SCT/BS")
        assert (asked.certifier, asked.presented_on) == ("Lê Văn Chứng", DAY)
        assert (
            session.scalar(select(func.count()).select_from(Entry)) == 1
        )  # three copies, one number (CC-08)


@pytest.mark.parametrize(
    "found",
    [
        Certification(None, "Lê Văn Chứng", "Chủ tịch"),
        Certification(DAY + timedelta(days=1), "Lê Văn Chứng", "Chủ tịch"),
        Certification(DAY, "", ""),
    ],
)
def test_what_the_officer_left_out_decides_nothing_and_takes_no_number(
    database: Database, found: Certification
) -> None:
    with database.writing() as session:
        copy = ask(session, held(session))
        with pytest.raises(Problem):
            grant(session, copy, found)
        assert copy.state == "REQUESTED" and session.scalar(select(func.count()).select_from(Entry)) == 0


def test_a_ground_of_the_law_refuses_and_takes_no_number(database: Database) -> None:
    with database.writing() as session:
        first, second = ask(session, held(session)), ask(session, held(session))
        certification.refuse(
            session,
            first,
            catalogue.document(session, first.document_id),
            ["ORIGINAL_DAMAGED"],
            "",
            CLERK,
            NOON,
        )
        grant(session, second, Certification(DAY, "A", "B", ("ORIGINAL_SECRET",)))
        told = [(one.state, (one.reason or {})["code"], one.number) for one in (first, second)]
        assert told == [("REFUSED", "ORIGINAL_DAMAGED", None), ("REFUSED", "ORIGINAL_SECRET", None)]
        assert session.get_one(CopyRequest, first.id).grounds == ["ORIGINAL_DAMAGED"]
        for again in (first, second):
            with pytest.raises(IllegalMove):
                grant(session, again)


def test_a_record_revoked_before_the_officer_decides_is_refused_for_that(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        copy = ask(session, document)
        ledger.revoke(session, document, CLERK, NOON, "QĐ 9")
        assert grant(session, copy).state == "REFUSED" and (copy.reason or {})["code"] == "RECORD_REVOKED"


def test_nobody_is_sent_for_a_paper_that_is_kept_here(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        later = NOON + timedelta(days=1)
        refused = ask(session, document, later)
        assert refused.state == "REFUSED" and (refused.reason or {})["code"] == "ALREADY_KEPT"
        assert ask(session, document, later, wanted_anyway="người yêu cầu tự chọn").state == "REQUESTED"
        same = {"code": "12/QĐ-UBND", "issuer": "UBND xã Thử Nghiệm", "issued_on": "2020-01-02"}
        held(session, world.an_agency(session, "H56.78", "SỞ Y TẾ TỈNH MẪU"), **same)
        elsewhere = ask(session, held(session, **same))
        assert "SỞ Y TẾ TỈNH MẪU" in (elsewhere.reason or {})["vi"]
        other_day = held(session, **same | {"issued_on": "2021-01-02"})
        assert ask(session, other_day).state == "REQUESTED"


def test_an_electronic_original_is_no_paper(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        document.signed_already = True
        session.flush()
        copy = ask(session, document)
        assert (copy.reason or {})["code"] == "NOT_A_PAPER_ORIGINAL"


def test_a_stranger_gets_nothing_from_the_register(database: Database) -> None:
    with database.writing() as session:
        document = held(session, holder_name="Trần Văn Bình")
        stranger = Requester(Capacity.HOLDER, "Lê Thị Khác")
        copy = ask(session, document, basis=CopyBasis.REGISTER, requester=stranger)
        assert (copy.state, (copy.reason or {})["code"]) == ("REFUSED", "REQUESTER_NOT_HOLDER")
        assert ask(session, document, basis=CopyBasis.REGISTER, requester=None).state == "GRANTED"


def test_the_deadline_is_put_off_within_the_law_or_by_agreement(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        copy = ask(session, document)

        def extend(days: int, until: date | None = None, agreement: str = "") -> CopyRequest:
            return certification.extend(session, copy, document, days, until, agreement, CLERK, NOON)

        assert extend(1).due_at == datetime(2026, 3, 3, 17, tzinfo=VIETNAM)
        assert extend(1).due_at == datetime(2026, 3, 4, 17, tzinfo=VIETNAM)
        for wrong in ((1, None, ""), (0, None, ""), (0, date(2026, 3, 9), ""), (0, date(2026, 3, 8), "VB 1"),
                      (0, date(2026, 3, 4), "VB 1"), (1, date(2026, 3, 9), "VB 1")):  # fmt: skip
            with pytest.raises(Problem) as bad:
                extend(*wrong)
            assert bad.value.code == "BAD_EXTENSION"
        agreed = extend(0, date(2026, 3, 9), "VB 1")
        assert (agreed.due_at, agreed.agreement, agreed.slip) == (
            datetime(2026, 3, 9, 17, tzinfo=VIETNAM), "VB 1", True,
        )  # fmt: skip


def test_what_is_overdue_stands_at_the_top_and_what_is_done_is_gone(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        late, soon, done = (ask(session, document, NOON + timedelta(hours=hours)) for hours in (0, 4, 0))
        grant(session, done)
        issue(session, done)
        sight = Sight(frozenset({document.agency_id}))
        now = NOON + timedelta(hours=6)  # 18:00 in Việt Nam
        found = certification.due(session, sight, 10)
        assert [(one.copy.id, one.overdue(now)) for one in found] == [(late.id, True), (soon.id, False)]
        assert certification.due(session, Sight(), 10) == []


def test_a_second_volume_goes_on_counting_and_a_new_year_begins_again_in_the_same(database: Database) -> None:
    kind = registers.COPIES_FROM_ORIGINAL
    with database.writing() as session:
        document = held(session)
        agency = session.get_one(Agency, document.agency_id)
        with pytest.raises(Problem) as empty:
            volumes.open_next(session, agency, kind, CLERK, NOON)
        assert empty.value.code == "VOLUME_EMPTY"
        for _ in range(2):
            grant(session, ask(session, document))
        volumes.open_next(session, agency, kind, CLERK, NOON)
        grant(session, ask(session, document))
        new_year = datetime(2027, 1, 4, 9, tzinfo=VIETNAM)
        grant(session, ask(session, held(session, at=new_year), new_year), at=new_year)
        printed = session.scalars(
            select(CopyRequest.printed).order_by(CopyRequest.granted_at, CopyRequest.printed)
        )
        assert printed.all() == ["01/01-SCT/BS", "02/01-SCT/BS", "03/02-SCT/BS", "01/02-SCT/BS"]
        first, second = volumes.listed(session, agency.id, kind)
        assert (first.number, first.closed_by, second.number, second.closed_at) == (1, CLERK, 2, None)
        assert registers.gaps(session, agency.id) == []
        with pytest.raises(Problem):
            volumes.open_next(session, agency, registers.RECORDS, CLERK, NOON)


def test_the_book_of_a_month_shows_every_number_with_who_what_and_how_much(database: Database) -> None:
    with database.writing() as session:
        document = held(session, doc_type="Bằng tốt nghiệp", code="12/BTN")
        shown, void = ask(session, document, quantity=2), ask(session, document)
        for copy in (shown, void):
            grant(session, copy)
        issue(session, shown)
        copies.give_up(session, void, document, Problem("TOKEN_LOST", "mất thiết bị ký", "x"), CLERK, NOON)
        next_month = NOON + timedelta(days=40)
        grant(session, ask(session, held(session, at=next_month), next_month), at=next_month)
        agency = session.get_one(Agency, document.agency_id)
        book = register_book.month(session, agency, registers.COPIES_FROM_ORIGINAL, "2026-03")
        assert book.rows == (
            ("01/01-SCT/BS", "02/03/2026", "Nguyễn Thị Mang", "Bằng tốt nghiệp, 12/BTN",
             "Lê Văn Chứng\nChủ tịch UBND xã", "2", "4.000", "1 trang"),
            ("02/01-SCT/BS", "02/03/2026", "Nguyễn Thị Mang", "Bằng tốt nghiệp, 12/BTN",
             "Lê Văn Chứng\nChủ tịch UBND xã", "1", "2.000", "HỦY SỐ: mất thiết bị ký; 1 trang"),
        )  # fmt: skip
        assert [name for name, _ in book.columns] == [
            "Số thứ tự/ số chứng thực", "Ngày, tháng, năm chứng thực", "Họ tên của người yêu cầu chứng thực",
            "Tên của bản chính giấy tờ, văn bản", "Họ tên, chức danh người ký chứng thực",
            "Số bản sao đã được chứng thực", "Lệ phí/ Phí chứng thực (đồng)", "Ghi chú",
        ]  # fmt: skip
        assert "2 số, trong đó 1 số hủy; 2 bản sao; phí 4.000 đồng" in book.closing[0]
        assert register_book.month(session, agency, registers.COPIES_FROM_ORIGINAL, "2026-02").rows == ()
        december = register_book.month(session, agency, registers.COPIES_FROM_ORIGINAL, "2026-12")
        assert december.closing[1].startswith(
            "Khóa sổ ngày 31/12/2026, cộng cả năm: 3 số, trong đó 1 số hủy; 3 bản sao"
        )
        kept = registers.COPIES_FROM_ORIGINAL
        for kind, month in (("records", "2026-03"), (kept, "2026-13"), (kept, "9999-12")):
            with pytest.raises(Problem):
                register_book.month(session, agency, kind, month)


def test_a_copy_is_bound_to_what_was_copied(database: Database) -> None:
    with database.writing() as session:
        document = held(session)
        copy = grant(session, ask(session, document))
        issue(session, copy)
        asked = session.get_one(CopyRequest, copy.id)
        assert (asked.original_sha256, asked.original_version) == (
            document.sealed_sha256,
            document.manifest_sha256,
        )
        told = catalogue.events(session, document.id)[-1].details
        assert (told["original"], told["version"]) == (document.sealed_sha256, document.manifest_sha256)


def test_no_entry_in_the_register_is_answered_in_writing(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        answer = answers.no_entry(
            session, agency, "Trần Văn Bình", "giấy khai sinh số 5/1970", CLERK, NOON, os.urandom
        )
        text = answer.text
        assert agency.name in text and "giấy khai sinh số 5/1970" in text and "02 tháng 03 năm 2026" in text
        (event,) = catalogue.events(session, answer.id)
        assert (event.act, event.details["text"]) == ("answer-no-entry", text)
        with pytest.raises(Problem):
            answers.no_entry(session, agency, "Trần Văn Bình", " ", CLERK, NOON, os.urandom)


LONG = "x" * 201


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"quantity": 0}, "BAD_LIMITS"),
        ({"limits": Limits(most_uses=0)}, "BAD_LIMITS"),
        ({"limits": Limits(valid_until=date(2026, 3, 1))}, "BAD_LIMITS"),
        ({"wanted_anyway": LONG}, "BAD_TEXT"),
        ({"requester": Requester(Capacity.BEARER, " ")}, "REQUESTER_MISSING"),
        ({"requester": Requester(Capacity.BEARER, LONG)}, "BAD_TEXT"),
        ({"requester": Requester(Capacity.BEARER, "A", LONG)}, "BAD_TEXT"),
        ({"requester": Requester(Capacity.BEARER, "A\nB")}, "BAD_TEXT"),
    ],
)
def test_a_request_without_sense_is_not_taken(database: Database, wish: dict[str, Any], code: str) -> None:
    with database.writing() as session:
        document = held(session)
        with pytest.raises(Problem) as bad:
            ask(session, document, **wish)
        assert bad.value.code == code
        assert session.scalars(select(Copy)).all() == []


def test_what_an_officer_writes_is_a_line_of_bounded_length(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = held(session, agency)
        copy = ask(session, document)
        given = (CLERK, NOON)
        for act in (
            lambda: grant(session, copy, Certification(DAY, LONG, "Chủ tịch")),
            lambda: certification.refuse(session, copy, document, ["ORIGINAL_SECRET"], LONG, *given),
            lambda: certification.extend(session, copy, document, 0, DAY, LONG, *given),
            lambda: certification.give_up(session, copy, document, 5 * LONG, *given),
            lambda: copies.revoke(session, copy, document, *given, 5 * LONG),
            lambda: copies.replace(session, copy, document, copy, *given, 5 * LONG),
            lambda: ledger.revoke(session, document, *given, 5 * LONG),
            lambda: ledger.replace(session, document, document, *given, 5 * LONG),
            lambda: answers.no_entry(session, agency, LONG, "giấy", *given, os.urandom),
            lambda: answers.no_entry(session, agency, "A", 5 * LONG, *given, os.urandom),
        ):
            with pytest.raises(Problem) as bad:
                act()
            assert bad.value.code == "BAD_TEXT"
