"""Names the papers are filled with: people, firms, places, offices.

Provinces, districts and departments are real, as named before the reorganisation of 2025,
because a reader must cope with them. People and firms are put together at random from common parts.
The order of every list counts: papers are drawn from it by a seeded generator.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Province:
    """A province with its administrative town and some of its districts."""

    name: str
    town: str
    districts: tuple[str, ...]


@dataclass(frozen=True)
class Department:
    """A department (sở) or ministry (bộ): its name without that word, and its notation (ký hiệu)."""

    name: str
    notation: str


def _items(text: str, separator: str = " ") -> tuple[str, ...]:
    return tuple(text.split(separator))


FAMILY_NAMES = _items(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Tô"
)

MIDDLE_NAMES_MALE = _items("Văn Hữu Đức Quốc Minh Xuân Thanh Công Đình Ngọc Bá Vĩnh")

MIDDLE_NAMES_FEMALE = _items("Thị Ngọc Thanh Thu Kim Bích Mỹ Hồng Thùy")

GIVEN_NAMES_MALE = _items(
    "Tuấn Hùng Dũng Cường Thắng Sơn Hải Long Khánh Quyền Nghĩa Đạt Thịnh Phước Tám Tân Việt Lộc Hiệp Trưởng"
)

GIVEN_NAMES_FEMALE = _items(
    "Hạnh Hương Lan Hằng Nga Thủy Yến Phượng Hiền Tuyết Nguyệt Oanh Thảo Trâm Xuyến Diễm"
)

SECOND_MIDDLE_NAMES_MALE = _items("Anh Minh Quang Thanh")


PROVINCES: tuple[Province, ...] = (
    Province("An Giang", "Long Xuyên", ("Châu Phú", "Thoại Sơn", "Tịnh Biên", "Chợ Mới")),
    Province("Tuyên Quang", "Tuyên Quang", ("Chiêm Hóa", "Hàm Yên", "Sơn Dương", "Na Hang")),
    Province("Nghệ An", "Vinh", ("Quỳnh Lưu", "Nghĩa Đàn", "Đô Lương", "Hưng Nguyên")),
    Province("Lâm Đồng", "Đà Lạt", ("Đức Trọng", "Di Linh", "Lạc Dương", "Đạ Tẻh")),
    Province("Quảng Ninh", "Hạ Long", ("Đông Triều", "Hải Hà", "Vân Đồn", "Tiên Yên")),
    Province("Bắc Ninh", "Bắc Ninh", ("Quế Võ", "Thuận Thành", "Yên Phong", "Gia Bình")),
    Province("Đắk Lắk", "Buôn Ma Thuột", ("Krông Pắc", "Ea H'leo", "Cư M'gar", "Buôn Đôn")),
    Province("Khánh Hòa", "Nha Trang", ("Diên Khánh", "Vạn Ninh", "Ninh Hòa", "Cam Lâm")),
    Province("Sóc Trăng", "Sóc Trăng", ("Mỹ Xuyên", "Kế Sách", "Vĩnh Châu", "Thạnh Trị")),
    Province("Thái Nguyên", "Thái Nguyên", ("Đại Từ", "Phú Bình", "Võ Nhai", "Định Hóa")),
    Province("Quảng Ngãi", "Quảng Ngãi", ("Bình Sơn", "Tư Nghĩa", "Mộ Đức", "Đức Phổ")),
    Province("Phú Thọ", "Việt Trì", ("Lâm Thao", "Thanh Thủy", "Đoan Hùng", "Hạ Hòa")),
)

COMMUNES = _items(
    "Tân Lập, Vĩnh Thạnh, Mỹ Đức, Bình Hòa, Phú Thuận, Thạnh Mỹ, Yên Nguyên, Quỳnh Giang, Hòa Khánh, "
    "Diên Phước, Đông Hưng, Nghĩa Thắng, Long Điền, An Cư, Thượng Ấm",
    ", ",
)

STREETS = _items(
    "Trần Hưng Đạo, Nguyễn Huệ, Lý Thường Kiệt, Hùng Vương, Lê Lợi, Nguyễn Văn Cừ, Võ Thị Sáu, Phạm "
    "Ngũ Lão, Điện Biên Phủ, Tôn Đức Thắng",
    ", ",
)


DEPARTMENTS: tuple[Department, ...] = (
    Department("Nông nghiệp và Phát triển nông thôn", "SNN"),
    Department("Xây dựng", "SXD"),
    Department("Y tế", "SYT"),
    Department("Công Thương", "SCT"),
    Department("Tài nguyên và Môi trường", "STNMT"),
    Department("Tư pháp", "STP"),
    Department("Giáo dục và Đào tạo", "SGDĐT"),
    Department("Kế hoạch và Đầu tư", "SKHĐT"),
    Department("Thông tin và Truyền thông", "STTTT"),
    Department("Văn hóa, Thể thao và Du lịch", "SVHTTDL"),
    Department("Lao động - Thương binh và Xã hội", "SLĐTBXH"),
)

MINISTRIES: tuple[Department, ...] = (
    Department("Nông nghiệp và Phát triển nông thôn", "BNN"),
    Department("Nội vụ", "BNV"),
    Department("Y tế", "BYT"),
    Department("Công Thương", "BCT"),
    Department("Xây dựng", "BXD"),
    Department("Tư pháp", "BTP"),
)

FIRM_FORMS = _items(
    "CÔNG TY TNHH, CÔNG TY CỔ PHẦN, CÔNG TY TNHH MTV, HỢP TÁC XÃ, DOANH NGHIỆP TƯ NHÂN, HỘ KINH DOANH", ", "
)

FIRM_NAMES = _items(
    "THỰC PHẨM ĐỒNG TIẾN, CHẾ BIẾN THỦY SẢN HẢI LONG, NÔNG SẢN XANH TÂY BẮC, DƯỢC PHẨM THIÊN ĐỨC, XÂY "
    "DỰNG VÀ THƯƠNG MẠI PHÚ THỊNH, VẬT TƯ NÔNG NGHIỆP HÒA BÌNH, CHÈ SẠCH MỸ LÂM, CÀ PHÊ BUÔN HỒ, MAY "
    "MẶC ÁNH DƯƠNG, GIỐNG CÂY TRỒNG VIỆT NHẬT",
    ", ",
)
