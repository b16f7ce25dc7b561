"""Search: marks may be left out, exact spellings come first, only what may be seen, the same on both databases."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import field_rows, fields, ledger, search
from archive.database import Database
from archive.errors import Problem
from archive.folding import fold, words
from archive.lifecycle import State
from archive.lists import Sight
from archive.search import Found
from archive.tables import Agency, Document
from tests import world

PERSON, FIRM = "079085123456", "0100233488"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Quyết định", "quyet dinh"),
        ("QUYẾT ĐỊNH", "quyet dinh"),
        (unicodedata.normalize("NFD", "Quyết định"), "quyet dinh"),
        ("Ðường", "duong"),
        ("Thuý Thúy hoà hòa", "thuy thuy hoa hoa"),
        ("12/QĐ-UBND", "12 qd ubnd"),
        ("1.000.000đ", "1 000 000 d"),
        ("H40.115.01-260105-0001", "h 40 115 01 260105 0001"),
        ("a_b", "a b"),
        ("ＧＩẤＹ ５", "giay 5"),
        ("ﬁ ß İ", "fi ss i"),
        ("  -- / . ", ""),
        ("", ""),
    ],
)
def test_words_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("hoà", "hòa", True),
        ("uỷ", "ủy", True),
        ("định", "đinh", False),
        ("định", "ĐỊNH", True),
        ("dinh", "đinh", False),
    ],
)
def test_a_spelling_is_exact_wherever_its_tone_stands(one: str, other: str, alike: bool) -> None:
    assert ([word.marked for word in words(one)] == [word.marked for word in words(other)]) == alike


vietnamese = st.text("aăâeêioôơuưyđbcghklmnpqrstvx àáảãạằắẳẵặềếểễệìíỉĩịờớởỡợ0123456789./-ĐẮỆ")


@given(st.text() | vietnamese)
def test_folding_again_changes_nothing(written: str) -> None:
    folded = fold(written)
    assert fold(folded) == folded
    assert not any(unicodedata.combining(letter) for letter in folded)


@given(st.text() | vietnamese)
def test_case_and_composition_do_not_matter(written: str) -> None:
    folded = fold(written)
    assert (
        fold(unicodedata.normalize("NFD", written)) == fold(unicodedata.normalize("NFC", written)) == folded
    )
    assert [word.folded for word in words(written)] == folded.split()


@given(vietnamese)
def test_a_marked_word_folds_to_its_folded_word(written: str) -> None:
    for word in words(written):
        assert fold(word.marked.rstrip("12345") or word.marked) == word.folded or word.marked == word.folded


def indexed(session: Session, agency: Agency, subject: str, state: State = State.HELD, **values: str) -> str:
    document = world.a_document(session, agency, state, {"subject": subject, **values})
    document.name = "scan.jpg"
    search.index(session, document)
    return document.id


def found(session: Session, sight: Sight, asked: str) -> list[str]:
    return list(search.find(session, sight, asked).documents)


SUBJECTS = {
    "decision": "Quyết định số 12/QĐ-UBND về việc cấp giấy phép xây dựng",
    "diagnosis": "Giấy phép của ông Đinh Quyét, giá 1.000.000đ",
    "plain": "quyet dinh khong dau",
    "water": "Nước và xây dựng thuỷ lợi ở xã Hoà Bình",
    "other": "Thông báo nghỉ lễ",
}


def answers(database: Database, questions: Sequence[str]) -> dict[str, list[str]]:
    """What is found for each question, by the names of SUBJECTS."""
    with database.writing() as session:
        agency = world.an_agency(session)
        named = {indexed(session, agency, subject): name for name, subject in SUBJECTS.items()}
    with database.reading() as session:
        sight = Sight(frozenset({agency.id}))
        return {asked: [named[one] for one in found(session, sight, asked)] for asked in questions}


EXPECTED = {
    "quyet dinh": ["plain", "diagnosis", "decision"],
    "QUYET DINH": ["plain", "diagnosis", "decision"],
    "quyết định": ["decision", "plain", "diagnosis"],
    "quyết dinh": ["decision", "plain", "diagnosis"],
    "Đinh Quyét": ["diagnosis", "plain", "decision"],
    "12/qd-ubnd": ["decision"],
    "12 QĐ": ["decision"],
    "xay dung": ["water", "decision"],
    "xây dựng": ["water", "decision"],
    "thủy lợi": ["water"],
    "thuỷ loi": ["water"],
    "hòa bình": ["water"],
    "1.000.000": ["diagnosis"],
    "1000000": [],
    "1.000.000đ": ["diagnosis"],
    "nghi le quyet": [],
    "dung": ["water", "decision"],
    "du": [],
    "NOT AND OR": [],
    "le OR nghi": [],
    "le*": ["other"],
    '"nghỉ lễ" & \' | !': ["other"],
    "terms:le": [],
}


def test_marks_may_be_left_out_and_exact_spellings_come_first(database: Database) -> None:
    assert answers(database, list(EXPECTED)) == EXPECTED


TOO_MANY = " ".join("abcdefghijklmnopq")


@pytest.mark.parametrize(
    ("asked", "code"), [("", "SEARCH_EMPTY"), (" .-/ ", "SEARCH_EMPTY"), (TOO_MANY, "SEARCH_TOO_LONG")]
)
def test_what_cannot_be_looked_for_is_told(database: Database, asked: str, code: str) -> None:
    with database.reading() as session, pytest.raises(Problem) as told:
        search.find(session, Sight(), asked)
    assert told.value.code == code


def test_only_papers_in_sight_are_found(database: Database) -> None:
    with database.writing() as session:
        ours, theirs = world.an_agency(session, "H01"), world.an_agency(session, "H02")
        own = indexed(session, ours, "giấy phép", holder_id=PERSON)
        unread = indexed(session, ours, "giấy phép", State.READ, holder_id=PERSON)
        other = indexed(session, theirs, "giấy phép", holder_tax_code=FIRM)
        branch = indexed(session, theirs, "giấy phép", holder_tax_code=FIRM + "-001")
        mention = indexed(session, theirs, f"giấy phép cho {PERSON} và {FIRM}")
        sights = [
            (Sight(), []),
            (Sight(frozenset({ours.id})), [unread, own]),
            (Sight(frozenset({theirs.id})), [mention, branch, other]),
            (Sight(frozenset({ours.id, theirs.id})), [mention, branch, other, unread, own]),
            (Sight(frozenset(range(1, 500))), [mention, branch, other, unread, own]),
            (Sight(frozenset({99})), []),
            (Sight(personal_id=PERSON), [own]),
            (Sight(tax_code=FIRM), [other]),
            (Sight(tax_code=FIRM + "-001"), [branch]),
            (Sight(personal_id="079085123457"), []),
            (Sight(frozenset({ours.id}), tax_code=FIRM), [other, unread, own]),
            (Sight(personal_id=PERSON, tax_code=FIRM), [other, own]),
        ]
        for sight, expected in sights:
            assert found(session, sight, "giay phep") == expected
            assert sorted(found(session, sight, "giấy phép")) == sorted(expected)
            assert found(session, sight, f"{ours.id}a") == []


def walk(session: Session, sight: Sight, asked: str, limit: int) -> list[str]:
    got: list[str] = []
    page: Found | None = None
    while page is None or page.next is not None:
        page = search.find(session, sight, asked, page.next if page else None, limit)
        assert len(page.documents) <= limit
        got += page.documents
    return got


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_give_every_document_once_in_one_order(database: Database, limit: int) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        made = [indexed(session, agency, ("Giấy" if one % 3 else "giay") + " phép") for one in range(10)]
        sight = Sight(frozenset({agency.id}))
        exact = [made[one] for one in range(9, -1, -1) if one % 3]
        assert walk(session, sight, "giấy", limit) == exact + [made[one] for one in (9, 6, 3, 0)]
        assert walk(session, sight, "giay", limit) == made[::-1]


def test_a_document_that_comes_in_meanwhile_disturbs_no_page(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        made = [indexed(session, agency, "giấy phép") for _ in range(4)]
        sight = Sight(frozenset({agency.id}))
        first = search.find(session, sight, "giay", None, 2)
        indexed(session, agency, "giấy mới")
        second = search.find(session, sight, "giay", first.next, 2)
    assert [*first.documents, *second.documents] == made[::-1] and second.next is None


def test_a_corrected_value_is_found_and_the_wrong_one_no_more(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = world.a_document(session, agency, State.READ, {"subject": "cấp giay phap"})
        sight = Sight(frozenset({agency.id}))
        search.index(session, document)
        assert found(session, sight, "phap") == [document.id]
        field_rows.write(session, document.id, [fields.FieldValue("subject", ("cấp giấy phép",), 1.0)])
        search.index(session, document, "Toàn văn: Điều 1. Nay cấp cho bà Thơm")
        assert (found(session, sight, "phap"), found(session, sight, "giấy phép")) == ([], [document.id])
        assert found(session, sight, "thơm") == [document.id]
        search.forget(session, document.id)
        assert found(session, sight, "giấy phép") == []


def test_reading_and_approval_make_a_document_findable_by_its_values_as_they_are_then(
    database: Database,
) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        sight = Sight(frozenset({agency.id}))
        world.a_document(session, agency, State.RECEIVED, {"subject": "giấy phap"})
        assert found(session, sight, "phap") == []
        document = world.a_document(session, agency, State.READ, {"subject": "giấy phap"})
        assert found(session, sight, "phap") == [document.id]
        right = fields.FieldValue("subject", ("giấy phép",), 1.0, origin=fields.REVIEWER)
        ledger.approve(session, document, world.CLERK, world.NOON, [right])
        assert (found(session, sight, "phap"), found(session, sight, "phép")) == ([], [document.id])


def test_a_document_is_found_by_its_id_and_its_file_name(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = world.a_document(session, agency)
        search.index(session, document)
        sight = Sight(frozenset({agency.id}))
        assert found(session, sight, document.id) == [document.id] == found(session, sight, "quyet dinh.jpg")


def test_a_very_long_text_is_cut_not_refused(database: Database) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        document = world.a_document(session, agency, values={"subject": "đầu tiên"})
        search.index(session, document, " ".join(f"từ{number}" for number in range(9000)) + "x" * 100_000)
        sight = Sight(frozenset({agency.id}))
        assert found(session, sight, "đầu từ 100") == [document.id]


@given(asked=st.lists(st.text() | vietnamese, min_size=1, max_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_question_is_answered_or_told(database: Database, asked: list[str]) -> None:
    with database.writing() as session:
        agency = world.an_agency(session)
        held = session.scalars(select(Document.id)).first()
        only = held or indexed(session, agency, "Giấy phép xây dựng số 12")
    with database.reading() as session:
        try:
            answer = search.find(session, Sight(frozenset({1})), " ".join(asked))
        except Problem as told:
            assert told.code in ("SEARCH_EMPTY", "SEARCH_TOO_LONG")
        else:
            assert set(answer.documents) <= {only}
