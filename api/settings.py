"""What an installation can set about the API; ``HOSO_*`` variables, units in the names."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Limits and habits of the API. Defaults follow QCVN 12:2026/BCA where it says something (domain.md 5.5)."""

    model_config = SettingsConfigDict(env_prefix="HOSO_", frozen=True)

    secure_cookies: bool = Field(False, description="cookies only over TLS; set it wherever there is TLS")
    session_idle_minutes: float = Field(15, gt=0, le=15, description="QCVN 12:2026: 15 at most")
    session_hours: float = Field(12, gt=0, description="then the person signs in again, however busy")
    lock_failures: int = Field(5, ge=1, le=5, description="QCVN 12:2026: 5")
    lock_minutes: float = Field(15, gt=0, description="how long an account stays locked")
    unused_days: int = Field(45, ge=1, le=45, description="QCVN 12:2026: unused accounts are shut")
    token_minutes: float = Field(15, gt=0, le=60, description="life of another system's access token")
    password_kib: int = Field(65536, ge=8, description="memory of one password hash (argon2id)")
    separate_duties: bool = Field(
        True, description="who captured may not approve, who approved may not revoke"
    )
    most_listed: int = Field(200, ge=1, description="rows of one answer")
    most_batch_files: int = Field(2000, ge=1)
    most_request_kib: int = Field(256, ge=1, description="body of a request that is not a file")
    most_verify_mib: int = Field(100, ge=1, description="file handed in for verification")
    verify_per_minute: int = Field(30, ge=1, description="from one address")
    sign_in_per_minute: int = Field(20, ge=1, description="from one address")
    answers_hours: float = Field(
        24,
        gt=0,
        description="how long answers are kept for Idempotency-Key; later the same key is a new request",
    )
    progress_seconds: float = Field(
        300, ge=0, description="one stream of progress; the client opens the next"
    )
