"""``hoso key`` and ``hoso revocation``: what agencies seal and officers sign with, whether they can, and the cache of
revocation data."""

from __future__ import annotations

from typing import Any

from archive import catalogue
from archive.clock import system_clock
from archive.database import open_database
from archive.settings import Settings
from workers.children import Children
from workers.console import DONE, PARTLY, Console
from workers.jobs import KEYS, SEALS


def list_all(out: Console) -> None:
    """The keys of every agency and of its officers, none opened. Exit 1 when one could not sign now."""
    settings, children = _at_hand()
    database = open_database(settings.database)
    with database.reading() as session:
        codes = [one.code for one in catalogue.agencies(session)]
    database.close()
    rows: list[dict[str, Any]] = []
    for code in codes:
        rows += children.run(settings.file_seconds, KEYS, "describe_all", settings.keys, code, system_clock())
    _answer(out, {"keys": rows}, rows)


def show(out: Console, code: str, officer: str) -> None:
    """One agency's key, or one officer's there, not opened. Exit 1 when it could not sign now."""
    settings, children = _at_hand()
    row = _described(settings, children, _known(settings, code), officer, opened=False)
    _answer(out, row, [row])


def check(out: Console, code: str, officer: str) -> None:
    """Open the agency's or the officer's key and have it sign once. Exit 0: it can now; 1: it cannot, and why."""
    settings, children = _at_hand()
    row = _described(settings, children, _known(settings, code), officer, opened=True)
    _answer(out, row, [row])


def refresh(out: Console) -> None:
    """Fetch revocation data. Exit 1 when a source failed."""
    settings, children = _at_hand()
    rows: list[dict[str, Any]] = children.run(
        settings.file_seconds, KEYS, "refresh_revocation", settings.keys, system_clock()
    )
    text = [
        f"{one['state']:6} {one['kind']:4} {one['url']} {one['until'] or ''} {one['why']}".rstrip()
        for one in rows
    ]
    nothing = "không có nguồn nào / no sources: TEST keys only"
    failed = any(one["state"] == "failed" for one in rows)
    out.answer({"sources": rows}, lambda: "\n".join(text) or nothing, PARTLY if failed else DONE)


def show_cache(out: Console) -> None:
    """What is in the cache. Exit 1 when something has run out or cannot be read."""
    settings, children = _at_hand()
    rows: list[dict[str, Any]] = children.run(
        settings.file_seconds, KEYS, "cached_revocation", settings.keys, system_clock()
    )
    text = [
        f"{'✓' if one['fresh'] else '✗'} {one['kind']:4} {one['until'] or '–'} {one['about']}" for one in rows
    ]
    out.answer(
        {"cache": rows},
        lambda: "\n".join(text) or "trống / empty",
        DONE if all(one["fresh"] for one in rows) else PARTLY,
    )


def _at_hand() -> tuple[Settings, Children]:
    settings = Settings()
    return settings, Children(1, settings.child_memory_mib, (SEALS, KEYS))


def _known(settings: Settings, code: str) -> str:
    """The code, of an agency that there is. Raises Problem NO_SUCH_AGENCY."""
    database = open_database(settings.database)
    with database.reading() as session:
        found = catalogue.agency(session, code).code
    database.close()
    return found


def _described(
    settings: Settings, children: Children, code: str, officer: str, *, opened: bool
) -> dict[str, Any]:
    row: dict[str, Any] = children.run(
        settings.file_seconds, KEYS, "describe", settings.keys, code, system_clock(), opened,
        " ".join(officer.split()),
    )  # fmt: skip
    return row


def _answer(out: Console, answer: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    well = all(row["fault"] is None for row in rows)
    out.answer(answer, lambda: "\n".join(map(_text, rows)), DONE if well else PARTLY)


def _text(row: dict[str, Any]) -> str:
    whose = row["agency"] + (f"  {row['officer']}" if row["officer"] else "")
    lines = [f"{whose}  {row['kind'] or '–'}"]
    if row["certificate"]:
        one = row["certificate"]
        lines += [
            f"  {one['subject']}",
            f"  {one['algorithm']}, serial {one['serial']}",
            f"  {one['not_after'][:10]}: còn {one['days_left']} ngày / days left",
        ]
    if row["opens"] is not None:
        lines.append(
            "  mở và ký được / opens and signs" if row["opens"] else "  KHÔNG mở được / does NOT open"
        )
    fault = row["fault"]
    if fault is None:
        lines.append("  ký được / can sign" if row["officer"] else "  đóng dấu được / can seal")
    else:
        lines.append(f"  {fault['code']}: {fault['vi']}\n  {fault['en']} {fault['detail']}".rstrip())
    return "\n".join(lines)
