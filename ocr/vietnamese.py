"""Vietnamese writing: letters without marks, one place for the tone mark, and what can be a syllable at all."""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng
_NEW_STYLE = {
    unicodedata.normalize("NFC", pair + tone): unicodedata.normalize("NFC", pair[0] + tone + pair[1])
    for pair in ("oa", "oe", "uy")
    for tone in _TONES
}
_OLD_ENDING = re.compile(r"(?<![qQ])(" + "|".join(_NEW_STYLE) + r")(?![^\W\d_])", re.IGNORECASE)

_ONSET = "ngh|ng|nh|gh|gi|kr|kh|ph|th|tr|ch|qu|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x|"
_RHYME = (
    "a|ac|ach|ak|ai|am|an|ang|anh|ao|ap|at|au|ay|e|ec|ech|em|en|eng|enh|eo|ep|et|eu|i|ia|ich|iec|iem|ien|ieng|iep|"
    "iet|ieu|im|in|inh|ip|it|iu|o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oap|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|"
    "ong|ooc|oong|op|ot|u|ua|uan|uang|uat|uay|uc|ue|uech|uenh|ui|um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|uou|up|"
    "ut|uu|uy|uya|uych|uyen|uyet|uynh|uyp|uyt|uyu|uyn|y|yem|yen|yet|yeu|ynh|ych|yt"
)
_SYLLABLE = re.compile(f"^(?:{_ONSET})(?:{_RHYME})$")
_LETTER = re.compile(r"[^\W\d_]")


def nfc(text: str) -> str:
    """Composed letters (NFC) and single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def bare(text: str) -> str:
    """Lower case without any mark, đ as d: what stays the same when the engine misreads a tone."""
    split = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in split if not unicodedata.combining(c)).replace("đ", "d").replace("ð", "d")


def one_style(text: str) -> str:
    """The tone mark where most texts put it: hoà to hòa, uỷ to ủy; both spellings are right and are one word."""

    def moved(match: re.Match[str]) -> str:
        found = match[1]
        new = _NEW_STYLE[found.lower()]
        return new.upper() if found.isupper() else new[0].upper() + new[1] if found[0].isupper() else new

    return _OLD_ENDING.sub(moved, unicodedata.normalize("NFC", text))


def is_syllable(word: str) -> bool:
    """Whether a word, punctuation aside, has the shape of a Vietnamese syllable (marks are not judged)."""
    letters = "".join(_LETTER.findall(word))
    return bool(letters) and bool(_SYLLABLE.match(bare(letters)))
