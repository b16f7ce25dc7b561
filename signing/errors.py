"""The three things that can go wrong when sealing. Verification raises nothing: it reports."""

from __future__ import annotations

from signing.codes import CODES


class NotSealed(Exception):
    """The file was refused and nothing was sealed; a person must look (or the key or file be changed).

    `code` is stable (signing/codes.py), `vi` and `en` say it to people, `detail` is for the log.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.vi = CODES[code].vi
        self.en = CODES[code].en
        self.detail = detail
        super().__init__(f"{code}: {self.en}" + (f" ({detail})" if detail else ""))


class NotCopied(NotSealed):
    """The copy could not be built from this file."""


class TimestampUnavailable(Exception):
    """The timestamp authority gave no usable token. Nothing was sealed; try again later, unchanged."""
