"""The number of a copy as people read it: on the copy, in the book, at verification."""

from __future__ import annotations

from archive.copy_rows import CopyRequest
from archive.tables import Copy


def printed(copy: Copy, asked: CopyRequest | None) -> str:
    """As it was printed when the copy was granted (``12/01-SCT/BS``); number and year for copies of before."""
    return (asked.printed if asked else "") or f"{copy.number}/{copy.year}"
