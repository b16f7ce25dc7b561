"""Legal bases: the paragraphs "Căn cứ ...;" that open the body (NĐ 30/2020/NĐ-CP, annex I, box 6)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr.fields import dates
from ocr.fields.phrases import mended
from ocr.fields.sheet import Row, Sheet, field, whole, words_of
from ocr.values import Field
from ocr.vietnamese import nfc

_BASIS = re.compile(r"^\W*ca[nm] c[uit]\b")
_AFTER_BASES = re.compile(
    r"^\W*(theo de nghi|xet de nghi|theo |xet |quyet dinh|quyet nghi|dieu \d|[ivx1-9]{1,4}[.)] |[-+] |giam doc|"
    r"chu tich|bo truong|kinh gui|chung nhan|cap phep|uy ban nhan dan|hoi dong nhan dan|so [a-z]|bo [a-z])"
)
_INTRODUCES = re.compile(
    r"[,.]\s*(?:Sở|Bộ|Ủy ban|Uỷ ban|UBND|Cục|Chi cục|Ban|Văn phòng|Phòng|Hội đồng)\s[^,;]*.*(:|\bsau( đây)?\s*[:;.,]?)$"
)


def legal_bases(rows: Sequence[Row], page: Sheet) -> list[Field]:
    """The paragraphs "Căn cứ ...;" before the body proper, each as one line (NĐ 30/2020, annex I, II.6.b)."""
    groups: list[list[Row]] = []
    open_ = False
    for row in whole(rows):
        if _BASIS.match(row.bare):
            groups.append([row])
            open_ = True
        elif groups and open_:
            if _AFTER_BASES.match(row.bare) and (row.capitals or groups[-1][-1].text[-1:] in ";.:"):
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
    """Codes without inner spaces, dates in digits ("tháng II năm" is 11), marks of fixed phrases."""
    text = re.sub(r"(?<=[A-ZĐ])\s?-\s(?=[A-ZĐ]{2})", "-", text)
    text = re.sub(r"\s-(?=[a-zà-ỹđ])", " ", text.lstrip(" '`‘’.,-"))
    text = re.sub(r"^Căn cứ\W+", "Căn cứ ", text)
    text = _DATED.sub(lambda m: dates.written(*m.groups()) or m[0], text)
    text = re.sub(r"(?<=QĐ-)TT[§8&9qø£]", "TTg", text)  # Thủ tướng; no other notation ends so
    return mended(text)[0]
