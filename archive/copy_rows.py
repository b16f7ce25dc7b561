"""Tables of copying as a legal act: who asked and when it is due, limits of use, uses, volumes, written answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables import Base


class CopyRequest(Base):
    """What a copy was asked for with, how it was decided, and what it is bound to; one to a copy.

    ``fee`` in đồng, ``pages`` of the original. ``valid_until``: the last day counts. ``original_version``: which
    version of the archive's object was copied (S3 version, otherwise the digest of the holding's manifest).
    """

    __tablename__ = "copy_request"
    copy_id: Mapped[str] = mapped_column(ForeignKey("copy.id"), primary_key=True)
    # who asks (NĐ 23/2015/NĐ-CP Đ.16)
    capacity: Mapped[str] = mapped_column(String(14))
    requester: Mapped[str]
    identity: Mapped[str] = mapped_column(default="")
    power: Mapped[str] = mapped_column(default="")
    relation: Mapped[str] = mapped_column(String(10), default="")
    relation_proof: Mapped[str] = mapped_column(default="")
    death_proof: Mapped[str] = mapped_column(default="")
    # until when, for how much
    quantity: Mapped[int] = mapped_column(default=1)
    pages: Mapped[int]
    fee: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
    slip: Mapped[bool] = mapped_column(default=False)
    extended_days: Mapped[int] = mapped_column(default=0)
    agreement: Mapped[str] = mapped_column(default="")
    # what the officer found (Đ.22)
    presented_on: Mapped[date | None]
    wanted_anyway: Mapped[str] = mapped_column(default="")
    grounds: Mapped[list[str]] = mapped_column(JSON, default=list)
    certifier: Mapped[str] = mapped_column(default="")
    certifier_title: Mapped[str] = mapped_column(default="")
    granted_at: Mapped[datetime | None]
    volume: Mapped[int | None]
    printed: Mapped[str] = mapped_column(String(80), default="")
    # what it is bound to, and how far it reaches
    original_sha256: Mapped[str | None] = mapped_column(String(64))
    original_version: Mapped[str] = mapped_column(String(200), default="")
    valid_until: Mapped[date | None]
    most_uses: Mapped[int | None]
    only_recipient: Mapped[bool] = mapped_column(default=False)
    only_purpose: Mapped[bool] = mapped_column(default=False)
    organisation: Mapped[bool] = mapped_column(default=False)
    """Whether the recipient is an organisation, whose name verification may show."""


class CopyUse(Base):
    """Somebody relied on a copy and said so: ``who`` did, ``agent`` recorded it, ``key`` makes it once."""

    __tablename__ = "copy_use"
    __table_args__ = (UniqueConstraint("copy_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    copy_id: Mapped[str] = mapped_column(ForeignKey("copy.id"))
    key: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(200), default="")
    agent: Mapped[str] = mapped_column(String(200))


class Volume(Base):
    """A bound volume (quyển) of a register; one is open at a time, and volumes run on across years."""

    __tablename__ = "volume"
    __table_args__ = (UniqueConstraint("agency_id", "kind", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(200), default="")


class WrittenAnswer(Base):
    """The register has no entry, said in writing to who asked. ``holder``: their personal number or tax code, under
    which they find it themselves; empty when they gave none."""

    __tablename__ = "written_answer"
    __table_args__ = (
        Index("written_answer_agency", "agency_id", "answered_at"),
        Index("written_answer_holder", "holder", "answered_at"),
    )
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    requester: Mapped[str]
    holder: Mapped[str] = mapped_column(String(20), default="")
    about: Mapped[str]
    text: Mapped[str]
    answered_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(200))
