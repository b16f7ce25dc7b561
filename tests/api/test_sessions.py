"""Signing in: cookies, lockout, expiry by the clock that is passed in, CSRF, tokens of other systems, rates."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.rates import MOST_ADDRESSES, Rate
from api.rules import Role
from api.settings import ApiSettings
from archive import accounts
from archive.people import AccessToken, Account, ApiClient, PersonSession
from tests import world
from tests.api.desk import HERE, PASSWORD, Desk, key, quick_hash

LOGIN = "reviewer.h12.34"
SESSIONS = "/api/v1/sessions"
ME = f"{SESSIONS}/current"


def sign_in(client: TestClient, password: str = PASSWORD, login: str = LOGIN) -> Any:
    return client.post(SESSIONS, json={"login": login, "password": password})


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(desk: Desk) -> None:
    answer = sign_in(desk.anybody())
    cookie = answer.headers["set-cookie"].lower()
    assert answer.json()["roles"] == [{"agency": "H12.34", "role": "reviewer"}]
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie and "domain" not in cookie


def test_behind_tls_the_cookie_is_bound_to_host_and_tls(tmp_path: Path) -> None:
    database = world.a_database(tmp_path)
    desk = Desk(tmp_path, database, ApiSettings(secure_cookies=True))
    cookie = sign_in(desk.anybody()).headers["set-cookie"]
    assert cookie.startswith("__Host-hoso=") and "Secure" in cookie
    database.close()


def test_tokens_and_passwords_are_not_in_the_database(desk: Desk) -> None:
    client = desk.staff(Role.REVIEWER)
    token = client.cookies["hoso"]
    with desk.database.reading() as session:
        kept = session.scalars(select(PersonSession.id)).all()
        hashes = session.scalars(select(Account.password_hash)).all()
    assert len(token) == 64 and token not in kept and PASSWORD not in hashes


def test_wrong_name_and_wrong_password_are_told_alike(desk: Desk) -> None:
    wrong = [sign_in(desk.anybody(), "falsch falsch"), sign_in(desk.anybody(), login="nobody")]
    assert {(one.status_code, one.json()["code"]) for one in wrong} == {(401, "SIGN_IN_FAILED")}


def test_after_five_failures_the_right_password_fails_too_until_the_lock_is_over(desk: Desk) -> None:
    client = desk.anybody()
    for _ in range(5):
        assert sign_in(client, "falsch falsch").status_code == 401
    assert sign_in(client).json()["code"] == "SIGN_IN_FAILED"
    desk.now.pass_by(timedelta(minutes=14, seconds=59))
    assert sign_in(client).status_code == 401
    desk.now.pass_by(timedelta(seconds=1))
    assert sign_in(client).status_code == 201


def test_four_failures_are_forgotten_by_a_success(desk: Desk) -> None:
    client = desk.anybody()
    for _ in range(3):
        for _ in range(4):
            sign_in(client, "falsch falsch")
        assert sign_in(client).status_code == 201


def test_an_administrator_opens_a_locked_account(desk: Desk) -> None:
    client, administrator = desk.anybody(), desk.staff(Role.ADMINISTRATOR)
    for _ in range(5):
        sign_in(client, "falsch falsch")
    rows = administrator.get("/api/v1/accounts").json()["rows"]
    locked = next(row for row in rows if row["login"] == LOGIN)
    assert locked["locked_until"] is not None
    assert administrator.patch(f"/api/v1/accounts/{locked['id']}", json={"unlock": True}).status_code == 200
    assert sign_in(client).status_code == 201


def test_an_account_unused_for_45_days_is_shut(desk: Desk) -> None:
    desk.now.pass_by(timedelta(days=46))
    assert sign_in(desk.anybody()).status_code == 401
    assert (
        sign_in(desk.anybody(), login="holder").status_code == 201
    )  # staff are shut, holders come when they need
    with desk.database.writing() as session:
        accounts.reset(session, LOGIN, "mật khẩu mới rất dài", quick_hash, desk.now())
    assert sign_in(desk.anybody(), "mật khẩu mới rất dài").status_code == 201


def test_a_session_idles_away_after_15_minutes(desk: Desk) -> None:
    client = desk.staff(Role.REVIEWER)
    for _ in range(5):
        desk.now.pass_by(timedelta(minutes=14))
        assert client.get(ME).status_code == 200
    desk.now.pass_by(timedelta(minutes=15))
    assert client.get(ME).status_code == 401


def test_a_session_ends_after_12_hours_however_busy(desk: Desk) -> None:
    client = desk.staff(Role.REVIEWER)
    for _ in range(71):
        desk.now.pass_by(timedelta(minutes=10))
        assert client.get(ME).status_code == 200
    desk.now.pass_by(timedelta(minutes=10))
    assert client.get(ME).status_code == 401


def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    client = desk.staff(Role.REVIEWER)
    stolen = dict(client.cookies)
    assert client.delete(ME).status_code == 204
    thief = desk.anybody()
    thief.cookies.update(stolen)
    assert thief.get(ME).status_code == 401


def test_a_new_password_signs_out_everywhere(desk: Desk) -> None:
    one, two = desk.staff(Role.REVIEWER), desk.staff(Role.REVIEWER)
    wrong = one.post(f"{ME}/password", json={"old": "falsch", "new": "mật khẩu mới rất dài"})
    assert wrong.json()["code"] == "SIGN_IN_FAILED"
    assert (
        one.post(f"{ME}/password", json={"old": PASSWORD, "new": "mật khẩu mới rất dài"}).status_code == 204
    )
    assert two.get(ME).status_code == 401 and sign_in(desk.anybody()).status_code == 401
    assert sign_in(desk.anybody(), "mật khẩu mới rất dài").status_code == 201


def test_guessing_the_old_password_locks_the_account(desk: Desk) -> None:
    client = desk.staff(Role.REVIEWER)
    for _ in range(5):
        guess = {"old": "falsch falsch", "new": "mật khẩu mới rất dài"}
        assert client.post(f"{ME}/password", json=guess).status_code == 401
    right = client.post(f"{ME}/password", json={"old": PASSWORD, "new": "mật khẩu mới rất dài"})
    assert right.status_code == 401 and sign_in(desk.anybody()).status_code == 401


def test_a_disabled_person_is_out_at_once(desk: Desk) -> None:
    client, administrator = desk.staff(Role.REVIEWER), desk.staff(Role.ADMINISTRATOR)
    rows = administrator.get("/api/v1/accounts").json()["rows"]
    who = next(row["id"] for row in rows if row["login"] == LOGIN)
    assert administrator.patch(f"/api/v1/accounts/{who}", json={"disabled": True}).json()["disabled"] is True
    assert client.get(ME).status_code == 401 and sign_in(desk.anybody()).status_code == 401


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": HERE}, False),
        ({"Origin": HERE}, True),
        ({"Origin": "http://evil.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": f"{HERE}.evil.test"}, False),
        ({}, False),
    ],
)
def test_what_another_site_makes_a_browser_send_is_refused(
    desk: Desk, headers: dict[str, str], taken: bool
) -> None:
    client = desk.staff(Role.CAPTURER)
    del client.headers["Origin"]
    answer = client.post("/api/v1/batches", json={}, headers={**headers, **key()})
    assert answer.status_code == (201 if taken else 403)
    assert taken or answer.json()["code"] == "CROSS_SITE"
    assert client.get(ME, headers=headers).status_code == 200  # looking changes nothing


def test_a_program_without_cookies_and_one_with_a_token_need_no_origin(desk: Desk) -> None:
    visitor = desk.anybody()
    del visitor.headers["Origin"]
    assert visitor.post("/api/v1/verification/files", content=b"%PDF").status_code == 200
    system = desk.system(Role.CAPTURER)
    answer = system.post("/api/v1/batches", json={}, headers={"Sec-Fetch-Site": "cross-site", **key()})
    assert answer.status_code == 201


def test_a_token_says_what_the_client_may_and_ends(desk: Desk) -> None:
    system = desk.system(Role.SYSTEM)
    assert system.get("/api/v1/documents").status_code == 200
    assert system.post("/api/v1/batches", json={}, headers=key()).json()["code"] == "FORBIDDEN"
    desk.now.pass_by(timedelta(minutes=15))
    answer = system.get("/api/v1/documents")
    assert answer.json()["code"] == "BAD_TOKEN" and "invalid_token" in answer.headers["www-authenticate"]


def test_a_client_names_itself_by_basic_and_asks_for_less(desk: Desk) -> None:
    made = desk.staff(Role.ADMINISTRATOR).post(
        "/api/v1/clients", json={"name": "Một cửa", "roles": ["system", "capturer"]}, headers=key()
    )
    given = made.json()
    basic = base64.b64encode(f"{given['id']}:{given['client_secret']}".encode()).decode()
    head = {"Authorization": f"Basic {basic}"}
    form = {"grant_type": "client_credentials", "scope": "system"}
    token = desk.anybody().post("/api/v1/oauth/token", data=form, headers=head)
    assert token.json()["scope"] == "system" and token.headers["cache-control"] == "no-store"
    more = desk.anybody().post("/api/v1/oauth/token", data={**form, "scope": "archivist"}, headers=head)
    assert (more.status_code, more.json()["error"]) == (422, "invalid_scope")
    with desk.database.reading() as session:
        assert given["client_secret"] not in session.scalars(select(ApiClient.secret_hash)).all()
        assert token.json()["access_token"] not in session.scalars(select(AccessToken.id)).all()


def test_a_closed_client_is_out_at_once(desk: Desk) -> None:
    administrator = desk.staff(Role.ADMINISTRATOR)
    system = desk.system()
    client = administrator.get("/api/v1/clients").json()["rows"][0]["id"]
    assert administrator.post(f"/api/v1/clients/{client}/close").json()["closed_at"] is not None
    assert system.get("/api/v1/documents").status_code == 401
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": "secret"}
    assert desk.anybody().post("/api/v1/oauth/token", data=form).json()["error"] == "invalid_client"


def test_what_pays_for_guessers_is_rated_by_address(tmp_path: Path) -> None:
    database = world.a_database(tmp_path)
    desk = Desk(tmp_path, database, ApiSettings(verify_per_minute=3, sign_in_per_minute=2))
    visitor = desk.anybody()
    codes = [visitor.get(f"/api/v1/verification/digests/{'0' * 64}") for _ in range(4)]
    assert [one.status_code for one in codes] == [404, 404, 404, 429]
    assert codes[3].json()["code"] == "TOO_MANY_REQUESTS" and codes[3].headers["retry-after"] == "20"
    assert [sign_in(visitor, "falsch falsch").status_code for _ in range(3)] == [401, 401, 429]
    desk.now.pass_by(timedelta(seconds=20))
    assert visitor.get(f"/api/v1/verification/digests/{'0' * 64}").status_code == 404
    database.close()


def test_an_ipv6_customer_is_one_and_addresses_do_not_pile_up() -> None:
    rate = Rate(1, lambda: 0.0)
    assert rate.take("2001:db8::1") == 0 and rate.take("2001:db8::ffff") == 60
    assert rate.take("2001:db8:0:1::1") == 0
    for number in range(MOST_ADDRESSES + 10):
        rate.take(f"host-{number}")
    assert len(rate._buckets) == MOST_ADDRESSES
