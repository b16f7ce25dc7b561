"""Every page, in both languages, at both widths: nothing against WCAG 2.2 AA that axe can find, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from api.pages import desk, doors, extracting, frame, intake, own, records, station, verifying
from tests.browser.conftest import Visit
from tests.house import Agency, House, until

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
ANYBODY = ""


@pytest.fixture(scope="module")
def office(house: House) -> Iterator[tuple[Agency, dict[str, str]]]:
    """An agency where something is in every list, and the names of what is there."""
    agency = house.agency()
    held = agency.held()
    gone = agency.held()
    copy = agency.copy(held)["id"]
    archivist = agency.person("archivist")
    etag = archivist.get(f"/documents/{gone}").headers["etag"]
    archivist.post(f"/documents/{gone}/revoke", json={"reason": "QĐ 9"}, headers={"If-Match": etag})
    stuck, _, _ = agency.read(agency.file(), agency.file(), agency.file())
    reviewer = agency.person("reviewer")
    holder = agency.person("holder")
    holder.post(
        "/consents", json={"agency": agency.code, "procedure": "1.001809"}, headers={"Idempotency-Key": "k"}
    )
    with agency.without_draft(stuck):
        etag = reviewer.get(f"/documents/{stuck}").headers["etag"]
        reviewer.post(f"/documents/{stuck}/review", json={"decision": "approve"}, headers={"If-Match": etag})
        until(lambda: reviewer.get(f"/documents/{stuck}").json()["parked"])
        capturer = agency.person("capturer")
        batch = capturer.get("/batches").json()["rows"][0]["id"]
        open_batch = capturer.post("/batches", json={"cover": "mở"}, headers={"Idempotency-Key": "o"}).json()[
            "id"
        ]
        read = next(
            one["id"] for one in reviewer.get("/documents?state=READ").json()["rows"] if one["id"] != stuck
        )
        officer = agency.person("copy-officer")
        code = officer.get(f"/copies/{copy}").json()["code"]
        waiting = {
            "basis": "original", "recipient": "Nguyễn Thị Mang", "purpose": "xin việc", "wanted_anyway": "tự chọn",
            "requester": {"capacity": "bearer", "name": "Nguyễn Thị Mang", "identity": "CCCD 001085000009"},
        }  # fmt: skip
        asked = officer.post(
            f"/documents/{held}/copies", json=waiting, headers={"Idempotency-Key": "w"}
        ).json()["id"]
        few = {"basis": "register", "recipient": "Trần Văn Bình", "purpose": "vay vốn", "most_uses": 3,
               "only_recipient": True, "only_purpose": True, "valid_until": "2099-01-01"}  # fmt: skip
        limited = officer.post(f"/documents/{held}/copies", json=few, headers={"Idempotency-Key": "f"}).json()
        fallen = agency.copy(held)
        officer.post(f"/copies/{fallen['id']}/revoke", json={"reason": "sai người nhận"})
        part = {
            "basis": "extract",
            "recipient": "Trần Văn Bình",
            "purpose": "vay vốn",
            "wanted": "trang 1, phần tên",
        }
        wanted = holder.post(f"/documents/{held}/copies", json=part, headers={"Idempotency-Key": "x"}).json()
        register = archivist.get("/registers").json()["rows"][0]["id"]
        nothing = {
            "requester": "Trần Văn Bình",
            "about": "giấy phép xây dựng số 5/1970",
            "holder": agency.number,
        }
        answer = officer.post("/registers/answers", json=nothing, headers={"Idempotency-Key": "n"}).json()
        held_up = by_a_key(agency, officer, held)
        yield agency, {
            "held": held, "gone": gone, "copy": copy, "batch": batch, "open": open_batch, "read": read, "stuck": stuck,
            "code": code, "register": str(register), "asked": asked, "limited": limited["code"],
            "fallen": fallen["code"], "answer": answer["id"], "wanted": wanted["id"],
            "held_up": held_up,
        }  # fmt: skip


def by_a_key(agency: Agency, officer: httpx2.Client, held: str) -> str:
    """A granted copy that waits, for the settings of its certifier's key are wrong."""
    folder = agency.house.office.home / "test-pki" / "officers" / agency.code
    folder.mkdir(parents=True)
    (folder / "chung.toml").write_text(
        'kind = "pkcs12"\nfile = "chung.p12"\npassphrase_file = "chung.pass"\n'
    )
    asked = {
        "basis": "original",
        "recipient": "Nguyễn Thị Mang",
        "purpose": "vay vốn",
        "wanted_anyway": "tự chọn",
    }
    copy = officer.post(f"/documents/{held}/copies", json=asked, headers={"Idempotency-Key": "u"}).json()[
        "id"
    ]
    found = {"presented_on": "2026-03-02", "certifier": "Lê Văn Chứng", "certifier_title": "Chủ tịch"}
    assert officer.post(f"/copies/{copy}/grant", json=found).status_code == 200
    until(lambda: officer.get(f"/copies/{copy}").json()["held_up"])
    return str(copy)


