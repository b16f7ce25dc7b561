"""The engine as a library reads what the program reads; where it is not there, the program does all the work."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from rapidfuzz.distance import Levenshtein

from ocr import library, pixels
from ocr.engine import LANGUAGE, Unreadable, name_of, tokens
from ocr.paper import look
from ocr.prepare import Prepared, prepare

pytest.importorskip("tesserocr")
pytestmark = pytest.mark.slow
SAMPLE = Path(__file__).parents[1] / "papers" / "samples" / "giay-phep.jpg"


@pytest.fixture(scope="module")
def page() -> Prepared:
    picture = pixels.decode(SAMPLE.read_bytes())
    assert picture is not None
    return prepare(picture, 300, look(picture, 300), 0)


def test_both_read_the_same_words_in_the_same_places(page: Prepared) -> None:
    program = shutil.which("tesseract")
    assert program is not None and library.stands_in("tesseract", LANGUAGE)
    ours, theirs = (tokens(page.pixels, page.dpi, engine, 60) for engine in ("tesseract", program))
    mine, yours = (" ".join(token.text for token in found) for found in (ours, theirs))
    # two versions of the engine: a word here and there differs, not more
    assert Levenshtein.normalized_similarity(mine, yours) > 0.97
    boxes = {(token.text, *(round(edge / 4) for edge in token.corners)) for token in theirs}
    near = sum((one.text, *(round(edge / 4) for edge in one.corners)) in boxes for one in ours)
    assert near > 0.6 * len(ours)


def test_reading_again_in_the_same_process_gives_the_same(page: Prepared) -> None:
    first = tokens(page.pixels, page.dpi, "tesseract", 60)
    tokens(page.pixels, page.dpi, "tesseract", 60, scattered=True)
    assert tokens(page.pixels, page.dpi, "tesseract", 60) == first


def test_a_page_that_takes_too_long_is_given_up(page: Prepared) -> None:
    doubled = cv2.resize(page.pixels, None, fx=2, fy=2)
    with pytest.raises(Unreadable) as caught:
        tokens(doubled, page.dpi, "tesseract", 0.05)
    assert caught.value.code == "ENGINE_TIMEOUT"


def test_a_program_named_by_its_address_is_run_itself() -> None:
    program = shutil.which("tesseract")
    assert program is not None
    assert not library.stands_in(program, LANGUAGE)
    assert "tesserocr" in name_of("tesseract") and "tesserocr" not in name_of(program)


def test_without_the_library_the_program_reads() -> None:
    asking = (
        "import sys; sys.modules['tesserocr'] = None\n"
        "from ocr import library; print(library.stands_in('tesseract', 'vie'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asking],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "False"
