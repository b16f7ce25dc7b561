"""``hoso run``: the whole way in one command, and the same again without doing anything twice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from rich.table import Table

from archive import catalogue
from archive.catalogue import Listed
from archive.clock import system_clock
from archive.copies import CopyBasis
from archive.errors import Problem
from archive.lifecycle import State
from archive.settings import Settings
from archive.store import HOLDINGS, WORK
from archive.tables import Copy
from workers.commands import lists, opening
from workers.commands.checking import report_on, report_text
from workers.commands.copying import issue, write_out
from workers.commands.intake import outcome_as_dict, take
from workers.commands.looking import listed_as_dict, overview_text
from workers.commands.reviewing import approve_read, why_held_back
from workers.commands.working import work_off
from workers.console import DONE, PARTLY, Console
from workers.tables import printed
from workers.workshop import Workshop, open_workshop

AGENT = "hoso run"
TRIAL_AGENCY = ("H99.001", "SỞ THỬ NGHIỆM TỈNH MẪU")
"""The agency opened when there is none: no real body has this code."""

RECIPIENT, PURPOSE = "Người nhận thử nghiệm", "Bản sao thử nghiệm"


def run(
    out: Console,
    folder: Path,
    target: Path,
    approve_as: str | None,
    min_confidence: float,
    with_warnings: bool,
    code: str | None,
    listed: Path | None = None,
) -> None:
    """Receive, work, review, hold, copy, verify; everything for people goes into ``target``."""
    if not folder.exists():
        raise Problem("FILE_NOT_FOUND", f"Không có {folder}", f"There is no {folder}")
    settings = Settings()
    _open(settings)
    shop = open_workshop(settings, out.notice)
    target.mkdir(parents=True, exist_ok=True)
    new = None if listed is None else lists.checked(shop, listed)
    receipt = take(shop, [folder], "", "", code, AGENT)
    batch = receipt.batch
    if new is not None and listed is not None:
        with shop.database.reading() as session:
            agency = catalogue.agency(session, code)
        batch = lists.load_for(shop, receipt, agency.id, new, listed, AGENT)
    ours = {document for outcome in receipt.outcomes for document in outcome.documents}
    work_off(shop)
    held_back: list[dict[str, Any]] = []
    if approve_as:
        _, held_back = approve_read(
            shop.database, shop.clock, approve_as, min_confidence, ours, with_warnings=with_warnings
        )
        work_off(shop)
    results = [_hand_out(shop, one, target) for one in _documents(shop, ours)]
    refused = [outcome_as_dict(outcome) for outcome in receipt.outcomes if outcome.refusal is not None]
    with shop.database.reading() as session:
        parked = [
            {"document": step.document_id, "step": step.name, "attempt": step.attempt, "error": step.error}
            for step in catalogue.parked(session)
            if step.document_id in ours
        ]
    answer: dict[str, Any] = {
        "batch": receipt.batch,
        "out": str(target.resolve()),
        "documents": results,
        "parked": parked,
        "refused": refused,
        "held_back": held_back,
    }
    if new is not None:
        answer["list"] = lists.report_of(shop.database, batch)
    (target / "summary.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1), "utf-8")
    out.answer(answer, lambda: _text(answer), PARTLY if refused or parked or held_back else DONE)


def _open(settings: Settings) -> None:
    database = opening.make(settings, system_clock())
    with database.reading() as session:
        known = catalogue.agencies(session)
    if not known:
        opening.open_agency(settings, database, *TRIAL_AGENCY, system_clock())
    database.close()


def _documents(shop: Workshop, ours: set[str]) -> list[Listed]:
    with shop.database.reading() as session:
        return [one for one in catalogue.listing(session) if one.document.id in ours]


def _hand_out(shop: Workshop, one: Listed, target: Path) -> dict[str, Any]:
    """Write a held record, its one copy and the report of the copy's verification for people to open."""
    document = one.document
    line: dict[str, Any] = listed_as_dict(one)
    line |= {"sealed": None, "copy": None, "verification": None}
    if document.state != State.HELD.value or document.sealed_sha256 is None:
        return line
    name = file_name(one)
    sealed = target / "sealed" / f"{name}.pdf"
    write_out(shop, document.sealed_sha256, sealed, HOLDINGS, document.id)
    line["sealed"] = _place(sealed)
    made = issue(shop, document.id, CopyBasis.REGISTER, RECIPIENT, PURPOSE, AGENT, f"run:{document.id}")
    line["copy"] = _copy(shop, made, target / "copies" / f"{name}.pdf")
    if made.file_sha256 is not None:
        line["verification"] = _verify(shop, target, name)
    return line


def _copy(shop: Workshop, made: Copy, target: Path) -> dict[str, Any]:
    if made.file_sha256 is None:
        return {
            "state": made.state,
            "reason": made.reason,
            "number": None,
            "code": None,
            "url": None,
            "file": None,
        }
    write_out(shop, made.file_sha256, target, WORK, made.id)
    url = shop.settings.verification_url + (made.code or "")
    number = f"{made.number}/{made.year}"
    return {"state": made.state, "number": number, "code": made.code, "url": url, **_place(target)}


def _verify(shop: Workshop, target: Path, name: str) -> dict[str, Any]:
    copy = target / "copies" / f"{name}.pdf"
    report = {"file": str(copy), **report_on(copy, shop.settings, shop.children)}
    place = target / "verification" / f"{name}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    place.with_suffix(".txt").write_text(report_text(report) + "\n", "utf-8")
    return {"verdict": report["verdict"], "reason": report["reason"], **_place(place.with_suffix(".txt"))}


def file_name(one: Listed) -> str:
    """A name that people recognise and no two documents share: code and id."""
    code = one.text("code") or one.document.form
    return re.sub(r"[^\w.-]+", "-", f"{code}-{one.document.id}").strip("-")


def _place(path: Path) -> dict[str, str]:
    return {"file": str(path.resolve()), "address": path.resolve().as_uri()}


def _text(answer: dict[str, Any]) -> str:
    lines = [overview_text(answer), *([lists.text_of(answer["list"])] if "list" in answer else [])]
    table = Table(title="Tệp / files", title_justify="left")
    for heading in ("code", "what", "address"):
        table.add_column(heading, overflow="fold")
    for one in answer["documents"]:
        code = one["code"] or one["id"]
        if one["sealed"]:
            table.add_row(code, "hồ sơ / record", one["sealed"]["address"])
    shown = [one for one in answer["documents"] if one["copy"] and one["copy"]["file"]]
    for one in shown[:1]:
        table.add_row(one["code"], f"bản sao / copy {one['copy']['number']}", one["copy"]["address"])
        table.add_row("", "tra cứu / look-up (QR)", one["copy"]["url"])
        table.add_row(
            "", f"kiểm tra / verification: {one['verification']['verdict']}", one["verification"]["address"]
        )
    lines.append(printed(table))
    for one in answer["documents"]:
        if one["copy"] and not one["copy"]["file"]:
            why = one["copy"]["reason"] or {}
            lines.append(
                f"Không cấp bản sao / no copy of {one['code'] or one['id']}: {why.get('code')}: {why.get('vi')}"
            )
    lines += map(why_held_back, answer["held_back"])
    lines.append(f"Tất cả ở / everything is in {answer['out']}")
    return "\n".join(lines)
