"""What the engine passed over: black seals on copies swallow the signature block beside and under them.

Bilevel pages keep a seal as black as print, so no channel takes it away. What was read is painted over, what is larger
than letters too, and the rest of the page is read as scattered text. Colour pages seldom need it (with the red channel
0.84 became 0.76 % character errors for a quarter more time): only those of which much ink was left unread.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr import engine
from ocr.engine import Token
from ocr.geometry import Corners, Image
from ocr.vietnamese import is_syllable

_FEWEST = 20
"""Letter-sized pieces outside all words from which a second look pays; pages read in full leave fewer."""


def missed(
    picture: Image, found: Sequence[Token], dpi: float, tesseract: str, timeout_seconds: float
) -> tuple[Token, ...]:
    """Words on the grey ``picture`` beside those ``found``; empty when hardly any ink is left. Raises Unreadable."""
    rest = picture.copy()
    paper = int(np.percentile(picture[::16, ::16], 75))
    for token in found:
        if token.confidence > 0.5 and any(c.isalnum() for c in token.text):
            x0, y0, x1, y1 = (int(c) for c in token.corners)
            rest[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = paper
    area = where_letters_remain(rest, dpi)
    if area is None:
        return ()
    x, y, x1, y1 = (int(c) for c in area)
    crop = np.ascontiguousarray(rest[y:y1, x:x1])
    words = engine.tokens(crop, dpi, tesseract, timeout_seconds, scattered=True)
    moved = (_moved(w, x, y) for w in words if _is_word(w))
    return tuple(w for w in moved if not any(_covers(t, w) for t in found))


def where_letters_remain(rest: Image, dpi: float) -> Corners | None:
    """The part of the picture that holds nearly all unread letter-sized pieces; None when they are few."""
    unit = dpi / 200
    paper, dark = np.percentile(rest[::2, ::2], (75, 0.1))
    if paper - dark < 40:
        return None
    ink = (rest < dark + 0.6 * (paper - dark)).astype(np.uint8)
    _, _, stats, middles = cv2.connectedComponentsWithStats(ink, ltype=cv2.CV_32S)
    wide, tall = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    letter = (tall >= 12 * unit) & (tall <= 60 * unit) & (wide >= 4 * unit) & (wide <= 100 * unit)
    places = middles[1:][letter]
    if len(places) < _FEWEST:
        return None
    x0, y0 = np.percentile(places, 6, axis=0) - 100 * unit
    x1, y1 = np.percentile(places, 94, axis=0) + 100 * unit
    height, width = rest.shape
    return (
        max(0.0, float(x0)),
        max(0.0, float(y0)),
        min(float(width), float(x1)),
        min(float(height), float(y1)),
    )


def _covers(found: Token, new: Token) -> bool:
    x, y = (new.corners[0] + new.corners[2]) / 2, (new.corners[1] + new.corners[3]) / 2
    return found.corners[0] < x < found.corners[2] and found.corners[1] < y < found.corners[3]


def _is_word(token: Token) -> bool:
    letters = sum(c.isalpha() for c in token.text)
    return token.confidence >= 0.5 and letters >= 2 and (is_syllable(token.text) or token.text.endswith("."))


def _moved(token: Token, x: int, y: int) -> Token:
    x0, y0, x1, y1 = token.corners
    block, paragraph, line = token.place
    return Token(
        token.text, token.confidence, (x0 + x, y0 + y, x1 + x, y1 + y), (block + 10_000, paragraph, line)
    )
