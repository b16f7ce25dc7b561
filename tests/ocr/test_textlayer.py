"""Text that a PDF brings along is used where the picture bears it out, and never believed against the picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ingest.inspect import inspect
from ingest.inspection import Limits
from ocr.fields import extract
from ocr.page import read_page
from ocr.pdfa import PageImage, build
from ocr.textlayer import Given, GivenWord, given_from_json
from ocr.values import PageReading
from tests.ocr import pdfa_paper as paper
from tests.papers.born_digital import text_paper
from tests.papers.values import expected, same

LIMITS = Limits(150, 200, 20, 60, 60)


@dataclass(frozen=True)
class Born:
    """A page of a born-digital paper as the inspection hands it on, and the truth about it."""

    image: bytes
    dpi: float
    given: Given
    truth: dict
    meta: dict


@pytest.fixture(scope="module")
def born(tmp_path_factory: pytest.TempPathFactory) -> Born:
    folder = tmp_path_factory.mktemp("born")
    made = text_paper("qd", seed=3, max_pages=1)
    (folder / "a.pdf").write_bytes(made.pdf)
    (page,) = inspect(folder / "a.pdf", folder, LIMITS).pages
    assert page.text is not None
    given = given_from_json(page.text.read_bytes())
    return Born(page.path.read_bytes(), page.dpi, given, made.truth["pages"][0], made.truth["meta"])


@pytest.fixture(scope="module")
def drawn(born: Born) -> PageReading:
    """What the picture says without any layer."""
    return read_page(born.image, born.dpi)


def read(born: Born, change: Callable[[GivenWord], GivenWord | None] = lambda word: word) -> PageReading:
    words = tuple(kept for word in born.given.words if (kept := change(word)) is not None)
    return read_page(born.image, born.dpi, given=replace(born.given, words=words))


def words_of(text: str) -> Counter[str]:
    return Counter(word for word in text.split() if re.search(r"\w", word))


def test_the_text_of_a_born_digital_page_is_taken_to_the_letter(born: Born) -> None:
    reading = read(born)
    assert any(step.startswith("text layer,") for step in reading.steps)
    assert words_of(reading.text) == words_of(born.truth["text"])
    fields = {field.name: field for field in extract([reading])}
    for name in ("code", "issued_on", "doc_type", "issuer", "subject"):
        assert same(fields[name].value, expected(born.meta)[name]), name
        assert fields[name].confidence > 0.9, name


def test_every_word_taken_lies_where_the_picture_has_it(born: Born) -> None:
    reading = read(born)
    for line in born.truth["lines"]:
        x0, y0, x1, y1 = line["bbox"]
        inside = [
            word.text
            for word in reading.words
            if x0 - 4 <= word.box.x0
            and word.box.x1 <= x1 + 4
            and y0 - 4 <= word.box.y0
            and word.box.y1 <= y1 + 4
        ]
        assert words_of(" ".join(inside)) == words_of(line["text"])


def test_the_head_s_columns_come_one_after_the_other(born: Born) -> None:
    lines = read(born).text.split("\n")
    left, right = (
        lines.index(text) for text in (born.truth["lines"][0]["text"], "Độc lập - Tự do - Hạnh phúc")
    )
    number = next(i for i, line in enumerate(lines) if line.startswith("Số:"))
    assert left < number < right


def lie(text: str, other: str) -> Callable[[GivenWord], GivenWord]:
    return lambda word: replace(word, text=word.text.replace(text, other))


def test_a_layer_that_tells_another_number_than_the_picture_gives_the_picture_s(born: Born) -> None:
    number = str(expected(born.meta)["number"])
    false = "".join("4" if c != "4" else "7" for c in number)
    reading = read(
        born, lambda word: lie(number, false)(word) if word.text.startswith(number + "/") else word
    )
    assert not any(word.text.startswith(false + "/") for word in reading.words)
    fields = {field.name: field for field in extract([reading])}
    assert str(fields["number"].value) != false
    assert fields["number"].confidence < 0.9 or str(fields["number"].value) == number


def test_a_name_with_other_marks_than_the_picture_s_is_left_for_a_person(born: Born) -> None:
    signer = str(expected(born.meta)["signer_name"])
    last = signer.split()[-1]
    ends = next(word for word in reversed(born.given.words) if word.text == last)
    false = last.translate(str.maketrans("aăâeêioôơuưyàáảãạùúủũụ", "áấẳéếíóốớúứýaaaaauuuuu"))
    assert false != last
    reading = read(born, lambda word: replace(word, text=false) if word is ends else word)
    fields = {field.name: field for field in extract([reading])}
    assert fields["signer_name"].confidence < 0.9 or fields["signer_name"].value == signer


def test_words_without_ink_under_them_are_no_words_of_the_page(born: Born) -> None:
    empty = GivenWord("MẬT", (200.0, 3300.0, 320.0, 3350.0), 9_999)
    reading = read_page(born.image, born.dpi, given=Given((*born.given.words, empty), 0))
    assert "MẬT" not in reading.text and any(step.startswith("text layer,") for step in reading.steps)


def moved(down: float) -> Callable[[GivenWord], GivenWord]:
    def change(word: GivenWord) -> GivenWord:
        x0, y0, x1, y1 = word.corners
        return replace(word, corners=(x0, y0 + down, x1, y1 + down))

    return change


# Vietnamese letters as fonts of the nineties had them: the codes of other letters.
TCVN3 = str.maketrans("ếệđĐịớậơưấáàạộôêâăảầ", "Õ\xd6®§ÞíË¬\xad\xca¸µ¹é«ª©¨¶Ç")

UNUSABLE = {
    "shifted by half a line": (moved(45), ("off-ink", "disagrees")),
    "shifted by a hand's breadth": (moved(330), ("off-ink", "ink-unread", "disagrees")),
    "in TCVN3": (lambda word: replace(word, text=word.text.translate(TCVN3)), ("not-vietnamese",)),
    "read as English": (
        lambda word: replace(word, text="".join(c if c.isascii() else "a" for c in word.text)),
        ("not-vietnamese",),
    ),
    "letters of a font only": (
        lambda word: replace(word, text="\ue012" * len(word.text)),
        ("unknown-letters",),
    ),
    "of the head only": (lambda word: word if word.corners[1] < 900 else None, ("ink-unread",)),
    "of another paper": (
        lambda word: replace(word, text="".join("nghiêm chỉnh"[len(word.text) % 7 :])),
        ("disagrees", "not-vietnamese"),
    ),
    "read badly": (
        lambda word: replace(word, text=word.text.replace("ấ", "á").replace("ị", "i").replace("n", "m")),
        ("disagrees", "not-vietnamese"),
    ),
    "of a few words": (lambda word: word if word.text in ("QUYẾT", "ĐỊNH") else None, ("few-words",)),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_layer_that_is_not_the_page_s_text_is_read_anew(born: Born, drawn: PageReading, kind: str) -> None:
    change, reasons = UNUSABLE[kind]
    reading = read(born, change)
    assert reading.steps[0].removeprefix("text layer not used: ") in reasons
    assert reading.words == drawn.words


def test_what_a_layer_leaves_out_is_read_from_the_picture(born: Born) -> None:
    number = str(expected(born.meta)["number"])
    reading = read(
        born, lambda word: None if word.text in ("QUYẾT", "ĐỊNH:") or number in word.text else word
    )
    assert number in reading.text  # as where a signature's stamp fills the number in


@pytest.mark.parametrize("rotation", [90, 180])
def test_a_scan_s_layer_turned_with_the_scan_is_used_upright(
    rotation: int, tmp_path: Path, born: Born
) -> None:
    import cv2
    import numpy as np

    upright = cv2.imdecode(np.frombuffer(born.image, np.uint8), cv2.IMREAD_GRAYSCALE)
    turn = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180}[rotation]
    image = cv2.imencode(".jpg", cv2.rotate(upright, turn))[1].tobytes()
    reading = read_page(image, born.dpi, turned=rotation)
    assert reading.rotation == rotation
    (tmp_path / "a.pdf").write_bytes(build([PageImage(image, born.dpi)], [reading], paper.METADATA).pdf)
    (page,) = inspect(tmp_path / "a.pdf", tmp_path, LIMITS).pages
    assert page.text is not None
    again = read_page(
        page.path.read_bytes(), page.dpi, turned=page.turned, given=given_from_json(page.text.read_bytes())
    )
    assert any(step.startswith("text layer,") for step in again.steps)
    assert words_of(again.text) == words_of(reading.text)
