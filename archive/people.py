"""Who may call: accounts, their roles, sessions, other systems, and what each of them has read.

Passwords are kept as argon2id; secrets that we drew ourselves (256 bits) as SHA-256, for nobody can guess them.
Nothing here is ever deleted while a history names it: an account is disabled, a client is closed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from archive.tables import Base


class Account(Base):
    """A person who signs in. Staff belong to an agency; a holder has none and is told by their identifiers."""

    __tablename__ = "account"
    __table_args__ = (Index("account_agency", "agency_id", "login"),)
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    password_hash: Mapped[str] = mapped_column(String(200))
    personal_id: Mapped[str | None] = mapped_column(String(12))
    """The holder's 12-digit personal identification number (domain.md 6)."""
    tax_code: Mapped[str | None] = mapped_column(String(14))
    opened_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_seen_at: Mapped[datetime]
    """When the person last signed in; before that, when the account was opened."""
    disabled: Mapped[bool] = mapped_column(default=False)


class Membership(Base):
    """A role of a person in one agency."""

    __tablename__ = "membership"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class PersonSession(Base):
    """A browser in which somebody is signed in; ``id`` is the SHA-256 of the cookie's token."""

    __tablename__ = "session"
    __table_args__ = (Index("session_account", "account_id"),)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """The absolute end, however busy the person is."""


class ApiClient(Base):
    """Another system (OAuth 2.0 client credentials, RFC 6749 4.4). ``roles`` are the scopes it may ask for."""

    __tablename__ = "api_client"
    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    name: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[str] = mapped_column(String(64))
    roles: Mapped[list[str]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class AccessToken(Base):
    """A bearer token of a client; ``id`` is its SHA-256."""

    __tablename__ = "access_token"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("api_client.id"))
    roles: Mapped[list[str]] = mapped_column(JSON)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class IdempotencyRecord(Base):
    """The answer to a creating request, written in the commit that created: the same key gives it again."""

    __tablename__ = "idempotency"
    caller: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked: Mapped[str] = mapped_column(String(64))
    """SHA-256 over route, path and body."""
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ReadRecord(Base):
    """Somebody saw a personal document: who, when, what of it. Its holder may see these lines."""

    __tablename__ = "read_record"
    __table_args__ = (Index("read_record_document", "document_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    caller: Mapped[str] = mapped_column(String(80))
    agent: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
