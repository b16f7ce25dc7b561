"""What a scanned page is. No database: children load this too."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a scanned page is. A cover names the dossier of the documents behind it; a separator only parts them."""

    CONTENT = "content"
    BLANK = "blank"
    SEPARATOR = "separator"
    COVER = "cover"

    @property
    def parts(self) -> bool:
        """Whether the page is a sheet laid between documents, none of their own."""
        return self in (Role.SEPARATOR, Role.COVER)
