"""Number and notation by the grammar of NĐ 30/2020, and dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.fields.dates import in_text, place_before
from ocr.fields.lists import TYPE_BY_ABBREVIATION
from ocr.fields.notation import digits, parsed, with_organ

TYPES = st.sampled_from(sorted(TYPE_BY_ABBREVIATION))
ORGANS = st.from_regex(r"[A-ZĐ]{2,6}(-[A-ZĐ]{2,4})?", fullmatch=True).filter(
    lambda o: o not in TYPE_BY_ABBREVIATION and "UBN" not in o
)


@given(st.integers(1, 99999), TYPES, ORGANS)
def test_every_administrative_code_is_read_as_printed(number: int, kind: str, organ: str) -> None:
    found = parsed(f"{number:02d}/{kind}-{organ}")
    assert found is not None
    assert (found.code, found.kind, found.sound, found.mended) == (
        f"{number:02d}/{kind}-{organ}",
        kind,
        True,
        False,
    )


@given(
    st.integers(1, 9999),
    st.integers(1945, 2099),
    st.sampled_from(["NĐ", "TT", "QĐ", "NQ"]),
    st.sampled_from(["CP", "TTg", "BNV"]),
)
def test_every_normative_code_is_read_as_printed(number: int, year: int, kind: str, organ: str) -> None:
    found = parsed(f"{number}/{year}/{kind}-{organ}")
    assert found is not None
    assert (found.number, found.year, found.code) == (
        str(number),
        str(year),
        f"{number}/{year}/{kind}-{organ}",
    )


@given(st.text(max_size=30))
def test_no_reading_whatever_breaks_the_grammar(text: str) -> None:
    found = parsed(text)
    if found is not None and found.number:
        assert found.number.isascii() and found.number.isdigit()


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ("2005/QĐ-BNN-VP", "2005/QĐ-BNN-VP"),
        ("15/ QÐ - BNV", "15/QĐ-BNV"),  # Icelandic Ð
        ("15/QD-BNV", "15/QĐ-BNV"),
        ("l5/QĐ-BNV", "15/QĐ-BNV"),
        ("I2O/TB-SYT", "120/TB-SYT"),
        ("05/BNV-VP", "05/BNV-VP"),
        ("31/TTr-SXD.", "31/TTr-SXD"),
        ("7/CTr-UBND", "7/CTr-UBND"),
        ("8/ỌĐ-UBND", "8/QĐ-UBND"),
        ("634KH-STP", "634/KH-STP"),
        ("4094/GPXD-STTTT", "4094/GPXD-STTTT"),
        ("30/2020/NĐ-CP", "30/2020/NĐ-CP"),
    ],
)
def test_what_the_grammar_leaves_no_doubt_about_is_mended(reading: str, code: str) -> None:
    found = parsed(reading)
    assert found is not None and found.sound
    assert found.code == code


def test_an_empty_number_gives_no_number() -> None:
    found = parsed("      /QĐ-BNV")
    assert found is not None
    assert (found.number, found.notation, found.code) == ("", "QĐ-BNV", "")


@pytest.mark.parametrize("reading", ["3§99/UBND-VP", "S12/UBND-VP", "….../UBND-VP"])
def test_a_number_that_is_no_number_is_not_guessed(reading: str) -> None:
    found = parsed(reading)
    assert found is not None and found.number == "" and found.notation == "UBND-VP"


def test_a_notation_without_grammar_is_not_sound() -> None:
    found = parsed("12/x y z")
    assert found is None or not found.sound


def test_letters_that_look_alike_follow_the_agency_above() -> None:
    read = parsed("4094/GPXD-STTTI")
    assert read is not None
    assert with_organ(read, "STTTT").code == "4094/GPXD-STTTT"
    assert with_organ(read, "SNNMT").code == "4094/GPXD-STTTI"


@pytest.mark.parametrize(
    ("reading", "value"), [("12", "12"), ("l2", "12"), ("O5", "05"), ("II", ""), ("S5", ""), ("", "")]
)
def test_digits_need_a_digit(reading: str, value: str) -> None:
    assert digits(reading) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Hà Nội, ngày 05 tháng 01 năm 2020", date(2020, 1, 5)),
        ("Bắc Ninh, ngày I5 tháng II năm 2017", date(2017, 11, 15)),
        ("ngày 3l tháng 5 năm 2O19", date(2019, 5, 31)),
        ("ngay 31 thang 5 nam 2019", date(2019, 5, 31)),
        ("ký ngày 31/05/2019", date(2019, 5, 31)),
        ("ngày 31 tháng 02 năm 2019", None),
        ("ngày      tháng 5 năm 2019", None),
        ("ngày 5 tháng 5 năm 1019", None),
    ],
)
def test_only_days_of_the_calendar_are_dates(text: str, day: date | None) -> None:
    found = in_text(text)
    assert (found.day if found else None) == day


@given(st.dates(date(1945, 1, 1), date(2099, 12, 31)))
def test_dates_in_words_are_read_back(day: date) -> None:
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    found = in_text(f"An Giang, ngày {day.day:02d} tháng {month} năm {day.year}")
    assert found is not None and found.day == day and not found.mended


def test_the_place_stands_before_the_date() -> None:
    assert place_before("Thành phố Hồ Chí Minh, ngày 05 tháng 01 năm 2020") == "Thành phố Hồ Chí Minh"
    assert place_before("ngày 05 tháng 01 năm 2020") == ""
