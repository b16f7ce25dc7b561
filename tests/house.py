"""A running service for browsers: agencies with people of their own, papers brought where a journey begins."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image

from archive.store import FolderStore
from tests.office import Office, small_paper

PASSWORD = "mật khẩu rất dài"
LONGEST_SECONDS = 120
ROLES = ("capturer", "reviewer", "copy-officer", "archivist", "auditor", "sealer", "administrator")


def key() -> dict[str, str]:
    return {"Idempotency-Key": os.urandom(8).hex()}


@dataclass
class House:
    """``hoso serve`` in a process, on a free port."""

    office: Office
    address: str
    folder: Path
    count: int = 0

    def agency(self) -> Agency:
        """A new agency with a person of every role and a holder: nothing that another test did is in it."""
        self.count += 1
        code = f"H01.{self.count:03}"
        self.office.run("init", "--agency", code, "--name", f"SỞ XÂY DỰNG TỈNH MẪU {self.count}")
        made = Agency(self, code, f"079085{100000 + self.count}")
        self._account(made.login("administrator"), "Quản trị", "--agency", code)
        self._account(made.login("holder"), "Trần Văn Bình", "--holder-id", made.number)
        administrator = made.person("administrator")
        for role in ROLES[:-1]:
            new = {"login": made.login(role), "name": f"Người {role}", "password": PASSWORD, "roles": [role]}
            assert administrator.post("/accounts", json=new, headers=key()).status_code == 201
        return made

    def _account(self, login: str, name: str, *more: str) -> None:
        secret = self.folder / "secret"
        secret.write_text(PASSWORD + "\n", "utf-8")
        self.office.run("account", "add", login, "--name", name, "--password-file", secret, *more)


@dataclass
class Agency:
    """One agency of the house."""

    house: House
    code: str
    number: str
    """The personal number of its holder."""
    papers: int = field(default=0)

    def login(self, role: str) -> str:
        return f"{role}.{self.code.lower()}"

    def person(self, role: str) -> httpx2.Client:
        """Somebody signed in, as a program."""
        address = self.house.address
        client = httpx2.Client(
            base_url=f"{address}/api/v1", headers={"Origin": address}, timeout=LONGEST_SECONDS
        )
        answer = client.post("/sessions", json={"login": self.login(role), "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return client

    def file(self) -> Path:
        """A paper that no other is like, as a file."""
        self.papers += 1
        number = int(self.code[-3:]) * 100 + self.papers
        path = self.house.folder / f"giấy phép {number}.png"
        small_paper(number).save(path, dpi=(200, 200))
        return path

    def pile(self, count: int) -> Path:
        """So many papers scanned into one file."""
        first, *more = (Image.open(self.file()) for _ in range(count))
        path = self.house.folder / f"lô {self.code} {self.papers}.tif"
        first.save(path, save_all=True, append_images=more, dpi=(200, 200), compression="tiff_deflate")
        return path

    def read(self, *files: Path) -> list[str]:
        """Documents that were read and wait for a person."""
        capturer = self.person("capturer")
        batch = capturer.post("/batches", json={}, headers=key()).json()["id"]
        for one in files or (self.file(),):
            assert (
                capturer.put(f"/batches/{batch}/files/{one.name}", content=one.read_bytes()).status_code
                == 201
            )
        capturer.post(f"/batches/{batch}/close")
        until(lambda: capturer.get(f"/batches/{batch}").json()["outcomes"])
        documents = [one["document"] for one in capturer.get(f"/batches/{batch}").json()["outcomes"]]
        for one in documents:
            until(lambda one=one: capturer.get(f"/documents/{one}").json()["state"] == "READ")
        return documents

    def held(self) -> str:
        """A held licence of the holder."""
        (document,) = self.read()
        reviewer = self.person("reviewer")
        seen = reviewer.get(f"/documents/{document}")
        corrections = {
            "holder_id": self.number,
            "valid_until": "2099-12-31",
            "subject": "Cấp giấy phép xây dựng",
        }
        done = reviewer.post(
            f"/documents/{document}/review", json={"decision": "approve", "corrections": corrections},
            headers={"If-Match": seen.headers["etag"]},
        )  # fmt: skip
        assert done.status_code == 200, done.text
        until(lambda: reviewer.get(f"/documents/{document}").json()["state"] == "HELD")
        return document

    @contextmanager
    def without_draft(self, document: str) -> Iterator[None]:
        """A fault: the store has lost what is about to be sealed, for as long as this lasts."""
        home = self.house.office.home
        with sqlite3.connect(home / "hoso.sqlite3") as database:
            query = "SELECT draft_sha256 FROM document WHERE id = ?"
            (sha256,) = database.execute(query, (document,)).fetchone()
        kept = FolderStore(home / "store").path("work", sha256)
        away = kept.rename(self.house.folder / sha256)
        yield
        away.rename(kept)

    def copy(self, document: str) -> Any:
        """An issued copy."""
        officer = self.person("copy-officer")
        asked = {"basis": "register", "recipient": "Ngân hàng Mẫu", "purpose": "vay vốn"}
        copy = officer.post(f"/documents/{document}/copies", json=asked, headers=key()).json()["id"]
        until(lambda: officer.get(f"/copies/{copy}").json()["state"] == "ISSUED")
        return officer.get(f"/copies/{copy}").json()


def until(ready: Any) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not ready():
        assert time.monotonic() < deadline, "it never became so"
        time.sleep(0.2)
