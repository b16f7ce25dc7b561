"""Learning from the outside: what people corrected is used for what is read next, and for nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.settings import Settings
from tests.office import Office, small_papers

WRONG, RIGHT = "Nguyễn Văn Hùng", "Nguyễn Văn Hừng"
"""How the small papers' signer is read, and what people here say that he is called."""

OURS, THEIRS = "H01.010", "H02.020"
PEOPLE = ("--as", "Lê Thị Duyệt")


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[str, Any]]:
    """An office whose people corrected the signer of three papers, left one unread by them, and learned."""
    folder = tmp_path_factory.mktemp("taught")
    office = Office(folder / "home", {})
    office.run("init", "--agency", OURS, "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    office.run("init", "--agency", THEIRS, "--name", "SỞ Y TẾ TỈNH MẪU")
    first = office.json("learn", "--agency", OURS)
    assert (first["new"], first["version"]) == (False, None)
    _received(office, folder / "first", OURS, 4, 0)
    *three, left = [one["id"] for one in office.json("status")["documents"]]
    for document in three:
        office.run("review", document, "--approve", "--set", f"signer_name={RIGHT}", *PEOPLE)
    office.run("work", "--until-idle")
    before = {one: office.json("show", one) for one in (*three, left)}
    made = office.json("learn", "--agency", OURS, *PEOPLE)
    return office, {"three": three, "left": left, "before": before, "made": made, "folder": folder}


def _received(office: Office, folder: Path, agency: str, count: int, first: int) -> list[dict[str, Any]]:
    answer = office.json("receive", small_papers(folder, count, first), "--agency", agency)
    office.run("work", "--until-idle")
    return [office.json("show", one["document"]) for one in answer["files"]]


def _read(shown: dict[str, Any]) -> dict[str, Any]:
    return dict(next(one["details"] for one in shown["history"] if one["act"] == "read"))


def _steps(office: Office, shown: dict[str, Any]) -> list[str]:
    digest = _read(shown)["reading"]
    kept = next((office.home / "store").glob(f"*/*/{digest}"))
    return list(json.loads(kept.read_text("utf-8"))["pages"][0]["steps"])


@pytest.mark.slow
def test_the_next_paper_is_read_with_the_lesson_and_says_so(taught: tuple[Office, dict[str, Any]]) -> None:
    office, told = taught
    assert told["made"]["new"] and told["made"]["active"] and told["made"]["papers"] == 3
    (shown,) = _received(office, told["folder"] / "second", OURS, 1, 10)
    signer = shown["fields"]["signer_name"]
    assert signer["value"] == RIGHT and signer["confidence"] < 0.9 and signer["origin"] == "read"
    assert _read(shown)["taught"]["signer_name"] == WRONG
    assert _read(shown)["lesson"] == told["made"]["lesson"]
    assert f"lesson {told['made']['lesson'][:12]}" in _steps(office, shown)
    assert shown["fields"]["number"]["value"] == "110"


@pytest.mark.slow
def test_what_was_read_or_approved_before_stays_as_it_was(taught: tuple[Office, dict[str, Any]]) -> None:
    office, told = taught
    assert {one: office.json("show", one) for one in told["before"]} == told["before"]
    assert told["before"][told["left"]]["fields"]["signer_name"]["value"] == WRONG
    assert office.json("audit")["sound"] is True


@pytest.mark.slow
def test_another_agency_of_the_installation_learns_nothing_from_it(
    taught: tuple[Office, dict[str, Any]],
) -> None:
    office, told = taught
    (shown,) = _received(office, told["folder"] / "theirs", THEIRS, 1, 20)
    assert shown["fields"]["signer_name"]["value"] == WRONG and "lesson" not in _read(shown)
    assert office.json("learn", "--agency", THEIRS, "--list")["lessons"] == []


@pytest.mark.slow
def test_the_same_records_make_the_same_lesson_and_versions_can_be_taken_back(
    taught: tuple[Office, dict[str, Any]], tmp_path: Path
) -> None:
    office, told = taught
    again = office.json("learn", "--agency", OURS)
    assert (again["new"], again["lesson"]) == (False, told["made"]["lesson"])
    content = office.json("learn", "--agency", OURS, "--show", "1")["content"]
    assert content["issuers"]["SỞ XÂY DỰNG"]["signers"][RIGHT]["seen"][0] == 3
    assert office.json("learn", "--agency", OURS, "--revert", *PEOPLE)["active"] is None
    assert office.json("learn", "--agency", OURS, "--revert", code=2)["error"]["code"] == "NOTHING_TO_REVERT"
    (shown,) = _received(office, tmp_path / "third", OURS, 1, 30)
    assert shown["fields"]["signer_name"]["value"] == WRONG
    assert office.json("learn", "--agency", OURS, "--use", "1")["active"]["version"] == 1
    assert office.json("learn", "--agency", OURS, "--use", "9", code=2)["error"]["code"] == "NO_SUCH_LESSON"
    assert (
        office.json("learn", "--agency", OURS, "--use", "1", "--off", code=2)["error"]["code"] == "LEARN_WHAT"
    )
    assert office.json("learn", code=2)["error"]["code"] == "WHICH_AGENCY"


@pytest.mark.slow
def test_a_lesson_that_cannot_be_read_parks_the_paper_with_its_reason(
    taught: tuple[Office, dict[str, Any]], tmp_path: Path
) -> None:
    office, told = taught
    kept = next((office.home / "store").glob(f"work/*/{told['made']['lesson']}"))
    data = kept.read_bytes()
    kept.chmod(0o600)
    kept.write_bytes(data[:-4])
    try:
        office.run("learn", "--agency", OURS, "--use", "1")
        office.json("receive", small_papers(tmp_path, 1, 40), "--agency", OURS)
        office.run("work", "--until-idle", code=1)
        (parked,) = office.json("status")["parked"]
        assert "LESSON_UNREADABLE" in json.dumps(parked["error"])
        office.run("learn", "--agency", OURS, "--off")
        office.run("retry", parked["document"], *PEOPLE)
        office.run("work", "--until-idle")
        assert office.json("show", parked["document"])["state"] == "READ"
    finally:
        kept.write_bytes(data)


def test_the_settings_of_an_office_need_nothing_for_learning() -> None:
    assert not [name for name in Settings.model_fields if "lesson" in name]
