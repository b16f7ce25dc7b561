"""Signing in at an identity provider (OpenID Connect Core 1.0, authorisation code with PKCE), and what it says of
the person. The protocol is Authlib's; here stands what hoso asks for, believes and refuses."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI, Request, Response
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware

from api.problems import Refused
from api.settings import ApiSettings
from archive.accounts import PERSONAL_ID, TAX_CODE

PATH = "/sign-in/oidc"
CALLBACK = f"{PATH}/callback"
DISCOVERY = "/.well-known/openid-configuration"
SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Of ID tokens: only those that the provider alone can make. ``none`` and HS* are not among them."""

SIGN_IN_SECONDS = 600
"""How long a person may take at the provider."""
PATIENCE_SECONDS = 10
MOST_NAME = 100


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for. One of the identifiers is there."""

    name: str
    personal_id: str | None
    tax_code: str | None


class IdentityProvider:
    """The provider of one installation. What it says about itself is asked for when the first person comes."""

    def __init__(self, settings: ApiSettings) -> None:
        self.settings = settings
        self.levels = [one.strip() for one in settings.oidc_levels.split(",") if one.strip()]
        asked = {"scope": settings.oidc_scope, "code_challenge_method": "S256", "timeout": PATIENCE_SECONDS}
        self.client = OAuth().register(
            "oidc", client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            server_metadata_url=settings.oidc_issuer.rstrip("/") + DISCOVERY, client_kwargs=asked,
        )  # fmt: skip

    async def begin(self, request: Request, callback: str) -> Response:
        """Lead the person to the provider. Raises Refused OIDC_AWAY, OIDC_FAILED.

        ``prompt=login``: several people use the machine at a counter, and whoever sat there before is not the next.
        """
        asked = {"prompt": "login", "ui_locales": "vi en"}
        if self.levels:
            asked["acr_values"] = " ".join(self.levels)
        try:
            await self._about()
            answer: Response = await self.client.authorize_redirect(request, callback, **asked)
        except (httpx2.HTTPError, ValueError) as error:
            raise Refused("OIDC_AWAY") from error
        return answer

    async def finish(self, request: Request) -> Identity:
        """Who came back from the provider. Raises Refused OIDC_AWAY, OIDC_FAILED, OIDC_LEVEL, OIDC_NO_IDENTIFIER."""
        try:
            await self._about()
            token = await self.client.authorize_access_token(request)
            claims = await self._claims(token)
        except httpx2.HTTPError as error:
            raise Refused("OIDC_AWAY") from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            raise Refused("OIDC_FAILED") from error
        if self.levels and claims.get("acr") not in self.levels:
            raise Refused("OIDC_LEVEL")
        return identity_of(claims, self.settings.oidc_personal_id_claim, self.settings.oidc_tax_code_claim)

    async def _about(self) -> None:
        about = await self.client.load_server_metadata()
        if about.get("issuer") != self.settings.oidc_issuer:  # OpenID Connect Discovery 1.0, 4.3
            raise Refused("OIDC_FAILED")
        if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= about.keys():
            raise Refused("OIDC_FAILED")
        offered = about.get("id_token_signing_alg_values_supported", ["RS256"])
        about["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNATURES]

    async def _claims(self, token: dict[str, Any]) -> Mapping[str, Any]:
        told: Mapping[str, Any] = token["userinfo"]  # of the ID token, whose signature was checked
        if "userinfo_endpoint" not in self.client.server_metadata:
            return told
        more = await self.client.userinfo(token=token)
        if more.get("sub") != told["sub"]:  # Core 1.0, 5.3.2
            raise Refused("OIDC_FAILED")
        return {**more, **told}


def identity_of(claims: Mapping[str, Any], personal_id: str, tax_code: str) -> Identity:
    """The identifiers under these names. Raises Refused OIDC_NO_IDENTIFIER: neither is there, or one is malformed."""
    found = [claims.get(personal_id) or None, claims.get(tax_code) or None]
    for value, form in zip(found, (PERSONAL_ID, TAX_CODE), strict=True):
        if value is not None and not (isinstance(value, str) and form.fullmatch(value)):
            raise Refused("OIDC_NO_IDENTIFIER")
    if found == [None, None]:
        raise Refused("OIDC_NO_IDENTIFIER")
    name = " ".join(
        "".join(sign if sign.isprintable() else " " for sign in str(claims.get("name", ""))).split()
    )
    return Identity(name[:MOST_NAME] or "?", *found)


def install(app: FastAPI, settings: ApiSettings) -> IdentityProvider | None:
    """The provider of this application, if there is one, and the cookie that keeps state, nonce and PKCE verifier of
    a person who is on the way there. All processes sign it alike: with a key made from the client's secret."""
    if not settings.oidc_issuer:
        return None
    secret = settings.oidc_client_secret.get_secret_value().encode()
    app.add_middleware(
        SessionMiddleware, secret_key=hmac.new(secret, b"hoso oidc state", hashlib.sha256).hexdigest(),
        session_cookie="hoso-oidc", max_age=SIGN_IN_SECONDS, path=PATH, same_site="lax",
        https_only=settings.secure_cookies,
    )  # fmt: skip
    return IdentityProvider(settings)
