"""Settings: every limit has its unit in its name; all come from ``HOSO_*`` variables of the environment.

They are read once, at the entry points, and passed on as values. A value that must not stand in the environment
comes from a file: ``HOSO_DATABASE_URL_FILE=/run/secrets/database`` is the same as ``HOSO_DATABASE_URL`` with the
file's text. What a URL chooses (which database, which store, which broker) is looked at only where it is opened.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from archive.errors import Problem

PREFIX = "HOSO_"


class FromEnvironment(BaseSettings):
    """Settings that are read from given values, the environment, and the files that it names, in this order."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Given values first, then the environment, then the files that it names."""
        return init_settings, env_settings, FromFiles(settings_cls)


class Settings(FromEnvironment):
    """What an installation can set. ``home`` holds what is this machine's own: SQLite, folder store, TEST keys."""

    home: Path = Path("var")

    # Where state is kept. Empty: under ``home``, on this machine, without any server.
    database_url: str = Field("", repr=False, description="postgresql+psycopg://… of PostgreSQL 15 or newer")
    store_url: str = Field("", description="s3://host:port/name, or s3+http://… on the same machine")
    store_access_key: str = ""
    store_secret_key: SecretStr = SecretStr("")
    store_region: str = "us-east-1"
    store_ca_file: Path | None = Field(None, description="certificates to trust, PEM")
    store_retention_days: int = Field(3650, ge=1, description="how long holdings are locked on S3")
    store_without_lock: str = Field(
        "", description="say 'records can be deleted' to hold records without a lock"
    )
    broker_url: str = Field("", repr=False, description="amqp://… or redis://…")

    # What is taken in (domain.md 2.5: 300 dpi wanted, 200 dpi the least for ordinary papers).
    least_dpi: int = Field(150, ge=50, description="below this a page is refused")
    wanted_dpi: int = Field(200, ge=50, description="below this a page is taken with a warning")
    most_pages_per_file: int = Field(1000, ge=1)
    most_page_megapixels: int = Field(120, ge=1, description="A3 at 600 dpi is 70")
    most_file_mib: int = Field(1024, ge=1, le=2047, description="a size is a 32-bit number in the database")
    most_archive_files: int = Field(5000, ge=1)
    most_archive_mib: int = Field(4096, ge=1, description="a ZIP unpacked")
    most_archive_ratio: int = Field(200, ge=2, description="unpacked to packed size of one ZIP entry")

    # Children: processes that touch what came from outside.
    children: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    child_memory_mib: int = Field(2048, ge=256, description="address space of one child")
    page_seconds: float = Field(120, gt=0, description="longest reading of one page")
    file_seconds: float = Field(300, gt=0, description="longest inspection, drafting or sealing of one file")
    verify_seconds: float = Field(60, gt=0, description="longest judging of one file; small files get less")
    verapdf: Path | None = Field(
        None, description="veraPDF's JAR or launcher: sealed files are held against PDF/A"
    )
    tesseract: str = "tesseract"
    law: Path | None = Field(None, description="folder of the office's own copies.toml and workdays.toml")
    forms: Path | None = Field(None, description="folder of the office's own forms, *.toml (docs/forms.md)")
    marks: Path | None = Field(None, description="folder of the office's own templates of marks, *.toml")

    # Renewal of evidence (ADR 0023).
    renew_days: int = Field(
        180, ge=1, description="how long before its end a file's newest timestamp is renewed"
    )

    # Steps.
    lease_seconds: float = Field(600, gt=0, description="longer than every time limit of one child")
    most_attempts: int = Field(8, ge=1, description="then the step is parked for a person")
    backoff_seconds: float = Field(1, ge=0, description="doubled with every attempt, at most 300")
    wait_seconds: float = Field(15, ge=0, description="until a service that is away is asked again")
    offer_again_seconds: float = Field(
        300, gt=0, description="until a step that nobody took is offered again"
    )
    most_offered: int = Field(500, ge=1, description="steps of one queue that wait in the broker")
    stop_seconds: float = Field(20, ge=0, description="for a worker told to stop to finish what it has begun")

    revocation_seconds: float = Field(3600, gt=0, description="between two refreshes of revocation data")

    # Watching over it.
    log: Literal["text", "json"] = Field("text", description="form of the lines on standard error")
    metrics_port: int = Field(0, ge=0, le=65535, description="Prometheus asks here at /metrics; 0: nowhere")
    metrics_host: str = Field("127.0.0.1", description="address to listen on for Prometheus")

    verification_url: str = "http://127.0.0.1:8000/v/"
    """Where a copy's QR leads; its code is appended."""

    @property
    def database(self) -> str:
        """URL of the database; without a setting the SQLite file in ``home``."""
        return self.database_url or f"sqlite:///{self.home / 'hoso.sqlite3'}"

    @property
    def alone(self) -> bool:
        """Whether all workers live on this machine and in this home: then a lock file says who else works."""
        return not self.database_url and not self.broker_url

    @property
    def store(self) -> Path:
        """Root of the folder store."""
        return self.home / "store"

    @property
    def store_cache(self) -> Path:
        """Local copies of objects of a remote store."""
        return self.home / "store-cache"

    @property
    def keys(self) -> Path:
        """Folder of keys: the TEST PKI, what agencies seal with, timestamp authorities, revocation data."""
        return self.home / "test-pki"


class FromFiles(PydanticBaseSettingsSource):
    """Values whose variable ends in ``_FILE``: the text of that file without the line's end."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The text of the file, None when the environment names none. Raises Problem SECRET_FILE."""
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        name = os.environ.get(variable)
        if not name:
            return None, field_name, False
        try:
            return Path(name).read_text("utf-8").strip(), field_name, False
        except OSError as error:
            raise Problem(
                "SECRET_FILE",
                f"Không đọc được tệp {name} nêu trong {variable}: {error.strerror}",
                f"The file {name} named by {variable} cannot be read: {error.strerror}",
            ) from error

    def __call__(self) -> dict[str, Any]:
        """All values that come from files."""
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}
