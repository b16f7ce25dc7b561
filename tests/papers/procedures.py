"""Administrative procedures, programmes and legal bases that the papers name; all are real ones.

The order of every list counts: papers are drawn from it by a seeded generator.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Procedure:
    """An administrative procedure: national code, name, and working days allowed."""

    code: str
    name: str
    days: int


PROCEDURES: tuple[Procedure, ...] = (
    Procedure("1.004237", "Khai thác và sử dụng thông tin, dữ liệu tài nguyên và môi trường", 5),
    Procedure(
        "2.001827",
        (
            "Cấp Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đối với cơ sở sản "
            "xuất, kinh doanh nông, lâm, thủy sản"
        ),
        15,
    ),
    Procedure(
        "1.009974", "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV và nhà ở riêng lẻ", 15
    ),
    Procedure("1.001612", "Đăng ký thành lập hộ kinh doanh", 3),
    Procedure("1.003888", "Công nhận làng nghề truyền thống", 30),
    Procedure(
        "2.000815", "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan tổ chức có thẩm quyền cấp", 1
    ),
    Procedure("1.011441", "Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất, tài sản gắn liền với đất", 1),
    Procedure("1.002693", "Cấp giấy phép chặt hạ, dịch chuyển cây xanh đô thị", 10),
    Procedure(
        "2.000591", "Cấp Giấy chứng nhận đủ điều kiện an toàn thực phẩm do Sở Công Thương thực hiện", 20
    ),
    Procedure("1.004363", "Cấp Giấy chứng nhận đủ điều kiện buôn bán thuốc bảo vệ thực vật", 14),
    Procedure("1.007931", "Cấp Giấy chứng nhận đủ điều kiện buôn bán phân bón", 10),
    Procedure("1.001809", "Cấp giấy phép hoạt động đối với bệnh viện trên địa bàn quản lý của Sở Y tế", 45),
)

PROGRAMMES: tuple[str, ...] = (
    "Đề án Cổng Dịch vụ công quốc gia",
    ("Đề án đổi mới việc thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính"),
    "Chương trình tổng thể cải cách hành chính nhà nước giai đoạn 2021 - 2030",
    "nhiệm vụ số hóa hồ sơ, giấy tờ, kết quả giải quyết thủ tục hành chính còn hiệu lực",
    "Quy chế hoạt động của Bộ phận Tiếp nhận và Trả kết quả",
    (
        "Đề án phát triển ứng dụng dữ liệu về dân cư, định danh và xác thực điện tử phục vụ "
        "chuyển đổi số quốc gia"
    ),
)

LEGAL_BASES: tuple[str, ...] = (
    (
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; Luật sửa đổi, bổ "
        "sung một số điều của Luật Tổ chức Chính phủ và Luật Tổ chức chính quyền địa phương ngày "
        "22 tháng 11 năm 2019;"
    ),
    (
        "Căn cứ Nghị định số 61/2018/NĐ-CP ngày 23 tháng 4 năm 2018 của Chính phủ về thực hiện cơ "
        "chế một cửa, một cửa liên thông trong giải quyết thủ tục hành chính;"
    ),
    (
        "Căn cứ Nghị định số 107/2021/NĐ-CP ngày 06 tháng 12 năm 2021 của Chính phủ sửa đổi, bổ "
        "sung một số điều của Nghị định số 61/2018/NĐ-CP;"
    ),
    (
        "Căn cứ Nghị định số 45/2020/NĐ-CP ngày 08 tháng 4 năm 2020 của Chính phủ về thực hiện "
        "thủ tục hành chính trên môi trường điện tử;"
    ),
    (
        "Căn cứ Quyết định số 468/QĐ-TTg ngày 27 tháng 3 năm 2021 của Thủ tướng Chính phủ phê "
        "duyệt Đề án đổi mới việc thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết "
        "thủ tục hành chính;"
    ),
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Căn cứ Luật An toàn thực phẩm ngày 17 tháng 6 năm 2010;",
    "Căn cứ Luật Xây dựng ngày 18 tháng 6 năm 2014;",
    (
        "Căn cứ Thông tư số 01/2023/TT-VPCP ngày 05 tháng 4 năm 2023 của Bộ trưởng, Chủ nhiệm Văn "
        "phòng Chính phủ quy định một số nội dung và biện pháp thi hành trong số hóa hồ sơ, giấy "
        "tờ, kết quả giải quyết thủ tục hành chính;"
    ),
)
