"""Creating once: the answer to a creating request is kept in the commit that created, under the caller's key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.callers import Call
from api.problems import Refused
from archive.people import IdempotencyRecord

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$",
        description="a name for this request that the caller never uses for another",
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What came into being: the answer's status, body and headers; ``secret`` is told once and not kept."""

    body: BaseModel
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=dict)


def once(
    call: Call, request: Request, key: str, asked: BaseModel | None, make: Callable[[Session], Made]
) -> JSONResponse:
    """Do ``make`` and keep its answer, or give the answer kept. Raises Refused KEY_USED for another request.

    Of two at once the database lets one through; the other finds the answer. A replay says so in a header.
    """
    told = b"" if asked is None else asked.model_dump_json().encode()
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + told).hexdigest()
    try:
        return _once(call, key, digest, make)
    except IntegrityError:
        with call.office.database.reading() as session:
            if session.get(IdempotencyRecord, (call.caller.id, key)) is None:
                raise  # about something else
        return _once(call, key, digest, make)


def _once(call: Call, key: str, digest: str, make: Callable[[Session], Made]) -> JSONResponse:
    with call.office.database.writing() as session:
        kept = session.get(IdempotencyRecord, (call.caller.id, key))
        if kept is not None:
            if kept.asked != digest:
                raise Refused("KEY_USED")
            headers = kept.answer["headers"] | {"Idempotency-Replayed": "true"}
            return JSONResponse(kept.answer["body"], kept.status, headers)
        record = IdempotencyRecord(
            caller=call.caller.id, key=key, asked=digest, status=0, answer={}, at=call.at
        )
        session.add(record)
        session.flush()  # a rival waits here until we have committed
        made = make(session)
        body: dict[str, Any] = made.body.model_dump(mode="json")
        record.status, record.answer = made.status, {"headers": made.headers, "body": body}
    return JSONResponse(body | made.secret, made.status, made.headers)
