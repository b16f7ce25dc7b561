"""``hoso register``: a month of a register on paper, and its volumes."""

from __future__ import annotations

from pathlib import Path

from api.printing import printed_book
from archive import catalogue, register_book, volumes
from archive.clock import system_clock
from archive.database import open_database
from archive.settings import Settings
from workers.commands.reviewing import name_of
from workers.console import Console


def print_month(out: Console, agency: str, kind: str, month: str, file: Path) -> None:
    """Write the PDF of one month."""
    database = open_database(Settings().database)
    with database.reading() as session:
        told = register_book.month(session, catalogue.agency(session, agency), kind, month)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(printed_book(told, system_clock()))
    answer = {"file": str(file.resolve()), "lines": len(told.rows), "closing": list(told.closing)}
    out.answer(answer, lambda: f"{told.title}, {told.subtitle}\n{told.closing[0]}\n{answer['file']}")


def open_volume(out: Console, agency: str, kind: str, who: str) -> None:
    """Close the open volume and open the next."""
    name_of(who)
    database = open_database(Settings().database)
    with database.writing() as session:
        of = catalogue.agency(session, agency)
        made = volumes.open_next(session, of, kind, who, system_clock())
        answer = {"agency": of.code, "kind": kind, "volume": made.number}
    out.answer(answer, lambda: f"{of.code} {kind}: quyển / volume {made.number:02}")
