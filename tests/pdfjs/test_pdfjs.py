"""The text over a scan in the reader of Firefox: found, selected and copied line by line, where the words are seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from ocr.page import read_page
from ocr.pdfa import Metadata, PageImage, build
from ocr.values import Box, Word
from tests.browser.conftest import FLAGS
from tests.ocr import pdfa_paper as paper
from tests.office import ROOT
from tests.servers.missing import absent, program

HOME = ROOT / ".venv" / "pdfjs" / "node_modules" / "pdfjs-dist"
READER = Path(__file__).with_name("reader.html")
ADDRESS = "http://reader.test"
"""Answered by the tests, never looked up."""

PIXELS = 192.0
"""The reader shows that many an inch: twice the size of paper, as people zoom in to select."""

Read = Callable[[bytes], Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not (HOME / "build").is_dir():
        absent("pdfjs-dist", "npm, installed by ./run check")
    path = program("chromium", "chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def read(browser: Browser) -> Iterator[Read]:
    """Opens a PDF in the reader; nothing but the reader and the file is there."""
    page = browser.new_page(viewport={"width": 1800, "height": 2600})

    def opened(pdf: bytes) -> Page:
        def answer(route: Route) -> None:
            name = route.request.url.removeprefix(ADDRESS + "/")
            if name == "draft.pdf":
                route.fulfill(body=pdf, content_type="application/pdf")
            elif name == "":
                route.fulfill(path=READER, content_type="text/html")
            elif (HOME / name).is_file():
                route.fulfill(path=HOME / name)
            else:
                route.fulfill(status=404)

        page.route("**/*", answer)
        page.goto(ADDRESS + "/")
        page.wait_for_function("window.texts !== undefined", timeout=60_000)
        return page

    yield opened
    page.close()


def selected(page: Page, words: list[Word], dpi: float) -> str:
    """What a person gets who drags from the first word of an upright line to the end of its last."""
    scale = PIXELS / dpi
    first, last = words[0].box, words[-1].box
    page.evaluate("getSelection().removeAllRanges()")
    page.mouse.move(first.x0 * scale + 1, (first.y0 + first.y1) / 2 * scale)
    page.mouse.down()
    page.mouse.move(last.x1 * scale - 2, (last.y0 + last.y1) / 2 * scale, steps=8)
    page.mouse.up()
    return str(page.evaluate("getSelection().toString()"))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_line_dragged_over_is_the_line_that_was_read(rotation: int, read: Read) -> None:
    page = read(paper.draft(paper.page(rotation)).pdf)
    assert page.evaluate("texts")[0].split("\n") == [" ".join(line) for line in paper.LINES]
    upright = paper.upright_words()
    for number, line in enumerate(paper.LINES):
        words = [word for word in upright if word.line == number]
        assert selected(page, words, paper.DPI) == " ".join(line)


def test_a_skewed_line_dragged_over_is_whole(read: Read) -> None:
    # One degree clockwise: the line falls by 7 pixels on 400.
    words = tuple(
        Word(text, 0.9, Box(100 + 100 * n, 300 + round(1.75 * n), 180 + 100 * n, 324 + round(1.75 * n)), 0)
        for n, text in enumerate(("một", "hai", "ba", "bốn"))
    )
    reading = paper.reading(words, skew=1.0)
    page = read(paper.draft((paper.page()[0], reading)).pdf)
    assert page.evaluate("texts") == ["một hai ba bốn"]
    assert selected(page, list(words), paper.DPI) == "một hai ba bốn"


def test_a_page_that_was_read_is_copied_in_the_order_of_reading(read: Read) -> None:
    scan = (ROOT / "tests" / "papers" / "samples" / "giay-phep.jpg").read_bytes()
    reading = read_page(scan, 300)
    metadata: Metadata = paper.METADATA
    page = read(build([PageImage(scan, 300.0)], [reading], metadata).pdf)
    (text,) = page.evaluate("texts")
    assert text == unicodedata.normalize("NFC", text)
    assert text.split() == reading.text.split()  # pieces of one height may come as one line
    lines = reading.text.split("\n")
    # The head's left column is over before the right one begins.
    motto = next(i for i, line in enumerate(lines) if "CỘNG" in line)
    assert any(line.startswith("Số") for line in lines[:motto])
    wrong = []
    for number in sorted({word.line for word in reading.words}):
        words = [word for word in reading.words if word.line == number]
        said = " ".join(word.text for word in words)
        if (got := selected(page, words, 300)) != said:
            wrong.append((got, said))
    # The page leans by 0.8 degrees; a drag may miss the last letters, never reach into another line.
    assert len(wrong) <= 0.05 * len(lines) and all(said.startswith(got) for got, said in wrong)


def test_words_are_highlighted_where_the_picture_shows_them(read: Read) -> None:
    page = read(paper.draft(paper.page()).pdf)
    for word in paper.upright_words():
        box = page.evaluate(
            """(text) => {
                for (const span of document.querySelectorAll(".textLayer span")) {
                    const at = (" " + span.textContent + " ").indexOf(" " + text + " ");
                    if (at < 0) continue;
                    const range = document.createRange();
                    range.setStart(span.firstChild, at);
                    range.setEnd(span.firstChild, at + text.length);
                    const r = range.getBoundingClientRect();
                    return [r.left, r.right, (r.top + r.bottom) / 2];
                }
            }""",
            word.text,
        )
        left, right, middle = (edge * paper.DPI / PIXELS for edge in box)
        # The reader sets a line in a typeface of its own: a word's ends move by a letter, the word stays.
        assert word.box.x0 < (left + right) / 2 < word.box.x1, word.text
        assert word.box.y0 < middle < word.box.y1, word.text
