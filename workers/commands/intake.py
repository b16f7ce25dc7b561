"""``hoso receive``: files in, an answer for every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archive import catalogue
from archive.errors import Problem
from archive.settings import Settings
from ingest.gather import ArchiveLimits
from ingest.inspection import Inspection, Limits
from ingest.receive import Capture, Desk, Receipt
from ingest.receive import receive as take_in
from ingest.refusals import refused
from ingest.taking import Outcome
from workers.children import ChildFailed, Children
from workers.commands import lists
from workers.commands.looking import account_text
from workers.console import DONE, PARTLY, Console
from workers.jobs import PAPERS
from workers.workshop import Workshop, open_workshop


def receive(
    out: Console, paths: list[Path], form: str, cover: str, code: str | None, who: str, listed: Path | None
) -> None:  # fmt: skip
    """Take the files in and tell what became of each; the list, if there is one, is looked at before."""
    shop = open_workshop(Settings(), out.notice, preload=(PAPERS,))
    new = None if listed is None else lists.checked(shop, listed)
    receipt = take(shop, paths, form, cover, code, who)
    files = [outcome_as_dict(outcome) for outcome in receipt.outcomes]
    answer: dict[str, Any] = {"batch": receipt.batch, "files": files}
    if new is not None and listed is not None:
        with shop.database.reading() as session:
            agency = catalogue.agency(session, code)
        batch = lists.load_for(shop, receipt, agency.id, new, listed, who)
        answer["list"] = lists.report_of(shop.database, batch)
    out.answer(
        answer,
        lambda: "\n".join([text_of(receipt), *([lists.text_of(answer["list"])] if "list" in answer else [])]),
        PARTLY if receipt.refused else DONE,
    )


def take(
    shop: Workshop, paths: list[Path], form: str, cover: str, code: str | None, who: str,
    capture: Capture | None = None, originals: int | None = None,
) -> Receipt:  # fmt: skip
    """Receive with children that look at several files at a time. ``capture``: an officer's, at the counter."""
    settings = shop.settings
    if not any(path.is_dir() is False or any(path.iterdir()) for path in paths):
        names = ", ".join(map(str, paths))
        raise Problem("NO_FILES", f"Không có tệp nào trong {names}", f"There are no files in {names}")
    with shop.database.reading() as session:
        agency = catalogue.agency(session, code)
    with ThreadPoolExecutor(shop.children.slots) as threads:
        desk = Desk(
            database=shop.database,
            store=shop.store,
            inspect=lambda path, folder, limits: inspect_in_child(
                shop.children, settings.file_seconds, path, folder, limits
            ),
            limits=limits_of(settings),
            archive_limits=ArchiveLimits(
                settings.most_archive_files, settings.most_archive_mib, settings.most_archive_ratio
            ),
            scratch=shop.scratch,
            clock=shop.clock,
            entropy=shop.entropy,
            spread=threads.map,
            capture=capture,
        )
        return take_in(desk, agency, paths, form, cover, who, shop.notice, originals=originals)


def limits_of(settings: Settings) -> Limits:
    """What the settings allow to come in."""
    return Limits(
        settings.least_dpi,
        settings.wanted_dpi,
        settings.most_pages_per_file,
        settings.most_page_megapixels,
        settings.most_file_mib,
        settings.tesseract,
    )


def inspect_in_child(
    children: Children, seconds: float, path: Path, folder: Path, limits: Limits
) -> Inspection:
    """Inspect in a limited child; limits that it breaks are the file's fault and refuse it."""
    with the_files_fault(seconds):
        found: Inspection = children.run(seconds, PAPERS, "look", path, folder, limits)
        return found


@contextmanager
def the_files_fault(seconds: float) -> Iterator[None]:
    """Limits that a child breaks refuse the file it looked at."""
    try:
        yield
    except ChildFailed as failed:
        if failed.code == "CHILD_TIME_LIMIT":
            raise refused("INSPECTION_TIME_LIMIT", f"{seconds:g} s") from failed
        if failed.code == "CHILD_MEMORY_LIMIT":
            raise refused("DECOMPRESSION_BOMB", "memory") from failed
        raise refused("INSPECTION_FAILED", failed.en) from failed


def outcome_as_dict(outcome: Outcome) -> dict[str, Any]:
    """One file's answer for JSON."""
    if outcome.refusal is not None:
        return {"path": outcome.path, "status": "refused", **_reason(outcome.refusal)}
    return {
        "path": outcome.path,
        "status": "accepted",
        "document": outcome.document,
        "documents": [*outcome.documents],
        "pages": None if outcome.pages is None else outcome.pages.as_dict(),
        "duplicate": outcome.duplicate,
        "warnings": [_reason(warning) for warning in outcome.warnings],
    }


def _reason(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "reason": {"vi": problem.vi, "en": problem.en}}


def text_of(receipt: Receipt) -> str:
    """The receipt for people."""
    lines = [f"Lô / batch {receipt.batch}"]
    for one in receipt.outcomes:
        if one.refusal is not None:
            lines.append(f"TỪ CHỐI  {one.path}: {one.refusal.code}: {one.refusal.vi} / {one.refusal.en}")
            continue
        what = ", ".join(one.documents) or "phiếu phân tách / separator sheet"
        lines.append(f"nhận     {one.path}: {what}" + ("  (đã có / known already)" if one.duplicate else ""))
        if one.pages is not None and one.pages.scanned != one.pages.content:
            lines.append(f"         {account_text(one.pages.as_dict())}")
        lines.extend(f"         ! {warning.code}: {warning.vi}" for warning in one.warnings)
    return "\n".join(lines)
