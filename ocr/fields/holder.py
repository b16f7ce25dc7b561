"""Whom a licence or certificate is for, and by which procedure it was given."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ocr.fields.identifiers import is_procedure_code, personal_number_holds, tax_code_holds
from ocr.fields.sheet import Row, Sheet, field, words_of
from ocr.values import Field
from ocr.vietnamese import bare, is_syllable, nfc


@dataclass(frozen=True, slots=True)
class Labelled:
    """``text`` after a label on ``rows`` (joined when wrapped); ``read``: the same before the lexicon."""

    text: str
    read: str
    rows: tuple[Row, ...]


_NEXT_ITEM = re.compile(r"^\W*(\d{1,2}[.,)]\s|[-+]\s|điều \d|giấy )", re.IGNORECASE)


def labelled(pages: Sequence[Sheet], *labels: str) -> Labelled | None:
    """What follows the first "label:" at the beginning of a row, with the rows it wraps onto."""
    for page in pages:
        for i, row in enumerate(page.rows):
            before, colon, after = row.text.partition(":")
            if not colon or len(before) > 60:
                continue
            name = bare(re.sub(r"^\W*[\dIl]{0,2}\s*[.,)]\s*|^\W+", "", before)).strip()
            if not any(name.startswith(label) or fuzz.ratio(name, label) >= 88 for label in labels):
                continue
            rows = [row]
            for following in page.rows[i + 1 : i + 4]:
                if _NEXT_ITEM.match(following.text) or ":" in following.text[:40]:
                    break
                # A row that ended early was the paragraph's last.
                if rows[-1].corners[2] < page.right - 0.12 * (page.right - page.left):
                    break
                rows.append(following)
            text = nfc(" ".join([after, *(r.text for r in rows[1:])])).strip(" .;,")
            read = nfc(" ".join([row.read.partition(":")[2], *(r.read for r in rows[1:])])).strip(" .;,")
            return Labelled(text, read, tuple(rows))
    return None


def holder(pages: Sequence[Sheet]) -> list[Field]:
    """Whom a licence or certificate is for: name, personal number, tax code."""
    out: list[Field] = []
    named = labelled(
        pages, "ten co so", "ho va ten", "ten to chuc", "ten doanh nghiep", "ten ho kinh doanh", "cap cho",
        "chu dau tu", "ten thuong nhan", "ten don vi", "ho ten",
    )  # fmt: skip
    if named and named.text:
        words = [w for w in words_of(named.rows) if w.text.strip(".,;:") in named.text.split()]
        letters = [w for w in named.read.split() if w.isalpha()]
        good = bool(letters) and sum(is_syllable(w) for w in letters) >= 0.6 * len(letters)
        value = re.sub(r"^([ÔO]ng|B[àaá])\b", lambda m: "Ông" if m[1][0] in "ÔO" else "Bà", named.read)
        out.append(field("holder_name", value, words, named.rows[0].page, 0.95 if good else 0.45))
    out += _number(pages, "holder_tax_code", r"ma so thue|ma so doanh nghiep|mst", _TAX, tax_code_holds, 0.65)
    out += _number(
        pages, "holder_id", r"can\W?cuoc|cccd|dinh danh|so dinh danh", _PERSON, personal_number_holds, 0.4
    )
    return out


_TAX = re.compile(r"(?<![\d.])(\d(?:[\s.]?\d){9}(?:\s?[-–]\s?\d{3})?)(?![\d])")
_PERSON = re.compile(r"(?<![\d.])(\d(?:[\s.]?\d){11})(?!\d)")


def _number(
    pages: Sequence[Sheet],
    name: str,
    label: str,
    shape: re.Pattern[str],
    holds: Callable[[str], bool],
    doubted: float,
) -> list[Field]:
    """The first number of this shape in a row that carries its label; ``doubted``: trust when its check fails."""
    for page in pages:
        for row in page.rows:
            mark = re.search(label, row.bare)
            if not mark:
                continue
            tail = _digits_for_letters(row.text[mark.end() :])
            found = shape.search(tail)
            if found:
                value = re.sub(r"[\s.]", "", found[1]).replace("–", "-")
                words = [w for w in row.words if sum(c.isdigit() for c in w.text) >= 3] or list(row.words)
                return [field(name, value, words, page.page, 1.0 if holds(value) else doubted)]
    return []


def _digits_for_letters(text: str) -> str:
    """l, I, O between digits as the digits they are."""
    text = re.sub(r"(?<=\d)[oO](?=\d)", "0", text)
    return re.sub(r"(?<=\d)[lI|\]](?=[\d.\s-]|$)|(?<=[\s.-])[lI|\]](?=\d)", "1", text)


def procedure(pages: Sequence[Sheet]) -> list[Field]:
    """The code after "mã số" or "thủ tục hành chính" in the text of a result; lists of procedures are no answer."""
    hits: dict[str, Row] = {}
    for page in pages:
        for i, row in enumerate(page.rows):
            before = " ".join([page.rows[i - 1].bare if i else "", row.bare])
            for match in re.finditer(
                r"(?<![\d.])(\d)\s?[.,]\s?(\d(?:\s?\d){5})(?!\d)", _digits_for_letters(row.text)
            ):
                lead = before[: len(before) - len(row.bare) + match.start()]
                said = (
                    re.search(r"ma so\W{0,3}$|ma thu tuc\W{0,3}$|ma tthc\W{0,3}$", lead.rstrip() + " ")
                    is not None
                )
                if said and is_procedure_code(code := f"{match[1]}.{match[2].replace(' ', '')}"):
                    hits.setdefault(code, row)
    if len(hits) != 1:
        return []
    ((code, row),) = hits.items()
    words = [w for w in row.words if sum(c.isdigit() for c in w.text) >= 6] or list(row.words)
    return [field("procedure_code", code, words, row.page, 0.95)]
