"""What the body says: legal bases, holder, validity, procedure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from ocr.fields import dates
from ocr.fields.identifiers import is_procedure_code, personal_number_holds, tax_code_holds
from ocr.fields.phrases import mended
from ocr.fields.sheet import Row, Sheet, field, words_of
from ocr.values import Field
from ocr.vietnamese import bare, is_syllable, nfc

_BASIS = re.compile(r"^\W*ca[nm] c[uit]\b")
_AFTER_BASES = re.compile(
    r"^\W*(theo de nghi|xet de nghi|theo |xet |quyet dinh|quyet nghi|dieu \d|[ivx1-9]{1,4}[.)] |[-+] |giam doc|"
    r"chu tich|bo truong|kinh gui|chung nhan|cap phep|uy ban nhan dan|hoi dong nhan dan|so [a-z]|bo [a-z])"
)
_INTRODUCES = re.compile(
    r",\s*(?:Sở|Bộ|Ủy ban|Uỷ ban|UBND|Cục|Chi cục|Ban|Văn phòng|Phòng|Hội đồng)\s[^,;]*.*:$"
)


def legal_bases(rows: Sequence[Row], page: Sheet) -> list[Field]:
    """The paragraphs "Căn cứ ...;" before the body proper, each as one line (NĐ 30/2020, annex I, II.6.b)."""
    groups: list[list[Row]] = []
    open_ = False
    for row in rows:
        if _BASIS.match(row.bare):
            groups.append([row])
            open_ = True
        elif groups and open_:
            if _AFTER_BASES.match(row.bare) and (row.capitals or groups[-1][-1].text[-1:] in ";.:,"):
                break
            groups[-1].append(row)
        elif groups:
            break
        if groups and groups[-1][-1].text.rstrip()[-1:] in (".", ":") and len(groups[-1]) < 12:
            break
        if groups and len(groups[-1]) > 9:
            break
    texts, used, trust = [], [], 0.95
    for group in groups:
        text = nfc(" ".join(r.text for r in group if sum(c.isalnum() for c in r.text) > 1))
        text = _in_grammar(_INTRODUCES.sub("", text).rstrip(" ;.,:"))
        if len(text) > 12:
            texts.append(text + ";")
            if any(not dates.is_real(*parts) for parts in _DATED.findall(text)):
                trust = 0.45  # a day that no calendar has: some digit was misread
            used += group
    if not texts:
        return []
    return [field("legal_bases", tuple(texts), words_of(used), page.page, trust)]


_DATED = re.compile(r"ngày (\S+) tháng (\S+) năm (\S{4})")


def _in_grammar(text: str) -> str:
    """Codes without inner spaces, "tháng II năm" as 11, marks of fixed phrases."""
    text = re.sub(r"(?<=[A-ZĐ])\s?-\s(?=[A-ZĐ]{2})", "-", text)
    text = re.sub(r"(?<=tháng )(?:II|TT|ll|Il|lI)(?= năm)", "11", text)
    return mended(text)[0]


@dataclass(frozen=True, slots=True)
class Labelled:
    """``text`` after a label on ``rows`` (joined when wrapped) of page ``page``."""

    text: str
    rows: tuple[Row, ...]


_NEXT_ITEM = re.compile(r"^\W*(\d{1,2}[.,)]\s|[-+]\s|điều \d|giấy )", re.IGNORECASE)


def labelled(pages: Sequence[Sheet], *labels: str) -> Labelled | None:
    """What follows the first "label:" at the beginning of a row, with the rows it wraps onto."""
    for page in pages:
        for i, row in enumerate(page.rows):
            before, colon, after = row.text.partition(":")
            if not colon or len(before) > 60:
                continue
            name = bare(re.sub(r"^\W*\d{0,2}\s*[.,)]?\s*", "", before)).strip()
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
            return Labelled(text, tuple(rows))
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
        letters = [w for w in named.text.split() if w.isalpha()]
        good = bool(letters) and sum(is_syllable(w) for w in letters) >= 0.6 * len(letters)
        value = re.sub(r"^([ÔO]ng|B[àaá])\b", lambda m: "Ông" if m[1][0] in "ÔO" else "Bà", named.text)
        out.append(field("holder_name", value, words, named.rows[0].page, 0.95 if good else 0.45))
    out += _number(pages, "holder_tax_code", r"ma so thue|ma so doanh nghiep|mst", _TAX, tax_code_holds, 0.65)
    out += _number(
        pages, "holder_id", r"can cuoc|cccd|dinh danh|so dinh danh", _PERSON, personal_number_holds, 0.4
    )
    return out


_TAX = re.compile(r"(?<![\d.])(\d(?:[\s.]?\d){9}(?:\s?[-–]\s?\d{3})?)(?![\d])")
_PERSON = re.compile(r"(?<![\d.])(\d(?:[\s.]?\d){11})(?!\d)")


def _number(
    pages: Sequence[Sheet], name: str, label: str, shape: re.Pattern[str], holds: object, doubted: float
) -> list[Field]:
    """The first number of this shape in a row that carries its label; ``doubted``: trust when its check fails."""
    for page in pages:
        for row in page.rows:
            mark = re.search(label, row.bare)
            if not mark or not callable(holds):
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
    hits: dict[str, tuple[Row, bool]] = {}
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
                    hits.setdefault(code, (row, said))
    if len(hits) != 1:
        return []
    ((code, (row, _)),) = hits.items()
    words = [w for w in row.words if sum(c.isdigit() for c in w.text) >= 6] or list(row.words)
    return [field("procedure_code", code, words, row.page, 0.95)]


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
