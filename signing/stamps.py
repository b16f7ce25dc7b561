"""Whether a file is still the one that was read."""

from __future__ import annotations

from pathlib import Path

Stamp = tuple[str, int, int, int]
"""Path, time of change in ns, size in bytes, inode: another one means another file. Zeros where there is none."""


def stamp(path: Path) -> Stamp:
    """Give the file's stamp."""
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0, 0
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino
