"""Whoever watches the service sees what it does, and nothing of what stands in the papers."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import httpx2
import pytest

from archive.notices import frames, without_messages
from tests.api.desk import HOLDER_ID, Desk, key
from tests.house import Agency, House, until
from tests.office import Office
from tests.servers.ports import free_ports

SECRETS = (
    "Nguyễn Văn Hùng", "Trần Văn Bình", "079085", "Cấp giấy phép", "vay vốn", "Ngân hàng", "mật khẩu", "giấy phép",
    "holder.h01", "reviewer.h01", "127.0.0.1", "quyet dinh tim kiem", "Cookie", "Traceback",
)  # fmt: skip
"""What stands in papers, forms, addresses and accounts of the journey below."""


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], str]:
    """The log of a service through a paper's whole life, wrong requests included, and its measures at the end."""
    folder: Path = tmp_path_factory.mktemp("watched")
    (port,) = free_ports(1)
    settings = {"HOSO_PASSWORD_KIB": "1024", "HOSO_LOG": "json", "HOSO_METRICS_PORT": str(port)}
    office = Office(folder / "home", settings)
    office.run("init")
    office.run("procedures", "import")
    log = folder / "serve.log"
    process = office.start("serve", "--port", "0", log=log)
    until(lambda: "/api/v1" in log.read_text("utf-8"))
    address = re.search(r"http://[^/\"]+", log.read_text("utf-8"))
    assert address is not None
    try:
        agency = House(office, address[0], folder).agency()
        document = agency.held()
        copy = agency.copy(document)
        _wrongly(agency, document, str(copy["code"]), address[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            measures = answer.read().decode()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()], measures


def _wrongly(agency: Agency, document: str, code: str, address: str) -> None:
    """Requests that say much in their addresses, bodies and errors."""
    reviewer, officer = agency.person("reviewer"), agency.person("copy-officer")
    reviewer.get("/search?q=quyet dinh tim kiem")
    etag = reviewer.get(f"/documents/{document}").headers["etag"]
    bad = {"decision": "approve", "corrections": {"issued_on": "Nguyễn Văn Hùng"}}
    assert (
        reviewer.post(f"/documents/{document}/review", json=bad, headers={"If-Match": etag}).status_code
        == 422
    )
    wish = {"procedure": "1.001809", "holder": agency.number}
    assert officer.post("/reuse/proposals", json=wish).status_code == 200
    assert officer.post("/reuse/proposals", json={**wish, "holder": "079085999"}).status_code == 422
    visitor = httpx2.Client(base_url=address, headers={"Origin": address})
    assert visitor.get(f"/v/{code}").status_code == 200
    wrong = {"login": "holder.h01.001", "password": "mật khẩu sai"}
    assert visitor.post("/api/v1/sessions", json=wrong).status_code == 401
    visitor.post("/api/v1/verification/files", content=b"%PDF-1.7 Nguyen")


def test_the_log_tells_every_request_and_step_and_nothing_of_people_or_papers(
    journey: tuple[list[dict[str, Any]], str],
) -> None:
    lines, _ = journey
    requests = [line for line in lines if line["event"] == "request"]
    assert {"documents.review", "verification.file", "sessions.open", "search.find"} <= {
        one["route"] for one in requests
    }
    assert all(re.fullmatch("[0-9a-f]{24}", one["request"]) and one["ms"] >= 0 for one in requests)
    assert {one["status"] for one in requests} >= {200, 201, 401, 422}
    assert {one["step"] for one in lines if one["event"] == "step done"} == {"read", "seal", "hold", "issue"}
    begun = next(place for place, line in enumerate(lines) if "/api/v1" in line["event"])
    told = [json.dumps(line, ensure_ascii=False) for place, line in enumerate(lines) if place != begun]
    assert [(secret, line) for secret in SECRETS for line in told if secret in line] == []


def test_the_measures_count_requests_steps_and_what_stands(journey: tuple[list[dict[str, Any]], str]) -> None:
    _, measures = journey
    assert 'hoso_documents{state="HELD"} 1.0' in measures
    assert re.search(
        r'hoso_request_seconds_count\{method="POST",route="documents.review",status="200"\} 1\.0', measures
    )
    assert re.search(r'hoso_step_seconds_count\{state="done",step="seal"\} 1\.0', measures)
    assert "hoso_database_up 1.0" in measures and "hoso_oldest_ripe_seconds 0.0" in measures
    assert "process_resident_memory_bytes" in measures
    assert not [secret for secret in SECRETS if secret in measures]


def test_an_unexpected_error_is_told_by_its_place_without_its_message() -> None:
    try:
        raise ValueError(HOLDER_ID)
    except ValueError as error:
        told = frames(error)
    assert told.startswith("ValueError < ") and "test_watching.py" in told and HOLDER_ID not in told
    text = f'Traceback (most recent call last):\n  File "/a/b.py", line 7, in read\n    x()\nValueError: {HOLDER_ID}\n'
    assert without_messages(text) == "ValueError < /a/b.py:7 read"


def test_every_request_is_told_by_route_and_caller_not_by_address(desk: Desk) -> None:
    document = desk.document()
    holder = desk.person("holder")
    holder.get(f"/api/v1/documents/{document}")
    holder.post("/api/v1/consents", json={"agency": "nowhere"}, headers=key())
    desk.anybody().get(f"/api/v1/nothing/{HOLDER_ID}")
    told = {(one.route, one.status) for one in desk.answered}
    assert {("documents.show", 200), ("consents.create", 422), ("", 404)} <= told
    assert not [one for one in desk.answered if HOLDER_ID in str(one) or "holder" in str(one)]
