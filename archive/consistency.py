"""Do the tables say what the history says? The chain proves the history; this ties documents and entries to it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import catalogue, evidence
from archive.lifecycle import MOVES, Act, IllegalMove, Standing, State, move
from archive.tables import Document, Entry, Register

MOVING = {act.value for _, act in MOVES}


def disagreements(session: Session, document: Document) -> list[str]:
    """In what a document's row differs from its events, as codes with the two values; empty when in nothing."""
    state, standing = State.RECEIVED, Standing.VALID
    sealed = manifest = register = None
    renewals = []
    for event in catalogue.events(session, document.id):
        if event.act in MOVING:
            try:
                state = move(state, Act(event.act))
            except IllegalMove as illegal:
                return [f"EVENT_OUT_OF_ORDER: {illegal}"]
        if event.act == Act.REVOKE_RECORD:
            standing = Standing.REVOKED
        elif event.act == Act.REPLACE_RECORD:
            standing = Standing.REPLACED
        elif event.act == Act.SEAL:
            sealed = event.details.get("sealed")
        elif event.act == Act.HOLD:
            manifest, register = event.details.get("manifest"), event.details.get("register")
        elif event.act == Act.RENEW:
            renewals.append(tuple(event.details.get(name) for name in ("subject", "ordinal", "manifest")))
    found = [
        f"{name}: {kept}, history: {told}"
        for name, kept, told in (
            ("STATE_DIFFERS", document.state, state.value),
            ("STANDING_DIFFERS", document.standing, standing.value),
            ("SEALED_DIFFERS", document.sealed_sha256, sealed),
            ("MANIFEST_DIFFERS", document.manifest_sha256, manifest),
            ("ENTRY_DIFFERS", _entry(session, document) if register else None, register),
        )
        if kept != told
    ]
    rows = [
        (one.subject, one.ordinal, one.manifest_sha256) for one in evidence.of_document(session, document.id)
    ]
    if rows != sorted(renewals):
        found.append(f"EVIDENCE_DIFFERS: {rows}, history: {sorted(renewals)}")
    return found


def _entry(session: Session, document: Document) -> str | None:
    """Number and year of the document in the register of records."""
    row = session.execute(
        select(Entry.number, Register.year)
        .join(Register, Register.id == Entry.register_id)
        .where(Register.agency_id == document.agency_id, Register.kind == "records")
        .where(Entry.subject == document.id, Entry.state == "entered")
    ).one_or_none()
    return None if row is None else f"{row.number}/{row.year}"
