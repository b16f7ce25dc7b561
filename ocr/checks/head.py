"""Checks of the head: number and notation (V-11, V-12), quốc hiệu and tiêu ngữ (V-14), names in force (V-18)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median

from ocr.checks.finding import Finding, Paper, at
from ocr.fields import notation
from ocr.fields.agencies import initials
from ocr.fields.head import is_motto
from ocr.fields.sheet import Row
from ocr.lists import Listed, find, listed
from ocr.vietnamese import bare, nfc, one_style

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_SURE = 0.8
_SURELY_PRINTED = 0.94
"""Of the mottoes of 42 generated documents two had a word misread, with 0.90 and 0.93; clean words have 0.95."""
_HEAD_ROWS = 24


def notation_fits(paper: Paper) -> Iterator[Finding]:
    """V-11: the notation fits a grammar, and the type in it is the type in the title (NĐ 30/2020, Đ.8, annex III)."""
    value = paper.text("notation")
    if not value:
        return
    parsed = notation.parsed(f"{paper.text('number') or '01'}/{value}")
    if parsed is None or not parsed.sound:
        yield paper.about(
            "V-11", ("notation", "code"), f"Ký hiệu «{value}» không đúng mẫu nào của Nghị định 30/2020",
            f"The notation {value!r} fits no grammar of Decree 30/2020",
        )  # fmt: skip
        return
    printed = paper.text("doc_type")
    first = value.partition("-")[0]
    named = paper.forms.type_by_abbreviation.get(parsed.kind or first, "")
    if named and printed and bare(named) != bare(printed):
        yield paper.about(
            "V-11", ("notation", "doc_type"), f"Ký hiệu «{value}» là của {named}, tên loại là {printed}",
            f"The notation {value!r} is that of {named}, the title says {printed}",
        )  # fmt: skip
    elif not named and printed and not paper.form.result and _abbreviated(paper, printed):
        yield paper.about(
            "V-11", ("notation", "doc_type"), f"Ký hiệu «{value}» không có chữ viết tắt của {printed}",
            f"The notation {value!r} lacks the abbreviation of {printed}",
        )  # fmt: skip


def _abbreviated(paper: Paper, printed: str) -> bool:
    return any(bare(name) == bare(printed) for name in paper.forms.type_by_abbreviation.values())


def organ_agrees(paper: Paper) -> Iterator[Finding]:
    """V-12: one of the notation's parts abbreviates the issuer or the body above it (NĐ 30/2020, annex I, box 3)."""
    if not (paper.sure("issuer", _SURE) and paper.sure("notation", 0.6)):
        return
    names = [paper.text(name) for name in ("issuer", "parent_issuer") if paper.text(name)]
    parts = [part for part in re.split(r"[-/.]", paper.text("notation")) if part]
    if len(parts) > 1 and paper.forms.type_by_abbreviation.get(parts[0]):
        parts = parts[1:]
    if any(abbreviates(part, name) for part in parts for name in names):
        return
    yield paper.about(
        "V-12", ("notation", "issuer"),
        f"Ký hiệu «{paper.text('notation')}» không viết tắt tên cơ quan «{paper.text('issuer')}»",
        f"The notation {paper.text('notation')!r} does not abbreviate the agency {paper.text('issuer')!r}",
    )  # fmt: skip


def abbreviates(part: str, agency: str) -> bool:
    """Whether letters can stand for an agency: in its initials in this order, from the first on. SNN and SNNPTNT are
    both the department of agriculture; UBND and HĐND name councils without their place, TTg the prime minister."""
    letters = bare(part).upper()
    name = bare(agency).upper()
    if letters == "TTG":
        return "THU TUONG" in name
    known = {"UBND": "UY BAN NHAN DAN", "HDND": "HOI DONG NHAN DAN", "BTL": "BO TU LENH"}
    if letters in known and known[letters] in name:
        return True
    full = bare(initials(agency)).upper()
    if full == "UBND":
        return letters.startswith("UBND") or letters == "UB"
    return len(letters) > 1 and letters[0] == full[:1] and _within(letters, full)


