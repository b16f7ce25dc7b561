"""The OpenAPI document says what the application does: schemathesis finds nothing, every error is a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events

from api.problems import CODES, STATUS
from api.rules import STAFF, TABLE
from archive import accounts
from archive.accounts import NewAccount
from tests import world
from tests.api.desk import PASSWORD, Desk, key, quick_hash

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

EVERYTHING = "everything"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("openapi")
    database = world.a_database(folder)
    made = Desk(folder, database)
    with database.writing() as session:
        roles = frozenset(role.value for role in STAFF)
        new = NewAccount(EVERYTHING, "Mọi vai trò", PASSWORD, made.agencies["H12.34"], roles)
        accounts.open_account(session, new, quick_hash, made.now(), lambda n: bytes(n))
    yield made
    database.close()


@pytest.fixture(scope="module")
def real(desk: Desk) -> dict[str, str]:
    """Objects that are there, so that not every generated request ends at 404."""
    document = desk.document()
    batch = desk.person(EVERYTHING).post("/api/v1/batches", json={}, headers=key()).json()["id"]
    return {"document_id": document, "copy_id": desk.copy(document), "batch_id": batch}


ENDING = ("sessions.end", "sessions.password")
"""Operations that sign their caller out: they would leave the others outside."""


def configured(token: str, real: dict[str, str]) -> SchemathesisConfig:
    """A caller with every role of one agency, bounded in examples."""
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": {"Sec-Fetch-Site": "same-origin", "Cookie": f"hoso={token}"},
            "generation": {"max-examples": 3, "deterministic": True, "database": "none"},
            "phases": {"stateful": {"enabled": False}},
            "parameters": {f"path.{name}": value for name, value in real.items()},
            "checks": {
                # A review of what was never seen is 412, and 422 what no schema can say: cursors, roles that
                # are not given this way, an agency that has to be named.
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "428"]
                },
                # 412: what speaks no tus is told so before anything else.
                "negative_data_rejection": {
                    "expected-statuses": [
                        "400",
                        "401",
                        "403",
                        "404",
                        "409",
                        "412",
                        "415",
                        "422",
                        "428",
                        "429",
                    ]
                },
            },
        }
    )


def test_schemathesis_finds_nothing(desk: Desk, real: dict[str, str]) -> None:
    token = desk.person(EVERYTHING).cookies["hoso"]
    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", desk.app, config=configured(token, real)
    ).exclude(operation_id=list(ENDING))
    found: dict[tuple[str, str], str] = {}
    calls = 0
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found[str(getattr(event, "label", "")), type(event).__name__] = str(getattr(event, "info", event))
        if isinstance(event, events.ScenarioFinished):
            calls += len(event.recorder.interactions)
            for case, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        told = check.failure_info.failure
                        if any(f"parameter `{name}`" in told.message for name in real):
                            continue  # we put a real one in place of the wrong one it made
                        asked = event.recorder.interactions[case].request
                        found[str(event.label), check.name] = (
                            f"{told.title}: {told.message}\n{asked.method} {asked.uri} {asked.body!r:.300}"
                        )
    assert found == {}, "\n\n".join(f"{where} {name}: {what}" for (where, name), what in found.items())
    assert calls > 500


def test_every_operation_says_who_may_and_how_it_fails(desk: Desk) -> None:
    made = desk.anybody().get("/api/v1/openapi.json").json()
    assert made["openapi"].startswith("3.1")
    operations = {one["operationId"]: one for path in made["paths"].values() for one in path.values()}
    assert set(operations) == _operations()
    for name, operation in operations.items():
        assert operation["description"] and operation["x-roles"], name
        assert "application/problem+json" in operation["responses"]["default"]["content"], name
    assert "HTTPValidationError" not in str(made)


def test_the_page_about_the_api_names_every_operation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    told = set(re.findall(r"^\| `[A-Z]+ \S+` \| ([a-z.]+) \|", page, re.MULTILINE))
    assert told == _operations()


def _operations() -> set[str]:
    """Every route that is for programs; pages are for people."""
    return {name for name in TABLE if name != "openapi" and not name.startswith("pages.")}


def test_codes_have_a_status_and_two_languages() -> None:
    assert not set(CODES) & set(STATUS)
    for code, (status, vi, en) in CODES.items():
        assert re.fullmatch(r"[A-Z_]+", code) and 400 <= status < 600 and vi and en and vi != en


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "code"),
    [
        ("GET", "/api/v1/nothing", {}, 404, "NOT_FOUND"),
        ("DELETE", "/api/v1/agencies", {}, 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/v1/sessions", {"content": b"{"}, 422, "INVALID_REQUEST"),
        ("POST", "/api/v1/sessions", {"json": {"login": "x"}}, 422, "INVALID_REQUEST"),
        ("POST", "/api/v1/sessions", {"json": {"login": "x", "password": "y", "z": 1}}, 422, "INVALID_REQUEST"),
        ("POST", "/api/v1/sessions", {"content": b"\xff", "headers": JSON}, 400, "BAD_REQUEST"),
        ("POST", "/api/v1/oauth/token", {"data": {"grant_type": "password"}}, 422, "INVALID_REQUEST"),
        ("POST", "/api/v1/verification/files", {"content": b"x" * (101 << 20)}, 413, "TOO_LARGE"),
    ],
)  # fmt: skip
def test_every_error_is_a_problem(
    desk: Desk, method: str, path: str, more: dict[str, Any], status: int, code: str
) -> None:
    answer = desk.anybody().request(method, path, **more)
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["instance"] == f"urn:hoso:request:{answer.headers['x-request-id']}"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_validation_problem_does_not_repeat_what_was_sent(desk: Desk) -> None:
    asked = {"login": "x" * 100, "password": "mật khẩu bí mật"}
    answer = desk.anybody().post("/api/v1/sessions", json=asked)
    assert answer.status_code == 422 and answer.json()["errors"][0]["where"] == "body.login"
    assert "bí mật" not in answer.text and "xxx" not in answer.text
