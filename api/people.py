"""The people of an agency: accounts opened and changed by its administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictBool
from sqlalchemy.orm import Session

from api.callers import Called
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, named
from api.problems import Refused
from api.rules import STAFF, Role
from api.shapes import LINE, AgencyCode, Asked, Page
from archive import accounts, lists, sessions
from archive.accounts import NewAccount
from archive.people import Account
from archive.tables import Agency

router = APIRouter(tags=["people"])

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=LINE)]
Login = Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$")]
Password = Annotated[str, Field(min_length=accounts.LEAST_PASSWORD, max_length=accounts.MOST_PASSWORD)]
Roles = Annotated[list[Role], Field(max_length=10)]
AccountId = Annotated[str, Path(max_length=20, pattern=r"^person-[0-9a-z]{12}$")]


class NewPerson(Asked):
    """A member of staff. Holders sign in with what a state identity gives; an agency cannot make one up."""

    agency: AgencyCode | None = None
    login: Login
    name: Name
    password: Password
    roles: Roles


class Change(Asked):
    """What changes about an account; what is not named stays. ``unlock`` opens a locked or long unused one."""

    name: Name | None = None
    roles: Roles | None = None
    password: Password | None = None
    disabled: StrictBool | None = None
    unlock: StrictBool = False


class Person(BaseModel):
    """An account of the agency. Never its password."""

    id: str
    agency: str
    login: str
    name: str
    roles: list[str]
    disabled: bool
    locked_until: datetime | None
    opened_at: datetime
    last_seen_at: datetime


@router.get("/accounts", name="accounts.list")
def list_accounts(call: Called, limit: Limit = 50, cursor: Cursor = None) -> Page[Person]:
    """The people of the agency by login."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = lists.accounts(session, call.sight.agencies, named(cursor), limit + 1)
        rows = [_person(session, one) for one in found[:limit]]
    return Page(rows=rows, next=cursor_of(rows[-1].login) if len(found) > limit else None)


@router.post("/accounts", name="accounts.create", status_code=201, response_model=Person)
def create_account(asked: NewPerson, request: Request, call: Called, key: Key) -> JSONResponse:
    """Open an account for a member of staff."""
    roles = among(asked.roles, frozenset(STAFF))
    kept = call.office.hashed(asked.password)  # slow by design, so before the transaction

    def make(session: Session) -> Made:
        agency = call.agency(session, asked.agency)
        new = NewAccount(asked.login, asked.name, asked.password, agency.id, roles)
        opened = accounts.open_account(session, new, lambda _: kept, call.at, call.office.entropy)
        return Made(_person(session, opened), headers={"Location": f"{request.url.path}/{opened.id}"})

    return once(call, request, key, asked, make)


@router.patch("/accounts/{account_id}", name="accounts.change")
def change_account(account_id: AccountId, asked: Change, call: Called) -> Person:
    """Change name, roles or password, shut or open an account. New roles or passwords end the person's sessions."""
    roles = None if asked.roles is None else among(asked.roles, frozenset(STAFF))
    kept = None if asked.password is None else call.office.hashed(asked.password)
    with call.office.database.writing() as session:
        account = session.get(Account, account_id)
        if account is None or account.agency_id not in call.sight.agencies:
            raise Refused("NOT_FOUND")
        if any(one.agency_id not in call.sight.agencies for one in accounts.roles_of(session, account.id)):
            raise Refused("ACCOUNT_OF_OTHERS")  # with its password one could act there
        account.name = asked.name or account.name
        if asked.password is not None and kept is not None:
            accounts.set_password(session, account, asked.password, lambda _: kept)
        if roles is not None:
            accounts.set_roles(session, account.id, account.agency_id, roles)
            sessions.end_all(session, account.id)
        if asked.disabled is not None:
            account.disabled = asked.disabled
            sessions.end_all(session, account.id)
        if asked.unlock:
            account.failures, account.locked_until, account.last_seen_at = 0, None, call.at
        return _person(session, account)


def among(roles: list[Role], allowed: frozenset[Role]) -> frozenset[str]:
    """The roles, if all may be given. Raises Refused UNKNOWN_ROLE."""
    if not set(roles) <= allowed:
        raise Refused("UNKNOWN_ROLE")
    return frozenset(role.value for role in roles)


def _person(session: Session, account: Account) -> Person:
    roles = [one.role for one in accounts.roles_of(session, account.id) if one.agency_id == account.agency_id]
    return Person(
        id=account.id, agency=session.get_one(Agency, account.agency_id).code, login=account.login,
        name=account.name, roles=roles, disabled=account.disabled, locked_until=account.locked_until,
        opened_at=account.opened_at, last_seen_at=account.last_seen_at,
    )  # fmt: skip
