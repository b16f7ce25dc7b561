"""The fixed parts of a paper after Nghị định 30/2020/NĐ-CP: the two-column head and the signature block."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .fonts import Style
from .layout import Layout
from .pen import INKS
from .sheet import INK, PenMark, SealMark, SignatureMark

_BLUE_PEN = (38, 52, 150)
_SEAL_DIAMETER_MM = 36


@dataclass(frozen=True)
class Head:
    """What stands above the text. ``subject``: the "V/v" under the number, on papers without a type name.
    ``pen``: draws how number and day are written into their slots with a pen; None: both are printed or set in a
    slanted font."""

    parent: str | None
    agency: str
    number: str
    symbol: str
    place: str
    day: date
    subject: str | None = None
    pen: random.Random | None = None


@dataclass(frozen=True)
class Signing:
    """What stands below the text: capacity, title and name of the signer, recipients, whose seal."""

    capacity_line: str
    title: str
    name: str
    recipients: Sequence[str]
    agency: str


def written_day(day: date) -> str:
    """A day as papers write it: one-digit days and the months January and February padded."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def write_head(page: Layout, head: Head) -> None:
    """Write both columns of the head and leave the cursor below the longer one."""
    left_end = _write_left_column(page, head)
    right_end = _write_right_column(page, head)
    page.cursor = max(left_end, right_end) + 6


def _write_left_column(page: Layout, head: Head) -> float:
    middle = page.left + page.text_width * 0.21 - 8
    y = page.top - 6
    if head.parent:
        for line in page.split_balanced(head.parent, "regular", 12.5, page.text_width * 0.42):
            page.text(line, middle, y, "regular", 12.5, "centre", "hdr_left", "parent_agency")
            y += 15
    for line in page.split_balanced(head.agency, "bold", 12.5, page.text_width * 0.42):
        page.text(line, middle, y, "bold", 12.5, "centre", "hdr_left", "issuing_agency")
        y += 15
    page.rule(middle - 34, middle + 34, y + 2)
    y += 8
    slanted = page.rng.random() < 0.4
    if head.pen is not None:
        _write_slotted(
            page, head.pen, "Số:", head.number, f"/{head.symbol}", middle, y, "number_symbol", "regular"
        )
    elif slanted:
        _write_number_by_hand(page, head, middle, y)
    else:
        number = f"Số: {head.number}/{head.symbol}"
        page.text(number, middle, y, "regular", 13, "centre", "hdr_left", "number_symbol")
    y += 17
    if head.subject:
        for line in page.split_balanced("V/v " + head.subject, "regular", 12, page.text_width * 0.40):
            page.text(line, middle, y, "regular", 12, "centre", "hdr_left", "title")
            y += 14
    return y


def _write_number_by_hand(page: Layout, head: Head, middle: float, y: float) -> None:
    """Print "Số:  /symbol" and fill the number in slanted, in blue or black: no handwriting font is at hand."""
    start = middle - page.width_of(f"Số:  {head.number} /{head.symbol}", "regular", 13) / 2
    page.put("Số:", start, y, "regular", 13)
    x = start + page.width_of("Số: ", "regular", 13)
    page.put(head.number, x, y - 1.5, "bold-italic", 14.5, page.rng.choice((_BLUE_PEN, INK)))
    x += page.width_of(head.number, "bold-italic", 14.5) + 1
    page.put("/" + head.symbol, x, y, "regular", 13)
    x += page.width_of("/" + head.symbol, "regular", 13)
    full = f"Số: {head.number}/{head.symbol}"
    scale = page.pixels_per_point
    height = (y + 16) * scale - (y - 1.5) * scale
    page.record(full, start, y - 1.5, x, height, "hdr_left", "number_symbol", by_hand=True)


