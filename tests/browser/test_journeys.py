"""One journey for each kind of person, at desktop and phone width, through the pages alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.pages.verifying import FILE_SENTENCES
from tests.browser.conftest import Visit
from tests.browser.test_access import judged
from tests.house import Agency, until


def test_a_capturer_drops_files_and_sees_what_became_of_each(visit: Visit, agency: Agency) -> None:
    page = visit.sign_in(agency, "capturer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lô quét")
    page.get_by_role("link", name="Lô mới").click()
    page.get_by_label("Mô tả lô").fill("Hộp 12, năm 2024")
    text = agency.house.folder / "ghi chú.txt"
    text.write_text("không phải ảnh")
    same = agency.house.folder / "other" / "giống.png"
    same.parent.mkdir(exist_ok=True)
    first, second = agency.file(), agency.file()
    same.write_bytes(second.read_bytes())
    page.get_by_role("button", name="Gửi lô").click()
    expect(page.locator("#said")).to_have_text("Chưa chọn tệp nào.")
    drop(visit, [first, text])
    page.set_input_files("#files", [same])
    expect(page.locator("#chosen li")).to_have_count(3)
    visit.picture("batch-new")
    page.get_by_role("button", name="Gửi lô").click()
    page.wait_for_url("**/batches/batch-*")
    expect(page.locator("[data-count=READ]")).to_have_text("2")
    expect(page.locator("[data-count=refused]")).to_have_text("1")
    expect(page.locator("#live")).to_contain_text("Mọi giấy tờ")
    expect(page.locator("ul.files")).to_contain_text("ghi chú.txt")
    expect(page.locator("ul.files code")).to_have_text(re.compile("^[A-Z_]+$"))
    visit.picture("batch")
    page.get_by_role("link", name="Hồ sơ của lô này").click()
    expect(page.locator("tbody tr")).to_have_count(2)


@pytest.mark.parametrize("size", ["desktop"])
def test_an_officer_captures_at_the_counter_and_a_paper_short_takes_nothing_in(
    visit: Visit, agency: Agency
) -> None:
    page = visit.sign_in(agency, "capturer")
    page.goto("/batches/new")
    expect(page.get_by_label("Số bản giấy đã nhận")).to_be_disabled()
    page.get_by_role("checkbox", name="Sao chụp tại quầy").check()
    page.get_by_label("Số bản giấy đã nhận").fill("2")
    page.set_input_files("#files", [agency.file()])
    page.get_by_role("button", name="Gửi lô").click()
    page.wait_for_url("**/batches/batch-*")
    expect(page.get_by_role("alert")).to_contain_text("CAPTURE_COUNT")
    visit.picture("batch-short")
    assert judged(page, "batch-short") == []
    page.set_input_files("#files", [agency.file()])
    page.get_by_role("button", name="Gửi lô").click()
    expect(page.locator("[data-count=READ]")).to_have_text("2")
    expect(page.locator("dl.facts")).to_contain_text("Người capturer")
    visit.picture("batch-captured")
    page.get_by_role("link", name="Hồ sơ của lô này").click()
    expect(page.locator("tbody tr")).to_have_count(2)


def drop(visit: Visit, files: list[Path]) -> None:
    """Let files fall on the page as a hand does."""
    told = [{"name": one.name, "bytes": list(one.read_bytes())} for one in files]
    moved = visit.page.evaluate_handle(
        """files => { const moved = new DataTransfer();
        for (const one of files) moved.items.add(new File([new Uint8Array(one.bytes)], one.name));
        return moved; }""",
        told,
    )
    visit.page.dispatch_event("#upload", "drop", {"dataTransfer": moved})


def test_two_files_of_one_name_stay_two_and_one_that_is_refused_can_be_left_out(
    visit: Visit, agency: Agency
) -> None:
    page = visit.sign_in(agency, "capturer")
    page.goto("/batches/new")
    for file in (agency.file(), agency.file()):
        there = agency.house.folder / agency.code / file.stem / "scan.png"
        there.parent.mkdir(parents=True)
        there.write_bytes(file.read_bytes())
        page.set_input_files("#files", [there])
    empty = agency.house.folder / "empty.png"
    empty.write_bytes(b"")
    page.set_input_files("#files", [empty])
    page.get_by_role("button", name="Gửi lô").click()
    expect(page.locator("#said")).to_contain_text("Có tệp chưa gửi được")
    expect(page.locator("#chosen li").last).to_contain_text("Tệp rỗng")
    visit.wrong.clear()  # the browser reports the refusal; so does the page
    page.get_by_role("button", name="Bỏ tệp này: empty.png").click()
    page.get_by_role("button", name="Gửi lô").click()
    page.wait_for_url("**/batches/batch-*")
    expect(page.locator("[data-count=READ]")).to_have_text("2")


def test_a_reviewer_checks_by_keyboard_alone(visit: Visit, agency: Agency) -> None:
    first, second, third = agency.read(agency.file(), agency.file(), agency.file())
    page = visit.sign_in(agency, "reviewer")
    page.goto("/station")
    shown = page.url.rsplit("/", 1)[1]
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("name", re.compile(r"^f\."))
    confidences = page.locator(".values > .field .sure").all_inner_texts()
    numbers = [int(found[0]) if (found := re.findall(r"(\d+) %", one)) else 0 for one in confidences]
    assert numbers == sorted(numbers) and len(numbers) >= 5
    for _ in range(30):  # through all fields; the frame follows those that were seen on the picture
        if focused.get_attribute("id") == "approve":
            break
        if focused.get_attribute("data-box"):
            mark = page.locator(".mark:not([hidden])")
            expect(mark).to_be_visible()
            expect(mark).to_be_in_viewport()
        page.keyboard.press("Enter")
    expect(focused).to_have_attribute("id", "approve")
    page.keyboard.press("Shift+Tab")
    expect(focused).to_have_js_property("tagName", "SUMMARY")
    page.keyboard.press("Enter")
    page.locator("#f-holder_id").focus()
    page.keyboard.type("0790 85")
    visit.picture("station")
    page.keyboard.press("Control+A")
    page.keyboard.type(agency.number)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/station/" in url and shown not in url)
    returned = page.url.rsplit("/", 1)[1]
    page.keyboard.press("Alt+r")
    expect(focused).to_have_id("reason")
    page.keyboard.type("Mờ, quét lại")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/station/" in url and returned not in url)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/station")
    expect(page.get_by_role("status")).to_have_text("Không còn bản nào chờ kiểm tra.")
    reviewer = agency.person("reviewer")
    states = {one: reviewer.get(f"/documents/{one}").json()["state"] for one in (first, second, third)}
    assert states.pop(returned) == "RETURNED"
    assert set(states.values()) <= {"APPROVED", "SEALED", "HELD"}
    fields = reviewer.get(f"/documents/{shown}/fields").json()
    assert (fields["holder_id"]["value"], fields["holder_id"]["origin"]) == (agency.number, "reviewer")
    assert all(one["origin"] == "read" for name, one in fields.items() if name != "holder_id")


@pytest.mark.parametrize("size", ["desktop"])
def test_two_papers_that_came_as_one_are_seen_and_split_by_keyboard(visit: Visit, agency: Agency) -> None:
    pile = agency.pile(2)
    (document,) = agency.read(pile)
    page = visit.sign_in(agency, "reviewer")
    page.goto(f"/station/{document}")
    expect(page.locator("#cuts")).to_be_visible()
    page.keyboard.press("Alt+t")  # nobody splits what they have not seen
    expect(page.locator("#split")).to_be_focused()
    expect(page.locator("#split")).to_be_in_viewport()
    visit.picture("station-split")
    page.keyboard.press("Alt+t")
    page.wait_for_url("**/station")
    reviewer = agency.person("reviewer")
    until(lambda: {one["state"] for one in reviewer.get("/documents").json()["rows"]} == {"READ"})
    rows = reviewer.get("/documents").json()["rows"]
    assert len(rows) == 2 and len({one["code"] for one in rows}) == 2
    page.goto(f"/documents/{document}")
    expect(page.get_by_text("2 trang quét: 2 có nội dung, 0 trắng, 0 phân tách")).to_be_visible()
    expect(page.get_by_text("Tách hồ sơ")).to_be_visible()


def test_the_station_prefetches_the_next_picture_and_loses_nothing_that_was_typed(
    visit: Visit, agency: Agency
) -> None:
    agency.read(agency.file(), agency.file())
    page = visit.sign_in(agency, "reviewer")
    with page.expect_request(lambda one: "/pages/1" in one.url) as shown:
        page.goto("/station")
    next_image = page.locator(".station").get_attribute("data-next-image")
    assert next_image and next_image not in shown.value.url
    here = page.url.rsplit("/", 1)[1]
    page.fill("#f-subject", "Trích yếu đã gõ")
    page.fill("#f-issued_on", "31/02/2024")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("BAD_VALUE")
    expect(page.locator("#f-subject")).to_have_value("Trích yếu đã gõ")
    # Somebody else decides meanwhile.
    reviewer = agency.person("reviewer")
    etag = reviewer.get(f"/documents/{here}").headers["etag"]
    reviewer.post(f"/documents/{here}/review", json={"decision": "return"}, headers={"If-Match": etag})
    page.fill("#f-issued_on", "28/2/2024")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("CHANGED")
    expect(page.locator("#f-subject")).to_have_value("Trích yếu đã gõ")
    assert all("422" in one or "412" in one for one in visit.wrong)
    visit.wrong.clear()


def test_a_copy_officer_issues_a_copy_and_takes_it_back(visit: Visit, agency: Agency) -> None:
    document = agency.held()
    page = visit.sign_in(agency, "copy-officer")
    page.goto("/copies")
    page.get_by_role("link", name="Hồ sơ đã lưu trữ").click()
    page.get_by_role("link", name="Cấp giấy phép xây dựng").click()
    page.wait_for_url(f"**/{document}")
    page.get_by_text("Cấp bản sao", exact=True).click()
    page.get_by_label("Nơi nhận bản sao").fill("Ngân hàng Mẫu")
    page.get_by_label("Mục đích sử dụng").fill("vay vốn")
    page.get_by_label("Họ tên").fill("Trần Văn Bình")
    page.get_by_role("button", name="Yêu cầu bản sao").click()
    expect(page.get_by_role("status")).to_contain_text("Đã cấp")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản sao").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    visit.picture("copy")
    page.get_by_text("Thu hồi bản sao này").click()
    page.get_by_label("Lý do").fill("cấp nhầm")
    page.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_role("status")).to_contain_text("Đã thu hồi")
    page.goto("/registers")
    page.get_by_role("link", name=re.compile("^Sổ cấp bản sao từ sổ gốc")).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    visit.picture("register")


def test_an_archivist_finds_a_record_and_revokes_it(visit: Visit, agency: Agency) -> None:
    document = agency.held()
    page = visit.sign_in(agency, "archivist")
    page.goto("/documents")
    page.get_by_role("searchbox").fill("giay phep xay dung")
    page.get_by_role("button", name="Tìm").click()
    page.locator("tbody a").first.click()
    page.wait_for_url(f"**/{document}")
    visit.picture("document")
    page.get_by_text("Thu hồi giấy tờ này").click()
    page.get_by_label("Lý do, kèm số quyết định").fill("QĐ 12/2026")
    page.get_by_role("button", name="Thu hồi").click()
    expect(page.locator(".badge.bad")).to_have_text("đã bị thu hồi")
    expect(page.locator(".history")).to_contain_text("Thu hồi")


def test_a_holder_sees_papers_asks_for_a_copy_agrees_and_sees_who_looked(
    visit: Visit, agency: Agency
) -> None:
    document = agency.held()
    page = visit.sign_in(agency, "holder")
    expect(page.get_by_role("heading", level=1)).to_have_text("Giấy tờ của tôi")
    expect(page.locator(".cards li")).to_have_count(1)
    expect(page.locator(".cards")).to_contain_text("còn hiệu lực")
    expect(page.locator(".cards")).to_contain_text("31/12/2099")
    visit.picture("my-papers")
    page.get_by_role("link", name="Cấp giấy phép xây dựng").click()
    page.get_by_label("Nơi nhận bản sao").fill("Ngân hàng Mẫu")
    page.get_by_label("Mục đích sử dụng").fill("vay vốn")
    page.get_by_role("button", name="Yêu cầu bản sao").click()
    expect(page.get_by_role("status")).to_contain_text("Đã cấp")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản sao").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")

    page.get_by_role("navigation").get_by_role("link", name="Thủ tục").click()
    page.get_by_role("searchbox").fill("giay phep")
    page.get_by_role("button", name="Tìm").click()
    page.locator(".cards a").first.click()
    if page.get_by_label("Nộp ở cơ quan").count():
        page.get_by_label("Nộp ở cơ quan").select_option(agency.code)
        page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".cards .badge").first).to_be_visible()
    visit.picture("my-procedure")
    page.get_by_role("button", name="Tôi đồng ý").click()
    page.wait_for_url("**/my/consents")
    page.get_by_role("button", name="Rút lại").click()
    expect(page.locator(".cards .badge")).to_have_text("đã rút lại")

    page.get_by_role("navigation").get_by_role("link", name="Ai đã xem").click()
    expect(page.locator("tbody")).to_contain_text("Người reviewer")
    expect(page.locator("tbody")).to_contain_text(document)
    visit.picture("my-deeds")


def test_a_verifier_is_told_good_from_altered_revoked_and_foreign(
    visit: Visit, agency: Agency, tmp_path: Path
) -> None:
    copy = agency.copy(agency.held())
    officer = agency.person("copy-officer")
    data = officer.get(f"/copies/{copy['id']}/file").content
    good, altered, foreign = tmp_path / "good.pdf", tmp_path / "altered.pdf", tmp_path / "foreign.pdf"
    good.write_bytes(data)
    altered.write_bytes(data.replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    foreign.write_bytes(b"%PDF-1.4 nothing")
    page = visit.page

    def said(path: Path) -> str:
        page.goto("/verify")
        page.set_input_files("#file", path)
        page.get_by_role("button", name="Kiểm tra tệp").click()
        expect(page.locator(".verdict")).to_be_visible()
        return page.locator(".verdict").inner_text()

    assert said(good).startswith("Hợp lệ")
    visit.picture("verdict")
    assert page.locator("[data-label]").count() == 2
    page.set_input_files("#file", good)
    page.get_by_label("Xét tại ngày").fill("2045-01-01")
    page.get_by_role("button", name="Kiểm tra tại ngày này").click()
    expect(page.locator("[data-label=chosen]")).to_have_attribute("data-verdict", "INDETERMINATE")
    expect(page.locator("[data-label=now]")).to_have_attribute("data-verdict", "VALID")
    visit.picture("verdict-times")
    page.set_input_files("#file", good)
    with page.expect_download() as got:
        page.get_by_role("button", name="Tải tệp như lúc ký").click()
    revision = Path(got.value.path()).read_bytes()
    assert data.startswith(revision) and len(revision) < len(data)
    assert said(altered) == FILE_SENTENCES["altered"][0]
    assert said(foreign) == FILE_SENTENCES["format-failure"][0]
    page.goto("/verify")
    page.get_by_label("Mã kiểm tra").fill(copy["code"].upper())
    page.get_by_role("button", name="Kiểm tra mã").click()
    expect(page.locator(".verdict")).to_contain_text("còn hiệu lực")
    done = officer.post(f"/copies/{copy['id']}/revoke", json={"reason": "cấp nhầm"})
    assert done.status_code == 200
    page.reload()
    expect(page.locator(".verdict")).to_contain_text("thu hồi")
    assert "thu hồi" in said(good)


def test_a_parked_step_says_why_and_is_tried_again_once_its_cause_is_gone(
    visit: Visit, agency: Agency
) -> None:
    (document,) = agency.read()
    with agency.without_draft(document):
        reviewer = agency.person("reviewer")
        etag = reviewer.get(f"/documents/{document}").headers["etag"]
        reviewer.post(
            f"/documents/{document}/review", json={"decision": "approve"}, headers={"If-Match": etag}
        )
        until(lambda: reviewer.get(f"/documents/{document}").json()["parked"])
        page = visit.sign_in(agency, "sealer")
        page.get_by_role("link", name="Đang chờ xử lý").click()
        expect(page.locator("tbody code")).to_have_text(re.compile("^[A-Z_]+$"))
        visit.picture("parked")
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator("main")).to_contain_text("Không có bước nào đang chờ")
    until(lambda: reviewer.get(f"/documents/{document}").json()["state"] == "HELD")
