"""The job that reads lists of issued papers: foreign spreadsheets, in a child."""

from __future__ import annotations

from pathlib import Path

import ingest.listing
from archive.paper_lists import NewList
from ingest.list_cells import ListLimits


def read_list(path: Path, limits: ListLimits) -> NewList:
    """``ingest.listing.read_list``. Raises Refused."""
    return ingest.listing.read_list(path, limits)
