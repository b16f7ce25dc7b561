"""Timestamp authorities (RFC 3161 over HTTP) from a list: asked in order, each limited in time, the dead ones left out.

The list is ``timestamps.toml`` in the folder of keys (docs/operations.md). Without it the TEST authority of pki.py
answers in this process.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import httpx2
from asn1crypto import cms, tsp
from cryptography import x509
from pyhanko.sign.timestamps import TimeStamper

from signing import granted, http, pki
from signing.errors import NotSealed, TimestampUnavailable
from signing.rows import Rows, rows_of
from signing.secret_files import secret
from signing.stamps import Stamp, stamp

SETTINGS = "timestamps.toml"
SECONDS = 5.0
FAILURES, PAUSE_SECONDS = 3, 60.0
MOST_BYTES = 1 << 20
REPLY = "application/timestamp-reply"  # RFC 3161 3.4


class Breaker:
    """Leaves an authority out after so many failures in a row; after a pause one request may try it again.

    One for the whole process: threads share it. Time is the caller's.
    """

    def __init__(self, failures: int, pause: timedelta) -> None:
        self._most, self._pause = failures, pause
        self._alone = threading.Lock()
        self._failed = 0
        self.why = ""  # it failed last
        self._until: datetime | None = None

    def permits(self, now: datetime) -> bool:
        """Say whether it may be asked. Half open it says so to one caller a pause."""
        with self._alone:
            if self._until is None:
                return True
            if now < self._until:
                return False
            self._until = now + self._pause
            return True

    def succeeded(self) -> None:
        """It answered: everybody may ask again."""
        with self._alone:
            self._failed, self._until = 0, None

    def failed(self, now: datetime, why: str = "") -> None:
        """It did not. The failure that makes it too many, and every one after it, begins a pause."""
        with self._alone:
            self._failed, self.why = self._failed + 1, why
            if self._failed >= self._most:
                self._until = now + self._pause


@dataclass(frozen=True)
class Authority:
    """One authority of the list, with its connections and its breaker."""

    name: str
    url: str
    seconds: float
    client: httpx2.Client = field(repr=False)
    breaker: Breaker = field(repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)

    def ask(self, request: tsp.TimeStampReq, now: datetime) -> cms.ContentInfo:
        """Give a token that answers exactly this request, dated `now` but for what clocks may differ.

        Raises:
            httpx2.HTTPError, ValueError and others: it does not, for whatever reason; all of them count alike.
        """
        auth = None if self.login is None else httpx2.BasicAuth(*self.login)
        headers = {"Content-Type": "application/timestamp-query", "Accept": REPLY}
        if auth is not None:
            headers["Authorization"] = next(auth.auth_flow(httpx2.Request("POST", self.url))).headers[
                "Authorization"
            ]
        question = self.client.build_request("POST", self.url, content=request.dump(), headers=headers)
        answer = http.whole(self.client, question, self.seconds, MOST_BYTES)
        if answer.status_code != 200:
            raise ValueError(f"status {answer.status_code}")
        if answer.headers.get("Content-Type", "").split(";")[0].strip().lower() != REPLY:
            raise ValueError(f"it answers with {answer.headers.get('Content-Type')!r}")
        return granted.token(answer.content, request, now)


class Failover(TimeStamper):
    """The first authority of the list that answers."""

    def __init__(self, authorities: tuple[Authority, ...], clock: Callable[[], datetime]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authorities, self._clock = authorities, clock

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Ask them in order.

        Raises:
            TimestampUnavailable: none gave a token; it says what each one did.
        """
        said: list[str] = []
        for one in self._authorities:
            now = self._clock()
            if not one.breaker.permits(now):
                said.append(f"{one.name}: left out after failures, the last: {one.breaker.why}")
                continue
            # a nonce of its own for each
            _, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
            try:
                token = await asyncio.to_thread(one.ask, request, now)
            except Exception as error:  # asn1crypto raises anything on what is no answer
                why = f"{type(error).__name__} {error}".strip()
                one.breaker.failed(now, why)
                said.append(f"{one.name}: {why}")
                continue
            one.breaker.succeeded()
            return token
        raise TimestampUnavailable("; ".join(said))


def load_timestamper(directory: Path, clock: Callable[[], datetime]) -> TimeStamper:
    """Give the timestamper of this installation: its list of authorities, else the TEST authority.

    Connections and breakers are kept by the process as long as neither the list nor a file that it names changes.

    Raises:
        NotSealed: KEY_SETTINGS, KEY_UNREADABLE, KEY_FILE_OPEN.
    """
    told = directory / SETTINGS
    if not told.exists():
        return pki.load_timestamper(directory, clock)
    return Failover(_opened(told, _stamps(told)), clock)


def certificates(directory: Path, now: datetime) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """Give the certificates (DER) that the listed authorities put into their tokens, and what went wrong where.

    Raises:
        NotSealed: as load_timestamper does.
    """
    told = directory / SETTINGS
    found: list[bytes] = []
    faults: list[str] = []
    for one in _opened(told, _stamps(told)) if told.exists() else ():
        _, request = TimeStamper().request_cms(bytes(32), "sha256")
        try:
            token = one.ask(request, now)
            brought = [each.chosen.dump() for each in token["content"]["certificates"]]
            for der in brought:
                x509.load_der_x509_certificate(der)
            found += brought
        except Exception as error:  # as in Failover
            faults.append(f"{one.name}: {type(error).__name__} {error}")
    return tuple(found), tuple(faults)


def _stamps(told: Path) -> tuple[Stamp, ...]:
    """Give the stamps of the list and of the files that it names."""
    rows = rows_of(told).tables("authority")
    named = [one.file(name, needed=False) for one in rows for name in ("password_file", "ca_file")]
    return stamp(told), *(stamp(path) for path in named if path is not None)


@lru_cache(maxsize=4)
def _opened(told: Path, _: tuple[Stamp, ...]) -> tuple[Authority, ...]:
    rows = rows_of(told)
    rows.only({"authority", "failures", "pause_seconds"})
    failures = rows.whole("failures", FAILURES)
    pause = timedelta(seconds=rows.seconds("pause_seconds", PAUSE_SECONDS))
    found = tuple(_authority(one, Breaker(failures, pause)) for one in rows.tables("authority"))
    if not found:
        raise rows.wrong("no [[authority]]")
    return found


def _authority(rows: Rows, breaker: Breaker) -> Authority:
    rows.only({"name", "url", "seconds", "user", "password_file", "ca_file"})
    url, seconds, user = rows.text("url"), rows.seconds("seconds", SECONDS), rows.maybe("user")
    if not url.startswith(("http://", "https://")):
        # plain http is usual for timestamps: the token is signed, and its nonce is ours
        raise NotSealed("KEY_SETTINGS", f"{SETTINGS}: url must be http://… or https://…")
    login = None
    if user is not None:
        rows.url("url")  # a password goes over TLS only
        login = (user, secret(rows.path("password_file")))
    client = http.client(seconds, rows.file("ca_file", needed=False))
    return Authority(rows.maybe("name") or url, url, seconds, client, breaker, login)
