"""``hoso capture``: papers taken in at the counter, signed by the officer before they are read."""

from __future__ import annotations

from pathlib import Path

from archive import catalogue
from archive.clock import Clock
from archive.errors import Problem
from archive.settings import Settings
from ingest.inspection import Captured, Limits
from ingest.receive import Capture
from signing.keyfile import TEST
from workers.children import Children
from workers.commands import intake
from workers.console import DONE, PARTLY, Console
from workers.jobs import CAPTURES, KEYS
from workers.marks import marks_of
from workers.workshop import open_workshop

NAME_CHARACTERS = 100


def capture(
    out: Console, paths: list[Path], officer: str, originals: int | None, form: str, cover: str,
    code: str | None,
) -> None:  # fmt: skip
    """Capture and take in; tell what became of each file. The history names the officer."""
    officer = " ".join(officer.split())
    if not officer or len(officer) > NAME_CHARACTERS or not officer.isprintable():
        raise Problem(
            "BAD_OFFICER_NAME",
            f"Tên người sao chụp phải có từ 1 đến {NAME_CHARACTERS} ký tự",
            f"An officer's name has 1 to {NAME_CHARACTERS} characters",
        )
    shop = open_workshop(Settings(), out.notice)
    settings = shop.settings
    with shop.database.reading() as session:
        agency = catalogue.agency(session, code)
    kind, signed = captured_by(shop.children, settings, shop.clock, agency.code, agency.name, officer)
    if kind == TEST:
        out.notice("Khóa cá nhân THỬ NGHIỆM, không có giá trị pháp lý. TEST personal key, not official.")
    receipt = intake.take(shop, paths, form, cover, agency.code, officer, signed, originals)
    captures = sum(one.refusal is None for one in receipt.outcomes)
    answer = {
        "batch": receipt.batch,
        "officer": officer,
        "originals": len(receipt.outcomes) if originals is None else originals,
        "captures": captures,
        "files": [intake.outcome_as_dict(outcome) for outcome in receipt.outcomes],
    }
    told = f"Sao chụp / captured by {officer}: {captures}"
    out.answer(answer, lambda: f"{intake.text_of(receipt)}\n{told}", PARTLY if receipt.refused else DONE)


def captured_by(
    children: Children, settings: Settings, clock: Clock, agency_code: str, agency_name: str, officer: str
) -> tuple[str, Capture]:  # fmt: skip
    """The kind of this officer's key, and how they capture a scan with it: in limited children, which alone open the
    key. Sees first that there is one. Raises Problem when there is none that can be used."""
    who = (settings.keys, agency_code, agency_name, officer)
    kind: str = children.run(settings.file_seconds, KEYS, "enrol", *who, clock())

    def signed(scan: Path, folder: Path, limits: Limits) -> Captured:
        with intake.the_files_fault(settings.file_seconds):
            made: Captured = children.run(
                settings.file_seconds,
                CAPTURES,
                "capture",
                scan,
                folder,
                limits,
                *who,
                clock(),
                marks_of(settings),
            )
            return made

    return kind, signed
