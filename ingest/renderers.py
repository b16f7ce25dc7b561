"""Do two renderers show the same pages? pdfium draws what we read; poppler is asked whether it sees that, too.

A PDF can be built so that programs show different things: keys named twice, malformed numbers, fonts that are missing,
stamps without a look. Which of them a person looked at before signing nobody can say, so pages
that differ are for a person. Letters are drawn a little differently by each program: a stroke counts only where the
other picture has none near by.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray

from ingest.pdfpage import only_picture

PROGRAM = "pdftoppm"
DPI = 200
STROKE = 130
"""Of 255: how much darker or lighter than anything within NEAR a point must be to count. On 20 pages of born-digital
and sealed papers, upright and turned, no point did (measured; at 72 dpi 26 in one window did, by edges of letters)."""

NEAR = 2
"""Pixels, a quarter of a millimetre: by so much the two may place or swell a stroke differently."""

WINDOW = 40
"""Pixels a side, half a centimetre: where points are counted together, about one letter."""

POINTS = 4
"""In one window. Another digit of 12 or 14 pt has 2 to 40; of 10 pt, or another tone mark, it may have 0 to 3 and goes
unseen. Looking closer does not do (measured, 8 changed digits, 100 honest pages): with 1 pixel of NEAR the weakest
digit of 10 pt has 9 points, but an honest file 58; at 300 dpi with 2 pixels 6, but a copy's code squares 60. At 400 dpi
with 3 pixels it has 8 and the worst of 70 honest pages 1, in 2.4 times the time; too few pages to build on."""

Grey = NDArray[np.uint8]


def differing(
    path: Path, numbers: Sequence[int], seconds: float, program: str = PROGRAM
) -> tuple[int, ...] | None:
    """Give those of the pages (from 1) that the two show differently; None when there is no second renderer.

    Pages that are nothing but one picture are not drawn: there is only one way to show them. A page that one of the two
    cannot draw, or poppler not in ``seconds``, differs.
    """
    if shutil.which(program) is None:
        return None
    with pikepdf.open(path) as pdf:
        asked = [number for number in numbers if not _is_picture(pdf.pages[number - 1])]
    if not asked:
        return ()
    drawing = pypdfium2.PdfDocument(path)
    try:
        drawing.init_forms()
        return tuple(
            number
            for number in asked
            if differs(_by_pdfium(drawing, number), _by_poppler(path, number, seconds, program))
        )
    finally:
        drawing.close()


def _is_picture(page: pikepdf.Page) -> bool:
    try:
        return only_picture(page) is not None
    except pikepdf.PdfError:
        return False  # contents that cannot be read: let both show what they make of it


def differs(one: Grey | None, other: Grey | None) -> bool:
    """Say whether the two pictures of a page show different things."""
    if one is None or other is None:
        return one is not other
    if max(abs(one.shape[0] - other.shape[0]), abs(one.shape[1] - other.shape[1])) > 3:
        return True
    height, width = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    one, other = one[:height, :width], other[:height, :width]
    return max(_most(one, other), _most(other, one)) >= POINTS


def _most(one: Grey, other: Grey) -> float:
    """The most points of ``one`` in a window that ``other`` does not explain."""
    near = np.ones((2 * NEAR + 1, 2 * NEAR + 1), np.uint8)
    darkest, lightest = cv2.erode(other, near), cv2.dilate(other, near)
    beyond = np.maximum(cv2.subtract(darkest, one), cv2.subtract(one, lightest)) > STROKE
    counted = cv2.boxFilter(beyond.astype(np.float32), -1, (WINDOW, WINDOW), normalize=False)
    return float(counted.max()) if counted.size else 0.0


def _by_pdfium(drawing: pypdfium2.PdfDocument, number: int) -> Grey | None:
    try:
        page = drawing[number - 1]
    except pypdfium2.PdfiumError:
        return None
    try:
        shown = page.render(scale=DPI / 72, may_draw_forms=True, grayscale=True).to_numpy()
        return np.ascontiguousarray(shown.reshape(shown.shape[:2]), dtype=np.uint8)
    finally:
        page.close()


def _by_poppler(path: Path, number: int, seconds: float, program: str) -> Grey | None:
    command = [program, "-r", str(DPI), "-gray", "-cropbox", "-f", str(number), "-l", str(number), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None  # one page without end says nothing of the others
    if done.returncode != 0 or not done.stdout:
        return None
    shown = cv2.imdecode(np.frombuffer(done.stdout, np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if shown is None else np.asarray(shown, np.uint8)
