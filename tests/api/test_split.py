"""Splitting over the API: only who saw the document as it is, never who scanned it approving what came of it."""

from __future__ import annotations

import os

from api.rules import Role
from archive import ledger
from archive.identifiers import new_id
from archive.ledger import Act, NewDocument, NewPage
from archive.store import WORK
from archive.tables import Agency, Document
from tests import world
from tests.api.desk import A, Desk, png


def two_pages(desk: Desk, agent: str = world.CLERK) -> str:
    """A read document of two pages, the second with a head of its own."""
    images = [desk.store.put(WORK, png(40 + n) + os.urandom(4)) for n in range(2)]
    pages = tuple(NewPage(image, 826, 1170, 200.0, 0) for image in images)
    scan = world.digest(os.urandom(4).hex())
    new = NewDocument(
        new_id("doc", os.urandom), "lô.tif", "", scan, 9, "image/tiff", False, pages, "H40.115.01-260105-0001"
    )
    with desk.database.writing() as session:
        agency = session.get_one(Agency, desk.agencies[A])
        ledger.receive(session, agency, world.a_batch(session, agency), new, agent, desk.now())
        document = session.get_one(Document, new.id)
        ledger.record(session, document, Act.READ, "hoso worker", desk.now(), {}, head_pages=[2])
    return new.id


def test_a_reviewer_splits_what_they_saw(desk: Desk) -> None:
    document, reviewer = two_pages(desk), desk.staff(Role.REVIEWER)
    path = f"/api/v1/documents/{document}"
    seen = reviewer.get(path)
    body = seen.json()
    assert (body["head_pages"], body["dossier"]) == ([2], "H40.115.01-260105-0001")
    assert body["scanned"] == {"scanned": 2, "content": 2, "blank": 0, "separator": 0}
    assert [page["role"] for page in body["pages"]] == ["content", "content"]
    assert reviewer.post(f"{path}/split", json={"page": 2}).status_code == 428
    old = reviewer.post(f"{path}/split", json={"page": 2}, headers={"If-Match": '"1-old"'})
    assert (old.status_code, old.json()["code"]) == (412, "CHANGED")
    match = {"If-Match": seen.headers["etag"]}
    none = reviewer.post(f"{path}/split", json={"page": 3}, headers=match)
    assert (none.status_code, none.json()["code"]) == (422, "BAD_SPLIT_PAGE")
    done = reviewer.post(f"{path}/split", json={"page": 2}, headers=match)
    assert (done.status_code, done.json()["state"], len(done.json()["pages"])) == (200, "RECEIVED", 1)
    event = reviewer.get(f"{path}/events").json()["rows"][-1]
    new = reviewer.get(f"/api/v1/documents/{event['details']['into']}").json()
    assert (new["state"], new["scanned"]["scanned"], len(new["pages"])) == ("RECEIVED", 2, 1)
    again = reviewer.post(f"{path}/split", json={"page": 2}, headers={"If-Match": done.headers["etag"]})
    assert again.status_code in (409, 422)


def test_the_station_shows_where_and_splits_there(desk: Desk) -> None:
    document, reviewer = two_pages(desk), desk.staff(Role.REVIEWER)
    html = reviewer.get(f"/station/{document}").text
    assert 'name="split" value="2" id="split"' in html and "H40.115.01-260105-0001" in html
    etag = reviewer.get(f"/api/v1/documents/{document}").headers["etag"]
    wrong = reviewer.post(f"/station/{document}", data={"split": "7", "etag": etag, "f.number": "12"})
    assert wrong.status_code == 422 and "BAD_SPLIT_PAGE" in wrong.text and 'value="12"' in wrong.text
    done = reviewer.post(f"/station/{document}", data={"split": "2", "etag": etag}, follow_redirects=False)
    assert done.status_code == 303
    assert reviewer.get(f"/api/v1/documents/{document}").json()["state"] == "RECEIVED"
