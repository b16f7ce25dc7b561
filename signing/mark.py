"""The visible mark of a seal: agency and time, in the corner where the law puts them. Pure text layout.

TT 05/2025/TT-BNV [E] for a digitised record: top right of page 1, no seal picture, agency name and ISO 8601 time,
Times New Roman 10 regular black. NĐ 30/2020 annex I for a copy: the form of the copy (SAO Y …) above both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from signing.errors import NotSealed
from signing.typeface import Typeface, marks

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SIZE_PT = 10.0  # NĐ 30/2020 annex I, TT 05/2025 [E]
SMALLEST_PT = 5.0  # below this a print at 100 % is no longer read
LEADING = 1.15  # line pitch in font sizes
PADDING_PT = 2.0
FONT = "HosoMark"  # name of the typeface in the resources of whatever is drawn on
WIDTH_PT = 200.0
HEIGHT_PT = 36.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """What is written and where. `box` is (x0, y0, x1, y1) in pt in the page's own coordinates, page 1.

    `heading` is the form of a copy, empty on a record. `at` is aware; it is shown in Hanoi time, whole seconds.
    """

    agency_name: str
    at: datetime
    box: Box
    heading: str = ""


@dataclass(frozen=True)
class Line:
    """One line of text with its start point inside the box, pt from the box's lower left."""

    text: str
    size_pt: float
    x_pt: float
    y_pt: float


def iso_time(at: datetime) -> str:
    """Give `at` as TT 05/2025 [E] and NĐ 30/2020 annex I want it: ISO 8601, +07:00, no fractions.

    Raises:
        ValueError: `at` has no offset.
    """
    if at.tzinfo is None:
        raise ValueError("a mark needs an aware time")
    return at.astimezone(HANOI).replace(microsecond=0).isoformat()


def mark_size(agency_name: str, heading: str = "") -> tuple[float, float]:
    """Give (width, height) in pt to reserve for the mark at full size; long names take more lines."""
    face = marks()
    inner = WIDTH_PT - 2 * PADDING_PT
    paragraphs = [part for part in (heading, agency_name) if part]
    count = 1 + sum(len(face.wrap(part, SIZE_PT, inner)) for part in paragraphs)
    return WIDTH_PT, max(HEIGHT_PT, count * SIZE_PT * LEADING + 2 * PADDING_PT)


def lay_out(mark: Mark) -> tuple[Line, ...]:
    """Give the mark's lines, shrunk in half points until they fit the box.

    Raises:
        NotSealed: BAD_MARK, they do not fit at SMALLEST_PT.
    """
    x0, y0, x1, y1 = mark.box
    width, height = x1 - x0 - 2 * PADDING_PT, y1 - y0 - 2 * PADDING_PT
    paragraphs = [part for part in (mark.heading, mark.agency_name, iso_time(mark.at)) if part]
    face = marks()
    size = SIZE_PT
    while size >= SMALLEST_PT:
        lines = [line for part in paragraphs for line in face.wrap(part, size, width)]
        if len(lines) * size * LEADING <= height and all(face.width(line, size) <= width for line in lines):
            return _placed(face, lines, size, y1 - y0)
        size -= 0.5
    raise NotSealed("BAD_MARK", f"{len(mark.agency_name)} letters do not fit {width:.0f} x {height:.0f} pt")


def _placed(face: Typeface, lines: list[str], size: float, height: float) -> tuple[Line, ...]:
    first = height - PADDING_PT - size * face.ascent / 1000
    return tuple(
        Line(text, size, PADDING_PT, round(first - number * size * LEADING, 2))
        for number, text in enumerate(lines)
    )


def drawn(lines: Iterable[Line]) -> bytes:
    """Give the content stream operators that write `lines` in black (DeviceRGB, the PDF/A output intent is sRGB)."""
    face = marks()
    out = [b"q 0 0 0 rg BT"]
    for line in lines:
        out.append(b"/%s %g Tf" % (FONT.encode(), line.size_pt))
        out.append(b"1 0 0 1 %g %g Tm %s Tj" % (line.x_pt, line.y_pt, face.encode(line.text)))
    out.append(b"ET Q")
    return b"\n".join(out)
