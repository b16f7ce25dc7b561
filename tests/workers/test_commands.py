"""The commands as other programs call them: answers, exit codes, nothing but JSON on standard output."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from tests.office import Office, small_paper, small_papers
from tests.papers.born_digital import text_paper


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[str, Any]]:
    """An office where three papers went all the way, and what receiving them answered."""
    folder = tmp_path_factory.mktemp("held")
    office = Office(folder / "home", {})
    office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    received = office.json("receive", small_papers(folder / "papers", 3))
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "Lê Thị Duyệt")
    office.run("work", "--until-idle")
    return office, received


def _first(received: dict[str, Any]) -> str:
    return str(received["files"][0]["document"])


def test_every_command_has_help(office: Office) -> None:
    _, out, _ = office.run("--help")
    names = "init receive capture work status show review retry revoke copy verify read run audit"
    for command in names.split(" "):
        assert command in out
        assert "Usage" in office.run(command, "--help")[1]


def test_without_init_the_commands_say_what_to_do(tmp_path: Path) -> None:
    office = Office(tmp_path / "nothing", {})
    answer = office.json("status", code=2)
    assert answer["error"]["code"] == "NOT_INITIALISED"
    assert "hoso init" in answer["error"]["vi"]


def test_procedures_are_imported_whole_or_not_at_all(office: Office, tmp_path: Path) -> None:
    first = office.json("procedures", "import")
    assert first["added"] > 0 and first["changed"] == 0
    assert office.json("procedures", "import") == {"added": 0, "changed": 0, "unchanged": first["added"]}
    broken = tmp_path / "broken.csv"
    broken.write_text("code,name\n1.001612\n")
    assert office.json("procedures", "import", str(broken), code=2)["error"]["code"] == "BAD_CATALOGUE"
    missing = str(tmp_path / "none.csv")
    assert office.json("procedures", "import", missing, code=2)["error"]["code"] == "NO_SUCH_FILE"


def test_init_twice_changes_nothing(office: Office) -> None:
    again = office.json("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    assert again["agencies"] == [{"code": "H01.010", "name": "SỞ XÂY DỰNG TỈNH MẪU"}]


def test_an_agency_keeps_its_name_and_needs_a_real_code(office: Office) -> None:
    assert (
        office.json("init", "--agency", "H01.010", "--name", "KHÁC", code=2)["error"]["code"]
        == "AGENCY_NAME_DIFFERS"
    )
    assert office.json("init", "--agency", "sở", "--name", "X", code=2)["error"]["code"] == "BAD_AGENCY_CODE"
    assert office.json("init", "--agency", "H02", code=2)["error"]["code"] == "AGENCY_INCOMPLETE"


def test_two_agencies_have_registers_of_their_own_and_must_be_told_apart(
    office: Office, tmp_path: Path
) -> None:
    office.run("init", "--agency", "H02.020", "--name", "SỞ Y TẾ TỈNH MẪU")
    papers = small_papers(tmp_path / "papers", 2)
    assert office.json("receive", papers, code=2)["error"]["code"] == "WHICH_AGENCY"
    office.run("receive", papers / "paper-000.png", "--agency", "H01.010")
    office.run("receive", papers / "paper-001.png", "--agency", "H02.020")
    # The same bytes at another agency are another scan: nothing crosses between agencies.
    again = office.json("receive", papers / "paper-000.png", "--agency", "H02.020")
    assert again["files"][0]["duplicate"] is False
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "A")
    office.run("work", "--until-idle")
    numbers = []
    for document in office.states():
        history = office.json("show", document)["history"]
        numbers.append(
            next(one["details"]["register"] for one in history if one["act"] == "hold").split("/")[0]
        )
    assert sorted(numbers) == ["1", "1", "2"]


def test_a_batch_goes_on_past_bad_files_and_lists_them(office: Office, tmp_path: Path) -> None:
    papers = small_papers(tmp_path / "papers", 1)
    (papers / "empty.jpg").touch()
    (papers / "note.pdf").write_text("xin chào")
    inner = io.BytesIO()
    small_paper(7).save(inner, "PNG", dpi=(200, 200))
    with zipfile.ZipFile(papers / "more.zip", "w") as archive:
        archive.writestr("giấy phép.png", inner.getvalue())
        archive.writestr("hỏng.png", inner.getvalue()[:900])
    answer = office.json("receive", papers, code=1)
    found = {Path(one["path"]).name: one for one in answer["files"]}
    assert found["empty.jpg"]["code"] == "EMPTY_FILE"
    assert found["note.pdf"]["code"] == "NOT_AN_IMAGE"
    assert found["hỏng.png"]["code"] == "TRUNCATED"
    assert found["paper-000.png"]["status"] == found["giấy phép.png"]["status"] == "accepted"
    for one in found.values():
        assert one["status"] == "accepted" or (one["reason"]["vi"] and one["reason"]["en"])
    listed = office.json("status")["refused"]
    assert {one["code"] for one in listed} == {"EMPTY_FILE", "NOT_AN_IMAGE", "TRUNCATED"}
    office.run("receive", papers, code=1)
    assert len(office.json("status")["refused"]) == len(listed), "refused once, listed once"


def test_the_same_file_again_is_told_as_the_same_scan(
    held: tuple[Office, dict[str, Any]], tmp_path: Path
) -> None:
    office, received = held
    before = office.states()
    again = office.json("receive", small_papers(tmp_path / "again", 3))
    assert [one["duplicate"] for one in again["files"]] == [True] * 3
    assert [one["document"] for one in again["files"]] == [one["document"] for one in received["files"]]
    assert office.states() == before


def test_show_tells_every_field_with_its_place(held: tuple[Office, dict[str, Any]]) -> None:
    office, received = held
    shown = office.json("show", _first(received))
    assert shown["state"] == "HELD"
    assert shown["fields"]["doc_type"]["value"] == "Quyết định"
    page = shown["pages"][0]
    for name, field in shown["fields"].items():
        assert 0 <= field["confidence"] <= 1, name
        if field["box"] is not None:
            x0, y0, x1, y1 = field["box"]
            assert 0 <= x0 < x1 <= page["width"] and 0 <= y0 < y1 <= page["height"], name
            assert field["page"] == 1
    acts = [event["act"] for event in shown["history"]]
    assert acts[:5] == ["receive", "read", "approve", "seal", "hold"]
    approve = shown["history"][2]
    assert approve["agent"] == "Lê Thị Duyệt" and approve["details"]["bulk"] is True
    assert Path(shown["files"]["original"]).read_bytes()


def test_a_correction_is_recorded_and_lands_in_the_sealed_file(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    office.run("work", "--until-idle")
    office.run(
        "review",
        document,
        "--approve",
        "--as",
        "Lê Thị Duyệt",
        "--set",
        "subject=Cấp phép xây dựng nhà ở riêng lẻ",
        "--set",
        "signer_name=Nguyễn Văn Hưng",
    )
    office.run("work", "--until-idle")
    shown = office.json("show", document)
    assert shown["fields"]["subject"] == {
        "value": "Cấp phép xây dựng nhà ở riêng lẻ", "confidence": 1.0, "page": None, "box": None, "origin": "reviewer",
    }  # fmt: skip
    corrected = next(event for event in shown["history"] if event["act"] == "approve")["details"]["corrected"]
    assert corrected["subject"]["to"] == "Cấp phép xây dựng nhà ở riêng lẻ"
    assert "Cấp phép xây dựng nhà ở riêng lẻ".encode() in Path(shown["files"]["sealed"]).read_bytes()
    # over the page too: who searches or copies finds what was approved, and the reading is kept as read
    with pypdfium2.PdfDocument(shown["files"]["sealed"]) as sealed:
        text = sealed[0].get_textpage().get_text_range()
    assert text.endswith("GIÁM ĐỐC\r\nNguyễn Văn Hưng") and "Hùng" not in text
    assert "Nguyễn Văn Hùng" in _reading(office, shown)["text"]


def test_a_born_digital_paper_is_read_by_its_own_text(office: Office, tmp_path: Path) -> None:
    (tmp_path / "qd.pdf").write_bytes(text_paper("qd", seed=3, max_pages=1).pdf)
    document = office.json("receive", tmp_path / "qd.pdf")["files"][0]["document"]
    office.run("work", "--until-idle")
    shown = office.json("show", document)
    assert any(step.startswith("text layer,") for step in _reading(office, shown)["steps"])
    assert shown["fields"]["code"]["value"] == "110/QĐ-BXD-VP" and shown["fields"]["code"]["confidence"] > 0.9
    assert Path(shown["files"]["original"]).read_bytes() == (tmp_path / "qd.pdf").read_bytes()


def _reading(office: Office, shown: dict[str, Any]) -> dict[str, Any]:
    """The first page as it was read."""
    sha256 = next(event for event in shown["history"] if event["act"] == "read")["details"]["reading"]
    file = next(office.home.rglob(sha256))
    page: dict[str, Any] = json.loads(file.read_bytes())["pages"][0]
    return page


def test_bad_reviews_are_refused_and_change_nothing(held: tuple[Office, dict[str, Any]]) -> None:
    office, received = held
    document = _first(received)
    for arguments, code in [
        ((document, "--approve", "--as", "A"), "ILLEGAL_MOVE"),
        ((document, "--return", "--as", "A"), "ILLEGAL_MOVE"),
        ((document, "--approve", "--as", "A", "--set", "colour=red"), "UNKNOWN_FIELD"),
        ((document, "--approve", "--as", "A", "--set", "subject"), "BAD_CHANGE"),
        ((document, "--approve"), "WHO_MISSING"),
        (("doc-nothing", "--approve", "--as", "A"), "UNKNOWN_DOCUMENT"),
        ((document, "--as", "A"), "REVIEW_WHAT"),
    ]:
        assert office.json("review", *arguments, code=2)["error"]["code"] == code
    assert office.states()[document] == "HELD"


def test_a_returned_document_waits_and_is_not_sealed(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    office.run("work", "--until-idle")
    office.run("review", document, "--return", "--as", "Lê Thị Duyệt", "--reason", "mờ")
    office.run("work", "--until-idle")
    assert office.states()[document] == "RETURNED"


def test_low_confidence_is_held_back_from_bulk_approval(office: Office, tmp_path: Path) -> None:
    Image.new("L", (1654, 2339), 255).save(tmp_path / "blank.png", dpi=(200, 200))
    document = office.json("receive", tmp_path / "blank.png")["files"][0]["document"]
    office.run("work", "--until-idle")
    answer = office.json("review", "--approve-all", "--min-confidence", "0.9", "--as", "A", code=1)
    assert answer["approved"] == [] and answer["held_back"][0]["id"] == document


def test_a_copy_has_number_code_and_a_file_that_verifies(
    held: tuple[Office, dict[str, Any]], tmp_path: Path
) -> None:
    office, received = held
    target = tmp_path / "copy.pdf"
    made = office.json(
        "copy",
        _first(received),
        "--basis",
        "register",
        "--for",
        "Trần Văn A",
        "--purpose",
        "nộp hồ sơ",
        "--out",
        target,
    )
    assert made["number"].endswith(f"/{made['number'].split('/')[1]}") and made["code"] in made["url"]
    assert Path(made["file"]) == target.resolve()
    report = office.json("verify", target)
    assert (report["verdict"], report["ours"], report["standing"]) == ("VALID", True, "valid")
    assert report["time_source"] == "timestamp"
    altered = bytearray(target.read_bytes())
    altered[len(altered) // 3] ^= 0xFF
    (tmp_path / "altered.pdf").write_bytes(altered)
    assert office.json("verify", tmp_path / "altered.pdf", code=1)["verdict"] != "VALID"


def test_a_revoked_record_yields_no_copy_and_its_copies_say_so(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    request = ("copy", document, "--basis", "original", "--for", "Trần Văn A", "--purpose", "nộp hồ sơ")
    request += ("--certifier-title", "Phó Chánh Văn phòng", "--as", "Lê Văn Chứng")
    early = office.json(*request, code=1)
    assert early["state"] == "REFUSED" and early["reason"]["code"] == "NOT_HELD"
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "A")
    office.run("work", "--until-idle")
    copy = office.json(*request, "--out", tmp_path / "copy.pdf")
    office.run("revoke", document, "--reason", "Quyết định 9/QĐ-SXD", "--as", "Trưởng phòng")
    refused = office.json(*request, code=1)
    assert refused["reason"]["code"] == "RECORD_REVOKED" and "Quyết định 9/QĐ-SXD" in refused["reason"]["vi"]
    report = office.json("verify", copy["file"], code=1)
    assert report["standing"] == "revoked" and report["verdict"] != "VALID"
    assert (
        office.json("revoke", document, "--reason", "lại", "--as", "B", code=2)["error"]["code"]
        == "ILLEGAL_MOVE"
    )


def test_verify_answers_for_anything(office: Office, tmp_path: Path) -> None:
    (tmp_path / "text.pdf").write_text("không phải PDF")
    (tmp_path / "empty.pdf").touch()
    for name in ("text.pdf", "empty.pdf"):
        report = office.json("verify", tmp_path / name, code=1)
        assert report["verdict"] == "INDETERMINATE" and report["reason"] and report["checks"]
        assert report["ours"] is False
    assert office.json("verify", tmp_path / "none.pdf", code=2)["error"]["code"] == "FILE_NOT_FOUND"


def test_read_tells_words_in_pixels_of_the_image_and_stores_nothing(office: Office, tmp_path: Path) -> None:
    papers = small_papers(tmp_path / "papers", 1)
    before = sorted(office.home.rglob("*"))
    answer = office.json("read", papers / "paper-000.png", papers / "missing.png", code=1)
    good, bad = answer["files"]
    page = good["pages"][0]
    assert (page["width"], page["height"], page["rotation"], page["blank"]) == (1170, 826, 0, False)
    word = next(word for word in page["words"] if word["text"].startswith("QUYẾT"))
    assert 460 <= word["box"][0] <= 500 and 220 <= word["box"][1] <= 270 and 0 <= word["conf"] <= 1
    assert good["fields"]["doc_type"]["value"] == "Quyết định"
    assert bad["error"]["code"] == "UNREADABLE_FILE"
    assert sorted(office.home.rglob("*")) == before


def test_a_page_that_fails_is_parked_with_its_reason_and_read_when_tried_again(tmp_path: Path) -> None:
    engine = tmp_path / "tesseract"
    engine.write_text('#!/bin/sh\ncase "$*" in *--version*) exec tesseract "$@";; esac\nkill -SEGV $$\n')
    engine.chmod(engine.stat().st_mode | stat.S_IEXEC)
    office = Office(tmp_path / "home", {"HOSO_TESSERACT": str(engine)})
    office.run("init", "--agency", "H01", "--name", "SỞ MẪU")
    pages = [small_paper(1), Image.new("L", (1170, 826), 255)]
    pages[0].save(tmp_path / "two.tif", save_all=True, append_images=pages[1:], dpi=(200, 200))
    document = office.json("receive", tmp_path / "two.tif")["files"][0]["document"]
    office.run("work", "--until-idle", code=1)
    parked = office.json("status")["parked"]
    assert [(one["document"], one["step"], one["error"]["code"]) for one in parked] == [
        (document, "read", "PAGES_UNREAD")
    ]
    shown = office.json("show", document)["pages"]
    assert [page["read"] for page in shown] == [False, True], "the blank page needs no engine and is read"
    assert shown[0]["failure"]["code"] == "ENGINE_FAILED"
    mended = Office(office.home, {})
    mended.run("retry", document, "--as", "Kỹ thuật")
    mended.run("work", "--until-idle")
    assert mended.states()[document] == "READ"


def test_run_goes_the_whole_way_and_again_doubles_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", {})
    papers = small_papers(tmp_path / "papers", 2)
    (papers / "empty.pdf").touch()
    arguments = ("run", papers, "--out", tmp_path / "out", "--approve-as", "Lê Thị Duyệt", "--with-warnings")
    first = office.json(*arguments, code=1)
    assert [one["state"] for one in first["documents"]] == ["HELD", "HELD"]
    for one in first["documents"]:
        assert Path(one["sealed"]["file"]).read_bytes().startswith(b"%PDF")
        assert one["verification"]["verdict"] == "VALID"
        assert json.loads(Path(one["verification"]["file"]).with_suffix(".json").read_text())["ours"] is True
    files = sorted(path for path in (tmp_path / "out").rglob("*.pdf"))
    contents = [path.read_bytes() for path in files]
    again = office.json(*arguments, code=1)
    assert [one["copy"] for one in again["documents"]] == [one["copy"] for one in first["documents"]]
    assert sorted(path for path in (tmp_path / "out").rglob("*.pdf")) == files
    assert [path.read_bytes() for path in files] == contents
    assert office.json("audit")["sound"] is True


def test_audit_says_where_the_history_was_changed(office: Office, tmp_path: Path) -> None:
    import sqlite3

    office.run("receive", small_papers(tmp_path / "papers", 2))
    assert office.json("audit")["sound"] is True
    with sqlite3.connect(office.home / "hoso.sqlite3") as database:
        database.execute("UPDATE event SET agent = 'Kẻ khác' WHERE number = 2")
    answer = office.json("audit", code=1)
    assert answer["sound"] is False
    assert (answer["chains"][0]["broken_at"], answer["chains"][0]["reason"]) == (2, "EVENT_CHANGED")


def test_audit_finds_a_kept_file_that_was_changed(held: tuple[Office, dict[str, Any]]) -> None:
    office, received = held
    sealed = Path(office.json("show", _first(received))["files"]["sealed"])
    good = sealed.read_bytes()
    sealed.chmod(0o640)
    try:
        sealed.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        answer = office.json("audit", code=1)
        assert [one["code"] for one in answer["holdings"]["wrong"]] == ["OBJECT_CORRUPT"]
    finally:
        sealed.write_bytes(good)
        os.chmod(sealed, 0o440)  # noqa: PTH101


def test_json_is_all_there_is_on_standard_output(office: Office, tmp_path: Path) -> None:
    _, out, err = office.run("receive", small_papers(tmp_path / "papers", 1), "--json")
    assert json.loads(out) and err, "progress goes to standard error"
