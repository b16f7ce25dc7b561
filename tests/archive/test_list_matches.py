"""A batch and its list: lines fill values as papers are read, are undone, chosen, and never touch what was approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from archive import catalogue, field_rows, fields, ledger, list_matches, list_report, paper_lists
from archive.database import Database
from archive.errors import Problem
from archive.fields import FieldValue
from archive.lifecycle import Act, IllegalMove, State
from archive.paper_lists import Line, NewList
from archive.tables import Agency, Document
from archive.weighing import Evidence
from tests import world
from tests.world import CLERK, NOON

COLUMNS = ("Số", "Ngày", "Trích yếu", "Chủ hồ sơ")
HEAD = (
    "SỞ XÂY DỰNG Số: /QĐ-SXD Mẫu, ngày tháng 01 năm 2025 QUYẾT ĐỊNH "
    "Về việc cấp giấy phép xây dựng cho {} Căn cứ Luật Xây dựng"
)


def line(row: int, number: str, day: str, holder: str, **more: str) -> Line:
    values = {
        "number": number, "notation": "QĐ-SXD", "code": f"{number}/QĐ-SXD", "issued_on": day, "holder_name": holder,
        "subject": f"Về việc cấp giấy phép xây dựng cho {holder}", **more,
    }  # fmt: skip
    return Line(row, (number, day, values["subject"], holder), values)


BINH, HOA, LAN = "Trần Văn Bình", "Lê Thị Hoa", "Phạm Ngọc Lan"
LINES = (
    line(2, "05", "2025-01-06", BINH),
    line(3, "06", "2025-01-09", HOA),
    line(4, "07", "2025-01-10", LAN),
)
TWINS = (line(2, "05", "2025-01-06", BINH), line(3, "06", "2025-01-09", BINH))


class Batch:
    """A batch of papers whose numbers and days were not read."""

    def __init__(self, session: Session, agency: Agency | None = None) -> None:
        self.session = session
        self.agency = agency or world.an_agency(session)
        self.id = world.a_batch(session, self.agency)
        self.read: dict[str, Evidence] = {}

    def receive(self) -> str:
        return ledger.receive(self.session, self.agency, self.id, world.a_file(), CLERK, NOON)[0]

    def reading(self, document: Document, values: Sequence[FieldValue]) -> Evidence:
        assert all(value.origin == fields.READ for value in values)
        return self.read[document.id]

    def load(self, *lines: Line) -> None:
        new = NewList(COLUMNS, lines, ())
        weighed = list_matches.weigh_all(self.session, self.id, new, self.reading)
        list_matches.load(
            self.session, self.agency.id, self.id, "sổ.xlsx", world.digest(str(lines)), new, CLERK, NOON, weighed,
            self.reading,
        )  # fmt: skip

    def paper(self, holder: str, document_id: str = "", **values: tuple[str, float]) -> Document:
        """A paper of this holder that was read just now."""
        document = self.session.get_one(Document, document_id or self.receive())
        seen = {"notation": ("QĐ-SXD", 0.9), "doc_type": ("Quyết định", 0.95), **values}
        found = [
            FieldValue(name, (value,), sure, 1, (10, 20, 90, 40))
            for name, (value, sure) in seen.items()
            if value
        ]
        self.read[document.id] = Evidence(seen, HEAD.format(holder))
        field_rows.forget(self.session, document.id)
        field_rows.write(self.session, document.id, found)
        named = {
            "reading_sha256": world.digest("r" + document.id),
            "draft_sha256": world.digest("d" + document.id),
        }
        weighed = list_matches.weigh(self.session, self.id, self.read[document.id])
        ledger.record(self.session, document, Act.READ, CLERK, NOON, {}, **named)
        list_matches.enter(self.session, document, weighed, self.read[document.id], CLERK, NOON)
        return document

    def values(self, document: Document) -> dict[str, FieldValue]:
        return field_rows.read(self.session, [document.id])[document.id]

    def match(self, document: Document) -> list_matches.ListMatch:
        return list_matches.matches(self.session, self.id)[document.id]

    def report(self) -> list_report.ListReport:
        return list_report.report(self.session, self.id)


@pytest.fixture
def batch(database: Database) -> Any:
    with database.writing() as session:
        yield Batch(session)


def test_a_sure_line_fills_number_code_and_day_where_the_paper_has_them(batch: Batch) -> None:
    batch.load(*LINES)
    document = batch.paper(HOA, issued_on=("2025-01-01", 0.4))
    match, values = batch.match(document), batch.values(document)
    assert (match.fate, match.row) == ("matched", 3)
    assert (values["number"].plain, values["code"].plain) == ("06", "06/QĐ-SXD")
    assert values["issued_on"].plain == "2025-01-09"
    for name in ("number", "code", "issued_on"):
        assert (values[name].origin, values[name].confidence) == ("list", match.confidence)
        assert values[name].box == (10, 20, 90, 40)  # where it stands, or where the notation is
    assert 0.9 <= match.confidence < 1
    assert values["holder_name"].plain == HOA and values["doc_type"].origin == "read"
    read = list_matches.displaced(match)
    assert read["number"] is None
    assert read["issued_on"] == FieldValue("issued_on", ("2025-01-01",), 0.4, 1, (10, 20, 90, 40))
    event = catalogue.events(batch.session, document.id)[-1]
    assert (event.act, event.details["line"], event.details["fields"]["number"]) == ("match-line", 3, "06")


def test_papers_read_before_the_list_came_are_matched_when_it_comes(batch: Batch) -> None:
    first, second = batch.paper(BINH), batch.paper(LAN)
    assert "number" not in batch.values(first)
    batch.load(*LINES)
    assert [batch.match(one).row for one in (first, second)] == [2, 4]
    assert batch.values(second)["code"].plain == "07/QĐ-SXD"
    report = batch.report()
    assert (report.missing, report.without, report.open) == ((3,), (), ())


def test_another_list_undoes_what_the_first_filled_in(batch: Batch) -> None:
    document = batch.paper(BINH, issued_on=("2025-01-01", 0.4))
    before = batch.values(document)
    batch.load(*LINES)
    assert batch.values(document) != before
    batch.load(line(9, "99", "2019-05-05", "Đỗ Quốc Tú"))
    assert batch.values(document) == before
    assert batch.match(document).fate == "none"
    assert batch.report().missing == (9,)
    assert batch.report().without == (document.id,)


def test_two_lines_that_fit_are_shown_and_a_person_chooses(batch: Batch) -> None:
    batch.load(*TWINS)
    document = batch.paper(BINH)
    match = batch.match(document)
    assert (match.fate, match.row) == ("open", None)
    assert [row for row, _ in match.candidates] == [2, 3]
    assert "number" not in batch.values(document)
    assert list_matches.open_documents(batch.session) == {document.id}
    list_matches.choose(batch.session, document, 3, "Người kiểm tra", NOON)
    assert (batch.match(document).fate, batch.values(document)["number"].plain) == ("chosen", "06")
    assert batch.values(document)["number"].confidence == 1.0
    event = catalogue.events(batch.session, document.id)[-1]
    assert (event.agent, event.details["fate"]) == ("Người kiểm tra", "chosen")
    list_matches.choose(batch.session, document, None, "Người kiểm tra", NOON)
    assert "number" not in batch.values(document)
    assert batch.match(document).fate == "chosen"


def test_what_a_person_chose_stays_when_more_is_read_and_leaves_the_twin_to_the_other(batch: Batch) -> None:
    batch.load(*TWINS)
    first = batch.paper(BINH)
    list_matches.choose(batch.session, first, 3, CLERK, NOON)
    second = batch.paper(BINH)
    assert (batch.match(first).row, batch.match(second).row) == (3, 2)
    assert batch.match(second).confidence < 0.9  # it follows from the other's alone: a person looks


def test_a_line_once_approved_is_nobody_elses(batch: Batch) -> None:
    batch.load(*LINES)
    first = batch.paper(BINH)
    ledger.approve(batch.session, first, CLERK, NOON, (), bulk=False)
    again = batch.paper(BINH)
    assert batch.match(again).row is None
    with pytest.raises(Problem, match="LINE_TAKEN"):
        list_matches.choose(batch.session, again, 2, CLERK, NOON)
    assert batch.match(first).row == 2


def test_what_was_approved_is_never_changed_by_a_list(batch: Batch) -> None:
    document = batch.paper(BINH)
    said = fields.corrections({"code": "05/QĐ-SXD", "number": "05", "issued_on": "2025-01-06"})
    ledger.approve(batch.session, document, CLERK, NOON, said, bulk=False)
    before = batch.values(document)
    batch.load(*LINES)
    assert batch.values(document) == before
    with pytest.raises(IllegalMove):
        list_matches.choose(batch.session, document, 3, CLERK, NOON)
    # A person typed the very number and day of a line: its paper is there.
    assert batch.report().missing == (3, 4)


def test_an_approval_of_values_from_the_list_draws_the_draft_anew(batch: Batch) -> None:
    batch.load(*LINES)
    listed, plain = batch.paper(BINH), batch.paper("Đỗ Quốc Tú")
    for document in (listed, plain):
        ledger.approve(batch.session, document, CLERK, NOON, (), bulk=True)
    assert (listed.corrected, plain.corrected) == (True, False)


def test_a_returned_paper_gives_its_line_back(batch: Batch) -> None:
    batch.load(*LINES)
    document = batch.paper(BINH)
    ledger.record(batch.session, document, Act.RETURN, CLERK, NOON, {})
    assert batch.report().missing == (2, 3, 4)
    again = batch.paper(BINH)
    assert batch.match(again).row == 2


def test_a_paper_read_again_is_matched_anew(batch: Batch) -> None:
    batch.load(*LINES)
    document = batch.paper(BINH)
    ledger.record(batch.session, document, Act.RETURN, CLERK, NOON, {})
    ledger.record(batch.session, document, Act.RESCAN, CLERK, NOON, {})
    batch.paper(HOA, document.id)
    assert batch.match(document).row == 3
    assert batch.values(document)["number"].plain == "06"


def test_a_better_claim_that_is_read_later_takes_the_line_back(batch: Batch) -> None:
    batch.load(*LINES)
    first = batch.paper(BINH)
    second = batch.paper(BINH)  # the same paper scanned twice: nobody knows which one counts
    assert [batch.match(one).fate for one in (first, second)] == ["open", "open"]
    assert "number" not in batch.values(first)
    assert batch.report().open == (first.id, second.id)


def test_a_number_printed_and_surely_read_is_not_overwritten(batch: Batch) -> None:
    batch.load(*LINES)
    document = batch.paper(BINH, number=("77", 0.96), code=("77/QĐ-SXD", 0.95))
    assert (batch.match(document).fate, batch.values(document)["number"].plain) == ("open", "77")
    list_matches.choose(batch.session, document, 2, CLERK, NOON)
    values = batch.values(document)
    assert values["number"].plain == "77" and values["number"].confidence <= 0.5
    assert values["issued_on"].plain == "2025-01-06"


def test_reading_one_more_paper_changes_no_others_that_stand(batch: Batch) -> None:
    batch.load(*LINES)
    first = batch.paper(BINH)
    events = len(catalogue.events(batch.session, first.id))
    batch.paper(HOA)
    batch.paper(LAN)
    assert len(catalogue.events(batch.session, first.id)) == events


def test_a_batch_without_a_list_is_as_it_was(batch: Batch) -> None:
    document = batch.paper(BINH)
    assert list_matches.matches(batch.session, batch.id) == {}
    with pytest.raises(Problem, match="NO_LIST"):
        batch.report()
    with pytest.raises(Problem, match="NO_LIST"):
        list_matches.choose(batch.session, document, 2, CLERK, NOON)


def test_a_line_that_is_not_in_the_list_cannot_be_chosen(batch: Batch) -> None:
    batch.load(*LINES)
    document = batch.paper(BINH)
    with pytest.raises(Problem, match="NO_SUCH_LINE"):
        list_matches.choose(batch.session, document, 99, CLERK, NOON)
    assert batch.match(document).row == 2


def test_a_list_may_come_before_any_file_of_its_batch(batch: Batch) -> None:
    other = Batch(batch.session, batch.agency)
    other.id = "batch-000000000001"
    other.load(*LINES)
    assert paper_lists.of_batch(batch.session, other.id) is not None
    assert other.report().missing == (2, 3, 4)
    assert State.READ.value not in {one.state for one in other.report().documents}
