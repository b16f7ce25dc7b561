"""What recurs: of many services that could do it, one does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.tables import Base


class Chore(Base):
    """Something that recurs: whoever moves ``look_at`` on does it, of however many services."""

    __tablename__ = "chore"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    look_at: Mapped[datetime]


def come_back(session: Session, name: str, look_at: datetime) -> None:
    """Set when a chore that was taken is to be taken again."""
    session.execute(update(Chore).where(Chore.name == name).values(look_at=look_at))


def take(session: Session, name: str, at: datetime, again: datetime) -> bool:
    """Take the chore if it is time, to come again at ``again``; False: it is not, or somebody else took it."""
    moved = session.execute(
        update(Chore)
        # later than it would come again: written by a machine whose clock was ahead, perhaps by years
        .where(Chore.name == name, or_(Chore.look_at <= at, Chore.look_at > again))
        .values(look_at=again)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 1:  # type: ignore[attr-defined]
        return True
    if session.get(Chore, name) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Chore(name=name, look_at=again))
    except IntegrityError:  # somebody else was first
        return False
    return True
