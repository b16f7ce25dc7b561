"""Checked files become documents: what is split where is recorded, inside the one transaction of a batch."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from archive import codes, history, ledger, scans
from archive.clock import VIETNAM
from archive.errors import Problem
from archive.identifiers import Entropy, new_id
from archive.roles import Role
from archive.scans import Account
from archive.tables import Agency
from ingest.gather import Gathered
from ingest.refusals import warning
from ingest.splitting import File, Part, Sheet, split


@dataclass(frozen=True)
class Outcome:
    """What became of one file: the documents its pages are in, or a refusal. A separator sheet alone is in none.

    ``duplicate``: it came in before, and these are its documents. ``pages``: what its pages are, when it is new.
    """

    path: str
    documents: tuple[str, ...] = ()
    duplicate: bool = False
    refusal: Problem | None = None
    warnings: tuple[Problem, ...] = ()
    pages: Account | None = None

    @property
    def document(self) -> str | None:
        """The first of its documents."""
        return self.documents[0] if self.documents else None


@dataclass(frozen=True)
class Found:
    """What a good file holds, page by page. Pages of documents have their images in the store; sheets need none."""

    scan: scans.NewScan
    pages: tuple[ledger.NewPage, ...]
    whole: bool
    signed_already: bool
    capture: dict[str, Any] | None = None
    """Who captured the paper and when, where an officer did (``inspection.Captured``)."""


@dataclass
class Checked:
    """One file of a batch after the look at it: ``found`` in it, ``known`` from before, or refused."""

    file: Gathered
    sha256: str | None = None
    found: Found | None = None
    known: scans.Known | None = None
    refusal: Problem | None = None
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Batch:
    """What all documents of a batch have in common."""

    id: str
    agency: Agency
    form: str
    agent: str
    at: datetime
    entropy: Entropy


def take(session: Session, batch: Batch, checked: Sequence[Checked]) -> tuple[Outcome, ...]:
    """Record files, documents and refusals; an outcome for each file, in order."""
    history.head(session, batch.agency.id)
    files = [_file(session, batch, one) for one in checked]
    documents: dict[int, list[str]] = defaultdict(list)
    notes: dict[int, list[Problem]] = defaultdict(list)
    for part in split(files):
        new = _document(batch, checked, files, part)
        document, _ = ledger.receive(session, batch.agency, batch.id, new, batch.agent, batch.at)
        told = _notes(part, batch.at)
        for index in dict.fromkeys(file for file, _ in part.pages):
            documents[index].append(document)
            notes[index] += told
    return tuple(
        _outcome(session, batch, one, tuple(documents[index]), tuple(notes[index]))
        for index, one in enumerate(checked)
    )


def _file(session: Session, batch: Batch, one: Checked) -> File:
    """Record a new file; what any file means for the splitting."""
    folder = posixpath.dirname(one.file.name)
    known = one.known
    if one.found is not None:
        # Others may have handed the same bytes in since the look, or this batch holds them twice.
        known = scans.known(session, batch.agency.id, one.found.scan.sha256)
        if known is None:
            scans.add(session, batch.agency.id, batch.id, one.found.scan)
            return File(folder, tuple(Sheet(*page) for page in one.found.scan.pages), one.found.whole)
        one.found, one.known = None, known
    if known is None:
        return File(folder, (), lost=True)
    if known.role.parts:
        return File(folder, (Sheet(known.role, known.payload),))
    return File(folder, (), lost=bool(known.documents))


def _document(
    batch: Batch, checked: Sequence[Checked], files: Sequence[File], part: Part
) -> ledger.NewDocument:
    pages = []
    for index, number in part.pages:
        found = checked[index].found
        if found is None:
            raise ValueError(f"{checked[index].file.name} is not new")
        pages.append(replace(found.pages[number], scan_sha256=found.scan.sha256, scan_page=number + 1))
    first = checked[part.pages[0][0]].found
    if first is None:
        raise ValueError("a document without a first page")
    return ledger.NewDocument(
        id=new_id("doc", batch.entropy),
        name=_name(checked, files, part),
        form=batch.form,
        scan_sha256=first.scan.sha256,
        scan_size=first.scan.size,
        media_type=first.scan.media_type,
        signed_already=first.signed_already,
        pages=tuple(pages),
        dossier=part.dossier,
        capture=first.capture,
    )


def _name(checked: Sequence[Checked], files: Sequence[File], part: Part) -> str:
    """The file's name; of a part of it with the pages (``lô 1.pdf (4-6)``), of joined pictures with how many more."""
    index, first = part.pages[0]
    name = checked[index].file.name
    last = part.pages[-1]
    if last[0] != index:
        return f"{name} (+{len(part.pages) - 1})"
    if len(part.pages) == len(files[index].sheets):
        return name
    return f"{name} ({first + 1})" if last[1] == first else f"{name} ({first + 1}-{last[1] + 1})"


def _notes(part: Part, at: datetime) -> list[Problem]:
    """Warnings that concern one document."""
    notes = [warning("PAGE_MAY_BE_MISSING")] if part.gap else []
    if part.dossier:
        try:
            codes.dossier(part.dossier, at.astimezone(VIETNAM).date())  # V-19
        except Problem:
            notes.append(warning("BAD_DOSSIER_DATE", part.dossier))
    return notes


def _outcome(
    session: Session, batch: Batch, one: Checked, documents: tuple[str, ...], notes: tuple[Problem, ...]
) -> Outcome:
    name = one.file.name
    if one.refusal is not None:
        ledger.refuse(
            session, batch.agency, batch.id, name, one.sha256, one.refusal, batch.agent, batch.at
        )  # fmt: skip
        return Outcome(name, refusal=one.refusal)
    if one.found is None:
        known = scans.known(session, batch.agency.id, one.sha256 or "")
        return Outcome(name, known.documents if known else (), duplicate=True)
    roles = [role for role, _ in one.found.scan.pages]
    count = Account(
        roles.count(Role.CONTENT),
        roles.count(Role.BLANK),
        roles.count(Role.SEPARATOR) + roles.count(Role.COVER),
    )
    return Outcome(name, documents, warnings=(*one.warnings, *_unused(roles), *notes), pages=count)


def _unused(roles: Sequence[Role]) -> list[Problem]:
    """A sheet has one back; two and more blank pages between sheets are told, for faint ones may be among them."""
    found, behind = [], None
    for number, role in enumerate([*roles, Role.SEPARATOR], 1):
        if role.parts:
            if behind is not None and number - behind > 2:
                found.append(warning("ONLY_BLANK_PAGES", f"{behind + 1}-{number - 1}"))
            behind = number
        elif role is Role.CONTENT:
            behind = None
    return found
