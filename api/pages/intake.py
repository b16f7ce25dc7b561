"""Pages for records staff: batches, handing files in, and what became of each."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api import batches, paper_lists, progress
from api.callers import Call, Called
from api.pages.frame import page
from api.pages.naming import forms_of
from api.paging import Cursor
from api.rules import permit
from api.shapes import BatchId
from archive import catalogue
from archive.errors import Problem

router = APIRouter(include_in_schema=False)


@router.get("/batches", name="pages.batches")
def list_batches(request: Request, call: Called, cursor: Cursor = None) -> Response:
    """Batches, newest first."""
    return page(request, call.caller, "batches.html", found=batches.list_batches(call, 50, cursor))


@router.get("/batches/new", name="pages.new-batch")
def new_batch(request: Request, call: Called) -> Response:
    """Where files are dropped."""
    return page(request, call.caller, "batch-new.html", agencies=agencies(call), forms=forms_of(call))


@router.get("/batches/{batch_id}", name="pages.batch")
def show_batch(batch_id: BatchId, request: Request, call: Called) -> Response:
    """One batch: its files, what became of them, and how far its papers are."""
    batch = batches.show_batch(batch_id, call)
    now = progress.look(call, batch_id)
    refused = [one for one in batch.outcomes or [] if one.status == "refused"]
    return page(
        request,
        call.caller,
        "batch.html",
        batch=batch,
        now=now,
        refused=refused,
        stands=_stands(call, batch_id),
    )


def _stands(call: Call, batch_id: str) -> paper_lists.ListBody | None:
    """How the batch stands to its list, if it has one."""
    try:
        return paper_lists.look(call, batch_id)
    except Problem as problem:
        if problem.code != "NO_LIST":
            raise
        return None


def agencies(call: Call, route: str | None = None) -> list[tuple[str, str]]:
    """Code and name of the agencies that the caller acts for on this page; with ``route``, on that one."""
    sight = call.sight if route is None else permit(route, call.caller)
    acting = frozenset() if sight is None else sight.agencies
    with call.office.database.reading() as session:
        return [(one.code, one.name) for one in catalogue.agencies(session) if one.id in acting]
