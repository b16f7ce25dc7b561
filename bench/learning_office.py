"""An office that never was, for the bench of learning: five issuers with names that no list has, and their people.

Places, people and notations are invented and recur as those of one office do: each issuer has its head and deputies,
a deputy is followed by another on the way, the same recipients stand on most papers. Levels as in a stack of old
papers. What a paper says otherwise is drawn by the generator.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import cv2

from bench.pages import Scan, Stack
from tests.papers.documents.draft import Capacity, Draft
from tests.papers.generate import document_seed, paper
from tests.papers.invented import Agency

SEED, DPI = 4170, 200
LEVELS = ("scan", "office", "worn", "photocopy", "scan", "office", "worn")
KINDS = ("qd", "gp", "cv", "qd", "gcn", "tb", "cv")
FAMILIES = ("termes", "tinos", "termes", "freeserif", "liberation")
DISTRICT = "ỦY BAN NHÂN DÂN HUYỆN TRƯỜNG KHÊ"
HAMLETS = ("Đèo Sậy", "Khe Vằn", "Lũng Mận", "Bản Tát", "Nà Hỏa", "Gò Chẽ", "Suối Đẫm", "Thượng Lẵng")


@dataclass(frozen=True)
class Desk:
    """An issuer: the agency, who signs (name, how, from which paper on, until which), to whom its papers go."""

    agency: Agency
    signers: tuple[tuple[str, str, int, int], ...]
    recipients: tuple[str, ...]
    weight: int


def _agency(
    parent: str | None, name: str, notation: str, plain: str, place: str, head: str, deputy: str
) -> Agency:
    collective = "TM. ỦY BAN NHÂN DÂN" if notation == "UBND" else None
    return Agency(parent, name, notation, plain, "Phú Thọ", place, head, deputy, collective)


EVER = 10**6
DESKS = (
    Desk(
        _agency(DISTRICT, "ỦY BAN NHÂN DÂN XÃ NGỌC LŨNG", "UBND", "Ủy ban nhân dân xã Ngọc Lũng", "Ngọc Lũng",
                "CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        (("Lò Văn Thẩm", "head", 0, EVER), ("Nguyễn Thị Vẻ", "deputy", 0, 260), ("Hà Đình Chuẩn", "deputy", 260, EVER)),
        ("- Đảng ủy xã Ngọc Lũng (để b/c);", "- Thường trực HĐND xã;", "- Trưởng thôn Đèo Sậy, Khe Vằn;",
         "- Lưu: VT, ĐCXD({n})."),
        7,
    ),
    Desk(
        _agency(None, DISTRICT, "UBND", "Ủy ban nhân dân huyện Trường Khê", "Trường Khê", "CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        (("Đặng Quốc Khải", "head", 0, 310), ("Vũ Hữu Nghiễm", "head", 310, EVER), ("Bạch Thị Mến", "deputy", 0, EVER)),
        ("- Thường trực Huyện ủy Trường Khê (để b/c);", "- Các phòng, ban thuộc huyện;", "- UBND các xã, thị trấn;",
         "- Lưu: VT, TNMT({n})."),
        5,
    ),
    Desk(
        _agency(DISTRICT, "PHÒNG KINH TẾ VÀ HẠ TẦNG", "PKTHT", "Phòng Kinh tế và Hạ tầng", "Trường Khê",
                "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"),
        (("Triệu Đức Bẩy", "head", 0, EVER), ("Phùng Thị Ngần", "deputy", 0, EVER)),
        ("- UBND huyện Trường Khê (để b/c);", "- Đội Quản lý trật tự đô thị;", "- Lưu: HS, QLĐT({n})."),
        4,
    ),
    Desk(
        _agency(None, "BAN QUẢN LÝ KHU BẢO TỒN SẬY VÀNG", "BQLSV", "Ban Quản lý Khu bảo tồn Sậy Vàng", "Ngọc Lũng",
                "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
        (("Quách Xuân Rẫy", "head", 0, EVER), ("Kiều Mạnh Ổn", "deputy", 120, EVER)),
        ("- Chi cục Kiểm lâm vùng Trường Khê;", "- Trạm Bảo vệ rừng Nà Hỏa;", "- Lưu: VT, KTBT({n})."),
        2,
    ),
    Desk(
        _agency(DISTRICT, "TRUNG TÂM PHÁT TRIỂN QUỸ ĐẤT", "TTPTQĐ", "Trung tâm Phát triển quỹ đất", "Trường Khê",
                "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        (("Tạ Bích Quyên", "head", 0, EVER), ("Doãn Thế Sửu", "deputy", 0, 330)),
        ("- Phòng Tài nguyên và Môi trường huyện Trường Khê;", "- Hộ gia đình, cá nhân có đất thu hồi;",
         "- Lưu: VT, BTGPMB({n})."),
        2,
    ),
)  # fmt: skip


def stacks(first: int, last: int) -> Iterator[Stack]:
    """Papers ``first`` up to before ``last``, each the same whichever are made."""
    return (_stack(index) for index in range(first, last))


def _stack(index: int) -> Stack:
    kind, level = KINDS[index % len(KINDS)], LEVELS[(index // 2) % len(LEVELS)]
    seed = document_seed(SEED, index)

    def settle(draft: Draft) -> None:
        _settle(draft, index, random.Random(seed + 1))

    made = paper(
        kind, level, seed, DPI, FAMILIES[index % len(FAMILIES)], name=f"{level}-{kind}-{index:04}", max_pages=1,
        settle=settle,
    )  # fmt: skip
    scans = tuple(
        Scan(
            cv2.imencode(".png", page.image[..., 0] if page.bitonal else page.image)[1].tobytes(), page.truth
        )
        for page in made.pages
    )
    return Stack(made.name, level, made.meta, scans)


def _settle(draft: Draft, index: int, rng: random.Random) -> None:
    desk = rng.choices(DESKS, [one.weight for one in DESKS])[0]
    name, how = rng.choice([(n, h) for n, h, first, last in desk.signers if first <= index < last])
    agency = draft.agency = desk.agency
    draft.signer = name
    draft.symbol = _symbol(draft.kind, agency.notation, rng)
    draft.capacity = _capacity(draft.kind, agency, how)
    most = len(desk.recipients) - 1
    chosen = sorted(rng.sample(range(most), rng.randint(min(2, most), most)))
    opening = {"cv": "- Như trên;", "gp": "- Chủ cơ sở;", "gcn": "- Chủ cơ sở;"}.get(
        draft.kind, "- Như Điều 3;"
    )
    kept = desk.recipients[-1].format(n=f"{rng.randint(3, 40):02}")
    draft.recipients = [opening, *(desk.recipients[at] for at in chosen), kept]
    draft.title = _title(draft, rng)


def _symbol(kind: str, notation: str, rng: random.Random) -> str:
    if kind == "cv":
        return f"{notation}-{rng.choice(('ĐCXD', 'VHXH', 'TNMT'))}"
    return {"qd": "QĐ", "gp": "GPXD", "gcn": "GCN", "tb": "TB"}[kind] + f"-{notation}"


def _capacity(kind: str, agency: Agency, how: str) -> Capacity:
    title = agency.head if how == "head" else agency.deputy
    if agency.collective and kind == "qd":
        if how == "deputy":
            return Capacity("TM. KT.", f"{agency.collective} KT. {agency.head}", title)
        return Capacity("TM.", agency.collective, title)
    return Capacity("KT.", f"KT. {agency.head}", title) if how == "deputy" else Capacity("", "", title)


def _title(draft: Draft, rng: random.Random) -> str:
    hamlet, year = rng.choice(HAMLETS), draft.day.year
    if draft.kind == "qd":
        return rng.choice((
            f"Về việc thu hồi đất để thực hiện dự án tại thôn {hamlet}, xã Ngọc Lũng",
            f"Phê duyệt phương án bồi thường, hỗ trợ và tái định cư tại thôn {hamlet}",
            f"Về việc giao chỉ tiêu kế hoạch phát triển rừng sản xuất năm {year}",
            draft.title,
        ))  # fmt: skip
    if draft.kind == "cv":
        return rng.choice((
            f"rà soát hộ nghèo, hộ cận nghèo thôn {hamlet} năm {year}",
            f"phối hợp kiểm tra hiện trạng đất rừng thôn {hamlet}",
            draft.title,
        ))  # fmt: skip
    if draft.kind == "tb":
        return rng.choice(
            (f"Về việc niêm yết công khai hồ sơ đất đai thôn {hamlet}, xã Ngọc Lũng", draft.title)
        )
    return draft.title
