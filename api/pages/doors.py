"""The first page, signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import sessions
from api.callers import Call, Called
from api.identity import Identity, IdentityProvider
from api.pages.frame import NAVIGATION, page, see
from api.problems import Refused
from api.rules import NOBODY, Caller, permit
from archive import accounts

router = APIRouter(include_in_schema=False)

NEXT = "next"
"""Where the person wanted to go, kept with the state of signing in."""


@router.get("/", name="pages.home")
def home(call: Called) -> Response:
    """Where this person starts: the first place that is open to them."""
    return see(next(one.path for one in NAVIGATION if permit(one.route, call.caller) is not None))


@router.get("/sign-in", name="pages.sign-in")
def show_sign_in(request: Request, call: Called, next: str = "/") -> Response:
    """The door."""
    return _door(request, call.caller, next)


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
        return _door(request, NOBODY, next, refused)
    return answer


@router.get("/sign-in/oidc", name="pages.oidc")
async def to_provider(request: Request, call: Called, next: str = "/") -> Response:
    """Lead a holder to the identity provider."""
    provider = _provider(request)
    request.session[NEXT] = _local(next)
    try:
        return await provider.begin(request, _callback(request, call))
    except Refused as refused:
        _note(call, refused)
        return _door(request, call.caller, next, refused)


@router.get("/sign-in/oidc/callback", name="pages.oidc-callback")
async def from_provider(request: Request, call: Called) -> Response:
    """Let in who comes back from the identity provider; this address is given to the provider, not to people."""
    provider = _provider(request)
    next = _local(str(request.session.get(NEXT, "/")))
    answer, token = see(next), call.office.token()
    try:
        identity = await provider.finish(request)
        await run_in_threadpool(_enter, request, call, identity, token)
    except Refused as refused:
        _note(call, refused)
        return _door(request, NOBODY, next, refused)
    request.session.clear()
    sessions.give_cookie(answer, call.office, token)
    return answer


@router.post("/sign-out", name="pages.sign-out")
def sign_out(request: Request, call: Called) -> Response:
    """End the session."""
    ended = sessions.end_session(request, call)
    answer = see("/verify")
    answer.headers["Set-Cookie"] = ended.headers["Set-Cookie"]
    return answer


def _door(request: Request, caller: Caller, next: str, failed: Refused | None = None) -> Response:
    settings = request.app.state.office.settings
    return page(
        request, caller, "sign-in.html", 200 if failed is None else failed.status, next=_local(next), failed=failed,
        identity=bool(settings.oidc_issuer), provider=settings.oidc_name,
    )  # fmt: skip


def _provider(request: Request) -> IdentityProvider:
    provider: IdentityProvider | None = request.app.state.identity
    if provider is None:
        raise Refused("NOT_FOUND")
    return provider


def _note(call: Call, refused: Refused) -> None:
    """Tell whoever runs this why nobody came in: the protocol's own code for it, never what was said of the person."""
    cause = refused.__cause__
    why = "" if cause is None else str(getattr(cause, "error", type(cause).__name__))[:60]
    call.office.notice("not signed in by the identity provider", code=refused.code, why=why)


def _callback(request: Request, call: Call) -> str:
    return call.office.settings.oidc_callback_url or str(request.url_for("pages.oidc-callback"))


def _enter(request: Request, call: Call, identity: Identity, token: str) -> None:
    office = call.office
    password = office.token()
    kept = office.hashed(password)  # slow by design, so before the transaction
    with office.database.writing() as session:
        account = accounts.of_holder(
            session, identity.name, identity.personal_id, identity.tax_code, password, lambda _: kept, call.at,
            office.entropy,
        )  # fmt: skip
        if account is not None:
            sessions.welcome(session, request, call, account, token)
    if account is None:
        raise Refused("ACCOUNT_SHUT")


def _local(address: str) -> str:
    """An address of this site only: nobody is sent elsewhere by a link to our door."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    return address if inside and all(sign >= " " for sign in address) else "/"
