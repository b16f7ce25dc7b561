"""A number and a day written by hand reach the reviewer as a picture beside an empty field."""

from __future__ import annotations

import cv2
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.house import Agency
from tests.papers.generate import paper


def test_what_a_pen_wrote_comes_first_as_a_picture_beside_an_empty_field(
    visit: Visit, agency: Agency
) -> None:
    path = agency.house.folder / f"viết tay {agency.code}.png"
    cv2.imwrite(str(path), paper("qd", "scan", 9100, 200, "termes", max_pages=1, pen=True).pages[0].image)
    (document,) = agency.read(path)
    page = visit.sign_in(agency, "reviewer")
    page.goto(f"/station/{document}")
    expect(page.locator(":focus")).to_have_attribute("name", "f.number")
    for name in ("number", "code", "issued_on"):
        expect(page.locator(f"#f-{name}")).to_have_value("")
        expect(page.locator(f"#s-{name}")).to_contain_text("viết tay")
    crop = page.locator(".field:has(#f-number) canvas.crop")
    expect(crop).to_be_visible()
    page.wait_for_function(
        """one => {
        const seen = one.getContext("2d").getImageData(0, 0, one.width, one.height).data;
        let dark = 0;
        for (let i = 0; i < seen.length; i += 4) dark += seen[i + 3] > 0 && seen[i] < 120;
        return dark > 50; }""",
        arg=crop.element_handle(),
    )  # the pen's ink, not an empty sheet
    visit.picture("station-by-hand")
    page.locator("#f-number").fill("1417")
    expect(page.locator("#f-code")).to_have_value("1417/QĐ-STP")  # number and notation: typed once
    page.locator("#f-issued_on").fill("21/10/2020")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: document not in url)
    found = agency.person("reviewer").get(f"/documents/{document}").json()["fields"]
    assert (found["code"]["value"], found["code"]["origin"]) == ("1417/QĐ-STP", "reviewer")
    assert found["issued_on"]["value"] == "2020-10-21"
