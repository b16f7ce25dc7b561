"""Lists of documents take whatever is typed into their address."""

from __future__ import annotations

import pytest

from api.rules import Role
from tests.api.desk import Desk


@pytest.mark.parametrize(
    "asked", ["q=%00", "q=%00giay%20phep", "state=NONSENSE", "standing=no&form=..&agency=X"]
)
def test_an_odd_question_gets_a_page_and_nothing_odd_back(desk: Desk, asked: str) -> None:
    desk.document()
    answer = desk.staff(Role.ARCHIVIST).get(f"/documents?{asked}")
    assert answer.status_code == 200 and "\x00" not in answer.text
