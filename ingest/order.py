"""The order in which people count: scan 2 before scan 10."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(\d+)")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """What names are sorted by: figures as numbers, letters without regard to case."""
    parts = _DIGITS.split(name)
    # Every second part is figures. Equal numbers written differently (01, 1) still have an order.
    found = [
        (0, int(part), part) if place % 2 else (1, 0, part.casefold())
        for place, part in enumerate(parts)
        if part
    ]
    return (*found, (2, 0, name))
