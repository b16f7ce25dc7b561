"""One of everything in agency A, for requests that have to be about something."""

from __future__ import annotations

import os
from dataclasses import dataclass

from api.rules import Role
from archive.lifecycle import State
from tests.api import desk as desks
from tests.api.desk import Desk, key


@dataclass(frozen=True)
class Things:
    """Objects of agency A that the requests are about."""

    read: str
    held: str
    copy: str
    batch: str
    account: str
    client: str
    register: int
    dossier: str
    requirement: int
    consent: str
    grant: str
    bound: str
    number: str
    answer: str


def things(desk: Desk) -> Things:
    held = desk.document()
    administrator = desk.staff(Role.ADMINISTRATOR)
    victim = {"login": f"v{os.urandom(4).hex()}", "name": "Vinh", "password": "x" * 12, "roles": ["capturer"]}
    account = administrator.post("/api/v1/accounts", json=victim, headers=key()).json()["id"]
    client = administrator.post("/api/v1/clients", json={"name": "Máy", "roles": ["system"]}, headers=key())
    batch = desk.staff(Role.CAPTURER).post("/api/v1/batches", json={}, headers=key()).json()["id"]
    copy = desk.copy(held)
    register = desk.staff(Role.ARCHIVIST).get("/api/v1/registers").json()["rows"][0]["id"]
    told = {"requester": "Bình", "about": "giấy cũ", "holder": desks.HOLDER_ID}
    answer = desk.staff(Role.COPY_OFFICER).post("/api/v1/registers/answers", json=told, headers=key()).json()
    return Things(
        desk.document(State.READ),
        held,
        copy,
        batch,
        account,
        client.json()["id"],
        register,
        *reuse(desk),
        answer["id"],
    )


def reuse(desk: Desk) -> tuple[str, int, str, str, str, str]:
    """A dossier with a copy bound to it, a consent and a grant."""
    number = desks.new_number()
    usable = desk.document(form=desks.FORM, holder=number)
    officer = desk.staff(Role.COPY_OFFICER)
    asked = {"code": desks.dossier_code(), "procedure": desks.PROCEDURE, "holder": number}
    dossier = officer.post("/api/v1/dossiers", json=asked, headers=key()).json()
    wanted = dossier["proposal"]["answers"][0]["requirement"]["id"]
    consent = officer.post("/api/v1/consents", json={"dossier": dossier["id"]}, headers=key()).json()["id"]
    copy = {"requirement": wanted, "document": usable, "basis": "register"}
    bound = officer.post(f"/api/v1/dossiers/{dossier['id']}/copies", json=copy, headers=key()).json()["id"]
    grant = {"to": desks.THIRD, "basis": "QĐ 2", "starts_on": "2099-01-01"}
    given = desk.staff(Role.ARCHIVIST).post("/api/v1/grants", json=grant, headers=key()).json()["id"]
    return dossier["id"], wanted, consent, given, bound, number
