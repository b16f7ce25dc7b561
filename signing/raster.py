"""A page drawn small, as a viewer shows it: to look for room, not to read."""

from __future__ import annotations

import numpy as np
import pypdfium2

from signing.places import Picture

LOOK_DPI = 72.0


def picture_of(pdf: bytes, page: int, dpi: float = LOOK_DPI) -> Picture | None:
    """Give page ``page`` (from 0) with its annotations, cropped and turned as seen; None when it cannot be drawn."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return None
    try:
        document.init_forms()
        drawn = document[page].render(scale=dpi / 72, may_draw_forms=True)
        return np.array(drawn.to_numpy()[:, :, :3], dtype=np.uint8)
    except pypdfium2.PdfiumError:
        return None
    finally:
        document.close()
