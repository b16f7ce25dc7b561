"""Pages of lists: a keyset cursor that callers pass back unread."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query

from api.problems import Refused

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200, description="rows of one page; an installation may give fewer")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before")]


def cursor_of(*key: str | int | datetime) -> str:
    """The place behind a row."""
    plain = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def following(found: Sequence[Row], limit: int, place: Callable[[Row], str]) -> str | None:
    """The cursor behind the ``limit`` rows that go out, when ``found`` holds the one more that was asked for."""
    return place(found[limit - 1]) if len(found) > limit else None


def timed(cursor: str | None) -> tuple[datetime, str] | None:
    """The (time, id) that a cursor stands for. Raises Refused BAD_CURSOR."""
    if cursor is None:
        return None
    parts = _parts(cursor)
    try:
        at, key = parts
        found = datetime.fromisoformat(at)
        if found.tzinfo is None or not isinstance(key, str) or not key.isprintable():
            raise ValueError
        return found, key
    except (ValueError, TypeError, OverflowError):
        raise Refused("BAD_CURSOR") from None


def numbered(cursor: str | None) -> int | None:
    """The number that a cursor stands for. Raises Refused BAD_CURSOR."""
    if cursor is None:
        return None
    parts = _parts(cursor)
    if len(parts) != 1 or type(parts[0]) is not int or not 0 <= parts[0] < 1 << 31:
        raise Refused("BAD_CURSOR")
    return parts[0]


def named(cursor: str | None) -> str:
    """The name that a cursor stands for, "" at the beginning. Raises Refused BAD_CURSOR."""
    if cursor is None:
        return ""
    parts = _parts(cursor)
    if len(parts) != 1 or not isinstance(parts[0], str) or not parts[0].isprintable():
        raise Refused("BAD_CURSOR")
    return parts[0]


def ranked(cursor: str | None) -> tuple[bool, int] | None:
    """The (exact, number) that a cursor stands for. Raises Refused BAD_CURSOR."""
    if cursor is None:
        return None
    parts = _parts(cursor)
    if len(parts) != 2 or parts[0] not in (0, 1) or any(type(one) is not int for one in parts):
        raise Refused("BAD_CURSOR")
    if not 0 <= parts[1] < 1 << 31:
        raise Refused("BAD_CURSOR")
    return bool(parts[0]), parts[1]


def _parts(cursor: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise Refused("BAD_CURSOR") from None
    if not isinstance(found, list):
        raise Refused("BAD_CURSOR")
    return found
