"""Letters, marks and syllables."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.vietnamese import bare, is_syllable, nfc, one_style

VIETNAMESE = st.text(
    "aăâeêioôơuưyđbcdghklmnpqrstvxAĐƯÂ áàảãạấầẩẫậếềểễệốồổỗộớờởỡợứừửữựíìỉĩịýỳỷỹỵúùủũụóòỏõọéèẻẽẹ", max_size=40
)


@given(VIETNAMESE)
def test_bare_letters_do_not_depend_on_how_marks_are_composed(text: str) -> None:
    assert bare(unicodedata.normalize("NFD", text)) == bare(text)
    assert bare(bare(text)) == bare(text)


@given(VIETNAMESE)
def test_one_style_changes_no_letter(text: str) -> None:
    assert bare(one_style(text)) == bare(text)
    assert one_style(one_style(text)) == one_style(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoà", "hòa"), ("HOÀ BÌNH", "HÒA BÌNH"), ("uỷ ban", "ủy ban"), ("Uỷ ban", "Ủy ban"), ("khoẻ", "khỏe"),
     ("quý", "quý"), ("hoàn", "hoàn"), ("tuỳ", "tùy"), ("quỹ", "quỹ")],
)  # fmt: skip
def test_old_and_new_tone_places_are_one_spelling(old: str, new: str) -> None:
    assert one_style(old) == new


@pytest.mark.parametrize(
    "word", ["nghiêng", "Uỷ", "quyết", "thuế", "ĐIỆN", "khuỷu", "giấy", "ừ", "Phượng,", "huỳnh"]
)
def test_vietnamese_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["S2NNGG", "mnhee.ng", "rsz", "", "12", "QĐ", "STTTT", "street"])
def test_what_no_one_says_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


def test_text_is_composed_and_single_spaced() -> None:
    assert nfc(" Vie\u0323\u0302t \n Nam ") == "Việt Nam"
