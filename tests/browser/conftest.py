"""Debian's Chromium driven by Playwright, and the service it looks at."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.house import PASSWORD, Agency, House
from tests.office import ROOT, Office
from tests.servers.missing import program

PICTURES = ROOT / "out" / "pages"
"""Screenshots; git ignores ``out``."""

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}

expect.set_options(timeout=60_000)


@contextmanager
def serving(folder: Path, **more: str) -> Iterator[House]:
    """A service of its own; at its end nothing may have gone wrong in it unseen."""
    settings = {
        "HOSO_PASSWORD_KIB": "1024",
        "HOSO_BACKOFF_SECONDS": "0.1",
        "HOSO_SIGN_IN_PER_MINUTE": "100000",
        "HOSO_VERIFY_PER_MINUTE": "100000",
        **more,
    }
    office = Office(folder / "home", settings)
    office.run("init")
    office.run("procedures", "import")
    log = folder / "serve.log"
    process = office.start("serve", "--port", "0", log=log)
    address = ""
    while not address:
        told = log.read_text("utf-8") if log.exists() else ""
        assert process.poll() is None, told
        if "http://" in told:
            address = "http://" + told.split("http://")[1].split("/")[0].split()[0]
    yield House(office, address, folder)
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    assert "Traceback" not in log.read_text("utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One service for the journeys of a module."""
    with serving(tmp_path_factory.mktemp("house")) as started:
        yield started


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. Ended with each module: while it runs, no other test of this process can have an event loop."""
    path = program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    """Desktop and phone."""
    return str(request.param)


class Visit:
    """A window of one size; people sign in and out in it."""

    def __init__(self, context: BrowserContext, size: str) -> None:
        self.context, self.size = context, size
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def sign_in(self, agency: Agency, role: str, lang: str = "vi") -> Page:
        """Through the door, as a person does."""
        page = self.page
        page.goto(f"/sign-in?lang={lang}")
        page.fill("#login", agency.login(role))
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def picture(self, name: str) -> None:
        """What a person sees, kept for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.size}.png", full_page=True)


@contextmanager
def a_visit(chromium: Browser, address: str, size: str) -> Iterator[Visit]:
    """A fresh window; at the end nothing may have gone wrong in it unseen."""
    width, height = SIZES[size]
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale="vi-VN", accept_downloads=True
    )  # fmt: skip
    made = Visit(context, size)
    yield made
    context.close()
    assert made.wrong == []


@pytest.fixture
def visit(chromium: Browser, house: House, size: str) -> Iterator[Visit]:
    """A window on the module's service."""
    with a_visit(chromium, house.address, size) as made:
        yield made


@pytest.fixture
def agency(house: House) -> Agency:
    """An agency of this test's own."""
    return house.agency()
