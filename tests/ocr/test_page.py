"""Real pages through real Tesseract, and how many fields come out right."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image as Pictures
from PIL import ImageSequence

from ocr.fields import extract
from ocr.page import read_page
from ocr.transcript import page_from_json, page_to_json
from ocr.values import Field, PageReading
from ocr.vietnamese import bare
from tests.papers.values import expected, same

SAMPLES = Path(__file__).parents[1] / "papers" / "samples"
TRUTH = SAMPLES.parent / "truth"
FLOOR = 0.90
"""Share of fields of the sample papers that must be right. Lower it only with a reason in the commit."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("tesseract") is None and os.environ.get("CI") != "true",
        reason="Tesseract is not installed",
    ),
]


def pictures(path: Path) -> Iterator[bytes]:
    """The page images of a sample as files of their own, pixels as stored."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            for page in document:
                image = page.render(scale=300 / 72).to_numpy()
                yield cv2.imencode(".png", np.ascontiguousarray(image[..., :3]))[1].tobytes()
    elif path.suffix == ".tif":
        with Pictures.open(path) as file:
            for frame in ImageSequence.Iterator(file):
                out = io.BytesIO()
                frame.convert("L").save(out, "PNG")
                yield out.getvalue()
    else:
        yield path.read_bytes()


def truths() -> list[str]:
    return sorted(p.stem for p in TRUTH.glob("*.json"))


@cache
def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((TRUTH / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def readings(name: str) -> tuple[PageReading, ...]:
    (path,) = SAMPLES.glob(f"{name}.*")
    return tuple(read_page(p, truth(name)["pages"][i]["dpi"]) for i, p in enumerate(pictures(path)))


def test_most_fields_of_the_sample_papers_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrong: list[str] = []
    for name in truths():
        found: dict[str, Field] = {f.name: f for f in extract(readings(name))}
        for field, value in expected(truth(name)["meta"]).items():
            asked[field] += 1
            got = found[field].value if field in found else None
            right[field] += same(got, value)
            if not same(got, value):
                wrong.append(f"  {name} {field}: {got!r}, not {value!r}")
    share = right.total() / asked.total()
    with capsys.disabled():
        print(
            f"\nfields of {len(truths())} sample papers: {right.total()} of {asked.total()} right, {share:.1%}"
        )
        print("  " + ", ".join(f"{f} {right[f]}/{n}" for f, n in sorted(asked.items())))
        print("\n".join(wrong))
    assert share >= FLOOR


@pytest.mark.parametrize("name", truths())
def test_every_sample_page_stands_as_the_truth_says(name: str) -> None:
    for page, said in zip(readings(name), truth(name)["pages"], strict=True):
        assert page.blank == (said["kind"] == "blank")
        assert (page.width, page.height) == pytest.approx(
            (said["width"], said["height"]), abs=2
        )  # a PDF is drawn
        if not page.blank:
            assert page.rotation == said["rotation"]
            if said["level"] != "phone":
                assert page.skew == pytest.approx(
                    -said["skew"], abs=0.4
                )  # the truth counts counter-clockwise


@pytest.mark.parametrize("name", truths())
def test_words_lie_where_the_truth_draws_them(name: str) -> None:
    """The box of a word of the truth's line, brought to the scan, holds the middle of the word as read."""
    hits = lost = 0
    for page, said in zip(readings(name), truth(name)["pages"], strict=True):
        to_scan = np.array(said["H"])
        for line in said.get("lines", []):
            words = [w for w in line["text"].split() if len(w) > 3]
            x0, y0, x1, y1 = line["bbox"]
            corners = to_scan @ np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1, 1, 1, 1]], dtype=float)
            xs, ys = corners[0] / corners[2], corners[1] / corners[2]
            near = {
                bare(w.text).strip(",.;:()")
                for w in page.words
                if xs.min() - 9 < (w.box.x0 + w.box.x1) / 2 < xs.max() + 9
                and ys.min() - 9 < (w.box.y0 + w.box.y1) / 2 < ys.max() + 9
            }
            hits += sum(bare(w).strip(",.;:()") in near for w in words)
            lost += sum(bare(w).strip(",.;:()") not in near for w in words)
    assert hits > 0.9 * (hits + lost)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_scan_reads_the_same_and_its_boxes_turn_with_it(turn: int) -> None:
    upright = readings("giay-phep")[0]
    image = cv2.imread(str(SAMPLES / "giay-phep.jpg"))
    assert image is not None
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    page = read_page(cv2.imencode(".png", cv2.rotate(image, codes[turn]))[1].tobytes(), upright.dpi)
    assert page.rotation == (upright.rotation + turn) % 360
    first = {f.name: f.value for f in extract([upright])}
    again = {f.name: f.value for f in extract([page])}
    assert sum(again.get(name) == value for name, value in first.items()) >= 0.85 * len(first)


def test_a_wrong_hint_costs_time_but_no_words() -> None:
    right = readings("cong-van")[0]
    hinted = read_page((SAMPLES / "cong-van.jpg").read_bytes(), right.dpi, turned=180)
    assert hinted.rotation == right.rotation
    assert hinted.text == right.text


def test_what_the_engine_read_stays_beside_what_the_lexicon_made_of_it() -> None:
    words = [word for name in truths() for page in readings(name) for word in page.words]
    changed = [word for word in words if word.raw is not None]
    assert changed and all(word.raw != word.text and word.read == word.raw for word in changed)
    assert all(word.read == word.text for word in words if word.raw is None)


def test_a_reading_survives_its_file_with_what_was_read() -> None:
    for name in truths():
        for page in readings(name):
            kept = page_from_json(page_to_json(page))
            assert [(w.text, w.raw, w.box) for w in kept.words] == [
                (w.text, w.raw, w.box) for w in page.words
            ]
            assert kept.text == page.text


def test_a_reading_names_the_engine_its_data_its_modes_and_the_lexicon() -> None:
    page = readings("giay-phep")[0]
    assert re.search(
        r"tesseract .*, vie [0-9a-f]{12}, psm 3, oem 1, invert_threshold=0\.4, textord_tabfind_find_tables=0$",
        page.engine,
    )
    assert re.fullmatch(r"lexicon [0-9a-f]{12}", page.steps[-1])
