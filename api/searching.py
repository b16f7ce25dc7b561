"""Search in the documents that the caller may see: typed without marks finds, typed with marks ranks exact first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import Called
from api.paging import Cursor, Limit, cursor_of, ranked
from api.papers import DocumentLine, line
from api.shapes import Page
from archive import catalogue, field_rows, lists, search
from archive.clock import VIETNAM

router = APIRouter(tags=["documents"])


@router.get("/search", name="search.find")
def find(
    call: Called, q: Annotated[str, Query(min_length=1, max_length=500, pattern=r"^[^\x00]*$")],
    limit: Limit = 20, cursor: Cursor = None,
) -> Page[DocumentLine]:  # fmt: skip
    """Documents that have all words, exact spellings first, then the latest read. Filtered in the query itself."""
    limit = min(limit, call.office.settings.most_listed)
    after = ranked(cursor)
    today = call.at.astimezone(VIETNAM).date()
    with call.office.database.reading() as session:
        codes = {one.id: one.code for one in catalogue.agencies(session)}
        found = search.find(session, call.sight, q, None if after is None else search.Place(*after), limit)
        seen = [lists.document(session, call.sight, one) for one in found.documents]
        documents = [one for one in seen if one is not None]
        values = field_rows.read(session, [one.id for one in documents])
        rows = [
            DocumentLine(**line(one, values[one.id], codes[one.agency_id], today, call.sight))
            for one in documents
        ]
    goes_on = found.next
    return Page(rows=rows, next=None if goes_on is None else cursor_of(int(goes_on.exact), goes_on.seq))
