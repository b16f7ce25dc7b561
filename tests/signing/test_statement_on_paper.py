"""The second square of a printed copy is read from scans, photocopies and photographs at 200 dpi."""

from __future__ import annotations

import io
import random
from dataclasses import replace

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from signing import statement_keys
from signing.band import MARGIN, QUIET_MODULES, STATEMENT_MODULE
from signing.copy import build, pdfa_findings
from signing.squares import NoPicture, texts_of
from signing.statement import PREFIX, Form, Statement, sign
from tests.papers.bench import Bench
from tests.papers.levels import LEVELS
from tests.signing.office import ADDRESS, AGENCY, Office, paper

DPI = 200


def stated(
    office: Office, size: tuple[float, float] = (595.0, 842.0), code: str = "2005/QĐ-BNN-VP"
) -> tuple[bytes, str]:
    """An unsealed copy with a statement, and the statement."""
    original = paper(size=size)
    terms = office.terms(original)
    key = statement_keys.load(office.directory, "H01.02.03", AGENCY, office.clock())
    said = Statement(
        "H01.02.03", terms.number, Form.ORIGINAL, code, office.clock().replace(microsecond=0), "N*** T*** T*** Mai",
        terms.original.sha256,
    )  # fmt: skip
    text = sign(said, key.private, key.key_id)
    draft = build(original, replace(terms, statement=text))
    assert pdfa_findings(draft) == ()
    return draft.pdf, text


def printed(pdf: bytes, dpi: int = DPI) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    return document[0].render(scale=dpi / 72).to_pil().convert("RGB")


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def copied(picture: Image.Image, level: str, seed: int) -> bytes:
    """What a machine makes of the band of the paper: its top third, where the squares are."""
    top = np.asarray(picture.crop((0, 0, picture.width, picture.height // 3)))[:, :, ::-1]
    bench = Bench(top.astype(np.float32), np.eye(3), random.Random(seed), np.random.RandomState(seed), DPI)
    made = np.clip(LEVELS[level](bench, None), 0, 255).astype(np.uint8)
    return cv2.imencode(".png", cv2.cvtColor(made, cv2.COLOR_BGR2GRAY))[1].tobytes()


@pytest.mark.parametrize("level", ["photocopy", "photocopy", "photocopy", "worn", "office", "phone"])
def test_a_bad_copy_of_the_paper_still_says_it(
    office: Office, level: str, request: pytest.FixtureRequest
) -> None:
    pdf, text = stated(office)
    seed = sum(map(ord, request.node.name))
    assert text in texts_of(copied(printed(pdf), level, seed), PREFIX)


@pytest.mark.parametrize("size", [(595.0, 842.0), (842.0, 595.0), (420.0, 595.0), (243.0, 153.0)])
def test_both_squares_read_on_pages_of_every_width(office: Office, size: tuple[float, float]) -> None:
    pdf, text = stated(office, size)
    picture = printed(pdf)
    assert set(texts_of(png(picture), PREFIX)) >= {text, ADDRESS}
    assert picture.width / DPI * 72 <= max(size[0], 260) + 1


def test_the_modules_keep_nearly_four_pixels_however_long_the_statement(office: Office) -> None:
    pdf, text = stated(office, code="Đ" * 60)
    assert STATEMENT_MODULE * DPI / 72 >= 3.9
    assert MARGIN / STATEMENT_MODULE + QUIET_MODULES >= 4
    assert text in texts_of(png(printed(pdf)), PREFIX)


def test_a_turned_picture_and_one_of_two_bits_a_module_are_read(office: Office) -> None:
    pdf, text = stated(office)
    assert text in texts_of(png(printed(pdf).rotate(90, expand=True)), PREFIX)
    assert text in texts_of(png(printed(pdf, 120)), PREFIX)
    assert text in texts_of(pdf, PREFIX)


def test_what_is_no_picture_is_said_and_a_bomb_is_not_unpacked() -> None:
    for data in (b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n", b"GIF89a"):
        with pytest.raises(NoPicture):
            texts_of(data)
    bomb = io.BytesIO()
    Image.new("1", (12_000, 11_000)).save(bomb, "PNG")
    with pytest.raises(NoPicture):
        texts_of(bomb.getvalue())
    assert texts_of(png(Image.new("RGB", (300, 300), "white"))) == ()
