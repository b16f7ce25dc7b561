"""Look at one file: the entry that runs in a limited child process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2

from archive.errors import Problem
from ingest.inspection import Inspection, Limits
from ingest.media import HEAD_BYTES, PDF, ZIP, media_type
from ingest.pdf import inspect_pdf
from ingest.pictures import inspect_picture
from ingest.refusals import refused
from ingest.roles import with_roles

OUT_OF_MEMORY = -4
"""OpenCV's code (``StsNoMem``) for what Python tells as MemoryError."""


def inspect(path: Path, folder: Path, limits: Limits) -> Inspection:
    """Check the file at ``path`` and write its page images into ``folder``. Raises Refused.

    The libraries below meet hostile bytes here; whatever else they raise means that the file is no good, and
    says so by name. Trouble of the disk is not the file's and goes on as OSError. Memory that runs out means
    that the file unpacks to more than the child may use.
    """
    with path.open("rb") as file:
        kind = media_type(file.read(HEAD_BYTES))
    try:
        if kind == PDF:
            return _with_roles(inspect_pdf(path, folder, limits), limits)
        if kind is None or kind == ZIP:
            raise refused("NOT_AN_IMAGE")
        return _with_roles(inspect_picture(path, kind, folder, limits), limits)
    except Problem:
        raise
    except MemoryError:
        raise refused("DECOMPRESSION_BOMB", "memory") from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk is full or fails: the file may be good
        if isinstance(error, cv2.error) and error.code == OUT_OF_MEMORY:
            raise refused("DECOMPRESSION_BOMB", "memory") from None
        raise refused("DAMAGED", f"{type(error).__name__}: {error}".replace(str(path), "")[:200]) from error


def _with_roles(found: Inspection, limits: Limits) -> Inspection:
    return replace(found, pages=with_roles(found.pages, found.signed_already, limits.tesseract))
