"""``hoso procedures``: the installation's list of procedures, which all its agencies share.

Only who runs the installation changes it: an administrator of one agency must not change what another requires.
"""

from __future__ import annotations

from pathlib import Path

from archive.database import open_database
from archive.errors import Problem
from archive.reuse import listing
from archive.settings import Settings
from workers.console import Console

MOST_BYTES = 64 << 20


def import_procedures(out: Console, file: Path | None) -> None:
    """Import a file, or the starting catalogue. Raises Problem BAD_CATALOGUE, NO_SUCH_FILE, FILE_TOO_LARGE."""
    data = listing.starting_catalogue() if file is None else _read(file)
    database = open_database(Settings().database)
    with database.writing() as session:
        done = listing.import_procedures(session, data)
    database.close()
    answer = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    out.answer(answer, lambda: "  ".join(f"{name} {count}" for name, count in answer.items()))


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Problem("FILE_TOO_LARGE", f"Tệp {file} quá lớn", f"File {file} is too large")
        return file.read_bytes()
    except OSError as error:
        raise Problem("NO_SUCH_FILE", f"Không đọc được tệp {file}", f"File {file} cannot be read") from error
