"""Holders sign in with a state identity: against the real oidc-provider, honest, lying and away."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.identity import CALLBACK, PATH, identity_of
from api.problems import Refused
from api.settings import ApiSettings
from archive.errors import Problem
from archive.people import Account
from tests import world
from tests.api.desk import HERE, HOLDER_ID, Desk
from tests.identity.conftest import Opened
from tests.identity.provider import LONGEST_SECONDS, Provider, settings
from tests.servers.ports import LOOPBACK, free_ports

ME = "/api/v1/sessions/current"


def led(browser: TestClient, address: str = PATH) -> str:
    """Where our door leads."""
    answer = browser.get(address, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def at_provider(address: str, who: str) -> str:
    """What a person does at the provider; the address that it sends the browser back to."""
    with httpx2.Client(follow_redirects=False, timeout=LONGEST_SECONDS) as client:
        answer = client.get(address)
        form = str(answer.url.join(answer.headers["location"]))
        assert client.get(form).status_code == 200
        answer = client.post(form, data={"who": who} if who else {"no": "1"})
        for _ in range(3):
            address = str(answer.url.join(answer.headers["location"]))
            if address.startswith(HERE):
                return address
            answer = client.get(address)
    raise AssertionError(address)


def signed_in(browser: TestClient, who: str, address: str = PATH) -> Any:
    """The whole way; the answer to the browser that comes back."""
    return browser.get(at_provider(led(browser, address), who), follow_redirects=False)


def told(answer: Any) -> str:
    """What a refused person reads."""
    return str(answer.text.split('role="alert">')[1].split("<")[0])


def test_a_holder_signs_in_and_sees_the_papers_of_their_number(opened: Opened) -> None:
    desk = opened()
    paper = desk.document()
    browser = desk.anybody()
    answer = signed_in(browser, "binh", f"{PATH}?next=/my/papers")
    assert (answer.status_code, answer.headers["location"]) == (303, "/my/papers")
    who = browser.get(ME).json()
    assert who["holder"] and who["roles"] == [] and who["agent"].startswith("Trần Văn Bình (")
    assert [one["id"] for one in browser.get("/api/v1/documents").json()["rows"]] == [paper]
    cookies = answer.headers.get_list("set-cookie")
    assert any(one.startswith("hoso=") and "HttpOnly" in one and "SameSite=lax" in one for one in cookies)


def test_the_account_opened_by_the_installation_is_the_same_persons(opened: Opened) -> None:
    desk = opened()
    browser = desk.anybody()
    signed_in(browser, "binh")
    assert browser.get(ME).json()["id"] == desk.person("holder").get(ME).json()["id"]


def test_who_comes_again_comes_into_the_same_account(opened: Opened) -> None:
    desk = opened()
    names = []
    for _ in range(2):
        browser = desk.anybody()
        signed_in(browser, "lan")
        names.append(browser.get(ME).json()["id"])
    assert names[0] == names[1]


def test_an_organisation_signs_in_by_its_tax_code(opened: Opened) -> None:
    desk = opened()
    browser = desk.anybody()
    assert signed_in(browser, "cong-ty").status_code == 303
    with desk.database.reading() as session:
        account = session.get_one(Account, browser.get(ME).json()["id"])
        assert (account.personal_id, account.tax_code, account.agency_id) == (None, "0101234567", None)


def test_who_acts_for_an_organisation_sees_its_papers_only_then(opened: Opened) -> None:
    desk = opened()
    both, alone = desk.anybody(), desk.anybody()
    signed_in(both, "binh-cong-ty")
    signed_in(alone, "binh")
    assert both.get(ME).json()["id"] != alone.get(ME).json()["id"]
    with desk.database.reading() as session:
        assert session.get_one(Account, alone.get(ME).json()["id"]).tax_code is None


@pytest.mark.parametrize("who", ["khong-so", "so-sai"])
def test_who_has_no_valid_number_is_told_so_and_gets_no_account(opened: Opened, who: str) -> None:
    desk = opened()
    with desk.database.reading() as session:
        before = session.scalars(select(Account.id)).all()
    browser = desk.anybody()
    answer = signed_in(browser, who)
    assert answer.status_code == 403 and "số định danh 12 chữ số" in told(answer)
    assert browser.get(ME).status_code == 401
    with desk.database.reading() as session:
        assert session.scalars(select(Account.id)).all() == before


def test_a_level_that_is_too_low_is_refused(opened: Opened) -> None:
    desk = opened(oidc_levels="2, 3")
    high, low = desk.anybody(), desk.anybody()
    assert signed_in(high, "binh").status_code == 303
    answer = signed_in(low, "lan")
    assert answer.status_code == 403 and "Mức định danh" in told(answer)
    assert low.get(ME).status_code == 401


def test_a_shut_account_stays_shut(opened: Opened) -> None:
    desk = opened()
    with desk.database.writing() as session:
        account = session.scalars(select(Account).where(Account.personal_id == HOLDER_ID)).one()
        account.disabled = True
    answer = signed_in(desk.anybody(), "binh")
    assert answer.status_code == 403 and "bị khóa" in told(answer)


def test_who_says_no_at_the_provider_is_back_at_the_door(opened: Opened) -> None:
    browser = opened().anybody()
    answer = signed_in(browser, "")
    assert answer.status_code == 401 and "Hãy thử lại" in told(answer)
    assert signed_in(browser, "binh").status_code == 303


def test_what_was_made_for_one_browser_lets_no_other_in(opened: Opened) -> None:
    desk = opened()
    mine, other = desk.anybody(), desk.anybody()
    back = at_provider(led(mine), "binh")
    led(other)
    assert other.get(back, follow_redirects=False).status_code == 401
    assert desk.anybody().get(back, follow_redirects=False).status_code == 401
    assert other.get(ME).status_code == 401
    assert mine.get(back, follow_redirects=False).status_code == 303


def test_an_answer_of_the_provider_counts_once(opened: Opened) -> None:
    browser = opened().anybody()
    back = at_provider(led(browser), "binh")
    assert browser.get(back, follow_redirects=False).status_code == 303
    assert browser.get(back, follow_redirects=False).status_code == 401


def test_the_session_that_the_browser_had_is_not_taken_over(opened: Opened) -> None:
    desk = opened()
    browser = desk.person("stranger")
    before = browser.cookies["hoso"]
    signed_in(browser, "binh")
    assert browser.cookies["hoso"] != before
    assert desk.anybody().get(ME, headers={"Cookie": f"hoso={before}"}).status_code == 401


def test_nobody_is_led_to_another_site_afterwards(opened: Opened) -> None:
    browser = opened().anybody()
    assert signed_in(browser, "binh", f"{PATH}?next=//evil.test").headers["location"] == "/"


def test_the_person_is_asked_anew_each_time_and_the_code_is_bound_to_the_browser(opened: Opened) -> None:
    query = parse_qs(urlsplit(led(opened().anybody())).query)
    assert query["prompt"] == ["login"] and query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"] and query["nonce"] and query["state"]
    assert query["redirect_uri"] == [HERE + CALLBACK]


def lying(path: str, change: Any) -> Any:
    """A lie about one answer, given as JSON."""
    return lambda at, body: json.dumps(change(json.loads(body))).encode() if at == path else body


def another_subject(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "sub": "lan", "personal_id": "001199054321"}


def forged(header: dict[str, str]) -> Any:
    """An ID token with another person's claims."""

    def change(answer: dict[str, Any]) -> dict[str, Any]:
        head, body, signature = answer["id_token"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        made = json.dumps({**claims, "personal_id": "001199054321"}).encode()
        head = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=") if header else head
        signature = "" if header else signature
        return {
            **answer,
            "id_token": f"{head}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}.{signature}",
        }

    return change


LIES = {
    "userinfo of another subject": lying("/me", another_subject),
    "claims changed behind the signature": lying("/token", forged({})),
    "an ID token without a signature": lying("/token", forged({"alg": "none"})),
    "no ID token": lying("/token", lambda answer: {k: v for k, v in answer.items() if k != "id_token"}),
    "a refusal": lying("/token", lambda _: {"error": "invalid_grant"}),
    "no JSON": lambda path, body: b"<html>" if path == "/token" else body,
}


@pytest.mark.parametrize("lie", list(LIES))
def test_a_lie_lets_nobody_in(opened: Opened, provider: Provider, lie: str) -> None:
    browser = opened().anybody()
    back = at_provider(led(browser), "binh")
    provider.lie = LIES[lie]
    answer = browser.get(back, follow_redirects=False)
    assert answer.status_code == 401 and "Hãy thử lại" in told(answer)
    assert browser.get(ME).status_code == 401


ABOUT = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    "change", [{"issuer": "https://other.test"}, {"token_endpoint": None}], ids=["other issuer", "no token endpoint"]
)  # fmt: skip
def test_a_provider_that_describes_another_is_not_gone_to(
    opened: Opened, provider: Provider, change: dict[str, Any]
) -> None:
    provider.lie = lying(ABOUT, lambda one: {k: v for k, v in (one | change).items() if v is not None})
    answer = opened().anybody().get(PATH, follow_redirects=False)
    assert answer.status_code == 401 and "Hãy thử lại" in told(answer)


