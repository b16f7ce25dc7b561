"""Where another document may begin: a head of its own suggests it, an attachment's head and a form's do not."""

from __future__ import annotations

from ocr.fields import extract, openings
from tests.ocr.readings import MOTTO, decision, reading

BODY = (
    (200, 140, "Điều 5. Các cơ quan liên quan chịu trách nhiệm thi hành"),
    (200, 190, "Quyết định này kể từ ngày ký."),
)
FIRST, NEXT = reading(*decision()), reading(*BODY)
OTHER = reading(*decision("Số: 31/QĐ-UBND"))
BLANK = reading(blank=True)
SHEET = reading((600, 300, "PHIẾU PHÂN TÁCH HỒ SƠ"), (700, 400, "HS|0001|0.000000"))


def letterhead(
    *more: tuple[int, int, str], number: str = "Số: 12/NQ-HĐND"
) -> tuple[tuple[int, int, str], ...]:
    return (*more, (200, 140, "HỘI ĐỒNG NHÂN DÂN"), (230, 190, "TỈNH AN GIANG"), (230, 260, number), *MOTTO)


def test_a_page_with_a_head_of_its_own_may_be_another_document() -> None:
    assert openings([FIRST, NEXT, OTHER, NEXT]) == (3,)
    assert openings([FIRST, OTHER, OTHER]) == (2, 3)


def test_a_number_left_to_be_written_by_hand_is_a_number_line_too() -> None:
    assert openings([FIRST, reading(*letterhead(number="Số:      /QĐ-UBND"))]) == (2,)


def test_pages_that_go_on_suggest_nothing() -> None:
    assert openings([FIRST, NEXT, BLANK, NEXT]) == () and openings([FIRST]) == () and openings([]) == ()


def test_an_attachment_with_a_head_is_part_of_its_document() -> None:
    for opening in (
        "PHỤ LỤC I",
        "Mẫu số 01",
        "DỰ THẢO",
        "(Kèm theo Quyết định số 2005/QĐ-UBND ngày 05/01/2020)",
    ):
        assert openings([FIRST, reading(*letterhead((700, 80, opening)))]) == (), opening


def test_an_application_without_a_number_is_no_document_of_an_agency() -> None:
    form = reading(*MOTTO, (600, 300, "ĐƠN ĐỀ NGHỊ"), (200, 400, "Kính gửi: Sở Xây dựng tỉnh An Giang"))
    assert openings([FIRST, form]) == ()


def test_a_sheet_that_only_its_words_betray_parts_documents() -> None:
    assert openings([FIRST, SHEET, BLANK, NEXT]) == (4,)
    assert openings([SHEET, FIRST, SHEET]) == ()


def test_what_may_be_another_document_gives_no_values_to_this_one() -> None:
    signed = (*letterhead(), (900, 900, "CHỦ TỊCH"), (880, 1100, "Trần Văn Khác"))
    values = {field.name: field.value for field in extract([FIRST, reading(*signed)])}
    assert values.get("signer_name") != "Trần Văn Khác" and values["page_count"] == 2
