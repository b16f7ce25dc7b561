"""From when and until when a paper is valid, as its body says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ocr.fields import dates
from ocr.fields.sheet import Row, Sheet, field, words_of
from ocr.values import Field
from ocr.vietnamese import bare

_UNTIL = re.compile(r"(co gia tri|co hieu luc|thoi han|hieu luc)[^.;]{0,40}?(den het|den ngay|den)\b")
_FROM_SIGNING = re.compile(r"(co hieu luc|co gia tri)[^.;]{0,30}?(ke tu|tu) ngay (ky|ban hanh)")
_FROM = re.compile(r"(co hieu luc|co gia tri)[^.;]{0,30}?(ke tu|tu) ngay")


def validity(pages: Sequence[Sheet], issued: date | None, result: bool) -> list[Field]:
    """valid_from and valid_until. ``result``: a licence or certificate, valid from its day unless it says else."""
    out: list[Field] = []
    until = _dated_after(pages, _UNTIL)
    if until:
        day, rows, mended = until
        late = issued is None or day >= issued  # V-22: validity cannot end before the day of issue
        words = [w for w in words_of(rows) if any(c.isdigit() for c in w.text)] or words_of(rows)
        out.append(
            field(
                "valid_until", day.isoformat(), words, rows[0].page, (0.8 if mended else 1.0) if late else 0.4
            )
        )
    for page in pages:
        for row, text in _joined(page):
            if issued is not None and _FROM_SIGNING.search(bare(text)):
                return [*out, field("valid_from", issued.isoformat(), row.words, page.page, 0.9)]
    since = _dated_after(pages, _FROM)
    if since:
        out.append(field("valid_from", since[0].isoformat(), words_of(since[1]), since[1][0].page, 0.85))
    elif result and issued is not None:
        out.append(field("valid_from", issued.isoformat(), (), 1, 0.6))
    return out


def _joined(page: Sheet) -> list[tuple[Row, str]]:
    """Each row with the next one behind it, so that a phrase may run over the end of a line."""
    return [
        (row, " ".join([row.text, *(r.text for r in page.rows[i + 1 : i + 2])]))
        for i, row in enumerate(page.rows)
    ]


def _dated_after(
    pages: Sequence[Sheet], phrase: re.Pattern[str]
) -> tuple[date, tuple[Row, ...], bool] | None:
    for page in pages:
        for i, (row, text) in enumerate(_joined(page)):
            match = phrase.search(bare(text))
            if not match or match.start() > len(row.text):
                continue
            found = dates.in_text(text[max(0, match.end() - 5) :])
            if found and found.start < 25:
                return (
                    found.day,
                    page.rows[i : i + 2] if match.end() > len(row.text) - 12 else (row,),
                    found.mended,
                )
    return None
