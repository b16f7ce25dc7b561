"""Cross-checks: what on a paper does not agree is told, with its place; what agrees or was hardly read is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from ocr.checks import Finding, check
from ocr.checks.head import abbreviates
from ocr.fields import extract
from ocr.forms import shipped
from tests.ocr.readings import MOTTO, decision, reading
from tests.ocr.test_forms import licence

Rows = Sequence[tuple[int, int, str]]
TODAY = date(2026, 3, 2)


def findings(*pages: Rows, received: date = TODAY, confidence: float = 0.96) -> list[Finding]:
    readings = [reading(*rows, confidence=confidence) for rows in pages]
    return list(check(readings, extract(readings), shipped(), "", received))


def codes(*pages: Rows, received: date = TODAY, confidence: float = 0.96) -> list[str]:
    return [one.code for one in findings(*pages, received=received, confidence=confidence)]


def changed(rows: Rows, old: str, new: str) -> list[tuple[int, int, str]]:
    assert any(old in text for _, _, text in rows)
    return [(x, y, text.replace(old, new)) for x, y, text in rows]


def attachment(line: str) -> Rows:
    return (
        (690, 140, "QUY CHẾ"),
        (400, 190, "Hoạt động của Bộ phận Tiếp nhận"),
        (300, 240, line),
        (200, 400, "Chương I"),
    )


@pytest.mark.parametrize("rows", [decision(), licence()])
def test_a_paper_on_which_all_agrees_has_no_warning(rows: Rows) -> None:
    assert codes(rows) == []


@pytest.mark.parametrize(
    "spelled", ["CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
)
def test_hoa_may_bear_its_mark_on_either_letter(spelled: str) -> None:
    assert codes(changed(decision(), MOTTO[0][2], spelled)) == []


def test_what_a_pen_wrote_is_neither_missing_nor_wrong() -> None:
    readings = [reading(*decision())]
    by_pen = [
        replace(one, value="", by_hand=True, confidence=0.0)
        if one.name in ("number", "code", "issued_on")
        else one
        for one in extract(readings)
    ]
    assert check(readings, by_pen, shipped(), "", TODAY) == ()


def test_the_dashes_of_the_motto_may_be_long_and_without_spaces() -> None:
    assert codes(changed(decision(), MOTTO[1][2], "Độc lập–Tự do–Hạnh phúc")) == []


def test_a_misprinted_motto_is_told_where_it_stands() -> None:
    (found,) = findings(changed(decision(), "Hạnh phúc", "Hạnh phước"))
    assert found.code == "V-14" and found.page == 1 and found.box is not None
    assert "phước" in found.vi and "phước" in found.en


def test_a_motto_that_was_hardly_read_proves_nothing() -> None:
    assert "V-14" not in codes(changed(decision(), "Hạnh phúc", "Hạnh phước"), confidence=0.6)


def test_a_paper_without_motto_is_told() -> None:
    assert codes([row for row in decision() if row[2] != MOTTO[1][2]]) == ["V-14"]


def test_a_type_that_is_not_the_one_in_the_notation_is_told() -> None:
    (found,) = findings(changed(decision(), "2005/QĐ-UBND", "2005/KH-UBND"))
    assert (found.code, found.fields) == ("V-11", ("notation", "doc_type"))
    assert "Kế hoạch" in found.vi and "Quyết định" in found.vi and found.box is not None


def test_a_decision_numbered_as_a_letter_is_told() -> None:
    assert "V-11" in codes(changed(decision(), "2005/QĐ-UBND", "2005/UBND-NC"))


def test_a_notation_of_another_agency_is_told() -> None:
    (found,) = findings(changed(decision(), "2005/QĐ-UBND", "2005/QĐ-SXD"))
    assert (found.code, found.fields) == ("V-12", ("notation", "issuer"))


@pytest.mark.parametrize(
    ("part", "agency"),
    [
        ("SNN", "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN"), ("BNN", "BỘ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN"),
        ("SGDĐT", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"), ("UBND", "ỦY BAN NHÂN DÂN HUYỆN CHÂU PHÚ"), ("TTg", "THỦ TƯỚNG CHÍNH PHỦ"),
        ("HĐND", "HỘI ĐỒNG NHÂN DÂN TỈNH AN GIANG"), ("VPCP", "VĂN PHÒNG CHÍNH PHỦ"), ("CP", "CHÍNH PHỦ"),
        ("SLĐTBXH", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"),
    ],
)  # fmt: skip
def test_agencies_are_abbreviated_in_more_ways_than_one(part: str, agency: str) -> None:
    assert abbreviates(part, agency)


@pytest.mark.parametrize(
    ("part", "agency"), [("SXD", "SỞ Y TẾ"), ("UBND", "SỞ XÂY DỰNG"), ("BNN", "SỞ NÔNG NGHIỆP")]
)
def test_letters_of_another_agency_abbreviate_nothing(part: str, agency: str) -> None:
    assert not abbreviates(part, agency)


def test_a_day_of_issue_in_the_future_is_told() -> None:
    assert codes(decision(), received=date(2020, 1, 4)) == ["V-13"]


def test_a_day_that_no_calendar_has_is_told() -> None:
    told = findings(decision(date="An Giang, ngày 31 tháng 02 năm 2020"))
    assert ("V-13", ("issued_on",)) in [(one.code, one.fields) for one in told]
    assert "31/02/2020" in told[0].vi


def test_an_attachment_that_names_number_and_day_of_its_document_agrees() -> None:
    line = "(Ban hành kèm theo Quyết định số 2005/QĐ-UBND ngày 05 tháng 01 năm 2020)"
    assert codes(decision(), attachment(line)) == []


def test_an_attachment_of_another_number_or_day_is_told_on_its_page() -> None:
    line = "(Ban hành kèm theo Quyết định số 3616/QĐ-UBND ngày 15 tháng 01 năm 2020)"
    told = findings(decision(), attachment(line))
    assert [(one.code, one.fields, one.page) for one in told] == [
        ("V-13", ("code",), 2),
        ("V-13", ("issued_on",), 2),
    ]


def test_an_attachment_may_name_a_law_of_another_day() -> None:
    line = "(Kèm theo Thông tư số 01/2019/TT-BNV ngày 24 tháng 01 năm 2019)"
    assert codes(decision(), attachment(line)) == []


def holder(*lines: str) -> list[tuple[int, int, str]]:
    rows = [row for row in licence() if not row[2].startswith("1. Cấp cho")]
    return sorted([*rows, *((200, 525 + 8 * i, line) for i, line in enumerate(lines))], key=lambda r: r[1])


def test_a_personal_number_that_agrees_with_birth_and_sex_is_not_told() -> None:
    assert (
        codes(
            holder(
                "Cấp cho: Nguyễn Văn An", "Số CCCD: 089085001234", "Ngày sinh: 05/02/1985", "Giới tính: Nam"
            )
        )
        == []
    )


def test_a_personal_number_of_another_year_or_sex_is_told() -> None:
    told = findings(
        holder("Cấp cho: Nguyễn Văn An", "Số CCCD: 089085001234", "Ngày sinh: 05/02/1975", "Giới tính: Nữ")
    )
    assert [one.code for one in told] == ["V-16", "V-16"]
    assert "1975" in told[0].vi and "1985" in told[0].vi


def test_a_tax_code_with_a_wrong_check_digit_is_told_with_its_box() -> None:
    (found,) = findings(holder("Cấp cho: Công ty An", "Mã số thuế: 0100233489"))
    assert (found.code, found.fields) == ("V-17", ("holder_tax_code",)) and found.box is not None
    assert codes(holder("Cấp cho: Công ty An", "Mã số thuế: 0100233488")) == []


def test_a_dossier_code_of_no_day_or_a_future_one_is_told() -> None:
    assert codes(changed(licence(), "191220", "193920")) == ["V-19"]
    assert codes(changed(licence(), "191220", "291220")) == ["V-19"]
    assert codes(changed(licence(), "191220", "200601")) == ["V-19"]


def test_a_province_that_was_merged_is_told_on_a_later_paper_only() -> None:
    def of_kien_giang(day: str) -> Rows:
        rows = changed(decision(date=f"Kiên Giang, {day}"), "TỈNH AN GIANG", "TỈNH KIÊN GIANG")
        return changed(rows, "tỉnh An Giang", "tỉnh Kiên Giang")

    assert codes(of_kien_giang("ngày 05 tháng 01 năm 2020")) == []
    assert codes(of_kien_giang("ngày 05 tháng 8 năm 2025")) == []  # old letterheads are used up
    told = findings(of_kien_giang("ngày 05 tháng 01 năm 2026"))
    assert [(one.code, one.fields[0]) for one in told] == [("V-18", "issuer"), ("V-18", "place")]
    assert "An Giang" in told[0].vi and "202/2025/QH15" in told[0].vi


def test_a_ministry_before_its_time_is_told() -> None:
    rows = [row for row in decision() if row[2] not in ("ỦY BAN NHÂN DÂN", "TỈNH AN GIANG")]
    rows = changed(rows, "2005/QĐ-UBND", "2005/QĐ-BNNMT")
    rows = sorted([*rows, (200, 140, "BỘ NÔNG NGHIỆP"), (200, 190, "VÀ MÔI TRƯỜNG")], key=lambda r: r[1])
    assert [one.code for one in findings(rows)] == ["V-18"]


def test_what_the_form_requires_and_was_not_found_is_told() -> None:
    rows = [row for row in licence() if "Cấp cho" not in row[2]]
    assert [(one.code, one.fields) for one in findings(rows)] == [("V-21", ("holder_name",))]


def test_a_reading_of_blank_pages_has_no_warning() -> None:
    assert check([reading(blank=True)], (), shipped(), "", TODAY) == ()
