"""The picture of an extract tells nothing of what was left out."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from signing.redaction import draw
from signing.selection import parse


def a_scan(mode: str) -> bytes:
    """A page that is one scanned picture, black on white, with a red stamp in its upper half."""
    out = io.BytesIO()
    scan = Image.new(mode, (800, 1000), 1 if mode == "1" else 255)
    scan.paste(0, (100, 700, 600, 760))
    scan.save(out, "PDF", resolution=200)
    with pikepdf.open(out) as pdf:
        page = pdf.pages[0]
        width, height = (float(edge) for edge in page.mediabox[2:])
        page.contents_add(f"1 0 0 rg {width / 4} {height * 0.7} {width / 4} {height / 10} re f".encode())
        stamped = io.BytesIO()
        pdf.save(stamped)
    return stamped.getvalue()


@pytest.mark.parametrize(("mode", "left"), [("L", "L"), ("1", "1")])
def test_a_page_whose_coloured_part_is_hidden_is_coded_as_one_that_never_had_it(mode: str, left: str) -> None:
    pdf = a_scan(mode)
    ((_, shown),) = draw(pdf, parse(["1:0,0,1,0.9"], [], 1))
    ((_, hidden),) = draw(pdf, parse(["1"], ["1:0,0,1,0.5"], 1))
    assert (shown.picture.mode, hidden.picture.mode) == ("RGB", left)
    assert hidden.picture.getpixel((300, 730)) == 0  # what is shown stands
