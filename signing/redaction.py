"""Pages of a sealed record drawn as pictures in which what is hidden is not there. Everything comes from the picture.

The page is drawn by pdfium as a reader sees it, marks and seals included; then every pixel that is not to be seen is
painted white, then it is encoded. Text, metadata, attachments, layers and earlier revisions of the file never come near
the result: an extract is built anew from these pictures (ISO 32000-1 has too many places where something can hide).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2
import pypdfium2.raw as raw
from PIL import Image

from signing.errors import NotCopied
from signing.selection import Part, Region, Shares, see_that_some_is_left_out

DPI = 300.0
"""At which a page is drawn that is not one scanned picture; a scan is drawn at its own resolution."""
LEAST_DPI, MOST_DPI = 150.0, 400.0
MOST_PIXELS = 60_000_000
MOSTLY = 0.5  # share of a page that its picture covers where the page is a scan
GREY_NOISE = 2
QUALITY = 90
WHITE = 255

Mask = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Drawn:
    """A page to be shown: `picture` in mode 1, L or RGB, already without what is hidden; `hidden` by pixel, rows first.
    `show` and `hide` are shares of the page."""

    part: Part
    picture: Image.Image
    hidden: Mask
    dpi: float
    show: tuple[Shares, ...]
    hide: tuple[Shares, ...]

    def encoded(self) -> bytes:
        """Give PNG of one bit a pixel (it becomes CCITT G4), or else JPEG."""
        out = io.BytesIO()
        if self.picture.mode == "1":
            self.picture.save(out, "PNG")
        else:
            self.picture.save(out, "JPEG", quality=QUALITY, subsampling=0)
        return out.getvalue()

    def shows(self, box: Sequence[float]) -> bool:
        """Say whether nothing of a box in pixels, or next to it, is hidden. A letter reaches a little beyond where text
        layers put it: a quarter of its height is left around it."""
        x0, y0, x1, y1 = box
        near = (y1 - y0) / 4
        rows, columns = self.hidden.shape
        left, right = max(0, int(x0 - near)), min(columns, int(x1 + near) + 1)
        top, bottom = max(0, int(y0 - near)), min(rows, int(y1 + near) + 1)
        return right > left and bottom > top and not self.hidden[top:bottom, left:right].any()


def draw(pdf: bytes, parts: Sequence[Part]) -> Iterator[tuple[pypdfium2.PdfPage, Drawn]]:
    """Give every part drawn, with its open page (for its text). Does not verify the record.

    Raises:
        NotCopied: FORMAT_FAILURE; EXTRACT_NOTHING, what is hidden covers all that is shown of a page.
    """
    try:
        document = pypdfium2.PdfDocument(_flattened(pdf))
    except (pypdfium2.PdfiumError, pikepdf.PdfError) as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error
    try:
        for part in parts:
            page = document[part.page - 1]
            yield page, _drawn(page, part)
            page.close()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error
    finally:
        document.close()


def fitted(pdf: bytes, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Give the parts as `draw` would show them, without drawing: a page of which nothing is left out is whole.

    Raises:
        NotCopied: FORMAT_FAILURE; EXTRACT_OUTSIDE, a region lies beside its page: what was to be hidden there would be
            seen; EXTRACT_NOTHING, what is hidden covers all that is shown of a page.
        BadSelection: EXTRACT_WHOLE, nothing is left out of any page.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error
    try:
        found = tuple(part if part.whole else _fitted(document[part.page - 1], part) for part in parts)
        see_that_some_is_left_out(found, len(document))
        return found
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error
    finally:
        document.close()


def _fitted(page: pypdfium2.PdfPage, part: Part) -> Part:
    width, height = page.get_size()
    dpi, _ = _resolution(page, width, height)
    page.close()
    show, hide = _shares(part.show, width, height), _shares(part.hide, width, height)
    if any(x0 >= x1 or y0 >= y1 for x0, y0, x1, y1 in (*show, *hide)):
        raise NotCopied("EXTRACT_OUTSIDE", f"page {part.page}")
    hidden = hidden_pixels(_up(height * dpi / 72), _up(width * dpi / 72), show, hide)
    if hidden.all():
        raise NotCopied("EXTRACT_NOTHING", f"page {part.page}")
    return part if hidden.any() else Part(part.page)


def picture_of(pdf: bytes, page: int, most_side: int) -> bytes:
    """Give one page as PNG, no side longer than `most_side` pixels: what a person chooses regions on."""
    for _, one in draw(pdf, (Part(page),)):
        picture = one.picture.convert("L") if one.picture.mode == "1" else one.picture
        picture.thumbnail((most_side, most_side))
        out = io.BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()
    raise NotCopied("FORMAT_FAILURE")


def _flattened(pdf: bytes) -> bytes:
    """Give the file with the marks of seals as content of their pages, as in a copy: as form fields pdfium draws their
    letters with coloured edges, and a page of one bit a pixel would become a coloured one."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.flatten_annotations("all")
        for page in opened.pages:
            if "/Annots" in page.obj:
                del page.obj.Annots  # what is left has no look
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def _drawn(page: pypdfium2.PdfPage, part: Part) -> Drawn:
    width, height = page.get_size()
    dpi, bilevel = _resolution(page, width, height)
    pixels = np.array(page.render(scale=dpi / 72).to_pil().convert("RGB"))
    show, hide = _shares(part.show, width, height), _shares(part.hide, width, height)
    hidden = hidden_pixels(pixels.shape[0], pixels.shape[1], show, hide)
    if hidden.all():
        raise NotCopied("EXTRACT_NOTHING", f"page {part.page}")
    pixels[hidden] = WHITE
    pixels[_frame(hidden, max(2, round(dpi / 100)))] = 0
    picture = Image.fromarray(pixels)
    if _is_grey(pixels):  # of what is left: nothing tells whether the rest was in colour
        picture = picture.convert("L")
        if bilevel:
            picture = picture.point(lambda value: WHITE if value > 127 else 0)
            picture = picture.convert("1", dither=Image.Dither.NONE)
    return Drawn(part, picture, hidden, dpi, show, hide)


