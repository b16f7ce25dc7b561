"""The one typeface of marks and copy bands: measures, wraps and encodes text, and gives what a PDF must embed.

Tinos has the metrics of Times New Roman, which NĐ 30/2020 annex I prescribes, and may be embedded (signing/fonts).
The whole pre-cut font (14 KB compressed) is embedded: cutting it again per document costs more time than it saves.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

from fontTools.ttLib import TTFont

PDF_UNITS = 1000
# PDF font flags (ISO 32000-1 table 123): serif, symbolic; TrueType under Identity-H counts as symbolic.
FLAGS = 0b110
STEM_V = 80  # nominal, as usual for a regular serif; the file carries no such value
UNKNOWN = "?"


@dataclass(frozen=True)
class Typeface:
    """A TrueType font ready to be embedded as a CIDFontType2 with Identity-H. Widths are in 1/1000 em."""

    name: str
    compressed: bytes
    length: int
    glyphs: Mapping[str, int]
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    to_unicode: bytes

    def width(self, text: str, size_pt: float) -> float:
        """Give the length of `text` in pt."""
        return sum(self.widths[self._glyph(c)] for c in self._drawable(text)) * size_pt / PDF_UNITS

    def encode(self, text: str) -> bytes:
        """Give `text` as the hex string operand of Tj."""
        return b"<" + b"".join(b"%04X" % self._glyph(c) for c in self._drawable(text)) + b">"

    def wrap(self, text: str, size_pt: float, width_pt: float) -> list[str]:
        """Break `text` at spaces so that no line is longer than `width_pt`; a longer word is broken anywhere."""
        lines: list[str] = []
        for word in text.split():
            if lines and self.width(f"{lines[-1]} {word}", size_pt) <= width_pt:
                lines[-1] += f" {word}"
            else:
                lines += self._broken(word, size_pt, width_pt)
        return lines

    def _broken(self, word: str, size_pt: float, width_pt: float) -> list[str]:
        pieces = [""]
        for character in self._drawable(word):
            if pieces[-1] and self.width(pieces[-1] + character, size_pt) > width_pt:
                pieces.append("")
            pieces[-1] += character
        return pieces

    def _drawable(self, text: str) -> str:
        """Give the letters to draw. One that the font lacks goes by its plain letter (Š by S) or by a question mark:
        PDF/A forbids the missing-glyph box (ISO 19005-2 6.2.11.8), and a name must not keep a book from being printed.
        """
        # the font holds composed letters only; scans and keyboards give both forms
        composed = unicodedata.normalize("NFC", text)
        return "".join(c if c in self.glyphs else self._instead(c) for c in composed)

    def _instead(self, character: str) -> str:
        kind = unicodedata.category(character)
        if kind in ("Cf", "Mn", "Me"):  # of no width of their own
            return ""
        if kind == "Cc" or kind.startswith("Z"):
            return " "
        plain = unicodedata.normalize("NFKD", character)
        return "".join(c for c in plain if c in self.glyphs) or UNKNOWN

    def _glyph(self, character: str) -> int:
        return self.glyphs[character]


@cache
def marks() -> Typeface:
    """Give the typeface of marks, read once per process (it is constant)."""
    data = (files("signing") / "fonts" / "tinos-vietnamese.ttf").read_bytes()
    font = TTFont(BytesIO(data))
    per_em = font["head"].unitsPerEm
    order = font.getGlyphOrder()

    def scaled(value: int) -> int:
        return int(value * PDF_UNITS / per_em + 0.5)

    numbers = {name: number for number, name in enumerate(order)}
    glyphs = {chr(code): numbers[name] for code, name in font.getBestCmap().items()}
    head, os2 = font["head"], font["OS/2"]
    return Typeface(
        name="Tinos",
        compressed=zlib.compress(data, 9),
        length=len(data),
        glyphs=glyphs,
        widths=tuple(scaled(font["hmtx"][name][0]) for name in order),
        box=(scaled(head.xMin), scaled(head.yMin), scaled(head.xMax), scaled(head.yMax)),
        ascent=scaled(font["hhea"].ascent),
        descent=scaled(font["hhea"].descent),
        cap_height=scaled(os2.sCapHeight),
        to_unicode=_to_unicode(glyphs),
    )


def _to_unicode(glyphs: Mapping[str, int]) -> bytes:
    """Give the ToUnicode CMap (ISO 32000-1 9.10.3): searching and reading aloud work on the mark."""
    # letters that share a glyph (hyphen and soft hyphen) go by the plainer one, which has the lower code
    pairs = sorted({number: character for character, number in sorted(glyphs.items(), reverse=True)}.items())
    rows = [f"<{number:04X}> <{character.encode('utf-16-be').hex()}>" for number, character in pairs]
    blocks = []
    for start in range(0, len(rows), 100):  # at most 100 pairs a block (Adobe technical note 5411)
        part = rows[start : start + 100]
        blocks.append("\n".join([f"{len(part)} beginbfchar", *part, "endbfchar"]))
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *blocks,
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode("ascii")
