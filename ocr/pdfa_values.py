"""What goes into an archival PDF, what comes out of it, and why none could be built.

Lengths named ``*_pt`` or called points are 1/72 inch; page coordinates have their origin at the lower left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page image exactly as stored (JPEG or PNG) and its effective resolution in dots per inch."""

    data: bytes
    dpi: float


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says about itself. ``created_at`` must know its time zone; it is written in UTC."""

    title: str
    identifier: str
    created_at: datetime
    producer: str
    fields: Mapping[str, str | int | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Margin:
    """White added to page 1 on the right and above, points. What is on the page stays where it is."""

    right: float = 0.0
    top: float = 0.0


NO_MARGIN = Margin()


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsealed PDF/A-2b."""

    pdf: bytes
    page_count: int


@dataclass(frozen=True, slots=True)
class PdfaReport:
    """The verdict of a PDF/A-2b check, meant to be stored with the record.

    ``ok`` is True only for an approval. ``verdict`` is "pass", "fail" or "not_checked" (nothing wrong was
    found, but something the checker cannot judge). ``findings`` are sentences; ``checker`` names program
    and version.
    """

    ok: bool
    verdict: str
    findings: tuple[str, ...]
    checker: str


_REASONS: dict[str, tuple[str, str]] = {
    "no-pages": ("Hồ sơ không có trang nào.", "There are no pages."),
    "page-count-mismatch": (
        "Số ảnh trang không khớp với số trang đã đọc ({readings}).",
        "The page images do not match the {readings} page readings in number.",
    ),
    "image-undecodable": (
        "Không giải mã được ảnh trang {page} (cần JPEG hoặc PNG).",
        "The image of page {page} cannot be decoded (JPEG or PNG expected).",
    ),
    "image-size-mismatch": (
        "Ảnh trang {page} có kích thước {found}, bản đọc ghi {expected} điểm ảnh.",
        "The image of page {page} has {found} pixels, its reading says {expected}.",
    ),
    "rotation-unknown": (
        "Góc xoay {rotation} của trang {page} không hợp lệ (0, 90, 180, 270).",
        "Page {page} cannot be turned by {rotation} degrees (0, 90, 180, 270).",
    ),
    "page-size-out-of-range": (
        "Khổ trang {page} nằm ngoài giới hạn PDF/A (3–14400 pt); kiểm tra độ phân giải {dpi} dpi.",
        "Page {page} is outside the PDF/A limits (3 to 14400 pt); check its resolution of {dpi} dpi.",
    ),
    "created-at-without-zone": (
        "Thời điểm tạo thiếu múi giờ.",
        "The time of creation has no time zone.",
    ),
}


class NotBuilt(Exception):
    """No PDF could be made. ``code`` is stable, ``vi`` and ``en`` are for people; trying again is no use."""

    def __init__(self, code: str, **facts: object) -> None:
        vi, en = _REASONS[code]
        self.code = code
        self.vi = vi.format(**facts)
        self.en = en.format(**facts)
        super().__init__(f"{code}: {self.vi} / {self.en}")
