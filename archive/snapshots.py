"""All rows of the database as lines of JSON, from one moment; the same lines fill SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Date, Integer, Table, func, insert, select, text
from sqlalchemy.orm import Session

from archive import (  # noqa: F401  every module with tables has to be known
    chores,
    copy_rows,
    deliveries,
    evidence,
    lessons,
    list_matches,
    paper_lists,
    people,
    proofs,
    search,
)
from archive.errors import Problem
from archive.reuse import tables  # noqa: F401
from archive.tables import Base, Instant

AT_A_TIME = 1000
TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)
"""Every table, those that others refer to first."""


def lines(session: Session) -> Iterator[str]:
    """The rows that a ``reading`` session sees: ``{"table", "columns"}``, then ``[values]`` for each row of it."""
    for table in TABLES:
        yield _line({"table": table.name, "columns": [column.name for column in table.columns]})
        keys = list(table.primary_key.columns)
        rows = session.execute(select(*table.columns).order_by(*keys).execution_options(yield_per=AT_A_TIME))
        for row in rows:
            yield _line([_plain(value) for value in row])


def fill(session: Session, told: Iterable[str]) -> int:
    """Put the rows into empty tables, in one ``writing`` session; gives how many. Raises Problem NOT_EMPTY (there
    are rows) or BACKUP_DAMAGED (lines that are none of ours)."""
    for table in TABLES:
        if session.execute(select(1).select_from(table).limit(1)).first() is not None:
            raise Problem(
                "NOT_EMPTY",
                f"Kho đích đã có dữ liệu (bảng {table.name}); chỉ phục hồi vào kho trống",
                f"There are rows already (table {table.name}); restore into an empty installation",
            )
    known = {table.name: table for table in TABLES}
    count = 0
    columns: list[Column[Any]] = []
    into: Table | None = None
    waiting: list[dict[str, Any]] = []
    for line in told:
        parts = json.loads(line)
        if isinstance(parts, dict):
            _write(session, into, waiting)
            if parts["table"] not in known:
                raise damaged(str(parts["table"]))
            into = known[parts["table"]]
            columns = [_column(into, name) for name in parts["columns"]]
            continue
        if into is None or len(parts) != len(columns):
            raise damaged("database")
        waiting.append(
            {column.name: _whole(column, value) for column, value in zip(columns, parts, strict=True)}
        )
        count += 1
        if len(waiting) == AT_A_TIME:
            _write(session, into, waiting)
    _write(session, into, waiting)
    _continue_numbers(session)
    return count


def damaged(what: str) -> Problem:
    """The backup cannot be relied on; nothing was restored."""
    return Problem(
        "BACKUP_DAMAGED",
        f"Bản sao lưu hỏng: {what}. Chưa phục hồi gì.",
        f"The backup is damaged: {what}. Nothing was restored.",
    )


def _column(table: Table, name: str) -> Column[Any]:
    if name not in table.columns:
        raise damaged(f"{table.name}.{name}")
    return table.columns[name]


def _write(session: Session, into: Table | None, rows: list[dict[str, Any]]) -> None:
    if into is None:
        return
    # A None for JSON would be written as the JSON null; left out, it is the NULL that it was.
    optional = {column.name for column in into.columns if isinstance(column.type, JSON)}
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        kept = {name: value for name, value in row.items() if value is not None or name not in optional}
        alike.setdefault(frozenset(kept), []).append(kept)
    for group in alike.values():
        session.execute(insert(into), group)
    rows.clear()


def _continue_numbers(session: Session) -> None:
    """PostgreSQL counts on from the highest number there is; SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        keys = list(table.primary_key.columns)
        if len(keys) != 1 or not isinstance(keys[0].type, Integer):
            continue
        sequence = session.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": keys[0].name},
        )
        highest = session.scalar(select(func.max(keys[0])))
        if sequence is not None and highest is not None:
            session.execute(text("SELECT setval(:name, :last)"), {"name": sequence, "last": highest})


def _line(parts: list[Any] | dict[str, Any]) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")) + "\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _whole(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
