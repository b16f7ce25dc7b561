"""What one way of holding and preparing a page gave, and how much that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.engine import Token
from ocr.prepare import Prepared
from ocr.vietnamese import is_syllable


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one way of holding the page gave."""

    prepared: Prepared
    tokens: tuple[Token, ...]

    @property
    def merit(self) -> float:
        """Mean confidence of the words, 0.0 to 1.0, where what cannot be Vietnamese or a number counts nothing."""
        total = good = 0.0
        for token in self.tokens:
            weight = len(token.text)
            total += weight
            if is_word(token):
                good += weight * token.confidence
        return good / total if total else 0.0

    @property
    def sense(self) -> int:
        """How many words of two letters and more were read surely and can be Vietnamese."""
        return sum(t.confidence >= 0.6 and len(t.text) > 1 and is_syllable(t.text) for t in self.tokens)

    @property
    def worth(self) -> float:
        """How much was read: letters times confidence above one half, less what cannot be Vietnamese."""
        return sum(len(t.text) * (t.confidence - 0.5 if is_word(t) else -0.4) for t in self.tokens)


def is_word(token: Token) -> bool:
    """Whether a token is a Vietnamese syllable or holds a figure."""
    return is_syllable(token.text) or any(c.isdigit() for c in token.text)
