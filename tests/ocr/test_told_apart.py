"""Numbers, dates and names on a page that are not the document's own."""

from __future__ import annotations

import random
import shutil
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from ocr.fields import extract
from ocr.page import read_page
from ocr.values import PageReading
from tests.ocr.readings import MOTTO, decision, reading
from tests.papers.generate import paper
from tests.papers.overlays import arrival_stamp, lay_ink

Rows = tuple[tuple[int, int, str], ...]


def values(*pages: PageReading) -> dict[str, object]:
    return {f.name: f.value for f in extract(pages)}


STAMPS: dict[str, Rows] = {
    "above the number": ((230, 20, "CÔNG VĂN ĐẾN"), (230, 60, "Số: 4512"), (230, 100, "Ngày: 19/10/2024")),
    "below the number": (
        (230, 320, "ĐẾN"),
        (230, 355, "Số: 77"),
        (230, 390, "Ngày: 02/3/2021"),
        (230, 425, "Chuyển:"),
    ),
    "its head unread": ((240, 320, "Số: 4512"), (236, 360, "Ngày: 19/10")),
    "at the right": ((1000, 310, "VĂN BẢN ĐẾN"), (1000, 345, "Số: 4512"), (1000, 380, "Ngày 19/10/2024")),
}


@pytest.mark.parametrize("place", STAMPS)
def test_an_incoming_stamps_number_and_day_are_not_the_documents(place: str) -> None:
    stamped = values(reading(*sorted((*decision(), *STAMPS[place]), key=lambda row: (row[1], row[0]))))
    assert stamped == values(reading(*decision()))


def test_a_department_below_a_short_row_is_no_stamp() -> None:
    rows = [row for row in decision() if row[1] >= 260 or row[0] >= 800]
    head = ((150, 100, "ỦY BAN NHÂN DÂN TỈNH NGHỆ"), (330, 140, "AN"), (150, 180, "SỞ LAO ĐỘNG - THƯƠNG BINH"),
            (250, 220, "VÀ XÃ HỘI"))  # fmt: skip
    found = values(reading(*head, *rows))
    assert found["issuer"] == "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"
    assert found["parent_issuer"] == "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN"


SIGNATURES: dict[str, Rows] = {
    "long": (
        (900, 10, "Người ký: Văn phòng Sở Tư pháp"),
        (900, 35, "Email: vanphong@example.gov.vn"),
        (900, 60, "Cơ quan: Sở Tư pháp, Ủy ban"),
        (900, 85, "nhân dân tỉnh Hòa Bình"),
        (900, 110, "Thời gian ký: 12.01.2024 10:20:30 +07:00"),
    ),
    "short, over the signature": (
        (1000, 1380, "Ký bởi: Ủy ban nhân dân tỉnh Hòa Bình"),
        (1000, 1420, "Ngày ký: 12-01-2024 10:20:30 +07:00"),
    ),
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_the_text_of_a_digital_signature_is_not_the_documents(kind: str) -> None:
    signed = values(reading(*sorted((*decision(), *SIGNATURES[kind]), key=lambda row: (row[1], row[0]))))
    assert signed == values(reading(*decision()))


def test_a_sentence_about_signing_is_no_signature() -> None:
    rows = tuple((x, y, "ngày ký ban hành." if text == "bổ sung một số điều của luật này;" else text)
                 for x, y, text in decision())  # fmt: skip
    bases = values(reading(*rows))["legal_bases"]
    assert isinstance(bases, tuple) and "ngày ký ban hành" in bases[0]


def test_an_attachment_with_a_head_of_its_own_gives_no_values() -> None:
    first = reading(*(row for row in decision() if row[1] < 1200 or row[0] < 1000))  # nobody signed
    attached = reading(
        (200, 140, "ỦY BAN NHÂN DÂN"), (230, 190, "TỈNH HÒA BÌNH"), (230, 260, "Số: 99/NQ-HĐND"), *MOTTO,
        (940, 260, "Hòa Bình, ngày 09 tháng 9 năm 2021"), (690, 360, "NGHỊ QUYẾT"),
        (140, 1200, "Nơi nhận:"), (140, 1250, "- Lưu: VT."),
        (1000, 1200, "TM. HỘI ĐỒNG NHÂN DÂN"), (1060, 1250, "CHỦ TỊCH"), (1030, 1560, "Trần Văn Khác"),
    )  # fmt: skip
    found = values(first, attached)
    assert found["code"] == "2005/QĐ-UBND"
    assert found["issued_on"] == "2020-01-05"
    assert "signer_name" not in found
    assert found["page_count"] == 2


@pytest.mark.parametrize(
    ("lines", "capacity", "title"),
    [
        (("T/M ỦY BAN NHÂN DÂN", "K/T CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "TM. KT.", "PHÓ CHỦ TỊCH"),
        (("K/T. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "KT.", "PHÓ GIÁM ĐỐC"),
        (("TUQ. CHỦ TỊCH", "GIÁM ĐỐC"), "TUQ.", "GIÁM ĐỐC"),
        (("KT. GIÁM ĐỐC", "GIÁM ĐỐC"), "KT.", "PHÓ GIÁM ĐỐC"),  # PHÓ lost under the seal
        (("KT. GIÁM ĐỐC", "HỒ SJIÁM ĐỐC"), "KT.", "PHÓ GIÁM ĐỐC"),
    ],
)  # fmt: skip
def test_capacity_lines_stack_in_any_spelling(lines: tuple[str, ...], capacity: str, title: str) -> None:
    rows = [row for row in decision() if not (row[0] >= 1000 and 1200 <= row[1] < 1500)]
    rows += [(1010, 1200 + 50 * n, line) for n, line in enumerate(lines)]
    found = values(reading(*rows))
    assert (found["signer_capacity"], found["signer_title"]) == (capacity, title)


def read(image: npt.NDArray[Any]) -> PageReading:
    return read_page(cv2.imencode(".png", image.astype(np.uint8))[1].tobytes(), 200)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
@pytest.mark.parametrize("tilt", [-9, 6])
def test_a_black_stamp_laid_askew_beside_the_text_changes_neither_number_nor_day(tilt: float) -> None:
    made = paper("qd", "clean", 9102, 200, "termes", max_pages=1)
    image = made.pages[0].image.astype(np.float32)
    mask = arrival_stamp(random.Random(3), 200, "termes")
    tall, wide = mask.shape
    room = cv2.copyMakeBorder(mask, 40, 40, 0, 0, cv2.BORDER_CONSTANT, value=0)
    turn = cv2.getRotationMatrix2D((wide / 2, tall / 2 + 40), tilt, 1)
    lay_ink(image, np.asarray(cv2.warpAffine(room, turn, (wide, tall + 80))), (1150, 430), (30, 30, 60))
    found = values(read(image))
    plain = values(read(made.pages[0].image))
    assert found["code"] == plain["code"] == made.meta["number_symbol"]
    assert found["issued_on"] == plain["issued_on"]
