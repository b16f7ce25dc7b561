"""Synthetic scans of Vietnamese administrative papers, with ground truth.

``paper`` makes one in memory; the command line writes many. The same seed, options, fonts and library versions
give the same papers, and every paper has its own seed: paper 7 is the same whether 8 or 800 are made.

Written to OUT: manifest.json, and for each paper a folder with page-001.png ..., doc.pdf and gt.json:

  meta   the values of the record: doc_type, number, symbol, issue_date, issuing_agency, signer_name ...
  pages  for each page its image's name, size, dpi, level, rotation (degrees clockwise), skew, kind
         (content, blank or separator), text in reading order (left column of the head first), H, canon, lines
         (text, bbox, block and, where it shows a value, field).

``canon`` is the size of the sheet as drawn, ``bbox`` lies on it, and the 3x3 matrix ``H`` leads from there to
the page's picture: the place of (x, y) is H @ (x, y, 1), divided by its third part.
All text is Unicode NFC.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .degrade import Picture, scan, shine_through
from .documents import KINDS, Document, Settle, make_document
from .fonts import choose_family, require_family
from .levels import LEVELS
from .separators import Symbols, separator_payload, separator_sheet
from .sheet import Sheet

__all__ = ["KINDS", "LEVELS", "Paper", "PaperPage", "document_seed", "paper"]

_SHARPEST_PRINT_DPI = 300
_TURNS = (90, 180, 270)


@dataclass(frozen=True)
class PaperPage:
    """A scanned page: picture (height x width x blue, green, red) and ground truth, without a file name."""

    image: Picture
    truth: dict[str, Any]

    @property
    def bitonal(self) -> bool:
        """Whether the picture is black and white only."""
        return self.truth["level"] == "photocopy"


@dataclass(frozen=True)
class Paper:
    """A paper with its scanned pages. ``separator``: the sheet before it in a batch, if one was asked for."""

    name: str
    kind: str
    level: str
    seed: int
    dpi: int
    font: str
    meta: dict[str, Any]
    pages: tuple[PaperPage, ...]
    separator: PaperPage | None = None

    def truth(self, image_names: Sequence[str]) -> dict[str, Any]:
        """The ground truth file, with the names under which the pages are stored."""
        pages = [{"image": name, **page.truth} for name, page in zip(image_names, self.pages, strict=True)]
        return {"id": self.name, "seed": self.seed, "level": self.level, "meta": self.meta, "pages": pages}


def document_seed(seed: int, index: int) -> int:
    """Seed of the paper at an index (from 0) of a run."""
    return seed * 1000003 + index * 7919


def paper(
    kind: str,
    level: str = "scan",
    seed: int = 1,
    dpi: int = 300,
    font: str = "auto",
    *,
    name: str | None = None,
    max_pages: int = 4,
    turn: int | None = None,
    turn_chance: float = 0,
    blank_backs: bool = False,
    separator: Symbols | None = None,
    phrases: Sequence[str] = (),
    pen: bool = False,
    settle: Settle | None = None,
) -> Paper:
    """Make one paper: pictures of its pages and their ground truth, from nothing but the arguments.

    ``kind``: one of KINDS. ``level``: one of LEVELS. ``seed``: any whole number. ``dpi``: pixels per inch of
    the pictures. ``font``: a family of ``fonts.FAMILIES`` or "auto"; FontUnusable is raised if it is missing.
    ``turn``: lay every page turned by 0, 90, 180 or 270 degrees clockwise; without it each page is turned by
    ``turn_chance``. ``blank_backs``: let an empty back follow every page, as duplex scanners do.
    ``separator``: also make the sheet that goes before it in a batch. ``phrases``: paragraphs to mix in. ``pen``:
    number and day are written with a pen, as on nearly all real papers. ``settle``: puts what an office of one's own
    has in place of what was drawn, before anything is written.
    """
    rng = random.Random(seed)
    family = choose_family(font, rng)
    require_family(family)
    print_dpi = max(_SHARPEST_PRINT_DPI, dpi)
    name = name or f"{level}-{kind}-{seed}"
    document = make_document(kind, seed, print_dpi, family, phrases, max_pages, settle, pen)

    def scanned(sheet: Sheet, other_side: Sheet | None, level: str) -> PaperPage:
        by_chance = rng.choice(_TURNS) if rng.random() < turn_chance else 0
        rotation = by_chance if turn is None else turn
        page = scan(sheet, level, rng, dpi, print_dpi, family, other_side, rotation)
        picture = page.image
        if sheet.kind == "blank" and other_side is not None and level != "clean":
            picture = shine_through(picture, other_side)
        height, width = picture.shape[:2]
        truth = {
            "width": width,
            "height": height,
            "dpi": dpi,
            "kind": sheet.kind,
            "level": level,
            "rotation": page.rotation,
            "skew": round(page.skew, 3),
            "over_stamp": page.over_stamp,
            "canon": list(sheet.image.size),
            "H": [[round(float(value), 8) for value in row] for row in page.homography],
            "text": "\n".join(line.text for line in sheet.lines),
            "lines": [line.as_truth() for line in sheet.lines],
        }
        return PaperPage(picture, truth)

    separator_page = None
    if separator:
        payload = separator_payload(name, document.meta["procedure_code"])
        sheet = separator_sheet(rng, print_dpi, payload, separator, family)
        # Nobody photographs separator sheets.
        separator_page = scanned(sheet, None, "office" if level == "phone" else level)
    pages = tuple(
        scanned(sheet, other_side, level) for sheet, other_side in _with_backs(document, blank_backs)
    )
    return Paper(name, kind, level, seed, dpi, family, document.meta, pages, separator_page)


def _with_backs(document: Document, blank_backs: bool) -> Iterator[tuple[Sheet, Sheet | None]]:
    """Every sheet with the one that may shine through it; a sheet's blank back has that sheet behind it."""
    sheets = document.sheets
    for index, sheet in enumerate(sheets):
        yield sheet, sheets[(index + 1) % len(sheets)] if len(sheets) > 1 else None
        if blank_backs:
            yield Sheet.white(*sheet.image.size, kind="blank"), sheet


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    from .command import make_papers, read_options

    make_papers(read_options(arguments, __doc__))


if __name__ == "__main__":
    main()
