"""Access tokens of other systems: OAuth 2.0 client credentials (RFC 6749 4.4); opaque, short-lived, kept as hashes."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field

from api.callers import Called
from api.problems import Refused
from archive import sessions

router = APIRouter(tags=["sessions"])


class Token(BaseModel):
    """RFC 6749 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  the kind, not a secret
    expires_in: int
    """Seconds."""
    scope: str


class Grant(BaseModel):
    """RFC 6749 4.4.2; the client may also name itself by HTTP Basic (2.3.1)."""

    grant_type: Literal["client_credentials"]
    client_id: str = Field("", max_length=64)
    client_secret: str = Field("", max_length=200)
    scope: str = Field("", max_length=200)


@router.post("/oauth/token", name="tokens.open")
def open_token(asked: Annotated[Grant, Form()], request: Request, call: Called) -> Token:
    """A bearer token for the scopes (roles) asked for, or for all that the client has."""
    client_id, secret = _basic(request) or (asked.client_id, asked.client_secret)
    office, token = call.office, call.office.token()
    lives = timedelta(minutes=office.settings.token_minutes)
    with office.database.writing() as session:
        client = sessions.client_of(session, client_id, secret)
        if client is None:
            raise Refused("BAD_CLIENT", {"WWW-Authenticate": 'Basic realm="hoso"'}, "invalid_client")
        wanted = set(asked.scope.split()) or set(client.roles)
        if not wanted <= set(client.roles):
            raise Refused("BAD_SCOPE", error="invalid_scope")
        sessions.open_token(session, client, wanted, call.at, lives, token)
    return Token(access_token=token, expires_in=int(lives.total_seconds()), scope=" ".join(sorted(wanted)))


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name, colon, secret = "", "", ""
    if not colon:
        raise Refused("BAD_CLIENT", {"WWW-Authenticate": 'Basic realm="hoso"'}, "invalid_client")
    return unquote_plus(name), unquote_plus(secret)
