"""Lists of issued papers: read as offices save them, bad rows told, bad files refused."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from datetime import date
from pathlib import Path

import pytest

from archive.paper_lists import NewList
from ingest.list_cells import ListLimits
from ingest.listing import read_list, to_day
from ingest.refusals import Refused
from tests.ingest.lists import HEADINGS, ROWS, csv_text, xlsx

LIMITS = ListLimits(most_rows=200)


def read(path: Path, data: bytes | None = None, limits: ListLimits = LIMITS) -> NewList:
    if data is not None:
        path.write_bytes(data)
    return read_list(path, limits)


def refusal(path: Path, data: bytes | None = None, limits: ListLimits = LIMITS) -> str:
    with pytest.raises(Refused) as refused:
        read(path, data, limits)
    return refused.value.code


FIRST = {
    "number": "05", "notation": "QĐ-SXD", "code": "05/QĐ-SXD", "issued_on": "2025-01-05",
    "subject": "Về việc cấp giấy phép xây dựng", "holder_name": "Trần Văn Bình", "signer_name": "Nguyễn Văn Hùng",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_in_every_way_that_offices_save_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    found = read(tmp_path / "a.csv", csv_text(delimiter=delimiter).encode(encoding))
    assert found.columns == HEADINGS
    assert dict(found.lines[0].values) == FIRST
    assert [line.row for line in found.lines] == [2, 3]
    assert found.lines[1].cells[-1] == "gấp"
    assert found.notes == ()


def test_a_csv_of_vietnamese_windows_is_read(tmp_path: Path) -> None:
    # The code page has tones as marks of their own behind the letter.
    split = unicodedata.normalize("NFD", "Số;Ngày;Trích yếu\r\n5;6/1/2025;Về việc cấp phép\r\n")
    tones = "\u0300\u0301\u0303\u0309\u0323"
    ordered = re.sub(f"([{tones}])([\u0302\u0306\u031b])", r"\2\1", split)
    text = "".join(
        part if part[0] in tones else unicodedata.normalize("NFC", part)
        for part in re.findall(f"[{tones}]|[^{tones}][\u0302\u0306\u031b]*", ordered)
    )
    found = read(tmp_path / "a.csv", text.encode("cp1258"))
    assert found.lines[0].values["subject"] == "Về việc cấp phép"


def test_titles_above_numbers_of_columns_and_totals_below_are_no_lines(tmp_path: Path) -> None:
    rows = [
        ("UBND XÃ THỬ NGHIỆM",), ("SỔ ĐĂNG KÝ VĂN BẢN ĐI",), ("Năm 2025",), (),
        ("Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản", "Người ký",
         "Nơi nhận văn bản", "Đơn vị, người nhận bản lưu", "Số lượng bản", "Ghi chú"),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"),
        ("12/KH-UBND", date(2025, 3, 4), "Kế hoạch trồng cây", "Lê Văn Tám", "Các thôn", "VP", 3, None),
        (),
        ("Tổng cộng", 1),
    ]  # fmt: skip
    found = read(xlsx(tmp_path / "a.xlsx", rows))
    (line,) = found.lines
    assert (line.row, line.values["code"], line.values["issued_on"]) == (7, "12/KH-UBND", "2025-03-04")
    assert line.values["subject"] == "Kế hoạch trồng cây"
    assert line.cells[:2] == ("12/KH-UBND", "04/03/2025")
    assert found.notes == ()


def test_columns_are_known_by_their_names_in_any_order(tmp_path: Path) -> None:
    rows = [
        ("Người ký văn bản", "Trich yeu", "ngay ban hành", "Số", "Cơ quan ban hành", "Ký hiệu", "Số CCCD"),
        ("Lê Văn Tám", "Cấp đất", "06.01.2025", 7, "UBND xã Mẫu", "QĐ-UBND", "001099012345"),
    ]
    (line,) = read(xlsx(tmp_path / "a.xlsx", rows)).lines
    assert dict(line.values) == {
        "signer_name": "Lê Văn Tám", "subject": "Cấp đất", "issued_on": "2025-01-06", "number": "7",
        "notation": "QĐ-UBND", "code": "7/QĐ-UBND", "issuer": "UBND xã Mẫu", "holder_id": "001099012345",
    }  # fmt: skip


def test_headings_in_two_rows_and_cells_merged_over_rows_are_understood(tmp_path: Path) -> None:
    rows = [
        ("STT", "Văn bản", None, "Trích yếu"),
        (None, "Số ký hiệu", "Ngày ban hành", None),
        (1, "1/QĐ-UBND", date(2025, 1, 2), "Giao đất"),
        (2, "2/QĐ-UBND", None, "Thu hồi đất"),
        (3, "3/QĐ-UBND", None, "Cho thuê đất"),
    ]
    found = read(xlsx(tmp_path / "a.xlsx", rows, ["B1:C1", "A1:A2", "D1:D2", "C3:C4"]))
    assert [line.values.get("issued_on") for line in found.lines] == ["2025-01-02", "2025-01-02", None]


def test_a_bad_day_is_told_with_its_row_and_the_line_is_taken(tmp_path: Path) -> None:
    rows = (
        HEADINGS,
        (1, "5/QĐ", "31/02/2025", "Cấp đất", "", "", ""),
        (2, "", "", "", "", "Lê Tám", ""),
        *ROWS[:1],
    )
    found = read(tmp_path / "a.csv", csv_text(rows).encode())
    assert [(note.row, note.code) for note in found.notes] == [
        (2, "LIST_DAY_UNCLEAR"),
        (3, "LIST_LINE_EMPTY"),
    ]
    assert "31/02/2025" in found.notes[0].vi and "31/02/2025" in found.notes[0].en
    assert [line.row for line in found.lines] == [2, 4]
    assert "issued_on" not in found.lines[0].values


def test_the_same_line_twice_is_one_paper(tmp_path: Path) -> None:
    rows = (HEADINGS[1:], ROWS[0][1:], ROWS[0][1:])
    found = read(tmp_path / "a.csv", csv_text(rows).encode())
    assert len(found.lines) == 1 and found.notes[0].code == "LIST_LINE_TWICE"


def test_days_are_read_day_first() -> None:
    said = ["5/1/2025", "05-01-2025", "ngày 05 tháng 01 năm 2025", "2025-01-05", "45662", "5.1.25"]
    assert {to_day(one) for one in said} == {date(2025, 1, 5)}
    assert [to_day(one) for one in ("13/13/2025", "1/1/1900", "x", "5/2025")] == [None] * 4


def test_formulas_give_what_the_program_kept_and_errors_nothing(tmp_path: Path) -> None:
    rows = [("Số", "Ngày ký", "Trích yếu"), (8, "1/2/2025", "#REF!"), ("=1+1", "=NOW()", "Cấp đất")]
    found = read(xlsx(tmp_path / "a.xlsx", rows))
    assert "subject" not in found.lines[0].values
    assert dict(found.lines[1].values) == {
        "subject": "Cấp đất"
    }  # nothing was computed by the library that wrote it


def test_files_that_are_no_lists_are_refused_by_name(tmp_path: Path) -> None:
    place = tmp_path / "a"
    assert refusal(place, b"") == "EMPTY_FILE"
    assert refusal(place, b"\xd0\xcf\x11\xe0" + bytes(600)) == "LIST_UNREADABLE"
    assert refusal(place, b"%PDF-1.7\n" + bytes(600)) == "LIST_UNREADABLE"
    assert refusal(place, bytes(range(256)) * 4) == "LIST_UNREADABLE"
    assert refusal(place, "một;hai\nba;bốn\n".encode()) == "LIST_NO_HEADER"
    assert refusal(place, csv_text((HEADINGS,)).encode()) == "LIST_EMPTY"
    assert refusal(place, csv_text((HEADINGS, *ROWS * 150)).encode()) == "LIST_TOO_LONG"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refusal(place) == "LIST_UNREADABLE"
    xlsx(place.with_suffix(".xlsx"), (HEADINGS, *ROWS))
    assert refusal(place.with_suffix(".xlsx"), limits=ListLimits(most_unpacked_mib=0)) == "DECOMPRESSION_BOMB"
    data = place.with_suffix(".xlsx").read_bytes()
    assert refusal(place, data[: len(data) // 2]) == "LIST_UNREADABLE"


def test_the_heading_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Ngày ban hành"):
        read(tmp_path / "a.csv", b"a;b\n1;2\n")


def test_a_file_of_the_widest_rows_and_longest_cells_is_cut_not_kept(tmp_path: Path) -> None:
    row = ["1/QĐ-A", "1/1/2025", "x" * 50_000, *["y"] * 500]
    found = read(tmp_path / "a.csv", csv_text((["Số ký hiệu", "Ngày", "Trích yếu"], row)).encode())
    assert len(found.lines[0].values["subject"]) == LIMITS.most_characters
