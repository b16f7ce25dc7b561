"""The job that reads the code squares of a picture and judges the statement among them. It runs in children."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from archive.errors import Problem
from signing import extract_check, statement_keys
from signing.copy import attached_original
from signing.errors import NotCopied
from signing.squares import NoPicture, texts_of
from signing.statement import PREFIX
from signing.statement_check import StatementReport, judge, unreadable


def check_picture(
    picture: Path, keys: Path | None, at: datetime, file: Path | None = None
) -> StatementReport:
    """The verdict on the statement in a picture of a copy. ``keys``: the file of published keys, none where there is
    none. ``file``: what is said to be the copy or its original; its digests are compared. Raises Problem BAD_KEYS."""
    try:
        known = {} if keys is None else statement_keys.parse(keys.read_bytes())
    except statement_keys.BadKeys as error:
        raise Problem(
            "BAD_KEYS",
            f"Tệp khóa công bố không đọc được: {error}",
            f"The file of published keys is broken: {error}",
        ) from error
    data = picture.read_bytes()
    try:
        texts = texts_of(data, PREFIX)
    except NoPicture as error:
        return unreadable(at, str(error))
    if file is None:
        return judge(texts, known, at, _originals(data))
    other = file.read_bytes()
    own = frozenset({hashlib.sha256(other).hexdigest()})
    return judge(texts, known, at, own | (_originals(other) or frozenset()))


def _originals(data: bytes) -> frozenset[str] | None:
    """The digest of the original that a copy carries, or that an extract names; None for any other file, such as a scan
    of paper."""
    if not data.startswith(b"%PDF"):
        return None
    try:
        listed = extract_check.listed(data)
        return frozenset(
            {listed.original_sha256 if listed else hashlib.sha256(attached_original(data)).hexdigest()}
        )
    except NotCopied:
        return None
