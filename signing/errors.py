"""What can go wrong when sealing, and with the trust store. Verification raises nothing: it reports."""

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


class TrustBroken(Exception):
    """The trust store is damaged or was changed behind its back; nobody is trusted until a person has looked."""


class BadTrust(Exception):
    """What was to be put into the trust store, or taken out of it, cannot be. The store stays as it was.

    `code` is stable, `vi` and `en` say it to people.
    """

    def __init__(self, code: str, vi: str, en: str) -> None:
        self.code, self.vi, self.en = code, vi, en
        super().__init__(f"{code}: {en}")
