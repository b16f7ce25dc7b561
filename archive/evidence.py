"""Evidence: what renewals append to held files, each kept as an object of its own (ADR 0023).

A held file is never written again. A renewed file is an incremental update (ISO 32000-1 7.5.6): the old bytes are its
beginning. So only what was appended is kept, under lock like the holding itself, with a manifest that says what it
belongs to. Joined in order (``cat`` does it) the pieces are the newest file; its digest and those of the files between
lead to the same record or copy, whose identity stays the digest it was sealed with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.clock import stamp
from archive.store import HOLDINGS, Corrupt, Store, read_chunks
from archive.tables import Base

FORMAT = "hoso-evidence/1"


class Evidence(Base):
    """One renewal of a file: ``subject`` is the document or copy, ``ordinal`` counts from 1. ``delta_sha256`` names
    the bytes that were appended, ``manifest_sha256`` what says where they belong; ``digest`` and ``size`` are those of
    the whole file with them. The rest is what its newest timestamp rests on."""

    __tablename__ = "evidence"
    __table_args__ = (Index("evidence_digest", "digest"), Index("evidence_document", "document_id"))
    subject: Mapped[str] = mapped_column(String(20), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    original_sha256: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    delta_sha256: Mapped[str] = mapped_column(String(64))
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    stamped_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    algorithms: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class Rests:
    """What a file rests on: the time of its newest timestamp, the first end of a certificate that this one needs, and
    its algorithms (signing/algorithms.py)."""

    stamped_at: datetime
    ends_at: datetime
    algorithms: str


@dataclass(frozen=True)
class Whole:
    """A kept file with all its evidence: the object ``original`` in ``area``, then ``appended`` from the holdings, in
    order; ``digest`` is that of everything joined."""

    area: str
    original: str
    appended: tuple[str, ...]
    digest: str

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """Area and digest of each object, in order."""
        return ((self.area, self.original), *((HOLDINGS, one) for one in self.appended))


@dataclass(frozen=True)
class Kept:
    """What a renewal left in the store, about to be recorded."""

    delta_sha256: str
    manifest_sha256: str
    digest: str
    size: int


def newest(session: Session, subject: str, area: str, original: str) -> Whole:
    """The file of a document or copy with its newest evidence; without any it is the original."""
    found = session.scalars(
        select(Evidence).where(Evidence.subject == subject).order_by(Evidence.ordinal)
    ).all()
    digest = found[-1].digest if found else original
    return Whole(area, original, tuple(one.delta_sha256 for one in found), digest)


def original_of(session: Session, sha256: str) -> str:
    """The digest that a record or copy is known by, of a file that may be renewed; else the same digest."""
    query = select(Evidence.original_sha256).where(Evidence.digest == sha256)
    return session.scalars(query).first() or sha256


def of_document(session: Session, document_id: str) -> list[Evidence]:
    """All renewals of a record and its copies, in order."""
    query = select(Evidence).where(Evidence.document_id == document_id)
    return list(session.scalars(query.order_by(Evidence.subject, Evidence.ordinal)))


def chunks(store: Store, whole: Whole) -> Iterator[bytes]:
    """The bytes of the whole file, a mebibyte at a time, unchecked. Raises Corrupt when a piece is gone."""
    for area, sha256 in whole.pieces:
        yield from read_chunks(store.path(area, sha256))


def size(store: Store, whole: Whole) -> int:
    """Read every piece, compare its digest; bytes of the whole. Raises Corrupt."""
    return sum(store.check(area, sha256) for area, sha256 in whole.pieces)


def assemble(store: Store, whole: Whole, target: Path) -> Path:
    """Write the whole file to ``target``, each piece and the whole compared with its digest. Raises Corrupt."""
    size(store, whole)
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for chunk in chunks(store, whole):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != whole.digest:
        raise Corrupt(
            "EVIDENCE_CORRUPT",
            f"Tệp {whole.original} ghép với các bằng chứng của nó không ra {whole.digest}",
            f"Object {whole.original} joined with its evidence does not make {whole.digest}",
        )
    return target


def keep(
    store: Store, subject: str, ordinal: int, before: Whole, appended: bytes, rests: Rests, at: datetime
) -> Kept:
    """Put what was appended to ``before``, and its manifest, into the holdings and read them back. The same again
    gives the same. Raises Corrupt."""
    digest, length = hashlib.sha256(), 0
    for chunk in (*chunks(store, before), appended):
        digest.update(chunk)
        length += len(chunk)
    delta = store.put(HOLDINGS, appended)
    manifest = {
        "format": FORMAT,
        "subject": subject,
        "ordinal": ordinal,
        "original": before.original,
        "before": before.digest,
        "whole": {"sha256": digest.hexdigest(), "size": length},
        "stamped_at": stamp(rests.stamped_at),
        "ends_at": stamp(rests.ends_at),
        "algorithms": rests.algorithms,
        "made_at": stamp(at),
        "files": [{"role": "evidence", "sha256": delta, "size": len(appended), "media_type": MEDIA_TYPE}],
    }
    told = store.put(HOLDINGS, json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode())
    for one in (delta, told):
        store.check(HOLDINGS, one)
    return Kept(delta, told, digest.hexdigest(), length)


MEDIA_TYPE = "application/octet-stream"
"""Of a piece: no program opens it by itself."""


def check(store: Store, found: Evidence) -> list[Corrupt]:
    """What of one renewal is lost or changed; empty when all is well."""
    wrong = []
    for sha256 in (found.manifest_sha256, found.delta_sha256):
        try:
            store.check(HOLDINGS, sha256)
        except Corrupt as lost:
            wrong.append(lost)
    return wrong
