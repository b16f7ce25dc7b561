"""``hoso list`` and ``--list``: the office's own list of issued papers for a batch, and how the batch stands to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from archive import list_matches, list_report, list_values, paper_lists
from archive.database import Database, open_database
from archive.errors import Problem
from archive.fields import FieldValue
from archive.list_matches import ListMatch
from archive.list_report import ListReport
from archive.paper_lists import NewList
from archive.settings import Settings
from archive.tables import Batch, Document
from ingest.list_cells import ListLimits
from ingest.list_loading import load_list
from ingest.receive import Receipt, file_digest
from ingest.refusals import refused
from workers.children import ChildFailed, Children
from workers.console import DONE, PARTLY, Console
from workers.jobs import LISTS
from workers.workshop import Workshop, open_workshop

LIMITS = ListLimits()
SHOWN = 40
"""Lines of each kind that are printed for people; the JSON has all."""


def show_or_load(out: Console, batch_id: str, file: Path | None, who: str) -> None:
    """Load a list for a batch, then tell how the batch stands to it; without a file only tell."""
    if file is None:
        database = open_database(Settings().database)
    else:
        shop = open_workshop(Settings(), out.notice)
        database = shop.database
        with database.reading() as session:
            batch = session.get(Batch, batch_id)
        if batch is None:
            raise Problem("NO_BATCH", f"Không có lô {batch_id}", f"There is no batch {batch_id}")
        load(shop, batch_id, batch.agency_id, checked(shop, file), file, who)
    answer = report_of(database, batch_id)
    database.close()
    out.answer(answer, lambda: text_of(answer), PARTLY if answer["notes"] else DONE)


def checked(shop: Workshop, file: Path) -> NewList:
    """The list in this file, read in a child. Raises Problem when it is none."""
    if not file.is_file():
        raise Problem("FILE_NOT_FOUND", f"Không có {file}", f"There is no {file}")
    return read_in_child(shop.children, shop.settings.file_seconds, file.resolve())


def load(shop: Workshop, batch_id: str, agency_id: int, new: NewList, file: Path, who: str) -> None:
    """Give the batch this list."""
    load_list(shop.database, shop.store, lambda _: new, agency_id, batch_id, file.name, file, who, shop.clock)


def load_for(shop: Workshop, receipt: Receipt, agency_id: int, new: NewList, file: Path, who: str) -> str:
    """Give the list to the batch that these files are in: the new one or, when all were known already, theirs. Gives
    the batch's id. The same list again changes nothing."""
    known = [document for one in receipt.outcomes for document in one.documents]
    batch_id = receipt.batch
    if known and all(one.duplicate for one in receipt.outcomes if one.documents):
        with shop.database.reading() as session:
            batches = {session.get_one(Document, one).batch_id for one in known}
            batch_id = batches.pop() if len(batches) == 1 else batch_id
            before = paper_lists.of_batch(session, batch_id)
        if before is not None and before.sha256 == file_digest(file):
            return batch_id
    load(shop, batch_id, agency_id, new, file, who)
    return batch_id


def read_in_child(children: Children, seconds: float, path: Path) -> NewList:
    """Read a list in a limited child; limits that it breaks are the file's fault and refuse it."""
    try:
        found: NewList = children.run(seconds, LISTS, "read_list", path, LIMITS)
        return found
    except ChildFailed as failed:
        raise refused("LIST_UNREADABLE", failed.code) from failed


def report_of(database: Database, batch_id: str) -> dict[str, Any]:
    """How the batch stands to its list. Raises Problem NO_LIST."""
    with database.reading() as session:
        return as_dict(list_report.report(session, batch_id))


def as_dict(found: ListReport) -> dict[str, Any]:
    """The report for JSON."""
    lines = {one.row: one for one in found.lines}
    return {
        "batch": found.of.batch_id, "list": found.of.name, "columns": found.of.columns, "lines": len(found.lines),
        "notes": found.of.notes, "unread": found.unread,
        "documents": [
            {"document": one.id, "name": one.name, "state": one.state, "fate": one.fate, "line": one.row,
             "confidence": round(one.confidence, 3), "candidates": [row for row, _ in one.candidates]}
            for one in found.documents
        ],
        "missing": [{"line": row, "cells": [*lines[row].cells]} for row in found.missing],
        "without": [*found.without], "open": [*found.open],
    }  # fmt: skip


def text_of(told: dict[str, Any]) -> str:
    """The report for people: what is missing first, that is what they look for."""
    matched = sum(one["line"] is not None for one in told["documents"])
    lines = [
        f"Bản kê / list {told['list']}: {told['lines']} dòng / lines; khớp / matched {matched}, "
        f"cần chọn / to choose {len(told['open'])}, không có dòng / without a line {len(told['without'])}, "
        f"thiếu giấy / papers missing {len(told['missing'])}, chưa đọc / not read yet {told['unread']}"
    ]
    lines += [f"  ! dòng / line {one['row']}: {one['vi']} / {one['en']}" for one in told["notes"][:SHOWN]]
    names = {one["document"]: one for one in told["documents"]}
    lines += [
        f"CẦN CHỌN / choose  {key} {names[key]['name']}: dòng / lines {', '.join(map(str, names[key]['candidates']))}"
        for key in told["open"][:SHOWN]
    ]
    lines += [f"KHÔNG CÓ DÒNG / no line  {key} {names[key]['name']}" for key in told["without"][:SHOWN]]
    lines += [
        f"THIẾU GIẤY / missing  dòng / line {one['line']}: {' | '.join(one['cells'])}"
        for one in told["missing"][:SHOWN]
    ]
    return "\n".join(lines)


def line_of(session: Session, document: Document, values: Mapping[str, FieldValue]) -> dict[str, Any] | None:
    """The line of its list that a document is, or those it may be; None without a list."""
    match = session.get(ListMatch, document.id)
    of = None if match is None else paper_lists.of_batch(session, match.batch_id)
    if match is None or of is None:
        return None
    read = list_matches.displaced(match)

    def told(row: int, likely: float) -> dict[str, Any]:
        line = paper_lists.line(session, match.batch_id, row)
        if line is None:
            return {"row": row, "likelihood": likely, "cells": [], "differs": {}}
        as_read = {**values, **{name: value for name, value in read.items() if value is not None}}
        differs = list_values.differences(as_read, line)
        return {"row": row, "likelihood": round(likely, 3), "cells": [*line.cells], "differs": differs}

    return {
        "name": of.name, "columns": of.columns, "fate": match.fate, "confidence": round(match.confidence, 3),
        "margin": match.margin, "line": None if match.row is None else told(match.row, match.confidence),
        "candidates": [told(row, likely) for row, likely in match.candidates],
        "read": {name: None if value is None else value.plain for name, value in read.items()},
    }  # fmt: skip


def line_text(told: dict[str, Any] | None) -> list[str]:
    """The line for people, or the lines to choose from."""
    if told is None:
        return []
    lines = [f"bản kê / list {told['name']}: {told['fate']} {told['confidence']:.2f}"]
    for one in [told["line"]] if told["line"] else told["candidates"]:
        lines.append(f"  dòng / line {one['row']}: {' | '.join(one['cells'])}")
        lines += [
            f"    khác bản giấy / not as on paper: {name} {said}" for name, said in one["differs"].items()
        ]
    return lines
