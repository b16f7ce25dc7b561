"""The first page, signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api import sessions
from api.callers import Called
from api.pages.frame import NAVIGATION, page, see
from api.problems import Refused
from api.rules import NOBODY, permit

router = APIRouter(include_in_schema=False)


@router.get("/", name="pages.home")
def home(call: Called) -> Response:
    """Where this person starts: the first place that is open to them."""
    return see(next(one.path for one in NAVIGATION if permit(one.route, call.caller) is not None))


@router.get("/sign-in", name="pages.sign-in")
def show_sign_in(request: Request, call: Called, next: str = "/") -> Response:
    """The door."""
    return page(request, call.caller, "sign-in.html", next=_local(next), failed=None)


@router.post("/sign-in", name="pages.signed-in")
def sign_in(
    request: Request, call: Called, login: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=256)] = "", next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:  # fmt: skip
    """Open a session and go on to where the person wanted to go."""
    answer = see(_local(next))
    try:
        if not login or not password:
            raise Refused("SIGN_IN_FAILED")
        sessions.open_session(sessions.SignIn(login=login, password=password), request, answer, call)
    except Refused as refused:
        return page(request, NOBODY, "sign-in.html", refused.status, next=_local(next), failed=refused)
    return answer


@router.post("/sign-out", name="pages.sign-out")
def sign_out(request: Request, call: Called) -> Response:
    """End the session."""
    ended = sessions.end_session(request, call)
    answer = see("/verify")
    answer.headers["Set-Cookie"] = ended.headers["Set-Cookie"]
    return answer


def _local(address: str) -> str:
    """An address of this site only: nobody is sent elsewhere by a link to our door."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    return address if inside and all(sign >= " " for sign in address) else "/"
