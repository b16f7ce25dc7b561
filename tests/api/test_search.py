"""Search over HTTP: marks or none, exact first, never beyond what the caller may see."""

from __future__ import annotations

from typing import Any

import pytest

from api.rules import Role
from archive import search
from archive.lifecycle import State
from archive.tables import Document
from tests.api.desk import B, Desk


def known(desk: Desk, subject: str, **how: Any) -> str:
    """A document with this subject, in the index."""
    made = desk.document(subject=subject, **how)
    with desk.database.writing() as session:
        search.index(session, session.get_one(Document, made))
    return made


def found(browser: Any, asked: str, **more: Any) -> list[str]:
    answer = browser.get("/api/v1/search", params={"q": asked, **more})
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["rows"]]


def test_typed_without_marks_finds_and_with_marks_ranks_the_exact_first(any_desk: Desk) -> None:
    exact, later = known(any_desk, "Cấp đất ở"), known(any_desk, "Cấp dạt ở")
    archivist = any_desk.staff(Role.ARCHIVIST)
    assert set(found(archivist, "cap dat o")) == {exact, later}
    assert found(archivist, "đất") == [exact, later]


def test_other_agencies_and_strangers_find_nothing(any_desk: Desk) -> None:
    mine = known(any_desk, "Giấy phép xây dựng")
    assert found(any_desk.staff(Role.ARCHIVIST, B), "xây dựng") == []
    assert found(any_desk.person("holder"), "xây dựng") == [mine]
    assert found(any_desk.person("stranger"), "xây dựng") == []


def test_a_holder_finds_only_what_is_held(any_desk: Desk) -> None:
    known(any_desk, "Giấy phép xây dựng", state=State.READ)
    assert found(any_desk.person("holder"), "xây dựng") == []


def test_the_cursor_gives_each_document_once(any_desk: Desk) -> None:
    made = [known(any_desk, f"Giấy phép {place}") for place in range(5)]
    archivist, seen, cursor = any_desk.staff(Role.ARCHIVIST), [], None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        answer = archivist.get("/api/v1/search", params={"q": "giấy phép", "limit": 2, **more}).json()
        seen += [row["id"] for row in answer["rows"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == made[::-1]


ALPHABET = "a b c d e f g h i k l m n o p q r s t u v x y z"


@pytest.mark.parametrize(("asked", "code"), [("---", "SEARCH_EMPTY"), (ALPHABET, "SEARCH_TOO_LONG")])
def test_what_cannot_be_searched_is_told(desk: Desk, asked: str, code: str) -> None:
    answer = desk.staff(Role.ARCHIVIST).get("/api/v1/search", params={"q": asked})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("cursor", ["x", "WzJd", "WzIsMV0", "WzEsLTFd", "WyJhIiwxXQ"])
def test_a_cursor_that_is_not_ours_is_refused(desk: Desk, cursor: str) -> None:
    answer = desk.staff(Role.ARCHIVIST).get("/api/v1/search", params={"q": "giấy", "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "BAD_CURSOR")
