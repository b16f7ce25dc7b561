"""Rights: every route stands in the table and goes through the one door; the table is what the application does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from api import callers
from api.app import create_app
from api.rules import DUTIES, NOBODY, TABLE, Caller, Reach, Role, permit, same_person
from archive.lifecycle import Act
from archive.lists import Sight
from tests.api import desk as desks
from tests.api.desk import A, B, Desk, key
from tests.api.things import Things, things

TUS = {"Tus-Resumable": "1.0.0", "Upload-Metadata": "filename YS5wbmc="}
UNMADE = "-000000000000"


def routes(desk: Desk) -> Iterator[APIRoute]:
    for context in iter_route_contexts(desk.app.routes):
        route = getattr(context, "original_route", context)
        assert isinstance(route, APIRoute), route
        yield route


def test_every_route_stands_in_the_table_and_the_table_has_no_other(desk: Desk) -> None:
    assert {route.name for route in routes(desk)} == set(TABLE)


def test_every_route_goes_through_the_one_door(desk: Desk) -> None:
    for route in routes(desk):
        assert any(one.call is callers.called for one in route.dependant.dependencies), route.name


def test_every_route_says_for_every_role() -> None:
    assert all(set(row) == set(Role) for row in TABLE.values())


def test_a_route_that_the_table_does_not_know_is_closed_to_all() -> None:
    everything = frozenset((1, role) for role in Role)
    assert permit("nowhere", Caller("x", "x", everything, "001099012345")) is None


def test_a_role_counts_only_in_its_agency() -> None:
    caller = Caller("x", "x", frozenset({(1, Role.REVIEWER), (2, Role.ARCHIVIST)}))
    assert permit("documents.review", caller) == Sight(frozenset({1}))
    assert permit("documents.revoke", caller) == Sight(frozenset({2}))
    assert permit("documents.list", caller) == Sight(frozenset({1, 2}))
    assert permit("documents.list", NOBODY) is None


def test_who_captured_may_not_approve_and_who_approved_may_not_revoke() -> None:
    done = [("receive", "An"), ("approve", "Bình")]
    assert same_person(Act.APPROVE, "An", done) and not same_person(Act.APPROVE, "Bình", done)
    assert same_person(Act.REVOKE_RECORD, "Bình", done) and not same_person(Act.RETURN, "An", done)
    assert same_person(Act.APPROVE, "Lê An (an)", [("receive", "An (an)")])  # a new name is no new person
    assert not same_person(Act.APPROVE, "An (an2)", [("receive", "An (an)")])
    assert set(DUTIES) == {Act.APPROVE, Act.REVOKE_RECORD}


@dataclass(frozen=True)
class Ask:
    """A request that is right in every way but, perhaps, for who makes it."""

    method: str
    path: str
    more: dict[str, Any] = field(default_factory=dict)


def asks(these: Things) -> dict[str, Ask]:
    """One request for every route."""
    document, copy, batch = f"/documents/{these.held}", f"/copies/{these.copy}", f"/batches/{these.batch}"
    seen = {"headers": {"If-Match": '"an old one"'}}
    made = {"headers": key()}
    dossier, need = f"/dossiers/{these.dossier}", {"requirement": these.requirement}
    wish = {"procedure": desks.PROCEDURE, "holder": these.number, "agency": A}
    wanted_copy = {"basis": "register", "recipient": "Bình", "purpose": "vay", "key": "a1"}
    found = {"presented_on": "2026-03-02", "certifier": "Lê Văn Chứng", "certifier_title": "Chủ tịch"}
    granted = {"to": B, "basis": "Quyết định 1/QĐ", "starts_on": "2026-01-01"}
    return {
        "health.live": Ask("GET", "/health/live"),
        "health.ready": Ask("GET", "/health/ready"),
        "openapi": Ask("GET", "/openapi.json"),
        "sessions.open": Ask("POST", "/sessions", {"json": {"login": "nobody", "password": "x"}}),
        "sessions.show": Ask("GET", "/sessions/current"),
        "sessions.password": Ask(
            "POST", "/sessions/current/password", {"json": {"old": "x", "new": "y" * 12}}
        ),
        "tokens.open": Ask("POST", "/oauth/token", {"data": {"grant_type": "client_credentials"}}),
        "agencies.list": Ask("GET", "/agencies"),
        "agencies.show": Ask("GET", f"/agencies/{A}"),
        "agencies.events": Ask("GET", f"/agencies/{A}/events"),
        "agencies.proof": Ask("GET", f"/agencies/{A}/proof"),
        "batches.list": Ask("GET", "/batches"),
        "batches.create": Ask("POST", "/batches", {"json": {}, **made}),
        "batches.show": Ask("GET", batch),
        "batches.upload": Ask("PUT", f"{batch}/files/a.png", {"content": b"x"}),
        "batches.close": Ask("POST", f"{batch}/close"),
        "uploads.options": Ask("OPTIONS", f"{batch}/uploads"),
        "uploads.create": Ask("POST", f"{batch}/uploads", {"headers": TUS | {"Upload-Length": "3"}}),
        "uploads.offset": Ask("HEAD", f"{batch}/uploads/{'0' * 32}", {"headers": TUS}),
        "uploads.append": Ask(
            "PATCH",
            f"{batch}/uploads/{'0' * 32}",
            {"headers": {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}},
        ),
        "uploads.end": Ask("DELETE", f"{batch}/uploads/{'0' * 32}", {"headers": TUS}),
        "batches.progress": Ask("GET", f"{batch}/progress"),
        "lists.load": Ask("PUT", f"{batch}/list?name=a.csv", {"content": "Số;Trích yếu\n1;a".encode()}),
        "lists.show": Ask("GET", f"{batch}/list"),
        "lists.choose": Ask("POST", f"{document}/line", {"json": {"row": 2}, **seen}),
        "documents.list": Ask("GET", "/documents"),
        "search.find": Ask("GET", "/search?q=giay"),
        "documents.show": Ask("GET", document),
        "documents.fields": Ask("GET", f"{document}/fields"),
        "documents.page": Ask("GET", f"{document}/pages/1"),
        "documents.snippet": Ask("GET", f"{document}/fields/subject/picture"),
        "documents.history": Ask("GET", f"{document}/events"),
        "documents.reads": Ask("GET", f"{document}/reads"),
        "documents.sealed": Ask("GET", f"{document}/sealed"),
        "documents.report": Ask("GET", f"{document}/report"),
        "documents.review": Ask("POST", f"{document}/review", {"json": {"decision": "approve"}, **seen}),
        "documents.split": Ask("POST", f"{document}/split", {"json": {"page": 2}, **seen}),
        "documents.retry": Ask("POST", f"{document}/retry"),
        "documents.replace": Ask(
            "POST", f"{document}/replace", {"json": {"by": these.held, "reason": "sai"}, **seen}
        ),
        "documents.revoke": Ask("POST", f"{document}/revoke", {"json": {"reason": "sai"}, **seen}),
        "copies.list": Ask("GET", "/copies"),
        "copies.create": Ask(
            "POST",
            f"{document}/copies",
            {"json": {"basis": "register", "recipient": "Bình", "purpose": "vay"}, **made},
        ),
        "requests.list": Ask("GET", "/copies/due"),
        "answers.create": Ask(
            "POST",
            "/registers/answers",
            {"json": {"requester": "Bình", "about": "giấy cũ", "agency": A}, **made},
        ),
        "answers.list": Ask("GET", "/registers/answers"),
        "answers.show": Ask("GET", f"/registers/answers/{these.answer}"),
        "copies.grant": Ask("POST", f"{copy}/grant", {"json": found}),
        "copies.extract": Ask("POST", f"{copy}/extract", {"json": {"hide": ["1:0,0,1,0.5"]}}),
        "copies.refuse": Ask("POST", f"{copy}/refuse", {"json": {"grounds": ["ORIGINAL_DAMAGED"]}}),
        "copies.extend": Ask("POST", f"{copy}/extend", {"json": {"days": 1}}),
        "copies.void": Ask("POST", f"{copy}/void", {"json": {"reason": "mất khóa"}}),
        "copies.replace": Ask("POST", f"{copy}/replace", {"json": {"by": these.copy, "reason": "sai"}}),
        "copies.show": Ask("GET", copy),
        "copies.file": Ask("GET", f"{copy}/file"),
        "copies.revoke": Ask("POST", f"{copy}/revoke", {"json": {"reason": "sai"}}),
        "registers.list": Ask("GET", "/registers"),
        "registers.entries": Ask("GET", f"/registers/{these.register}/entries"),
        "volumes.list": Ask("GET", "/registers/volumes"),
        "volumes.create": Ask(
            "POST", "/registers/volumes", {"json": {"kind": "copies-register", "agency": A}, **made}
        ),
        "registers.book": Ask("GET", f"/registers/{these.register}/book?month=2026-03"),
        "procedures.list": Ask("GET", "/procedures"),
        "procedures.show": Ask("GET", f"/procedures/{desks.PROCEDURE}"),
        "reuse.proposals": Ask("POST", "/reuse/proposals", {"json": wish}),
        "reuse.report": Ask("GET", f"/reuse/report?first=2026-01-01&last=2026-12-31&agency={A}"),
        "dossiers.list": Ask("GET", "/dossiers"),
        "dossiers.create": Ask("POST", "/dossiers", {"json": {"code": desks.dossier_code(), **wish}, **made}),
        "dossiers.show": Ask("GET", dossier),
        "dossiers.copies": Ask(
            "POST",
            f"{dossier}/copies",
            {"json": {"document": these.held, "basis": "register", **need}, **made},
        ),
        "dossiers.file": Ask("GET", f"{dossier}/copies/{these.bound}/file"),
        "dossiers.uses": Ask("POST", f"{dossier}/uses", {"json": {"copy_id": these.bound, **need}, **made}),
        "dossiers.asks": Ask("POST", f"{dossier}/asks", {"json": need, **made}),
        "consents.list": Ask("GET", "/consents"),
        "consents.create": Ask("POST", "/consents", {"json": wish, **made}),
        "consents.withdraw": Ask("POST", f"/consents/{these.consent}/withdraw"),
        "grants.list": Ask("GET", "/grants"),
        "grants.create": Ask("POST", "/grants", {"json": granted, **made}),
        "grants.end": Ask("POST", f"/grants/{these.grant}/end"),
        "holders.list": Ask("POST", "/holders/papers", {"json": {"holder": these.number}}),
        "deeds.list": Ask("GET", "/holders/current/deeds"),
        "verification.file": Ask("POST", "/verification/files", {"content": b"%PDF"}),
        "verification.revision": Ask("POST", "/verification/revisions?signature=Seal", {"content": b"%PDF"}),
        "verification.code": Ask("GET", "/verification/codes/aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a"),
        "verification.use": Ask(
            "POST",
            "/verification/codes/aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a/uses",
            {"json": {"who": "Ai đó"}, **made},
        ),
        "verification.digest": Ask("GET", f"/verification/digests/{'0' * 64}"),
        "verification.picture": Ask("POST", "/verification/pictures", {"content": b"x"}),
        "accounts.list": Ask("GET", "/accounts"),
        "accounts.create": Ask(
            "POST",
            "/accounts",
            {
                "json": {"login": f"n{os.urandom(4).hex()}", "name": "An", "password": "x" * 12, "roles": []},
                **made,
            },
        ),
        "accounts.change": Ask("PATCH", f"/accounts/{these.account}", {"json": {"name": "Bình"}}),
        "clients.list": Ask("GET", "/clients"),
        "clients.create": Ask("POST", "/clients", {"json": {"name": "Máy", "roles": ["system"]}, **made}),
        "clients.close": Ask("POST", f"/clients/{these.client}/close"),
        "pages.static": Ask("GET", "/static/hoso.css"),
        "pages.home": Ask("GET", "/"),
        "pages.sign-in": Ask("GET", "/sign-in"),
        "pages.oidc": Ask("GET", "/sign-in/oidc"),
        "pages.oidc-callback": Ask("GET", "/sign-in/oidc/callback"),
        "pages.signed-in": Ask("POST", "/sign-in", {"data": {"login": "nobody", "password": "x"}}),
        "pages.verify": Ask("GET", "/verify"),
        "pages.verify-code": Ask("GET", "/v/aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a"),
        "pages.use-copy": Ask(
            "POST", "/v/aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a/use", {"data": {"who": "Ai đó", "key": "k"}}
        ),
        "pages.verify-file": Ask("POST", "/verify", {"files": {"file": ("a.pdf", b"%PDF")}}),
        "pages.verify-revision": Ask(
            "POST", "/verify/revision", {"files": {"file": ("a.pdf", b"%PDF")}, "data": {"signature": "Seal"}}
        ),
        "pages.keys": Ask("GET", "/.well-known/hoso-keys.json"),
        "pages.batches": Ask("GET", "/batches"),
        "pages.new-batch": Ask("GET", "/batches/new"),
        "pages.batch": Ask("GET", batch),
        "pages.station": Ask("GET", "/station"),
        "pages.station-document": Ask("GET", f"/station/{these.held}"),
        "pages.decide": Ask("POST", f"/station/{these.held}", {"data": {"decision": "approve", "etag": "x"}}),
        "pages.documents": Ask("GET", "/documents"),
        "pages.document": Ask("GET", document),
        "pages.retry": Ask("POST", f"{document}/retry", {"data": {"from": "parked"}}),
        "pages.replace": Ask(
            "POST", f"{document}/replace", {"data": {"by": these.held, "reason": "sai", "etag": "x"}}
        ),
        "pages.revoke": Ask("POST", f"{document}/revoke", {"data": {"reason": "sai", "etag": "x"}}),
        "pages.parked": Ask("GET", "/parked"),
        "pages.copies": Ask("GET", "/copies"),
        "pages.copy": Ask("GET", copy),
        "pages.request-copy": Ask("POST", f"{document}/copies", {"data": wanted_copy}),
        "pages.requests": Ask("GET", "/requests"),
        "pages.answer-no-entry": Ask(
            "POST",
            "/requests/answers",
            {"data": {"requester": "Bình", "about": "giấy cũ", "agency": A, "key": "n1"}},
        ),
        "pages.answer": Ask("GET", f"/answers/{these.answer}"),
        "pages.slip": Ask("GET", f"{copy}/slip"),
        "pages.grant-copy": Ask("POST", f"{copy}/grant", {"data": found | {"compared": "yes"}}),
        "pages.refuse-copy": Ask("POST", f"{copy}/refuse", {"data": {"ground": "ORIGINAL_DAMAGED"}}),
        "pages.extend-copy": Ask("POST", f"{copy}/extend", {"data": {"days": "1"}}),
        "pages.void-copy": Ask("POST", f"{copy}/void", {"data": {"reason": "mất khóa"}}),
        "pages.replace-copy": Ask("POST", f"{copy}/replace", {"data": {"by": these.copy, "reason": "sai"}}),
        "pages.extract": Ask("GET", f"{document}/extract"),
        "pages.extract-picture": Ask("GET", f"{document}/extract/pages/1"),
        "pages.request-extract": Ask(
            "POST", f"{document}/extract", {"data": {**wanted_copy, "hide": "1:0,0,1,0.5"}}
        ),
        "pages.revoke-copy": Ask("POST", f"{copy}/revoke", {"data": {"reason": "sai"}}),
        "pages.registers": Ask("GET", "/registers"),
        "pages.open-volume": Ask(
            "POST", "/registers/volumes", {"data": {"kind": "copies-register", "agency": A, "key": "v1"}}
        ),
        "pages.register": Ask("GET", f"/registers/{these.register}"),
        "pages.papers": Ask("GET", "/my/papers"),
        "pages.paper": Ask("GET", f"/my/papers/{these.held}"),
        "pages.ask-copy": Ask("POST", f"/my/papers/{these.held}/copies", {"data": wanted_copy}),
        "pages.own-copy": Ask("GET", f"/my/copies/{these.copy}"),
        "pages.own-answer": Ask("GET", f"/my/answers/{these.answer}"),
        "pages.needs": Ask("GET", "/my/procedures"),
        "pages.need": Ask("GET", f"/my/procedures/{desks.PROCEDURE}?agency={A}"),
        "pages.consents": Ask("GET", "/my/consents"),
        "pages.consents.create": Ask(
            "POST", "/my/consents", {"data": {"agency": A, "procedure": desks.PROCEDURE}}
        ),
        "pages.withdraw-consent": Ask("POST", f"/my/consents/{these.consent}/withdraw"),
        "pages.deeds": Ask("GET", "/my/deeds"),
        "sessions.end": Ask("DELETE", "/sessions/current"),  # the last two end what the others need
        "pages.sign-out": Ask("POST", "/sign-out"),
    }


def test_no_request_is_missing(desk: Desk) -> None:
    assert set(asks(things(desk))) == set(TABLE)


def ask(client: Any, route: str, one: Ask) -> Any:
    prefix = "" if route.startswith("pages.") else "/api/v1"
    return client.request(one.method, f"{prefix}{one.path}", follow_redirects=False, **one.more)


def shut_as(answer: Any) -> str:
    """The code with which a door is shut, told in JSON or on a page; a page leads to the sign-in instead."""
    if answer.headers.get("location", "").startswith("/sign-in?"):
        return "SIGN_IN_REQUIRED"
    if answer.request.method == "HEAD":  # no body could tell
        return {401: "SIGN_IN_REQUIRED", 403: "FORBIDDEN", 404: "NOT_FOUND"}.get(answer.status_code, "")
    if answer.headers.get("content-type") == "application/problem+json":
        return str(answer.json()["code"])
    told = re.search(r"<code>([A-Z_]+)</code>", answer.text) if answer.status_code >= 400 else None
    return told[1] if told else ""


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_through_exactly_the_doors_of_the_table(desk: Desk, role: Role) -> None:
    client = desk.caller(role)
    for route, one in asks(things(desk)).items():
        answer = ask(client, route, one)
        code = shut_as(answer)
        shut = {"SIGN_IN_REQUIRED", "FORBIDDEN"}
        reach = TABLE[route][role]
        if reach is Reach.NO:
            wanted = "SIGN_IN_REQUIRED" if role is Role.ANONYMOUS else "FORBIDDEN"
            assert code == wanted, (route, answer.status_code, answer.text)
        else:
            assert code not in shut and answer.status_code < 500, (route, answer.status_code, answer.text)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANONYMOUS])
def test_what_belongs_to_one_agency_or_holder_is_not_there_for_others(desk: Desk, role: Role) -> None:
    client = desk.caller(role, B)
    theirs = things(desk)
    for route, one in asks(theirs).items():
        if TABLE[route][role] not in (Reach.OWN_AGENCY, Reach.OWN_PAPERS) or route.endswith(".create"):
            continue
        answer = ask(client, route, one)
        if route.startswith("pages.") and answer.status_code == 200:  # a list: none of it is about them
            assert not [
                one
                for one in (theirs.read, theirs.held, theirs.copy, theirs.batch, theirs.answer)
                if one in answer.text
            ]
        elif route.endswith(".list") or route == "search.find":
            assert answer.status_code == 200
            mine = [row for row in answer.json()["rows"] if row.get("agency", A) == A]
            assert mine == [], (route, mine)
        else:
            assert (answer.status_code, shut_as(answer)) == (404, "NOT_FOUND"), (route, answer.text)


def test_nothing_can_be_made_for_another_agency(desk: Desk) -> None:
    held = desk.document()
    asked = {"basis": "register", "recipient": "Bình", "purpose": "vay"}
    officer = desk.staff(Role.COPY_OFFICER, B)
    assert officer.post(f"/api/v1/documents/{held}/copies", json=asked, headers=key()).status_code == 404
    capturer = desk.staff(Role.CAPTURER, B)
    assert capturer.post("/api/v1/batches", json={"agency": A}, headers=key()).status_code == 404
    new = {"login": "spy", "name": "An", "password": "x" * 12, "roles": ["auditor"], "agency": A}
    administrator = desk.staff(Role.ADMINISTRATOR, B)
    assert administrator.post("/api/v1/accounts", json=new, headers=key()).status_code == 404


def test_the_application_can_be_made_twice(desk: Desk) -> None:
    assert create_app(desk.office) is not desk.app
