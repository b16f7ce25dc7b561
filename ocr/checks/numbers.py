"""Checks of identifiers (V-16 person, V-17 tax code, V-19 dossier) and of values that a form requires (V-21)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocr.checks.finding import Finding, Paper
from ocr.fields import dates
from ocr.fields.identifiers import born_in, dossier_day, is_female, personal_number_holds, tax_code_holds
from ocr.fields.sheet import Row

_NEAR = 4
"""Rows around a personal number in which birth and sex are its owner's."""

_BORN = re.compile(r"(?:ngay sinh|sinh ngay|nam sinh|ngay,? thang,? nam sinh)\W{0,3}(?P<told>.{4,40})")
_YEAR = re.compile(r"(?<!\d)(19\d\d|20\d\d)(?!\d)")
_SEX = re.compile(r"gioi tinh\W{0,3}(nam|nu)\b")
_CALLED = re.compile(r"(?:^|[:\s])(ong|ba)\b\W{0,2}[a-z]")


def personal_number(paper: Paper) -> Iterator[Finding]:
    """V-16: twelve digits that agree with year of birth and sex, where the paper prints these beside the number
    (Luật Căn cước 26/2023/QH15 Đ.12)."""
    number = paper.text("holder_id")
    if not number:
        return
    if not personal_number_holds(number):
        yield paper.about(
            "V-16", ("holder_id",), f"Số định danh «{number}» không đúng dạng 12 chữ số",
            f"The personal number {number!r} has not the shape of one",
        )  # fmt: skip
        return
    if not paper.sure("holder_id", 0.6):
        return
    near = _near(paper)
    if (year := _birth_year(near)) and year != born_in(number):
        yield paper.about(
            "V-16", ("holder_id",), f"Số định danh cho năm sinh {born_in(number)}, giấy ghi {year}",
            f"The personal number says born in {born_in(number)}, the paper {year}",
        )  # fmt: skip
    female = _is_woman(near)
    if female is not None and female != is_female(number):
        said = ("nữ", "a woman's") if is_female(number) else ("nam", "a man's")
        yield paper.about(
            "V-16", ("holder_id", "holder_name"), f"Số định danh là của {said[0]}, giấy ghi khác",
            f"The personal number is {said[1]}, the paper says otherwise",
        )  # fmt: skip


def _near(paper: Paper) -> list[Row]:
    """The rows around the number; none when two numbers stand near each other: whose is whose is not known."""
    page, number = paper.fields["holder_id"].page, paper.text("holder_id")
    for sheet in paper.own:
        if sheet.page != page:
            continue
        places = [i for i, r in enumerate(sheet.rows) if number in re.sub(r"[\s.]", "", r.text)]
        if places:
            rows = list(sheet.rows[max(0, places[0] - _NEAR) : places[0] + _NEAR + 1])
            numbers = set(re.findall(r"(?<!\d)\d{12}(?!\d)", " ".join(r.text for r in rows)))
            return rows if numbers <= {number} else []
    return []


def _birth_year(rows: list[Row]) -> int | None:
    for row in rows:
        match = _BORN.search(row.bare)
        if match is None:
            continue
        told = row.text[match.start("told") : match.end("told")] if len(row.bare) == len(row.text) else ""
        found = dates.in_text(told) or dates.in_text(f"ngày {told}")
        if found is not None:
            return found.day.year
        year = _YEAR.search(told)
        return int(year[1]) if year else None
    return None


def _is_woman(rows: list[Row]) -> bool | None:
    for row in rows:
        if match := _SEX.search(row.bare):
            return match[1] == "nu"
    called = {match[1] for row in rows if (match := _CALLED.search(row.bare)) and _titled(row, match)}
    return None if len(called) != 1 else called == {"ba"}


def _titled(row: Row, match: re.Match[str]) -> bool:
    """Whether it is "Ông", "Bà" with their marks, not some other word: "ba" is three."""
    return len(row.bare) == len(row.text) and row.text[match.start(1) : match.end(1)] in (
        "Ông",
        "Bà",
        "ÔNG",
        "BÀ",
    )


def tax_code(paper: Paper) -> Iterator[Finding]:
    """V-17: the check digit, and a branch from 001 to 999 (TT 105/2020/TT-BTC Đ.5; persons since 1 July 2025: TT
    86/2024/TT-BTC)."""
    for name, field in paper.fields.items():
        own = paper.form.field(name)
        if name != "holder_tax_code" and (own is None or own.grammar != "tax-code"):
            continue
        code = str(field.value)
        if not (tax_code_holds(code) or personal_number_holds(code)):
            yield paper.about(
                "V-17", (name,), f"Mã số thuế «{code}» sai chữ số kiểm tra hoặc mã chi nhánh",
                f"The tax code {code!r} has a wrong check digit or branch",
            )  # fmt: skip


def dossier_code(paper: Paper) -> Iterator[Finding]:
    """V-19: the day in a dossier's code is a real one and not in the future (TT 01/2018/TT-VPCP Đ.19; TT 03/2025)."""
    for name, field in paper.fields.items():
        own = paper.form.field(name)
        if own is None or own.grammar != "dossier-code":
            continue
        code, day = str(field.value), dossier_day(str(field.value))
        if day is None:
            yield paper.about(
                "V-19", (name,), f"Mã hồ sơ «{code}» có phần ngày không có thật",
                f"The day in the dossier code {code!r} is none",
            )  # fmt: skip
        elif day > paper.received:
            yield paper.about(
                "V-19", (name,), f"Mã hồ sơ «{code}» có ngày {day:%d/%m/%Y} ở tương lai",
                f"The day in the dossier code {code!r} is in the future: {day:%d/%m/%Y}",
            )  # fmt: skip
        elif paper.issued is not None and day > paper.issued and paper.sure("issued_on", 0.6):
            yield paper.about(
                "V-19", (name, "issued_on"), f"Hồ sơ nhận ngày {day:%d/%m/%Y}, sau ngày ban hành kết quả",
                f"The dossier came in on {day:%d/%m/%Y}, after its result was issued",
            )  # fmt: skip


def required_values(paper: Paper) -> Iterator[Finding]:
    """V-21: what the form requires was found, or the place where a pen wrote it."""
    for name in paper.form.requires:
        if name not in paper.fields and name not in paper.left:
            yield Finding(
                "V-21", (name,), f"Không thấy giá trị mà mẫu «{paper.form.vi}» cần có",
                f"A value that the form {paper.form.en!r} requires was not found",
            )  # fmt: skip
    for own in paper.form.fields:
        if own.required and own.name not in paper.fields:
            yield Finding("V-21", (own.name,), f"Không thấy «{own.vi}»", f"{own.en!r} was not found")
