"""``hoso review``, ``retry`` and ``revoke``: what people decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive import catalogue, fields, ledger, list_matches, steps
from archive.clock import Clock, system_clock
from archive.database import Database, open_database
from archive.errors import Problem
from archive.lifecycle import Act, State
from archive.settings import Settings
from workers.console import DONE, PARTLY, Console

NAME_CHARACTERS = 200


def review(
    out: Console, document_id: str | None, approve: bool, send_back: bool, approve_all: bool, min_confidence: float,
    changes: Sequence[str], reason: str, who: str,
) -> None:  # fmt: skip
    """One document approved or returned, or all that were read surely enough."""
    if approve + send_back + approve_all != 1 or approve_all != (document_id is None):
        raise Problem(
            "REVIEW_WHAT",
            "Nêu một hồ sơ với --approve hoặc --return, hoặc chỉ --approve-all",
            "Name one document with --approve or --return, or give --approve-all alone",
        )
    name_of(who)
    database = open_database(Settings().database)
    if approve_all:
        approved, held_back = approve_read(database, system_clock, who, min_confidence)
        out.answer(
            {"approved": approved, "held_back": held_back},
            lambda: (
                f"Duyệt {len(approved)}, giữ lại {len(held_back)} / {len(approved)} approved, "
                f"{len(held_back)} held back"
            ),
            PARTLY if held_back else DONE,
        )
    corrections = fields.corrections(parsed(changes))
    if send_back and corrections:
        raise Problem("RETURN_CHANGES", "Trả lại thì không sửa trường", "A returned document takes no values")
    with database.writing() as session:
        document = catalogue.document(session, document_id or "")
        if approve:
            ledger.approve(session, document, who, system_clock(), corrections, bulk=False)
        else:
            ledger.record(session, document, Act.RETURN, who, system_clock(), {"reason": reason})
        answer = {"id": document.id, "state": document.state}
    out.answer(answer, lambda: f"{answer['id']}: {answer['state']}")


def approve_read(
    database: Database, clock: Clock, who: str, min_confidence: float, only: set[str] | None = None
) -> tuple[list[str], list[dict[str, Any]]]:
    """Approve every read document that is sure enough; gives their ids and those held back with confidence.

    Recorded as what it is: an approval in bulk, with the threshold.
    """
    with database.reading() as session:
        undecided = list_matches.open_documents(
            session
        )  # whatever the threshold: nobody has said which line it is
        read = [
            (one.document.id, fields.confidence(one.fields), one.document.id in undecided)
            for one in catalogue.listing(session)
            if one.document.state == State.READ.value and (only is None or one.document.id in only)
        ]
    approved, held_back = [], []
    for document_id, confidence, choose in read:
        if choose or confidence < min_confidence:
            held_back.append({"id": document_id, "confidence": round(confidence, 3), "choose_line": choose})
            continue
        with database.writing() as session:
            document = catalogue.document(session, document_id)
            if document.state != State.READ.value:
                continue  # someone else was quicker
            ledger.approve(session, document, who, clock(), (), bulk=True, min_confidence=min_confidence)
        approved.append(document_id)
    return approved, held_back


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
