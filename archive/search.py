"""Search: words typed with or without marks find documents; the same answers on SQLite and PostgreSQL.

Words are folded here, in Python, and kept as ``terms``, separated by spaces. What the databases add is only an index
over whole terms: FTS5 on SQLite, GIN on PostgreSQL (ADR 0009). Both are given the same terms and asked for the same
combination of them, and neither ranks: exact spellings come first, then the latest read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    cast,
    delete,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive import field_rows
from archive.errors import Problem
from archive.folding import Word, words
from archive.lists import Sight, visible
from archive.tables import Base, Document

MOST_TERMS = 4000
"""Distinct terms kept of one document; a page has some 200."""
MOST_WORDS = 16
"""Words of one question."""
MOST_FOUND = 100
"""Documents of one answer."""
_MOST_AGENCY_TERMS = 50  # with more agencies in sight their terms narrow nothing down

_QUOTE = '"'
_INDEX = table("search_index")
_TERMS_OF = "search_terms(terms)"  # a function of migration 0011


class SearchText(Base):
    """The terms of a document. ``seq`` orders the answers: it is given when a document is first read."""

    __tablename__ = "search_text"
    # On SQLite the index is the FTS5 table ``search_index``, kept by triggers (migration 0011).
    __table_args__ = (
        Index("search_text_terms", text(_TERMS_OF), postgresql_using="gin").ddl_if(dialect="postgresql"),
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), unique=True)
    terms: Mapped[str]


@dataclass(frozen=True)
class Place:
    """Where an answer went on: after document ``seq``, among the exact spellings or the folded ones."""

    exact: bool
    seq: int


@dataclass(frozen=True)
class Found:
    """Ids of documents, best first; ``next`` goes on, None at the end."""

    documents: tuple[str, ...]
    next: Place | None


def index(session: Session, document: Document, reading: str = "") -> None:
    """Make the document findable by its values as they are now, its file name, id and form, and ``reading`` (its
    whole text, if wanted). To be called whenever values are written: after reading and after correction."""
    values = field_rows.read(session, [document.id])[document.id]
    own = [
        document.id,
        document.name,
        document.form,
        *(text for one in values.values() for text in one.values),
    ]
    terms = {_agency_term(document.agency_id): None}
    for word in words("\n".join([*own, reading])):
        if len(terms) >= MOST_TERMS:
            break
        terms |= {word.folded: None, word.marked: None}
    row = session.scalars(select(SearchText).where(SearchText.document_id == document.id)).one_or_none()
    if row is None:
        session.add(SearchText(document_id=document.id, terms=" ".join(terms)))
    else:
        row.terms = " ".join(terms)
    session.flush()


def forget(session: Session, document_id: str) -> None:
    """Make the document unfindable."""
    session.execute(delete(SearchText).where(SearchText.document_id == document_id))


def find(session: Session, sight: Sight, asked: str, after: Place | None = None, limit: int = 20) -> Found:
    """Documents within ``sight`` that have all words, exact spellings first, then the latest read.

    Raises Problem SEARCH_EMPTY (no letter or digit) or SEARCH_TOO_LONG.
    """
    typed = list(dict.fromkeys(words(asked[:2000])))
    if not typed:
        raise Problem("SEARCH_EMPTY", "Hãy nhập từ cần tìm", "Type the words to look for")
    if len(typed) > MOST_WORDS:
        raise Problem(
            "SEARCH_TOO_LONG",
            f"Chỉ tìm tối đa {MOST_WORDS} từ một lần",
            f"Search for at most {MOST_WORDS} words",
        )
    limit = max(1, min(limit, MOST_FOUND))
    marked = any(word.marked != word.folded for word in typed)
    scope = _scope(sight)
    found: list[tuple[int, str, bool]] = []
    for exact in (True, False):
        if (exact and after is not None and not after.exact) or (not exact and not marked):
            continue
        before = after.seq if after is not None and after.exact == exact else None
        query = _query(session, scope, typed, exact, sight, before).limit(limit + 1 - len(found))
        found += [(seq, document_id, exact) for seq, document_id in session.execute(query)]
        if len(found) > limit:
            break
    kept = found[:limit]
    goes_on = Place(kept[-1][2], kept[-1][0]) if len(found) > limit else None
    return Found(tuple(document_id for _, document_id, _ in kept), goes_on)


def _query(
    session: Session, scope: Sequence[Sequence[str]], typed: Sequence[Word], exact: bool, sight: Sight,
    before: int | None,
) -> Select[int, str]:  # fmt: skip
    """Documents with all marked spellings (exact), or with all folded ones and not all marked ones."""
    wanted = [word.marked if exact else word.folded for word in typed]
    unwanted = [] if exact else [word.marked for word in typed]
    query = select(SearchText.seq, SearchText.document_id).join(
        Document, Document.id == SearchText.document_id
    )
    order: ColumnElement[int] = SearchText.seq.expression
    if session.get_bind().dialect.name == "postgresql":
        query = query.where(_on_postgresql(scope, wanted, unwanted))
    else:
        order = literal_column("search_index.rowid", Integer)  # FTS5 walks its rows in this order by itself
        query = query.join(_INDEX, order == SearchText.seq).where(_on_sqlite(scope, wanted, unwanted))
    if before is not None:
        query = query.where(order < before)
    return query.where(visible(sight)).order_by(order.desc())


def _on_postgresql(
    scope: Sequence[Sequence[str]], wanted: Sequence[str], unwanted: Sequence[str]
) -> ColumnElement[bool]:
    quoted = _all(wanted, " & ")
    if scope:
        quoted += " & (" + " | ".join("(" + _all(way, " & ") + ")" for way in scope) + ")"
    if unwanted:
        quoted += " & !(" + _all(unwanted, " & ") + ")"
    return literal_column(_TERMS_OF).op("@@")(cast(quoted, TSQUERY))


def _on_sqlite(
    scope: Sequence[Sequence[str]], wanted: Sequence[str], unwanted: Sequence[str]
) -> ColumnElement[bool]:
    asked = _all(wanted, " AND ", _QUOTE)
    if scope:
        asked += " AND (" + " OR ".join("(" + _all(way, " AND ", _QUOTE) + ")" for way in scope) + ")"
    if unwanted:
        asked = f"({asked}) NOT ({_all(unwanted, ' AND ', _QUOTE)})"
    return literal_column("search_index").op("MATCH")(asked)


def _all(terms: Sequence[str], joint: str, quote: str = "'") -> str:
    """Terms are letters and digits only: quoting is enough, there is nothing to escape."""
    return joint.join(f"{quote}{term}{quote}" for term in terms)


def _scope(sight: Sight) -> list[list[str]]:
    """Ways of terms one of which every document in sight has: they narrow the index down. ``visible`` decides."""
    if len(sight.agencies) > _MOST_AGENCY_TERMS:
        return []
    ways = [[_agency_term(agency)] for agency in sorted(sight.agencies)]
    ways += [
        [word.folded for word in words(number)] for number in (sight.personal_id, sight.tax_code) if number
    ]
    return [way for way in ways if way]


def _agency_term(agency_id: int) -> str:
    """No word of a text has digits before letters, so none is taken for an agency."""
    return f"{agency_id}a"
