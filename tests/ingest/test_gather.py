"""From paths to files: folders and ZIPs, in order, within limits, nothing dropped and nothing written outside."""

from __future__ import annotations

import os
import socket
import zipfile
from pathlib import Path

import pytest

from ingest.gather import ArchiveLimits, Gathered, gather
from tests.archive.rivals import in_child
from tests.ingest import pictures, zips
from tests.ingest.zips import zipped

LIMITS = ArchiveLimits(most_files=50, most_mib=8, most_ratio=200)
SCAN = pictures.jpeg("L")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    made = tmp_path / "scratch" / "inside"
    made.mkdir(parents=True)
    return made


def names(found: list[Gathered], below: Path) -> list[tuple[str, str]]:
    return [(one.name.removeprefix(f"{below}/"), one.problem.code if one.problem else "") for one in found]


def run(scratch: Path, *paths: Path, limits: ArchiveLimits = LIMITS) -> list[Gathered]:
    return list(gather(list(paths), scratch, limits, 4))


def test_files_of_a_folder_come_in_the_order_people_count_folder_by_folder(
    scratch: Path, folder: Path
) -> None:
    for name in ("b/2.jpg", "b/10.jpg", "a/z.jpg", "c.jpg", "b/a/1.jpg", "B.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(SCAN)
    found = [name for name, _ in names(run(scratch, folder), folder)]
    assert found == ["B.jpg", "c.jpg", "a/z.jpg", "b/2.jpg", "b/10.jpg", "b/a/1.jpg"]


def test_hidden_and_strange_files_are_listed_not_dropped(scratch: Path, folder: Path) -> None:
    (folder / ".hidden.jpg").write_bytes(SCAN)
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "Thumbs.db").write_bytes(b"x")
    (folder / "empty").write_bytes(b"")
    os.mkfifo(folder / "fifo")
    (folder / "gone").symlink_to(folder / "nowhere")
    (folder / "self").symlink_to(folder / "self")
    with socket.socket(socket.AF_UNIX) as listening:
        where = Path.cwd()
        os.chdir(folder)  # a socket's path must be short
        try:
            listening.bind("socket")
        finally:
            os.chdir(where)
        assert names(run(scratch, folder), folder) == [
            (".hidden.jpg", ""),
            ("empty", "EMPTY_FILE"),
            ("fifo", "UNREADABLE_FILE"),
            ("gone", "UNREADABLE_FILE"),
            ("self", "UNREADABLE_FILE"),
            ("socket", "UNREADABLE_FILE"),
            (".hidden/Thumbs.db", ""),
        ]


def test_links_that_lead_in_circles_end_and_are_listed(scratch: Path, folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "a.jpg").write_bytes(SCAN)
    (folder / "in" / "up").symlink_to(folder)
    (folder / "other").symlink_to(folder / "in")
    (folder / "file.jpg").symlink_to(folder / "in" / "a.jpg")
    assert names(run(scratch, folder), folder) == [
        ("file.jpg", ""),
        ("other", "UNREADABLE_FILE"),
        ("in/a.jpg", ""),
        ("in/up", "UNREADABLE_FILE"),
    ]


def test_a_folder_that_is_named_may_be_a_link(scratch: Path, folder: Path, tmp_path: Path) -> None:
    (folder / "a.jpg").write_bytes(SCAN)
    (tmp_path / "link").symlink_to(folder)
    assert names(run(scratch, tmp_path / "link"), tmp_path) == [("link/a.jpg", "")]


