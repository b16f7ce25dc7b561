"""Reading some lines of the picture to see whether the text that came along is what is printed there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from ocr import engine
from ocr.engine import Token
from ocr.geometry import Corners, Image
from ocr.textlayer.lines import Fragment, Placed, around
from ocr.vietnamese import one_style

_APART = 0.12
"""Inches of paper between fragments, so that the engine does not take two for one."""

_MARGIN = 5
_LETTER = re.compile(r"[^\W_]")
_ALIKE = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "’": "'", "‘": "'", "Ð": "Đ", "…": "."})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A given word that the engine did not read there; ``read`` is what it read instead, ``confidence`` how surely."""

    line: int
    word: int
    read: str
    confidence: float


def doubts(
    picture: Image, dpi: float, lines: Sequence[Sequence[Placed]], chosen: Sequence[Fragment], scale: float,
    tesseract: str, timeout_seconds: float,
) -> dict[tuple[int, int], Doubt]:  # fmt: skip
    """The words of the ``chosen`` fragments that are not read as they are given, by (line, word). Raises Unreadable.

    ``scale`` enlarges the picture before it is read.
    """
    sheet, places = _packed(picture, dpi, lines, chosen)
    if scale != 1:
        sheet = np.asarray(
            cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), dtype=np.uint8
        )
    tokens = engine.tokens(sheet, dpi * scale, tesseract, timeout_seconds)
    middles = [
        ((t.corners[0] + t.corners[2]) / 2 / scale, (t.corners[1] + t.corners[3]) / 2 / scale) for t in tokens
    ]
    found: dict[tuple[int, int], Doubt] = {}
    for fragment, (x0, y0, x1, y1) in zip(chosen, places, strict=True):
        here = [t for t, (x, y) in zip(tokens, middles, strict=True) if x0 <= x < x1 and y0 <= y < y1]
        found |= {(d.line, d.word): d for d in _compared(fragment, lines[fragment.line], here)}
    return found


def _packed(
    picture: Image, dpi: float, lines: Sequence[Sequence[Placed]], chosen: Sequence[Fragment]
) -> tuple[Image, list[Corners]]:
    """The fragments side by side in rows, and nothing of what stands around them; where each lies."""
    height, width = picture.shape
    paper = int(np.median(picture[::8, ::8]))
    apart = round(_APART * dpi)
    cuts = []
    for fragment in chosen:
        x0, _, x1, _ = around(lines[fragment.line][fragment.start : fragment.end])
        _, y0, _, y1 = around(lines[fragment.line])  # the line's height: fragments of it keep their baseline
        # Marks reach beyond the letters' boxes, neighbours above and below do too: little more than the box is taken.
        top, bottom = max(0, int(y0) - _MARGIN), min(height, int(y1) + 1 + _MARGIN)
        left, right = max(0, int(x0) - _MARGIN), min(width, int(x1) + 1 + _MARGIN)
        cuts.append(picture[top:bottom, left:right])
    rows: list[list[int]] = []
    used = width + 1
    for index, cut in enumerate(cuts):
        if used + cut.shape[1] > width:
            rows.append([])
            used = 0
        rows[-1].append(index)
        used += cut.shape[1] + apart
    places: list[Corners] = [(0, 0, 0, 0)] * len(cuts)
    tall = sum(max(cuts[i].shape[0] for i in row) + apart for row in rows) + apart
    sheet = np.full((tall, width + 2 * apart), paper, np.uint8)
    y = apart
    for row in rows:
        x, deep = apart, max(cuts[i].shape[0] for i in row)
        for i in row:
            h, w = cuts[i].shape
            sheet[y + deep - h : y + deep, x : x + w] = cuts[i]
            places[i] = (x - apart / 2, y - apart / 2, x + w + apart / 2, y + deep + apart / 2)
            x += w + apart
        y += deep + apart
    return sheet, places


def _compared(fragment: Fragment, line: Sequence[Placed], tokens: Sequence[Token]) -> list[Doubt]:
    """Both as one row of letters: the engine may part words elsewhere."""
    said = [plain(word.text) for word in line[fragment.start : fragment.end]]
    owner = [place for place, text in enumerate(said) for _ in text]
    ordered = sorted(tokens, key=lambda token: token.corners[0])
    read = [plain(token.text) for token in ordered]
    reader = [place for place, text in enumerate(read) for _ in text]
    ours, theirs = "".join(said), "".join(read)
    wrong: set[int] = set()
    instead: dict[int, list[tuple[int, int]]] = {}
    for edit in Levenshtein.opcodes(ours, theirs):
        a0, a1, b0, b1 = edit.src_start, edit.src_end, edit.dest_start, edit.dest_end
        if edit.tag == "equal":
            for a, b in zip(range(a0, a1), range(b0, b1), strict=True):
                instead.setdefault(owner[a], []).append((b, b + 1))
            continue
        if not _LETTER.search(ours[a0:a1]) and not _LETTER.search(theirs[b0:b1]):
            continue  # signs alone: rules and specks are read as such
        places = {owner[a] for a in range(a0, a1)} or {owner[min(a0, len(owner) - 1)]}
        wrong |= places
        for place in places:
            instead.setdefault(place, []).append((b0, b1))
    found = []
    for place in sorted(wrong):
        spans = instead.get(place, [(0, 0)])
        start, end = min(b for b, _ in spans), max(b for _, b in spans)
        if _shown(said[place], theirs[start:end]):
            continue
        confidence = min((ordered[reader[b]].confidence for b in range(start, end)), default=0.0)
        found.append(Doubt(fragment.line, fragment.start + place, theirs[start:end], confidence))
    return found


def _shown(said: str, read: str) -> bool:
    """Whether the difference is none of the word's letters: capitals that look like small ones, l and I, or something
    beside the word that was read with it. Words with figures allow for none of that."""
    if any(c.isdigit() for c in said):
        return False
    mine, theirs = (one.replace("I", "l").replace("|", "l").casefold() for one in (said, read))
    return mine == theirs or (len(mine) > 2 and mine in theirs)


def plain(text: str) -> str:
    """The text as it is compared: NFC, one place for the tone mark, one kind of dash and quote, no spaces."""
    return one_style(unicodedata.normalize("NFC", text)).translate(_ALIKE).replace(" ", "")
