"""Systems that act for an agency (OAuth 2.0 clients): opened and closed by its administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.callers import Called
from api.once import Key, Made, once
from api.paging import Cursor, Limit, cursor_of, named
from api.people import Name, among
from api.problems import Refused
from api.rules import CLIENT_ROLES, Role
from api.shapes import AgencyCode, Asked, Page
from archive import lists, sessions
from archive.identifiers import new_id
from archive.people import ApiClient
from archive.tables import Agency

router = APIRouter(tags=["people"])

ClientId = Annotated[str, Path(max_length=20, pattern=r"^client-[0-9a-z]{12}$")]


class NewClient(Asked):
    """Another system and what it may be."""

    agency: AgencyCode | None = None
    name: Name
    roles: Annotated[list[Role], Field(min_length=1, max_length=10)]


class Client(BaseModel):
    """A system that acts for the agency. Its secret is told once, when it is made."""

    id: str
    agency: str
    name: str
    roles: list[str]
    opened_at: datetime
    closed_at: datetime | None


class ClientWithSecret(Client):
    """With the secret; a repeated request gets the rest only."""

    client_secret: str | None = None


@router.get("/clients", name="clients.list")
def list_clients(call: Called, limit: Limit = 50, cursor: Cursor = None) -> Page[Client]:
    """The systems that act for the agency."""
    limit = min(limit, call.office.settings.most_listed)
    with call.office.database.reading() as session:
        found = lists.clients(session, call.sight.agencies, named(cursor), limit + 1)
        rows = [_client(session, one) for one in found[:limit]]
    return Page(rows=rows, next=cursor_of(rows[-1].id) if len(found) > limit else None)


@router.post("/clients", name="clients.create", status_code=201, response_model=ClientWithSecret)
def create_client(asked: NewClient, request: Request, call: Called, key: Key) -> JSONResponse:
    """Let another system act for the agency; the answer tells its secret, this once."""
    roles = among(asked.roles, CLIENT_ROLES)

    def make(session: Session) -> Made:
        agency, secret = call.agency(session, asked.agency), call.office.token()
        opened = ApiClient(
            id=new_id("client", call.office.entropy), agency_id=agency.id, name=asked.name,
            secret_hash=sessions.digest_of(secret), roles=sorted(roles), opened_at=call.at,
        )  # fmt: skip
        session.add(opened)
        session.flush()
        body = ClientWithSecret(**_client(session, opened).model_dump())
        return Made(body, secret={"client_secret": secret})

    return once(call, request, key, asked, make)


@router.post("/clients/{client_id}/close", name="clients.close")
def close_client(client_id: ClientId, call: Called) -> Client:
    """The system may act no more; its tokens end at once."""
    with call.office.database.writing() as session:
        client = session.get(ApiClient, client_id)
        if client is None or client.agency_id not in call.sight.agencies:
            raise Refused("NOT_FOUND")
        client.closed_at = client.closed_at or call.at
        return _client(session, client)


def _client(session: Session, client: ApiClient) -> Client:
    return Client(
        id=client.id, agency=session.get_one(Agency, client.agency_id).code, name=client.name, roles=client.roles,
        opened_at=client.opened_at, closed_at=client.closed_at,
    )  # fmt: skip
