"""Make the mark's typeface: Tinos Regular cut down to Vietnamese, Latin, digits and punctuation.

Run once by hand: ``python signing/fonts/make.py PATH/TO/Tinos-Regular.ttf`` (Debian package fonts-croscore);
the result is committed. Cutting per seal costs about 145 ms with a full font (measured); a font that is cut once and
has no layout tables costs nothing. Metrics are those of Times New Roman, which NĐ 30/2020 annex I asks for; the
letters are Tinos 1.33, Copyright 2010 Google Inc., under the SIL Open Font License 1.1 (OFL.txt beside this file).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

CHARACTERS = (
    [chr(c) for c in range(0x20, 0x7F)]
    + [chr(c) for c in range(0xA0, 0x100)]
    + [chr(c) for c in range(0x1EA0, 0x1EFA)]
    + list("ĂăĐđĨĩŨũƠơƯư")
    + list("–—‘’“”„…•′″‐‑−×≤≥€₫№→")
)


def cut(source: Path) -> TTFont:
    """Give the font with the wanted letters, without hinting and layout tables."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "DSIG", "gasp", "meta"]
    font = TTFont(source)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(c) for c in CHARACTERS])
    cutter.subset(font)
    return font


if __name__ == "__main__":
    target = Path(__file__).parent / "tinos-vietnamese.ttf"
    cut(Path(sys.argv[1])).save(target)
    print(f"{target.name}: {target.stat().st_size} bytes")
