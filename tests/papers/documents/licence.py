"""Licences (giấy phép) and certificates (giấy chứng nhận): numbered particulars of a holder."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .. import invented
from ..fonts import Style
from ..letterhead import written_day
from ..procedures import LEGAL_BASES
from .draft import KINDS, Draft

_LICENCE_TITLES = ("XÂY DỰNG", "HOẠT ĐỘNG KHÁM BỆNH, CHỮA BỆNH", "CHẶT HẠ, DỊCH CHUYỂN CÂY XANH")
_CERTIFICATE_TITLES = (
    "CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM",
    "ĐỦ ĐIỀU KIỆN BUÔN BÁN THUỐC BẢO VỆ THỰC VẬT",
    "ĐỦ ĐIỀU KIỆN BUÔN BÁN PHÂN BÓN",
)
_GOODS = (
    "Sơ chế, đóng gói rau, quả tươi; chế biến chè xanh.",
    "Buôn bán thuốc bảo vệ thực vật, phân bón vô cơ.",
    "Chế biến thủy sản đông lạnh, giò, chả, nem chua.",
)
_FIRST_BIRTHDAY = date(1955, 1, 1)


def write(draft: Draft) -> None:
    """Write title, bases, the holder's particulars, what is allowed, and until when."""
    rng, page, agency = draft.rng, draft.page, draft.agency
    is_licence = draft.kind == "gp"
    person = invented.person(rng)
    is_firm = not is_licence or rng.random() < 0.4
    holder = _draw_holder(draft, person, is_firm)
    draft.holder = holder
    draft.valid_from = draft.day
    # Day 28 at most, so that the day exists in every year.
    draft.valid_to = date(draft.day.year + rng.choice((3, 3, 5, 1)), draft.day.month, min(draft.day.day, 28))
    # Both titles are drawn whatever the kind: the count of draws must not depend on it.
    licence_title, certificate_title = rng.choice(_LICENCE_TITLES), rng.choice(_CERTIFICATE_TITLES)
    draft.title = licence_title if is_licence else certificate_title
    kind_name = "GIẤY PHÉP" if is_licence else "GIẤY CHỨNG NHẬN"
    draft.centred(kind_name, draft.heading_size + 2, before=16, value="doc_type")
    draft.centred(draft.title, draft.heading_size, before=2, value="title")
    page.cursor += 8
    for basis in rng.sample(LEGAL_BASES, 2):
        draft.legal_bases.append(basis)
        page.paragraph([(basis, "italic")], value="legal_bases")
    one_man_office = agency.head in ("BỘ TRƯỞNG", "GIÁM ĐỐC")
    authority = f"{agency.head} {agency.name}" if one_man_office else agency.name
    draft.centred(authority + (" CẤP PHÉP CHO" if is_licence else " CHỨNG NHẬN"), before=8)
    _write_holder(draft, holder, person, is_firm)
    procedure = f"{draft.procedure.name} (mã số {draft.procedure.code})"
    _write_particular(draft, "6. Thủ tục hành chính", procedure, "procedure")
    if is_licence:
        _write_building(draft)
        draft.sentences(1, lead="8. ")
    else:
        _write_particular(draft, "7. Mặt hàng/Lĩnh vực", rng.choice(_GOODS))
    validity = f"{KINDS[draft.kind]} này có giá trị đến hết ngày {written_day(draft.valid_to)[5:]}./."
    page.paragraph(validity, value="valid_to", before=8)
    if not is_licence and rng.random() < 0.5:
        _write_replaced(draft)


def _draw_holder(draft: Draft, person: invented.Person, is_firm: bool) -> dict[str, Any]:
    rng = draft.rng
    address = invented.address(rng, draft.agency.province)
    if is_firm:
        return {
            "name": invented.firm(rng),
            "kind": "org",
            "address": address,
            "mst": invented.tax_number(rng),
            "representative": person.name,
        }
    return {
        "name": ("Bà " if person.female else "Ông ") + person.name.upper(),
        "kind": "person",
        "address": address,
        "cccd": invented.citizen_number(rng, person.female),
        "birth_date": (_FIRST_BIRTHDAY + timedelta(days=rng.randint(0, 16000))).isoformat(),
    }


def _write_particular(draft: Draft, name: str, content: str, value: str | None = None) -> None:
    style: Style = "bold" if value == "holder.name" else "regular"
    draft.page.paragraph([(f"{name}:", "regular"), (content, style)], value=value, before=5)


def _write_holder(draft: Draft, holder: dict[str, Any], person: invented.Person, is_firm: bool) -> None:
    rng = draft.rng
    _write_particular(draft, "1. Tên cơ sở" if is_firm else "1. Họ và tên", holder["name"], "holder.name")
    if is_firm:
        _write_particular(draft, "2. Mã số thuế/Mã số doanh nghiệp", holder["mst"], "holder.mst")
        _write_particular(draft, "3. Người đại diện theo pháp luật", person.name, "holder.representative")
    else:
        born = date.fromisoformat(holder["birth_date"])
        identity = f"{born:%d/%m/%Y}. Số Căn cước công dân: {holder['cccd']}"
        _write_particular(draft, "2. Sinh ngày", identity, "holder.cccd")
        issued = draft.day - timedelta(days=rng.randint(300, 1500))
        police = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
        _write_particular(draft, "3. Nơi cấp", f"{police}, ngày cấp {issued:%d/%m/%Y}")
    _write_particular(draft, "4. Địa chỉ", holder["address"], "holder.address")
    phone = f"0{rng.choice((912, 983, 903, 888, 277))}.{rng.randint(0, 999):03d}.{rng.randint(0, 999):03d}"
    email = f". Email: lienhe{rng.randint(10, 99)}@gmail.com" if rng.random() < 0.5 else ""
    _write_particular(draft, "5. Điện thoại", phone + email)


def _comma(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace(".", ",")


def _write_building(draft: Draft) -> None:
    rng = draft.rng
    text = (
        f"Được phép thực hiện công trình cấp {rng.choice(('III', 'IV'))} "
        f"tại thửa đất số {rng.randint(1, 900)}, tờ bản đồ số {rng.randint(1, 60)}, "
        f"diện tích {_comma(rng.uniform(60, 450), 1)} m2; mật độ xây dựng {rng.randint(40, 90)}%; "
        f"hệ số sử dụng đất {_comma(rng.uniform(0.8, 4), 2)} lần; "
        f"chiều cao công trình {_comma(rng.uniform(4, 19), 2)} m; số tầng {rng.randint(1, 5):02d} tầng."
    )
    _write_particular(draft, "7. Nội dung", text)


def _write_replaced(draft: Draft) -> None:
    rng = draft.rng
    former_day = draft.day - timedelta(days=1000)
    text = (
        f"(Số cấp: {rng.randint(1, 99)}/{draft.day.year}/NNPTNT-{draft.agency.notation}, "
        f"thay thế Giấy chứng nhận số {rng.randint(100, 999)} cấp ngày {former_day:%d/%m/%Y})"
    )
    draft.page.paragraph([(text, "italic")])
