"""Lists with dates: which name was right when."""

from __future__ import annotations

from datetime import date

import pytest

from ocr.fields import extract
from ocr.lists import find, listed, provinces
from tests.ocr.readings import decision, reading


def in_force(on: date) -> list[str]:
    return [one.name for one in listed("provinces") if one.in_force(on)]


def test_there_are_sixty_three_provinces_before_july_2025_and_thirty_four_after() -> None:
    assert len(in_force(date(2025, 6, 30))) == 63
    assert len(in_force(date(2025, 7, 1))) == 34
    assert len(in_force(date(2005, 1, 1))) == 64  # with Hà Tây


def test_every_name_that_ended_has_successors_that_stand_in_the_list() -> None:
    for name in ("provinces", "ministries"):
        known = {one.name for one in listed(name)}
        for one in listed(name):
            assert bool(one.valid_until) == bool(one.successors), one.name
            assert set(one.successors) <= known


def test_every_day_in_a_list_bears_its_source() -> None:
    for name in ("provinces", "ministries", "agencies", "titles"):
        for one in listed(name):
            started_in_1997 = one.valid_from == date(
                1997, 1, 1
            )  # told by the names that ended the day before
            assert one.source or not (one.valid_until or (one.valid_from and not started_in_1997)), one.name


@pytest.mark.parametrize("spelled", ["Đắk Lắk", "ĐĂK LĂK", "Đắc Lắc", "Daklak"])
def test_a_province_is_found_by_any_of_its_spellings(spelled: str) -> None:
    found = find("provinces", spelled)
    assert found is not None and found.name == "Đắk Lắk"


def test_a_paper_of_1995_keeps_the_name_that_its_province_had_then() -> None:
    rows = [
        (x, y, text.replace("TỈNH AN GIANG", "TỈNH VĨNH PHÚ").replace("An Giang, ngày", "Vĩnh Phú, ngày"))
        for x, y, text in decision(date="An Giang, ngày 05 tháng 01 năm 1995")
    ]
    values = {f.name: f.value for f in extract([reading(*rows)])}
    assert values["issuer"] == "ỦY BAN NHÂN DÂN TỈNH VĨNH PHÚ"
    assert values["place"] == "Vĩnh Phú"


def test_on_a_later_paper_the_same_letters_are_the_province_of_today_with_one_lost() -> None:
    rows = [(x, y, text.replace("TỈNH AN GIANG", "TỈNH VĨNH PHÚ")) for x, y, text in decision()]
    assert {f.name: f.value for f in extract([reading(*rows)])}["issuer"] == "ỦY BAN NHÂN DÂN TỈNH VĨNH PHÚC"


def test_names_that_ended_before_1997_are_offered_only_to_papers_of_their_time() -> None:
    assert "Hà Bắc" in provinces(before_1997=True) and "Hà Bắc" not in provinces()
    assert "Hà Tây" in provinces()


def test_an_office_may_use_up_its_letterhead_for_ninety_days() -> None:
    kien_giang = find("provinces", "Kiên Giang")
    assert kien_giang is not None
    assert not kien_giang.out_of_time(date(2025, 9, 1))
    assert kien_giang.out_of_time(date(2025, 10, 1))
    assert not kien_giang.out_of_time(date(1960, 1, 1))
