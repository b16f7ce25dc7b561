"""``hoso serve``: the HTTP API, and without a broker also the worker, in one process."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable

import uvicorn

from api.app import create_app
from api.office import Answered, Judge, Office
from api.settings import ApiSettings
from archive.errors import Problem
from archive.notices import Notice, frames
from archive.settings import Settings
from archive.storing import require_lock
from ingest.gather import ArchiveLimits
from signing.statement_keys import published
from workers.children import Children
from workers.commands.capturing import captured_by
from workers.commands.intake import inspect_in_child, limits_of
from workers.commands.lists import read_in_child
from workers.commands.stating import picture_report
from workers.commands.working import on_signal
from workers.console import Console
from workers.embedded import run_until_stopped
from workers.jobs import EXTRACTS, FORMS, PAPERS, SEALS, WARM
from workers.judging import judged
from workers.logs import relay
from workers.measures import Measures
from workers.passwords import hashing
from workers.siblings import Siblings, live_with_parent
from workers.steps import STEPS
from workers.workshop import Workshop, open_workshop

QUIET = ("health.", "pages.static")
"""Routes whose requests are measured but not logged: machines ask them all the time."""
SWITCH_SECONDS = 0.001
GRACE_SECONDS = 5
"""How long open requests may go on when told to stop; streams of progress end with them."""


def serve(out: Console, host: str, port: int, processes: int = 1, inherited: int | None = None) -> None:
    """Serve until SIGINT or SIGTERM; steps that have begun are finished.

    With several ``processes`` the first one also does the work and tells the measures (of its own requests);
    ``inherited`` is the number of the listening socket in the others.
    """
    settings = Settings()
    first = inherited is None
    measures = Measures()
    relay(out.notice)
    shop = open_workshop(settings, out.notice, observed=measures.stepped)
    shop.children.start()
    # A request asks the database some ten times, and each answer waits for the interpreter: 5 ms, Python's habit, while
    # another request computes. Lookup under 50 callers: p95 41 ms with it, 28 ms with this (measured in one sitting).
    sys.setswitchinterval(SWITCH_SECONDS)
    measures.watch(shop.database, shop.clock)
    listening = socket.socket(fileno=inherited) if inherited is not None else _listen(host, port)
    if first:
        measures.serve(settings, out)
    app = create_app(office_of(shop, ApiSettings(), _answered(out.notice, measures)))
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    # uvicorn takes the signals while it runs and hands them on when it has stopped: then they end the worker.
    on_signal(shop.hands.stop)
    worker = threading.Thread(target=_work, args=(shop, server), name="worker")
    embedded = first and not settings.broker_url
    if embedded:
        warning = require_lock(settings, shop.store)
        if warning is not None:
            out.notice(warning)
        worker.start()
    siblings = Siblings(processes - 1, listening.fileno())

    def end() -> None:
        server.should_exit = True

    siblings.watch(end)
    if first:
        name, number = listening.getsockname()[:2]
        out.notice(f"http://{name}:{number}/api/v1")
    else:
        live_with_parent(end)
    try:
        server.run(sockets=[listening])
    finally:
        shop.hands.stop.set()
        siblings.stop()
        if embedded:
            worker.join()
        shop.database.close()


def _work(shop: Workshop, server: uvicorn.Server) -> None:
    try:
        run_until_stopped(shop, STEPS, shop.hands.stop)
    except Exception as error:
        shop.notice("the worker died", where=frames(error))
        raise
    finally:
        server.should_exit = True  # a service without its worker would take papers and leave them lying


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise Problem(
            "CANNOT_LISTEN",
            f"Không mở được {host}:{port}: {error.strerror}",
            f"Cannot listen on {host}:{port}: {error.strerror}",
        ) from error


def _answered(notice: Notice, measures: Measures) -> Callable[[Answered], None]:
    def told(one: Answered) -> None:
        measures.answered(one)
        if not one.route.startswith(QUIET):
            milliseconds = round(one.seconds * 1000, 1)
            notice(
                "request", request=one.request, route=one.route, method=one.method, status=one.status, ms=milliseconds,
                caller=one.caller,
            )  # fmt: skip

    return told


def office_of(shop: Workshop, api: ApiSettings, answered: Callable[[Answered], None]) -> Office:
    """The workshop as the API sees it. Callers' files have children of their own: nobody waits for the readers."""
    settings = shop.settings
    children = Children(settings.children, settings.child_memory_mib, (PAPERS, SEALS, WARM))
    hashed, matches = hashing(api.password_kib)
    return Office(
        database=shop.database, store=shop.store, clock=shop.clock, entropy=shop.entropy, settings=api,
        scratch=shop.scratch,
        inspect=lambda path, folder, limits: inspect_in_child(
            children, settings.file_seconds, path, folder, limits
        ),
        read_list=lambda path: read_in_child(children, settings.file_seconds, path),
        limits=limits_of(settings),
        archive_limits=ArchiveLimits(
            settings.most_archive_files, settings.most_archive_mib, settings.most_archive_ratio
        ),
        threads=children.slots, judge=_judge(children, settings),
        revise=lambda path, field, at, target: children.run(
            settings.verify_seconds, SEALS, "as_signed", path, field, at, target
        ),
        hashed=hashed, matches=matches,
        ticks=time.monotonic, verification_url=settings.verification_url, notice=shop.notice,
        answered=answered, forms=shop.forms, law=shop.law,
        crop=lambda image, box, reading: children.run(
            settings.page_seconds, FORMS, "crop_read", image, box, reading
        ),
        read_squares=lambda picture, at: picture_report(picture, settings, children, at, None),
        draw_page=lambda sealed, page: children.run(settings.page_seconds, EXTRACTS, "page_picture", sealed, page),
        check_parts=lambda sealed, show, hide: children.run(
            settings.file_seconds, EXTRACTS, "check_parts", sealed, show, hide
        ),
        officer=lambda code, name, officer: captured_by(children, settings, shop.clock, code, name, officer)[1],
        published_keys=lambda: published(settings.keys),
    )  # fmt: skip


def _judge(children: Children, settings: Settings) -> Judge:
    return lambda path, known, at, chosen, original: judged(
        children, settings, path, known, at, chosen, original
    ).to_dict()
