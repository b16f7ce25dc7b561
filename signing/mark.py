"""The visible mark of a seal, laid out by the law's template (signing/templates.py). Pure text layout.

Usually agency and time: TT 05/2025/TT-BNV [E] for a digitised record: top right of page 1, no seal picture, agency
name and ISO 8601 time, Times New Roman 10 regular black. NĐ 30/2020 annex I for a copy: the form of the copy (SAO Y …)
above both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from signing.errors import NotSealed
from signing.sheet import Box
from signing.templates import HANOI, Template, in_force, of_form
from signing.typeface import Typeface, marks

__all__ = ["HANOI", "Box", "Line", "Mark", "drawn", "iso_time", "lay_out", "mark_size"]

LEADING = 1.15  # line pitch in font sizes
PADDING_PT = 2.0
ROUNDING_PT = 0.01
FONT = "HosoMark"  # name of the typeface in the resources of whatever is drawn on


@dataclass(frozen=True)
class Mark:
    """What is written and where. `box` is (x0, y0, x1, y1) in the page's own coordinates.

    `heading` is the form of a copy, empty on a record; `signer` the person who signs, where the mark names one, with
    the `title` of the office held. `at` is aware; it is shown in Hanoi time, whole seconds. `template`: None for the
    one that the law wants for a record or a copy at that time. `method`: how the place was found, "free" or "band"
    (signing/places.py); it is told in the seal's report. `turn`: degrees clockwise by which the page is shown turned,
    `unit`: points in one unit of the page's coordinates; sealing finds both.
    """

    agency_name: str
    at: datetime
    box: Box
    heading: str = ""
    signer: str = ""
    template: Template | None = None
    method: str = ""
    turn: int = 0
    title: str = ""
    unit: float = 1.0

    @property
    def rule(self) -> Template:
        """Give the template it follows.

        Raises:
            NotSealed: NO_MARK_TEMPLATE, none was in force at that time.
        """
        if self.template is not None:
            return self.template
        return of_form(self.heading, self.at) if self.heading else in_force("P2", self.at)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as seen, pt."""
        x0, y0, x1, y1 = (edge * self.unit for edge in self.box)
        return (y1 - y0, x1 - x0) if self.turn in (90, 270) else (x1 - x0, y1 - y0)


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


def mark_size(
    agency_name: str,
    heading: str = "",
    *,
    signer: str = "",
    title: str = "",
    template: Template | None = None,
) -> tuple[float, float]:
    """Give (width, height) in pt to reserve for the mark at full size; long names take more lines."""
    mark = Mark(agency_name, _ANY_TIME, (0, 0, 0, 0), heading, signer, template, title=title)
    face, rule = marks(), mark.rule
    inner = rule.width_pt - 2 * PADDING_PT
    count = sum(len(face.wrap(text, rule.size_pt, inner)) for text in _texts(mark, rule))
    return rule.width_pt, max(rule.height_pt, count * rule.size_pt * LEADING + 2 * PADDING_PT)


# Every time is written in as many letters; a mark's size does not depend on it. Templates differ with the day: where
# that matters the caller names one.
_ANY_TIME = datetime(2026, 1, 1, tzinfo=HANOI)


def _texts(mark: Mark, rule: Template) -> tuple[str, ...]:
    return rule.texts(
        {
            "form": mark.heading or rule.form,
            "agency": mark.agency_name,
            "signer": mark.signer,
            "title": mark.title,
            "time": iso_time(mark.at),
        }
    )


def lay_out(mark: Mark) -> tuple[Line, ...]:
    """Give the mark's lines, shrunk in half points until they fit the box.

    Raises:
        NotSealed: BAD_MARK, they do not fit at the template's smallest size; NO_MARK_TEMPLATE.
    """
    rule = mark.rule
    full = mark.size
    # a box was carried into the page's coordinates and back
    width, height = full[0] - 2 * PADDING_PT + ROUNDING_PT, full[1] - 2 * PADDING_PT + ROUNDING_PT
    paragraphs = _texts(mark, rule)
    face = marks()
    size = rule.size_pt
    while size >= rule.smallest_pt:
        lines = [line for part in paragraphs for line in face.wrap(part, size, width)]
        if len(lines) * size * LEADING <= height and all(face.width(line, size) <= width for line in lines):
            return _placed(face, lines, size, full[1])
        size -= 0.5
    raise NotSealed("BAD_MARK", f"{len(mark.agency_name)} letters do not fit {width:.0f} x {height:.0f} pt")


def _placed(face: Typeface, lines: list[str], size: float, height: float) -> tuple[Line, ...]:
    first = height - PADDING_PT - size * face.ascent / 1000
    return tuple(
        Line(text, size, PADDING_PT, round(first - number * size * LEADING, 2))
        for number, text in enumerate(lines)
    )


def drawn(lines: Iterable[Line], colour: tuple[float, float, float] = (0, 0, 0)) -> bytes:
    """Give the content stream operators that write `lines` (DeviceRGB, the PDF/A output intent is sRGB)."""
    face = marks()
    out = [b"q %g %g %g rg BT" % colour]
    for line in lines:
        out.append(b"/%s %g Tf" % (FONT.encode(), line.size_pt))
        out.append(b"1 0 0 1 %g %g Tm %s Tj" % (line.x_pt, line.y_pt, face.encode(line.text)))
    out.append(b"ET Q")
    return b"\n".join(out)
