"""The one shape of an error that a person reads: a stable code and a sentence in two languages."""

from __future__ import annotations


class Problem(Exception):
    """Something cannot be done. ``code`` never changes its meaning; ``vi`` and ``en`` say what and what to do."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code, self.vi, self.en = code, vi, en

    def __reduce__(self) -> tuple[type[Problem], tuple[str, str, str]]:
        """Travel between processes whole (the default would replay only the message)."""
        return type(self), (self.code, self.vi, self.en)

    def as_dict(self) -> dict[str, str]:
        """For JSON output."""
        return {"code": self.code, "vi": self.vi, "en": self.en}