def test_a_provider_that_takes_unsigned_tokens_is_not_believed_when_it_says_so(
    opened: Opened, provider: Provider
) -> None:
    unsigned = {"id_token_signing_alg_values_supported": ["none", "RS256"]}
    provider.lie = lying(ABOUT, lambda one: one | unsigned)
    browser = opened().anybody()
    back = at_provider(led(browser), "binh")
    provider.lie = LIES["an ID token without a signature"]
    assert browser.get(back, follow_redirects=False).status_code == 401


def test_while_the_provider_is_away_the_door_says_so_and_staff_get_in(tmp_path: Path) -> None:
    database = world.a_database(tmp_path)
    (nobody,) = free_ports()
    desk = Desk(tmp_path, database, ApiSettings.model_validate(settings(f"http://{LOOPBACK}:{nobody}")))
    answer = desk.anybody().get(PATH, follow_redirects=False)
    assert answer.status_code == 503 and "không trả lời" in told(answer)
    assert desk.person("reviewer.h12.34").get(ME).status_code == 200
    database.close()


def test_without_a_provider_there_is_no_such_door(tmp_path: Path) -> None:
    database = world.a_database(tmp_path)
    browser = Desk(tmp_path, database).anybody()
    assert [browser.get(one).status_code for one in (PATH, CALLBACK)] == [404, 404]
    assert PATH not in browser.get("/sign-in").text
    database.close()


