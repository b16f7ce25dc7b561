"""TrueType fonts cut down to the letters used and embedded into a PDF as composite (Type 0) fonts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from .fonts import FAMILIES, Style
from .sheet import Run

_SERIF, _SYMBOLIC, _ITALIC = 1 << 1, 1 << 2, 1 << 6
_SUBSET_TAG = "HOSOAA"


@dataclass(frozen=True)
class EmbeddedFont:
    """A font of the PDF. ``ascent`` and widths are shares of the letter size."""

    name: str
    reference: pikepdf.Object
    ascent: float
    glyphs: dict[str, int]
    widths: dict[str, float]

    def encode(self, text: str) -> str:
        """Glyph numbers as four hexadecimal digits each."""
        return "".join(f"{self.glyphs[letter]:04X}" for letter in text)

    def width(self, text: str) -> float:
        """Width of a text, as a share of the letter size."""
        return sum(self.widths[letter] for letter in text)


def embed_fonts(pdf: pikepdf.Pdf, family: str, runs: Sequence[Run]) -> dict[Style, EmbeddedFont]:
    """Embed the styles used, each with the letters used and the space."""
    letters: dict[Style, set[str]] = {}
    for run in runs:
        letters.setdefault(run.style, {" "}).update(run.text)
    return {
        style: _embed(pdf, family, style, used, f"F{number}")
        for number, (style, used) in enumerate(sorted(letters.items()), 1)
    }


def _subset(family: str, style: Style, letters: set[str]) -> TTFont:
    font = TTFont(FAMILIES[family].file(style), recalcTimestamp=False)
    if "glyf" not in font:
        raise ValueError(f"{family} is not a family of TrueType outlines")
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[])
    options.drop_tables += ["FFTM"]  # FontForge's time stamp
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(letters)))
    cutter.subset(font)
    return font


def _embed(pdf: pikepdf.Pdf, family: str, style: Style, letters: set[str], name: str) -> EmbeddedFont:
    font = _subset(family, style, letters)
    units = font["head"].unitsPerEm
    names = font.getBestCmap()
    glyphs = {letter: font.getGlyphID(names[ord(letter)]) for letter in sorted(letters)}
    widths = {letter: font["hmtx"][names[ord(letter)]][0] / units for letter in glyphs}
    file = BytesIO()
    font.save(file)
    base_name = Name(f"/{_SUBSET_TAG}+{FAMILIES[family].file(style).stem}")
    program = pdf.make_stream(file.getvalue(), Length1=len(file.getvalue()))
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=base_name,
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        CIDToGIDMap=Name.Identity,
        FontDescriptor=pdf.make_indirect(_descriptor(font, base_name, style, program)),
        DW=1000,
        W=_width_table(glyphs, widths),
    )
    reference = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=base_name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode(glyphs)),
        )
    )
    return EmbeddedFont(name, reference, font["hhea"].ascent / units, glyphs, widths)


def _descriptor(font: TTFont, base_name: Name, style: Style, program: pikepdf.Stream) -> Dictionary:
    def per_thousand(length: float) -> int:
        return round(length * 1000 / font["head"].unitsPerEm)

    head = font["head"]
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=base_name,
        Flags=_SERIF | _SYMBOLIC | (_ITALIC if "italic" in style else 0),
        FontBBox=Array([per_thousand(edge) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)]),
        ItalicAngle=round(font["post"].italicAngle),
        Ascent=per_thousand(font["hhea"].ascent),
        Descent=per_thousand(font["hhea"].descent),
        CapHeight=per_thousand(font["OS/2"].sCapHeight),
        StemV=140 if "bold" in style else 80,
        FontFile2=program,
    )


def _width_table(glyphs: dict[str, int], widths: dict[str, float]) -> Array:
    """Widths in thousandths: a glyph number, then a list of one width, for every glyph."""
    table: list[object] = []
    for letter, glyph in sorted(glyphs.items(), key=lambda pair: pair[1]):
        table += [glyph, Array([round(widths[letter] * 1000)])]
    return Array(table)


def _to_unicode(glyphs: dict[str, int]) -> bytes:
    """The table by which readers get letters back from glyph numbers, in pieces of at most 100 entries."""
    entries = [
        f"<{glyph:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, glyph in glyphs.items()
    ]
    pieces = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    mapping = "\n".join(f"{len(piece)} beginbfchar\n" + "\n".join(piece) + "\nendbfchar" for piece in pieces)
    return f"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{mapping}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
""".encode("ascii")
