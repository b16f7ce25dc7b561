"""Fields are drawn from rows where NĐ 30/2020 puts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.fields import extract
from ocr.values import FIELD_NAMES, Field, PageReading
from tests.ocr.readings import MOTTO, decision, reading

Rows = Sequence[tuple[int, int, str]]


def fields(*pages: PageReading) -> dict[str, Field]:
    return {f.name: f for f in extract(pages)}


def values(*pages: PageReading) -> dict[str, object]:
    return {name: f.value for name, f in fields(*pages).items()}


def changed(rows: Rows, old: str, new: str) -> list[tuple[int, int, str]]:
    assert any(text == old for _, _, text in rows)
    return [(x, y, new if text == old else text) for x, y, text in rows if not (text == old and new == "")]


def test_a_decision_gives_all_its_fields() -> None:
    assert values(reading(*decision())) == {
        "doc_type": "Quyết định",
        "number": "2005",
        "notation": "QĐ-UBND",
        "code": "2005/QĐ-UBND",
        "issued_on": "2020-01-05",
        "issuer": "ỦY BAN NHÂN DÂN TỈNH AN GIANG",
        "place": "An Giang",
        "subject": "Ban hành Quy chế hoạt động của Bộ phận Tiếp nhận và Trả kết quả tỉnh An Giang",
        "signer_name": "Nguyễn Thị Hồng",
        "signer_title": "PHÓ CHỦ TỊCH",
        "signer_capacity": "TM. KT.",
        "recipients": ("- Như Điều 3;", "- UBND tỉnh (để b/c);", "- Lưu: VT, NC(24)."),
        "legal_bases": (
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và các luật sửa đổi, bổ sung một số "
            "điều của luật này;",
            "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ;",
        ),
        "valid_from": "2020-01-05",
        "page_count": 1,
    }


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_scanned_turned_gives_the_same_fields_with_boxes_on_the_scan(rotation: int) -> None:
    upright, turned = fields(reading(*decision())), fields(reading(*decision(), rotation=rotation))
    assert {n: f.value for n, f in turned.items()} == {n: f.value for n, f in upright.items()}
    box = turned["signer_name"].box
    assert box is not None and box != upright["signer_name"].box
    words = [w for w in reading(*decision(), rotation=rotation).words if w.text in ("Nguyễn", "Thị", "Hồng")]
    assert box.x0 == min(w.box.x0 for w in words) and box.y1 == max(w.box.y1 for w in words)


def test_fields_come_in_the_order_of_the_contract_and_within_confidence() -> None:
    found = extract([reading(*decision())])
    names = [f.name for f in found]
    assert names == sorted(names, key=FIELD_NAMES.index)
    assert all(0.0 <= f.confidence <= 1.0 for f in found)


def test_unsure_words_make_an_unsure_field() -> None:
    sure, unsure = fields(reading(*decision())), fields(reading(*decision(), confidence=0.5))
    assert all(unsure[n].confidence < sure[n].confidence for n in ("issuer", "code", "signer_name"))


def test_words_of_a_recipient_that_ran_together_are_parted() -> None:
    found = values(reading(*changed(decision(), "- Như Điều 3;", "- NhưĐiều 3;")))
    assert found["recipients"] == values(reading(*decision()))["recipients"]


def test_names_are_taken_as_read_and_not_as_the_lexicon_would_have_them() -> None:
    page = reading(*decision())
    mended = [replace(w, text="Hông", raw=w.text) if w.text == "Hồng" else w for w in page.words]
    assert values(replace(page, words=tuple(mended)))["signer_name"] == values(page)["signer_name"]


def test_an_empty_number_slot_gives_notation_only() -> None:
    found = values(reading(*decision(number="Số:       /QĐ-UBND")))
    assert found["notation"] == "QĐ-UBND"
    assert "number" not in found and "code" not in found


def test_an_empty_day_gives_no_date() -> None:
    found = values(reading(*decision(date="An Giang, ngày      tháng 01 năm 2020")))
    assert "issued_on" not in found and "valid_from" not in found


def test_a_value_outside_its_grammar_stays_below_one_half() -> None:
    found = fields(reading(*decision(number="Số: 12/Qx-;;?")))
    assert all(found[n].confidence < 0.5 for n in ("notation", "code") if n in found)


def test_parent_and_issuer_are_told_apart_however_they_wrap() -> None:
    rows = [*changed(decision(), "ỦY BAN NHÂN DÂN", ""), (230, 230, "SỞ Y TẾ")]
    rows = changed(rows, "TỈNH AN GIANG", "UY BAN NHÂN DÂN TỈNH AN GIANG")
    found = values(reading(*sorted(rows, key=lambda r: (r[0] > 700, r[1]))))
    assert (found["parent_issuer"], found["issuer"]) == ("ỦY BAN NHÂN DÂN TỈNH AN GIANG", "SỞ Y TẾ")


def test_a_lost_tone_in_listed_names_is_put_right() -> None:
    rows = changed(changed(decision(), "ỦY BAN NHÂN DÂN", "UY BAN NHÀN DÂN"), "QUYẾT ĐỊNH", "QUYÉT ĐỊNH")
    found = values(reading(*changed(rows, "PHÓ CHỦ TỊCH", "PHÓ CHÚ TỊCH")))
    assert found["issuer"] == "ỦY BAN NHÂN DÂN TỈNH AN GIANG"
    assert found["doc_type"] == "Quyết định"
    assert found["signer_title"] == "PHÓ CHỦ TỊCH"


OFFICIAL_LETTER = (
    (300, 140, "BỘ NỘI VỤ"),
    (260, 200, "Số: 05/BNV-VP"),
    (200, 250, "V/v đôn đốc thực hiện tiếp nhận"),
    (240, 290, "hồ sơ trực tuyến"),
    *MOTTO,
    (920, 260, "Hà Nội, ngày 05 tháng 01 năm 2020"),
    (500, 400, "Kính gửi: Các sở, ban, ngành tỉnh."),
    (200, 480, "Căn cứ Nghị định số 45/2020/NĐ-CP ngày 08 tháng 4 năm 2020 của Chính phủ, Bộ Nội vụ đề nghị"),
    (140, 530, "các cơ quan thực hiện một số nội dung sau:"),
    (200, 580, "1. Căn cứ chức năng, nhiệm vụ được giao, các sở rà soát danh mục thủ tục hành chính."),
    (140, 1200, "Nơi nhận:"),
    (140, 1250, "- Như trên;"),
    (140, 1290, "- Lưu: VT."),
    (1000, 1200, "TL. BỘ TRƯỞNG"),
    (960, 1250, "CHÁNH VĂN PHÒNG"),
    (1000, 1500, "Lê Quang Tân"),
)


def test_an_official_letter_has_no_printed_type_and_its_subject_under_the_number() -> None:
    found = values(reading(*OFFICIAL_LETTER))
    assert found["doc_type"] == "Công văn"
    assert found["subject"] == "đôn đốc thực hiện tiếp nhận hồ sơ trực tuyến"
    assert (found["issuer"], found["code"]) == ("BỘ NỘI VỤ", "05/BNV-VP")
    assert (found["signer_capacity"], found["signer_title"]) == ("TL.", "CHÁNH VĂN PHÒNG")
    assert found["legal_bases"] == (
        "Căn cứ Nghị định số 45/2020/NĐ-CP ngày 08 tháng 4 năm 2020 của Chính phủ;",
    )
    assert "parent_issuer" not in found


LICENCE = (
    (200, 140, "UBND TỈNH AN GIANG"),
    (280, 190, "SỞ XÂY DỰNG"),
    (250, 260, "Số: 31/GPXD-SXD"),
    *MOTTO,
    (940, 260, "An Giang, ngày 31 tháng 5 năm 2019"),
    (700, 360, "GIẤY PHÉP"),
    (740, 410, "XÂY DỰNG"),
    (200, 500, "Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014;"),
    (500, 600, "GIÁM ĐỐC SỞ XÂY DỰNG CẤP PHÉP CHO"),
    (200, 680, "1. Họ và tên: Bà HUỲNH MỸ YẾN"),
    (200, 740, "2. Sinh ngày 02/03/1985. Số Căn cước công dân: 001185012345"),
    (200, 800, "3. Mã số thuế: 0100233488-001"),
    (200, 860, "6. Thủ tục hành chính: Cấp giấy phép xây dựng mới (mã số 1.009974)"),
    (200, 920, "Giấy phép này có giá trị đến hết ngày 31 tháng 5 năm 2022./."),
    (140, 1200, "Nơi nhận:"),
    (140, 1250, "- Chủ cơ sở;"),
    (140, 1290, "- Lưu: VT, QLXD."),
    (1050, 1200, "Q. GIÁM ĐỐC"),
    (1000, 1500, "Võ Hồng Xuyến"),
)


def test_a_licence_tells_its_holder_and_how_long_it_is_valid() -> None:
    found = values(reading(*LICENCE))
    assert found["doc_type"] == "Giấy phép"
    assert found["subject"] == "XÂY DỰNG"
    assert found["holder_name"] == "Bà HUỲNH MỸ YẾN"
    assert found["holder_id"] == "001185012345"
    assert found["holder_tax_code"] == "0100233488-001"
    assert found["procedure_code"] == "1.009974"
    assert (found["valid_from"], found["valid_until"]) == ("2019-05-31", "2022-05-31")
    assert (found["signer_capacity"], found["signer_title"]) == ("Q.", "Q. GIÁM ĐỐC")


def test_a_tax_code_that_fails_its_check_is_doubted() -> None:
    right = fields(reading(*LICENCE))["holder_tax_code"]
    wrong = fields(
        reading(*changed(LICENCE, "3. Mã số thuế: 0100233488-001", "3. Mã số thuế: 0100233489-001"))
    )
    assert wrong["holder_tax_code"].confidence < right.confidence


def test_validity_that_ends_before_the_day_of_issue_is_doubted() -> None:
    rows = changed(
        LICENCE,
        "Giấy phép này có giá trị đến hết ngày 31 tháng 5 năm 2022./.",
        "Giấy phép này có giá trị đến hết ngày 31 tháng 5 năm 2012./.",
    )
    assert fields(reading(*rows))["valid_until"].confidence < 0.5


ATTACHMENT = (
    (750, 140, "PHỤ LỤC"),
    (500, 190, "(Kèm theo Quyết định số 9999/QĐ-SXD ngày 01/02/2018)"),
    (200, 300, "Số: 777/KH-STP"),
    (140, 1200, "Nơi nhận:"),
    (140, 1250, "- Như trên."),
    (1000, 1200, "GIÁM ĐỐC"),
    (1000, 1500, "Trần Văn Hùng"),
)


def test_an_attachment_overrides_nothing_of_the_document() -> None:
    alone, together = values(reading(*decision())), values(reading(*decision()), reading(*ATTACHMENT))
    assert together == {**alone, "page_count": 2}


def test_blank_backs_and_separator_sheets_are_not_counted() -> None:
    separator = reading((500, 300, "PHIẾU PHÂN TÁCH HỒ SƠ"), (500, 400, "HS|0001|1.004237"))
    blank = replace(reading(), blank=True)
    found = fields(separator, reading(*decision()), blank)
    assert found["page_count"].value == 1
    assert found["code"].value == "2005/QĐ-UBND"
    assert found["code"].page == 2


def test_the_signer_on_the_last_of_several_pages_is_found() -> None:
    first = [row for row in decision() if row[1] < 1100]
    last = [row for row in decision() if row[1] >= 1100]
    found = fields(reading(*first), reading(*last))
    assert found["signer_name"].value == "Nguyễn Thị Hồng"
    assert found["signer_name"].page == 2


@pytest.mark.parametrize("pages", [[], [reading()], [replace(reading(), blank=True)]])
def test_nothing_to_read_gives_a_page_count_only(pages: list[PageReading]) -> None:
    assert [f.name for f in extract(pages)] == ["page_count"]


def test_lists_of_procedures_name_no_procedure_of_their_own() -> None:
    rows = [*LICENCE, (200, 1000, "9. Các thủ tục khác (mã số 1.001612)")]
    assert "procedure_code" not in values(reading(*rows))


def test_a_province_hardly_read_completes_its_agency() -> None:
    rows = [(x, y, "QUẢNGNGAI -" if y == 190 and x < 700 else text) for x, y, text in decision()]
    rows[0] = (200, 140, "ỦY BAN NHÂN DÂN TỈNH")
    page = reading(*rows)
    faint = tuple(replace(w, confidence=0.1) if w.text == "QUẢNGNGAI" else w for w in page.words)
    assert fields(replace(page, words=faint))["issuer"].value == "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI"


def test_an_agency_that_breaks_off_before_its_place_is_doubted() -> None:
    rows = [row for row in decision() if row[2] != "TỈNH AN GIANG"]
    rows[0] = (200, 140, "ỦY BAN NHÂN DÂN TỈNH")
    assert fields(reading(*rows))["issuer"].confidence < 0.5
