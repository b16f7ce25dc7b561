"""Private keys that a remote signer keeps: a digest goes out, a signature comes back (docs/remote-signer.md)."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

import httpx2

from signing import http
from signing.errors import NotSealed
from signing.keyfile import AtSigner
from signing.scheme import Scheme

MOST_BYTES = 64 << 10
AWAY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be others the next time."""


class RemoteKey:
    """A key behind the HTTP contract. Threads share its connections."""

    def __init__(self, place: AtSigner, secret: str) -> None:
        """Asks nobody yet. Raises NotSealed KEY_UNREADABLE, the CA file cannot be used, or the secret cannot stand in
        a header (RFC 6750 2.1: one line of ASCII)."""
        if not (secret.isascii() and secret.isprintable()):
            raise NotSealed("KEY_UNREADABLE", f"{place.secret_file}: not one line of ASCII")
        self._place = place
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._client = http.client(place.seconds, place.ca_file)

    def sign(self, digest: bytes, scheme: Scheme) -> bytes:
        """Ask for a signature over the digest.

        Raises:
            NotSealed: SIGNER_AWAY, no answer in time or a fault that may pass; SIGNER_REFUSED, it will not, or what
                it says is not the contract. Whether the signature is right is for the caller to check.
        """
        question: dict[str, Any] = {
            "key_id": self._place.key_id,
            "algorithm": scheme.algorithm,
            "digest_algorithm": scheme.digest,
            "digest": base64.b64encode(digest).decode(),
        }
        if scheme.algorithm == "RSASSA-PSS":
            question["salt_bytes"] = scheme.salt_bytes
        request = self._client.build_request("POST", self._place.url, json=question, headers=self._headers)
        try:
            answer = http.whole(self._client, request, self._place.seconds, MOST_BYTES)
        except http.TooLong as error:
            raise NotSealed("SIGNER_REFUSED", str(error)) from error
        except httpx2.HTTPError as error:
            raise NotSealed("SIGNER_AWAY", f"{type(error).__name__} {error}".strip()) from error
        if answer.status_code in AWAY:
            raise NotSealed("SIGNER_AWAY", f"status {answer.status_code}")
        if answer.status_code != 200:
            raise NotSealed("SIGNER_REFUSED", f"status {answer.status_code}: {answer.text[:200]}")
        return _signature(answer, scheme)


def _signature(answer: httpx2.Response, scheme: Scheme) -> bytes:
    try:
        told = json.loads(answer.content)
        algorithm, signature = told["algorithm"], base64.b64decode(told["signature"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise NotSealed("SIGNER_REFUSED", f"not the contract's answer: {type(error).__name__}") from error
    if algorithm != scheme.algorithm:
        raise NotSealed(
            "SIGNER_REFUSED", f"it signed by {str(algorithm)[:60]!r} and not by {scheme.algorithm}"
        )
    return signature
