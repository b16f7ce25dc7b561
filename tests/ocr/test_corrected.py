"""What a person put right stands in the text over the page, where the wrong reading stood."""

from __future__ import annotations

import pytest

from ocr.corrected import Correction, corrected, corrections
from ocr.geometry import inverse, mapped, turned_back
from ocr.values import Box, Field, PageReading, Word
from tests.ocr import pdfa_paper as paper

ROTATIONS = (0, 90, 180, 270)


def page_of(*lines: str, rotation: int = 0) -> PageReading:
    """Lines of words as on paper, 40 pixels apart, ten pixels a letter; turned as the scan stands."""
    words = []
    for line, text in enumerate(lines):
        left = 100
        for word in text.split():
            box = Box(left, 200 + 40 * line, left + 10 * len(word), 222 + 40 * line)
            words.append(Word(word, 0.9, paper.turned(box, rotation), line))
            left = box.x1 + 10
    size = (paper.WIDTH, paper.HEIGHT) if rotation in (0, 180) else (paper.HEIGHT, paper.WIDTH)
    return PageReading(*size, 100.0, rotation, 0.0, False, "\n".join(lines), tuple(words), (), "test")


def box_of(page: PageReading, *lines: int, words: slice = slice(None)) -> Box:
    boxes = [box for line in lines for box in [w.box for w in page.words if w.line == line][words]]
    sides = tuple(zip(*boxes, strict=True))
    return Box(min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))


def after(page: PageReading, box: Box, read: str, said: str) -> PageReading:
    (found,) = corrected([page], [Correction(1, box, read, said)])
    return found


def test_only_the_wrong_word_makes_way() -> None:
    page = page_of("Về việc câp giấy phép xây dựng")
    found = after(page, box_of(page, 0), "câp giấy phép xây dựng", "cấp giấy phép xây dựng")
    assert found.text == "Về việc cấp giấy phép xây dựng"
    assert [word.box for word in found.words] == [word.box for word in page.words]
    assert found.words[2].confidence == 1.0 and found.words[3] == page.words[3]


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_more_words_than_were_read_share_the_room_from_left_to_right(rotation: int) -> None:
    page = page_of("Sở Xâydựng tỉnh An Giang", "Điều 1", rotation=rotation)
    found = after(page, box_of(page, 0), "Sở Xâydựng tỉnh An Giang", "Sở Xây dựng và Nhà ở tỉnh An Giang")
    assert found.text == "Sở Xây dựng và Nhà ở tỉnh An Giang\nĐiều 1"
    back = inverse(turned_back(page.width, page.height, rotation))
    lefts = [mapped(back, (*word.box,))[0] for word in found.words if word.line == 0]
    assert lefts == sorted(lefts)
    new = [word.box for word in found.words[1:6]]
    old = page.words[1].box
    assert all(old.x0 <= b.x0 and b.x1 <= old.x1 and old.y0 <= b.y0 and b.y1 <= old.y1 for b in new)


def test_a_value_over_two_lines_stays_on_two_lines() -> None:
    page = page_of("Phê duyệt quy hoach chi tiết", "khu dân cư Mỹ Bình")
    said = "Phê duyệt điều chỉnh quy hoạch chi tiết khu dân cư Mỹ Bình mở rộng"
    found = after(page, box_of(page, 0, 1), "Phê duyệt quy hoach chi tiết khu dân cư Mỹ Bình", said)
    assert " ".join(found.text.split()) == said
    assert found.text.split("\n")[1].endswith("mở rộng")
    assert found.text.count("\n") == 1


def test_a_number_is_put_right_within_its_word() -> None:
    page = page_of("Số: 110/QĐ-SXD")
    found = after(page, box_of(page, 0), "110", "118")
    assert found.text == "Số: 118/QĐ-SXD"
    # the code that the same person put right changes nothing more
    assert after(found, box_of(page, 0), "110/QĐ-SXD", "118/QĐ-SXD").text == "Số: 118/QĐ-SXD"


def test_a_date_is_written_as_papers_write_it() -> None:
    page = page_of("An Giang, ngày 15 tháng 6 năm 2024")
    assert (
        after(page, box_of(page, 0), "2024-06-15", "2023-02-05").text == "An Giang, ngày 05 tháng 02 năm 2023"
    )
    page = page_of("Có giá trị đến 15/06/2024")
    assert after(page, box_of(page, 0), "2024-06-15", "2034-06-15").text == "Có giá trị đến 15/06/2034"


def test_an_agency_printed_in_capitals_stays_in_capitals() -> None:
    page = page_of("SỞ XÂY DUNG")
    assert after(page, box_of(page, 0), "Sở Xây dung", "Sở Xây dựng").text == "SỞ XÂY DỰNG"


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_a_number_written_by_hand_gets_words_where_none_were_read(rotation: int) -> None:
    page = page_of("SỞ XÂY DỰNG", "Số: /QĐ-SXD", "QUYẾT ĐỊNH", rotation=rotation)
    slot = paper.turned(Box(133, 240, 139, 262), rotation)
    found = after(page, slot, "", "42")
    assert found.text == "SỞ XÂY DỰNG\nSố: 42 /QĐ-SXD\nQUYẾT ĐỊNH"
    alone = after(page, paper.turned(Box(500, 300, 560, 316), rotation), "", "42")
    assert sorted(alone.text.split("\n")) == sorted([*page.text.split("\n"), "42"])


def test_a_value_that_the_box_does_not_show_leaves_the_page_alone() -> None:
    page = page_of("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 của Quốc hội")
    assert after(page, box_of(page, 0), "", "Mật") == page


def test_lists_are_put_right_item_by_item_and_what_is_struck_out_stays_on_the_picture() -> None:
    box = Box(0, 0, 500, 300)
    found = (
        Field("recipients", ("Như Điều 3", "Luu: VT"), 0.9, 2, box),
        Field("valid_until", "2024-06-15", 0.9, 1, box),
        Field("page_count", 2, 0.9),
    )
    said = {
        "recipients": ("Như Điều 3", "Lưu: VT"),
        "valid_until": ("",),
        "page_count": ("3",),
        "number": ("7",),
    }
    assert list(corrections(found, said, {"number": (1, box)})) == [
        Correction(2, box, "Luu: VT", "Lưu: VT"),
        Correction(1, box, "", "7"),
    ]
