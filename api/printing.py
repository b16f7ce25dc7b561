"""Books and slips as PDF: what the archive tells, laid out by ``signing.book``."""

from __future__ import annotations

from datetime import datetime

from archive.register_book import BookMonth


def printed_book(told: BookMonth, at: datetime) -> bytes:
    """One month of a register as PDF/A. The writer of PDFs is loaded when the first book is printed."""
    from signing import book

    sheets = book.Book(
        told.agency, told.title, told.subtitle, tuple(book.Column(name, share) for name, share in told.columns),
        told.rows, told.closing, at,
    )  # fmt: skip
    return book.to_pdf(sheets)
