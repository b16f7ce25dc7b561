"""Written answers: the register has no entry, or there is no register (NĐ 23/2015/NĐ-CP Đ.17; domain.md CC-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from archive import history
from archive.clock import VIETNAM
from archive.copy_rows import WrittenAnswer
from archive.errors import Problem
from archive.holders import holder as holder_of
from archive.identifiers import Entropy, new_id
from archive.lifecycle import Act
from archive.lists import Sight, behind
from archive.tables import Agency
from archive.written import MOST_NAME, MOST_REASON, check_lines


def no_entry(
    session: Session, agency: Agency, requester: str, about: str, agent: str, at: datetime, entropy: Entropy,
    holder: str | None = None,
) -> WrittenAnswer:  # fmt: skip
    """Answer that no register has what was asked for; kept in the history. ``holder``: the requester's personal number
    or tax code, under which they see the answer. Raises Problem ANSWER_ABOUT_WHAT, BAD_HOLDER, BAD_TEXT."""
    check_lines(MOST_NAME, requester=requester)
    check_lines(MOST_REASON, about=about)
    if not requester.strip() or not about.strip():
        raise Problem(
            "ANSWER_ABOUT_WHAT", "Nêu người yêu cầu và giấy tờ được hỏi", "Name the requester and the paper"
        )
    number = "" if holder is None else holder_of(holder).number
    day = at.astimezone(VIETNAM)
    text = (
        f"{agency.name}\nngày {day:%d} tháng {day:%m} năm {day:%Y}\n\n"
        f"Kính gửi: {requester.strip()}\n\n"
        f"Ông/bà yêu cầu cấp bản sao từ sổ gốc của: {about.strip()}.\n"
        f"Cơ quan đã tra cứu và không tìm thấy nội dung này trong sổ gốc đang lưu giữ, nên không cấp được bản sao "
        f"(Điều 17 Nghị định 23/2015/NĐ-CP)."
    )
    answer = WrittenAnswer(
        id=new_id("answer", entropy), agency_id=agency.id, requester=requester.strip(), holder=number,
        about=about.strip(), text=text, answered_at=at, agent=agent,
    )  # fmt: skip
    session.add(answer)
    told = {"requester": answer.requester, "about": answer.about, "text": text}
    history.append(session, agency.id, at, Act.ANSWER_NO_ENTRY, agent, answer.id, told)
    return answer


def one(session: Session, sight: Sight, answer_id: str) -> tuple[WrittenAnswer, Agency] | None:
    """The answer and whose it is, if it may be seen."""
    query = select(WrittenAnswer, Agency).join(Agency, Agency.id == WrittenAnswer.agency_id)
    row = session.execute(query.where(WrittenAnswer.id == answer_id, _visible(sight))).one_or_none()
    return None if row is None else (row[0], row[1])


def listed(
    session: Session, sight: Sight, after: tuple[datetime, str] | None, limit: int
) -> Sequence[tuple[WrittenAnswer, Agency]]:
    """Answers that may be seen and whose they are, newest first; ``after`` is (answered_at, id) of the last one."""
    query = (
        select(WrittenAnswer, Agency)
        .join(Agency, Agency.id == WrittenAnswer.agency_id)
        .where(_visible(sight))
    )
    if after is not None:
        query = query.where(behind(WrittenAnswer.answered_at, WrittenAnswer.id, after))
    query = query.order_by(WrittenAnswer.answered_at.desc(), WrittenAnswer.id.desc()).limit(limit)
    return [(row[0], row[1]) for row in session.execute(query)]


def _visible(sight: Sight) -> ColumnElement[bool]:
    """Those of the caller's agencies, and those given to the caller: under exactly their number."""
    ways = [WrittenAnswer.agency_id.in_(sight.agencies)] if sight.agencies else []
    own = [one for one in (sight.personal_id, sight.tax_code) if one]
    if own:
        ways.append(WrittenAnswer.holder.in_(own))
    return or_(*ways) if ways else false()
