"""ETags: of bytes their digest, of a document the last line of its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Header, Request, Response
from sqlalchemy.orm import Session

from api.callers import Call
from api.problems import Refused
from archive import lists
from archive.tables import Document

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description="the ETag that the document had when it was seen"),
]
FOREVER = "private, max-age=31536000, immutable"


def of_document(session: Session, document: Document) -> str:
    """Changes with every act on the document: number and hash of the last event."""
    last = lists.last_event(session, document.id)
    return of_event(None, None) if last is None else of_event(last.number, last.hash)


def of_event(number: int | None, hash: str | None) -> str:
    """The ETag of what this line of the history left."""
    return '"0"' if hash is None else f'"{number}-{hash[:24]}"'


def require_match(session: Session, document: Document, given: str | None) -> None:
    """Nobody decides about what they did not see. Raises Refused IF_MATCH_MISSING (428), CHANGED (412).

    ``*`` would mean "whatever it is now" and is not taken. Call it inside the transaction that decides.
    """
    if given is None:
        raise Refused("IF_MATCH_MISSING")
    if of_document(session, document) not in [one.strip() for one in given.split(",")]:
        raise Refused("CHANGED")


def known_already(request: Request, sha256: str) -> bool:
    """Whether the caller has these bytes (If-None-Match)."""
    given = request.headers.get("if-none-match", "")
    return f'"{sha256}"' in [one.strip().removeprefix("W/") for one in given.split(",")]


def headers(sha256: str) -> Mapping[str, str]:
    """Headers of bytes that never change."""
    return {"ETag": f'"{sha256}"', "Cache-Control": FOREVER}


def not_modified(sha256: str) -> Response:
    """304."""
    return Response(status_code=304, headers=dict(headers(sha256)))


def document_of(call: Call, session: Session, document_id: str) -> Document:
    """The document, if the caller may see it through this route. Raises Refused NOT_FOUND."""
    found = lists.document(session, call.sight, document_id)
    if found is None:
        raise Refused("NOT_FOUND")
    return found
