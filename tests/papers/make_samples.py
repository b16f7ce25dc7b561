"""Make the sample files beside this script anew: ``python -m tests.papers.make_samples [FOLDER]``.

Without FOLDER the committed samples are overwritten. The same font and library versions give the same files.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from .born_digital import text_paper
from .generate import Paper, paper
from .output import as_bitonal, as_image, jpeg_bytes, pdf_of

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Sample:
    """One sample: its file, what paper is in it, and how the pictures are stored."""

    file: str
    kind: str
    level: str
    seed: int
    dpi: int
    store: Callable[[Paper], bytes]
    max_pages: int = 1
    turn: int = 0


def as_jpeg(made: Paper, quality: int) -> bytes:
    """A single page as JPEG."""
    (page,) = made.pages
    return jpeg_bytes(page.image, made.dpi, quality)


def as_jpeg_pdf(made: Paper, quality: int) -> bytes:
    """A PDF with a JPEG on every page and no text, as scanners send it."""
    return pdf_of([jpeg_bytes(page.image, made.dpi, quality) for page in made.pages], made.dpi)


def as_small_png(made: Paper) -> bytes:
    """A single page as PNG of 32 colours: enough for print, pen and seal, and an eighth of the size."""
    (page,) = made.pages
    buffer = BytesIO()
    few_colours = as_image(page.image).quantize(32, dither=Image.Dither.NONE)
    few_colours.save(buffer, "PNG", dpi=(made.dpi, made.dpi), optimize=True)
    return buffer.getvalue()


def as_fax_tiff(made: Paper) -> bytes:
    """All pages in one bi-tonal TIFF of fax group 4."""
    first, *others = (as_bitonal(page.image) for page in made.pages)
    buffer = BytesIO()
    first.save(
        buffer,
        "TIFF",
        compression="group4",
        dpi=(made.dpi, made.dpi),
        save_all=True,
        append_images=others,
    )
    return buffer.getvalue()


SCANS: tuple[Sample, ...] = (
    Sample("quyet-dinh.pdf", "qd", "scan", 167, 300, partial(as_jpeg_pdf, quality=70), max_pages=2),
    Sample("giay-phep.jpg", "gp", "office", 4, 200, partial(as_jpeg, quality=70)),
    Sample("giay-chung-nhan.png", "gcn", "clean", 470, 300, as_small_png),
    Sample("ke-hoach.tif", "kh", "photocopy", 100, 300, as_fax_tiff, max_pages=2),
    Sample("cong-van.jpg", "cv", "scan", 316, 200, partial(as_jpeg, quality=70), turn=180),
    Sample("giay-chung-nhan-phone.jpg", "gcn", "phone", 517, 200, partial(as_jpeg, quality=70)),
)
BORN_DIGITAL = ("thong-bao.pdf", "tb", 50)
"""File, kind and seed of the sample that never was on paper."""


def scanned_sample(sample: Sample) -> tuple[bytes, dict[str, Any]]:
    """A scanned sample's file and ground truth."""
    made = paper(
        sample.kind,
        sample.level,
        sample.seed,
        sample.dpi,
        name=Path(sample.file).stem,
        max_pages=sample.max_pages,
        turn=sample.turn,
    )
    return sample.store(made), made.truth([sample.file] * len(made.pages))


def born_digital_sample() -> tuple[bytes, dict[str, Any]]:
    """The born-digital sample's file and ground truth."""
    file, kind, seed = BORN_DIGITAL
    made = text_paper(kind, seed, name=Path(file).stem)
    for page in made.truth["pages"]:
        page["image"] = file
    return made.pdf, made.truth


def main(arguments: Sequence[str]) -> None:
    """Write all samples and their truth, and tell their sizes."""
    folder = Path(arguments[0]) if arguments else SAMPLES
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "truth").mkdir(exist_ok=True)
    made = {sample.file: scanned_sample(sample) for sample in SCANS}
    made[BORN_DIGITAL[0]] = born_digital_sample()
    for file, (content, truth) in made.items():
        (folder / file).write_bytes(content)
        text = json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
        (folder.parent / "truth" / f"{Path(file).stem}.json").write_text(text, encoding="utf-8")
        print(f"{len(content):>9,} bytes  {len(truth['pages'])} pages  {file}")


if __name__ == "__main__":
    main(sys.argv[1:])
