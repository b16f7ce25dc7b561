"""The tables. State lives here and in the store, nowhere else; only ``ledger`` and ``steps`` write state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware point in time, kept in UTC (SQLite has no time zones of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The one metadata of all tables."""

    type_annotation_map = {  # noqa: RUF012
        datetime: Instant, dict[str, Any]: JSON, list[float]: JSON, list[int]: JSON, list[dict[str, Any]]: JSON,
    }  # fmt: skip


class Agency(Base):
    """A body with its own registers and seal; ``code`` by QĐ 20/2020/QĐ-TTg."""

    __tablename__ = "agency"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(35), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime]
    # Head of the agency's history: guards against a cut tail and makes appending one row lock.
    last_event: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default="0" * 64)


class Batch(Base):
    """Files that came in together."""

    __tablename__ = "batch"
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    cover: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]


class Scan(Base):
    """A file as it came, by digest; its bytes are in the store untouched."""

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("agency_id", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(40))


class ScannedPage(Base):
    """One page of a scan, by its number in the file from 1: content, blank, separator or cover; ``document_id`` and
    ``page`` say where it went, null for sheets between documents. ``payload``: what a sheet's symbol holds."""

    __tablename__ = "scanned_page"
    __table_args__ = (
        Index("scanned_page_document", "document_id", "page"),
        Index("scanned_page_batch", "batch_id"),
    )
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    role: Mapped[str] = mapped_column(String(10))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    page: Mapped[int | None]
    payload: Mapped[str] = mapped_column(String(200), default="")


class Refusal(Base):
    """A file that was not taken, with its reason; its bytes are kept aside when ``sha256`` is set."""

    __tablename__ = "refusal"
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    path: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(40))
    vi: Mapped[str]
    en: Mapped[str]


class Document(Base):
    """One paper on its way to being a record. Digests name objects of the store."""

    __tablename__ = "document"
    __table_args__ = (
        Index("document_state", "agency_id", "state"),
        Index("document_sealed", "sealed_sha256"),
    )
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id"))
    scan_page: Mapped[int] = mapped_column(default=1, server_default="1")
    """With ``scan_id``: where the first page was scanned; no two documents begin at one place."""
    dossier: Mapped[str | None] = mapped_column(String(80))
    """Code on the cover sheet before it, as it was received."""
    head_pages: Mapped[list[int] | None]
    """Pages behind the first that open with a head of their own: each may be another document's first."""
    name: Mapped[str]
    form: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(12))
    signed_already: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    draft_sha256: Mapped[str | None] = mapped_column(String(64))
    mark_box: Mapped[list[float] | None]
    mark_method: Mapped[str | None] = mapped_column(String(8))
    """How the place of the agency's mark was found: "free" on the page or "band" beside it."""
    reading_sha256: Mapped[str | None] = mapped_column(String(64))
    corrected: Mapped[bool] = mapped_column(default=False)
    findings: Mapped[list[dict[str, Any]] | None]
    """What checks of the reading warn of; None until it was read."""
    sealed_sha256: Mapped[str | None] = mapped_column(String(64))
    report_sha256: Mapped[str | None] = mapped_column(String(64))
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))
    standing: Mapped[str] = mapped_column(String(10), default="valid")
    standing_since: Mapped[datetime | None]
    standing_reason: Mapped[str] = mapped_column(default="")


class Page(Base):
    """One page image of a document; ``turned`` is a hint, degrees clockwise. Once tried: failure or reading."""

    __tablename__ = "page"
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    dpi: Mapped[float]
    turned: Mapped[int] = mapped_column(default=0)
    text_sha256: Mapped[str | None] = mapped_column(String(64))
    """Text that the file brought along for the page, not yet believed (ADR 0020)."""
    reading_sha256: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[dict[str, Any] | None]


class FieldRow(Base):
    """One value of a document. Lists (recipients, legal bases) take one row a value, by ``position``."""

    __tablename__ = "field"
    __table_args__ = (
        Index(
            "field_holder", "value", sqlite_where=text("name IN ('holder_id', 'holder_tax_code')"),
            postgresql_where=text("name IN ('holder_id', 'holder_tax_code')"),
        ),
        Index(
            "field_code", "value", sqlite_where=text("name = 'code'"), postgresql_where=text("name = 'code'")
        ),
    )  # fmt: skip
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, default=0)
    value: Mapped[str]
    confidence: Mapped[float]
    page: Mapped[int | None]
    box: Mapped[list[float] | None]
    origin: Mapped[str] = mapped_column(String(10), default="read")
    """``read`` by the engine, ``by_hand`` where a pen wrote it and nobody read it yet, ``reviewer`` when a person
    set it, ``list`` when the office's own list did."""


class Step(Base):
    """Work that is due: outbox, lease, retry policy and work list in one (ADR 0003)."""

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("document_id", "name", "input"),
        Index("step_ripe", "state", "offer_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    name: Mapped[str] = mapped_column(String(20))
    input: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default="due")
    attempt: Mapped[int] = mapped_column(default=0)
    offer_at: Mapped[datetime]
    error: Mapped[dict[str, Any] | None]


class Event(Base):
    """One line of an agency's history; ``hash`` covers the line and the hash before it."""

    __tablename__ = "event"
    __table_args__ = (Index("event_subject", "subject"),)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(20))
    agent: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))


class Register(Base):
    """A book (sổ) of one agency, one kind and one year; ``last`` is the highest number given."""

    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("agency_id", "kind", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class Entry(Base):
    """A numbered line of a register. A number once given is never given again; a void one says why."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("register_id", "subject"),)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default="reserved")
    given_at: Mapped[datetime]
    void_reason: Mapped[str] = mapped_column(default="")
    volume: Mapped[int | None]
    """Of a register that is kept in volumes (quyển)."""


class Copy(Base):
    """A certified copy: asked for, granted or refused, issued. ``code`` opens its verification page."""

    __tablename__ = "copy"
    __table_args__ = (Index("copy_file", "file_sha256"),)
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    basis: Mapped[str] = mapped_column(String(10))
    recipient: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[str] = mapped_column(String(10))
    requested_at: Mapped[datetime]
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    number: Mapped[int | None]
    year: Mapped[int | None]
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    report_sha256: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[dict[str, Any] | None]
    extract: Mapped[dict[str, Any] | None]
    """Of a TRÍCH SAO: what it shows and hides, ``{"show": [...], "hide": [...]}`` (signing/selection.py); ``"wanted"``:
    what was asked for in words, the rest empty until an officer chose."""
