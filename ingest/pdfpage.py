"""Is this PDF page nothing but one scanned picture? Read from its content stream."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top."""

EVERYTHING: Rectangle = (-math.inf, -math.inf, math.inf, math.inf)
NOTHING: Rectangle = (0, 0, 0, 0)

INVISIBLE = 3
"""Text rendering mode of a text layer under a scan (ISO 32000-2 9.3.6)."""

COVER = 0.9
"""A scan fills its page; less than this share means letterhead, photo or drawing on a page of its own."""

MOST_OPERATORS = 200_000
"""A page of a scan with its text layer needs some thousands."""

BLACK = {"g": [0], "rg": [0, 0, 0], "k": [0, 0, 0, 1]}
FILLING = frozenset(["g", "rg", "k", "sc", "scn", "cs"])
"""Operators that set the colour in which a mask is painted; it is black unless one of them says otherwise."""

PLAIN_SPACES = frozenset(["/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB", "/ICCBased"])

PAINTING = frozenset(["f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "BI", "EI", "INLINE", "IMAGE"])
SHOWING = frozenset(["Tj", "TJ", "'", '"'])


OUTLINING = frozenset(["m", "l", "c", "v", "y", "h", "re"])


@dataclass(frozen=True)
class _Graphics:
    """What of the graphics state decides how a picture looks."""

    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    mode: int = 0
    clip: Rectangle = EVERYTHING
    black: bool = True


@dataclass(frozen=True)
class Picture:
    """The one picture of a page. ``inches``: width and height it takes on paper, as stored (before turning).
    ``place``: left, bottom, width and height in page space."""

    stream: pikepdf.Stream
    width: int
    height: int
    inches: tuple[float, float]
    turned: int
    place: tuple[float, float, float, float]

    @property
    def is_jpeg(self) -> bool:
        """Its bytes are a JPEG file."""
        found = self.stream.get("/Filter")
        only = found[0] if isinstance(found, pikepdf.Array) and len(found) == 1 else found
        return bool(only == pikepdf.Name.DCTDecode)

    @property
    def is_plain(self) -> bool:
        """Its samples alone give the right picture: no mask over it, no colours but grey and RGB (or a palette),
        no values inverted where nobody would undo it (in a JPEG, in a palette)."""
        if "/SMask" in self.stream or "/Mask" in self.stream:
            return False
        if self.stream.get("/ImageMask", False) or self.stream.get("/Filter") == pikepdf.Name.JPXDecode:
            return True
        space = self.stream.get("/ColorSpace")
        name = str(space[0] if isinstance(space, pikepdf.Array) and len(space) else space)
        if name == "/Indexed":
            return not self.is_jpeg and "/Decode" not in self.stream
        return name in PLAIN_SPACES and not (self.is_jpeg and "/Decode" in self.stream)


def only_picture(page: pikepdf.Page) -> Picture | None:
    """The picture, if the page shows exactly one, upright in its own space, over (nearly) all of it, and no
    visible text or drawing besides."""
    if "/Annots" in page.obj and len(page.obj.Annots) > 0:
        return None  # signatures and stamps are drawn over the scan
    found = _draws_once(page)
    if found is None:
        return None
    name, matrix, clip, black = found
    resources = page.resources.get("/XObject")
    stream = resources.get(name) if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(stream, pikepdf.Stream) or stream.get("/Subtype") != pikepdf.Name.Image:
        return None
    across, b, c, up, left, bottom = matrix
    if b or c or across <= 0 or up <= 0:
        return None  # turned or mirrored by the content: the page is drawn instead
    if not black and stream.get("/ImageMask", False):
        return None
    box = _ordered([float(edge) for edge in page.cropbox])
    whole = (left, bottom, left + across, bottom + up)
    seen = _area(_common(_common(whole, box), clip))
    if seen < COVER * _area(box) or seen < COVER * _area(whole):
        return None  # does not fill the page, or the page shows only a part of it
    unit = float(page.obj.get("/UserUnit", 1))
    turned = -int(page.obj.get("/Rotate", 0)) % 360
    return Picture(
        stream,
        int(stream.get("/Width", 0)),
        int(stream.get("/Height", 0)),
        (across * unit / 72, up * unit / 72),
        0 if turned % 90 else turned,  # other angles are not allowed, and viewers ignore them
        (left, bottom, across, up),
    )


def _draws_once(page: pikepdf.Page) -> tuple[str, Matrix, Rectangle, bool] | None:
    """The page's only painting operation, None when there are others: name, matrix, the rectangle it is clipped to,
    whether the fill colour is black."""
    state = _Graphics()
    saved: list[_Graphics] = []
    path: Rectangle | None = None
    drawn = None
    for count, instruction in enumerate(pikepdf.parse_content_stream(page)):
        operator, operands = str(instruction.operator), instruction.operands
        if count > MOST_OPERATORS or operator in PAINTING:
            return None
        if operator in SHOWING and state.mode != INVISIBLE:
            return None
        if operator == "q":
            saved.append(state)
        elif operator == "Q" and saved:
            state = saved.pop()
        elif operator == "cm" and len(operands) == 6:
            state = replace(state, matrix=_times([float(value) for value in operands], state.matrix))
        elif operator == "Tr":
            state = replace(state, mode=int(operands[0]))
        elif operator in FILLING:
            black = operator in BLACK and [float(value) for value in operands] == BLACK[operator]
            state = replace(state, black=black)
        elif operator == "re" and len(operands) == 4 and path is None:
            path = _placed([float(value) for value in operands], state.matrix)
        elif operator in OUTLINING:
            path = NOTHING  # no plain rectangle: a clip by it is taken to hide everything
        elif operator in ("W", "W*"):
            state = replace(state, clip=_common(state.clip, path or NOTHING))
        elif operator == "n":
            path = None
        elif operator == "Do":
            if drawn is not None:
                return None
            drawn = (str(operands[0]), state.matrix, state.clip, state.black)
    return drawn


def _placed(rectangle: list[float], matrix: Matrix) -> Rectangle:
    """The rectangle (x, y, width, height) in page space; NOTHING when it stands askew there."""
    a, b, c, d, e, f = matrix
    if (b or c) and (a or d):
        return NOTHING
    x, y, width, height = rectangle
    corners = [(a * u + c * v + e, b * u + d * v + f) for u, v in ((x, y), (x + width, y + height))]
    return _ordered([*corners[0], *corners[1]])


def _ordered(edges: list[float]) -> Rectangle:
    x0, y0, x1, y1 = edges
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _common(one: Rectangle, other: Rectangle) -> Rectangle:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _area(box: Rectangle) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


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
