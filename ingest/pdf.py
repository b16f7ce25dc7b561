"""PDF files as pages: the scanned picture itself where a page is one, otherwise the page drawn at 300 dpi."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image

from archive.errors import Problem
from ingest.inspection import Inspection, Limits, PageImage, check_page_count, check_pixels, check_resolution
from ingest.pdfpage import Picture, only_picture
from ingest.pdftext import drawn_matrix, picture_matrix, text_of
from ingest.pictures import PLAIN_MODES
from ingest.refusals import refused, warning
from ingest.resolution import effective_dpi
from ocr.textlayer import given_to_json

DRAWN_DPI = 300
"""Resolution of pages that are drawn: what CV 7197 asks of a scan."""

UNDECODED = (
    pikepdf.models.image.UnsupportedImageTypeError,
    pikepdf.models.image.NotExtractableError,
    pikepdf.DependencyError,
    NotImplementedError,
)
"""Pictures that are good but not decoded by the library: JBIG2, colours for printing. Not among them: broken data."""

TAIL_BYTES = 2048
"""Where the end marker must be: ISO 32000-2 annex I puts it in the last 1024 bytes; scanners append a little."""


def inspect_pdf(path: Path, folder: Path, limits: Limits) -> Inspection:
    """Look at a PDF and write its page images into ``folder``. Raises Refused.

    A signed PDF is only read: nothing here or later rewrites its bytes.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        _, end, after = file.read().rpartition(b"%%EOF")
    # What follows the last marker may be rubbish, but not the beginning of a revision that breaks off.
    if not end or b" obj" in after:
        raise refused("TRUNCATED", "PDF: no %%EOF")
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                raise refused("ENCRYPTED")
            check_page_count(len(pdf.pages), limits)
            signed = is_signed(pdf)
            pages, drawn = _pages(pdf, path, folder, limits)
    except pikepdf.PasswordError:
        raise refused("ENCRYPTED") from None
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        # qpdf opens its sentences with the file's name here, which tells nobody anything.
        raise refused("DAMAGED", str(error).replace(str(path), "PDF")[:200]) from error
    notes: list[Problem] = list(check_resolution(pages, limits))
    if signed:
        notes.append(warning("ALREADY_SIGNED"))
    if drawn:
        notes.append(warning("RENDERED"))
    return Inspection(pages, signed, tuple(notes), drawn)


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether any signature field of the file holds a signature."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return False
    waiting, seen = list(form.get("/Fields", [])), 0
    while waiting and seen < 10_000:  # a loop among the fields ends here
        field, seen = waiting.pop(), seen + 1
        if not isinstance(field, pikepdf.Dictionary):
            continue
        value = field.get("/V")
        if isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value:
            return True
        waiting.extend(field.get("/Kids", []))
    return False


def _pages(pdf: pikepdf.Pdf, path: Path, folder: Path, limits: Limits) -> tuple[tuple[PageImage, ...], bool]:
    pages, drawn = [], False
    drawing = pypdfium2.PdfDocument(path)
    try:
        drawing.init_forms()  # signature and stamp appearances belong to what a reader sees
        for number, page in enumerate(pdf.pages, 1):
            picture = only_picture(page)
            kept = None if picture is None else _extract(picture, folder, number, limits)
            if kept is None:
                kept = _draw(drawing, number, picture, folder, limits)
                drawn = drawn or picture is None
                picture = None
            pages.append(_with_text(drawing, number, picture, kept, folder))
    finally:
        drawing.close()
    return tuple(pages), drawn


def _extract(picture: Picture, folder: Path, number: int, limits: Limits) -> PageImage | None:
    """The page's picture itself, JPEG bytes unchanged; None when it must be drawn instead."""
    check_pixels(picture.width, picture.height, limits, number)
    claimed = (picture.width / picture.inches[0], picture.height / picture.inches[1])
    dpi = effective_dpi(picture.width, picture.height, claimed)
    if picture.is_jpeg:
        target = folder / f"page-{number:05}.jpg"
        target.write_bytes(picture.stream.read_raw_bytes())
        with Image.open(target) as image:
            image.load()  # also when it is drawn: pdfium would not say that rows are missing
            same = image.size == (picture.width, picture.height) and image.mode in ("L", "RGB")
        if same and picture.is_plain:
            return PageImage(target, picture.width, picture.height, dpi, picture.turned)
        target.unlink()
        return None
    if not picture.is_plain:
        return None
    try:
        decoded = pikepdf.PdfImage(picture.stream).as_pil_image()
    except UNDECODED:
        return None  # pdfium draws what the library does not decode
    if decoded.mode not in PLAIN_MODES:
        return None
    target = folder / f"page-{number:05}.png"
    decoded.save(
        target, "PNG", compress_level=6
    )  # as the files that scanners write: at 3 the record grew by 13 %
    return PageImage(target, decoded.width, decoded.height, dpi, picture.turned)


def _draw(
    drawing: pypdfium2.PdfDocument, number: int, picture: Picture | None, folder: Path, limits: Limits
) -> PageImage:
    """The page as a reader sees it, upright, at 300 dpi or at its picture's own resolution if that is less."""
    page = drawing[number - 1]
    try:
        width, height = page.get_size()
        dpi = float(DRAWN_DPI)
        if picture is not None:
            dpi = min(dpi, picture.width / picture.inches[0])
        pixels = (round(width / 72 * dpi), round(height / 72 * dpi))
        check_pixels(*pixels, limits, number)
        if min(pixels) == 0:
            raise refused("DAMAGED", f"page {number}: {width} x {height} pt")
        image = page.render(scale=dpi / 72, may_draw_forms=True).to_pil().convert("RGB")
    finally:
        page.close()
    if _is_grey(image):
        image = image.convert("L")
    target = folder / f"page-{number:05}.png"
    image.save(target, "PNG", compress_level=3)
    width_pixels, height_pixels = image.size
    if picture is not None:
        dpi = effective_dpi(width_pixels, height_pixels, (dpi, dpi))
    return PageImage(target, width_pixels, height_pixels, dpi)


def _with_text(
    drawing: pypdfium2.PdfDocument, number: int, picture: Picture | None, kept: PageImage, folder: Path
) -> PageImage:
    """The page image with the text that the page brings along. ``picture``: when it is kept itself, not drawn."""
    try:
        page = drawing[number - 1]
    except pypdfium2.PdfiumError:
        return kept  # a scan is good without a text layer
    try:
        to_pixels = (
            drawn_matrix(page, kept.width, kept.height) if picture is None else picture_matrix(picture)
        )
        given = text_of(page, to_pixels, kept.width, kept.height)
    except pypdfium2.PdfiumError:
        given = None
    finally:
        page.close()
    if given is None or not given.words:
        return kept
    target = folder / f"page-{number:05}.json"
    target.write_bytes(given_to_json(given))
    return replace(kept, text=target)


def _is_grey(image: Image.Image) -> bool:
    small = image.reduce(4)
    red, green, blue = small.split()
    return red.tobytes() == green.tobytes() == blue.tobytes()
