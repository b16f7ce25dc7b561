"""Who signed: capacity, title, name at the foot's right (NĐ 30/2020/NĐ-CP, annex I, boxes 7a and 7b)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from ocr.fields.lists import SURNAMES, TITLES, nearest
from ocr.fields.recipients import heading, recipients, row_above_list
from ocr.fields.sheet import Row, Sheet, field, words_of
from ocr.values import Field, Word
from ocr.vietnamese import bare, is_syllable, nfc

_CAPACITY = re.compile(r"^\W*(tuq|t/?m|k/?t|t/?l|q)\s?[.,:;]\s*(?=\w)|^\W*(tuq|t/?m|k/?t|t/?l)\s+(?=\w)")
_NAMES = {"tuq": "TUQ.", "tm": "TM.", "kt": "KT.", "tl": "TL.", "q": "Q."}
_SPOKEN = re.compile(r"(?:TUQ|TM|KT|TL|T/M|K/T|T/L)\s?[.,:;]")
_PUNCTUATION = re.compile(r"^[^\w]+|[^\w]+$")


def foot(pages: Sequence[Sheet]) -> list[Field]:
    """Signer and recipients from the first page that carries them: later ones belong to attachments."""
    for page in pages:
        row = heading(page)
        if row is not None:
            return [*_signature(page, row.corners[1]), *recipients(page, row)]
    for page in pages:
        row = row_above_list(page)
        if row is not None:
            return [*_signature(page, row.corners[1] - 2 * page.em), *recipients(page, row)]
    for page in pages:
        for row in page.rows:
            if row.middle[0] > page.centre and row.capitals and (capacities(row) or _is_title(row)):
                found = _signature(page, row.corners[1] - 0.2 * page.em)
                if any(f.name == "signer_name" for f in found):
                    return found
    return []


def capacities(row: Row) -> list[str]:
    """TM., KT., TL., TUQ. or Q. with which the row begins (also T/M, K/T), and a KT. further on in it."""
    match = _CAPACITY.match(row.bare)
    if not match or not row.capitals:
        return []
    first = _NAMES[(match[1] or match[2]).replace("/", "")]
    later = re.search(r"\bk/?t\s?[.,:;]", row.bare[match.end() :])
    return [first, "KT."] if later and first == "TM." else [first]


def _is_title(row: Row) -> bool:
    return nearest(row.text, TITLES, 84) is not None


def _signature(page: Sheet, top: float) -> list[Field]:
    gutter = page.left + 0.46 * (page.right - page.left)
    rows = [r for r in page.rows if r.middle[0] > gutter and r.middle[1] > top - 0.8 * page.em]
    rows = sorted((r for r in rows if r.corners[0] > gutter - 2 * page.em), key=lambda r: r.middle[1])
    marks = [(i, c) for i, r in enumerate(rows) for c in capacities(r)]
    names = [name for _, name in marks]
    out: list[Field] = []
    first = 0
    if marks:
        # A deputy signs for the head (KT.) who signs for the collective (TM.): both lines stand (annex I, box 7a).
        # An acting head (Q.) may himself sign for the collective: then TM. is the capacity and Q. part of the title.
        others = [n for n in names if n != "Q."] or names
        name = "TM. KT." if "TM." in others and others[-1] == "KT." else others[-1]
        out.append(field("signer_capacity", name, [rows[i].words[0] for i, _ in marks], page.page, 1.0))
        first = marks[-1][0] + (0 if names[-1] == "Q." else 1)
    titled = _title_rows(rows[first:], page)
    if titled:
        value, listed = _titled(nfc(" ".join(_letters_only(r.text) for r in titled)))
        if marks and not listed:
            value, listed = _after_capacity(rows[marks[-1][0]], value)
        if "KT." in names and (deputy := _deputy(rows[marks[-1][0]], value)):
            value, listed = deputy, False
        if listed or len(value.split()) > 1:
            out.append(field("signer_title", value, words_of(titled), page.page, 1.0 if listed else 0.7))
    after = titled[-1] if titled else rows[marks[-1][0]] if marks else None
    named = _name(rows, after, page)
    return [*out, named] if named else out


def _after_capacity(row: Row, below: str) -> tuple[str, bool]:
    """The title when the capacity's own words run on below it: "KT. CHỦ | TỊCH PHÓ CHỦ TỊCH" is PHÓ CHỦ TỊCH."""
    words = f"{_letters_only(_SPOKEN.split(row.text)[-1])} {below}".split()
    for n in range(1, len(words)):
        head, rest = nearest(" ".join(words[:n]), TITLES, 88), nearest(" ".join(words[n:]), TITLES, 88)
        if head and rest:
            return rest[0].upper(), True
    return below, False


def _deputy(capacity: Row, title: str) -> str:
    """The deputy's title where what was read below "KT. GIÁM ĐỐC" can only be a worn PHÓ GIÁM ĐỐC; else "".

    KT. is signed by a deputy for the head (NĐ 30/2020, Đ.13 and annex I, box 7a): the head's own title below it has
    lost its first word.
    """
    head = nearest(_letters_only(_SPOKEN.split(capacity.text)[-1]), tuple(_DEPUTIES), 88)
    if head is None:
        return ""
    deputy = _DEPUTIES[head[0]]
    if title == head[0].upper():
        return deputy
    return (
        deputy if nearest(title, TITLES, 86) is None and fuzz.ratio(bare(title), bare(deputy)) >= 70 else ""
    )


_DEPUTIES = {
    "GIÁM ĐỐC": "PHÓ GIÁM ĐỐC", "CHỦ TỊCH": "PHÓ CHỦ TỊCH", "BỘ TRƯỞNG": "THỨ TRƯỞNG",
    "TỔNG CỤC TRƯỞNG": "PHÓ TỔNG CỤC TRƯỞNG", "CỤC TRƯỞNG": "PHÓ CỤC TRƯỞNG",
    "CHI CỤC TRƯỞNG": "PHÓ CHI CỤC TRƯỞNG", "TRƯỞNG PHÒNG": "PHÓ TRƯỞNG PHÒNG", "HIỆU TRƯỞNG": "PHÓ HIỆU TRƯỞNG",
}  # fmt: skip
"""Who signs KT. for whom."""


def _letters_only(text: str) -> str:
    return " ".join(w for w in text.split() if any(c.isalpha() for c in w)).strip(" -–—_.,:'`*|")


def _title_rows(rows: Sequence[Row], page: Sheet) -> list[Row]:
    taken: list[Row] = []
    for row in rows:
        sure = max(w.confidence for w in row.words) > 0.3
        readable = sum(is_syllable(w.text) and len(w.text) > 1 for w in row.words)
        alone = len(row.words) == 1 and len(row.text) > 3  # "TỊCH", the end of a line above
        good = row.capitals and sure and readable >= (1 if taken or alone else 2)
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
        parts = [_PUNCTUATION.sub("", w.read) for w in run]  # names are not for the lexicon to mend
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
