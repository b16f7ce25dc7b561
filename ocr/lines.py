"""Words put into lines, and lines into the order in which a person reads a page of NĐ 30/2020 layout.

The head has two columns (agency left, quốc hiệu right), so has the foot (recipients left, signature right);
the engine runs their lines together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from rapidfuzz import fuzz

from ocr.engine import Token
from ocr.tables import Block
from ocr.vietnamese import bare

Line = tuple[Token, ...]

_RULES = re.compile(r"^[_—|=~¬¦\\/<>«»“”'’‘`´.,:;•·*°^\-–]+$")
_DASHES = frozenset("-–—")
_NEVER_LAST = frozenset("`´„¡⁄^ˆ'‘")
_NEVER_FIRST = _NEVER_LAST | frozenset(".,:;")
_LETTERS = re.compile(r"[^\W\d_]|\d")


def is_noise(token: Token, em: float) -> bool:
    """Whether a token is a rule, an underline, a fold or a speck rather than writing. ``em``: a line's height."""
    if len(token.text) <= 2 and token.confidence < 0.2 and not token.text.isdigit():
        return True
    if _LETTERS.search(token.text) or token.text in ("(", ")", "%", "&", "+", "(*)"):
        return False
    if not _RULES.match(token.text):
        return token.confidence < 0.6
    wide, tall = token.corners[2] - token.corners[0], token.corners[3] - token.corners[1]
    if set(token.text) <= set("_—|=~¬¦\\<>«»^°"):
        return True
    if wide > 1.5 * em or tall > 2.2 * em:
        return True
    return token.confidence < (0.25 if token.text in "-–" else 0.5)  # the bullets of a list are read unsurely


def reading_order(tokens: Sequence[Token], tables: Sequence[Block] = ()) -> tuple[Line, ...]:
    """The lines of a page without noise, top to bottom, columns of head and foot apart: left head, right head,
    body, signature, recipients. ``tables``: words that stand in tables, in their own order; each table is read
    where it begins in the body."""
    em = _em([*tokens, *(t for block in tables for line in block.lines for t in line)])
    pieces = _rejoined([p for line in _engine_lines(tokens, em) for p in _split(line, 2.0 * em)], em)
    left, right, rest = _head(pieces, em)
    body, signature, recipients = _foot(rest, em)
    for block in tables:
        at = sum(_middle(line) < block.top for line in body)
        ruled = (tuple(_without_rules(t) for t in line if not _is_rubbish(t, em)) for line in block.lines)
        body[at:at] = [line for line in ruled if line]
    cleaned = map(_without_specks, (*left, *right, *body, *signature, *recipients))
    return tuple(line for line in cleaned if line)


def _is_rubbish(token: Token, em: float) -> bool:
    """Whether a token in a table's cell is a piece of its rules: there no sign stands by itself but dashes."""
    return is_noise(token, em) or set(token.text) <= _NEVER_FIRST


def _em(tokens: Sequence[Token]) -> float:
    """Height of a usual word."""
    heights = [t.corners[3] - t.corners[1] for t in tokens if _LETTERS.search(t.text)]
    return median(heights) if heights else 20.0


def _without_specks(line: Line) -> Line:
    """The line without signs at its ends that no line of print begins or ends with; empty when it is nothing else.

    On 72 generated pages a line of signs alone was an underline, a speck or a seal 34 times of 34, a stop before the
    first word 3 of 3, a dash after the last and read with less than 0.8 likewise 8 of 8 (ranges give 0.9).
    """
    start, end = 0, len(line)
    while start < end and set(line[start].text) <= _NEVER_FIRST:
        start += 1
    while end > start and (
        set(line[end - 1].text) <= _NEVER_LAST
        or (set(line[end - 1].text) <= _DASHES and line[end - 1].confidence < 0.8)
    ):
        end -= 1
    return line[start:end] if any(_LETTERS.search(token.text) for token in line[start:end]) else ()


def _engine_lines(tokens: Sequence[Token], em: float) -> list[Line]:
    lines: dict[tuple[int, int, int], list[Token]] = {}
    for token in tokens:
        if not is_noise(token, em):
            lines.setdefault(token.place, []).append(_without_rules(token))
    return [tuple(sorted(line, key=lambda t: t.corners[0])) for line in lines.values()]


def _without_rules(token: Token) -> Token:
    """The token without the bits of an underline or a table's border that stuck to it."""
    text = token.text.strip("_|—¦~")
    return replace(token, text=text) if text else token


def _split(line: Line, gap: float) -> list[Line]:
    pieces, start = [], 0
    for i in range(1, len(line)):
        if line[i].corners[0] - line[i - 1].corners[2] > gap:
            pieces.append(line[start:i])
            start = i
    return [*pieces, line[start:]]


def _rejoined(pieces: list[Line], em: float) -> list[Line]:
    """Pieces that stand in one line a word's space apart, put together: a fold or a seal had parted them."""
    out: list[Line] = []
    for piece in sorted(pieces, key=lambda p: p[0].corners[0]):
        for i, before in enumerate(out):
            gap = piece[0].corners[0] - before[-1].corners[2]
            slot = _is_beyond_slot(before, piece)
            reach, apart, foot = (9 * em, 0.6 * em, before[:1]) if slot else (0.8 * em, 0.3 * em, before[-2:])
            if -0.3 * em < gap < reach and abs(_middle(piece) - _middle(foot)) < apart:
                out[i] = before + piece
                break
        else:
            out.append(piece)
    return out


