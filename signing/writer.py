"""How revisions are appended to a file."""

from __future__ import annotations

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class Writer(IncrementalPdfFileWriter):
    """Leaves Info and XMP as they are; pyHanko writes its name into both, differently, breaking PDF/A's agreement."""

    def _update_meta(self) -> None:
        return None
