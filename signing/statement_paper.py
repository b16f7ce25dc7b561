"""Does a paper bear what the statement on it names? Words read from its picture in, what is missing out. Pure.

The square of a true copy can be cut out, alone or with its band, and stand on another paper. So number and name are
looked for below the band, of which the statement tells how far it reaches: who asked for the copy is named in the band
too. It is the paper's own number that counts, not one that the paper cites.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from signing.band import MARGIN, STATEMENT_MODULE, modules
from signing.squares import Point, Square
from signing.statement import CUT, Statement

DOCUMENT_CODE, HOLDER = "document_code", "holder"

SLACK_PT = MARGIN / 2
"""The band's last line of print ends a margin above its edge; corners are found to about a pixel (measured)."""

LOOKALIKES = {
    "b": "b8", "g": "g6", "i": "il1", "l": "li1", "o": "o0", "q": "qo0", "s": "s5", "t": "ti1", "u": "uv", "v": "vu",
    "z": "z2",
}  # fmt: skip
"""What may be read for the letters of a notation. Figures have none: 123 and 128 are two papers."""

LONGEST_LABEL = 6
"""Letters before a paper's own number: "Số:", however badly read. Longer ones are known, or cite another paper."""
_LABEL = re.compile(
    r"(so|ma so|so va ky hieu|so ky hieu|so (vao so|giay|dang ky|quyet dinh|gcn|gp)\b[^0-9]*)"
)
_APART = r"[\W_]{0,3}"
_FRAMED = re.compile(r"[\s:;,()\[\]\"“”]+")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


@dataclass(frozen=True)
class Seen:
    """A word as it was read: lines are numbered in reading order, `place` is its middle in pixels of the picture."""

    text: str
    line: int
    place: Point


def below_band(words: Sequence[Seen], square: Square, under: int) -> tuple[Seen, ...]:
    """Give the words of the copied paper itself: those further than `under` pt below the square's upper edge."""
    side = modules(square.text) * STATEMENT_MODULE
    to_points = _homography(square.corners, ((0.0, 0.0), (side, 0.0), (side, side), (0.0, side)))
    kept = []
    for word in words:
        _, down, depth = to_points @ (*word.place, 1.0)
        if depth > 0 and down / depth > under - SLACK_PT:
            kept.append(word)
    return tuple(kept)


def scale_of(square: Square) -> float:
    """Give how many pixels of the picture make an inch of the paper."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = square.corners
    area = abs((x2 - x0) * (y3 - y1) - (x3 - x1) * (y2 - y0)) / 2
    return max(1.0, float(area**0.5) / (modules(square.text) * STATEMENT_MODULE) * 72)


def named(said: Statement) -> tuple[str, ...]:
    """Give what the statement names that a paper can bear."""
    return tuple(name for name in (DOCUMENT_CODE, HOLDER) if getattr(said, name))


def missing(said: Statement, words: Sequence[Seen]) -> tuple[str, ...]:
    """Give what of that the words do not show: those of the page with the square, below its band."""
    found = {
        DOCUMENT_CODE: lambda: bears_code(words, said.document_code),
        HOLDER: lambda: bears_holder(words, said.holder),
    }
    return tuple(name for name in named(said) if not found[name]())


def bears_code(words: Sequence[Seen], code: str) -> bool:
    """Say whether a line bears this number and notation as the paper's own. Figures have to be the same; case, marks
    and what stands between letters do not count, look-alikes of letters pass."""
    pattern = _pattern(code)
    before = ""
    for _, line in groupby(words, key=lambda word: word.line):
        text = _folded(" ".join(word.text for word in line))
        for match in pattern.finditer(text) if pattern else ():
            label = " ".join(re.findall(r"[a-z0-9]+", text[: match.start()]))
            goes_on = not label and re.search(r"\bso\W*$", before)
            if not goes_on and (len(label) <= LONGEST_LABEL or _LABEL.fullmatch(label)):
                return True
        before = text
    return False


def bears_holder(words: Sequence[Seen], holder: str) -> bool:
    """Say whether words that follow each other begin as the masked name says and end with its last word. Marks that
    were lost pass, others than the name's do not: Hung is read for Hùng, Hưng is another name."""
    parts = [part for part in _FRAMED.split(holder) if part]
    if not parts:
        return False
    tokens = [token.strip("-–.,'’*|") for word in words for token in _FRAMED.split(word.text)]
    tokens = [token for token in tokens if _folded(token)]
    capital = parts[0][0].isupper()
    return any(
        _follows(tokens, start, parts)
        for start in range(len(tokens))
        if not capital or tokens[start][0].isupper()
    )


def _follows(tokens: Sequence[str], start: int, parts: Sequence[str]) -> bool:
    if not parts:
        return True
    part, rest = parts[0], parts[1:]
    if part == CUT or not _letters(part):  # cut between words; "-***" may be a dash, or a word behind one
        return _follows(tokens, start, rest) or _follows(tokens, start + 1, rest)
    if start >= len(tokens):
        return False
    token = tokens[start]
    if "*" in part:
        fits = _letters(token)[:1] == _letters(part)[:1]
    elif part.endswith(CUT):
        fits = _letters(token).startswith(_letters(part))
    else:
        fits = _agree(token, part)
    return fits and _follows(tokens, start + 1, rest)


def _agree(read: str, said: str) -> bool:
    """Whether a word was read as what is said, but for marks that were lost."""
    if _letters(read) != _letters(said):
        return False
    tones, marks = zip(*(_marks(text) for text in (read, said)), strict=True)
    return tones[0] in ("", tones[1]) and all(
        mine in ("", theirs) for mine, theirs in zip(*marks, strict=True)
    )


def _marks(word: str) -> tuple[str, list[str]]:
    """Give the tone of a word, wherever in it it is written, and the other mark of each letter."""
    tone, marks = "", list[str]()
    for sign in unicodedata.normalize("NFD", word.lower()):
        if sign in _TONES:
            tone = sign
        elif unicodedata.combining(sign):
            marks[-1:] = [sign]
        elif sign.isalnum():
            marks.append("-" if sign == "đ" else "")
    return tone, marks


def _pattern(code: str) -> re.Pattern[str] | None:
    cut = code.endswith(CUT)
    runs = re.findall(r"[0-9]+|[a-z]+", _folded(code))
    if not runs:
        return None
    start = r"(?<![0-9])(?<![0-9][\s./,–-])(?:(?<![a-z])|(?<=\bso))"
    told = [start, *(run if run.isdigit() else _lookalike(run) for run in runs[:1])]
    for before, run in pairwise(runs):
        told.append(r"[\W_]{1,3}" if before.isdigit() and run.isdigit() else _APART)
        told.append(run if run.isdigit() else _lookalike(run))
    if not cut:
        told.append(r"(?![0-9a-z])(?!\s?[–/-]\s?[0-9a-z])")
    return re.compile("".join(told))


def _lookalike(run: str) -> str:
    return r"\s?".join(f"[{LOOKALIKES.get(letter, letter)}]" for letter in run)


def _folded(text: str) -> str:
    """Give the text without marks and in small letters, as long as it was."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower().replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", _folded(text))


def _homography(
    corners: Sequence[Point], to: Sequence[Point]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Give the matrix that leads four points to four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, to, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    try:
        found = np.linalg.solve(np.array(rows, float), np.array(values, float))
    except np.linalg.LinAlgError:  # a square of no area: nothing lies below it
        return np.zeros((3, 3))
    return np.append(found, 1.0).reshape(3, 3)