def _is_beyond_slot(before: Line, piece: Line) -> bool:
    """Whether two pieces are "Số: ▢" and "/QĐ-...", or "ngày ▢" and "tháng ...": a blank for a pen parts them."""
    if piece[0].text.startswith("/"):
        return bare(before[0].text)[:1] == "s" and len(before) <= 3
    return fuzz.ratio(bare(piece[0].text), "thang") >= 75 and any(
        fuzz.ratio(bare(t.text).strip(" ,.:"), "ngay") >= 75 for t in before[-3:]
    )


def text_of(line: Iterable[Token]) -> str:
    """The words of a line with single spaces."""
    return " ".join(t.text for t in line)


def _middle(line: Line) -> float:
    return median((t.corners[1] + t.corners[3]) / 2 for t in line)


def _ordered(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (_middle(line), line[0].corners[0]))


def _head(pieces: list[Line], em: float) -> tuple[list[Line], list[Line], list[Line]]:
    """(left column of the head, right column, everything below it)."""
    left_edge = min(p[0].corners[0] for p in pieces) if pieces else 0.0
    right_edge = max(p[-1].corners[2] for p in pieces) if pieces else 0.0
    top = min((_middle(p) for p in pieces), default=0.0)
    centre = (left_edge + right_edge) / 2
    marks: list[tuple[float, float]] = []  # (left edge, middle) of the lines of the right column
    for piece in _ordered(pieces):
        if _middle(piece) > top + 16 * em:
            break
        motto, date = _motto_start(piece), _date_start(piece, centre - 3 * em)
        start = motto if motto is not None else date
        if start is not None:
            marks.append((piece[start].corners[0], _middle(piece[start:])))
        if motto is None and date is not None:
            break  # the first date closes the head; later ones are of other papers
    if not marks:
        return [], [], _ordered(pieces)
    gutter = min(x for x, _ in marks) - 0.3 * em
    bottom = max(y for _, y in marks) + 0.8 * em
    left: list[Line] = []
    right: list[Line] = []
    rest: list[Line] = []
    for piece in _ordered(pieces):
        if _middle(piece) > bottom:
            # "V/v ..." of a công văn goes on below the date, in the left column only.
            narrow = piece[-1].corners[2] < centre + 0.5 * em and piece[0].corners[0] < gutter
            follows = left and _middle(piece) - _middle(left[-1]) < 2.2 * em and not rest
            (left if narrow and follows else rest).append(piece)
            continue
        a = tuple(t for t in piece if (t.corners[0] + t.corners[2]) / 2 < gutter)
        b = piece[len(a) :]
        left += [a] if a else []
        right += [b] if b else []
    return left, right, rest


def _motto_start(piece: Line) -> int | None:
    """Index of the word with which quốc hiệu or tiêu ngữ begins; None when the line holds neither."""
    words = [bare(t.text) for t in piece]
    for i, word in enumerate(words):
        tail = " ".join(words[i:])
        if word[:1] in "ckog" and fuzz.ratio(tail, "cong hoa xa hoi chu nghia viet nam") > 75:
            return i
        if word[:1] in "dop" and fuzz.ratio(tail, "doc lap - tu do - hanh phuc") > 75:
            return i
    return None


def _date_start(piece: Line, beyond: float) -> int | None:
    """Index of the word with which "place, ngày ... tháng ... năm ..." begins, at the end of a line and beyond x."""
    words = [bare(t.text) for t in piece]
    for i, word in enumerate(words):
        if fuzz.ratio(word, "ngay") >= 75 and any(fuzz.ratio(w, "thang") >= 75 for w in words[i + 1 : i + 4]):
            if len(words) - i > 7 or piece[i].corners[0] < beyond:
                return None
            start = i
            while (
                start > 0 and i - start < 4 and words[start - 1][:1].isalpha() and "/" not in words[start - 1]
            ):
                start -= 1
            return start
    return None


def _foot(pieces: list[Line], em: float) -> tuple[list[Line], list[Line], list[Line]]:
    """(lines above "Nơi nhận" and beside nothing, the signature's column, the recipients' column)."""
    for i, piece in enumerate(pieces):
        if fuzz.ratio(bare(text_of(piece[:2])).rstrip(": "), "noi nhan") < 80:
            continue
        top = _middle(piece) - 1.2 * em
        width = max(p[-1].corners[2] for p in pieces) - piece[0].corners[0]
        gutter = piece[0].corners[0] + 0.46 * width
        below = [p for p in pieces[:i] if _middle(p) >= top] + pieces[i:]
        above = [p for p in pieces[:i] if _middle(p) < top]
        recipients: list[Line] = []
        signature: list[Line] = []
        for line in below:
            a = tuple(t for t in line if (t.corners[0] + t.corners[2]) / 2 < gutter)
            recipients += [a] if a else []
            signature += [line[len(a) :]] if len(a) < len(line) else []
        return above, _ordered(signature), _ordered(recipients)
    return pieces, [], []