def _is_grey(pixels: Pixels) -> bool:
    red, green, blue = (pixels[:, :, channel].astype(np.int16) for channel in range(3))
    return int(max(np.abs(red - green).max(), np.abs(green - blue).max())) <= GREY_NOISE


def _shares(regions: Sequence[Region], width: float, height: float) -> tuple[Shares, ...]:
    """Give regions as shares with as many places as the sealed list keeps: drawn again from it, no edge moves."""
    found = (one.shares(width, height) for one in regions)
    return tuple((round(x0, 6), round(y0, 6), round(x1, 6), round(y1, 6)) for x0, y0, x1, y1 in found)


def hidden_pixels(rows: int, columns: int, show: Sequence[Shares], hide: Sequence[Shares]) -> Mask:
    """Give which pixels are hidden. A pixel that a hidden region touches is hidden; of what is shown, only whole ones
    are seen."""
    hidden = np.full((rows, columns), bool(show))
    for x0, y0, x1, y1 in show:
        hidden[_up(y0 * rows) : int(y1 * rows), _up(x0 * columns) : int(x1 * columns)] = False
    for x0, y0, x1, y1 in hide:
        hidden[int(y0 * rows) : _up(y1 * rows), int(x0 * columns) : _up(x1 * columns)] = True
    return hidden


def _up(value: float) -> int:
    return -int(-value // 1)


def _frame(hidden: Mask, thickness: int) -> Mask:
    """Give the line around what is hidden, inside of it: an empty place is told from one that was left out."""
    rows, columns = hidden.shape
    around = np.pad(hidden, thickness, constant_values=True)  # no line along the edge of the page
    down = np.logical_and.reduce([around[shift : shift + rows] for shift in range(2 * thickness + 1)])
    inner = np.logical_and.reduce([down[:, shift : shift + columns] for shift in range(2 * thickness + 1)])
    return np.asarray(hidden & ~inner)


def _resolution(page: pypdfium2.PdfPage, width: float, height: float) -> tuple[float, bool]:
    """Give the resolution of the page's scan and whether it is of one bit a pixel; DPI where the page is drawn; never
    one that makes more than MOST_PIXELS."""
    most = 72 * (MOST_PIXELS / max(width * height, 1)) ** 0.5
    for image in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=1):
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) < MOSTLY * width * height:
            continue
        told: Any = image.get_metadata()
        longer = max(told.width, told.height) / max(right - left, top - bottom) * 72
        return min(max(longer, LEAST_DPI), MOST_DPI, most), told.bits_per_pixel == 1
    return min(DPI, most), False
