"""A client that is generated from the OpenAPI document alone does a paper's whole way."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiopenapi3 import OpenAPI

from tests.house import PASSWORD, Agency, House, until
from tests.office import Office


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """An agency of a running service."""
    office = Office(tmp_path / "home", {"HOSO_PASSWORD_KIB": "1024"})
    office.run("init")
    office.run("procedures", "import")
    log = tmp_path / "serve.log"
    process = office.start("serve", "--port", "0", log=log)
    until(lambda: "/api/v1" in log.read_text("utf-8"))
    address = "http://" + log.read_text("utf-8").split("http://")[1].split("/")[0]
    yield House(office, address, tmp_path).agency()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


class Client:
    """The generated client of one person: operations by their ids, answers as the document's models."""

    def __init__(self, address: str, login: str | None = None) -> None:
        def session(**settings: Any) -> httpx2.Client:
            return httpx2.Client(**{**settings, "headers": {"Origin": address}, "timeout": 120})

        session.__annotations__["return"] = httpx2.Client  # by this it tells a synchronous client
        self.api = OpenAPI.load_sync(f"{address}/api/v1/openapi.json", session_factory=session)
        if login is not None:
            request = self.api._["sessions.open"]
            _, _, answer = request.request(data={"login": login, "password": PASSWORD})
            self.api.authenticate(person=answer.cookies["hoso"])

    def __call__(self, operation: str, body: Any = None, **parameters: Any) -> Any:
        """Do the operation; gives the answer's model, or bytes."""
        return self.ask(operation, body, **parameters)[1]

    def ask(self, operation: str, body: Any = None, **parameters: Any) -> tuple[Any, Any]:
        """As ``__call__``, with the headers before it."""
        named = {name.replace("_of", "_id").replace("__", "-"): value for name, value in parameters.items()}
        headers, data, _ = self.api._[operation].request(parameters=named, data=body)
        return headers, data


def key() -> str:
    return os.urandom(8).hex()


def test_a_generated_client_does_the_whole_path(agency: Agency) -> None:
    address = agency.house.address
    capturer, reviewer, officer, holder = (
        Client(address, agency.login(role)) for role in ("capturer", "reviewer", "copy-officer", "holder")
    )
    batch = capturer("batches.create", {}, **{"Idempotency__Key": key()})
    data = agency.file().read_bytes()
    capturer("batches.upload", data, batch_of=batch.id, name="giấy phép.png")
    capturer("batches.close", batch_of=batch.id)
    until(lambda: capturer("batches.show", batch_of=batch.id).outcomes)
    (outcome,) = capturer("batches.show", batch_of=batch.id).outcomes
    assert outcome.status == "accepted"
    document = outcome.document
    until(lambda: reviewer("documents.show", document_of=document).state == "READ")

    headers, seen = reviewer.ask("documents.show", document_of=document)
    assert seen.fields and seen.pages[0].width > 0
    review = {
        "decision": "approve",
        "corrections": {"holder_id": agency.number, "subject": "Cấp giấy phép xây dựng"},
    }
    reviewer("documents.review", review, document_of=document, **{"If__Match": headers["ETag"]})
    until(lambda: reviewer("documents.show", document_of=document).state == "HELD")
    assert [row.id for row in holder("documents.list").rows] == [document]
    assert [row.id for row in officer("search.find", q="cap giay phep").rows] == [document]

    wanted = {"basis": "register", "recipient": "Ngân hàng Mẫu", "purpose": "vay vốn"}
    copy = officer("copies.create", wanted, document_of=document, **{"Idempotency__Key": key()})
    until(lambda: officer("copies.show", copy_of=copy.id).state == "ISSUED")
    issued = officer("copies.show", copy_of=copy.id)
    file = officer("copies.file", copy_of=copy.id)
    assert hashlib.sha256(file).hexdigest() == issued.sha256

    visitor = Client(address)
    assert visitor("verification.code", code=issued.code).standing == "valid"
    assert visitor("verification.digest", sha256=issued.sha256).identifier == copy.id
    wish = {"procedure": "1.001809", "holder": agency.number}
    assert {one.answer for one in officer("reuse.proposals", wish).answers} <= {
        "usable",
        "unusable",
        "to-provide",
    }
    assert document in {row.document for row in holder("deeds.list").rows}
