"""Tables for people, drawn as text."""

from __future__ import annotations

import shutil
from io import StringIO

from rich.console import Console
from rich.table import Table

NARROWEST, WIDEST = 100, 180


def printed(table: Table) -> str:
    """The table as text that fits the terminal."""
    width = min(max(shutil.get_terminal_size((WIDEST, 24)).columns, NARROWEST), WIDEST)
    page = StringIO()
    Console(file=page, width=width).print(table)
    return page.getvalue().rstrip()
