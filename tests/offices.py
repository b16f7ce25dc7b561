"""One office's papers of some months: its list as typed, and what an engine makes of the scans. All invented.

Numbers and days are written by hand (32 of 33 real papers), so the engine has them hardly ever; month and year are
printed. Many papers say nearly the same; some names differ by one syllable, and one number is given twice.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from archive.paper_lists import Line
from archive.weighing import Evidence

FAMILIES = [
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Trần",
    "Lê",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
]
MIDDLES = ["Văn", "Văn", "Thị", "Thị", "Minh", "Thanh", "Hữu", "Ngọc", "Quốc", "Kim"]
GIVEN = ["An", "Anh", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hạnh", "Hoa", "Hùng", "Hưng", "Khánh", "Lan", "Linh",
         "Long", "Mai", "Nam", "Nga", "Ngân", "Phúc", "Phương", "Quân", "Sơn", "Tâm", "Thảo", "Tú"]  # fmt: skip
PLACES = ["Mỹ Bình", "Mỹ Long", "Bình Khánh", "Bình Đức", "Đông Xuyên", "Mỹ Xuyên", "Mỹ Phước", "Mỹ Quý"]
MATTERS = [
    ("QĐ", "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ cho {holder} tại phường {place}", 30),
    ("QĐ", "Về việc cho phép chuyển mục đích sử dụng đất đối với {holder}, phường {place}", 20),
    ("QĐ", "Về việc thu hồi đất của {holder} để thực hiện dự án tại phường {place}", 15),
    ("QĐ", "Về việc xử phạt vi phạm hành chính trong lĩnh vực xây dựng", 15),
    ("QĐ", "Về việc phê duyệt quyết toán dự án hoàn thành công trình {thing} phường {place}", 10),
    ("BC", "Báo cáo kết quả công tác tháng của phường {place}", 6),
    ("TB", "Thông báo kết luận cuộc họp giao ban", 4),
]
THINGS = ["đường giao thông", "trường mầm non", "trụ sở làm việc", "chợ", "hệ thống thoát nước", "trạm y tế"]
SIGNERS = ["Nguyễn Văn Hùng", "Trần Thị Mỹ Dung", "Lê Quang Vinh"]
OFFICE = "ỦY BAN NHÂN DÂN THÀNH PHỐ MẪU"
TYPES = {"QĐ": "Quyết định", "BC": "Báo cáo", "TB": "Thông báo"}
PLAIN = "aăâbcdđeêghiklmnoôơpqrstuưvxy"


@dataclass(frozen=True)
class Scanned:
    """A scanned paper: what was read of it, and which row of the whole list it is."""

    name: str
    read: Evidence
    row: int


@dataclass(frozen=True)
class Months:
    """All lines of the list, and all papers."""

    lines: list[Line]
    papers: list[Scanned]


def some_months(seed: int, count: int, noise: float = 0.03, first: date = date(2025, 1, 2)) -> Months:
    """``count`` papers in the order of their numbers. ``noise``: share of letters that the engine misreads."""
    chance = random.Random(seed)
    lines, papers = [], []
    day, numbers = first, {"QĐ": 0, "BC": 0, "TB": 0}
    for row in range(2, count + 2):
        day += timedelta(days=chance.choice([0, 0, 0, 0, 0, 1, 1, 2]))
        ((kind, matter, _),) = chance.choices(MATTERS, [weight for *_, weight in MATTERS])
        numbers[kind] += 1
        if kind == "QĐ" and chance.random() < 0.01:
            numbers[kind] -= 1  # the same number given twice
        holder = " ".join(map(chance.choice, (FAMILIES, MIDDLES, GIVEN)))
        place, thing, signer = (
            chance.choice(PLACES),
            chance.choice(THINGS),
            chance.choices(SIGNERS, [6, 3, 1])[0],
        )
        subject = matter.format(holder=holder, place=place, thing=thing)
        number = f"{max(numbers[kind], 1):02}"
        values = {
            "number": number, "notation": f"{kind}-UBND", "code": f"{number}/{kind}-UBND", "issued_on": day.isoformat(),
            "subject": subject if chance.random() < 0.7 else subject.removeprefix("Về việc ").capitalize(),
            "signer_name": signer,
        }  # fmt: skip
        fined = "xử phạt" in matter
        if "{holder}" in matter or fined:
            values["holder_name"] = holder
        lines.append(Line(row, tuple(values.values()), values))
        text = _text(
            chance, kind, subject, holder if "{holder}" in matter or fined else "", place, signer, day
        )
        papers.append(Scanned(f"doc-{row:04}", _read(chance, text, values, kind, noise), row))
    return Months(lines, papers)


def _text(
    chance: random.Random, kind: str, subject: str, holder: str, place: str, signer: str, day: date
) -> list[str]:
    named = [f"Xét đơn của ông (bà) {holder}, thường trú tại phường {place}."] if holder else []
    return [
        f"{OFFICE} CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        f"Số: /{kind}-UBND Thành phố Mẫu, ngày tháng {day.month:02} năm {day.year}",
        TYPES[kind].upper(), subject, "CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ MẪU",
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
        f"Theo đề nghị của Trưởng phòng Quản lý đô thị tại Tờ trình số {chance.randint(1, 400)}/TTr-QLĐT.", *named,
        f"Điều 1. {subject}, diện tích {chance.randint(40, 900)} m2, thửa đất số {chance.randint(1, 900)}.",
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.",
        "Điều 3. Chánh Văn phòng, Trưởng phòng Quản lý đô thị, Chủ tịch phường chịu trách nhiệm thi hành.",
        "Nơi nhận: Như Điều 3; Lưu: VT.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", signer,
    ]  # fmt: skip


def _read(
    chance: random.Random, text: Sequence[str], values: dict[str, str], kind: str, noise: float
) -> Evidence:
    seen: dict[str, tuple[str, float]] = {"doc_type": (TYPES[kind], 0.95)}
    text = [misread(chance, line, noise) for line in text]
    if chance.random() < 0.9:
        seen["notation"] = (misread(chance, values["notation"], noise), chance.uniform(0.7, 0.95))
    if chance.random() < 0.75:
        seen["subject"] = (text[4], chance.uniform(0.6, 0.97))
    if chance.random() < 0.7:
        seen["signer_name"] = (text[-1], chance.uniform(0.6, 0.95))
    if chance.random() < 0.1:  # figures by hand: mostly nothing, sometimes something else
        right = chance.random() < 0.3
        seen["number"] = (values["number"] if right else str(chance.randint(1, 99)), chance.uniform(0.3, 0.6))
    if chance.random() < 0.1:
        month = date.fromisoformat(values["issued_on"]).replace(day=chance.randint(1, 28))
        seen["issued_on"] = (month.isoformat(), chance.uniform(0.3, 0.6))
    return Evidence(seen, "\n".join(text))


def misread(chance: random.Random, written: str, noise: float) -> str:
    """The text with letters taken for others, lost, or run together, as an engine does on a worn page."""
    found = []
    for letter in written:
        if chance.random() >= noise:
            found.append(letter)
        elif letter.isalpha() and chance.random() < 0.8:
            found.append(chance.choice(PLAIN))
    return "".join(found)
