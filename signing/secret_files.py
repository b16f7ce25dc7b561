"""Secrets in files of their own: passphrases, PINs, tokens of other services."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from signing.errors import NotSealed


def secret(path: Path) -> str:
    """Give the secret of a file, without the line's end.

    Raises:
        NotSealed: KEY_UNREADABLE, also an empty one: it would open what nothing protects; KEY_FILE_OPEN as `closed`
            does.
    """
    found = closed(path).decode("utf-8", "replace").rstrip("\r\n")
    if not found:
        raise NotSealed("KEY_UNREADABLE", f"{path} is empty")
    return found


def closed(path: Path) -> bytes:
    """Give the bytes of a file that only its owner and group can read.

    Raises:
        NotSealed: KEY_UNREADABLE; KEY_FILE_OPEN, every user of the machine could read it.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & stat.S_IRWXO:
                raise NotSealed("KEY_FILE_OPEN", f"{path} has mode {mode:04o}")
            return file.read()
    except OSError as error:
        raise NotSealed("KEY_UNREADABLE", f"{path}: {error.strerror}") from error
