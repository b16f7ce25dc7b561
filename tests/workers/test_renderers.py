"""A paper whose pages programs show differently is told to the person who approves it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf

from tests.office import Office
from tests.papers.born_digital import text_paper
from tests.signing.tools import needs
from workers.children import ChildFailed
from workers.steps.renderers import compared


def test_a_born_digital_paper_that_programs_show_differently_is_for_a_person(
    office: Office, tmp_path: Path
) -> None:
    needs("pdftoppm")
    good, odd = tmp_path / "good.pdf", tmp_path / "odd.pdf"
    good.write_bytes(text_paper("qd", seed=3, max_pages=1).pdf)
    with pikepdf.open(io.BytesIO(text_paper("qd", seed=4, max_pages=1).pdf)) as pdf:
        pdf.pages[0].contents_add(pdf.make_stream(b"BT /Nowhere 24 Tf 100 400 Td (500.000.000) Tj ET"))
        pdf.save(odd)
    documents = {file: office.json("receive", file)["files"][0]["document"] for file in (good, odd)}
    office.run("work", "--until-idle")
    assert "R-01" not in _found(office.json("show", documents[good]))
    assert "R-01" in _found(office.json("show", documents[odd]))
    _, told, _ = office.run(
        "review", "--approve-all", "--min-confidence", "0", "--as", "Lê Thị Duyệt", code=1
    )
    assert documents[odd] in told and "R-01" in told


def _found(shown: dict[str, Any]) -> list[str]:
    found: list[str] = next(event for event in shown["history"] if event["act"] == "read")["details"][
        "findings"
    ]
    return found


class Slow:
    """Comparisons that take a hundred seconds each; some break their child, some find something."""

    def __init__(self, different: tuple[int, ...] = (), broken: tuple[int, ...] = ()) -> None:
        self.at = datetime(2026, 11, 28, tzinfo=UTC)
        self.different, self.broken = different, broken
        self.asked: list[tuple[int, ...]] = []

    def __call__(self, numbers: tuple[int, ...], seconds: float) -> tuple[int, ...]:
        self.asked.append(numbers)
        self.at += timedelta(seconds=100)
        if set(numbers) & set(self.broken):
            raise ChildFailed("CHILD_TIMEOUT", "quá thời gian", "out of time")
        return tuple(one for one in numbers if one in self.different)

    def found(self, pages: int, seconds: float) -> list[tuple[str, int | None, str]]:
        """Pages of a document that begins on the file's page 11."""
        numbers = {page + 10: page for page in range(1, pages + 1)}
        found = compared(numbers, self, lambda: self.at, seconds)
        assert all(one["vi"] and one["fields"] == [] for one in found)
        return [(one["code"], one["page"], one["en"]) for one in found]


def test_all_pages_are_compared_however_many_there_are() -> None:
    slow = Slow(different=(17, 1005))
    assert [one[:2] for one in slow.found(1000, 2001)] == [("R-01", 7)]
    assert [number for part in slow.asked for number in part] == list(range(11, 1011))


def test_pages_that_were_not_reached_are_told() -> None:
    found = Slow(different=(20,)).found(220, 200)
    assert [one[:2] for one in found] == [("R-01", 10), ("R-03", 101)]
    assert "101–220" in found[1][2]


def test_what_breaks_a_comparison_leaves_the_others_compared() -> None:
    found = Slow(different=(200,), broken=(70,)).found(201, 2000)
    assert [one[:2] for one in found] == [("R-01", 190), ("R-02", 51)] and "51–100" in found[1][2]
