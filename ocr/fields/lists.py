"""Closed lists that readings are held against, and how a reading is matched with one.

Names of document types: NĐ 30/2020/NĐ-CP, Đ.7 and annex III; the rest as they stand on papers since 2015. Provinces:
the 63 before and the 34 since 1 July 2025 (Nghị quyết 202/2025/QH15).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

from ocr.lists import listed, provinces
from ocr.vietnamese import bare, one_style


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(item.split()) for item in text.split(","))


TYPE_BY_ABBREVIATION = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QyĐ": "Quy định",
    "TC": "Thông cáo", "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch",
    "PA": "Phương án", "ĐA": "Đề án", "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTr": "Tờ trình",
    "HĐ": "Hợp đồng", "CĐ": "Công điện", "BGN": "Bản ghi nhớ", "BTT": "Bản thỏa thuận", "GUQ": "Giấy ủy quyền",
    "GM": "Giấy mời", "GGT": "Giấy giới thiệu", "GNP": "Giấy nghỉ phép", "PG": "Phiếu gửi", "PC": "Phiếu chuyển",
    "PB": "Phiếu báo", "SY": "Bản sao y", "TrS": "Bản trích sao", "SL": "Bản sao lục", "PL": "Pháp lệnh",
    "NĐ": "Nghị định", "TT": "Thông tư", "TTLT": "Thông tư liên tịch", "GP": "Giấy phép", "GPXD": "Giấy phép",
    "GCN": "Giấy chứng nhận", "GXN": "Giấy xác nhận", "KL": "Kết luận",
}  # fmt: skip
"""Abbreviation in the notation to the type's name; GP, GPXD, GCN, GXN are custom, not in annex III."""

DOCUMENT_TYPES = (*tuple(dict.fromkeys(TYPE_BY_ABBREVIATION.values())), "Thư công", "Bộ luật", "Luật", "Lệnh")
OTHER_NOTATION_TYPES = ("ATTP", "CN", "XN", "GĐK", "CCHN", "ĐKKD")
"""Abbreviations that open the notation of licences and certificates without naming a type of their own."""

CAPACITIES = ("TM.", "KT.", "TL.", "TUQ.", "Q.")

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
