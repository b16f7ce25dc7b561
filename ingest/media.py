"""What kind of file this is, by its first bytes; names and endings are not believed."""

from __future__ import annotations

JPEG, PNG, TIFF = "image/jpeg", "image/png", "image/tiff"
PDF, ZIP = "application/pdf", "application/zip"

HEAD_BYTES = 1024
"""How much of a file must be seen: readers accept a PDF header anywhere in the first 1024 bytes."""


def media_type(head: bytes) -> str | None:
    """The media type of a file that begins with ``head``, or None when it is none that we take."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return TIFF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    if b"%PDF-" in head[:HEAD_BYTES]:
        return PDF
    return None
