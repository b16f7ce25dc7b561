"""The visible mark: the law's words, at the law's size, in the room there is."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest

from signing.errors import NotSealed
from signing.mark import Mark, iso_time, lay_out, mark_size
from signing.typeface import marks
from tests.signing.office import AGENCY

AT = datetime(2026, 11, 20, 18, 5, 9, 987654, tzinfo=UTC)
LONG = "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân thành phố Hồ Chí Minh"
ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def test_the_time_is_iso_8601_in_hanoi_with_whole_seconds() -> None:
    assert iso_time(AT) == "2026-11-21T01:05:09+07:00"
    with pytest.raises(ValueError, match="aware"):
        iso_time(AT.replace(tzinfo=None))


@pytest.mark.parametrize("name", ["Sở Tư pháp", AGENCY, LONG, LONG * 3])
@pytest.mark.parametrize("heading", ["", "SAO Y", "BẢN SAO TỪ SỔ GỐC"])
def test_the_reserved_room_holds_the_mark_at_ten_points(name: str, heading: str) -> None:
    width, height = mark_size(name, heading)
    lines = lay_out(Mark(name, AT, (0, 0, width, height), heading))
    assert {line.size_pt for line in lines} == {10.0}
    assert " ".join(line.text for line in lines) == " ".join([*heading.split(), *name.split(), iso_time(AT)])
    assert all(line.y_pt >= 0 and line.y_pt + 7 <= height for line in lines)
    assert all(line.x_pt + marks().width(line.text, line.size_pt) <= width for line in lines)


def test_a_usual_name_needs_about_200_by_36_points() -> None:
    assert mark_size(AGENCY) == (200.0, 36.0)


def test_a_smaller_box_shrinks_the_letters_down_to_a_limit() -> None:
    lines = lay_out(Mark(LONG, AT, (100, 700, 260, 730)))
    assert 5.0 <= lines[0].size_pt < 10.0
    with pytest.raises(NotSealed, match="BAD_MARK"):
        lay_out(Mark(LONG, AT, (100, 700, 140, 710)))


def test_a_letter_that_the_typeface_lacks_is_drawn_by_its_plain_letter_or_a_question_mark() -> None:
    face = marks()
    for told, drawn_as in (
        ("Škoda ﬁ", "Skoda fi"),
        ("Mai 張\U0001f642", "Mai ??"),
        ("a\u200bb\x01c\nd", "ab c d"),
    ):
        assert face.encode(told) == face.encode(drawn_as)
        assert face.width(told, 10) == face.width(drawn_as, 10)
    assert b"0000" not in face.encode("張")


def test_the_typeface_has_every_vietnamese_letter_in_both_spellings() -> None:
    face = marks()
    for letter in ALPHABET + ALPHABET.upper():
        for tone in TONES if letter.lower() in "aăâeêioôơuưy" else ("",):
            composed = unicodedata.normalize("NFC", letter + tone)
            assert face.glyphs.get(composed), composed
            assert face.encode(letter + tone) == face.encode(composed)
    assert not face.glyphs.get("漢")
