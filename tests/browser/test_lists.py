"""Staff load their own list with a batch; the line stands beside the picture, and a person chooses between two."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.house import Agency
from tests.listed import HOLDERS, line_of, list_file, paper_by_hand


def test_a_list_is_loaded_with_a_batch_and_its_lines_are_chosen_by_keyboard(
    visit: Visit, agency: Agency
) -> None:
    folder = agency.house.folder / f"{agency.code}-{visit.size}"
    folder.mkdir()
    files = []
    for number, holder in enumerate(HOLDERS[:2]):
        file = folder / f"tờ {number}.png"
        paper_by_hand(f"{holder}", int(agency.code[-3:])).save(file, dpi=(200, 200))
        files.append(file)
    wrong = folder / "khác.csv"
    wrong.write_text("một;hai\n1;2\n", "utf-8")
    rows = [line_of(5, HOLDERS[0]), line_of(9, HOLDERS[0]), line_of(12, HOLDERS[1]), line_of(15, HOLDERS[5])]
    listed = list_file(folder / "Sổ văn bản đi.csv", rows)

    page = visit.sign_in(agency, "capturer")
    page.goto("/batches/new")
    page.set_input_files("#files", files)
    page.set_input_files("#list", wrong)
    page.get_by_role("button", name="Gửi lô").click()
    expect(page.locator("#said")).to_contain_text("Bản kê không có dòng tiêu đề")
    visit.wrong.clear()  # the browser reports the refusal; so does the page
    page.set_input_files("#list", listed)
    page.get_by_role("button", name="Gửi lô").click()
    page.wait_for_url("**/batches/batch-*")
    expect(page.locator("[data-count=READ]")).to_have_text("2")
    expect(page.locator("#list-matched")).to_have_text("1")
    expect(page.locator("#list-open")).to_have_text("1")
    expect(page.locator("#list-missing")).to_have_text("3")
    expect(page.locator("#batch-list table")).to_contain_text(HOLDERS[5])
    visit.picture("batch-list")
    page.set_input_files("#new-list", wrong)
    page.get_by_role("button", name="Nạp bản kê", exact=True).click()
    expect(page.locator("#list-said")).to_contain_text("Bản kê không có dòng tiêu đề")
    visit.wrong.clear()

    visit.context.clear_cookies()
    page = visit.sign_in(agency, "reviewer")
    page.goto("/station")
    here = page.url
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("name", "line")  # what has to be chosen comes first
    expect(page.locator("#lines .choice")).to_have_count(3)
    expect(page.locator("#f-number, #f-code").first).to_have_value("")
    page.fill("#f-subject", "Trích yếu đã gõ")
    visit.picture("station-choose")
    page.keyboard.press("Alt+2")
    expect(page.locator("#listed")).to_have_attribute("data-fate", "chosen")
    assert page.url == here
    expect(page.locator("#listed .line").first).to_contain_text("09/QĐ-SXD")
    expect(page.locator("#f-code")).to_have_value("09/QĐ-SXD")
    expect(page.locator("#f-issued_on")).to_have_value("09/06/2024")
    expect(page.locator("#f-subject")).to_have_value("Trích yếu đã gõ")
    expect(page.locator("#s-code")).to_contain_text("theo bản kê")
    visit.picture("station-chosen")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != here and "/station/" in url)
    expect(page.locator("#listed")).to_have_attribute("data-fate", "matched")
    expect(page.locator("#f-code")).to_have_value("12/QĐ-SXD")
    visit.picture("station-matched")
    reviewer = agency.person("reviewer")
    fields = reviewer.get(f"/documents/{here.rsplit('/', 1)[1]}/fields").json()
    assert (fields["code"]["value"], fields["code"]["origin"]) == ("09/QĐ-SXD", "list")
    assert (fields["subject"]["value"], fields["subject"]["origin"]) == ("Trích yếu đã gõ", "reviewer")
