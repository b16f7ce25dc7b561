"""A font that shows nothing, for text that must be found and copied but not seen.

Codes are UTF-16 units of the Basic Multilingual Plane (Identity-H), so any word can be written without
knowing the document's letters in advance. Every code draws the same glyph, one without area.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Collection
from functools import cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name

ADVANCE = 500
"""Width of every letter in thousandths of the font size."""
SPACE_ADVANCE = 250
"""Width of a space: about that of a printed one, so that what stands after it needs little moving."""
ASCENT = 750
DESCENT = -250
"""Top and bottom of a letter above the baseline in thousandths; one em together: size is a line's height."""

_NAME = "HosoGlyphless"
_EM = 1000
_BLANK, _SPACE = 1, 2  # glyphs
_REPLACEMENT = "\ufffd"
_MADE = 3_600_000_000  # seconds since 1904; any fixed day will do


@cache
def program() -> bytes:
    """Return the TrueType program: .notdef and one glyph without area. The same bytes every time."""
    # A line there and back covers nothing, but has an extent: pdfium drops words of one letter without extent.
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((ADVANCE, ASCENT))
    pen.closePath()
    blank = pen.glyph()
    empty = TTGlyphPen(None).glyph()
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank", "space"])
    builder.setupCharacterMap({0x20: "space"})
    builder.setupGlyf({".notdef": blank, "blank": blank, "space": empty})
    builder.setupHorizontalMetrics(
        {".notdef": (ADVANCE, 0), "blank": (ADVANCE, 0), "space": (SPACE_ADVANCE, 0)}
    )
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": _NAME, "styleName": "Regular", "psName": _NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT)
    builder.setupPost()
    # fontTools would write the clock into the font; a seal needs the same bytes for the same paper.
    builder.font["head"].created = builder.font["head"].modified = _MADE
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _to_unicode(highs: Collection[int]) -> bytes:
    """Map every code with one of these high bytes to itself.

    One range per high byte, since a range may not cross one (ISO 32000-1, 9.10.3). Surrogates stay
    out, for they are not characters; :func:`encode` never writes them. A map of all codes would be 1.7 kB, which is
    much beside a page in fax coding.
    """
    ranges = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in sorted(highs)]
    blocks = [ranges[start : start + 100] for start in range(0, len(ranges), 100)]  # 100 a block at most
    body = "\n".join(
        line for block in blocks for line in (f"{len(block)} beginbfrange", *block, "endbfrange")
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")


def _glyphs() -> bytes:
    """The glyph of every code, two bytes each."""
    glyphs = bytearray(_BLANK.to_bytes(2, "big") * 0x10000)
    glyphs[2 * 0x20 : 2 * 0x21] = _SPACE.to_bytes(2, "big")
    return bytes(glyphs)


def say(pdf: pikepdf.Pdf, font: pikepdf.Object, highs: Collection[int]) -> None:
    """Tell readers which characters the codes mean whose high bytes the document uses."""
    font.ToUnicode = pdf.make_stream(_to_unicode(highs))


def font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Add the font to ``pdf`` and return it as an indirect object; :func:`say` completes it.

    ISO 19005-2: the program is embedded (6.2.11.4.1), its widths are those of the dictionary (6.2.11.5), the
    CIDFontType2 has a /CIDToGIDMap stream (6.2.11.3.2), and no code reaches .notdef (6.2.11.8).
    """
    file = pdf.make_stream(program(), Length1=len(program()))
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + _NAME),
        Flags=4,  # symbolic: the codes are not those of the Adobe standard Latin set
        FontBBox=Array([0, DESCENT, ADVANCE, ASCENT]),
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
        FontFile2=file,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + _NAME),
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=ADVANCE,
        W=Array([0x20, Array([SPACE_ADVANCE])]),
        CIDToGIDMap=pdf.make_stream(_glyphs()),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + _NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
        )
    )


def encode(text: str) -> bytes:
    """Return the codes of ``text`` as NFC, two bytes a letter.

    Controls are left out. What one code cannot say (beyond the Basic Multilingual Plane, lone surrogates,
    non-characters, and U+FEFF, which ISO 19005-2, 6.2.11.7.2 bars from ToUnicode) becomes U+FFFD.
    """
    letters = (
        letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter) != "Cc"
    )
    return "".join(letter if _sayable(ord(letter)) else _REPLACEMENT for letter in letters).encode(
        "utf-16-be"
    )


def _sayable(code: int) -> bool:
    return code < 0xFFFE and not 0xD800 <= code <= 0xDFFF and code != 0xFEFF
