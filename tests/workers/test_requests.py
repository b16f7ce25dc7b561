"""The counter from the command line: a request, its certification, the copy, the month's book, and what falls."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import pdfa

from archive.clock import stamp, system_clock
from tests.office import Office, small_papers

ASK = ("--for", "Nguyễn Thị Mang", "--purpose", "xin việc", "--as", "Lê Tiếp")
BEARER = ("--requester", "Nguyễn Thị Mang", "--capacity", "bearer", "--identity", "CCCD 001085000009")


def text_of(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    try:
        found = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()
    return found.replace("\r\n", "\n")


@pytest.mark.slow
def test_the_counter_certifies_a_paper_prints_the_book_and_takes_a_copy_back(
    office: Office, tmp_path: Path
) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "A")
    office.run("work", "--until-idle")

    asked = office.json("request", "add", document, "--basis", "original", "--copies", "2", *BEARER, *ASK)
    assert (asked["state"], asked["fee"], asked["number"]) == ("REQUESTED", 4000, None)
    assert [one["copy"] for one in office.json("request", "list")["requests"]] == [asked["copy"]]
    officer = ("--certifier", "Lê Văn Chứng", "--title", "Phó Chủ tịch", "--as", "Lê Văn Chứng")
    told = office.json("request", "grant", asked["copy"], *officer, code=2)
    assert told["error"]["code"] == "PAPER_NOT_PRESENTED"
    day = stamp(system_clock())[:10]
    later = office.json("request", "grant", asked["copy"], "--presented", "9999-12-31", *officer, code=2)
    assert later["error"]["code"] == "PAPER_NOT_PRESENTED"
    made = office.json(
        "request", "grant", asked["copy"], "--presented", day, "--out", tmp_path / "copy.pdf", *officer
    )
    assert (made["state"], made["number"]) == ("ISSUED", "01/01-SCT/BS")
    said = text_of((tmp_path / "copy.pdf").read_bytes()).replace("\n", " ")
    assert "Người chứng thực: Lê Văn Chứng, Phó Chủ tịch" in said and "Số: 01/01-SCT/BS" in said
    with pikepdf.open(tmp_path / "copy.pdf") as pdf, pdf.open_metadata() as xmp:
        bound = xmp["dc:source"]
        assert "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH" in xmp["dc:description"]
    files = office.json("show", document)["files"]
    assert Path(files["sealed"]).name in bound and Path(files["manifest"]).name in bound
    assert office.json("verify", tmp_path / "copy.pdf")["verdict"] == "VALID"

    other = office.json("request", "add", document, "--basis", "original", *BEARER, *ASK)["copy"]
    office.run("request", "extend", other, "--days", "2", "--as", "Lê Tiếp")
    assert office.json("request", "refuse", other, "--ground", "NICE", "--as", "B", code=2)["error"][
        "code"
    ] == ("UNKNOWN_GROUND")
    refused = office.json("request", "refuse", other, "--ground", "ORIGINAL_SECRET", "--as", "B")
    assert (refused["state"], refused["reason"]["code"]) == ("REFUSED", "ORIGINAL_SECRET")

    book = tmp_path / "book.pdf"
    printed = office.json(
        "register",
        "print",
        "H01.010",
        "copies-original",
        "--month",
        granted(office, document)[:7],
        "-o",
        book,
    )
    assert printed["lines"] == 1
    assert pdfa.validate_written(io.BytesIO(book.read_bytes()), "2b").findings == []
    shown = text_of(book.read_bytes())
    assert all(one in shown for one in ("01/01-SCT/BS", "Nguyễn Thị Mang", "4.000", "1 trang"))
    assert "001085000009" not in shown  # the form of this book asks for the name alone
    assert office.json("register", "volume", "H01.010", "copies-original", "--as", "B")["volume"] == 2

    office.run("request", "revoke", asked["copy"], "--reason", "ký nhầm người", "--as", "B")
    report = office.json("verify", tmp_path / "copy.pdf", code=1)
    assert (report["reason"], report["known"]["which"]) == ("STANDING_REVOKED", "copy")
    assert report["known"]["by"] == "SỞ XÂY DỰNG TỈNH MẪU" and report["known"]["since"]
    said = office.run("verify", tmp_path / "copy.pdf", code=1)[1]
    assert "bản sao này" in said and "ký nhầm người" in said and "SỞ XÂY DỰNG TỈNH MẪU" in said


def granted(office: Office, document: str) -> str:
    """When the copy of this record was granted with its number, as the history has it."""
    acts = {one["act"]: one["at"] for one in office.json("show", document)["history"]}
    return str(acts["grant-copy"])


def test_wrong_words_at_the_counter_are_told(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    for wrong, code in (
        (("--capacity", "friend"), "BAD_REQUESTER"),
        (("--valid-until", "mai"), "BAD_DAY"),
        (("--valid-until", "2020-01-01"), "BAD_LIMITS"),
        (("--requester", ""), "REQUESTER_MISSING"),
        (("--identity", "1" * 201), "BAD_TEXT"),
    ):
        request = ("request", "add", document, "--basis", "register", "--requester", "A", *ASK, *wrong)
        assert office.json(*request, code=2)["error"]["code"] == code
    extract = office.json("request", "add", document, "--basis", "extract", "--requester", "A", *ASK, code=2)[
        "error"
    ]
    assert extract["code"] == "EXTRACT_OF_WHAT" and "hoso copy --basis extract" in extract["vi"]
    assert office.json("copy", document, "--basis", "register", *ASK, "--as", "", code=2)["error"][
        "code"
    ] == ("WHO_MISSING")
    assert office.json("request", "revoke", "copy-x", "--reason", "x", "--as", "B", code=2)["error"][
        "code"
    ] == ("UNKNOWN_COPY")
    answer = office.json("request", "no-entry", "--requester", "A", "--about", "giấy cũ", "--as", "B")
    assert "giấy cũ" in answer["text"]
    missing = ("register", "print", "H01.010", "records", "--month", "2026-11", "-o", tmp_path / "x.pdf")
    assert office.json(*missing, code=2)["error"]["code"] == "UNKNOWN_REGISTER"
    assert not (tmp_path / "x.pdf").exists()
