"""The PDF/A with its text layer: processor time and size, beside OCRmyPDF's packaging without reading, in one run.

Pages of the generator go through the same doors as anybody's: the file as received is inspected, the kept pages are
read (not timed), then the PDF/A is built and checked (timed). The size is compared with the file as received.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

import cv2
import img2pdf
from PIL import Image

from ingest.inspect import inspect
from ingest.inspection import Limits
from ocr.page import read_page
from ocr.pdfa import Metadata, PageImage, build, check
from ocr.textlayer import given_from_json
from ocr.values import PageReading
from tests.papers.born_digital import text_paper
from tests.papers.generate import PaperPage, paper

DPI = 300
SEED = 41
KINDS = ("qd", "gp", "cv", "kh", "gcn")
COUNTS = (1, 20)
ROUNDS = 3
"""Times each is built; the least time counts, for other work on the machine only adds."""

GOAL_SECONDS, GOAL_SIZE = 0.25, 1.05
LIMITS = Limits(150, 200, 200, 60, 500)
METADATA = Metadata("Quyết định", "doc-bench", datetime(2026, 1, 1, tzinfo=UTC), "hoso", {"number": "12"})


@dataclass(frozen=True)
class Kept:
    """The pages of a file as hoso keeps them, with their readings."""

    images: tuple[PageImage, ...]
    readings: tuple[PageReading, ...]


def measure() -> None:
    """Print seconds a page and size out over size in, each kind of file with 1 and 20 pages."""
    colour = [paper(kind, "scan", SEED + i, DPI, max_pages=1).pages[0] for i, kind in enumerate(KINDS)]
    copies = [paper(kind, "photocopy", SEED + i, DPI, max_pages=1).pages[0] for i, kind in enumerate(KINDS)]
    theirs = _ocrmypdf()
    print(f"{'file as received':22}{'pages':>6}{'in, kB':>9}{'hoso s a page':>15}{'size':>7}"
          f"{'OCRmyPDF s':>12}{'size':>7}")  # fmt: skip
    worst_seconds = worst_size = 0.0
    sizes = []
    for name, (make, pages) in _files(colour, copies).items():
        for count in COUNTS:
            files = make([pages[i % len(pages)] for i in range(count)])
            size = sum(map(len, files))
            kept = _kept(files)
            seconds, out = _ours(kept)
            worst_seconds, worst_size = max(worst_seconds, seconds / count), max(worst_size, out / size)
            sizes.append(out / size)
            other = theirs(files) if theirs else None
            told = f"{other[0] / count:12.2f}{other[1] / size:7.3f}" if other else f"{'–':>12}{'–':>7}"
            print(
                f"{name:22}{count:6}{size / 1000:9.0f}{seconds / count:15.3f}{out / size:7.3f}{told}",
                flush=True,
            )
    print(f"most seconds a page {worst_seconds:.3f} (goal <= {GOAL_SECONDS}); "
          f"size: worst {worst_size:.3f}, mean {sum(sizes) / len(sizes):.3f} (goal <= {GOAL_SIZE})")  # fmt: skip
    _print_given()


def _print_given() -> None:
    """Born-digital papers: processor time and words as printed, by their own text and by reading the picture."""
    spent, wrong, words = [0.0, 0.0], [0, 0], 0
    used = pages = 0
    for index, kind in enumerate(KINDS):
        made = text_paper(kind, SEED + index)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "a.pdf"
            file.write_bytes(made.pdf)
            found = inspect(file, Path(folder), LIMITS).pages
            for page, truth in zip(found, made.truth["pages"], strict=True):
                assert page.text is not None
                image, given = page.path.read_bytes(), given_from_json(page.text.read_bytes())
                meant = Counter(truth["text"].split())
                words += meant.total()
                pages += 1
                for way, text in enumerate((given, None)):
                    began = time.process_time()
                    reading = read_page(image, page.dpi, given=text)
                    spent[way] += time.process_time() - began
                    wrong[way] += (meant - Counter(reading.text.split())).total()
                    used += any(step.startswith("text layer,") for step in reading.steps)
    print(f"born-digital, {pages} pages, {words} words: by their own text ({used} pages) "
          f"{spent[0] / pages:.2f} s a page, {wrong[0]} words wrong; "
          f"read from the picture {spent[1] / pages:.2f} s, {wrong[1]} wrong")  # fmt: skip


Make = Callable[[Sequence[PaperPage]], list[bytes]]


def _files(
    colour: Sequence[PaperPage], copies: Sequence[PaperPage]
) -> dict[str, tuple[Make, Sequence[PaperPage]]]:
    return {
        "JPEG colour": (lambda pages: [_image(p, "JPEG", "RGB", quality=75) for p in pages], colour),
        "JPEG grey": (lambda pages: [_image(p, "JPEG", "L", quality=75) for p in pages], colour),
        "PNG colour": (lambda pages: [_image(p, "PNG", "RGB") for p in pages], colour),
        "PNG colour, hard": (
            lambda pages: [_image(p, "PNG", "RGB", compress_level=9) for p in pages],
            colour,
        ),
        "PNG grey": (lambda pages: [_image(p, "PNG", "L") for p in pages], colour),
        "PNG one bit": (lambda pages: [_image(p, "PNG", "1") for p in pages], copies),
        "TIFF G4": (lambda pages: [_tiff(pages, "1", "group4")], copies),
        "TIFF LZW colour": (lambda pages: [_tiff(pages, "RGB", "tiff_lzw")], colour),
        "TIFF Deflate grey": (lambda pages: [_tiff(pages, "L", "tiff_adobe_deflate")], colour),
        "TIFF JPEG colour": (lambda pages: [_tiff(pages, "RGB", "jpeg", quality=75)], colour),
        "PDF of JPEG": (lambda pages: [_pdf([_image(p, "JPEG", "RGB", quality=75) for p in pages])], colour),
        "PDF of G4": (lambda pages: [_pdf([_tiff([p], "1", "group4") for p in pages])], copies),
        "PDF of Flate grey": (lambda pages: [_pdf([_image(p, "PNG", "L") for p in pages])], colour),
    }


def _picture(page: PaperPage, mode: str) -> Image.Image:
    image = Image.fromarray(cv2.cvtColor(page.image, cv2.COLOR_BGR2RGB))
    return image.convert("L").convert("1", dither=Image.Dither.NONE) if mode == "1" else image.convert(mode)


def _image(page: PaperPage, kind: str, mode: str, **how: int) -> bytes:
    into = io.BytesIO()
    _picture(page, mode).save(into, kind, dpi=(DPI, DPI), **how)
    return into.getvalue()


def _tiff(pages: Sequence[PaperPage], mode: str, compression: str, **how: int) -> bytes:
    first, *more = [_picture(page, mode) for page in pages]
    into = io.BytesIO()
    first.save(
        into, "TIFF", save_all=True, append_images=more, compression=compression, dpi=(DPI, DPI), **how
    )
    return into.getvalue()


def _pdf(images: Sequence[bytes]) -> bytes:
    made = img2pdf.convert(list(images))
    assert isinstance(made, bytes)
    return made


def _kept(files: Sequence[bytes]) -> Kept:
    images, readings = [], []
    with TemporaryDirectory() as folder:
        for number, data in enumerate(files):
            file, pages = Path(folder) / f"{number}", Path(folder) / f"pages-{number}"
            file.write_bytes(data)
            pages.mkdir()
            for page in inspect(file, pages, LIMITS).pages:
                kept = page.path.read_bytes()
                images.append(PageImage(kept, page.dpi))
                readings.append(_reading(kept, page.dpi))
    return Kept(tuple(images), tuple(readings))


@cache
def _reading(data: bytes, dpi: float) -> PageReading:
    return read_page(data, dpi)


def _ours(kept: Kept) -> tuple[float, int]:
    least, size = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.process_time()
        draft = build(kept.images, kept.readings, METADATA)
        assert check(draft.pdf).ok
        least, size = min(least, time.process_time() - began), len(draft.pdf)
    return least, size


def _ocrmypdf() -> Callable[[Sequence[bytes]], tuple[float, int]] | None:
    places = os.pathsep.join((str(Path(sys.executable).parent), *os.get_exec_path()))
    program = shutil.which("ocrmypdf", path=places)
    if program is None:
        print("OCRmyPDF is not installed: no comparison with it")
        return None

    def packaged(files: Sequence[bytes]) -> tuple[float, int]:
        with TemporaryDirectory() as folder:
            source, done = Path(folder) / "in.pdf", Path(folder) / "out.pdf"
            source.write_bytes(files[0] if files[0].startswith(b"%PDF") else _pdf(files))
            began = _children()
            command = [
                program,
                "--tesseract-timeout",
                "0",
                "--output-type",
                "pdfa",
                "-j",
                "1",
                "-q",
                source,
                done,
            ]
            subprocess.run(
                command, check=True, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}
            )
            return _children() - began, done.stat().st_size

    return packaged


def _children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