PAGES: dict[str, dict[str, str]] = {
    ANYBODY: {
        "sign-in": "/sign-in", "verify": "/verify", "verify-wrong": "/verify?code=12", "verify-code": "/v/{code}",
        "verify-code-limited": "/v/{limited}", "verify-code-fallen": "/v/{fallen}", "problem": "/nowhere",
    },
    "capturer": {"batches": "/batches", "new-batch": "/batches/new", "batch": "/batches/{batch}",
                 "batch-open": "/batches/{open}"},
    "reviewer": {"station-document": "/station/{read}", "station-done": "/station/{held}", "parked": "/parked",
                 "document-parked": "/documents/{stuck}"},
    "archivist": {"documents": "/documents", "documents-none": "/documents?q=khongco", "document": "/documents/{held}",
                  "document-revoked": "/documents/{gone}", "registers": "/registers",
                  "register": "/registers/{register}"},
    "copy-officer": {"copies": "/copies", "copy": "/copies/{copy}", "copy-asked": "/copies/{asked}",
                     "requests": "/requests", "slip": "/copies/{asked}/slip", "answer": "/answers/{answer}",
                     "register-officer": "/registers/{register}", "registers-officer": "/registers",
                     "document-officer": "/documents/{held}", "extract": "/documents/{held}/extract",
                     "copy-held-up": "/copies/{held_up}",
                     "copy-wanted": "/copies/{wanted}", "extract-wanted": "/documents/{held}/extract?copy={wanted}"},
    "holder": {"papers": "/my/papers", "paper": "/my/papers/{held}", "paper-revoked": "/my/papers/{gone}",
               "own-copy": "/my/copies/{copy}", "own-answer": "/my/answers/{answer}",
               "own-copy-wanted": "/my/copies/{wanted}",
               "needs": "/my/procedures", "need": "/my/procedures/1.001809?agency={a}",
               "need-no-agency": "/my/procedures/1.001809", "consents": "/my/consents", "deeds": "/my/deeds"},
    "auditor": {"station-closed": "/station"},
}  # fmt: skip


def test_no_page_is_missing_here() -> None:
    seen = {f"pages.{name}" for pages in PAGES.values() for name in pages}
    routes = {
        str(route.name)
        for module in (desk, doors, extracting, frame, intake, own, records, station, verifying)
        for route in module.router.routes
        if "GET" in getattr(route, "methods", ())
    }
    # No page of their own when something waits; the door of the identity provider is in test_identity.
    led_on = {
        "pages.static",
        "pages.extract-picture",
        "pages.home",
        "pages.station",
        "pages.oidc",
        "pages.oidc-callback",
    }
    assert routes - seen == led_on


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("role", list(PAGES))
def test_no_page_keeps_anybody_out(
    visit: Visit, office: tuple[Agency, dict[str, str]], role: str, lang: str, tmp_path: Path
) -> None:
    agency, names = office
    if role:
        visit.sign_in(agency, role, lang)
    found = []
    for name, address in PAGES[role].items():
        where = address.format(**names, a=agency.code)
        visit.page.goto(f"{where}{'&' if '?' in where else '?'}lang={lang}")
        found += judged(visit.page, name)
        visit.picture(f"{name}-{lang}")
    if not role:
        found += verdicts(visit, agency, names, tmp_path, lang)
    expected = ("404", "403", "422")
    assert all(any(status in one for status in expected) for one in visit.wrong), visit.wrong
    visit.wrong.clear()
    assert found == []


def verdicts(visit: Visit, agency: Agency, names: dict[str, str], folder: Path, lang: str) -> list[str]:
    """The pages that answer a form: verdicts, and the door after a wrong password."""
    data = agency.person("copy-officer").get(f"/copies/{names['copy']}/file").content
    found = []
    for name, content in (("verdict-good", data), ("verdict-bad", data[:-2000]), ("verdict-none", b"text")):
        file = folder / f"{name}.pdf"
        file.write_bytes(content)
        visit.page.goto(f"/verify?lang={lang}")
        visit.page.set_input_files("#file", file)
        visit.page.fill("#at", "2045-01-01")
        visit.page.locator("#drop button").click()
        visit.page.locator(".verdict").wait_for()
        found += judged(visit.page, name)
        visit.picture(f"{name}-{lang}")
    visit.page.goto(f"/sign-in?lang={lang}")
    visit.page.fill("#login", "nobody")
    visit.page.fill("#password", "x")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("alert").wait_for()
    assert all("401" in one for one in visit.wrong if "404" not in one and "422" not in one)
    visit.wrong.clear()
    return found + judged(visit.page, "sign-in-failed")


def judged(page: Page, name: str) -> list[str]:
    """What is wrong with the page; opened details are judged too.

    What answers a form can be seen before its style has come, and then every target is too small.
    """
    page.wait_for_load_state("load")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    results = Axe().run(page, options=RULES).response["violations"]
    found = [f"{name}: {one['id']} {[node['html'][:200] for node in one['nodes'][:3]]}" for one in results]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{name}: wider than the window (WCAG 1.4.10)")
    return found
