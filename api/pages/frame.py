"""What every page shares: language, who is signed in, where they may go, the strict content policy, errors as pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from api.callers import Called
from api.pages.words import word
from api.problems import Refused
from api.rules import NOBODY, Caller, permit
from archive.clock import VIETNAM
from archive.errors import Problem

HERE = Path(__file__).parent
LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "hoso-language"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
YEAR_SECONDS = 365 * 24 * 3600
STATIC_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Place:
    """Somewhere to go: for whom the route is open."""

    route: str
    path: str
    vi: str
    en: str


NAVIGATION = (
    Place("pages.papers", "/my/papers", "Giấy tờ của tôi", "My papers"),
    Place("pages.needs", "/my/procedures", "Thủ tục", "Procedures"),
    Place("pages.consents", "/my/consents", "Đồng ý", "Consents"),
    Place("pages.deeds", "/my/deeds", "Ai đã xem", "Who looked"),
    Place("pages.batches", "/batches", "Lô quét", "Batches"),
    Place("pages.station", "/station", "Kiểm tra bản quét", "Check readings"),
    Place("pages.documents", "/documents", "Hồ sơ", "Documents"),
    Place("pages.parked", "/parked", "Đang chờ xử lý", "Parked"),
    Place("pages.requests", "/requests", "Yêu cầu bản sao", "Copy requests"),
    Place("pages.copies", "/copies", "Bản sao", "Copies"),
    Place("pages.registers", "/registers", "Sổ", "Registers"),
    Place("pages.verify", "/verify", "Xác minh", "Verify"),
)
"""In this order: the first one open is where a person starts."""

router = APIRouter(include_in_schema=False)

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


def language(request: Request) -> str:
    """``vi`` or ``en``: asked for in the address, remembered in a cookie, otherwise Vietnamese."""
    for told in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if told in LANGUAGES:
            return told
    return LANGUAGES[0]


def page(request: Request, caller: Caller, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of this template. Always there: ``t`` (a text in two languages), ``word`` (of a table in ``words``),
    ``moment`` and ``day``, ``lang``, ``path``, ``caller``, ``may`` (whether a route is open), ``nav``, ``behind`` (the
    link to the next part of a list)."""
    lang = language(request)

    def t(vi: str, en: str) -> str:
        return vi if lang == "vi" else en

    other = "en" if lang == "vi" else "vi"
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]

    def behind(cursor: str) -> str:
        return (
            f"?{urlencode([*((key, value) for key, value in query if key != 'cursor'), ('cursor', cursor)])}"
        )

    html = _templates.get_template(template).render(
        t=t, lang=lang, caller=caller, signed_in=caller != NOBODY, path=request.url.path, other=other,
        other_link=f"?{urlencode([*query, ('lang', other)])}", moment=_moment, day=day, behind=behind,
        word=lambda kind, key: word(kind, str(key), lang), may=lambda route: permit(route, caller) is not None,
        nav=[one for one in NAVIGATION if permit(one.route, caller) is not None], **values,
    )  # fmt: skip
    answer = HTMLResponse(html, status, {"Content-Security-Policy": CONTENT_POLICY})
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, lang, YEAR_SECONDS, path="/", httponly=True, samesite="lax")
    return answer


def problem_page(request: Request, problem: Problem, status: int) -> Response:
    """An error as a person sees it; who is not signed in is led to the door and back."""
    if isinstance(problem, Refused) and problem.code == "SIGN_IN_REQUIRED" and request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return see(f"/sign-in?next={quote(back, safe='')}")
    return page(request, getattr(request.state, "caller", NOBODY), "problem.html", status, problem=problem)


def see(address: str) -> RedirectResponse:
    """Go and look there (after a form was taken in)."""
    return RedirectResponse(address, 303)


@router.get("/static/{name:path}", name="pages.static")
def static(
    name: Annotated[str, InPath(max_length=40, pattern=r"^(qr/)?[a-z0-9-]+\.(css|js|svg)$")], call: Called
) -> Response:
    """Style, script or picture of the pages."""
    found = HERE / "static" / name
    if not found.is_file():
        raise Refused("NOT_FOUND")
    return FileResponse(found, media_type=STATIC_TYPES[found.suffix], headers={"Cache-Control": "no-cache"})


def _moment(at: datetime | str | None) -> str:
    """A time in Vietnam: 31/03/2026 14:05."""
    if at is None or at == "":
        return ""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return when.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def day(told: date | str | None) -> str:
    """A day: 31/03/2026; what is no date stays as it is."""
    if told is None or told == "":
        return ""
    try:
        when = date.fromisoformat(told) if isinstance(told, str) else told
    except ValueError:
        return str(told)
    return when.strftime("%d/%m/%Y")
