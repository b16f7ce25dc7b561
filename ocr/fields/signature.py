"""Signature and recipients at the foot of the paper (NĐ 30/2020/NĐ-CP, annex I, boxes 7 and 9b)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from ocr.fields.lists import SURNAMES, TITLES, nearest
from ocr.fields.sheet import Row, Sheet, field, words_of
from ocr.values import Field, Word
from ocr.vietnamese import bare, is_syllable, nfc

_CAPACITY = re.compile(r"^\W*(tuq|t/?m|k/?t|t/?l|q)\s?[.,:;]\s*(?=\w)|^\W*(tuq|t/?m|k/?t|t/?l)\s+(?=\w)")
_NAMES = {"tuq": "TUQ.", "tm": "TM.", "kt": "KT.", "tl": "TL.", "q": "Q."}
_PUNCTUATION = re.compile(r"^[^\w]+|[^\w]+$")


def recipients_row(page: Sheet) -> Row | None:
    """The row "Nơi nhận:"; None when the page has none."""
    for row in page.rows:
        if fuzz.ratio(row.bare[:9].strip(" :;."), "noi nhan") >= 80 and row.middle[0] < page.centre:
            return row
    return None


def foot(pages: Sequence[Sheet]) -> list[Field]:
    """Signer and recipients from the first page that carries them: later ones belong to attachments."""
    for page in pages:
        row = recipients_row(page)
        if row is not None:
            return [*_signature(page, row.corners[1]), *_recipients(page, row)]
    for page in pages:
        for row in page.rows:
            if row.middle[0] > page.centre and row.capitals and (capacity(row) or _is_title(row)):
                found = _signature(page, row.corners[1] - 0.2 * page.em)
                if any(f.name == "signer_name" for f in found):
                    return found
    return []


def capacity(row: Row) -> str:
    """TM., KT., TL., TUQ. or Q. when the row begins with it (also T/M, K/T), else ""."""
    match = _CAPACITY.match(row.bare)
    if not match or not row.capitals:
        return ""
    return _NAMES[(match[1] or match[2]).replace("/", "")]


def _is_title(row: Row) -> bool:
    return nearest(row.text, TITLES, 84) is not None


def _signature(page: Sheet, top: float) -> list[Field]:
    gutter = page.left + 0.46 * (page.right - page.left)
    rows = [
        r for r in page.rows
        if r.corners[0] > gutter - 2 * page.em and r.middle[0] > gutter and r.middle[1] > top - 0.8 * page.em
    ]  # fmt: skip
    rows.sort(key=lambda r: r.middle[1])
    marks = [(i, capacity(r)) for i, r in enumerate(rows) if capacity(r)]
    names = [m for _, m in marks]
    first = 0
    out: list[Field] = []
    if marks:
        whole = (
            " ".join(dict.fromkeys(n for n in names if n in ("TM.", "KT."))) if "KT." in names else names[-1]
        )
        stated = [rows[i].words[0] for i, _ in marks]
        out.append(
            field("signer_capacity", whole if whole in ("TM. KT.",) else names[-1], stated, page.page, 1.0)
        )
        first = marks[-1][0] + (0 if names[-1] == "Q." else 1)
    titled = _title_rows(rows[first:], page)
    if titled:
        text = nfc(" ".join(_letters_only(r.text) for r in titled))
        value, listed = _titled(text)
        out.append(field("signer_title", value, words_of(titled), page.page, 1.0 if listed else 0.7))
    after = titled[-1] if titled else rows[marks[-1][0]] if marks else None
    named = _name(rows, after, page)
    return [*out, named] if named else out


def _letters_only(text: str) -> str:
    return " ".join(w for w in text.split() if any(c.isalpha() for c in w)).strip(" -–—_.,:'`*|")


def _title_rows(rows: Sequence[Row], page: Sheet) -> list[Row]:
    taken: list[Row] = []
    for row in rows:
        sure = max(w.confidence for w in row.words) > 0.3
        good = row.capitals and sum(is_syllable(w.text) and len(w.text) > 1 for w in row.words) >= 2 and sure
        if good and (not taken or row.middle[1] - taken[-1].middle[1] < 2.2 * page.em):
            taken.append(row)
        elif taken:
            break
    return taken[:3]


def _titled(text: str) -> tuple[str, bool]:
    """(the title with its listed words put right, whether all of it is in the list). Capitals."""
    lead = ""
    match = re.match(r"^Q\s?[.,]\s*", text)
    if match:
        lead, text = "Q. ", text[match.end() :]
    found = nearest(text, TITLES, 86)
    if found:
        return lead + found[0].upper(), True
    words = text.split()
    for n in range(len(words) - 1, 1, -1):
        start = nearest(" ".join(words[:n]), TITLES, 92)
        if start:
            return lead + " ".join([start[0].upper(), *words[n:]]), False
    return lead + text, False


def _name(rows: Sequence[Row], after: Row | None, page: Sheet) -> Field | None:
    """The lowest row below the title whose words can be a person's name; better when it opens with a surname."""
    best: tuple[float, str, list[Word]] | None = None
    for row in rows:
        if after is not None and row.middle[1] <= after.middle[1] + 0.5 * page.em:
            continue
        if after is not None and abs(row.middle[0] - after.middle[0]) > 9 * page.em:
            continue
        words = [w for w in row.words if any(c.isalpha() for c in w.text)]
        run = _run_of_name(words)
        if len(run) < 2:
            continue
        parts = [_PUNCTUATION.sub("", w.text) for w in run]
        surname = _surname(parts[0])
        sure = sum(w.confidence for w in run) / len(run)
        score = sure + (0.6 if surname else 0.0) + (0.2 if 2 <= len(run) <= 5 else -0.4)
        if best is None or score >= best[0]:
            best = (score, " ".join([surname or parts[0], *parts[1:]]), run)
    if best is None:
        return None
    known = _surname(best[1].split()[0]) is not None
    return field("signer_name", best[1], best[2], page.page, 0.95 if known else 0.6)


def _run_of_name(words: Sequence[Word]) -> list[Word]:
    """The longest run of words that each look like a part of a name: a capital, then small letters, a syllable."""
    best: list[Word] = []
    run: list[Word] = []
    for word in words:
        text = _PUNCTUATION.sub("", word.text)
        if len(text) > 1 and text[0].isupper() and text[1:].islower() and is_syllable(text):
            run.append(word)
            best = list(run) if len(run) > len(best) else best
        else:
            run = []
    return best


def _surname(word: str) -> str | None:
    """The listed surname that a word is, or of which it is the only possible reading when its marks are wrong."""
    if word in SURNAMES:
        return word
    same = [s for s in SURNAMES if bare(s) == bare(word)]
    return same[0] if len(same) == 1 else None


def _recipients(page: Sheet, opening: Row) -> list[Field]:
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
    texts = [nfc(" ".join(r.text for r in item)).strip(" -–—•*.,;:'`") for item in items]
    texts = [t for t in texts if len(t) > 2]
    if not texts:
        return []
    listed = (*tuple(f"- {t};" for t in texts[:-1]), f"- {texts[-1]}.")
    trust = 0.95 if bare(texts[-1]).startswith("luu") else 0.6
    return [field("recipients", listed, words_of([r for item in items for r in item]), page.page, trust)]
