"""Guards before the application, as plain ASGI: a name for each request, headers, CSRF, body sizes."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.office import Answered, Office
from api.problems import Refused, Tell

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
NO_STORE = "no-store"
"""Answers are about people: nobody on the way keeps them unless the resource says so."""


class Named:
    """Gives each request a name of our own, told in ``X-Request-Id`` and in problems; sets the headers of safety."""

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self.app, self.office = app, office

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name, began = self.office.entropy(12).hex(), self.office.ticks()
        scope.setdefault("state", {})["request_id"] = name
        status = 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = name
                for key, value in HEADERS.items():
                    headers.setdefault(key, value)
                headers.setdefault("Cache-Control", NO_STORE)
            await send(message)

        try:
            await self.app(scope, receive, told)
        finally:
            # Route and caller are names of ours; the path may bear a code, a search or a file's name.
            route = str(getattr(scope.get("route"), "name", ""))
            who = getattr(scope["state"].get("caller"), "id", "")
            seconds = self.office.ticks() - began
            self.office.answered(Answered(name, route, str(scope["method"]), status, seconds, who))


class SameSite:
    """Refuses what a foreign page makes a browser send (CSRF): the browser says so itself in Sec-Fetch-Site, older
    ones in Origin. Callers with a bearer token carry nothing that a browser adds by itself."""

    def __init__(self, app: ASGIApp, tell: Tell) -> None:
        self.app, self.tell = app, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not _is_ours(scope):
            response = self.tell(Request(scope), Refused("CROSS_SITE"))
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_ours(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    if headers.get("authorization", "")[:7].lower() == "bearer ":
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        here = urlsplit(origin)
        return here.netloc == headers.get("host") and here.scheme in ("http", "https")
    return "cookie" not in headers  # a program; one that carries cookies says where it comes from


class Bounded:
    """Refuses bodies above ``most_bytes``, and above ``most_file_bytes`` where files come in; what is announced
    before it is sent, what is not announced as soon as it is too much."""

    def __init__(
        self,
        app: ASGIApp,
        tell: Tell,
        most_bytes: int,
        file_paths: tuple[str, ...],
        most_file_bytes: int,
    ) -> None:
        self.tell = tell
        self.app, self.most, self.most_file, self.file_paths = app, most_bytes, most_file_bytes, file_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_file = any(part in scope["path"] for part in self.file_paths)
        most = self.most_file if is_file else self.most
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            refused = Refused("TOO_LARGE" if length.isdecimal() else "BAD_REQUEST")
            response = self.tell(Request(scope), refused)
            response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
