"""Accounts: opened, signed in to, locked, changed. All effects (time, chance, the hash) are passed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive import sessions
from archive.errors import Problem
from archive.identifiers import Entropy, new_id
from archive.people import Account, Membership

LOGIN = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
PERSONAL_ID = re.compile(r"[0-9]{12}")
TAX_CODE = re.compile(r"[0-9]{10}(-[0-9]{3})?|[0-9]{12}")
LEAST_PASSWORD, MOST_PASSWORD = 12, 256
"""Characters."""

Hash = Callable[[str], str]
Matches = Callable[[str, str], bool]
"""Whether a password (second) is the one behind a hash (first)."""


@dataclass(frozen=True)
class Lock:
    """When an account is shut: after ``failures`` in a row for ``seconds``; unused for ``idle_days`` for good
    (QCVN 12:2026/BCA: five failures, 45 idle days; domain.md 5.5)."""

    failures: int = 5
    seconds: float = 900
    idle_days: int = 45


@dataclass(frozen=True)
class NewAccount:
    """An account about to be opened. Staff have an agency and roles; a holder has identifiers."""

    login: str
    name: str
    password: str
    agency_id: int | None = None
    roles: frozenset[str] = frozenset()
    personal_id: str | None = None
    tax_code: str | None = None


def open_account(session: Session, new: NewAccount, hashed: Hash, at: datetime, entropy: Entropy) -> Account:
    """Open an account. Raises Problem BAD_LOGIN, LOGIN_TAKEN, BAD_PASSWORD, BAD_HOLDER."""
    if not LOGIN.fullmatch(new.login):
        raise Problem(
            "BAD_LOGIN",
            "Tên đăng nhập gồm chữ thường không dấu, số, dấu chấm, gạch; tối đa 64 ký tự",
            "A login name has lower-case letters, digits, dots and dashes, 64 at most",
        )
    check_password(new.password)
    for value, form in ((new.personal_id, PERSONAL_ID), (new.tax_code, TAX_CODE)):
        if value is not None and not form.fullmatch(value):
            raise Problem(
                "BAD_HOLDER",
                "Số định danh có 12 chữ số; mã số thuế 10, 10-3 hoặc 12 chữ số",
                "A personal ID has 12 digits; a tax code 10, 10-3 or 12",
            )
    if session.scalar(select(Account.id).where(Account.login == new.login)) is not None:
        raise Problem("LOGIN_TAKEN", f"Đã có tài khoản «{new.login}»", f"Login {new.login!r} is taken")
    account = Account(
        id=new_id("person", entropy), login=new.login, name=new.name, agency_id=new.agency_id,
        password_hash=hashed(new.password), personal_id=new.personal_id, tax_code=new.tax_code, opened_at=at,
        last_seen_at=at,
    )  # fmt: skip
    session.add(account)
    session.flush()
    if new.agency_id is not None:
        set_roles(session, account.id, new.agency_id, new.roles)
    return account


def of_holder(
    session: Session,
    name: str,
    personal_id: str | None,
    tax_code: str | None,
    password: str,
    hashed: Hash,
    at: datetime,
    entropy: Entropy,
) -> Account | None:
    """The account of a holder whom an identity provider vouches for; opened when they come for the first time, under
    a ``password`` that nobody knows. None when it is shut. Raises Problem BAD_HOLDER.

    An account is for exactly these two identifiers: who signs in for an organisation today and only for themselves
    tomorrow comes into another account, and no longer sees the organisation's papers.
    """
    query = (
        select(Account)
        .where(
            Account.agency_id.is_(None),
            Account.personal_id.is_not_distinct_from(personal_id),
            Account.tax_code.is_not_distinct_from(tax_code),
        )
        .order_by(Account.opened_at, Account.id)
    )
    account = session.scalars(query).first()  # two who came at once for the first time: the elder one counts
    if account is None:
        login = new_id("holder", entropy)
        new = NewAccount(login, name, password, personal_id=personal_id, tax_code=tax_code)
        return open_account(session, new, hashed, at, entropy)
    if account.disabled:
        return None
    account.name, account.last_seen_at = name, at
    return account


def check_password(password: str) -> None:
    """Raises Problem BAD_PASSWORD for one too short or absurdly long."""
    if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
        raise Problem(
            "BAD_PASSWORD",
            f"Mật khẩu có từ {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự",
            f"A password has {LEAST_PASSWORD} to {MOST_PASSWORD} characters",
        )


def set_password(session: Session, account: Account, password: str, hashed: Hash) -> None:
    """Give a new password; whoever is signed in with the old one is signed out. Raises Problem BAD_PASSWORD."""
    check_password(password)
    account.password_hash, account.failures, account.locked_until = hashed(password), 0, None
    sessions.end_all(session, account.id)


def reset(session: Session, login: str, password: str, hashed: Hash, at: datetime) -> Account:
    """Open a shut account with a new password. Raises Problem UNKNOWN_LOGIN, BAD_PASSWORD."""
    account = session.scalars(select(Account).where(Account.login == login)).one_or_none()
    if account is None:
        raise Problem("UNKNOWN_LOGIN", f"Không có tài khoản «{login}»", f"There is no account {login!r}")
    set_password(session, account, password, hashed)
    account.disabled, account.last_seen_at = False, at
    return account


def set_roles(session: Session, account_id: str, agency_id: int, roles: Iterable[str]) -> None:
    """These and no other roles in this agency."""
    session.execute(
        delete(Membership).where(Membership.account_id == account_id, Membership.agency_id == agency_id)
    )
    session.add_all(
        Membership(account_id=account_id, agency_id=agency_id, role=role) for role in sorted(roles)
    )
    session.flush()


def roles_of(session: Session, account_id: str) -> list[Membership]:
    """All roles of a person in all agencies."""
    query = select(Membership).where(Membership.account_id == account_id)
    return list(session.scalars(query.order_by(Membership.agency_id, Membership.role)))


def is_shut(account: Account, lock: Lock, now: datetime) -> bool:
    """Whether nobody may sign in to it now."""
    locked = account.locked_until is not None and account.locked_until > now
    is_staff = account.agency_id is not None  # holders come when they need something, perhaps after years
    unused = is_staff and now - account.last_seen_at > timedelta(days=lock.idle_days)
    return account.disabled or locked or unused


def hash_of(session: Session, login: str) -> str | None:
    """The hash behind a name, None for one that nobody has."""
    return session.scalar(select(Account.password_hash).where(Account.login == login))


def sign_in(
    session: Session, login: str, seen: str | None, right: bool, lock: Lock, now: datetime
) -> Account | None:
    """The account when name and password fit and it is not shut, else None; failures count.

    Comparing is slow and was done before, outside any transaction: ``right`` says that the password was the one
    behind the hash ``seen``, which must still be the account's.
    """
    query = select(Account).where(Account.login == login).with_for_update()
    account = session.scalars(query).one_or_none()
    if account is None or is_shut(account, lock, now):
        return None
    if not right or account.password_hash != seen:
        account.failures += 1
        if account.failures >= lock.failures:
            account.failures, account.locked_until = 0, now + timedelta(seconds=lock.seconds)
        return None
    account.failures, account.locked_until, account.last_seen_at = 0, None, now
    return account
