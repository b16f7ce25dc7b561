"""Search: terms of documents, an index over them of each database's own kind (ADR 0009)"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "search_text",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=20), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("document_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # The cost is what keeps the planner from computing the terms of all rows: 30 µs each, which it takes for
        # nothing when the expression stands in the index by itself (1.5 s for two words of most documents). plpgsql,
        # because a function in SQL would be put in place and its cost forgotten.
        op.execute(
            "CREATE FUNCTION search_terms(terms text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT "
            "PARALLEL SAFE COST 3000 AS $$BEGIN RETURN array_to_tsvector(string_to_array(terms, ' ')); END$$"
        )
        op.create_index(
            "search_text_terms", "search_text", [sa.text("search_terms(terms)")], postgresql_using="gin"
        )
        return
    # The words are folded already: the tokenizer shall only part them at spaces. No places, no columns: detail=none.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(terms, content='search_text', content_rowid='seq', "
        "detail=none, tokenize='unicode61 remove_diacritics 0')"
    )
    gone = "INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.seq, old.terms);"
    come = "INSERT INTO search_index(rowid, terms) VALUES (new.seq, new.terms);"
    op.execute(f"CREATE TRIGGER search_text_come AFTER INSERT ON search_text BEGIN {come} END")
    op.execute(f"CREATE TRIGGER search_text_gone AFTER DELETE ON search_text BEGIN {gone} END")
    op.execute(f"CREATE TRIGGER search_text_new AFTER UPDATE OF terms ON search_text BEGIN {gone} {come} END")
