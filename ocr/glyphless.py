"""A font that shows nothing, for text that must be found and copied but not seen.

The letters of a document get codes of one byte each (220 a font, the frequent ones in the first), so that its text is
as small as it can be. A letter is as wide as in Times New Roman, the face official papers are printed in (NĐ 30/2020,
annex I), in a few steps: then a line needs one stretch, not one a word. No glyph has an area.
"""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from pikepdf import Array, Dictionary, Name

ASCENT = 750
DESCENT = -250
"""Top and bottom of a letter above the baseline in thousandths; one em together: size is a line's height."""
SPACE_ADVANCE = 250
SPACE = b" "
"""What parts words has code 32 in every font: word spacing (Tw) works on that (ISO 32000-1, 9.3.3), and shall not on
a space inside a word, which is a letter like others."""

_NAME = "HosoGlyphless"
_EM = 1000
_REPLACEMENT = "\ufffd"
_MADE = 3_600_000_000  # seconds since 1904; any fixed day will do
_CODES = bytes(code for code in range(33, 256) if code not in b"()\\")  # nothing that a string must escape
_WIDTHS = {
    SPACE_ADVANCE: " ",
    278: "ijltıị.,:;/'|!‘’·`",
    340: "frsIJ-()[]{}°",
    444: 'acez"“”?',
    600: "BCEFLPRSTZ",
    722: "ADGHKNOQUVXYwĐ&",
    830: "mM%@",
    944: "W—…",
}
_USUAL = 500  # digits, and the other small letters
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def width(letter: str) -> int:
    """The advance of a letter in thousandths of the size: that of the letter without its marks."""
    return _WIDTH.get(letter) or _WIDTH.get(unicodedata.normalize("NFD", letter)[0], _USUAL)


def clean(text: str) -> str:
    """What can be written of ``text``, as NFC.

    Controls are left out. What a map to characters of two bytes cannot say (beyond the Basic Multilingual Plane, lone
    surrogates, non-characters, and U+FEFF, which ISO 19005-2, 6.2.11.7.2 bars from ToUnicode) becomes U+FFFD.
    """
    letters = (
        letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter) != "Cc"
    )
    return "".join(letter if _sayable(ord(letter)) else _REPLACEMENT for letter in letters)


def _sayable(code: int) -> bool:
    return code < 0xFFFE and not 0xD800 <= code <= 0xDFFF and code != 0xFEFF


@dataclass(frozen=True)
class Face:
    """One font: its letters in the order of their codes, those of one width together."""

    letters: Sequence[str]

    def codes(self) -> dict[str, int]:
        """The code of every letter."""
        return dict(zip(self.letters, _CODES, strict=False))

    def program(self) -> bytes:
        """Return the TrueType program: one glyph a width, without area. The same bytes for the same letters.

        It has the tables ISO 32000-1, 9.9 asks for and no others.
        """
        widths = sorted({_USUAL, *map(width, self.letters)})
        names = {advance: f"w{advance}" for advance in widths}
        builder = FontBuilder(_EM, isTTF=True)
        builder.setupGlyphOrder([".notdef", "space", *names.values()])
        glyphs = {name: _line(advance) for advance, name in names.items()}
        builder.setupGlyf({".notdef": _line(_USUAL), "space": TTGlyphPen(None).glyph(), **glyphs})
        advances = {name: (advance, 0) for advance, name in names.items()}
        builder.setupHorizontalMetrics({".notdef": (_USUAL, 0), "space": (SPACE_ADVANCE, 0), **advances})
        builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
        # A symbolic font has one map from codes to glyphs (ISO 19005-2, 6.2.11.6).
        table = CmapSubtable.newSubtable(0)
        table.platformID, table.platEncID, table.language = 1, 0, 0
        table.cmap = {32: "space"} | {code: names[width(letter)] for letter, code in self.codes().items()}
        builder.font["cmap"] = newTable("cmap")
        builder.font["cmap"].tableVersion, builder.font["cmap"].tables = 0, [table]
        # fontTools would write the clock into the font; a seal needs the same bytes for the same paper.
        builder.font["head"].created = builder.font["head"].modified = _MADE
        builder.font.recalcTimestamp = False
        out = io.BytesIO()
        builder.save(out)
        return out.getvalue()

    def add_to(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        """Add the font to ``pdf`` and return it as an indirect object.

        ISO 19005-2: the program is embedded (6.2.11.4.1), its widths are those of the dictionary (6.2.11.5), a
        symbolic font has no /Encoding (6.2.11.6), and no code in use reaches .notdef (6.2.11.8).
        """
        program = self.program()
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + _NAME),
            Flags=4,  # symbolic: the codes are not those of the Adobe standard Latin set
            FontBBox=Array([0, DESCENT, _EM, ASCENT]),
            ItalicAngle=0,
            Ascent=ASCENT,
            Descent=DESCENT,
            CapHeight=ASCENT,
            StemV=80,
            FontFile2=pdf.make_stream(program, Length1=len(program)),
        )
        last = max(self.codes().values(), default=32)
        of_code = {code: width(letter) for letter, code in self.codes().items()}
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.TrueType,
                BaseFont=Name("/" + _NAME),
                FirstChar=32,
                LastChar=last,
                Widths=Array([SPACE_ADVANCE, *(of_code.get(code, _USUAL) for code in range(33, last + 1))]),
                FontDescriptor=pdf.make_indirect(descriptor),
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        """Say which characters the codes mean (ISO 32000-1, 9.10.3)."""
        codes = self.codes()
        runs = [(32, 32, [" "])]
        for letter, code in codes.items():
            first, last, letters = runs[-1]
            if code == last + 1:
                runs[-1] = first, code, [*letters, letter]
            else:
                runs.append((code, code, [letter]))
        # A range with its characters one by one is shorter than a line for each.
        body = "".join(
            f"<{first:02X}><{last:02X}>[{''.join(f'<{ord(letter):04X}>' for letter in letters)}]\n"
            for first, last, letters in runs
        )
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
            "/CMapName/Hoso def/CMapType 2 def\n"
            "1 begincodespacerange<00><FF>endcodespacerange\n"
            f"{len(runs)} beginbfrange\n{body}endbfrange endcmap CMapName currentdict /CMap defineresource pop end end"
        ).encode("ascii")


def _line(advance: int) -> object:
    """A line there and back covers nothing, but has an extent: pdfium drops words of one letter without extent."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((advance, ASCENT))
    pen.closePath()
    return pen.glyph()


@dataclass(frozen=True)
class Alphabet:
    """The letters of a document, in as many fonts as it takes; nearly always one."""

    faces: tuple[Face, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Alphabet:
        """The letters of these texts."""
        counts = Counter(letter for text in texts for letter in clean(text))
        often = sorted(counts, key=lambda letter: (-counts[letter], letter))
        chunks = [often[at : at + len(_CODES)] for at in range(0, len(often), len(_CODES))]
        return cls(tuple(Face(sorted(chunk, key=lambda one: (width(one), one))) for chunk in chunks))

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        return {
            letter: (index, code)
            for index, face in enumerate(self.faces)
            for letter, code in face.codes().items()
        }

    def encode(self, text: str) -> list[tuple[int, bytes]]:
        """Return ``text``, cleaned before, as runs: the number of the font, and codes. Raises KeyError for letters
        that are not the document's."""
        runs: list[tuple[int, bytes]] = []
        for letter in text:
            font, code = self._places[letter]
            if runs and runs[-1][0] == font:
                runs[-1] = font, runs[-1][1] + bytes((code,))
            else:
                runs.append((font, bytes((code,))))
        return runs
