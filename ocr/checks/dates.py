"""Check of the day of issue (V-13): real, not in the future, the same in the heads of attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocr.checks.finding import Finding, Paper, at
from ocr.fields import dates, notation
from ocr.fields.sheet import Row, Sheet
from ocr.vietnamese import bare

_HEAD_ROWS = 9
"""Rows of an attachment in which its "ban hành kèm theo …" stands."""

_SURE = 0.6
_DATED = re.compile(r"ngay\W{0,2}(\d{1,2})\W{0,2}thang\W{0,2}(\d{1,2})\W{0,2}nam\W{0,2}(\d{4})")
_WITH = re.compile(r"kem theo (?P<type>[a-z ]{3,30}?)\s*so\s*[:.]?\s*(?P<code>\S+/\S+)")


def day_of_issue(paper: Paper) -> Iterator[Finding]:
    """V-13. An attachment is issued with its document and names number and day of it (NĐ 30/2020, annex I, III)."""
    issued = paper.issued
    if issued is None:
        yield from _impossible(paper.own[0])
    elif issued > paper.received and paper.sure("issued_on", _SURE):
        yield paper.about(
            "V-13", ("issued_on",), f"Ngày ban hành {issued:%d/%m/%Y} ở sau ngày nhận {paper.received:%d/%m/%Y}",
            f"Issued on {issued:%d/%m/%Y}, after it was received on {paper.received:%d/%m/%Y}",
        )  # fmt: skip
    for sheet in paper.attached:
        yield from _attachment(paper, sheet)


def _impossible(sheet: Sheet) -> Iterator[Finding]:
    for row in sheet.rows[:24]:
        match = _DATED.search(row.bare)
        if match and row.middle[0] > sheet.centre and not dates.is_real(*match.groups()):
            day = "/".join(match.groups())
            yield at(row, "V-13", ("issued_on",), f"Không có ngày {day}", f"There is no day {day}")
            return


def _attachment(paper: Paper, sheet: Sheet) -> Iterator[Finding]:
    rows = sheet.rows[:_HEAD_ROWS]
    for i, row in enumerate(rows):
        text = " ".join(r.text for r in rows[i : i + 3])
        match = _WITH.search(bare(text)) if len(bare(text)) == len(text) else None
        if match is None or match.start() > len(row.text):
            continue
        # The type must be the document's own: an attachment may name the law that it carries out.
        if bare(paper.text("doc_type")) not in match["type"]:
            return
        yield from _compared(
            paper, row, text, text[match.start("code") : match.end("code")], match.end("code")
        )
        return


def _compared(paper: Paper, row: Row, text: str, code: str, end: int) -> Iterator[Finding]:
    if min(w.confidence for w in row.words) < _SURE / 2:
        return
    named = notation.parsed(code)
    own = paper.text("code")
    if named is not None and named.code and own and paper.sure("code", _SURE) and named.code != own:
        yield at(
            row, "V-13", ("code",), f"Phụ lục ghi số {named.code}, văn bản là số {own}",
            f"The attachment names number {named.code}, the document is {own}",
        )  # fmt: skip
    found = dates.in_text(text[end:])
    if found is None or found.mended or found.start >= 40 or not paper.sure("issued_on", _SURE):
        return
    if paper.issued is not None and found.day != paper.issued:
        yield at(
                row, "V-13", ("issued_on",),
                f"Phụ lục ghi ngày {found.day:%d/%m/%Y}, văn bản ghi ngày {paper.issued:%d/%m/%Y}",
                f"The attachment names {found.day:%d/%m/%Y}, the document {paper.issued:%d/%m/%Y}",
            )  # fmt: skip
