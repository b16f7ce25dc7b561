"""Mistakes that people and programs make, and tampering: each has its answer, and nothing is done half."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.office import Office, small_papers


def test_a_copy_is_not_asked_for_when_it_could_not_be_written(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    (tmp_path / "file").touch()
    request = ("copy", document, "--basis", "register", "--for", "A", "--purpose", "B")
    for target in (tmp_path, tmp_path / "file" / "copy.pdf"):
        assert office.json(*request, "--out", target, code=2)["error"]["code"] == "OUT_NOT_WRITABLE"
    assert office.json("show", document)["copies"] == []


def test_what_the_system_refuses_is_told_with_a_code(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert Office(tmp_path / "file", {}).json("init", code=2)["error"]["code"] == "HOME_NOT_WRITABLE"
    office = Office(tmp_path / "home", {"HOSO_CHILDREN": "abc"})
    assert office.json("status", code=2)["error"]["code"] == "BAD_SETTING"
    office = Office(tmp_path / "home", {})
    office.run("init", "--agency", "H01", "--name", "SỞ MẪU")
    assert office.json("review", "--colour", code=2)["error"]["code"] == "USAGE"
    (tmp_path / "nothing").mkdir()
    assert office.json("receive", tmp_path / "nothing", code=2)["error"]["code"] == "NO_FILES"


def test_an_expired_record_is_listed_as_expired(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    office.run("work", "--until-idle")
    office.run("review", document, "--approve", "--as", "A", "--set", "valid_until=2020-01-01")
    office.run("work", "--until-idle")
    assert office.json("status")["documents"][0]["standing"] == "expired"
    refused = office.json("copy", document, "--basis", "register", "--for", "A", "--purpose", "B", code=1)
    assert refused["reason"]["code"] == "RECORD_EXPIRED"


def test_a_value_can_be_struck_out_and_a_list_set_but_not_twice(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    office.run("work", "--until-idle")
    twice = ("--set", "subject=một", "--set", "subject=hai")
    answer = office.json("review", document, "--approve", "--as", "A", *twice, code=2)
    assert answer["error"]["code"] == "BAD_CHANGE"
    office.run(
        "review", document, "--approve", "--as", "A",
        "--set", "recipients=- Như Điều 2;", "--set", "recipients=- Lưu: VT.", "--set", "valid_until=",
    )  # fmt: skip
    fields = office.json("show", document)["fields"]
    assert fields["recipients"]["value"] == ["- Như Điều 2;", "- Lưu: VT."]
    assert fields["valid_until"]["value"] == ""


def test_audit_finds_rows_that_differ_from_the_history(office: Office, tmp_path: Path) -> None:
    document = office.json("receive", small_papers(tmp_path / "papers", 1))["files"][0]["document"]
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "A")
    office.run("work", "--until-idle")
    office.run("revoke", document, "--reason", "sai", "--as", "A")
    assert office.json("audit")["sound"] is True
    for change in (
        "UPDATE document SET standing = 'valid'",
        "UPDATE document SET manifest_sha256 = NULL",
        "UPDATE entry SET subject = 'doc-other'",
    ):
        with sqlite3.connect(office.home / "hoso.sqlite3") as database:
            database.execute(change)
        answer = office.json("audit", code=1)
        assert answer["sound"] is False and answer["chains"][0]["whole"] is True
        assert {one["document"] for one in answer["differences"]} == {document}
    with sqlite3.connect(office.home / "hoso.sqlite3") as database:
        database.execute("UPDATE event SET details = '{' WHERE number = 3")
    assert office.json("audit", code=1)["chains"][0]["broken_at"] == 3