def test_numbers_and_names_of_the_provider_stay_out_of_notices(opened: Opened) -> None:
    desk = opened()
    signed_in(desk.anybody(), "binh")
    signed_in(desk.anybody(), "so-sai")
    told = " ".join([*desk.notices, *(str(one) for one in desk.answered)])
    assert HOLDER_ID not in told and "Bình" not in told and "12345" not in told


def test_whoever_runs_it_is_told_why_nobody_gets_in(opened: Opened) -> None:
    desk = opened(oidc_client_secret="another secret")
    assert signed_in(desk.anybody(), "binh").status_code == 401
    assert any("OIDC_FAILED" in one and "invalid_client" in one for one in desk.notices)


@pytest.mark.parametrize(
    "told",
    [
        {"oidc_issuer": "http://id.example", "oidc_client_id": "a", "oidc_client_secret": "b"},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "", "oidc_client_secret": "b"},
        {"oidc_issuer": "https://id.example", "oidc_client_id": "a"},
    ],
    ids=["no TLS", "no client", "no secret"],
)
def test_settings_that_are_not_whole_or_not_safe_are_refused_at_the_start(told: dict[str, str]) -> None:
    with pytest.raises(Problem) as refused:
        ApiSettings.model_validate(told)
    assert refused.value.code == "OIDC_SETTINGS"


def test_the_secret_can_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("của khách\n", "utf-8")
    monkeypatch.setenv("HOSO_OIDC_CLIENT_SECRET_FILE", str(file))
    read = ApiSettings()
    assert read.oidc_client_secret.get_secret_value() == "của khách" and "của khách" not in repr(read)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"id": "001099012345", "name": " A\nB\x00C "}, ("A B C", "001099012345", None)),
        ({"tax": "0101234567-001", "name": "x" * 300}, ("x" * 100, None, "0101234567-001")),
        ({"id": "", "tax": "0101234567"}, ("?", None, "0101234567")),
    ],
)
def test_claims_become_identifiers(claims: dict[str, str], expected: tuple[str, str, str]) -> None:
    found = identity_of(claims, "id", "tax")
    assert (found.name, found.personal_id, found.tax_code) == expected


@pytest.mark.parametrize(
    "claims",
    [{}, {"id": "1"}, {"id": 1099012345}, {"id": ["001099012345"]}, {"id": "001099012345\n"}, {"tax": "x"},
     {"id": "001099012345", "tax": "12"}],
)  # fmt: skip
def test_other_claims_identify_nobody(claims: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        identity_of(claims, "id", "tax")
    assert refused.value.code == "OIDC_NO_IDENTIFIER"
