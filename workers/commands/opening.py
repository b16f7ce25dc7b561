"""``hoso init``: make or bring up to date what lives under HOSO_HOME, open an agency."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from archive import catalogue, ledger
from archive.clock import system_clock
from archive.database import Database
from archive.errors import Problem
from archive.settings import Settings
from archive.storing import make_store
from signing import pki
from workers.commands import trusting
from workers.console import Console

AGENCY_CODE = re.compile(r"[A-Y]\d{2}(\.[A-Y0-9]{2,3})*")
"""QĐ 20/2020/QĐ-TTg: a letter and two digits, then groups; 35 characters at most (domain.md 6)."""

AGENT = "hoso init"
NAME_CHARACTERS = 200


def init(out: Console, code: str | None, name: str | None) -> None:
    """Make the archive and, if named, an agency."""
    settings = Settings()
    if (code is None) != (name is None):
        raise Problem("AGENCY_INCOMPLETE", "Cần cả --agency và --name", "Give both --agency and --name")
    database = make(settings, system_clock())
    if code is not None and name is not None:
        open_agency(settings, database, code, name, system_clock())
    with database.reading() as session:
        known = [{"code": agency.code, "name": agency.name} for agency in catalogue.agencies(session)]
    database.close()
    out.notice("Khóa ký THỬ NGHIỆM, không có giá trị pháp lý. TEST keys, not official.")
    out.answer(
        {"home": str(settings.home), "agencies": known},
        lambda: "\n".join(
            [f"Kho / archive: {settings.home}", *(f"{one['code']}  {one['name']}" for one in known)]
        ),
    )


def make(settings: Settings, now: datetime) -> Database:
    """The archive's folder, tables, store and TEST keys; what is there stays."""
    _writable(settings.home)
    database = Database(settings.database)
    database.migrate()
    make_store(settings)
    pki.make(settings.keys, now)
    return database


def open_agency(settings: Settings, database: Database, code: str, name: str, now: datetime) -> None:
    """An agency with its registers and its TEST seal. Raises Problem for a code or name that cannot be one."""
    if not AGENCY_CODE.fullmatch(code) or len(code) > 35:
        raise Problem(
            "BAD_AGENCY_CODE",
            f"Mã cơ quan «{code}» không đúng QĐ 20/2020 (ví dụ H40.115)",
            f"Agency code {code!r} does not follow QĐ 20/2020 (an example: H40.115)",
        )
    if not name.strip() or len(name) > NAME_CHARACTERS or not name.isprintable():
        raise Problem(
            "BAD_AGENCY_NAME",
            f"Tên cơ quan phải có từ 1 đến {NAME_CHARACTERS} ký tự",
            f"An agency's name has 1 to {NAME_CHARACTERS} characters",
        )
    with database.writing() as session:
        ledger.open_agency(session, code, name, AGENT, now)
    pki.issue_seal(settings.keys, code, name, now)
    trusting.list_opened(settings, database, code, name, AGENT, now)


def _writable(home: Path) -> None:
    probe = home / ".probe"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Problem(
            "HOME_NOT_WRITABLE",
            f"Không ghi được vào {home}: {error.strerror}",
            f"Cannot write to {home}: {error.strerror}",
        ) from error
