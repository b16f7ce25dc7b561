"""A holder with a state identity, from the door through the provider to their papers, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.identity import CALLBACK
from tests.browser.conftest import Visit, a_visit, serving
from tests.browser.test_access import judged
from tests.house import House
from tests.identity import provider
from tests.servers.ports import free_ports


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service whose holders sign in at the real oidc-provider."""
    ports = free_ports(2)
    told = {
        f"HOSO_{name.upper()}": value for name, value in provider.settings(provider.address(ports)).items()
    }
    folder: Path = tmp_path_factory.mktemp("identity")
    with serving(folder, **told) as started, provider.running(started.address + CALLBACK, ports=ports):
        yield started


@pytest.fixture
def visit(chromium: Browser, house: House, size: str) -> Iterator[Visit]:
    with a_visit(chromium, house.address, size) as made:
        yield made


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_holder_goes_through_the_provider_to_what_they_wanted_to_see(visit: Visit, lang: str) -> None:
    page = visit.page
    page.goto(f"/sign-in?lang={lang}")
    page.goto("/my/papers")
    assert judged(page, "sign-in-identity") == []
    visit.picture(f"sign-in-identity-{lang}")
    page.get_by_role("link", name="VNeID thử nghiệm").click()
    page.get_by_label("Tên").fill("binh")
    page.get_by_role("button", name="Đồng ý").click()
    page.wait_for_url("**/my/papers")
    expect(page.get_by_text("Trần Văn Bình")).to_be_visible()
    page.goto("/my/deeds")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_who_changes_their_mind_is_told_and_finds_the_door_again(visit: Visit) -> None:
    page = visit.page
    page.goto("/sign-in")
    page.get_by_role("link", name="VNeID thử nghiệm").click()
    page.get_by_role("button", name="Không").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy thử lại")
    assert judged(page, "sign-in-refused") == []
    visit.picture("sign-in-refused")
    page.get_by_role("link", name="VNeID thử nghiệm").click()
    expect(page.get_by_label("Tên")).to_be_visible()
    assert all("401" in one for one in visit.wrong)
    visit.wrong.clear()
