"""Lost and mistaken marks are put right by what stands around them; what is right, or not a word, stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.lexicon.mend import Change, Read, mended
from ocr.lexicon.model import lexicon


def mend(text: str, confidence: float = 0.85) -> tuple[str, list[Change]]:
    texts, changes = mended([Read(word, confidence, 0) for word in text.split()], lexicon())
    return " ".join(texts), changes


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Uỷ ban nhân dân tinh Quang Ngãi", "Uỷ ban nhân dân tỉnh Quảng Ngãi"),
        ("QUYÉT ĐINH", "QUYẾT ĐỊNH"),
        ("Căn cứ Luật Tô chức chính quyên địa phương", "Căn cứ Luật Tổ chức chính quyền địa phương"),
        ("TM. UY BAN NHAN DAN", "TM. ỦY BAN NHÂN DÂN"),
        ("thoả thuân giữa các bên; hoá đơn", "thoả thuận giữa các bên; hoá đơn"),
        ("l6/2O19 ngày I8 tháng 9", "16/2019 ngày 18 tháng 9"),
    ],
)
def test_a_misread_mark_is_put_right_in_the_pages_own_spelling(read: str, meant: str) -> None:
    assert mend(read)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "ông Đỗ Thị Yến",
        "huyện Tư Nghĩa, tỉnh Quảng Ngãi",
        "UBND TTHC 15/2017/NĐ-CP",
        "hằng năm",
        "hàng năm",
        "không để trùng lắp đối tượng",
        "",
        "a",
    ],
)
def test_what_is_right_stays(text: str) -> None:
    assert mend(text) == (text, [])


def test_each_change_says_what_stood_there_and_what_it_was_worth() -> None:
    _, changes = mend("Uỷ ban nhân dân tinh Quang Ngãi")
    assert [(one.index, one.old, one.new) for one in changes] == [(4, "tinh", "tỉnh"), (5, "Quang", "Quảng")]
    assert all(one.gain >= one.price > 0 for one in changes)


def test_paragraphs_are_read_apart() -> None:
    words = [Read("Uỷ", 0.9, 0), Read("ban", 0.9, 0), Read("nhân", 0.9, 1), Read("dan", 0.9, 2)]
    assert mended(words, lexicon())[1] == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12), max_size=12))
def test_whatever_was_read_every_word_stays_in_its_place(texts: list[str]) -> None:
    after, changes = mended([Read(text, 0.5, 0) for text in texts], lexicon())
    assert len(after) == len(texts)
    changed = {one.index for one in changes}
    assert all(
        new == old for at, (old, new) in enumerate(zip(texts, after, strict=True)) if at not in changed
    )
