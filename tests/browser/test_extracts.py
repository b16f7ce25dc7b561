"""An officer chooses what an extract shows, with the mouse and by keyboard alone; anybody checks a copy on paper."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit, a_visit
from tests.browser.test_access import judged
from tests.house import Agency, House


@pytest.fixture(scope="module")
def held(house: House) -> tuple[Agency, str]:
    agency = house.agency()
    return agency, agency.held()


@pytest.fixture
def visit(chromium: Browser, house: House, size: str) -> Iterator[Visit]:
    with a_visit(chromium, house.address, size) as made:
        yield made


@pytest.mark.parametrize("size", ["desktop"])
def test_regions_are_drawn_with_the_mouse_or_typed_and_the_extract_hides_them(
    visit: Visit, held: tuple[Agency, str], tmp_path: Path
) -> None:
    agency, document = held
    page = visit.sign_in(agency, "copy-officer")
    page.goto(f"/documents/{document}")
    page.get_by_role("link", name="Trích sao").click()
    page.wait_for_url("**/extract")  # and its style, on which it hangs where the picture lies
    picture = page.locator(".sheet img").first
    expect(picture).to_have_js_property("complete", True)
    box = picture.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.05, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + box["height"] * 0.55)
    page.mouse.up()
    expect(page.locator("#hide")).to_have_value("1:0.05,0.4,0.95,0.55")
    expect(page.locator(".sheet rect.hide")).to_have_count(1)
    page.locator("#top").focus()  # from here by keyboard alone
    page.keyboard.press("Control+A")
    page.keyboard.type("90")
    page.locator("#bottom").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("100")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_id("add")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("1:0,0.9,1,1")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#hide")).to_have_value("1:0.05,0.4,0.95,0.55")
    visit.picture("extract")
    assert judged(page, "extract") == []
    page.fill("#recipient", "Ngân hàng Mẫu")
    page.fill("#purpose", "vay vốn")
    page.get_by_role("button", name="Cấp bản trích sao").click()
    page.get_by_text("Đã cấp").wait_for()
    expect(page.locator("dl.facts")).to_contain_text("1:0.05,0.4,0.95,0.55")
    visit.picture("extract-issued")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải bản sao (PDF)").click()
    pdf = tmp_path / "extract.pdf"
    coming.value.save_as(pdf)
    said = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout
    assert "TRÍCH SAO" in said and "Điều 1" not in said


def test_a_photograph_of_a_copy_is_checked_on_the_page(
    visit: Visit, held: tuple[Agency, str], tmp_path: Path
) -> None:
    agency, document = held
    copy = agency.copy(document)
    data = agency.person("copy-officer").get(f"/copies/{copy['id']}/file").content
    out = io.BytesIO()
    paper = pypdfium2.PdfDocument(data)[0].render(scale=200 / 72).to_pil().convert("L")
    paper.save(out, "JPEG", quality=70)
    picture = tmp_path / "giấy.jpg"
    picture.write_bytes(out.getvalue())
    page = visit.page
    page.goto("/verify")
    page.set_input_files("#file", picture)
    page.locator("#drop button").click()
    expect(page.locator(".verdict")).to_have_attribute("data-kind", "OK")
    expect(page.locator("dl.facts")).to_contain_text(copy["number"])
    expect(page.get_by_text("còn hiệu lực")).to_be_visible()
    visit.picture("statement")
    assert judged(page, "statement") == []
    paper.paste(255, (0, paper.height - 826, paper.width, paper.height))  # its band over an empty sheet
    paper.save(picture, "JPEG", quality=70)
    page.goto("/verify")
    page.set_input_files("#file", picture)
    page.locator("#drop button").click()
    expect(page.locator(".verdict")).to_have_attribute("data-kind", "STATEMENT_NOT_ON_PAPER")
    expect(page.get_by_text("Không đọc thấy trên giấy", exact=True)).to_be_visible()
    visit.picture("statement-not-on-paper")
    assert judged(page, "statement-not-on-paper") == []
