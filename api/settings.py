"""What an installation can set about the API; ``HOSO_*`` variables, units in the names."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from archive.errors import Problem
from archive.settings import FromEnvironment

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ApiSettings(FromEnvironment):
    """Limits and habits of the API. Defaults follow QCVN 12:2026/BCA where it says something (domain.md 5.5)."""

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

    # Holders who sign in with a state identity (OpenID Connect Core 1.0). Without an issuer there is no such door.
    oidc_issuer: str = Field(
        "", description="https://… of the identity provider, as in its discovery document"
    )
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = Field("", description="what people call it, for the sign-in page: VNeID, ...")
    oidc_scope: str = "openid profile"
    oidc_personal_id_claim: str = Field("personal_id", description="claim with the 12-digit personal ID")
    oidc_tax_code_claim: str = Field("tax_code", description="claim with the tax code")
    oidc_levels: str = Field("", description="levels (acr) that are enough, comma between; empty: any")
    oidc_callback_url: str = Field(
        "", description="…/sign-in/oidc/callback as registered; empty: as the request"
    )

    @model_validator(mode="after")
    def whole(self) -> ApiSettings:
        """Raises Problem OIDC_SETTINGS: a provider without what is needed to talk to it safely."""
        where = urlsplit(self.oidc_issuer)
        is_safe = where.scheme == "https" or (where.scheme == "http" and where.hostname in LOOPBACK)
        known = bool(self.oidc_client_id and self.oidc_client_secret.get_secret_value())
        if self.oidc_issuer and not (is_safe and known):
            raise Problem(
                "OIDC_SETTINGS",
                "HOSO_OIDC_ISSUER cần bắt đầu bằng https:// và đi cùng HOSO_OIDC_CLIENT_ID, HOSO_OIDC_CLIENT_SECRET",
                "HOSO_OIDC_ISSUER starts with https:// and needs HOSO_OIDC_CLIENT_ID and HOSO_OIDC_CLIENT_SECRET",
            )
        return self
