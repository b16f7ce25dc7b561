"""Pages that are shown turned or cropped: marks and bands stand upright to who looks, in the corner as seen."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Name, String
from PIL import Image

from signing.copy import pdfa_findings
from signing.errors import NotSealed
from signing.mark import Mark, mark_size
from signing.report import Verdict
from signing.seal import seal
from signing.sheet import Box, Sheet
from tests.signing.office import Office, paper
from tests.signing.tools import needs

TURNS = (0, 90, 180, 270)
SEEN = (595.0, 842.0)
OFFSET = (30.0, -50.0)
DPI = 100
SHOWN_AT = datetime(2026, 11, 2, 3, tzinfo=UTC)


def turned(turn: int, seen: tuple[float, float] = SEEN) -> bytes:
    """A paper of that size as seen, its page turned, its crop box inside a media box that begins elsewhere."""
    width, height = seen[::-1] if turn in (90, 270) else seen
    with pikepdf.open(io.BytesIO(paper(size=(width, height)))) as pdf:
        page = pdf.pages[0]
        x, y = OFFSET
        page.MediaBox = pikepdf.Array([x - 20, y - 15, x + width + 25, y + height + 10])
        page.CropBox = pikepdf.Array([x, y, x + width, y + height])
        page.Rotate = turn
        page.contents_add(pdf.make_stream(b"q 1 0 0 1 %g %g cm" % OFFSET), prepend=True)
        page.contents_add(pdf.make_stream(b"Q q 1 1 1 rg -100 -100 2000 2000 re f Q"))
        out = io.BytesIO()
        pdf.save(out, **pikepdf.pdfa.resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7"))
    return out.getvalue()


def sealed(office: Office, turn: int, seen: tuple[float, float] = SEEN) -> tuple[bytes, Box]:
    """Sealed top right as seen; the box as seen."""
    width, height = mark_size(office.key.agency_name)
    box = (seen[0] - 10 - width, seen[1] - 10 - height, seen[0] - 10, seen[1] - 10)
    x, y = OFFSET
    long, wide = seen[::-1] if turn in (90, 270) else seen
    on_page = Sheet((x, y, x + long, y + wide), turn).on_page(box)
    done = seal(
        turned(turn, seen),
        key=office.key,
        timestamper=office.timestamper,
        trust=office.trust,
        mark=replace(Mark(office.key.agency_name, office.clock(), on_page), at=office.clock()),
        at=office.clock(),
    )
    return done.pdf, box


def picture(pdf: bytes, renderer: str, folder: Path) -> Image.Image:
    if renderer == "pdfium":
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()
        return document[0].render(scale=DPI / 72, may_draw_forms=True).to_pil().convert("L")
    needs("pdftoppm")
    (folder / "in.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-cropbox", "-l", "1", "-gray", "-singlefile", "in.pdf", "out"],
        check=True, cwd=folder,
    )  # fmt: skip
    return Image.open(folder / "out.pgm").convert("L")


def _ink(image: Image.Image, box: Box, page: tuple[float, float]) -> np.ndarray:
    """Where the paper is dark, in a box as seen."""
    kx, ky = image.width / page[0], image.height / page[1]
    left, right = round(box[0] * kx), round(box[2] * kx)
    top, bottom = round((page[1] - box[3]) * ky), round((page[1] - box[1]) * ky)
    return np.asarray(image.crop((left, top, right, bottom))) < 140


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    """Share of ink in common, whole letters shifted by a pixel at most."""
    best = 0.0
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            moved = np.roll(np.roll(one, dy, 0), dx, 1)
            best = max(best, float((moved & other).sum() / max(1, (moved | other).sum())))
    return best


@pytest.mark.parametrize("renderer", ["pdfium", "poppler"])
def test_the_mark_is_upright_on_every_turned_page(office: Office, renderer: str, tmp_path: Path) -> None:
    upright = None
    for turn in TURNS:
        pdf, box = sealed(office, turn)
        image = picture(pdf, renderer, tmp_path)
        ink = _ink(image, box, SEEN)
        assert ink.sum() > 300
        upright = ink if upright is None else upright
        assert _alike(ink, upright) > 0.55, turn
        assert _alike(ink[::-1, ::-1], upright) < 0.45


@pytest.mark.parametrize("renderer", ["pdfium", "poppler"])
def test_the_band_of_a_copy_is_upright_on_every_turned_page(
    office: Office, renderer: str, tmp_path: Path
) -> None:
    upright = None
    for turn in TURNS:
        original, mark = sealed(office, turn)
        draft = office.draft(original)
        assert pdfa_findings(draft) == ()
        copy = office.certified(draft)
        assert office.verified(copy).verdict is Verdict.VALID
        image = picture(copy, renderer, tmp_path)
        high = image.height / DPI * 72
        assert image.width / DPI * 72 == pytest.approx(SEEN[0], abs=1)
        assert high > SEEN[1] + 60
        page = (SEEN[0], high)
        bands = _ink(image, (0, SEEN[1] + 4, SEEN[0], high), page)
        upright = bands if upright is None else upright
        assert _alike(bands, upright) > 0.55, turn
        # the original's own mark, painted into its page, stands where it stood
        assert _alike(_ink(image, mark, page), _ink(picture(original, renderer, tmp_path), mark, SEEN)) > 0.5


def test_a_lying_page_is_sealed_in_its_corner_as_seen(office: Office, tmp_path: Path) -> None:
    for turn in TURNS:
        pdf, box = sealed(office, turn, (842.0, 595.0))
        assert _ink(picture(pdf, "pdfium", tmp_path), box, (842.0, 595.0)).sum() > 300


def test_what_the_crop_box_hid_stays_hidden_in_a_copy(office: Office, tmp_path: Path) -> None:
    hidden = turned(90)
    with pikepdf.open(io.BytesIO(hidden)) as pdf:
        pdf.pages[0].contents_add(pdf.make_stream(b"q 1 0 0 rg 0 -70 20 2000 re f Q"))
        out = io.BytesIO()
        pdf.save(out)
    image = picture(office.draft(out.getvalue()).pdf, "pdfium", tmp_path)
    document = pypdfium2.PdfDocument(office.draft(out.getvalue()).pdf)
    red = np.asarray(document[0].render(scale=1).to_pil().convert("RGB")).astype(int)
    assert image.height > image.width
    assert not ((red[:, :, 0] > 200) & (red[:, :, 1] < 60)).any()


@pytest.mark.parametrize(
    ("name", "value"),
    [("Rotate", Name.X), ("Rotate", String("90")), ("Rotate", Array([90])), ("MediaBox", 5), ("CropBox", 5)],
)
def test_a_page_whose_size_or_turn_is_none_is_refused_by_its_code(
    office: Office, name: str, value: Any
) -> None:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.pages[0].obj[Name("/" + name)] = value
        pdf.save(file)
    with pytest.raises(NotSealed, match="FORMAT_FAILURE"):
        office.sealed(file.getvalue())


def in_units(pdf: bytes, unit: float) -> bytes:
    """The same papers to who prints them, in coordinates whose unit is so many points."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            page.obj.UserUnit = unit
            page.MediaBox = Array([float(edge) / unit for edge in page.mediabox])
            page.contents_add(opened.make_stream(b"q %g 0 0 %g 0 0 cm" % (1 / unit, 1 / unit)), prepend=True)
            page.contents_add(opened.make_stream(b"Q"))
        out = io.BytesIO()
        opened.save(out, **pikepdf.pdfa.resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7"))
    return out.getvalue()


def _printed(pdf: bytes, unit: float) -> np.ndarray:
    """The first page's ink as printed; pdfium leaves the unit out, so it is drawn so much larger."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return (
        np.asarray(document[0].render(scale=unit * DPI / 72, may_draw_forms=True).to_pil().convert("L")) < 140
    )


@pytest.mark.parametrize("turn", [0, 90])
def test_marks_have_their_size_on_paper_whatever_the_pages_unit(office: Office, turn: int) -> None:
    size, box = mark_size(office.key.agency_name), (0.0, 0.0, 0.0, 0.0)
    found = []
    for unit in (1.0, 3.0):
        plain = in_units(paper(size=SEEN, rotate=turn), unit)
        sheet = Sheet.of((0, 0, SEEN[0] / unit, SEEN[1] / unit), None, turn, unit)
        width, height = sheet.size
        box = (width - 10 - size[0], height - 10 - size[1], width - 10, height - 10)
        mark = Mark(office.key.agency_name, SHOWN_AT, sheet.on_page(box))
        original = seal(
            plain, key=office.key, timestamper=office.timestamper, trust=office.trust, mark=mark, at=office.clock()
        ).pdf  # fmt: skip
        copy = office.certified(office.draft(original))
        assert office.verified(copy).verdict is Verdict.VALID
        found.append((_printed(original, unit), _printed(copy, unit)))
    for plain, unit_3 in zip(*found, strict=True):
        assert abs(np.subtract(plain.shape, unit_3.shape)).max() <= 2
        rows, columns = min(plain.shape[0], unit_3.shape[0]), min(plain.shape[1], unit_3.shape[1])
        assert _alike(plain[:rows, :columns], unit_3[:rows, :columns]) > 0.7