def _write_slotted(
    page: Layout, pen: random.Random, before: str, figures: str, after: str, middle: float, y: float, value: str,
    style: Style,
) -> None:  # fmt: skip
    """Print ``before`` and ``after`` around a blank slot and let a pen write figures into it."""
    size = 11.5 if page.wide and style == "italic" else 13.0
    slot = 10.0 * len(figures) + pen.uniform(8, 26)
    lead, tail = (page.width_of(text, style, size) for text in (before, after))
    start = middle - (lead + slot + tail) / 2
    page.put(before, start, y, style, size)
    page.put(after, start + lead + slot, y, style, size)
    scale = page.pixels_per_point
    left = start + lead + pen.uniform(3, 8)
    foot = y + size * 0.92 + pen.uniform(-1.5, 1.5)
    page.sheet.marks.append(
        PenMark(
            figures,
            (left * scale, foot * scale),
            pen.uniform(9, 15) * scale,
            pen.choice(INKS),
            pen.getrandbits(31),
        )
    )
    block = "hdr_left" if style == "regular" else "hdr_right"
    full = f"{before} {figures}{after}" if after.startswith("/") else f"{before} {figures} {after}"
    page.record(full, start, y, start + lead + slot + tail, 16 * scale, block, value, by_hand=True)


def _write_right_column(page: Layout, head: Head) -> float:
    middle = page.left + page.text_width * 0.70 + 4
    y = page.top - 6
    state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    page.text(state, middle, y, "bold", 10.5 if page.wide else 12.5, "centre", "hdr_right")
    y += 15.5
    motto = "Độc lập - Tự do - Hạnh phúc"
    left, right = page.text(motto, middle, y, "bold", 12 if page.wide else 13.5, "centre", "hdr_right")
    y += 17.5
    page.rule(left, right, y + 0.5)
    y += 9
    if head.pen is not None:
        _, number, rest = written_day(head.day).split(" ", 2)
        _write_slotted(page, head.pen, f"{head.place}, ngày", number, rest, middle, y, "place_date", "italic")
        return y + 18
    day = f"{head.place}, {written_day(head.day)}"
    page.text(day, middle, y, "italic", 11.5 if page.wide else 13, "centre", "hdr_right", "place_date")
    return y + 18


def write_signature(page: Layout, signing: Signing) -> None:
    """Write recipients on the left and the signer on the right, and mark where signature and seal go."""
    page.keep_room(150)
    top = page.cursor + 10
    recipients_end = _write_recipients(page, signing.recipients, top)
    middle = page.left + page.text_width * 0.75
    y = top
    for text, value in ((signing.capacity_line, "capacity_line"), (signing.title, "signer_title")):
        if text:
            for line in page.split_balanced(text, "bold", 13, page.text_width * 0.48):
                page.text(line, middle, y, "bold", 13, "centre", "sign", value)
                y += 16
    rng, scale = page.rng, page.pixels_per_point
    room = rng.uniform(52, 68)
    page.text(signing.name, middle, y + room, "bold", 13.5, "centre", "sign", "signer_name")
    # The seal covers about a third of the signature, low enough to touch the signer's name.
    centre_x = (middle - 48 + rng.uniform(-6, 6)) * scale
    centre_y = (y + room * 0.62 + rng.uniform(-4, 6)) * scale
    radius = _SEAL_DIAMETER_MM / 25.4 * page.dpi / 2 * rng.uniform(0.94, 1.02)
    page.sheet.marks.append(SealMark((centre_x, centre_y), radius, signing.agency))
    page.sheet.marks.append(SignatureMark((middle * scale, (y + room * 0.52) * scale), 62 * scale))
    page.cursor = max(recipients_end, y + room + 20)


def _write_recipients(page: Layout, recipients: Sequence[str], top: float) -> float:
    page.text("Nơi nhận:", page.left, top, "bold-italic", 12, "left", "recip")
    y = top + 14.5
    for recipient in recipients:
        for line in page.split_balanced(recipient, "regular", 11, page.text_width * 0.44):
            page.text(line, page.left, y, "regular", 11, "left", "recip", "recipients")
            y += 13
    return y
