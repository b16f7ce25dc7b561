"""``hoso serve`` as it runs: one paper's whole way through HTTP, real children, real seals, SIGTERM at the end."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.office import Office, small_paper

PASSWORD = "mật khẩu rất dài"
LONGEST_SECONDS = 120


class Served:
    """A running service and the people who use it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.process = office.start("serve", "--port", "0")
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if "http://" in line:
                self.address = "http://" + line.split("http://")[1].split("/")[0]
                break

    def anybody(self) -> httpx2.Client:
        return httpx2.Client(
            base_url=f"{self.address}/api/v1", headers={"Origin": self.address}, timeout=LONGEST_SECONDS
        )

    def person(self, login: str) -> httpx2.Client:
        client = self.anybody()
        answer = client.post("/sessions", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return client


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("served")
    office = Office(folder / "home", {"HOSO_PASSWORD_KIB": "1024"})
    office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    secret = folder / "secret"
    secret.write_text(PASSWORD + "\n", "utf-8")
    office.run("account", "add", "admin", "--name", "Quản trị", "--password-file", secret)
    running = Served(office)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


def wait_for(client: httpx2.Client, path: str, **values: str) -> Any:
    """Ask until the answer has these values."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        found = client.get(path).json()
        if all(found[name] == value for name, value in values.items()):
            return found
        time.sleep(0.3)
    raise AssertionError(f"{path} never became {values}: {found}")


def test_a_paper_goes_its_whole_way_over_http(served: Served, tmp_path: Path) -> None:
    administrator = served.person("admin")
    for role in ("capturer", "reviewer", "copy-officer", "archivist"):
        new = {"login": role, "name": f"Người {role}", "password": PASSWORD, "roles": [role]}
        assert administrator.post("/accounts", json=new, headers=key(role)).status_code == 201
    capturer, reviewer, officer = (served.person(role) for role in ("capturer", "reviewer", "copy-officer"))

    batch = capturer.post("/batches", json={}, headers=key("b1")).json()["id"]
    small_paper(7).save(tmp_path / "p.png", dpi=(200, 200))
    data = (tmp_path / "p.png").read_bytes()
    put = capturer.put(f"/batches/{batch}/files/giấy phép.png", content=data)
    assert put.json()["sha256"] == hashlib.sha256(data).hexdigest()
    assert capturer.put(f"/batches/{batch}/files/chữ.txt", content=b"hello").status_code == 201
    assert capturer.post(f"/batches/{batch}/close").status_code == 202
    with capturer.stream("GET", f"/batches/{batch}/progress") as stream:
        last = [line for line in stream.iter_lines() if line.startswith("data: ")][-1]
    assert '"settled": true' in last and '"READ": 1' in last and '"refused": 1' in last
    outcomes = capturer.get(f"/batches/{batch}").json()["outcomes"]
    document = next(one["document"] for one in outcomes if one["status"] == "accepted")

    seen = reviewer.get(f"/documents/{document}")
    assert (
        seen.json()["state"] == "READ" and reviewer.get(seen.json()["pages"][0]["image"][7:]).content == data
    )
    review = {"decision": "approve", "corrections": {"subject": "Cấp giấy phép xây dựng"}}
    done = reviewer.post(
        f"/documents/{document}/review", json=review, headers={"If-Match": seen.headers["etag"]}
    )
    assert done.status_code == 200, done.text
    held = wait_for(reviewer, f"/documents/{document}", state="HELD")
    sealed = reviewer.get(f"/documents/{document}/sealed")
    assert hashlib.sha256(sealed.content).hexdigest() == held["sealed_sha256"]
    assert reviewer.get(f"/documents/{document}/report").json()["verdict"] == "VALID"

    asked = {"basis": "register", "recipient": "Trần Văn Bình", "purpose": "vay vốn"}
    copy = officer.post(f"/documents/{document}/copies", json=asked, headers=key("c1")).json()
    issued = wait_for(officer, f"/copies/{copy['id']}", state="ISSUED")
    file = officer.get(f"/copies/{copy['id']}/file").content
    assert hashlib.sha256(file).hexdigest() == issued["sha256"]

    visitor = served.anybody()
    assert visitor.get(f"/verification/codes/{issued['code']}").json()["standing"] == "valid"
    verdict = visitor.post("/verification/files", content=file).json()
    assert (verdict["verdict"], verdict["ours"], verdict["known"]["identifier"]) == (
        "VALID",
        True,
        copy["id"],
    )
    forged = visitor.post("/verification/files", content=file.replace(b"%PDF-1.7", b"%PDF-1.6", 1)).json()
    assert forged["verdict"] != "VALID" and forged["ours"] is False
    rubbish = visitor.post("/verification/files", content=b"not a PDF").json()
    assert (rubbish["verdict"], rubbish["reason"]) == ("INDETERMINATE", "NOT_PDF")

    archivist = served.person("archivist")
    etag = archivist.get(f"/documents/{document}").headers["etag"]
    gone = archivist.post(
        f"/documents/{document}/revoke", json={"reason": "QĐ 1"}, headers={"If-Match": etag}
    )
    assert gone.json()["standing"] == "revoked"
    after = visitor.post("/verification/files", content=file).json()
    assert after["verdict"] == "INVALID" and after["standing"] == "revoked"
    refused = officer.post(f"/documents/{document}/copies", json=asked, headers=key("c2")).json()
    assert (refused["state"], refused["reason"]["code"]) == ("REFUSED", "RECORD_REVOKED")


def test_told_to_stop_it_ends_cleanly(served: Served) -> None:
    served.process.send_signal(signal.SIGTERM)
    try:
        _, told = served.process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        served.process.kill()
        raise
    assert served.process.returncode == 0 and "Traceback" not in told
    assert served.office.json("audit")["sound"] is True


def test_passwords_come_from_files_and_pipes_and_accounts_are_checked(office: Office, tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_text("short\n")
    add = ("account", "add", "an", "--name", "An")
    assert office.json(*add, "--password-file", short, code=2)["error"]["code"] == "BAD_PASSWORD"
    assert (
        office.json(*add, "--password-file", tmp_path / "none", code=2)["error"]["code"]
        == "SECRET_UNREADABLE"
    )
    short.write_text("mật khẩu rất dài\n", "utf-8")
    assert (
        office.json(*add, "--role", "king", "--password-file", short, code=2)["error"]["code"]
        == "UNKNOWN_ROLE"
    )
    bad = office.json(*add, "--holder-id", "123", "--password-file", short, code=2)
    assert bad["error"]["code"] == "BAD_HOLDER"
    made = office.json(*add, "--holder-id", "001099012345", "--password-file", short)
    assert (made["holder"], made["agency"], made["roles"]) == (True, None, [])
    assert office.json(*add, "--password-file", short, code=2)["error"]["code"] == "LOGIN_TAKEN"
    assert office.json("account", "reset", "an", "--password-file", short)["login"] == "an"
    unknown = office.json("account", "reset", "nobody", "--password-file", short, code=2)
    assert unknown["error"]["code"] == "UNKNOWN_LOGIN"


def test_several_processes_serve_one_address_and_end_together(tmp_path: Path) -> None:
    office = Office(tmp_path / "home", {})
    office.run("init", "--agency", "H01.010", "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    log = tmp_path / "serve.log"
    process = office.start("serve", "--port", "0", "--processes", "3", log=log)
    while "/api/v1" not in (told := log.read_text("utf-8")):
        assert process.poll() is None, told
        time.sleep(0.1)
    address = "http://" + told.split("http://")[1].split("/")[0]
    for _ in range(20):  # each on a connection of its own
        assert httpx2.get(f"{address}/api/v1/health/ready", timeout=LONGEST_SECONDS).status_code == 200
    siblings = _children(process.pid)
    assert len(siblings) == 2
    process.kill()  # the worst end of the first one
    process.communicate()
    deadline = time.monotonic() + LONGEST_SECONDS
    while any(Path(f"/proc/{one}").exists() for one in siblings):
        assert time.monotonic() < deadline, "a process outlived the service"
        time.sleep(0.1)


def _children(pid: int) -> list[int]:
    """Processes that this one started and that serve."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if b"--inherited-socket" in Path(f"/proc/{child}/cmdline").read_bytes():
            found.append(int(child))
    return found
