"""The command line of ``generate``: many papers into a folder, alone and as one batch."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .fonts import FAMILIES, FontUnusable, families_for, require_family
from .generate import KINDS, LEVELS, Paper, PaperPage, document_seed, paper
from .grammar import load_phrases
from .output import pdf_of, pdf_page, save_picture


def read_options(arguments: Sequence[str] | None, description: str | None) -> argparse.Namespace:
    """Read and check the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.papers.generate",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("out", help="folder to write to")
    add("--docs", type=int, default=6, help="how many papers")
    add("--seed", type=int, default=1)
    add("--types", default=",".join(KINDS), help="kinds, taken in turn: " + ", ".join(KINDS))
    add("--levels", default="scan", help="levels, taken in turn: " + ", ".join(LEVELS))
    add("--dpi", type=int, default=300)
    add("--font", default="auto", choices=["auto", *FAMILIES])
    add("--seeds", metavar="DIR", help="folder of *.txt whose paragraphs are mixed into the bodies")
    add("--format", default="png", choices=["png", "tif", "jpg"])
    add("--max-pages", type=int, default=4)
    add("--rotate", type=float, default=0, help="chance that a page is turned by 90, 180 or 270 degrees")
    add("--blank-backs", action="store_true", help="let an empty back follow every page")
    add("--no-pdf", action="store_true", help="write no PDF for each paper")
    add("--no-images", action="store_true", help="keep only the PDFs and JSON")
    add("--batch", action="store_true", help="also all papers in one PDF, a separator sheet before each")
    add("--separator", default="both", choices=["qr", "code128", "both"])
    options = parser.parse_args(arguments)
    for name, known in (("types", KINDS), ("levels", LEVELS)):
        unknown = set(getattr(options, name).split(",")) - set(known)
        if unknown:
            parser.error(f"unknown {name}: {', '.join(sorted(unknown))}")
    return options


@dataclass
class _Batch:
    """All papers of a run in one stream of pages."""

    pages: list[bytes] = field(default_factory=list)
    truth: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, page: PaperPage, picture: bytes) -> None:
        self.pages.append(picture)
        kind, rotation = page.truth["kind"], page.truth["rotation"]
        number = len(self.pages)
        self.truth.append({"page": number, "kind": kind, "doc": name, "rotation": rotation})


def make_papers(options: argparse.Namespace) -> None:
    """Write the papers that the options ask for, and a manifest of them."""
    try:
        for family in families_for(options.font):
            require_family(family)
    except FontUnusable as error:
        sys.exit(str(error))
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    phrases = load_phrases(Path(options.seeds) if options.seeds else None)
    kinds, levels = options.types.split(","), options.levels.split(",")
    manifest = []
    batch = _Batch()
    for index in range(options.docs):
        kind, level = kinds[index % len(kinds)], levels[index % len(levels)]
        made = paper(
            kind,
            level,
            document_seed(options.seed, index),
            options.dpi,
            options.font,
            name=f"{level}-{kind}-{index:04d}",
            max_pages=options.max_pages,
            turn_chance=options.rotate,
            blank_backs=options.blank_backs,
            separator=options.separator if options.batch else None,
            phrases=phrases,
        )
        _write_paper(made, out / made.name, options, batch)
        count = len(made.pages)
        manifest.append({"id": made.name, "type": kind, "level": level, "pages": count, "font": made.font})
        print(made.name, count, "pages", made.font, flush=True)
    if options.batch:
        (out / "batch.pdf").write_bytes(pdf_of(batch.pages, options.dpi))
        _write_json(out / "batch.json", batch.truth)
    _write_json(out / "manifest.json", {"args": vars(options), "docs": manifest})


def _write_paper(made: Paper, folder: Path, options: argparse.Namespace, batch: _Batch) -> None:
    folder.mkdir(exist_ok=True)

    def stored(page: PaperPage, name: str) -> bytes:
        if not options.no_images:
            save_picture(page.image, folder / name, options.format, made.dpi, page.bitonal)
        return pdf_page(page.image, options.format, made.dpi, page.bitonal)

    if made.separator:
        picture = stored(made.separator, f"separator.{options.format}")
        batch.add(made.name, made.separator, picture)
    names = [f"page-{number:03d}.{options.format}" for number in range(1, len(made.pages) + 1)]
    pictures = [stored(page, name) for page, name in zip(made.pages, names, strict=True)]
    if options.batch:
        for page, picture in zip(made.pages, pictures, strict=True):
            batch.add(made.name, page, picture)
    _write_json(folder / "gt.json", made.truth(names))
    if not options.no_pdf:
        (folder / "doc.pdf").write_bytes(pdf_of(pictures, made.dpi))


def _write_json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
