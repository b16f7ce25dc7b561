"""What every page shares: language, who is signed in, the strict content policy, errors as pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from api.callers import Called
from api.problems import Refused
from api.rules import NOBODY, Caller
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
    """The page of this template. ``t``, ``lang``, ``path``, ``caller``, ``other`` and ``moment`` are always there."""
    lang = language(request)

    def t(vi: str, en: str) -> str:
        return vi if lang == "vi" else en

    other = "en" if lang == "vi" else "vi"
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    html = _templates.get_template(template).render(
        t=t, lang=lang, caller=caller, signed_in=caller != NOBODY, path=request.url.path, other=other,
        other_link=f"?{urlencode([*query, ('lang', other)])}", moment=_moment, **values,
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
    return page(request, NOBODY, "problem.html", status, problem=problem)


def see(address: str) -> RedirectResponse:
    """Go and look there (after a form was taken in)."""
    return RedirectResponse(address, 303)


@router.get("/static/{name}", name="pages.static")
def static(
    name: Annotated[str, InPath(max_length=40, pattern=r"^[a-z0-9-]+\.(css|js|svg)$")], call: Called
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
