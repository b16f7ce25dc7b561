"""The command's whole way: an extract is issued, hides what it should, is compared; its paper is checked offline."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from archive.clock import system_clock
from tests.office import Office, small_decision
from workers.jobs.squares import check_picture

SECRET, OPEN, HOLDER = "mật Bình Khánh", "Mỹ Bình", "Nguyễn Thị Thanh Mai"
HIDDEN = "1:0,0.4,1,0.52"
COPY = ("--for", "Ngân hàng Mẫu", "--purpose", "vay vốn")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that holds one record of two pages, the second about what is not everybody's business."""
    folder = tmp_path_factory.mktemp("extracts")
    office = Office(folder / "home", {"HOSO_BACKOFF_SECONDS": "0.1"})
    office.run("init", "--agency", "H12.34", "--name", "UBND xã Thử Nghiệm")
    dated = (620, f"{OPEN}, ngày 15 tháng 6 năm 2024")
    first = small_decision("Số: 7/QĐ-SXD", dated, f"Điều 1. Cấp phép cho bà {HOLDER} và gia đình.")
    second = small_decision("Số: 7/QĐ-SXD", dated, f"Thu nhập {SECRET} 123456789 đồng.")
    paper = folder / "giấy.tif"
    first.save(paper, save_all=True, append_images=[second], dpi=(200, 200), compression="tiff_deflate")
    office.run("receive", paper)
    office.run("work", "--until-idle")
    (document,) = office.states()
    office.run("review", document, "--approve", "--as", "An", "--set", f"holder_name={HOLDER}")
    office.run("work", "--until-idle")
    assert office.states() == {document: "HELD"}
    return office


@pytest.fixture(scope="module")
def extract(office: Office) -> dict[str, Any]:
    """An extract of both pages, each without the line that is hidden."""
    (document,) = office.states()
    asked = ("--basis", "extract", "--show", "1", "--show", "2", "--hide", HIDDEN, "--hide", "2:0,0.4,1,0.52")
    made: dict[str, Any] = office.json("copy", document, *COPY, *asked)
    return made


def _text(pdf: Path) -> str:
    return " ".join(
        subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout.split()
    )


@pytest.mark.slow
def test_what_is_hidden_is_in_no_stream_and_no_text_of_the_extract(extract: dict[str, Any]) -> None:
    pdf = Path(extract["file"])
    said = _text(pdf)
    assert OPEN in said and "TRÍCH SAO" in said and "trang 2 (một phần)" in said
    assert "123456789" not in said and "Khánh" not in said
    with pikepdf.open(pdf) as opened:
        assert list(opened.attachments) == ["trich-sao.json"]
        for each in opened.objects:
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") != "/Image":
                data = each.read_bytes()
                for word in ("123456789", "Khánh", "Thanh Mai"):
                    assert word.encode() not in data and word.encode("utf-16-be") not in data


@pytest.mark.slow
def test_the_hidden_region_is_blank_in_every_renderer(extract: dict[str, Any], tmp_path: Path) -> None:
    pdf = Path(extract["file"])
    subprocess.run(
        ["pdftoppm", "-r", "100", "-f", "2", "-l", "2", "-gray", pdf, tmp_path / "page"], check=True
    )
    (drawn,) = tmp_path.glob("page*")
    pictures = [Image.open(drawn), pypdfium2.PdfDocument(pdf)[1].render(scale=100 / 72).to_pil().convert("L")]
    for picture in pictures:
        pixels = np.asarray(picture)
        rows, columns = pixels.shape
        hidden = pixels[int(rows * 0.4) + 4 : int(rows * 0.52) - 4, 4 : columns - 4]
        assert hidden.min() >= 250
        assert pixels[: int(rows * 0.38)].min() < 100  # the rest is there


