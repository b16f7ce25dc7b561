"""Passwords: argon2id, as slow as the setting says; secrets come from a file, a prompt or a pipe, never an argument."""

from __future__ import annotations

import getpass
import sys
import threading
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from archive.accounts import Hash, Matches
from archive.errors import Problem

AT_ONCE = 4
"""Hashes computed at a time: each takes the memory of the setting, whoever asks for it."""


def hashing(memory_kib: int) -> tuple[Hash, Matches]:
    """The two halves: make a hash, and say whether a password is the one behind a hash."""
    hasher, slots = PasswordHasher(memory_cost=memory_kib), threading.BoundedSemaphore(AT_ONCE)

    def hashed(password: str) -> str:
        with slots:
            return hasher.hash(password)

    def matches(kept: str, password: str) -> bool:
        try:
            with slots:
                return hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    return hashed, matches


def secret(file: Path | None, prompt: str) -> str:
    """One line of secret text. Raises Problem SECRET_UNREADABLE, SECRETS_DIFFER."""
    if file is not None:
        try:
            return file.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise Problem(
                "SECRET_UNREADABLE", f"Không đọc được {file}: {error}", f"Cannot read {file}: {error}"
            ) from error
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"{prompt}: ")
    if getpass.getpass(f"{prompt}, lần nữa / again: ") != first:
        raise Problem("SECRETS_DIFFER", "Hai lần nhập khác nhau", "The two entries differ")
    return first
