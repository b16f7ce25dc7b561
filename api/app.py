"""The application: the office passed in, guards around, resources inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from api import (
    agencies,
    answers,
    batches,
    clients,
    consents,
    copies,
    copying,
    documents,
    dossiers,
    files,
    grants,
    health,
    holdership,
    identity,
    openapi,
    paper_lists,
    people,
    problems,
    procedures,
    progress,
    registers,
    reusing,
    reviews,
    searching,
    sessions,
    statements,
    tokens,
    uploads,
    verification,
)
from api.callers import Called, cookie_name, rates
from api.guards import Bounded, Named, SameSite
from api.office import Office
from api.pages import desk, doors, extracting, frame, intake, own, records, station, verifying
from api.receiving import Receiver

PREFIX = "/api/v1"
KIB, MIB = 1 << 10, 1 << 20
# In the order of how often they are asked: a request is compared with one after the other.
RESOURCES = (
    documents, verification, files, reusing, copying, copies, reviews, searching, batches, uploads, progress, sessions,
    tokens, paper_lists, dossiers, consents, holdership, procedures, agencies, health, registers, answers, people,
    clients, grants, statements,
)  # fmt: skip
PAGES = (frame, doors, verifying, intake, station, records, extracting, desk, own)


def create_app(office: Office) -> FastAPI:
    """The HTTP API of this office. Its receiver runs as long as the application does."""
    receiver = Receiver(office)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        receiver.start()
        yield
        receiver.stop()

    app = FastAPI(
        title="hoso", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.state.office, app.state.receiver, app.state.rates = office, receiver, rates(office)
    app.state.nobody = office.hashed(office.token())
    for resource in RESOURCES:
        app.include_router(resource.router, prefix=PREFIX)
    app.include_router(_self_description(app, cookie_name(office)))
    for pages in PAGES:
        app.include_router(pages.router)
    app.include_router(statements.published)
    tell = problems.teller(PREFIX, frame.problem_page)
    problems.install(app, tell)
    most = max(office.limits.most_mib, office.settings.most_verify_mib) * MIB
    paths = (
        f"{PREFIX}/batches/",
        f"{PREFIX}/verification/files",
        f"{PREFIX}/verification/revisions",
        f"{PREFIX}/verification/pictures",
        "/verify",
    )
    # The last added is the outermost.
    app.state.identity = identity.install(app, office.settings)
    app.add_middleware(Bounded, tell, office.settings.most_request_kib * KIB, paths, most)
    app.add_middleware(SameSite, tell)
    app.add_middleware(Named, office)
    return app


def _self_description(app: FastAPI, cookie: str) -> APIRouter:
    router = APIRouter()

    @router.get(openapi.PATH, name="openapi", include_in_schema=False)
    def show(call: Called) -> dict[str, Any]:
        """The OpenAPI document."""
        return openapi.document(app, cookie)

    return router
