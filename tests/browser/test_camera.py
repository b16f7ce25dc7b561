"""A verifier holds a printed copy before the camera. The camera is Chromium's own stand-in, fed with a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import FLAGS, a_visit
from tests.house import Agency, House
from tests.servers.missing import program

FRAME = (1280, 720)


def seen_by_camera(copy: bytes) -> Image.Image:
    """The part of the printed copy around its QR as a hand holds it: a little turned, soft, on a grey desk."""
    paper = pypdfium2.PdfDocument(copy)[0].render(scale=110 / 72).to_pil().convert("L")
    code = next(one for one in zxingcpp.read_barcodes(paper) if one.text.startswith("http"))
    x = (code.position.top_left.x + code.position.bottom_right.x) // 2
    y = (code.position.top_left.y + code.position.bottom_right.y) // 2
    held = paper.crop((x - 300, y - 300, x + 300, y + 300)).rotate(
        -9, Image.Resampling.BICUBIC, fillcolor=120
    )
    desk = Image.new("L", FRAME, 120)
    desk.paste(held, ((FRAME[0] - held.width) // 2, (FRAME[1] - held.height) // 2))
    desk = desk.filter(ImageFilter.GaussianBlur(1.0))
    light = np.linspace(1.0, 0.7, FRAME[0])[None, :]
    return Image.fromarray((np.asarray(desk) * light).astype("uint8")).convert("RGB")


@pytest.mark.parametrize("size", ["desktop", "phone"], indirect=True)
def test_the_camera_leads_to_what_is_known_of_the_copy(
    house: House, agency: Agency, size: str, tmp_path: Path
) -> None:
    copy = agency.copy(agency.held())
    data = agency.person("copy-officer").get(f"/copies/{copy['id']}/file").content
    film = tmp_path / "film.mjpeg"
    seen_by_camera(data).save(film, "JPEG", quality=70)
    camera = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    path = program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *camera])
        with a_visit(browser, house.address, size) as visit:
            visit.page.goto("/verify")
            visit.page.get_by_role("button", name="Quét QR").click()
            visit.page.wait_for_url(f"**/v/{copy['code']}")
            expect(visit.page.locator(".verdict")).to_be_visible()
        browser.close()


@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_without_a_camera_the_page_says_so_and_asks_again(house: House, size: str) -> None:
    path = program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        with a_visit(browser, house.address, size) as visit:
            visit.page.goto("/verify")
            button = visit.page.get_by_role("button", name="Quét QR")
            button.click()
            expect(visit.page.locator("#scan-said")).to_have_text("Không mở được máy ảnh")
            expect(button).to_be_enabled()
        browser.close()
