"""Small papers whose number and day are written by hand, and the office's list that has them typed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from tests.office import small_decision

HOLDERS = ("Trần Văn Bình", "Lê Thị Hoa", "Phạm Ngọc Lan", "Đỗ Quốc Tú", "Võ Minh Châu", "Hồ Thanh Sơn")
HEADINGS = ("STT", "Số, ký hiệu", "Ngày ban hành", "Trích yếu", "Chủ hồ sơ", "Người ký")


def paper_by_hand(holder: str, seed: int = 0) -> Image.Image:
    """An A6 decision at 200 dpi, lying: printed but for number and day, which a pen has scrawled."""
    picture = small_decision(
        "Số:          /QĐ-SXD", (560, "An Giang, ngày         tháng 6 năm 2024"),
        f"Điều 1. Cấp phép xây dựng nhà ở cho ông (bà) {holder}.",
    )  # fmt: skip
    draw = ImageDraw.Draw(picture)
    chance = random.Random(f"{holder} {seed}")
    for left in (112, 770):
        pen = [(left + 9 * step, 152 + chance.randint(-14, 14)) for step in range(5)]
        draw.line(pen, fill=60, width=3, joint="curve")
    return picture


def line_of(number: int, holder: str, day: str = "") -> tuple[str, ...]:
    """The list's line of such a paper."""
    return (
        str(number), f"{number:02}/QĐ-SXD", day or f"{number:02}/06/2024", "Về việc cấp giấy phép xây dựng", holder,
        "Nguyễn Văn Hùng",
    )  # fmt: skip


def list_file(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A list as a spreadsheet program saves it."""
    path.write_text("\n".join(";".join(row) for row in (HEADINGS, *rows)) + "\n", "utf-8-sig")
    return path
