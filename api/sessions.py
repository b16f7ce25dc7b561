"""Sessions of people: sign in, who am I, change the password, sign out."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.callers import Call, Called, caller_of, cookie_name
from api.office import Office
from api.problems import Refused
from api.rules import Caller
from api.shapes import Asked
from archive import accounts, catalogue, sessions
from archive.accounts import Lock
from archive.people import Account

router = APIRouter(tags=["sessions"])


class SignIn(Asked):
    """Name and password of a local account."""

    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class NewPassword(Asked):
    """The password that is, and the one that shall be."""

    old: str = Field(min_length=1, max_length=256)
    new: str = Field(min_length=accounts.LEAST_PASSWORD, max_length=accounts.MOST_PASSWORD)


class RoleIn(BaseModel):
    """A role, and the code of the agency where it counts."""

    agency: str
    role: str


class Who(BaseModel):
    """Who is calling."""

    id: str
    agent: str
    roles: list[RoleIn]
    holder: bool


@router.post("/sessions", name="sessions.open", status_code=201)
def open_session(asked: SignIn, request: Request, response: Response, call: Called) -> Who:
    """Sign in; the answer sets the cookie. Whatever is wrong, the answer is the same."""
    token = call.office.token()
    seen, right = _compare(request, call, asked.login, asked.password)
    caller = None
    with call.office.database.writing() as session:
        account = accounts.sign_in(session, asked.login, seen, right, _lock(call), call.at)
        if account is not None:
            caller = welcome(session, request, call, account, token)
    if caller is None:
        raise Refused("SIGN_IN_FAILED")
    give_cookie(response, call.office, token)
    return _who(call, caller)


@router.get("/sessions/current", name="sessions.show")
def show_session(call: Called) -> Who:
    """Who am I, and what may I be where."""
    return _who(call, call.caller)


@router.delete("/sessions/current", name="sessions.end", status_code=204)
def end_session(request: Request, call: Called) -> Response:
    """Sign out; the session is gone on the server too."""
    name = cookie_name(call.office)
    with call.office.database.writing() as session:
        sessions.end_session(session, request.cookies.get(name, ""))
    gone = Response(status_code=204)
    gone.delete_cookie(
        name, path="/", httponly=True, samesite="lax", secure=call.office.settings.secure_cookies
    )
    return gone


@router.post("/sessions/current/password", name="sessions.password", status_code=204)
def change_password(asked: NewPassword, request: Request, call: Called) -> Response:
    """A new password; every session of the person ends, this one too. Guessing the old one locks the account."""
    office = call.office
    with office.database.reading() as session:
        login = session.get_one(Account, call.caller.id).login
    seen, right = _compare(request, call, login, asked.old)
    kept = office.hashed(asked.new)
    with office.database.writing() as session:
        account = accounts.sign_in(session, login, seen, right, _lock(call), call.at)
        if account is not None:
            accounts.set_password(session, account, asked.new, lambda _: kept)
    if account is None:
        raise Refused("SIGN_IN_FAILED")
    return Response(status_code=204)


def welcome(session: Session, request: Request, call: Call, account: Account, token: str) -> Caller:
    """Open a session of this person in place of the one that the browser had (no session is taken over: OWASP ASVS
    3.2.1)."""
    before = request.cookies.get(cookie_name(call.office))
    if before is not None:
        sessions.end_session(session, before)
    sessions.open_session(session, account.id, call.at, _absolute(call.office), token)
    return caller_of(session, account)


def give_cookie(response: Response, office: Office, token: str) -> None:
    """Let the browser keep the token where no script reads it."""
    response.set_cookie(
        cookie_name(office), token, max_age=int(_absolute(office).total_seconds()), path="/", httponly=True,
        samesite="lax", secure=office.settings.secure_cookies,
    )  # fmt: skip


def _absolute(office: Office) -> timedelta:
    return timedelta(hours=office.settings.session_hours)


def _compare(request: Request, call: Call, login: str, password: str) -> tuple[str | None, bool]:
    """The account's hash and whether the password is behind it. Slow by design, so in no transaction; for a name
    that nobody has it is as slow, against a hash of nothing."""
    with call.office.database.reading() as session:
        seen = accounts.hash_of(session, login)
    nobody: str = request.app.state.nobody
    right = call.office.matches(nobody if seen is None else seen, password)
    return seen, right and seen is not None


def _lock(call: Call) -> Lock:
    settings = call.office.settings
    return Lock(settings.lock_failures, settings.lock_minutes * 60, settings.unused_days)


def _who(call: Call, caller: Caller) -> Who:
    with call.office.database.reading() as session:
        codes = {one.id: one.code for one in catalogue.agencies(session)}
    roles = [RoleIn(agency=codes[agency], role=role.value) for agency, role in sorted(caller.roles)]
    return Who(id=caller.id, agent=caller.agent, roles=roles, holder=caller.is_holder)
