"""Made-up pages for the PDF/A tests: an image, the words on it, and outside programs to look at the result."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from ocr.pdfa import NO_MARGIN, Draft, Margin, Metadata, PageImage, build
from ocr.values import Box, PageReading, Word

DPI = 100.0
WIDTH, HEIGHT = 827, 1169  # A4 at 100 dpi
LINES = (
    ("ỦY", "BAN", "NHÂN", "DÂN", "HUYỆN"),
    ("Số:", "12/QĐ-UBND"),
    ("Căn", "cứ", "Luật", "Tổ", "chức", "chính", "quyền", "địa", "phương"),
    ("Điều", "1.", "Phê", "duyệt", "đề", "nghị", "của", "ông", "Nguyễn", "Văn", "Đức."),
)
METADATA = Metadata(
    title="Quyết định 12/QĐ-UBND",
    identifier="HS-2026-000001",
    created_at=datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC),
    producer="hoso 0.1.0",
    fields={"number": "12", "page_count": 2, "recipients": ("Như Điều 3", "Lưu: VT & HC")},
)


def upright_words() -> tuple[Word, ...]:
    words = []
    for line, texts in enumerate(LINES):
        left, top = 90, 250 + 40 * line
        for text in texts:
            right = left + 9 * len(text)
            words.append(Word(text, 0.95, Box(left, top, right, top + 22), line))
            left = right + 7
    return tuple(words)


def turned(box: Box, rotation: int) -> Box:
    """Where a box of the upright A4 page lies in an image turned clockwise by ``rotation``."""
    x0, y0, x1, y1 = box
    return {
        0: box,
        90: Box(HEIGHT - y1, x0, HEIGHT - y0, x1),
        180: Box(WIDTH - x1, HEIGHT - y1, WIDTH - x0, HEIGHT - y0),
        270: Box(y0, WIDTH - x1, y1, WIDTH - x0),
    }[rotation]


def picture(
    words: tuple[Word, ...], size: tuple[int, int] = (WIDTH, HEIGHT), mode: str = "RGB"
) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for word in words:
        draw.rectangle((*word.box[:2], word.box[2] - 1, word.box[3] - 1), fill=(40, 20, 90))
    return image.convert(mode)


def stored(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def coding(image: pikepdf.Object) -> str:
    """The filter that makes pixels of an image's bytes: the last of a chain."""
    filters = image.Filter
    return str(filters[-1] if isinstance(filters, pikepdf.Array) else filters)


def page(rotation: int = 0) -> tuple[PageImage, PageReading]:
    """A4 with the lines above, standing turned."""
    words = tuple(
        Word(word.text, word.confidence, turned(word.box, rotation), word.line) for word in upright_words()
    )
    size = (WIDTH, HEIGHT) if rotation in (0, 180) else (HEIGHT, WIDTH)
    return PageImage(stored(picture(words, size)), DPI), reading(words, size, rotation)


def reading(
    words: tuple[Word, ...] = (),
    size: tuple[int, int] = (WIDTH, HEIGHT),
    rotation: int = 0,
    skew: float = 0.0,
) -> PageReading:
    return PageReading(*size, DPI, rotation, skew, not words, "", words, (), "test")


def draft(
    *pages: tuple[PageImage, PageReading],
    margin: Margin = NO_MARGIN,
    metadata: Metadata = METADATA,
) -> Draft:
    return build((image for image, _ in pages), [read for _, read in pages], metadata, margin=margin)


def run(program: str, *arguments: str | Path, data: bytes, folder: Path) -> str:
    """Let an outside program look at the PDF ("@" in the arguments); skip without it, except where CI runs."""
    if shutil.which(program) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{program} is missing")
        pytest.skip(f"{program} is not installed")
    file = folder / "draft.pdf"
    file.write_bytes(data)
    command = [program, *(str(file) if argument == "@" else str(argument) for argument in arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def word_boxes(pdf: bytes, folder: Path) -> list[tuple[str, tuple[float, ...]]]:
    """Words as poppler sees them, in pixels of the upright page."""
    html = run("pdftotext", "-bbox", "@", "-", data=pdf, folder=folder)
    found = re.findall(
        r'<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">([^<]*)</word>', html
    )
    return [(text, tuple(float(edge) * DPI / 72 for edge in edges)) for *edges, text in found]


def rendered(pdf: bytes, folder: Path, dpi: float = DPI) -> Image.Image:
    run("pdftoppm", "-r", str(dpi), "-png", "-singlefile", "@", folder / "seen", data=pdf, folder=folder)
    with Image.open(folder / "seen.png") as image:
        return image.convert("RGB")
