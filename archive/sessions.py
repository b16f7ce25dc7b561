"""Who is signed in: sessions of people, tokens of other systems. Kept are the hashes of secrets that we drew."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from archive.people import AccessToken, Account, ApiClient, Membership, PersonSession


def digest_of(secret: str) -> str:
    """What is kept of a secret that we drew."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(session: Session, account_id: str, now: datetime, absolute: timedelta, token: str) -> None:
    """Keep that the bearer of this token is this person; clears away what has ended."""
    session.execute(delete(PersonSession).where(PersonSession.ends_at <= now))
    session.add(
        PersonSession(
            id=digest_of(token), account_id=account_id, opened_at=now, seen_at=now, ends_at=now + absolute
        )
    )


def session_of(session: Session, token: str, now: datetime, idle: timedelta) -> PersonSession | None:
    """The session of this token unless it has ended or idled away."""
    found = session.get(PersonSession, digest_of(token))
    if found is None or found.ends_at <= now or now - found.seen_at >= idle:
        return None
    return found


_PERSON = (
    select(PersonSession, Account, Membership.agency_id, Membership.role)
    .join(Account, Account.id == PersonSession.account_id)
    .outerjoin(Membership, Membership.account_id == Account.id)
    .where(PersonSession.id == bindparam("token"))
)


def person_of(
    session: Session, token: str, now: datetime, idle: timedelta
) -> tuple[PersonSession, Account, list[tuple[int, str]]] | None:
    """The person of this token unless the session has ended or the account is shut, with their roles by agency; in
    one question, for it is asked with every request."""
    rows = session.execute(_PERSON, {"token": digest_of(token)}).all()
    if not rows or rows[0][1].disabled or rows[0][0].ends_at <= now or now - rows[0][0].seen_at >= idle:
        return None
    return rows[0][0], rows[0][1], [(row[2], row[3]) for row in rows if row[2] is not None]


def end_session(session: Session, token: str) -> None:
    """Sign out."""
    session.execute(delete(PersonSession).where(PersonSession.id == digest_of(token)))


def end_all(session: Session, account_id: str) -> None:
    """Sign the person out everywhere."""
    session.execute(delete(PersonSession).where(PersonSession.account_id == account_id))


def client_of(session: Session, client_id: str, secret: str) -> ApiClient | None:
    """The open client with this secret, or None."""
    client = session.get(ApiClient, client_id)
    right = hmac.compare_digest(digest_of(secret), "" if client is None else client.secret_hash)
    return client if client is not None and right and client.closed_at is None else None


def open_token(
    session: Session, client: ApiClient, roles: Iterable[str], now: datetime, lives: timedelta, token: str
) -> None:
    """Keep a bearer token of the client; clears away what has ended."""
    session.execute(delete(AccessToken).where(AccessToken.ends_at <= now))
    session.add(
        AccessToken(id=digest_of(token), client_id=client.id, roles=sorted(roles), ends_at=now + lives)
    )


def token_of(session: Session, token: str, now: datetime) -> tuple[AccessToken, ApiClient] | None:
    """The token and its client unless either has ended."""
    found = session.get(AccessToken, digest_of(token))
    if found is None or found.ends_at <= now:
        return None
    client = session.get_one(ApiClient, found.client_id)
    return (found, client) if client.closed_at is None else None
