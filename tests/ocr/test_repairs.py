"""What the grammar of an office's paper leaves no doubt about is put right; everything else stays as it was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.engine import Token
from ocr.page import mended_words
from ocr.repairs import repaired
from ocr.values import Box, Word


def one(text: str) -> str:
    return " ".join(repaired([text.split()])[0])


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("ngày 22 tháng II năm 2019", "ngày 22 tháng 11 năm 2019"),
        ("ngày 16 tháng 1] năm 2018", "ngày 16 tháng 11 năm 2018"),
        ("ngày l5 tháng l0 năm 2018;", "ngày 15 tháng 10 năm 2018;"),
        ("khoản 1, 2 Điều I Quyết định", "khoản 1, 2 Điều 1 Quyết định"),
        ("(để b/€);", "(để b/c);"),
        ("- Bộ trưởng (để bực);", "- Bộ trưởng (để b/c);"),
        ("ngày 22 tháng LI năm 2019", "ngày 22 tháng 11 năm 2019"),
        ("Nghị định số 107/2021/NĐ:CP ngày", "Nghị định số 107/2021/NĐ-CP ngày"),
        ("§. Cấp giấy phép", "8. Cấp giấy phép"),
        ("Số: 3§99/UBND-VP", "Số: 3899/UBND-VP"),
        ("số 55/2004/QĐÐ-BNN", "số 55/2004/QĐ-BNN"),
        ("số 01/⁄2023/TT-VPCP", "số 01/2023/TT-VPCP"),
    ],
)
def test_a_sign_that_cannot_stand_there_becomes_the_one_that_does(read: str, meant: str) -> None:
    assert one(read) == meant


@pytest.mark.parametrize(
    "text",
    [
        "trong Quý II năm 2022",
        "Chương I NHỮNG QUY ĐỊNH CHUNG",
        "tháng 11 năm 2019",
        "Điều lệ công ty",
        "ĐIỀU I",
        "II. NỘI DUNG",
        "thư điện tử: a@b.vn",
        "giá 20 €",
        "(để bác đơn);",
        "lúc 8:30 ngày 12/5/2020",
        "",
    ],
)
def test_what_may_stand_there_stays(text: str) -> None:
    assert one(text) == text


def headings(*lines: str) -> list[str]:
    body = "Các cơ quan thực hiện."
    mixed = [part for line in lines for part in (line, body)]
    return [" ".join(line) for line in repaired([line.split() for line in mixed])][::2]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (("IL.MỤC ĐÍCH", "I. NỘI DUNG", "II. TỔ CHỨC"), ("I.MỤC ĐÍCH", "II. NỘI DUNG", "III. TỔ CHỨC")),
        (("II. NHIỆM VỤ", "II. KINH PHÍ", "IV. TỔ CHỨC"), ("II. NHIỆM VỤ", "III. KINH PHÍ", "IV. TỔ CHỨC")),
        (("I. MỤC ĐÍCH", "II. NỘI DUNG"), ("I. MỤC ĐÍCH", "II. NỘI DUNG")),
    ],
)
def test_headings_in_roman_figures_go_up_by_one(read: tuple[str, ...], meant: tuple[str, ...]) -> None:
    assert tuple(headings(*read)) == meant


@pytest.mark.parametrize(
    "lines",
    [
        ("II. NỘI DUNG",),  # alone: nobody knows what went before
        ("I. MỤC ĐÍCH", "X. PHỤ LỤC"),  # as far from one run as from another
        ("V. Nguyễn Văn An", "V. Trần Thị Bình"),  # initials of names, no headings
    ],
)
def test_headings_in_doubt_stay(lines: tuple[str, ...]) -> None:
    assert tuple(headings(*lines)) == lines


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=8))
def test_whatever_was_read_no_word_comes_or_goes(lines: list[list[str]]) -> None:
    assert [len(line) for line in repaired(lines)] == [len(line) for line in lines]


def test_figures_made_of_letters_alone_are_left_for_a_person() -> None:
    texts = ["ngày", "l5", "tháng", "II", "năm", "2018"]
    line = tuple(Token(t, 0.95, (100.0 * i, 0, 100.0 * i + 80, 30), (1, 1, 1)) for i, t in enumerate(texts))
    words = [Word(t.text, t.confidence, Box(0, 0, 9, 9), 0) for t in line]
    found = mended_words(words, [line])
    assert [(w.text, w.raw, w.confidence) for w in found if w.raw] == [("15", "l5", 0.95), ("11", "II", 0.5)]