@pytest.mark.parametrize("name", ["nowhere.jpg", "x" * 300, "nowhere/deep/a.jpg"])
def test_a_path_that_leads_nowhere_is_told(scratch: Path, folder: Path, name: str) -> None:
    assert names(run(scratch, folder / name), folder) == [(name, "UNREADABLE_FILE")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone who may not read")
def test_what_may_not_be_read_is_told_and_the_rest_is_found(scratch: Path, folder: Path) -> None:
    for name in ("a.jpg", "b.jpg", "closed/c.jpg", "open/d.jpg", "shut/e.jpg"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(SCAN)
    (folder / "a.jpg").chmod(0)
    (folder / "closed").chmod(0)
    (folder / "shut").chmod(0o444)
    for parent in (folder, *folder.parents[:4]):
        parent.chmod(parent.stat().st_mode | 0o055)

    def look() -> None:
        os.setuid(65534)
        found = names(run(scratch, folder, folder / "closed" / "c.jpg"), folder)
        assert sorted(found) == [
            ("a.jpg", "UNREADABLE_FILE"),
            ("b.jpg", ""),
            ("closed", "UNREADABLE_FILE"),
            ("closed/c.jpg", "UNREADABLE_FILE"),
            ("open/d.jpg", ""),
            ("shut/e.jpg", "UNREADABLE_FILE"),
        ]

    assert in_child(look) == 0


def test_a_file_that_is_too_large_is_told_without_being_read(scratch: Path, folder: Path) -> None:
    with (folder / "large.jpg").open("wb") as file:
        file.truncate(5 << 20)
    assert names(run(scratch, folder), folder) == [("large.jpg", "FILE_TOO_LARGE")]


def test_a_name_that_is_no_utf8_can_be_shown(scratch: Path, folder: Path) -> None:
    (folder / os.fsdecode(b"scan-\xff.jpg")).write_bytes(SCAN)
    (found,) = run(scratch, folder)
    assert found.name.encode() and found.name.endswith("scan-�.jpg")
    assert found.path is not None and found.path.read_bytes() == SCAN


def test_the_files_of_a_zip_come_with_their_names(scratch: Path, folder: Path) -> None:
    files = {"Quyết định số 1.jpg": SCAN, "thư mục/giấy phép.png": b"x", "rỗng.jpg": b"", "thư mục/": b""}
    (folder / "lô.zip").write_bytes(zipped(files))
    found = run(scratch, folder)
    assert names(found, folder) == [
        ("lô.zip/Quyết định số 1.jpg", ""),
        ("lô.zip/rỗng.jpg", "EMPTY_FILE"),
        ("lô.zip/thư mục/giấy phép.png", ""),
    ]
    assert found[0].path is not None and found[0].path.read_bytes() == SCAN


def test_vietnamese_names_are_right_though_the_zip_does_not_say_that_they_are_utf8(
    scratch: Path, folder: Path
) -> None:
    (folder / "a.zip").write_bytes(zips.without_utf8_flag({"Giấy phép.jpg": SCAN, "plain.jpg": SCAN}))
    assert [name for name, _ in names(run(scratch, folder), folder)] == [
        "a.zip/Giấy phép.jpg",
        "a.zip/plain.jpg",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "../../outside.jpg",
        "/outside.jpg",
        "a/../../outside.jpg",
        "..\\outside.jpg",
        "C:\\outside.jpg",
        "x" * 400,
    ],
)
def test_names_in_a_zip_lead_nowhere_outside(scratch: Path, folder: Path, tmp_path: Path, name: str) -> None:
    (folder / "a.zip").write_bytes(zipped({name: SCAN}))
    before = {path for path in tmp_path.rglob("*") if scratch not in path.parents}
    (found,) = run(scratch, folder)
    assert found.problem is None and found.path is not None
    assert scratch in found.path.resolve().parents
    assert {path for path in tmp_path.rglob("*") if scratch not in path.parents} == before
    assert not Path("/outside.jpg").exists()


def test_a_link_in_a_zip_is_a_small_file_not_a_link(scratch: Path, folder: Path) -> None:
    link = zipfile.ZipInfo("link.jpg")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    (found,) = run(scratch, folder)
    assert (
        found.path is not None and not found.path.is_symlink() and found.path.read_bytes() == b"/etc/passwd"
    )


def test_zips_of_one_name_in_two_folders_do_not_mix(scratch: Path, folder: Path) -> None:
    for place in ("a", "b"):
        (folder / place).mkdir()
        (folder / place / "scans.zip").write_bytes(zipped({"1.jpg": place.encode()}))
    found = run(scratch, folder)
    assert [one.path.read_bytes() for one in found if one.path] == [b"a", b"b"]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (zipped({}), ["NO_PAGES"]),
        (zipped({"folder/": b""}), ["NO_PAGES"]),
        (zipped({"in.zip": zipped({"a.jpg": SCAN}), "a.jpg": SCAN}), ["", "NESTED_ARCHIVE"]),
        (zips.locked({"a.jpg": SCAN, "b.jpg": SCAN}), ["ENCRYPTED", "ENCRYPTED"]),
        (zipped({f"{number}.jpg": b"x" for number in range(51)}), ["TOO_MANY_FILES"]),
        (zipped({"[Content_Types].xml": b"<x/>", "word/media/image1.jpeg": SCAN}), ["NOT_AN_IMAGE"]),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "Pictures/1.jpg": SCAN}),
            ["NOT_AN_IMAGE"],
        ),
        (
            zips.changed(zipped({"a.jpg": SCAN}), (zips.LOCAL, 8, b"\x09"), (zips.CENTRAL, 10, b"\x09")),
            ["DAMAGED"],
        ),
        (
            zips.changed(zipped({"a.jpg": SCAN}, zipfile.ZIP_LZMA), (zips.LOCAL, 40, b"\xff" * 60)),
            ["DAMAGED"],
        ),
        (zips.changed(zipped({"é.jpg": SCAN}), (zips.LOCAL, 30, b"\xff\xfe")), ["DAMAGED"]),
    ],
    ids=[
        "empty",
        "folders only",
        "nested",
        "locked",
        "too many",
        "docx",
        "odt",
        "method 9",
        "bad lzma",
        "bad name",
    ],
)
def test_a_zip_with_what_is_not_taken_is_told(
    scratch: Path, folder: Path, data: bytes, codes: list[str]
) -> None:
    (folder / "a.zip").write_bytes(data)
    assert [code for _, code in names(run(scratch, folder), folder)] == codes
