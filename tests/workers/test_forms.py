"""``hoso form`` and what an office's own form does on the way of a paper, by the real command with the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.office import FONT, Office, small_paper, small_papers
from workers.jobs import forms as jobs

STAFF = """
name = "phieu-xay-dung"
vi = "Quyết định cấp phép xây dựng"
en = "Building decision"
requires = ["doc_type", "code"]
checks = ["V-11", "V-15"]

[types]
"Quyết định" = ["QĐ"]

[[fields]]
name = "construction"
vi = "Số công trình"
en = "Construction number"
labels = ["Cấp phép cho công trình số"]
grammar = "number"
zone = "body"

[[fields]]
name = "floors"
vi = "Số tầng"
en = "Floors"
labels = ["Số tầng"]
grammar = "number"
required = true
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Path]]:
    """An office with one form of its own, and the folder of its forms."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "own").mkdir()
    (folder / "own" / "building.toml").write_text(STAFF, "utf-8")
    office = Office(folder / "home", {"HOSO_FORMS": str(folder / "own")})
    office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    yield office, folder


def test_forms_are_listed_with_where_they_come_from_and_shown(desk: tuple[Office, Path]) -> None:
    office, folder = desk
    forms = {one["name"]: one for one in office.json("form", "list")["forms"]}
    assert forms["phieu-xay-dung"]["source"] == str(folder / "own" / "building.toml")
    assert forms["giay-phep"]["source"] is None
    shown = office.json("form", "show", "giay-phep")
    assert shown["result"] and "dossier_code" in [one["name"] for one in shown["fields"]]
    assert office.json("form", "show", "no-such", code=2)["error"]["code"] == "UNKNOWN_FORM"


def test_a_form_is_checked_without_papers_and_every_fault_is_named(
    desk: tuple[Office, Path], tmp_path: Path
) -> None:
    office, folder = desk
    assert office.json("form", "try", folder / "own" / "building.toml")["ok"] is True
    broken = tmp_path / "broken.toml"
    broken.write_text(STAFF.replace('"number"', '"numeral"').replace("requires", "require"), "utf-8")
    answer = office.json("form", "try", broken, code=2)
    assert answer["ok"] is False
    assert {(one["file"], one["place"], one["code"]) for one in answer["faults"]} == {
        ("broken.toml", "require", "FORM_UNKNOWN_KEY"),
        ("broken.toml", "fields[1].grammar", "FORM_BAD_VALUE"),
        ("broken.toml", "fields[2].grammar", "FORM_BAD_VALUE"),
    }
    assert (
        office.json("form", "try", tmp_path / "none.toml", code=2)["faults"][0]["code"] == "FORM_UNREADABLE"
    )


def test_a_form_tried_on_a_paper_shows_values_with_pictures_and_why_one_is_missing(
    desk: tuple[Office, Path], tmp_path: Path
) -> None:
    office, folder = desk
    paper = small_papers(tmp_path / "papers", 1) / "paper-000.png"
    answer = office.json(
        "form", "try", folder / "own" / "building.toml", paper, "--snippets", tmp_path / "cut", code=1
    )
    (tried,) = answer["papers"]
    found = tried["fields"]["construction"]
    assert found["value"].isdecimal() and found["page"] == 1 and found["confidence"] > 0.5
    with Image.open(found["snippet"]) as cut:
        assert cut.width < 400 and cut.height < 100
    missed = {one["name"]: one["code"] for one in tried["missed"]}
    assert missed["floors"] == "NO_LABEL"
    assert [
        one["fields"] for one in tried["findings"] if one["code"] == "V-21"
    ] == []  # the form leaves V-21 out
    lost = office.json("form", "try", "giay-phep", tmp_path / "none.png", code=1)
    assert lost["papers"][0]["error"]["code"] == "UNREADABLE_FILE"


def test_a_broken_form_of_the_office_stops_nothing_and_is_told(
    desk: tuple[Office, Path], tmp_path: Path
) -> None:
    office, folder = desk
    broken = folder / "own" / "broken.toml"
    broken.write_text("name = [", "utf-8")
    try:
        answer = office.json("form", "list", code=1)
        assert [one["code"] for one in answer["faults"]] == ["FORM_NOT_TOML"]
        assert "phieu-xay-dung" in {one["name"] for one in answer["forms"]}
        _, out, err = office.run("receive", small_papers(tmp_path / "papers", 1, first=50))
        assert "broken.toml" in err and "FORM_NOT_TOML" in err and "paper-050.png" in out
    finally:
        broken.unlink()


def test_an_office_form_fills_the_record_and_a_warning_holds_it_back_from_bulk_approval(
    desk: tuple[Office, Path], tmp_path: Path
) -> None:
    office, _ = desk
    papers = small_papers(tmp_path / "papers", 1, first=60)
    twin = small_paper(60)
    ImageDraw.Draw(twin).text((60, 760), "Trang in lần hai", font=ImageFont.truetype(str(FONT), 22), fill=20)
    twin.save(papers / "twin.png", dpi=(200, 200))
    first, second = (
        office.json("receive", papers / name)["files"][0]["document"]
        for name in ("paper-060.png", "twin.png")
    )
    office.run("work", "--until-idle")
    shown = office.json("show", first)
    assert shown["form"] == "phieu-xay-dung"
    assert shown["fields"]["construction"]["value"].isdecimal() and shown["fields"]["construction"]["box"]
    both = {
        document: [one["code"] for one in office.json("show", document)["findings"]]
        for document in (first, second)
    }
    assert sorted(map(len, both.values())) == [0, 1]  # whichever was read later knows of the other
    warned = next(document for document, codes in both.items() if codes)
    assert both[warned] == ["V-15"]
    answer = office.json("review", "--approve-all", "--min-confidence", "0", "--as", "Lê Thị Duyệt", code=1)
    assert {one["id"]: one["warnings"] for one in answer["held_back"]}[warned] == ["V-15"]
    assert (set(both) - {warned}) <= set(answer["approved"])
    again = office.json(
        "review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "Lê Thị Duyệt"
    )
    assert warned in again["approved"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_snippet_stands_upright_and_inside_of_the_page(tmp_path: Path, rotation: int) -> None:
    page = np.full((200, 300), 255, np.uint8)
    page[50:60, 100:180] = 0
    turns = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    scanned = page if not rotation else cv2.rotate(page, turns[rotation])
    file = tmp_path / "page.png"
    cv2.imwrite(str(file), scanned)
    ys, xs = np.where(np.asarray(scanned) == 0)
    box = (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
    cut = cv2.imdecode(np.frombuffer(jobs.crop(file, box, rotation), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert cut.shape[1] > 2 * cut.shape[0] and (cut == 0).sum() >= 790
    corner = jobs.crop(file, (0, 0, 10_000, 10_000), rotation)
    assert cv2.imdecode(np.frombuffer(corner, np.uint8), cv2.IMREAD_GRAYSCALE).size == 200 * 300
