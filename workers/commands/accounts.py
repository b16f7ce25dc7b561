"""``hoso account``: the people that only the installation's owner can let in: first administrators and holders."""

from __future__ import annotations

import os
from pathlib import Path

from api.rules import STAFF
from api.settings import ApiSettings
from archive import accounts, catalogue
from archive.accounts import NewAccount
from archive.clock import system_clock
from archive.database import open_database
from archive.errors import Problem
from archive.settings import Settings
from workers.console import Console
from workers.passwords import hashing, secret

ADMINISTRATOR = "administrator"


def add(
    out: Console, login: str, name: str, agency: str | None, roles: list[str], personal_id: str | None,
    tax_code: str | None, password_file: Path | None,
) -> None:  # fmt: skip
    """Open an account; without roles and identifiers an administrator's."""
    is_holder = personal_id is not None or tax_code is not None
    if not name.strip() or len(name) > 100:
        raise Problem("BAD_NAME", "Tên có từ 1 đến 100 ký tự", "A name has 1 to 100 characters")
    if is_holder and roles:
        raise Problem(
            "STAFF_OR_HOLDER",
            "Tài khoản là của cán bộ hoặc của chủ giấy tờ, không cả hai",
            "An account is a member of staff's or a holder's, not both",
        )
    wanted = frozenset(roles) or (frozenset() if is_holder else frozenset({ADMINISTRATOR}))
    known = {role.value for role in STAFF}
    if not wanted <= known:
        raise Problem(
            "UNKNOWN_ROLE", f"Các vai trò: {', '.join(sorted(known))}", f"Roles: {', '.join(sorted(known))}"
        )
    database = open_database(Settings().database)
    hashed, _ = hashing(ApiSettings().password_kib)
    password = secret(password_file, "Mật khẩu / password")
    with database.writing() as session:
        of = None if is_holder else catalogue.agency(session, agency)
        new = NewAccount(login, name, password, None if of is None else of.id, wanted, personal_id, tax_code)
        opened = accounts.open_account(session, new, hashed, system_clock(), os.urandom)
        answer = {
            "id": opened.id, "login": opened.login, "agency": None if of is None else of.code,
            "roles": sorted(wanted), "holder": is_holder,
        }  # fmt: skip
    database.close()
    out.answer(answer, lambda: f"{answer['login']}: {answer['id']}  {', '.join(sorted(wanted)) or 'holder'}")


def reset(out: Console, login: str, password_file: Path | None) -> None:
    """Open an account that is locked, shut or forgotten, with a new password."""
    database = open_database(Settings().database)
    hashed, _ = hashing(ApiSettings().password_kib)
    password = secret(password_file, "Mật khẩu mới / new password")
    with database.writing() as session:
        opened = accounts.reset(session, login, password, hashed, system_clock())
        answer = {"id": opened.id, "login": opened.login}
    database.close()
    out.answer(answer, lambda: f"{answer['login']}: {answer['id']}")
