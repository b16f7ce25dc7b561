"""``--list`` and ``hoso list``: the whole way with the real engine, from handwritten papers to a sealed record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.listed import HOLDERS, line_of, list_file, paper_by_hand
from tests.office import Office


def papers(folder: Path, *holders: str) -> Path:
    folder.mkdir()
    for number, holder in enumerate(holders):
        paper_by_hand(holder, number).save(folder / f"scan-{number}.png", dpi=(200, 200))
    return folder


@pytest.mark.slow
def test_a_list_gives_handwritten_papers_their_numbers_and_tells_what_is_missing(
    office: Office, tmp_path: Path
) -> None:
    scans = papers(tmp_path / "scans", HOLDERS[0], HOLDERS[1], HOLDERS[2])
    first = list_file(
        tmp_path / "sổ.csv", [line_of(5, HOLDERS[1]), line_of(9, HOLDERS[0]), line_of(12, HOLDERS[4])]
    )
    received = office.json("receive", scans, "--list", first)
    batch = received["batch"]
    assert (received["list"]["lines"], received["list"]["unread"]) == (3, 3)
    office.run("work", "--until-idle")
    told = office.json("list", batch)
    by_name = {one["name"].rsplit("/")[-1]: one for one in told["documents"]}
    assert [by_name[f"scan-{n}.png"]["line"] for n in (0, 1, 2)] == [3, 2, None]
    assert [one["line"] for one in told["missing"]] == [4]
    # All but the holder agrees with line 4: it is shown and asked about, never taken.
    assert told["open"] == [by_name["scan-2.png"]["document"]] and by_name["scan-2.png"]["candidates"] == [4]
    text = office.run("list", batch)[1]
    assert "THIẾU GIẤY" in text and HOLDERS[4] in text and "scan-2.png" in text
    document = by_name["scan-0.png"]["document"]
    shown = office.json("show", document)
    assert {name: shown["fields"][name]["value"] for name in ("number", "code", "issued_on")} == {
        "number": "09", "code": "09/QĐ-SXD", "issued_on": "2024-06-09",
    }  # fmt: skip
    assert shown["fields"]["code"]["origin"] == "list"
    assert shown["list"]["line"]["cells"][4] == HOLDERS[0] and shown["list"]["fate"] == "matched"
    assert "match-line" in [event["act"] for event in shown["history"]]
    office.run("review", document, "--approve", "--as", "Lê Thị Duyệt")
    office.run("work", "--until-idle")
    held = office.json("show", document)
    assert held["state"] == "HELD"
    manifest = json.loads(Path(held["files"]["manifest"]).read_text("utf-8"))
    assert manifest["fields"]["code"]["value"] == "09/QĐ-SXD"
    # Another list for the same batch: what waits is matched anew, what was approved stays.
    second = list_file(tmp_path / "sổ 2.csv", [line_of(21, HOLDERS[2]), line_of(9, HOLDERS[0])])
    told = office.json("list", batch, second)
    by_name = {one["name"].rsplit("/")[-1]: one for one in told["documents"]}
    assert [by_name[f"scan-{n}.png"]["line"] for n in (0, 1, 2)] == [3, None, 2]
    assert office.json("show", by_name["scan-2.png"]["document"])["fields"]["number"]["value"] == "21"
    assert office.json("show", document)["fields"]["number"]["value"] == "09"
    given_back = office.json("show", by_name["scan-1.png"]["document"])["fields"]["number"]
    assert (given_back["value"], given_back["origin"]) == ("", "by_hand")
    office.run("audit")


@pytest.mark.slow
def test_run_again_with_the_same_list_does_nothing_twice_and_twins_are_held_back(
    office: Office, tmp_path: Path
) -> None:
    scans = papers(tmp_path / "scans", HOLDERS[0], HOLDERS[3])
    twins = [line_of(5, HOLDERS[0]), line_of(6, HOLDERS[0]), line_of(7, HOLDERS[3])]
    listed = list_file(tmp_path / "sổ.csv", twins)
    approved = ("--approve-as", "Lê Thị Duyệt", "--with-warnings")
    command = ("run", scans, "--out", tmp_path / "out", *approved, "--list", listed)
    answer = office.json(*command, code=1)  # what is held back for a person is not done
    states = {one["name"].rsplit("/")[-1]: one["state"] for one in answer["documents"]}
    assert states == {"scan-0.png": "READ", "scan-1.png": "HELD"}
    assert answer["list"]["open"] == [one["id"] for one in answer["documents"] if one["state"] == "READ"]
    again = office.json(*command, code=1)
    assert {one["id"] for one in again["documents"]} == {one["id"] for one in answer["documents"]}
    assert again["list"]["batch"] == answer["batch"]
    assert again["list"]["documents"] == answer["list"]["documents"]


@pytest.mark.slow
def test_what_a_pen_wrote_is_never_approved_in_bulk(office: Office, tmp_path: Path) -> None:
    office.json("receive", papers(tmp_path / "scans", HOLDERS[0]))
    office.run("work", "--until-idle")
    everything = (
        "review",
        "--approve-all",
        "--min-confidence",
        "0",
        "--with-warnings",
        "--as",
        "Lê Thị Duyệt",
    )
    told = office.json(*everything, code=1)
    assert told["approved"] == [] and {"number", "code"} <= {*told["held_back"][0]["by_hand"]}
    assert "viết tay / by hand" in office.run(*everything, code=1)[1]
    document = told["held_back"][0]["id"]
    office.run(
        "review",
        document,
        "--approve",
        "--set",
        "number=17",
        "--set",
        "issued_on=2024-06-05",
        "--as",
        "Lê Thị",
    )
    shown = office.json("show", document)
    assert (shown["state"], shown["fields"]["code"]["value"]) == ("APPROVED", "17/QĐ-SXD")


def test_a_list_that_is_none_is_refused_before_anything_is_received(office: Office, tmp_path: Path) -> None:
    scans = papers(tmp_path / "scans", HOLDERS[0])
    wrong = tmp_path / "a.csv"
    wrong.write_text("một;hai\n1;2\n", "utf-8")
    assert office.json("receive", scans, "--list", wrong, code=2)["error"]["code"] == "LIST_NO_HEADER"
    missing = tmp_path / "b.xlsx"
    assert office.json("receive", scans, "--list", missing, code=2)["error"]["code"] == "FILE_NOT_FOUND"
    assert office.json("status")["documents"] == []
    assert office.json("list", "batch-000000000000", code=2)["error"]["code"] == "NO_LIST"
    assert office.json("list", "batch-000000000000", wrong, code=2)["error"]["code"] == "NO_BATCH"


def test_a_list_among_the_papers_is_not_taken_for_one_and_the_way_is_told(
    office: Office, tmp_path: Path
) -> None:
    scans = papers(tmp_path / "scans")
    list_file(scans / "sổ.csv", [line_of(5, HOLDERS[0])])
    answer = office.json("receive", scans, code=1)
    assert answer["files"][0]["code"] == "NOT_AN_IMAGE"
    assert "--list" in answer["files"][0]["reason"]["en"]
