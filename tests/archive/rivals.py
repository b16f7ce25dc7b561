"""What rival processes do at the same time. Each opens the database by itself, as a worker does."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive import duplicates, field_rows, fields, history, ledger, registers, steps
from archive.database import Database, open_database
from archive.lifecycle import Act
from archive.store import WORK, FolderStore
from archive.tables import Agency, Document
from tests import world


def race(job: Callable[..., Any], times: int, *arguments: Any) -> list[Any]:
    """Run ``job`` in so many processes that start together; gives what each returned, told by its number."""
    context = multiprocessing.get_context("fork")  # quick; nothing that is open in the parent is used
    barrier, answers = context.Barrier(times), context.Queue()
    started = [
        context.Process(target=_run, args=(barrier, answers, job, number, arguments))
        for number in range(times)
    ]
    for process in started:
        process.start()
    found = [answers.get(timeout=60) for _ in started]
    for process in started:
        process.join(60)
    for answer in found:
        if isinstance(answer, str):
            raise AssertionError(answer)
    return [result for _, result in sorted(found, key=lambda answer: int(answer[0]))]


def _run(
    barrier: Any, answers: Any, job: Callable[..., Any], number: int, arguments: tuple[Any, ...]
) -> None:
    try:
        barrier.wait(60)
        answers.put((number, job(number, *arguments)))
    except BaseException as error:
        answers.put(f"{type(error).__name__}: {error}")
        raise


def append_events(number: int, url: str, count: int) -> None:
    database = open_database(url)
    for index in range(count):
        with database.writing() as session:
            agency = session.scalars(select(Agency)).one()
            history.append(
                session, agency.id, world.NOON, Act.PARK, f"rival {number}", "doc-x", {"index": index}
            )
    database.close()


def reserve_numbers(number: int, url: str, count: int) -> list[int]:
    """Every rival wants numbers for subjects of its own and for some that all want."""
    database, given = open_database(url), []
    for index in range(count):
        for subject in (f"own-{number}-{index}", f"shared-{index}"):
            with database.writing() as session:
                agency = session.scalars(select(Agency)).one()
                given.append(registers.reserve(session, agency.id, "records", subject, world.NOON).number)
    database.close()
    return given


def claim_all(number: int, url: str) -> list[int]:
    """Claim and finish steps until none is ripe; gives the ids."""
    database, mine = open_database(url), []
    while True:
        with database.reading() as session:
            ripe = steps.ripe(session, world.NOON, limit=50)
        if not ripe:
            database.close()
            return mine
        for step_id in ripe:
            with database.writing() as session:
                held = steps.claim(session, step_id, world.NOON, timedelta(minutes=10))
            if held is None:
                continue
            with database.writing() as session:
                assert steps.settle(session, held, steps.DONE, world.NOON)
            mine.append(step_id)


def migrate(number: int, url: str) -> bool:
    database = Database(url)
    database.migrate()
    current = database.is_current()
    database.close()
    return current


def put_the_same(number: int, root: Path, count: int) -> list[str]:
    store = FolderStore(root)
    return [store.put(WORK, b"the same %d" % index * 5000) for index in range(count)]


def put_from(pipe: Path, root: Path) -> None:
    """Keep what comes out of a pipe; the test kills us halfway."""
    FolderStore(root).put_file(WORK, pipe)


def in_child(job: Callable[..., None], *arguments: Any) -> int:
    """Run ``job`` in a forked process that may limit or demote itself; gives its exit status, 0 when it returned."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            job(*arguments)
            code = 0
        except AssertionError:
            code = 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def offer_all(number: int, url: str) -> list[int]:
    """Offer steps, a few at a time, until none is ripe; gives the ids."""
    database, mine = open_database(url), []
    while True:
        with database.writing() as session:
            ripe = steps.ripe(session, world.NOON)
            found = steps.offer(session, ["test"], world.NOON, timedelta(minutes=5), len(mine) + 307)
        mine += [step.id for step in found]
        if not ripe:
            database.close()
            return mine


def receive_the_same(number: int, url: str, scan: str) -> str:
    """Every rival hands the same bytes in; gives the document they became."""
    database = open_database(url)
    with database.writing() as session:
        agency = session.scalars(select(Agency)).one()
        document, _ = ledger.receive(
            session, agency, world.a_batch(session, agency), world.a_file(scan), world.CLERK, world.NOON
        )
    database.close()
    return document


def open_the_same_agency(number: int, url: str) -> int:
    """Every rival opens the same agency; gives its id."""
    database = open_database(url)
    with database.writing() as session:
        found = world.an_agency(session).id
    database.close()
    return found


def request_the_same_copy(number: int, url: str, document_id: str) -> str:
    """Every rival asks with the same key; gives the copy's id."""
    database = open_database(url)
    with database.writing() as session:
        document = session.get_one(Document, document_id)
        copy = world.a_copy_of(session, document, request_key="the same").id
    database.close()
    return copy


def read_one_number(number: int, url: str, documents: list[str]) -> int:
    """Record the reading of one's own document of one number; gives how many others of it were known."""
    database = open_database(url)
    values = {"code": fields.FieldValue("code", ("15/QĐ-SXD",), 0.9)}
    with database.writing() as session:
        document = session.get_one(Document, documents[number])
        field_rows.write(session, document.id, values.values())
        known = len(duplicates.same_number(session, document, values))
        ledger.record(session, document, Act.READ, f"rival {number}", world.NOON, {})
    database.close()
    return known
