"""Who calls and whether they may: the one dependency that every route goes through."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.office import Office
from api.problems import Refused
from api.rates import Rate
from api.rules import NOBODY, STAFF, Caller, Role, permit
from archive import accounts, catalogue, sessions
from archive.lists import Sight
from archive.people import Account
from archive.tables import Agency

SEEN_AFTER_SECONDS = 60
"""How stale the time of a session's last use may get: a write a minute, not a write a request."""

RATED = {
    "verification.file": "verify", "verification.code": "verify", "verification.digest": "verify",
    "verification.revision": "verify", "pages.verify-revision": "verify",
    "verification.use": "verify", "verification.picture": "verify",
    "sessions.open": "sign-in", "sessions.password": "sign-in", "tokens.open": "sign-in",
    "pages.signed-in": "sign-in", "pages.oidc": "sign-in", "pages.oidc-callback": "sign-in",
    "pages.verify-code": "verify", "pages.use-copy": "verify", "pages.verify-file": "verify",
}  # fmt: skip
"""Routes where guessing could pay, and the rate that they share."""


@dataclass(frozen=True)
class Call:
    """One permitted request: who, what they may see through this route, when."""

    office: Office
    caller: Caller
    sight: Sight
    at: datetime

    def agency(self, session: Session, code: str | None) -> Agency:
        """The agency that something new belongs to: the named one, or the only one the caller acts for."""
        known = [one for one in catalogue.agencies(session) if one.id in self.sight.agencies]
        if code is None and len(known) == 1:
            return known[0]
        if code is None:
            raise Refused("WHICH_AGENCY")
        for one in known:
            if one.code == code:
                return one
        raise Refused("NOT_FOUND")


def rates(office: Office) -> dict[str, Rate]:
    """The rates of one application."""
    settings = office.settings
    return {
        "verify": Rate(settings.verify_per_minute, office.ticks),
        "sign-in": Rate(settings.sign_in_per_minute, office.ticks),
    }


def cookie_name(office: Office) -> str:
    """The session cookie; with TLS one that no other host or path can set (RFC 6265bis 4.1.3.2)."""
    return "__Host-hoso" if office.settings.secure_cookies else "hoso"


def called(request: Request) -> Call:
    """The permitted call. Raises Refused: 401 for who could sign in, 403, 429."""
    office: Office = request.app.state.office
    route = str(getattr(request.scope.get("route"), "name", ""))
    if route in RATED:
        charge(request, RATED[route])
    at = office.clock()
    caller = request.state.caller = _caller(office, request, at)
    sight = permit(route, caller)
    if sight is None:
        if caller is NOBODY:
            raise Refused("SIGN_IN_REQUIRED", {"WWW-Authenticate": 'Bearer realm="hoso"'})
        raise Refused("FORBIDDEN")
    return Call(office, caller, sight, at)


def charge(request: Request, rate: str, count: int = 1) -> None:
    """Take ``count`` asks of that rate from the caller's address. Raises Refused TOO_MANY_REQUESTS."""
    of: Rate = request.app.state.rates[rate]
    seconds = of.take(request.client.host if request.client else "", count)
    if seconds:
        raise Refused("TOO_MANY_REQUESTS", {"Retry-After": str(math.ceil(seconds))})


Called = Annotated[Call, Depends(called)]


def _caller(office: Office, request: Request, at: datetime) -> Caller:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _client(office, token.strip(), at)
    cookie = request.cookies.get(cookie_name(office))
    return NOBODY if cookie is None else _person(office, cookie, at)


def _client(office: Office, token: str, at: datetime) -> Caller:
    with office.database.reading() as session:
        found = sessions.token_of(session, token, at)
    if found is None:
        raise Refused("BAD_TOKEN", {"WWW-Authenticate": 'Bearer realm="hoso", error="invalid_token"'})
    held, client = found
    roles = frozenset((client.agency_id, Role(role)) for role in held.roles)
    return Caller(client.id, f"{client.name} ({client.id})", roles)


def _person(office: Office, token: str, at: datetime) -> Caller:
    idle = timedelta(minutes=office.settings.session_idle_minutes)
    with office.database.asking() as session:
        told = sessions.person_of(session, token, at, idle)
    if told is None:
        return NOBODY
    found, account, roles = told
    caller = caller_with(account, roles)
    if at - found.seen_at > timedelta(seconds=SEEN_AFTER_SECONDS):
        with office.database.writing() as session:
            still = sessions.session_of(session, token, at, idle)
            if still is not None:
                still.seen_at = at
    return caller


def caller_of(session: Session, account: Account) -> Caller:
    """What an account is as a caller."""
    return caller_with(account, [(one.agency_id, one.role) for one in accounts.roles_of(session, account.id)])


def caller_with(account: Account, roles: Iterable[tuple[int, str]]) -> Caller:
    """What an account with these roles is as a caller; a role that this version does not know is none."""
    known = {role.value: role for role in STAFF}
    held = frozenset((agency, known[role]) for agency, role in roles if role in known)
    agent = f"{account.name} ({account.login})"
    return Caller(account.id, agent, held, account.personal_id, account.tax_code, account.name)
