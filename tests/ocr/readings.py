"""Page readings written by hand: rows of text at places, as the engine would give them."""

from __future__ import annotations

from ocr.values import Box, PageReading, Word

WIDTH, HEIGHT, EM = 1654, 2339, 30  # A4 at 200 dots per inch; a word's height

MOTTO = ((880, 140, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), (960, 190, "Độc lập - Tự do - Hạnh phúc"))


def reading(
    *rows: tuple[int, int, str], confidence: float = 0.96, blank: bool = False, rotation: int = 0
) -> PageReading:
    """A page whose rows begin at (x, y); each letter is 15 pixels wide. ``rotation``: as scanned, clockwise."""
    words = []
    for line, (x, y, text) in enumerate(rows):
        for part in text.split():
            wide = 15 * len(part)
            words.append(Word(part, confidence, _turned(Box(x, y, x + wide, y + EM), rotation), line))
            x += wide + 12
    text = "\n".join(row[2] for row in rows)
    size = (WIDTH, HEIGHT) if rotation in (0, 180) else (HEIGHT, WIDTH)
    return PageReading(*size, 200.0, rotation, 0.0, blank, text, tuple(words), ("look",), "hand")


def _turned(box: Box, rotation: int) -> Box:
    x0, y0, x1, y1 = box
    return {
        0: box,
        90: Box(HEIGHT - y1, x0, HEIGHT - y0, x1),
        180: Box(WIDTH - x1, HEIGHT - y1, WIDTH - x0, HEIGHT - y0),
        270: Box(y0, WIDTH - x1, y1, WIDTH - x0),
    }[rotation]


def decision(
    number: str = "Số: 2005/QĐ-UBND", date: str = "An Giang, ngày 05 tháng 01 năm 2020"
) -> tuple[tuple[int, int, str], ...]:
    """Rows of a whole decision of one page."""
    return (
        (200, 140, "ỦY BAN NHÂN DÂN"),
        (230, 190, "TỈNH AN GIANG"),
        (230, 260, number),
        *MOTTO,
        (940, 260, date),
        (690, 360, "QUYẾT ĐỊNH"),
        (480, 410, "Ban hành Quy chế hoạt động của Bộ phận Tiếp nhận"),
        (640, 460, "và Trả kết quả tỉnh An Giang"),
        (480, 540, "ỦY BAN NHÂN DÂN TỈNH AN GIANG"),
        (
            200,
            620,
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và các luật sửa đổi,",
        ),
        (140, 670, "bổ sung một số điều của luật này;"),
        (200, 720, "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ;"),
        (200, 770, "Theo đề nghị của Chánh Văn phòng Ủy ban nhân dân tỉnh."),
        (690, 830, "QUYẾT ĐỊNH:"),
        (200, 900, "Điều 1. Ban hành kèm theo Quyết định này Quy chế hoạt động của Bộ phận Tiếp nhận và Trả"),
        (
            140,
            950,
            "kết quả tỉnh An Giang, thay thế Quyết định số 17/QĐ-SXD ngày 02 tháng 3 năm 2016 của Sở.",
        ),
        (200, 1000, "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày ký."),
        (140, 1200, "Nơi nhận:"),
        (140, 1250, "- Như Điều 3;"),
        (140, 1290, "- UBND tỉnh (để b/c);"),
        (140, 1330, "- Lưu: VT, NC(24)."),
        (1000, 1200, "TM. ỦY BAN NHÂN DÂN"),
        (1060, 1250, "KT. CHỦ TỊCH"),
        (1050, 1300, "PHÓ CHỦ TỊCH"),
        (1030, 1560, "Nguyễn Thị Hồng"),
    )
