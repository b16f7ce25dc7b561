"""Settings: every limit has its unit in its name; all come from ``HOSO_*`` variables of the environment.

They are read once, at the entry points, and passed on as values.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an installation can set. ``home`` holds all state: database, stores, TEST keys."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", frozen=True)

    home: Path = Path("var")

    # What is taken in (domain.md 2.5: 300 dpi wanted, 200 dpi the least for ordinary papers).
    least_dpi: int = Field(150, ge=50, description="below this a page is refused")
    wanted_dpi: int = Field(200, ge=50, description="below this a page is taken with a warning")
    most_pages_per_file: int = Field(1000, ge=1)
    most_page_megapixels: int = Field(120, ge=1, description="A3 at 600 dpi is 70")
    most_file_mib: int = Field(1024, ge=1)
    most_archive_files: int = Field(5000, ge=1)
    most_archive_mib: int = Field(4096, ge=1, description="a ZIP unpacked")
    most_archive_ratio: int = Field(200, ge=2, description="unpacked to packed size of one ZIP entry")

    # Children: processes that touch what came from outside.
    children: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    child_memory_mib: int = Field(2048, ge=256, description="address space of one child")
    page_seconds: float = Field(120, gt=0, description="longest reading of one page")
    file_seconds: float = Field(300, gt=0, description="longest inspection, drafting or sealing of one file")
    verify_seconds: float = Field(60, gt=0)
    tesseract: str = "tesseract"

    # Steps.
    lease_seconds: float = Field(600, gt=0, description="longer than every time limit of one child")
    most_attempts: int = Field(8, ge=1, description="then the step is parked for a person")
    backoff_seconds: float = Field(1, ge=0, description="doubled with every attempt, at most 300")

    verification_url: str = "http://127.0.0.1:8000/v/"
    """Where a copy's QR leads; its code is appended."""

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "hoso.sqlite3"

    @property
    def store(self) -> Path:
        """Root of the folder store."""
        return self.home / "store"

    @property
    def keys(self) -> Path:
        """Folder of the TEST PKI."""
        return self.home / "test-pki"
