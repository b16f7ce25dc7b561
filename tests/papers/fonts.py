"""The font families papers are set in, where Debian puts them, and whether they can set Vietnamese."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

Style = Literal["regular", "bold", "italic", "bold-italic"]

LETTERS_WITH_MARKS = (
    "".join(
        unicodedata.normalize("NFC", base + tone)
        for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
        for tone in ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
    )
    + "đĐ"
)
"""Every letter beyond plain Latin that a Vietnamese text may need."""


class FontUnusable(Exception):
    """A font file is not installed, or would draw empty boxes for Vietnamese letters."""


@dataclass(frozen=True)
class Family:
    """Four font files and the Debian package they come in.

    ``wide``: letters so broad that text is set 1.5 pt smaller to keep the layout of a real page.
    """

    package: str
    pattern: str
    styles: tuple[str, str, str, str] = ("Regular", "Bold", "Italic", "BoldItalic")
    wide: bool = False

    def file(self, style: Style) -> Path:
        """Path of the font file for a style."""
        index = ("regular", "bold", "italic", "bold-italic").index(style)
        return Path(self.pattern.format(self.styles[index]))


_TRUETYPE = "/usr/share/fonts/truetype/"
FAMILIES: dict[str, Family] = {
    # Tinos and Liberation Serif have the metrics of Times New Roman, which offices must use.
    "tinos": Family("fonts-croscore", _TRUETYPE + "croscore/Tinos-{}.ttf"),
    # Debian 12's fonts-liberation (1.07) has no Vietnamese letters; fonts-liberation2 has.
    "liberation": Family("fonts-liberation2", _TRUETYPE + "liberation2/LiberationSerif-{}.ttf"),
    "notoserif": Family("fonts-noto-core", _TRUETYPE + "noto/NotoSerif-{}.ttf", wide=True),
    "freeserif": Family(
        "fonts-freefont-ttf",
        _TRUETYPE + "freefont/FreeSerif{}.ttf",
        styles=("", "Bold", "Italic", "BoldItalic"),
    ),
    "dejavu": Family(
        "fonts-dejavu",
        _TRUETYPE + "dejavu/DejaVuSerif{}.ttf",
        styles=("", "-Bold", "-Italic", "-BoldItalic"),
        wide=True,
    ),
    "arimo": Family("fonts-croscore", _TRUETYPE + "croscore/Arimo-{}.ttf", wide=True),
    # Stacks the tone above the circumflex as Times New Roman does, where Tinos and Liberation put it beside
    # (which is easier to read by machine): the nearest to real papers.
    "termes": Family(
        "fonts-texgyre",
        "/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyretermes-{}.otf",
        styles=("regular", "bold", "italic", "bolditalic"),
    ),
}

MIXTURE = ("termes",) * 5 + ("tinos",) * 2 + ("liberation",) * 2 + ("freeserif", "notoserif")
"""What ``auto`` chooses from, weighted by likeness to real papers."""


def choose_family(name: str, rng: random.Random) -> str:
    """The family of that name, or one of the mixture for ``auto`` (which takes one random draw)."""
    return rng.choice(MIXTURE) if name == "auto" else name


def families_for(name: str) -> set[str]:
    """All families that a font option may lead to."""
    return set(MIXTURE) if name == "auto" else {name}


@cache
def require_family(name: str) -> None:
    """Raise FontUnusable rather than let papers be printed with missing letters."""
    family = FAMILIES[name]
    for style in ("regular", "bold", "italic", "bold-italic"):
        file = family.file(style)
        if not file.is_file():
            raise FontUnusable(f"{file} is not there: apt install {family.package}")
        font = ImageFont.truetype(file, 40)
        empty_box = bytes(font.getmask("\uffff"))
        missing = [letter for letter in LETTERS_WITH_MARKS if bytes(font.getmask(letter)) == empty_box]
        if missing:
            raise FontUnusable(f"{file} lacks Vietnamese letters: {''.join(missing)}")
