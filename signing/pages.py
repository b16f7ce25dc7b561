"""Adding to pages of a pikepdf document: white margins and drawings, upright to who looks, whatever /Rotate says.

What is on a page is neither moved nor scaled; what its crop box hid stays hidden.
"""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Name

from signing.errors import NotCopied
from signing.mark import FONT
from signing.sheet import Sheet


def sheet_of(page: pikepdf.Page) -> Sheet:
    """Give what is shown of a page.

    Raises:
        NotCopied: PAGE_ROTATED, by no quarter turn; FORMAT_FAILURE.
    """
    rotate = _inherited(page, "/Rotate")
    try:
        turn = 0 if rotate is None else int(rotate)
        if turn % 90:
            raise NotCopied("PAGE_ROTATED", str(turn))
        unit = float(page.obj.get("/UserUnit", 1))  # not inherited (ISO 32000-1 table 30)
        return Sheet.of(
            [float(one) for one in page.mediabox], [float(one) for one in page.cropbox], turn, unit
        )
    except (ValueError, TypeError) as error:
        raise NotCopied("FORMAT_FAILURE", str(error)) from error


def grow(
    pdf: pikepdf.Pdf, page: pikepdf.Page, *, right: float = 0.0, top: float = 0.0, bottom: float = 0.0
) -> Sheet:
    """Make the page larger on these sides as seen (pt); give the sheet it was, in whose coordinates things are drawn.

    The page's content is clipped to what was shown, and white is painted beside it: nothing that the crop box hid
    comes to light.
    """
    sheet = sheet_of(page)
    shown = sheet.grown(0.0, bottom, right, top).shown
    for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if name in page:
            del page[name]
    page.mediabox = Array([round(edge, 3) for edge in shown])
    x0, y0, x1, y1 = sheet.shown
    before = b"q %g %g %g %g re W n" % (x0, y0, x1 - x0, y1 - y0)
    page.contents_add(pdf.make_stream(before), prepend=True)
    width, height = sheet.size
    paper = (
        (0.0, height, width + right, top),
        (width, -bottom, right, height + bottom),
        (0.0, -bottom, width, bottom),
    )
    strips = b" ".join(b"%g %g %g %g re" % one for one in paper if min(one[2:]) > 0)
    page.contents_add(pdf.make_stream(b"Q"))
    if strips:
        paint(pdf, page, sheet, b"1 1 1 rg " + strips + b" f")
    return sheet


def paint(pdf: pikepdf.Pdf, page: pikepdf.Page, sheet: Sheet, content: bytes) -> None:
    """Draw over the page in the coordinates of ``sheet`` as seen."""
    page.contents_add(pdf.make_stream(b"q %g %g %g %g %g %g cm\n%s\nQ" % (*sheet.matrix, content)))


def write(
    pdf: pikepdf.Pdf, page: pikepdf.Page, sheet: Sheet, content: bytes, typeface: pikepdf.Dictionary
) -> None:
    """Draw as ``paint`` does, with the marks' typeface (``embed.font``) under the name FONT. Whatever the page itself
    called by this name is replaced: only marks of ours are."""
    page.add_resource(typeface, Name.Font, Name("/" + FONT))
    paint(pdf, page, sheet, content)


def _inherited(page: pikepdf.Page, key: str) -> pikepdf.Object | None:
    """Give a page attribute, from the page tree when the page has none (ISO 32000-1 7.7.3.4)."""
    node: pikepdf.Object | None = page.obj
    for _ in range(100):  # a loop among parents ends here
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(key)
