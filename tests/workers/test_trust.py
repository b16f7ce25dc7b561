"""``hoso trust`` and ``hoso verify --at``, ``--as-signed`` as people and programs call them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from signing import anchors, pki
from tests.signing import office as sealing
from workers.cli import app

NAME = "SỞ XÂY DỰNG TỈNH MẪU"


@dataclass(frozen=True)
class Office:
    """A HOSO_HOME and the commands run in it, in this process: a process each would take minutes."""

    home: Path

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        done = CliRunner().invoke(app, [str(one) for one in arguments], env={"HOSO_HOME": str(self.home)})
        assert done.exit_code == code, (arguments, done.output, done.exception)
        return done.stdout

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code))


@pytest.fixture
def own(tmp_path: Path) -> Office:
    office = Office(tmp_path / "home")
    office.run("init", "--agency", "H01.010", "--name", NAME)
    return office


def sealed_in(keys: Path, code: str) -> bytes:
    now = datetime.now(UTC)
    key = pki.load_seal(keys, code)
    stamper = pki.load_timestamper(keys, lambda: now)
    return sealing.Office(keys, key, stamper, anchors.load_trust(keys), lambda: now).sealed()


def test_an_agency_that_is_opened_is_on_the_list_and_every_change_is_in_its_history(own: Office) -> None:
    listed = own.json("trust", "list")
    assert [(one["code"], one["name"]) for one in listed["agencies"]] == [("H01.010", NAME)]
    root = listed["anchors"][0]["certificate"][:12]
    own.run("init", "--agency", "H01.020", "--name", "SỞ Y TẾ TỈNH MẪU")
    told = own.json(
        "trust", "agency", "add", "H01.020", "--name", "SỞ Y TẾ TỈNH MẪU", "--anchor", root, "--form", "giay-phep",
        "--until", "2040-01-01", "--as", "Lê Thị Tin", "--why", "QĐ 7",
    )  # fmt: skip
    assert told["agencies"][1]["forms"] == ["giay-phep"]
    assert told["agencies"][1]["until"] == "2039-12-31T17:00:00+00:00"
    log = own.json("trust", "history")["versions"]
    assert [one["version"] for one in log] == [1, 2, 3, 4]
    assert (log[3]["by"], log[3]["why"], log[3]["sha256"]) == ("Lê Thị Tin", "QĐ 7", told["sha256"])
    assert own.json("audit") | {"chains": []} == {
        "sound": True, "chains": [], "differences": [], "trust": [], "holdings": {"checked": 0, "wrong": []},
    }  # fmt: skip
    newest = own.home / "test-pki" / "trust" / "000004.json"
    newest.write_text(newest.read_text("utf-8").replace("QĐ 7", "QĐ 8"), "utf-8")
    assert len(own.json("audit", code=1)["trust"]) == 1


def test_a_root_is_added_distrusted_and_removed_and_files_follow(own: Office, tmp_path: Path) -> None:
    other = sealing.open_office(tmp_path / "other", "Sở Nội vụ tỉnh Mẫu")
    file = tmp_path / "other.pdf"
    file.write_bytes(other.sealed())
    who = ("--as", "Lê Thị Tin", "--why", "thử")
    assert own.json("verify", file, code=1)["reason"] == "NO_CERTIFICATE_CHAIN_FOUND"
    lists = own.home / "test-pki" / anchors.LISTS
    lists.mkdir()
    for name in ("root", "intermediate"):
        own.run("trust", "add", tmp_path / "other" / f"{name}.crt", "--kind", "public", *who)
        (lists / f"{name}.crl").write_bytes((tmp_path / "other" / f"{name}.crl").read_bytes())
    report = own.json("verify", file)
    assert (report["verdict"], report["trust"]["version"]) == ("VALID", 4)
    codes = {one["name"]: one["code"] for one in report["checks"]}
    assert codes["entitlement"] == "SIGNER_NOT_LISTED"
    named = own.json("trust", "list")["anchors"][1]
    assert named["kind"] == "public root (NEAC)"
    own.run("trust", "distrust", named["name"], "--at", "2020-01-01", *who)
    assert own.json("verify", file, code=1)["reason"] == "ANCHOR_NOT_IN_FORCE"
    own.run("trust", "remove", named["certificate"][:8], *who)
    assert own.json("verify", file, code=1)["reason"] == "NO_CERTIFICATE_CHAIN_FOUND"
    assert own.json("trust", "remove", "nobody", *who, code=2)["error"]["code"] == "UNKNOWN_ANCHOR"


def test_verify_judges_a_chosen_day_and_gives_back_the_revision_as_signed(
    own: Office, tmp_path: Path
) -> None:
    file, target = tmp_path / "sealed.pdf", tmp_path / "as-signed.pdf"
    file.write_bytes(sealed_in(own.home / "test-pki", "H01.010"))
    report = own.json("verify", file, "--at", "2010-06-01")
    assert report["verdict"] == "VALID"
    assert [(one["label"], one["reason"]) for one in report["times"]] == [
        ("signing", "OK"), ("now", "OK"), ("chosen", "NOT_YET_SIGNED"),
    ]  # fmt: skip
    text = own.run("verify", file, "--at", "2010-06-01")
    assert "lúc đã chọn / chosen time 2010-06-01T23:59:59+07:00: CHƯA XÁC ĐỊNH / INDETERMINATE" in text
    assert own.json("verify", file, "--at", "mai", code=2)["error"]["code"] == "BAD_TIME"
    told = own.json("verify", file, "--as-signed", "Seal", "-o", target)
    assert file.read_bytes().startswith(target.read_bytes()) and told["sha256"]
    assert (
        own.json("verify", file, "--as-signed", "Seal", "-o", target, code=2)["error"]["code"]
        == "FILE_EXISTS"
    )
    assert own.json("verify", file, "--as-signed", "Seal", code=2)["error"]["code"] == "REVISION_INCOMPLETE"
