"""``hoso review``, ``retry`` and ``revoke``: what people decide."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from archive import catalogue, fields, ledger, list_matches, parting, steps
from archive.clock import Clock, system_clock
from archive.database import Database, open_database
from archive.errors import Problem
from archive.lifecycle import Act, State
from archive.settings import Settings
from ocr.forms import forms_in
from workers.console import DONE, PARTLY, Console

NAME_CHARACTERS = 200


def review(
    out: Console, document_id: str | None, approve: bool, send_back: bool, approve_all: bool, split_at: int | None,
    min_confidence: float, with_warnings: bool, changes: Sequence[str], reason: str, who: str,
) -> None:  # fmt: skip
    """One document approved, returned or split, or all approved that were read surely enough."""
    if approve + send_back + approve_all + (split_at is not None) != 1 or approve_all != (
        document_id is None
    ):
        raise Problem(
            "REVIEW_WHAT",
            "Nêu một hồ sơ với --approve, --return hoặc --split, hoặc chỉ --approve-all",
            "Name one document with --approve, --return or --split, or give --approve-all alone",
        )
    name_of(who)
    settings = Settings()
    database = open_database(settings.database)
    if approve_all:
        approved, held_back = approve_read(
            database, system_clock, who, min_confidence, with_warnings=with_warnings
        )
        out.answer(
            {"approved": approved, "held_back": held_back},
            lambda: (
                f"Duyệt {len(approved)}, giữ lại {len(held_back)} / {len(approved)} approved, "
                f"{len(held_back)} held back" + "".join(f"\n{why_held_back(one)}" for one in held_back)
            ),
            PARTLY if held_back else DONE,
        )
    changed = parsed(changes)
    if not approve and changed:
        raise Problem(
            "RETURN_CHANGES",
            "Trả lại hoặc tách thì không sửa trường",
            "A document that is returned or split takes no values",
        )
    answer: dict[str, str] = {}
    with database.writing() as session:
        document = catalogue.document(session, document_id or "")
        if approve:
            own = forms_in(settings.forms).of_code(document.form).fields
            corrections = fields.corrections(changed, {one.name: one.grammar for one in own})
            ledger.approve(session, document, who, system_clock(), corrections, bulk=False)
        elif split_at is not None:
            new = parting.split(session, document, split_at, who, system_clock(), os.urandom)
            answer |= {"new": new.id}
        else:
            ledger.record(session, document, Act.RETURN, who, system_clock(), {"reason": reason})
        answer |= {"id": document.id, "state": document.state}
    out.answer(
        answer,
        lambda: f"{answer['id']}: {answer['state']}" + (f" + {answer['new']}" if "new" in answer else ""),
    )


def approve_read(
    database: Database,
    clock: Clock,
    who: str,
    min_confidence: float,
    only: set[str] | None = None,
    *,
    with_warnings: bool = False,
) -> tuple[list[str], list[dict[str, Any]]]:
    """Approve every read document that is sure enough and of which no check warns; gives their ids and those held back
    with the reasons. ``with_warnings``: those too of which checks warn. Whatever the threshold, a person has to look at
    one that may be two documents, at one that may be several lines of its list, and at what a pen wrote.

    Recorded as what it is: an approval in bulk, with the threshold.
    """
    with database.reading() as session:
        undecided = list_matches.open_documents(session)
        read: list[dict[str, Any]] = [
            {
                "id": one.document.id,
                "confidence": fields.confidence(one.fields),
                "warnings": sorted({finding["code"] for finding in one.document.findings or ()}),
                "head_pages": one.document.head_pages or [],
                "choose_line": one.document.id in undecided,
                "by_hand": [name for name, value in one.fields.items() if value.origin == fields.BY_HAND],
            }
            for one in catalogue.listing(session)
            if one.document.state == State.READ.value and (only is None or one.document.id in only)
        ]
    approved: list[str] = []
    held_back: list[dict[str, Any]] = []
    for one in read:
        document_id = one["id"]
        asks = one["head_pages"] or one["choose_line"] or one["by_hand"]
        if asks or one["confidence"] < min_confidence or (one["warnings"] and not with_warnings):
            held_back.append({**one, "confidence": round(one["confidence"], 3)})
            continue
        with database.writing() as session:
            document = catalogue.document(session, document_id)
            if document.state != State.READ.value:
                continue  # someone else was quicker
            ledger.approve(session, document, who, clock(), (), bulk=True, min_confidence=min_confidence)
        approved.append(document_id)
    return approved, held_back


def why_held_back(one: dict[str, Any]) -> str:
    """One line for people: how sure the reading is, and what a person has to look at."""
    why = [f"{one['confidence']:.2f}"]
    if one["warnings"]:
        why.append(f"cảnh báo / warnings {', '.join(one['warnings'])}")
    if one["by_hand"]:
        why.append(f"viết tay / by hand {', '.join(one['by_hand'])}")
    if one["head_pages"]:
        why.append(f"có thể tách ở trang / may be split at page {', '.join(map(str, one['head_pages']))}")
    if one["choose_line"]:
        why.append("cần chọn dòng của bản kê / a line of the list is to be chosen")
    return f"giữ lại / held back {one['id']}: {'; '.join(why)}"


def retry(out: Console, document_id: str, who: str) -> None:
    """Parked steps are due again."""
    name_of(who)
    database = open_database(Settings().database)
    with database.writing() as session:
        document = catalogue.document(session, document_id)
        names = steps.try_again(session, document_id, system_clock())
        if names:
            ledger.note(session, document, Act.RETRY, who, system_clock(), {"steps": names})
    if not names:
        raise Problem(
            "NOTHING_PARKED", f"Hồ sơ {document_id} không có bước nào chờ", f"{document_id}: nothing parked"
        )
    out.answer({"id": document_id, "steps": names}, lambda: f"{document_id}: {', '.join(names)}")


def revoke(out: Console, document_id: str, reason: str, who: str) -> None:
    """A held record loses its force."""
    name_of(who)
    if not reason.strip():
        raise Problem("REASON_MISSING", "Phải nêu lý do thu hồi", "Say why it is revoked")
    database = open_database(Settings().database)
    with database.writing() as session:
        document = catalogue.document(session, document_id)
        ledger.revoke(session, document, who, system_clock(), reason)
        answer = {"id": document.id, "state": document.state, "standing": document.standing}
    out.answer(answer, lambda: f"{answer['id']}: {answer['standing']}")


def parsed(changes: Sequence[str]) -> dict[str, str]:
    """``field=value`` texts as a mapping; a list takes several. Nothing after the sign strikes a value out.

    Raises Problem BAD_CHANGE.
    """
    found: dict[str, str] = {}
    for change in changes:
        name, equals, value = (part.strip() for part in change.partition("="))
        if not equals or (name in found and name not in fields.LISTS):
            raise Problem(
                "BAD_CHANGE", f"Viết --set trường=giá_trị: «{change}»", f"Write --set field=value: {change!r}"
            )
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found


def name_of(who: str) -> str:
    """A person acts in their own name. Raises Problem WHO_MISSING, WHO_TOO_LONG."""
    if not who.strip():
        raise Problem("WHO_MISSING", "Nêu người thực hiện: --as TÊN", "Say who does it: --as NAME")
    if len(who) > NAME_CHARACTERS:
        raise Problem(
            "WHO_TOO_LONG",
            f"Tên người thực hiện có tối đa {NAME_CHARACTERS} ký tự",
            f"The name of who does it has at most {NAME_CHARACTERS} characters",
        )
    return who
