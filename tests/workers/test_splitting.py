"""A pile of papers through the real commands: sheets printed, scanned between papers, cut, looked at, split, held."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from tests.office import Office, small_paper

CODE = "H40.115.01-260105-0001"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = Office(tmp_path_factory.mktemp("office") / "home", {"HOSO_BACKOFF_SECONDS": "0.1"})
    made.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    return made


def printed(office: Office, target: Path, *options: str) -> list[Image.Image]:
    """The sheets of ``hoso separators`` as a scanner at 200 dpi sees them."""
    office.run("separators", "--out", target, *options)
    pdf = pypdfium2.PdfDocument(target)
    return [page.render(scale=200 / 72).to_pil().convert("L") for page in pdf]


def test_a_pile_becomes_its_documents_and_two_that_came_as_one_are_split(
    office: Office, tmp_path: Path
) -> None:
    cover, separator = printed(office, tmp_path / "sheets.pdf", "--dossier", CODE, "--count", "1")
    back = Image.new("L", (1170, 826), 248)
    pile = [
        separator, small_paper(1), back, separator.rotate(180), back, cover, small_paper(2), small_paper(3), separator,
    ]  # fmt: skip
    scan = tmp_path / "lô.tif"
    pile[0].save(scan, save_all=True, append_images=pile[1:], dpi=(200, 200), compression="tiff_deflate")
    (taken,) = office.json("receive", scan)["files"]
    assert taken["pages"] == {"scanned": 9, "content": 3, "blank": 2, "separator": 4}
    first, second = taken["documents"]
    office.run("work", "--until-idle")

    shown = office.json("show", second)
    assert (shown["state"], shown["dossier"], shown["head_pages"]) == ("READ", CODE, [2])
    assert shown["scanned"] == taken["pages"] and [page["scan_page"] for page in shown["pages"]] == [7, 8]
    text = office.run("show", second)[1]
    assert "9 trang quét: 3 nội dung, 2 trắng, 4 phân tách" in text and f"{second} --split 2" in text
    one = office.json("show", first)
    assert [page["role"] for page in one["pages"]] == ["content", "blank"]
    assert one["fields"]["page_count"]["value"] == 1 and one["head_pages"] == []

    sure = ("--min-confidence", "0", "--with-warnings")
    bulk = office.json("review", "--approve-all", *sure, "--as", "Lê Thị Duyệt", code=1)
    assert bulk["approved"] == [first] and bulk["held_back"][0]["head_pages"] == [2]
    wrong = office.json("review", second, "--split", "9", "--as", "Lê Thị Duyệt", code=2)
    assert wrong["error"]["code"] == "BAD_SPLIT_PAGE"
    asked = office.json("review", second, "--split", "2", "--approve", "--as", "Lê Thị Duyệt", code=2)
    assert asked["error"]["code"] == "REVIEW_WHAT"
    new = office.json("review", second, "--split", "2", "--as", "Lê Thị Duyệt")["new"]
    office.run("work", "--until-idle")
    numbers = [office.json("show", document)["fields"]["number"]["value"] for document in (second, new)]
    assert numbers == ["102", "103"]
    split = office.json("show", new)
    assert (split["dossier"], split["state"], len(split["pages"])) == (CODE, "READ", 1)
    assert [event["act"] for event in split["history"]] == ["split-off", "read"]

    office.run("review", "--approve-all", *sure, "--as", "Lê Thị Duyệt")
    office.run("work", "--until-idle")
    assert set(office.states().values()) == {"HELD"} and len(office.states()) == 3
    office.run("audit")
    manifest = json.loads(Path(office.json("show", new)["files"]["manifest"]).read_bytes())
    assert [one["role"] for one in manifest["files"]] == ["record", "original", "reading", "report"]
    assert [(page["scan"], page["scan_page"]) for page in manifest["pages"]] == [
        (manifest["files"][1]["sha256"], 8)
    ]
    again = office.json("receive", scan)["files"][0]
    assert (again["duplicate"], again["documents"]) == (True, [first, second, new])


def test_single_pages_behind_a_sheet_are_one_record_that_keeps_every_file(
    office: Office, tmp_path: Path
) -> None:
    (separator,) = printed(office, tmp_path / "sheets.pdf", "--count", "1")
    folder = tmp_path / "scans"
    folder.mkdir()
    separator.save(folder / "1.png", dpi=(200, 200))
    small_paper(11).save(folder / "2.png", dpi=(200, 200))
    Image.new("L", (1170, 826), 248).save(folder / "10.png", dpi=(200, 200))
    files = {Path(one["path"]).name: one for one in office.json("receive", folder)["files"]}
    assert files["1.png"]["document"] is None and files["1.png"]["status"] == "accepted"
    document = files["2.png"]["document"]
    assert files["10.png"]["documents"] == [document]
    office.run("work", "--until-idle")
    office.run("review", document, "--approve", "--as", "Lê Thị Duyệt")
    office.run("work", "--until-idle")
    shown = office.json("show", document)
    assert shown["state"] == "HELD" and shown["fields"]["page_count"]["value"] == 1
    assert [Path(one).read_bytes() for one in shown["files"]["originals"]] == [
        (folder / "2.png").read_bytes(), (folder / "10.png").read_bytes(),
    ]  # fmt: skip
    manifest = json.loads(Path(shown["files"]["manifest"]).read_bytes())
    assert [one["role"] for one in manifest["files"]].count("original") == 2
    with pypdfium2.PdfDocument(Path(shown["files"]["sealed"])) as record:
        assert len(record) == 2, "a blank page is in the record, it is only not counted"


def test_sheets_are_not_printed_over_a_file_nor_for_a_wrong_code(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "sheets.pdf"
    wrong = [
        ("--dossier", "H40.115.01-261301-0001", "BAD_DOSSIER_DATE"),
        ("--count", "501", "TOO_MANY_SHEETS"),
    ]
    for option, value, code in wrong:
        told = office.json("separators", "--out", target, option, value, code=2)
        assert told["error"]["code"] == code and not target.exists()
    target.write_bytes(b"mine")
    assert office.json("separators", "--out", target, code=2)["error"]["code"] == "FILE_EXISTS"
    assert target.read_bytes() == b"mine"
