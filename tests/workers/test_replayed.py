"""The square of a true copy on another paper, alone or with its whole band, does not make that paper a copy."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageFilter

from ocr import pdfa
from ocr.values import PageReading
from signing import pki, statement_keys
from signing.band import MARGIN
from signing.copy import build, first_width
from signing.statement import masked
from signing.statement_check import StatementReport
from signing.terms import CopyBasis, CopyTerms, OriginalSummary
from tests.office import small_decision
from tests.signing.test_statement_on_paper import png, printed
from workers.jobs.seals import stated
from workers.jobs.squares import check_picture
from workers.jobs.values import Stated

AT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
AGENCY, NAME = "H12.34", "Sở Xây dựng"
DPI = 200
OTHERS = {"number": ("8/QĐ-SXD", "Nguyễn Thị Mai"), "holder": ("7/QĐ-SXD", "Trần Văn Ước")}

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Desk:
    """Where copies are made and pictures of paper are judged."""

    folder: Path

    def record(self, code: str, holder: str) -> bytes:
        """A decision as PDF/A, unsealed."""
        drawn = small_decision(
            f"Số: {code}", (620, "An Giang, ngày 15 tháng 6 năm 2024"), f"Điều 1. Cấp cho {holder}."
        )
        out = io.BytesIO()
        drawn.save(out, "PNG", dpi=(DPI, DPI))
        reading = PageReading(*drawn.size, DPI, 0, 0.0, True, "", (), (), "")
        told = pdfa.Metadata("Quyết định", code, AT, "hoso", {})
        return pdfa.build([pdfa.PageImage(out.getvalue(), DPI)], [reading], told).pdf

    def copy(self, code: str, holder: str, statement: str = "") -> tuple[bytes, str]:
        """An unsealed copy that its holder asked for, and its statement: another's ``statement`` where it is given."""
        original = self.record(code, holder)
        summary = OriginalSummary(hashlib.sha256(original).hexdigest(), NAME, "2026-11-20T08:00:00+07:00")
        terms = CopyTerms(
            "12/SY-SXD", 2026, CopyBasis.ORIGINAL, NAME, f"Bà {holder}", f"dùng kèm văn bản số {code}",
            "https://hoso.example.vn/v/7Q2M", "7Q2M", AT, summary,
        )  # fmt: skip
        width = first_width(original)
        text = statement or stated(
            self.folder / "pki", AGENCY, terms, Stated(code, masked(holder)), AT, width
        )
        return build(original, replace(terms, statement=text)).pdf, text

    def judged(self, data: bytes, file: bytes | None = None) -> StatementReport:
        picture, other = self.folder / "picture", self.folder / "file"
        picture.write_bytes(data)
        if file is not None:
            other.write_bytes(file)
        return check_picture(picture, self.folder / "keys.json", AT, None if file is None else other)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("replayed")
    pki.make(folder / "pki", AT)
    statement_keys.load(folder / "pki", AGENCY, NAME, AT)
    (folder / "keys.json").write_bytes(statement_keys.published(folder / "pki"))
    return Desk(folder)


@pytest.fixture(scope="module")
def true_copy(desk: Desk) -> tuple[bytes, str]:
    return desk.copy("7/QĐ-SXD", "Nguyễn Thị Mai")


def photographed(picture: Image.Image) -> bytes:
    """Askew, a little out of focus, darker on one side."""
    turned = picture.convert("L").rotate(1.2, Image.Resampling.BICUBIC, fillcolor=245)
    pixels = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.8)), dtype=float)
    return png(Image.fromarray((pixels * np.linspace(0.8, 1, pixels.shape[1])).astype(np.uint8)))


def cut_out(copy: bytes, other: bytes, *, whole_band: bool) -> bytes:
    """The paper of ``other`` with the square of ``copy`` pasted on, or with its whole band, at the top of the page."""
    band, under = printed(copy), printed(other)
    height = band.height - round(826 * DPI / DPI)
    if whole_band:
        under.paste(band.crop((0, 0, band.width, height)), (0, 0))
        return png(under)
    below = under.crop((0, under.height - 826, under.width, under.height))
    square = band.crop((0, 0, round((88 + 10 + 110 + 2 * MARGIN) * DPI / 72), round(160 * DPI / 72)))
    sheet = Image.new("RGB", (below.width, below.height + square.height), "white")
    sheet.paste(below, (0, square.height))
    sheet.paste(square, (0, 0))
    return png(sheet)


def test_the_copy_itself_is_valid_scanned_photographed_upside_down_and_as_a_file(
    desk: Desk, true_copy: tuple[bytes, str]
) -> None:
    copy, _ = true_copy
    paper = printed(copy)
    for data in (png(paper), photographed(paper), png(paper.rotate(180)), copy):
        report = desk.judged(data)
        assert (report.reason, report.checks[-1].name) == ("OK", "paper"), report.checks
    both = desk.judged(png(paper), copy)
    assert [(one.name, one.code) for one in both.checks[-2:]] == [("digest", "OK"), ("paper", "OK")]


@pytest.mark.parametrize("whole_band", [False, True])
@pytest.mark.parametrize("what", OTHERS)
def test_its_square_on_another_true_paper_of_the_same_form_is_not(
    desk: Desk, true_copy: tuple[bytes, str], what: str, whole_band: bool
) -> None:
    """The band names who asked for the copy and what for: name and number stand on the page, but not on the paper."""
    other, _ = desk.copy(*OTHERS[what])
    report = desk.judged(cut_out(true_copy[0], other, whole_band=whole_band))
    assert (report.verdict.value, report.reason) == ("INDETERMINATE", "STATEMENT_NOT_ON_PAPER")
    assert {"number": "document_code", "holder": "holder"}[what] in report.checks[-1].detail


def test_a_file_with_the_true_original_inside_that_draws_another_paper_is_not(
    desk: Desk, true_copy: tuple[bytes, str]
) -> None:
    copy, text = true_copy
    other, _ = desk.copy("8/QĐ-SXD", "Trần Văn Ước", text)
    with pikepdf.open(io.BytesIO(copy)) as carrier, pikepdf.open(io.BytesIO(other)) as drawn:
        carrier.pages.append(drawn.pages[0])
        del carrier.pages[0]
        out = io.BytesIO()
        carrier.save(out)
    report = desk.judged(out.getvalue())
    assert [(one.name, one.code) for one in report.checks[-2:]] == [
        ("digest", "OK"),
        ("paper", "STATEMENT_NOT_ON_PAPER"),
    ]
    assert report.checks[-1].detail == "document_code, holder"


def test_where_the_engine_is_missing_the_paper_is_said_to_be_unread(
    desk: Desk, true_copy: tuple[bytes, str]
) -> None:
    picture = desk.folder / "unread.png"
    picture.write_bytes(png(printed(true_copy[0])))
    report = check_picture(picture, desk.folder / "keys.json", AT, tesseract="no-such-program")
    assert (report.reason, report.checks[-1].detail) == ("STATEMENT_PAPER_UNREAD", "ENGINE_MISSING")
