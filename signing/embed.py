"""The marks' typeface as an object of a pikepdf document."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from signing.typeface import FLAGS, STEM_V, marks


def font(pdf: pikepdf.Pdf) -> Dictionary:
    """Give the marks' typeface as a Type 0 font (as signing/appearance.py does for the seal)."""
    face = marks()
    name = Name("/" + face.name)
    program = Stream(pdf, face.compressed, Filter=Name.FlateDecode, Length1=face.length)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=FLAGS,
        FontBBox=Array(face.box),
        ItalicAngle=0,
        Ascent=face.ascent,
        Descent=face.descent,
        CapHeight=face.cap_height,
        StemV=STEM_V,
        FontFile2=program,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=Name.Identity,
        FontDescriptor=pdf.make_indirect(descriptor),
        W=Array([0, Array(face.widths)]),
    )
    top = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=name,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=Stream(pdf, face.to_unicode),
    )
    return pdf.make_indirect(top)
