"""Every way in which Tesseract can fail has a name and leaves nothing running."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ocr.engine import Unreadable, detected_rotation, parsed, tokens
from ocr.page import read_page
from tests.ocr.sheets import page_of_lines, png

Engine = Callable[[str], str]
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
PICTURE = np.full((60, 60), 255, dtype=np.uint8)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Writes a shell script in Tesseract's place: called as ``script INPUT OUTPUT_BASE ...``."""

    def make(script: str) -> str:
        path = tmp_path / "tesseract-double"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    return make


def failure(tesseract: str, seconds: float = 10) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        tokens(PICTURE, 200, tesseract, seconds)
    return caught.value


def test_an_engine_that_crashes_is_a_failed_engine(engine: Engine) -> None:
    error = failure(engine("echo 'Segmentation fault' >&2; kill -SEGV $$"))
    assert error.code == "ENGINE_FAILED"


def test_its_last_words_are_kept_for_the_log(engine: Engine) -> None:
    assert "out of memory" in failure(engine("echo 'out of memory' >&2; exit 1")).detail


def test_an_engine_that_hangs_is_stopped_in_time(engine: Engine) -> None:
    start = time.monotonic()
    assert failure(engine("exec sleep 60"), seconds=0.4).code == "ENGINE_TIMEOUT"
    assert time.monotonic() - start < 5


def test_bad_utf8_from_the_engine_is_bad_output(engine: Engine) -> None:
    row = r"5\t1\t1\t1\t1\t1\t10\t10\t30\t20\t90\t\303(\n"
    error = failure(engine(f"printf '{HEAD.replace(chr(9), chr(92) + 't').strip()}\\n{row}' > \"$2.tsv\""))
    assert error.code == "BAD_OUTPUT"


def test_bad_utf8_in_an_error_message_does_not_crash_us(engine: Engine) -> None:
    assert failure(engine(r"printf '\303(' >&2; exit 1")).code == "ENGINE_FAILED"


def test_an_engine_that_writes_nothing_gave_bad_output(engine: Engine) -> None:
    assert failure(engine("exit 0")).code == "BAD_OUTPUT"


def test_an_engine_that_is_not_there_is_missing() -> None:
    assert failure("/nowhere/tesseract").code == "ENGINE_MISSING"


def test_an_engine_that_may_not_be_run_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "tesseract"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o644)
    assert failure(str(path)).code == "ENGINE_MISSING"


def test_missing_vietnamese_data_has_its_own_name(engine: Engine) -> None:
    script = 'echo "Failed loading language \'vie\'" >&2; echo "Tesseract couldn\'t load any languages!" >&2; exit 1'
    assert failure(engine(script)).code == "LANGUAGE_MISSING"


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"hello",
        HEAD.encode() + b"5\t1\t1\n",
        HEAD.encode() + b"5\t1\t1\t1\t1\t1\tx\t0\t10\t10\t90\tword\n",
        HEAD.encode() + b"five\t1\t1\t1\t1\t1\t0\t0\t10\t10\t90\tword\n",
    ],
)
def test_a_table_that_is_not_one_is_bad_output(table: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        parsed(table)
    assert caught.value.code == "BAD_OUTPUT"


def test_words_come_composed_and_with_confidence_from_0_to_1() -> None:
    rows = "4\t1\t1\t1\t1\t0\t0\t0\t90\t20\t-1\t\n"
    rows += "5\t1\t2\t1\t3\t1\t10\t12\t30\t20\t91.5\tVie\u0323\u0302t\n"
    rows += "5\t1\t2\t1\t3\t2\t50\t12\t9\t20\t-1\tx\n"
    first, second = parsed((HEAD + rows).encode())
    assert first.text == "Việt"
    assert first.corners == (10, 12, 40, 32)
    assert first.place == (2, 1, 3)
    assert first.confidence == pytest.approx(0.915)
    assert second.confidence == 0.0


def test_both_messages_say_what_to_do() -> None:
    error = Unreadable("IMAGE_UNDECODABLE")
    assert "quét lại" in error.message_vi and "scan" in error.message_en


def test_an_image_that_cannot_be_decoded_is_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        read_page(b"\x89PNG broken", 300)
    assert caught.value.code == "IMAGE_UNDECODABLE"


def test_a_faulty_engine_fails_the_whole_page(engine: Engine) -> None:
    with pytest.raises(Unreadable) as caught:
        read_page(png(page_of_lines()), 200, tesseract=engine("exit 3"))
    assert caught.value.code == "ENGINE_FAILED"


def test_a_blank_page_needs_no_engine() -> None:
    sheet = np.full((2339, 1654), 250, dtype=np.uint8)
    page = read_page(png(sheet), 200, tesseract="/nowhere/tesseract")
    assert page.blank and page.words == () and page.text == ""


def test_orientation_detection_that_gives_up_is_no_error(engine: Engine) -> None:
    assert detected_rotation(PICTURE, 200, engine("echo 'Too few characters' >&2; exit 1"), 5) is None


@pytest.mark.parametrize(("said", "rotation"), [(0, 0), (90, 270), (180, 180), (270, 90)])
def test_tesseracts_counter_clockwise_answer_is_given_clockwise(
    engine: Engine, said: int, rotation: int
) -> None:
    script = f"printf 'Page number: 0\\nOrientation in degrees: {said}\\nRotate: 0\\n' > \"$2.osd\""
    assert detected_rotation(PICTURE, 200, engine(script), 5) == rotation


@pytest.mark.parametrize(("turned", "dpi"), [(45, 300.0), (0, 0.0), (0, -1.0)])
def test_a_senseless_turn_or_resolution_is_the_callers_mistake(turned: int, dpi: float) -> None:
    with pytest.raises(ValueError, match="turned must"):
        read_page(png(PICTURE), dpi, turned=turned)
