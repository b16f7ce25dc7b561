"""Words are put into the order in which people read."""

from __future__ import annotations

from ocr.engine import Token
from ocr.lines import reading_order, text_of


def line(x: int, y: int, text: str, place: int, *, confidence: float = 0.95) -> list[Token]:
    tokens = []
    for part in text.split():
        tokens.append(Token(part, confidence, (x, y, x + 15 * len(part), y + 30), (1, 1, place)))
        x += 15 * len(part) + 10
    return tokens


def texts(*lines: list[Token]) -> list[str]:
    return [text_of(found) for found in reading_order([t for tokens in lines for t in tokens])]


HEAD = (
    line(200, 100, "SỞ Y TẾ", 1) + line(800, 100, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 1),
    line(230, 150, "Số: 12/QĐ-SYT", 2) + line(900, 150, "Độc lập - Tự do - Hạnh phúc", 2),
    line(860, 220, "An Giang, ngày 05 tháng 01 năm 2020", 3),
    line(600, 320, "QUYẾT ĐỊNH", 4),
    line(150, 400, "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ;", 5),
)


def test_the_left_column_of_the_head_is_read_before_the_right() -> None:
    assert texts(*HEAD) == [
        "SỞ Y TẾ",
        "Số: 12/QĐ-SYT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "An Giang, ngày 05 tháng 01 năm 2020",
        "QUYẾT ĐỊNH",
        "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ;",
    ]


def test_a_date_inside_the_body_does_not_split_its_line() -> None:
    body = line(150, 460, "Theo Tờ trình số 5/TTr-SYT ngày 02 tháng 3 năm 2019 của Chánh Văn phòng Sở.", 6)
    assert texts(*HEAD, body)[-1].startswith("Theo Tờ trình số 5/TTr-SYT ngày 02")


def test_the_signature_is_read_before_the_recipients() -> None:
    foot = (
        line(150, 900, "Nơi nhận:", 7) + line(900, 900, "KT. GIÁM ĐỐC", 7),
        line(150, 950, "- Như Điều 3;", 8) + line(900, 950, "PHÓ GIÁM ĐỐC", 8),
        line(150, 1000, "- Lưu: VT.", 9),
        line(880, 1200, "Trần Văn Hùng", 10),
    )
    assert texts(*HEAD, *foot)[-6:] == [
        "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Văn Hùng", "Nơi nhận:", "- Như Điều 3;", "- Lưu: VT.",
    ]  # fmt: skip


def test_rules_and_underlines_are_not_words() -> None:
    noise = [
        Token("—", 0.9, (260, 190, 420, 194), (1, 1, 11)),
        Token("_", 0.4, (260, 195, 300, 199), (1, 1, 12)),
        Token("|", 0.8, (700, 400, 703, 600), (1, 1, 13)),
        Token(":", 0.3, (280, 196, 284, 200), (1, 1, 14)),
        Token("-", 0.1, (290, 196, 300, 200), (1, 1, 15)),
    ]
    assert texts(*HEAD, noise) == texts(*HEAD)


def test_a_bit_of_rule_that_stuck_to_a_word_comes_off() -> None:
    assert texts([Token("_LẮK", 0.9, (100, 100, 160, 130), (1, 1, 1))]) == ["LẮK"]


def test_the_bullet_of_a_list_stays() -> None:
    assert texts(line(100, 100, "- Như trên;", 1, confidence=0.4)) == ["- Như trên;"]


def test_a_line_parted_by_a_fold_is_put_together() -> None:
    assert texts(line(100, 100, "nhà nước giai", 1), line(298, 101, "đoạn 2021", 2)) == [
        "nhà nước giai đoạn 2021"
    ]


def test_a_page_without_words_has_no_lines() -> None:
    assert reading_order([]) == ()


def test_a_line_of_signs_alone_is_an_underline_or_a_speck() -> None:
    specks = [
        Token(":", 0.9, (300, 230, 306, 236), (1, 9, 1)),
        Token("-", 0.7, (300, 130, 320, 133), (1, 9, 2)),
    ]
    assert texts(*HEAD, specks) == texts(*HEAD)


def test_signs_that_no_line_begins_or_ends_with_come_off() -> None:
    stop = [Token(".", 0.91, (180, 110, 184, 114), (1, 1, 1))]
    dash = [Token("-", 0.7, (1360, 235, 1370, 238), (1, 1, 3))]
    tick = [Token("`", 0.97, (840, 225, 845, 230), (1, 1, 3))]
    assert texts(*HEAD, stop, dash, tick) == texts(*HEAD)


def test_a_range_that_breaks_at_the_end_of_a_line_and_a_bullet_keep_their_dash() -> None:
    ranged = line(150, 460, "trong giai đoạn 2021 -", 6)
    bullet = line(150, 520, "- Như Điều 3;", 7)
    assert texts(*HEAD, ranged, bullet)[-2:] == ["trong giai đoạn 2021 -", "- Như Điều 3;"]
