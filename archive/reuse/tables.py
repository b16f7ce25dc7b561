"""Tables of reuse: procedures and what they require, dossiers, consents, grants, uses, and asking again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables import Base


class Procedure(Base):
    """An administrative procedure (TTHC). ``agency`` is the competent one in words, as the list it came from has it;
    ``invented`` says what of it is not in ``source``: nothing, its code, its papers."""

    __tablename__ = "procedure"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    agency: Mapped[str]
    source: Mapped[str]
    invented: Mapped[str] = mapped_column(String(40))


class Requirement(Base):
    """A paper that a procedure requires, told by ``form`` and ``title``. Retired ones stay for what names them.

    ``result_of`` is the code of the procedure that gives this paper, empty when any paper of the form will do.
    ``basis`` is the legal act a copy must come from: ``register``, ``original`` or ``any``.
    """

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("procedure_id", "form", "title"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    position: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    result_of: Mapped[str] = mapped_column(String(40))
    quantity: Mapped[int]
    basis: Mapped[str] = mapped_column(String(10))
    mandatory: Mapped[bool]
    note: Mapped[str]
    retired: Mapped[bool] = mapped_column(default=False)


class Dossier(Base):
    """An application at an agency. ``code`` as the one-stop system gave it, ``key`` what it is found by.

    ``holder`` is a 12-digit personal number or a tax code."""

    __tablename__ = "dossier"
    __table_args__ = (
        Index("dossier_received", "agency_id", "received_at"),
        Index("dossier_holder", "holder"),
    )
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    code: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    holder: Mapped[str] = mapped_column(String(14))
    received_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(200))


class PaperHere(Base):
    """A required paper was here, usable, when the dossier was opened or later: what M-03 and M-04 are shares of."""

    __tablename__ = "paper_here"
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    found_at: Mapped[datetime]


class Consent(Base):
    """A holder lets an agency use their papers for one dossier, or for every dossier of the procedure ``purpose``."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_holder", "holder", "agency_id"),)
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    holder: Mapped[str] = mapped_column(String(14))
    dossier_id: Mapped[str | None] = mapped_column(ForeignKey("dossier.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime | None]


class Grant(Base):
    """An agency (``giver``) lets another (``taker``) find and use its papers: of ``form`` and for dossiers of
    ``procedure``, each empty for all, from ``starts_on`` to the last day ``ends_on``. ``basis`` is why, in words."""

    __tablename__ = "agency_grant"
    __table_args__ = (Index("agency_grant_taker", "taker_id"),)
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    form: Mapped[str] = mapped_column(String(40))
    procedure: Mapped[str] = mapped_column(String(40))
    basis: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]


class Use(Base):
    """A copy stood for a required paper of a dossier; recorded once for each of them."""

    __tablename__ = "paper_use"
    __table_args__ = (
        UniqueConstraint("dossier_id", "requirement_id"),
        Index("paper_use_document", "document_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    copy_id: Mapped[str] = mapped_column(ForeignKey("copy.id"), unique=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    used_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(200))


class Ask(Base):
    """Somebody asked the holder again for a paper that is here (V-27). ``suspicion`` of forgery alone allows it
    (NĐ 23/2015/NĐ-CP Đ.6); without, it was refused."""

    __tablename__ = "paper_ask"
    __table_args__ = (Index("paper_ask_dossier", "dossier_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    asked_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(200))
    suspicion: Mapped[str]
    refused: Mapped[bool]
