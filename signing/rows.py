"""Settings in TOML: entries taken out one by one, each checked, each fault told with the file's name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from signing.errors import NotSealed


class Rows:
    """The entries of one table, taken out with their kind checked. Raises NotSealed KEY_SETTINGS."""

    def __init__(self, path: Path, entries: dict[str, Any]) -> None:
        self._path, self._entries = path, entries

    def wrong(self, what: str) -> NotSealed:
        """Give the error."""
        return NotSealed("KEY_SETTINGS", f"{self._path.name}: {what}")

    def only(self, known: set[str]) -> None:
        """Refuse entries that mean nothing: a misspelt one would silently not count."""
        if strange := sorted(set(self._entries) - known):
            raise self.wrong(f"unknown entries {', '.join(strange)}")

    def maybe(self, name: str) -> str | None:
        """Give a text, or None."""
        value = self._entries.get(name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.wrong(f"{name} is a text")
        return value

    def text(self, name: str) -> str:
        """Give a text that must be there."""
        value = self.maybe(name)
        if value is None:
            raise self.wrong(f"{name} is missing")
        return value

    def path(self, name: str) -> Path:
        """Give the path of a file that must be named."""
        return self._path.parent / self.text(name)

    def file(self, name: str, *, needed: bool) -> Path | None:
        """Give a path, or None where it is not needed."""
        return self.path(name) if needed or name in self._entries else None

    def url(self, name: str) -> str:
        """Give an address of HTTP; anything but this machine itself is reached by TLS only."""
        url = self.text(name)
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise self.wrong(f"{name}: {error}") from None
        if not host:
            raise self.wrong(f"{name} names no host")
        local = host in ("127.0.0.1", "::1", "localhost")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise self.wrong(f"{name} must be https://… (http://… on this machine only)")
        return url

    def hexadecimal(self, name: str) -> bytes | None:
        """Give bytes written in hex, or None."""
        value = self.maybe(name)
        try:
            return None if value is None else bytes.fromhex(value)
        except ValueError:
            raise self.wrong(f"{name} is hexadecimal") from None

    def seconds(self, name: str, usual: float) -> float:
        """Give a number of seconds above zero."""
        value = self._entries.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.wrong(f"{name} is a number of seconds")
        return float(value)

    def whole(self, name: str, usual: int) -> int:
        """Give a whole number above zero."""
        value = self._entries.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.wrong(f"{name} is a whole number above zero")
        return value

    def tables(self, name: str) -> list[Rows]:
        """Give the tables of a list."""
        found = self._entries.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.wrong(f"{name} is a list of tables ([[{name}]])")
        return [Rows(self._path, one) for one in found]


def rows_of(path: Path) -> Rows:
    """Give the entries of a file. Raises NotSealed KEY_SETTINGS, KEY_UNREADABLE."""
    try:
        return Rows(path, tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotSealed("KEY_SETTINGS", f"{path.name}: {error}") from error
    except OSError as error:
        raise NotSealed("KEY_UNREADABLE", f"{path}: {error.strerror}") from error
