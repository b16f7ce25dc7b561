"""``hoso copy``: a certified copy, asked for and issued in one go."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import select

from archive import catalogue, copies, evidence, steps
from archive.clock import VIETNAM
from archive.copies import CopyBasis
from archive.copy_rows import CopyRequest
from archive.copy_rules import PLAIN, Certification, Wish
from archive.errors import Problem
from archive.lifecycle import CopyState
from archive.settings import Settings
from archive.store import HOLDINGS, WORK
from archive.tables import Agency, Copy, Step
from signing.selection import BadSelection, parse
from workers.commands.looking import copy_as_dict
from workers.commands.reviewing import name_of
from workers.console import DONE, PARTLY, Console
from workers.jobs import EXTRACTS, KEYS, SEALS
from workers.steps import STEPS
from workers.worker import run_step
from workers.workshop import Workshop, open_workshop

PAUSE_SECONDS = 0.2


def copy(
    out: Console, document_id: str, basis: str, recipient: str, purpose: str, file: Path | None, who: str,
    certifier_title: str = "", wanted_anyway: str = "", show: Sequence[str] = (), hide: Sequence[str] = (),
) -> None:  # fmt: skip
    """Issue a copy and write it to ``file``. ``certifier_title`` says that the paper original was compared by ``who``,
    who holds this office; ``show`` and ``hide`` what an extract is of."""
    name_of(who)
    if not recipient.strip() or not purpose.strip():
        raise Problem(
            "COPY_FOR_WHAT",
            "Nêu người nhận (--for) và mục đích (--purpose)",
            "Say for whom and for what purpose",
        )
    shop = open_workshop(Settings(), out.notice, preload=(SEALS,))
    if file is not None:
        _writable(file)
    found = None
    if CopyBasis(basis) is CopyBasis.ORIGINAL:
        today = shop.clock().astimezone(VIETNAM).date()
        found = Certification(today if certifier_title else None, who, certifier_title)
        if certifier_title and who.strip():
            with shop.database.reading() as session:
                document = catalogue.document(session, document_id)
                agency = session.get_one(Agency, document.agency_id)
            may_certify(shop, agency, who)
    wish = Wish(wanted_anyway=wanted_anyway)
    extract = (
        chosen(shop, document_id, show, hide) if basis == CopyBasis.EXTRACT.value or show or hide else None
    )
    made = issue(
        shop, document_id, CopyBasis(basis), recipient, purpose, who, None, wish, found, extract=extract
    )
    handed_over(out, shop, made, file)


def handed_over(out: Console, shop: Workshop, made: Copy, file: Path | None) -> None:
    """Write the issued copy and tell about it, or why there is none."""
    with shop.database.reading() as session:
        answer = copy_as_dict(made, shop.settings, session.get(CopyRequest, made.id))
        held_up = steps.parked_with(session, "issue", made.id)
    if made.file_sha256 is None:
        why = made.reason or held_up or {"code": "?", "vi": "?", "en": "?"}
        answer["file"], answer["reason"] = None, why
        out.notice(f"{why['code']}: {why['vi']} / {why['en']}")
        became = "TỪ CHỐI / refused" if made.reason else "CHỜ, giữ số / waits, keeps its number"
        out.answer(answer, lambda: f"{became}: {why['code']}: {why['vi']}", PARTLY)
        return
    target = file or shop.settings.home / "copies" / f"{made.id}.pdf"
    try:
        write_out(shop, made.file_sha256, target, WORK, made.id)
    except OSError as error:
        # The copy is a legal act and stands; only this file of it is missing. Its number must reach the caller.
        answer["file"], answer["kept"] = None, str(shop.store.path(WORK, made.file_sha256))
        out.notice(f"COPY_NOT_WRITTEN: {error}")
        out.answer(answer, lambda: f"{answer['number']} {answer['code']}: {answer['kept']}", PARTLY)
    answer["file"] = str(target.resolve())
    out.answer(
        answer,
        lambda: (
            f"Bản sao số / copy {answer['number']}\nMã / code {answer['code']}\n{answer['url']}\n{answer['file']}"
        ),
        DONE,
    )


def may_certify(shop: Workshop, agency: Agency, certifier: str) -> None:
    """See that who certifies can sign in person, before a number is taken. Raises Problem NO_OFFICER_KEY, …"""
    name = " ".join(certifier.split())
    shop.children.run(
        shop.settings.file_seconds, KEYS, "enrol", shop.settings.keys, agency.code, agency.name, name,
        shop.clock(),
    )  # fmt: skip


def chosen(shop: Workshop, document_id: str, show: Sequence[str], hide: Sequence[str]) -> dict[str, Any]:
    """What an extract shows and hides, as it is kept. Raises Problem: nothing of it can be shown so."""
    with shop.database.reading() as session:
        document = catalogue.document(session, document_id)
        pages = len(catalogue.pages(session, document.id))
    try:
        parse(show, hide, pages)
    except BadSelection as error:
        raise Problem(error.code, error.vi, error.en) from error
    if document.sealed_sha256 is not None:
        sealed = shop.store.path(HOLDINGS, document.sealed_sha256)
        shop.children.run(shop.settings.file_seconds, EXTRACTS, "check_parts", sealed, show, hide)
    return {"show": list(show), "hide": list(hide)}


def _writable(target: Path) -> None:
    """Refuse a place that cannot be written before anything is issued. Raises Problem OUT_NOT_WRITABLE."""
    try:
        if target.is_dir():
            raise IsADirectoryError("is a folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        why = error.strerror or error
        raise Problem(
            "OUT_NOT_WRITABLE", f"Không ghi được {target}: {why}", f"Cannot write {target}: {why}"
        ) from error


def issue(
    shop: Workshop,
    document_id: str,
    basis: CopyBasis,
    recipient: str,
    purpose: str,
    who: str,
    key: str | None,
    wish: Wish = PLAIN,
    found: Certification | None = None,
    extract: dict[str, Any] | None = None,
) -> Copy:
    """Ask for a copy and see it through; a copy with this ``key`` that exists is given again."""
    with shop.database.writing() as session:
        document = catalogue.document(session, document_id)
        asked = copies.request(
            session,
            document,
            basis,
            recipient,
            purpose,
            who,
            shop.clock(),
            shop.entropy,
            key,
            wish,
            found,
            shop.law,
            extract,
        )
        copy_id = asked.id
    return see_through(shop, copy_id)


def see_through(shop: Workshop, copy_id: str) -> Copy:
    """Run the copy's step here, or wait for the worker that has it: until it is issued, refused or left to a person."""
    while True:
        with shop.database.reading() as session:
            copy = session.get_one(Copy, copy_id)
            step = session.scalars(
                select(Step).where(Step.name == "issue", Step.input == copy_id)
            ).one_or_none()
        if copy.state != CopyState.GRANTED.value or step is None or step.state == steps.PARKED:
            return copy
        if run_step(shop, STEPS, step.id) is None:
            time.sleep(PAUSE_SECONDS)


def write_out(shop: Workshop, sha256: str, target: Path, area: str = WORK, subject: str = "") -> None:
    """A copy of a kept object for people, with the newest evidence of the document or copy that it is the file of;
    written whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with shop.database.reading() as session:
        whole = evidence.newest(session, subject, area, sha256)
    temporary = target.with_name(target.name + ".part")
    evidence.assemble(shop.store, whole, temporary).replace(target)
