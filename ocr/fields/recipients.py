"""Nơi nhận: the list of recipients at the foot's left (NĐ 30/2020/NĐ-CP, annex I, box 9b)."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from ocr.fields.phrases import mended
from ocr.fields.sheet import Row, Sheet, field, words_of
from ocr.values import Field
from ocr.vietnamese import bare, nfc


def heading(page: Sheet) -> Row | None:
    """The row "Nơi nhận:"; None when the page has none."""
    for row in page.rows:
        if fuzz.ratio(row.bare[:9].strip(" :;."), "noi nhan") >= 80 and row.middle[0] < page.centre:
            return row
    return None


def row_above_list(page: Sheet) -> Row | None:
    """The row above a list that ends with "Lưu: VT", for a heading that could not be read; None without a list."""
    column = sorted((r for r in page.rows if r.middle[0] < page.centre), key=lambda r: r.middle[1])
    for i, row in enumerate(column):
        if not re.match(r"^\W*luu\s?[:;.,]?\s?v", row.bare):
            continue
        while (
            i > 0
            and column[i - 1].text[:1] in "-–"
            and row.middle[1] - column[i - 1].middle[1] < 2.2 * page.em
        ):
            i, row = i - 1, column[i - 1]
        return column[i - 1] if i > 0 else None
    return None


def recipients(page: Sheet, opening: Row) -> list[Field]:
    """The list under "Nơi nhận:", each item "- ...;" and the last "- Lưu: VT, ... ." as annex I box 9b has it."""
    gutter = page.left + 0.46 * (page.right - page.left)
    rows = [
        r
        for r in page.rows
        if r.corners[0] < page.centre - page.em
        and r.middle[0] < gutter
        and r.middle[1] > opening.middle[1] + 0.3 * page.em
    ]
    rows.sort(key=lambda r: r.middle[1])
    items: list[list[Row]] = []
    last = opening
    for row in rows:
        if row.middle[1] - last.middle[1] > 3.2 * page.em or sum(c.isalpha() for c in row.text) < 2:
            if row.middle[1] - last.middle[1] > 3.2 * page.em:
                break
            continue
        ended = not items or items[-1][-1].text.rstrip()[-1:] in ";:.,"
        if row.text[:1] in "-–—•*" or ended:
            items.append([row])
        else:
            items[-1].append(row)
        last = row
        if items[-1][-1].text.rstrip().endswith(".") and any(
            x.bare.lstrip("-– ").startswith("luu") for x in items[-1]
        ):
            break
    if not items:
        return []
    texts = [_tidy(nfc(" ".join(r.text for r in item)).strip(" -–—•*.,;:'`ˆ^")) for item in items]
    texts = [t for t in texts if len(t) > 2]
    if not texts:
        return []
    listed = (*tuple(f"- {t};" for t in texts[:-1]), f"- {texts[-1]}.")
    trust = 0.95 if bare(texts[-1]).startswith("luu") else 0.6
    return [field("recipients", listed, words_of([r for item in items for r in item]), page.page, trust)]


def _tidy(item: str) -> str:
    """A space after each comma, "(để b/c)" where its signs were misread, marks of fixed phrases."""
    item = re.sub(r",(?=[^\W\d_])", ", ", item)
    item = re.sub(r"^Như(?=trên|Điều)", "Như ", item)
    item = re.sub(
        r"^Lưu\W*V[TI]\w?[.,;:]?\s(?=[^\W\d_])", "Lưu: VT, ", item
    )  # the clerk's office comes first
    item = re.sub(r"(?<=\d)\s(?=\d+\)$)", "", item)
    item = re.sub(r"(?<=[^\W\d_])(?=\d+$)", " ", item)
    item = re.sub(r"\([dđ][eêéèểếềệ] [bh]/?[cC€éêe¢i(]+\)", "(để b/c)", item)
    return mended(item)[0]
