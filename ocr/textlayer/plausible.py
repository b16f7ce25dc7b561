"""Can this be Vietnamese at all? Cheap questions to the text alone, before any picture is looked at."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ocr.textlayer.values import GivenWord
from ocr.vietnamese import is_syllable

FEWEST_WORDS = 5
"""A page with less is read faster than judged."""

_ODD = 0.02
"""Share of letters without meaning (private use, unassigned, U+FFFD) above which a font's letters are not known."""

_SYLLABLES = 0.8
"""Share of words of letters that must have a syllable's shape. Papers of the generator have 0.93 and more, the same in
TCVN3 or VNI below 0.6."""

_MARKED = 0.25
"""Share of words that carry a mark or đ: in running Vietnamese some 0.7, in text read as English hardly any."""


def fault(words: Sequence[GivenWord]) -> str | None:
    """Why the words cannot be the page's text ("few-words", "unknown-letters", "not-vietnamese"), or None."""
    if len(words) < FEWEST_WORDS:
        return "few-words"
    text = "".join(word.text for word in words)
    odd = sum(c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cs") for c in text)
    if odd > _ODD * len(text) or "(cid:" in text:
        return "unknown-letters"
    spoken = [
        bared for word in words if len(bared := word.text.strip(".,;:()[]“”\"'/-…")) > 1 and bared.isalpha()
    ]
    if len(spoken) < FEWEST_WORDS:
        return None  # a table of figures: the picture will tell
    if sum(map(is_syllable, spoken)) < _SYLLABLES * len(spoken):
        return "not-vietnamese"
    if sum(not word.isascii() for word in spoken) < _MARKED * len(spoken):
        return "not-vietnamese"
    return None