def _within(letters: str, full: str) -> bool:
    left = iter(full)
    return all(letter in left for letter in letters)


def motto_exact(paper: Paper) -> Iterator[Finding]:
    """V-14: quốc hiệu and tiêu ngữ word for word; HOÀ and HÒA, hyphen and dash are one (NĐ 30/2020, annex I, box 1).

    A word is held against the paper only where it was read surely.
    """
    first = paper.own[0]
    for right in MOTTO:
        row = next((r for r in first.rows[:_HEAD_ROWS] if is_motto(r) and _which(r) == right), None)
        if row is None:
            if median(w.confidence for r in first.rows for w in r.words) >= _SURE:
                yield Finding(
                    "V-14", (), f"Không thấy dòng «{right}» ở đầu trang", f"The line {right!r} is not in the head",
                    first.page,
                )  # fmt: skip
        elif wrong := _wrong_words(row, right):
            said = " ".join(wrong)
            yield at(row, "V-14", (), f"«{right}» in sai: «{said}»", f"{right!r} is misprinted: {said!r}")


def _which(row: Row) -> str:
    return MOTTO[0] if "cong" in row.bare[:6] or "viet" in row.bare[-9:] else MOTTO[1]


def _wrong_words(row: Row, right: str) -> list[str]:
    wanted = [_plain(word) for word in right.split() if word != "-"]
    words = [(_plain(part), w.confidence) for w in row.words for part in re.split(r"[-–—]", w.text)]
    told = [(text, sure) for text, sure in words if text]
    if len(told) != len(wanted):  # a word lost or cut in two: the engine's doing as often as the paper's
        return []
    same_case = right.isupper()
    return [
        text
        for (text, sure), good in zip(told, wanted, strict=True)
        if (text.upper() if same_case else text) != good and sure >= _SURELY_PRINTED
    ]


def _plain(text: str) -> str:
    return "".join(c for c in one_style(nfc(text)) if c.isalnum())


def names_in_force(paper: Paper) -> Iterator[Finding]:
    """V-18: province, ministry and level in the agency's name were in force on the paper's day (``ocr/lists``)."""
    day = paper.issued
    if day is None or not paper.sure("issued_on", 0.6):
        return
    for field in ("issuer", "parent_issuer", "place"):
        text = paper.text(field)
        for entry in _entries(text, field) if paper.sure(field, _SURE) else ():
            if not entry.out_of_time(day):
                continue
            yield paper.about("V-18", (field, "issued_on"), *_told(entry, f"{day:%d/%m/%Y}"))


def _entries(text: str, field: str) -> Iterator[Listed]:
    if field == "place":
        place = find("provinces", text)
        if place is not None:
            yield place
        return
    ministry = re.match(r"^BỘ (.+)$", text)
    if ministry and (found := find("ministries", ministry[1])):
        yield found
    province = re.search(r"(?:TỈNH|THÀNH PHỐ) (.+)$", text)
    if province and (named := find("provinces", province[1])):
        yield named
    for level in listed("agencies"):
        if level.part == "level" and level.valid_until and re.search(rf"\bNHÂN DÂN {level.name}\b", text):
            yield level


def _told(entry: Listed, day: str) -> tuple[str, str]:
    if entry.valid_until:
        after = f", nay là {' hoặc '.join(entry.successors)}" if entry.successors else ""
        now = f", now {' or '.join(entry.successors)}" if entry.successors else ""
        return (
            f"«{entry.name}» chỉ dùng đến {entry.valid_until:%d/%m/%Y}{after}; giấy ghi ngày {day} ({entry.source})",
            f"{entry.name!r} ended on {entry.valid_until:%d/%m/%Y}{now}; the paper is of {day} ({entry.source})",
        )
    since = f"{entry.valid_from:%d/%m/%Y}" if entry.valid_from else ""
    return (
        f"«{entry.name}» chỉ có từ {since}; giấy ghi ngày {day} ({entry.source})",
        f"{entry.name!r} began with {since}; the paper is of {day} ({entry.source})",
    )
