"""The book of a month on paper: whatever names it holds, it can be printed and stays on its sheets."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2

from signing.book import LEFT, RIGHT, WIDTH, Book, Column, to_pdf

NAMES = ("Trịnh Škoda 張\U0001f642", "Công tôn nữ " * 60, "X" * 900, "")


def test_a_book_is_printed_whatever_letters_and_however_long_its_names_are() -> None:
    rows = tuple((f"{number}/2026", name) for number, name in enumerate(NAMES, 1))
    columns = (Column("Số", 1.0), Column("Họ tên", 3.0))
    agency = "ỦY BAN NHÂN DÂN " * 20
    told = Book(agency, "SỔ", "Tháng 12", columns, rows, ("Cộng.",), datetime(2026, 12, 31, tzinfo=UTC))
    pdf = pypdfium2.PdfDocument(to_pdf(told))
    try:
        for page in pdf:
            seen = page.get_textpage()
            for place in range(seen.count_rects()):
                left, _, right, _ = seen.get_rect(place)
                assert left + 1 >= LEFT and right <= WIDTH - RIGHT + 1
        assert "Skoda ??" in pdf[0].get_textpage().get_text_range()
    finally:
        pdf.close()