@pytest.mark.slow
def test_an_extract_of_ours_is_compared_with_its_original_and_a_strangers_is_not(
    office: Office, extract: dict[str, Any], tmp_path: Path
) -> None:
    report = office.json("verify", extract["file"])
    assert (report["verdict"], report["ours"]) == ("VALID", True)
    (found,) = [one for one in report["checks"] if one["name"] == "extract"]
    assert found["code"] == "OK" and "1, 2" in found["detail"]
    other = Office(tmp_path / "elsewhere", {})
    told = other.json("verify", extract["file"], code=1)
    (found,) = [one for one in told["checks"] if one["name"] == "extract"]
    assert (found["code"], told["verdict"]) == (
        "EXTRACT_NOT_COMPARED",
        "INDETERMINATE",
    )  # nobody is trusted there


@pytest.mark.slow
def test_what_cannot_be_shown_so_is_refused_before_a_number_is_given(office: Office) -> None:
    (document,) = office.states()
    outside = ("--hide", "1:900,0,950,9pt")
    for parts, code in ((("--show", "3"), "EXTRACT_PAGE"), (outside, "EXTRACT_OUTSIDE")):
        refused = office.json("copy", document, *COPY, "--basis", "extract", *parts, code=2)
        assert refused["error"]["code"] == code


@pytest.mark.slow
def test_a_copy_on_paper_is_checked_with_the_published_keys_alone(office: Office, tmp_path: Path) -> None:
    (document,) = office.states()
    copy = office.json("copy", document, *COPY, "--basis", "register", "--out", tmp_path / "copy.pdf")
    keys = tmp_path / "keys.json"
    office.run("statement-keys", "--out", keys)
    picture = tmp_path / "paper.png"
    pypdfium2.PdfDocument(copy["file"])[0].render(scale=200 / 72).to_pil().convert("L").save(picture)
    elsewhere = Office(tmp_path / "elsewhere", {})
    told = elsewhere.json("verify", "--qr", picture, "--keys", keys)
    assert (told["verdict"], told["agency_name"]) == ("VALID", "UBND xã Thử Nghiệm")
    stated = told["statement"]
    assert (stated["number"], stated["form"], stated["holder"]) == (
        copy["number"],
        "REGISTER",
        "N*** T*** T*** Mai",
    )
    assert stated["document_code"] == "7/QĐ-SXD"
    now = office.json("verify", "--qr", picture)["online"]
    assert (now["standing"], now["of"]) == ("valid", "copy")
    at = system_clock()
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7 something else")
    for file, reason in ((Path(copy["file"]), "OK"), (other, "STATEMENT_OTHER_FILE")):
        assert check_picture(picture, keys, at, file).reason == reason
    assert [(one.name, one.code) for one in check_picture(Path(copy["file"]), keys, at).checks[-2:]] == [
        ("digest", "OK"),
        ("paper", "OK"),
    ]  # its own square is compared with it
    assert check_picture(other, keys, at).reason == "PICTURE_UNREADABLE"
    revoked = tmp_path / "revoked.json"
    revoked.write_text(
        keys.read_text("utf-8").replace('"revoked": null', f'"revoked": "{at.isoformat()}"'), "utf-8"
    )
    assert check_picture(picture, revoked, at + timedelta(hours=1)).reason == "STATEMENT_KEY_REVOKED_SINCE"


@pytest.mark.slow
def test_an_extract_states_the_number_that_it_shows_and_nothing_that_it_hides(
    office: Office, extract: dict[str, Any], tmp_path: Path
) -> None:
    (document,) = office.states()
    keys = tmp_path / "keys.json"
    office.run("statement-keys", "--out", keys)
    report = check_picture(Path(extract["file"]), keys, system_clock())
    assert report.reason == "OK" and report.statement is not None
    assert (report.statement.document_code, report.statement.holder) == ("7/QĐ-SXD", "")
    asked = ("--basis", "extract", "--show", "1:0,0.4,1,1", "--out", tmp_path / "body.pdf")
    body = office.json("copy", document, *COPY, *asked)
    report = check_picture(Path(body["file"]), keys, system_clock())
    assert report.reason == "STATEMENT_NAMES_NOTHING" and report.statement is not None
    assert (report.statement.document_code, report.statement.holder) == ("", "")
