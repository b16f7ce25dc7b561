"""Uses of copies: looking at a copy costs nothing; a use counts when who relies on it says so.

A copy may be limited to its recipient, its purpose, a last day and a number of uses; all four are enforced here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import history, standings
from archive.copy_rows import CopyRequest, CopyUse
from archive.errors import Problem
from archive.folding import fold
from archive.lifecycle import Act, CopyState, Standing
from archive.standings import Stands, Uses
from archive.tables import Copy, Document


def record(
    session: Session, copy: Copy, document: Document, who: str, purpose: str, agent: str, at: datetime, key: str,
    note: bool = True,
) -> tuple[CopyUse, Uses]:  # fmt: skip
    """Record that ``who`` relied on the copy for ``purpose``; the same ``key`` again is the same use.
    ``note``: write the event; who calls writes one of their own otherwise.

    Raises Problem COPY_NOT_ISSUED, COPY_REVOKED, COPY_REPLACED, COPY_EXPIRED, COPY_USED_UP, RECORD_… (the record
    behind it lost its force), COPY_OTHER_RECIPIENT, COPY_OTHER_PURPOSE, USED_BY_WHOM.
    """
    history.head(session, document.agency_id)  # of two at the last use, one is the first
    session.refresh(copy)
    asked = session.get(CopyRequest, copy.id)
    most = None if asked is None else asked.most_uses
    known = session.scalars(
        select(CopyUse).where(CopyUse.copy_id == copy.id, CopyUse.key == key)
    ).one_or_none()
    if known is not None:
        return known, standings.of_uses(session, copy.id, most)
    if not who.strip():
        raise Problem("USED_BY_WHOM", "Nêu tên cơ quan, tổ chức dùng bản sao", "Say who relies on the copy")
    refused = why_not_used(session, copy, document, at) or _not_for(copy, asked, who, purpose)
    if refused is not None:
        raise refused
    done = CopyUse(
        copy_id=copy.id,
        key=key,
        used_at=at,
        who=who.strip()[:200],
        purpose=purpose.strip()[:200],
        agent=agent,
    )
    session.add(done)
    session.flush()
    if note:
        told = {"copy": copy.id, "who": done.who, "purpose": done.purpose}
        history.append(session, document.agency_id, at, Act.USE_COPY, agent, document.id, told)
    return done, standings.of_uses(session, copy.id, most)


def why_not_used(session: Session, copy: Copy, document: Document, at: datetime) -> Problem | None:
    """Why the copy cannot be relied on now, or None: what verification says of it."""
    if copy.state in (CopyState.REQUESTED.value, CopyState.GRANTED.value, CopyState.REFUSED.value):
        return Problem(
            "COPY_NOT_ISSUED",
            f"Bản sao {copy.id} chưa được cấp hoặc không còn giá trị ({copy.state})",
            f"Copy {copy.id} is not issued, or does not count any more ({copy.state})",
        )
    now = standings.of_copy(session, copy, document, at)
    return None if now.standing is Standing.VALID else _fallen(now)


def _fallen(now: Stands) -> Problem:
    what = {
        "copy": ("Bản sao", "The copy"),
        "record": ("Giấy tờ gốc của bản sao", "The record behind the copy"),
    }
    words = {
        Standing.REVOKED: ("đã bị thu hồi", "was revoked"), Standing.REPLACED: ("đã được thay thế", "was replaced"),
        Standing.EXPIRED: ("đã hết hạn", "has expired"), Standing.DISPUTED: ("đang tranh chấp", "is disputed"),
        Standing.USED_UP: ("đã dùng hết số lần", "is used up"),
    }[now.standing]  # fmt: skip
    vi, en = what[now.which]
    return Problem(
        f"{now.which.upper()}_{now.standing.name}",
        f"{vi} {words[0]}. {now.vi}".strip(),
        f"{en} {words[1]}. {now.en}".strip(),
    )


def _not_for(copy: Copy, asked: CopyRequest | None, who: str, purpose: str) -> Problem | None:
    if asked is None:
        return None
    if asked.only_recipient and fold(who) != fold(copy.recipient):
        return Problem(
            "COPY_OTHER_RECIPIENT",
            "Bản sao này chỉ cấp cho nơi nhận khác",
            "This copy was made for another recipient only",
        )
    if asked.only_purpose and fold(purpose) != fold(copy.purpose):
        return Problem(
            "COPY_OTHER_PURPOSE",
            f"Bản sao này chỉ dùng cho mục đích: {copy.purpose}",
            f"This copy is good for one purpose only: {copy.purpose}",
        )
    return None
