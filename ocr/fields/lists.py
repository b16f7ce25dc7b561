"""Closed lists that readings are held against, and how a reading is matched with one.

Document types come from the forms (``ocr/forms/*.toml``), names that change with time from ``ocr/lists``; the rest as
they stand on papers since 2015.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from ocr.forms import shipped
from ocr.lists import listed, provinces
from ocr.vietnamese import bare, one_style


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(item.split()) for item in text.split(","))


TYPE_BY_ABBREVIATION = shipped().type_by_abbreviation
"""Abbreviation in the notation to the type's name, as the shipped forms say."""

OTHER_NOTATION_TYPES = ("ATTP", "CN", "XN", "GĐK", "CCHN", "ĐKKD")
"""Abbreviations that open the notation of licences and certificates without naming a type of their own."""

TITLES = tuple(one.name for one in listed("titles"))
PROVINCES = provinces()
TOWNS = _listed("""
    Long Xuyên, Vinh, Đà Lạt, Hạ Long, Buôn Ma Thuột, Nha Trang, Việt Trì, Biên Hòa, Quy Nhơn, Rạch Giá, Mỹ
    Tho, Cao Lãnh, Thủ Dầu Một, Vũng Tàu, Phan Thiết, Pleiku, Tuy Hòa, Tam Kỳ, Đông Hà, Đồng Hới, Phủ Lý,
    Tân An, Vị Thanh, Đồng Xoài, Gia Nghĩa, Phan Rang - Tháp Chàm, Vĩnh Yên, Móng Cái, Cẩm Phả, Uông Bí,
    Châu Đốc, Sa Đéc, Hội An, Bảo Lộc, Cam Ranh
""")
FIELDS_OF_MINISTRIES = tuple(one.name for one in listed("ministries"))
"""What a Bộ or Sở is for."""

SURNAMES = frozenset(
    _listed("""
    An, Bùi, Bạc, Bạch, Bế, Cao, Chu, Châu, Chử, Cù, Cấn, Cầm, Danh, Diệp, Doãn, Dương, Giang, Giàng, H',
    Hoàng, Huỳnh, Hà, Hàn, Hầu, Hồ, Hứa, K', Khuất, Khổng, Kim, Kiều, Ksor, La, Lâm, Lê, Lò, Lý, Lưu, Lương,
    Lại, Lục, Ma, Mai, Mã, Mạc, Nghiêm, Nguyễn, Ngô, Ngụy, Nhâm, Ninh, Niê, Nông, Phan, Phí, Phó, Phùng,
    Phạm, Quách, Quản, Rơ, Sùng, Sơn, Thi, Thào, Thái, Thân, Thạch, Triệu, Trà, Trương, Trần, Trịnh, Tô,
    Tôn, Tăng, Tạ, Tống, Từ, Vi, Viên, Vàng, Võ, Văn, Vũ, Vương, Vừ, Y, Âu, Ông, Đinh, Điêu, Đoàn, Đàm, Đào,
    Đường, Đặng, Đồng, Đỗ, Ứng
""")
)


def nearest(reading: str, choices: Iterable[str], floor: float = 86) -> tuple[str, float] | None:
    """(the listed text most like the reading, how alike 0 to 100), marks counting less than letters.

    None below ``floor``. Case, spaces and where the tone mark sits (hoà, hòa) count for nothing.
    """
    plain, marked = _forms(reading)
    best: tuple[str, float] | None = None
    for choice in choices:
        alike, same = _forms(choice)
        score = 0.75 * fuzz.ratio(plain, alike) + 0.25 * fuzz.ratio(marked, same)
        if score >= floor and (best is None or score > best[1]):
            best = (choice, score)
    return best


@lru_cache(2000)
def _forms(choice: str) -> tuple[str, str]:
    return bare(choice).replace(" ", ""), one_style(choice).lower().replace(" ", "")
