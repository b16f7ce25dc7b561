"""Two renderers on one file: what both show alike passes, what a program could show otherwise is told by its page."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from ingest import renderers
from signing.mark import Line, drawn
from tests.ingest import pdfs
from tests.ingest.hostile_pdfs import CATALOGUE, TREE, raw, stream
from tests.papers.born_digital import text_paper
from tests.signing.office import open_office, paper
from tests.signing.tools import needs

SECONDS = 60
FONT = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 298 421]" + FONT + b"/Contents 4 0 R%s>>"


def text(words: bytes) -> bytes:
    return stream(b"BT /F 14 Tf 30 300 Td (%s) Tj ET" % words)


def asked(folder: Path, data: bytes) -> tuple[int, ...] | None:
    needs("pdftoppm")
    file = folder / "file.pdf"
    file.write_bytes(data)
    with pikepdf.open(file) as pdf:
        numbers = range(1, len(pdf.pages) + 1)
    return renderers.differing(file, numbers, SECONDS)


def test_born_digital_and_sealed_papers_look_the_same_to_both(tmp_path: Path) -> None:
    office = open_office(tmp_path / "pki")
    sealed = office.sealed()
    for data in (
        text_paper("qd", 7, max_pages=2).pdf,
        text_paper("gp", 7, max_pages=1).pdf,
        sealed,
        office.draft(sealed).pdf,
        *(paper(rotate=turn) for turn in (90, 270)),
    ):
        assert asked(tmp_path, data) == ()


HEAD = b"BT /F 14 Tf 30 300 Td (So tien) Tj ET "


def stamp_without_look() -> bytes:
    """A stamp whose look each program makes up."""
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        stamp = Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([50, 300, 350, 380]), F=4, Name=Name.Approved
        )
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(stamp)])
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def content(operators: bytes) -> bytes:
    return raw(CATALOGUE, TREE, PAGE % b"", stream(HEAD + operators))


DIFFERENT: dict[str, Callable[[], bytes]] = {
    "resources named twice": lambda: raw(CATALOGUE, TREE, PAGE % b"/Resources<<>>", text(b"So tien 5.000.000")),
    "stamp without a look": stamp_without_look,
    "font that is not there": lambda: content(b"BT /G 24 Tf 30 200 Td (500.000.000) Tj ET"),
    "number that is none": lambda: content(b"BT /F 24 Tf 30 2-00 Td (500.000.000) Tj ET"),
    "minus twice": lambda: content(b"BT /F 24 Tf --30 200 Td (500.000.000) Tj ET"),
    "digits that are none": lambda: content(b"BT /F 24 Tf 30 200 Td <35303z0303030> Tj ET"),
    "page cut beyond its edge": lambda: raw(
        CATALOGUE, TREE, PAGE % b"/CropBox[100 100 900 900]", text(b"So tien 500.000.000")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_page_that_programs_show_differently_is_told(tmp_path: Path, name: str) -> None:
    assert asked(tmp_path, DIFFERENT[name]()) == (1,)


def _said(folder: Path, words: str, size: float = 14) -> Path:
    file = folder / "said.pdf"
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(drawn([Line(words, size, 60, 600)]))
        pdf.save(file)
    return file


def test_another_number_in_the_other_picture_is_seen(tmp_path: Path) -> None:
    import pypdfium2

    needs("pdftoppm")
    for one, other in (
        ("Số 15/QĐ", "Số 16/QĐ"),
        ("5.000.000 đồng", "6.000.000 đồng"),
        ("Số 11", ""),
        ("1", "7"),
    ):
        drawing = pypdfium2.PdfDocument(_said(tmp_path, one))
        seen = renderers._by_pdfium(drawing, 1)
        drawing.close()
        same = renderers._by_poppler(tmp_path / "said.pdf", 1, SECONDS, renderers.PROGRAM)
        assert not renderers.differs(seen, same)
        changed = renderers._by_poppler(_said(tmp_path, other), 1, SECONDS, renderers.PROGRAM)
        assert renderers.differs(seen, changed), (one, other)


def test_a_page_that_the_second_renderer_never_ends_is_told_and_the_others_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = renderers.subprocess.run

    def hanging(command: list[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
        if command[command.index("-f") + 1] == "2":
            raise subprocess.TimeoutExpired(command, how["timeout"])
        return run(command, **how)

    monkeypatch.setattr(renderers.subprocess, "run", hanging)
    assert asked(tmp_path, text_paper("qd", seed=3).pdf) == (2,)


def test_scans_are_not_drawn_and_without_poppler_nothing_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(pdfs.scan())
    assert renderers.differing(file, [1], SECONDS, "sh") == ()
    assert renderers.differing(file, [1], SECONDS, "no-such-program") is None
