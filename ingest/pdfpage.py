"""Is this PDF page nothing but one scanned picture? Read from its content stream."""

from __future__ import annotations

from dataclasses import dataclass

import pikepdf

Matrix = tuple[float, float, float, float, float, float]

INVISIBLE = 3
"""Text rendering mode of a text layer under a scan (ISO 32000-2 9.3.6)."""

COVER = 0.9
"""A scan fills its page; less than this share means letterhead, photo or drawing on a page of its own."""

MOST_OPERATORS = 200_000
"""A page of a scan with its text layer needs some thousands."""

PAINTING = frozenset(["f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "BI", "EI", "INLINE", "IMAGE"])
SHOWING = frozenset(["Tj", "TJ", "'", '"'])


@dataclass(frozen=True)
class Picture:
    """The one picture of a page. ``inches``: width and height it takes on paper, as stored (before turning)."""

    stream: pikepdf.Stream
    width: int
    height: int
    inches: tuple[float, float]
    turned: int

    @property
    def is_plain_jpeg(self) -> bool:
        """A JPEG whose bytes alone give the right picture: no mask, no inverted values, grey or RGB."""
        found = self.stream.get("/Filter")
        only = found[0] if isinstance(found, pikepdf.Array) and len(found) == 1 else found
        return (
            only == pikepdf.Name.DCTDecode
            and "/Decode" not in self.stream
            and "/SMask" not in self.stream
            and "/Mask" not in self.stream
        )


def only_picture(page: pikepdf.Page) -> Picture | None:
    """The picture, if the page shows exactly one, upright in its own space, over (nearly) all of it, and no
    visible text or drawing besides."""
    if "/Annots" in page.obj and len(page.obj.Annots) > 0:
        return None  # signatures and stamps are drawn over the scan
    found = _draws_once(page)
    if found is None:
        return None
    name, matrix = found
    resources = page.resources.get("/XObject")
    stream = resources.get(name) if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(stream, pikepdf.Stream) or stream.get("/Subtype") != pikepdf.Name.Image:
        return None
    across, b, c, up, _, _ = matrix
    if b or c or across <= 0 or up <= 0:
        return None  # turned or mirrored by the content: the page is drawn instead
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    if across * up < COVER * abs((x1 - x0) * (y1 - y0)):
        return None
    unit = float(page.obj.get("/UserUnit", 1))
    return Picture(
        stream,
        int(stream.get("/Width", 0)),
        int(stream.get("/Height", 0)),
        (across * unit / 72, up * unit / 72),
        -int(page.obj.get("/Rotate", 0)) % 360,
    )


def _draws_once(page: pikepdf.Page) -> tuple[str, Matrix] | None:
    """Name and matrix of the page's only painting operation, None when there are others."""
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    saved: list[tuple[Matrix, int]] = []
    mode = 0
    drawn: tuple[str, Matrix] | None = None
    for count, instruction in enumerate(pikepdf.parse_content_stream(page)):
        operator = str(instruction.operator)
        if count > MOST_OPERATORS or operator in PAINTING:
            return None
        if operator in SHOWING and mode != INVISIBLE:
            return None
        operands = instruction.operands
        if operator == "q":
            saved.append((matrix, mode))
        elif operator == "Q" and saved:
            matrix, mode = saved.pop()
        elif operator == "cm" and len(operands) == 6:
            matrix = _times([float(value) for value in operands], matrix)
        elif operator == "Tr":
            mode = int(operands[0])
        elif operator == "Do":
            if drawn is not None:
                return None
            drawn = (str(operands[0]), matrix)
    return drawn


def _times(inner: list[float], outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    m, n, o, p, q, r = outer
    return (
        a * m + b * o,
        a * n + b * p,
        c * m + d * o,
        c * n + d * p,
        e * m + f * o + q,
        e * n + f * p + r,
    )
