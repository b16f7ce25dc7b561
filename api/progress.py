"""Progress of a batch by server-sent events: the database is looked at, nothing is pushed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.callers import Call, Called
from api.problems import Refused
from api.shapes import BatchId
from archive import deliveries
from archive.deliveries import Delivery
from archive.lifecycle import State
from archive.steps import DUE, PARKED, RUNNING
from archive.tables import Document, Step

router = APIRouter(prefix="/batches", tags=["batches"])

LOOK_SECONDS = 0.5
"""How often a stream of progress looks at the database."""
QUIET_SECONDS = 15.0
"""After so long without news a stream says that it is still there."""


EVENT = {
    "type": "object",
    "properties": {
        "event": {"const": "progress"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}


class Progress(BaseModel):
    """How far the papers of a batch are: documents by state, parked steps; ``settled``: nothing moves by itself."""

    batch: str
    state: str
    files: int
    refused: int
    documents: dict[str, int]
    parked: int
    settled: bool


@router.get(
    "/{batch_id}/progress", name="batches.progress", response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": EVENT}},
                     "description": "Events `progress`, each a Progress as JSON, until nothing moves by itself"}},
)  # fmt: skip
async def progress(batch_id: BatchId, call: Called) -> StreamingResponse:
    """Progress by server-sent events."""
    first = await to_thread.run_sync(look, call, batch_id)
    return StreamingResponse(_stream(call, batch_id, first), media_type="text/event-stream")


async def _stream(call: Call, batch_id: str, first: Progress) -> AsyncIterator[str]:
    ends = call.office.ticks() + call.office.settings.progress_seconds
    told: Progress | None = None
    quiet, now = 0.0, first
    while True:
        if now != told:
            told, quiet = now, 0.0
            yield f"event: progress\ndata: {json.dumps(now.model_dump())}\n\n"
        if now.settled or call.office.ticks() >= ends:
            return
        if quiet >= QUIET_SECONDS:
            quiet = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(LOOK_SECONDS)
        quiet += LOOK_SECONDS
        now = await to_thread.run_sync(look, call, batch_id)


def look(call: Call, batch_id: str) -> Progress:
    """How far the batch is now. Raises Refused NOT_FOUND."""
    with call.office.database.reading() as session:
        delivery = own(call, session, batch_id)
        of_batch = select(Document.id).where(Document.batch_id == batch_id)
        by_state = dict(
            session.execute(
                select(Document.state, func.count()).where(Document.batch_id == batch_id).group_by(Document.state)
            ).all()
        )  # fmt: skip
        by_step = dict(
            session.execute(
                select(Step.state, func.count()).where(Step.document_id.in_(of_batch)).group_by(Step.state)
            ).all()
        )  # fmt: skip
        files = len(deliveries.files(session, batch_id))
    moving = by_step.get(DUE, 0) + by_step.get(RUNNING, 0)
    return Progress(
        batch=batch_id,
        state=delivery.state,
        files=files,
        refused=sum(one["status"] == "refused" for one in delivery.outcomes or []),
        documents={state.value: by_state[state.value] for state in State if state.value in by_state},
        parked=by_step.get(PARKED, 0),
        settled=delivery.state == deliveries.RECEIVED and moving == 0,
    )


def own(call: Call, session: Session, batch_id: str) -> Delivery:
    """The delivery, if the caller may see it. Raises Refused NOT_FOUND."""
    found = session.get(Delivery, batch_id)
    if found is None or found.agency_id not in call.sight.agencies:
        raise Refused("NOT_FOUND")
    return found
