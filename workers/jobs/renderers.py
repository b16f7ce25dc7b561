"""The job that lets two renderers draw the same pages. It runs in a child: both meet foreign bytes."""

from __future__ import annotations

from pathlib import Path

import cv2

from ingest import renderers

cv2.setNumThreads(1)


def differing(path: Path, numbers: tuple[int, ...], seconds: float) -> tuple[int, ...] | None:
    """``ingest.renderers.differing``, without threads of OpenCV."""
    return renderers.differing(path, numbers, seconds)
