"""The service under 50 callers: answers' p95 beside a bare FastAPI route; workers side by side; a 1 GB upload.

"50 callers" are 50 people or systems who each ask once a second (a copy: once a minute), for that is what an
office of that size does. How many requests a second the same 50 get through when nobody ever pauses is printed too.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from sqlalchemy import delete

from archive.clock import system_clock
from archive.database import open_database
from archive.lifecycle import State
from archive.tables import Agency, Step
from bench.processes import ROOT
from bench.throughput import measure_workers
from signing.pki import SLOWNESS
from tests import world
from tests.office import Office, small_papers
from tests.servers import postgresql
from tests.servers.ports import free_ports

CALLERS, SECONDS, COPY_EVERY = 50, 12.0, 60.0
DOCUMENTS, RECORDS, PAPERS_OF_ONE = 5000, 25, 20
TSA_SECONDS = 0.1
PROCESSES = "2"
CODE, PROCEDURE, FORM, HOLDER = "H01.010", "1.001612", "giay-phep", "079085123456"
PASSWORD = "mật khẩu rất dài"
UPLOAD_BYTES = 1 << 30
CATALOGUE = f"""code,name,agency,form,title,result_of,quantity,basis,mandatory,note
{PROCEDURE},Đăng ký hộ kinh doanh,UBND cấp xã,{FORM},Giấy phép,,1,register,yes,
{PROCEDURE},Đăng ký hộ kinh doanh,UBND cấp xã,giay-chung-nhan,Giấy chứng nhận,,1,any,yes,
{PROCEDURE},Đăng ký hộ kinh doanh,UBND cấp xã,don,Đơn đề nghị,,1,any,yes,
"""

Ask = Callable[[httpx2.AsyncClient, int], Awaitable[float]]
"""One caller's request, the n-th; gives its seconds."""


def measure() -> None:
    """Print all of it; the service runs on PostgreSQL with the embedded worker and a folder."""
    with TemporaryDirectory() as folder, postgresql.running() as server:
        settings = {
            "HOSO_DATABASE_URL": server.sqlalchemy_url, "HOSO_VERIFY_PER_MINUTE": "1000000",
            "HOSO_SIGN_IN_PER_MINUTE": "1000000", "HOSO_PASSWORD_KIB": "1024", "HOSO_LOG": "json",
            "HOSO_CHILDREN": "4",  # a child that waits for the timestamp authority keeps no core busy
        }  # fmt: skip
        office = Office(Path(folder) / "home", settings)
        seed = _furnish(office, Path(folder))
        with _serving(office, Path(folder)) as (address, process):
            asyncio.run(_latencies(address, seed))
            _upload(address, process.pid, Path(folder))
    measure_workers()


@dataclass(frozen=True)
class Seed:
    """What callers ask about."""

    documents: list[str]
    records: list[str]
    codes: list[str]


def _furnish(office: Office, folder: Path) -> Seed:
    """Sealed records, thousands of documents and copies in the tables, people, a procedure."""
    office.run("init", "--agency", CODE, "--name", "SỞ XÂY DỰNG TỈNH MẪU")
    (office.home / "test-pki" / SLOWNESS).write_text(str(TSA_SECONDS))
    listing = folder / "procedures.csv"
    listing.write_text(CATALOGUE, "utf-8")
    office.run("procedures", "import", listing)
    office.run("receive", small_papers(folder / "papers", RECORDS))
    office.run("work", "--until-idle")
    office.run("review", "--approve-all", "--with-warnings", "--min-confidence", "0", "--as", "bench")
    office.run("work", "--until-idle")
    records = [one for one, state in office.states().items() if state == "HELD"]
    secret = folder / "secret"
    secret.write_text(PASSWORD, "utf-8")
    roles = ("--role", "reviewer", "--role", "copy-officer", "--role", "capturer")
    office.run("account", "add", "bench", "--name", "Đo", "--agency", CODE, *roles, "--password-file", secret)
    database = open_database(office.settings["HOSO_DATABASE_URL"])
    documents, codes = [], []
    with database.writing() as session:
        agency = session.query(Agency).filter_by(code=CODE).one()
        for number in range(DOCUMENTS):
            holder = HOLDER if number < PAPERS_OF_ONE else f"0790851{number:05}"
            values = {"holder_id": holder, "issued_on": "2025-01-15"}
            document = world.a_document(session, agency, State.HELD, values)
            document.form = FORM
            documents.append(document.id)
            if number % 10 == 0:
                codes.append(str(world.a_copy_of(session, document, system_clock()).code))
        session.execute(delete(Step).where(Step.document_id.in_(documents)))  # there is nothing to work on
    database.close()
    return Seed(documents, records, codes)


@contextmanager
def _serving(office: Office, folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    log = folder / "serve.log"
    process = office.start("serve", "--port", "0", "--processes", PROCESSES, log=log)
    while "/api/v1" not in (told := log.read_text("utf-8")):
        time.sleep(0.1)
    try:
        yield "http://" + told.split("http://")[1].split("/")[0], process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def _bare() -> Iterator[str]:
    (port,) = free_ports(1)
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "bench.bare:app",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                httpx2.get(address)
                break
            except httpx2.ConnectError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


async def _latencies(address: str, seed: Seed) -> None:
    print(
        f"{CALLERS} callers, {DOCUMENTS} documents; milliseconds; the second p95: of the bare route, same load"
    )
    with _bare() as bare:

        async def nothing(client: httpx2.AsyncClient, number: int) -> float:
            return await _timed(client.get(bare))

        bare_p95 = _p95(await _load(address, nothing, 1.0, SECONDS))
        bare_rate = await _rate(address, nothing)
        for name, goal, ask in _questions(seed):
            times = await _load(address, ask, 1.0, SECONDS)
            rate = await _rate(address, ask)
            print(
                f"{name:22} p50 {_ms(statistics.median(times))}  p95 {_ms(_p95(times))} (goal <= {goal})"
                f"  bare {_ms(bare_p95)}  without pause {rate:.0f}/s, bare {bare_rate:.0f}/s",
                flush=True,
            )
        times = await _load(address, _copies(seed), COPY_EVERY, COPY_EVERY)
        print(f"{'copy issued':22} p50 {_ms(statistics.median(times))}  p95 {_ms(_p95(times))} (goal <= 1000)"
              f"  {len(times)} copies, TSA answers in {TSA_SECONDS * 1000:.0f} ms")  # fmt: skip


def _questions(seed: Seed) -> list[tuple[str, int, Ask]]:
    async def lookup(client: httpx2.AsyncClient, number: int) -> float:
        return await _timed(client.get(f"/api/v1/documents/{seed.documents[number % len(seed.documents)]}"))

    async def verify(client: httpx2.AsyncClient, number: int) -> float:
        return await _timed(client.get(f"/api/v1/verification/codes/{seed.codes[number % len(seed.codes)]}"))

    async def propose(client: httpx2.AsyncClient, number: int) -> float:
        holder = HOLDER if number % 2 else f"0790851{PAPERS_OF_ONE + number % 1000:05}"
        asked = {"procedure": PROCEDURE, "holder": holder}
        return await _timed(client.post("/api/v1/reuse/proposals", json=asked))

    return [("lookup", 50, lookup), ("verification by code", 40, verify), ("reuse proposal", 100, propose)]


def _copies(seed: Seed) -> Ask:
    async def copy(client: httpx2.AsyncClient, number: int) -> float:
        asked = {"basis": "register", "recipient": "Đo", "purpose": "đo"}
        record = seed.records[number % len(seed.records)]
        began = time.perf_counter()
        made = await client.post(
            f"/api/v1/documents/{record}/copies", json=asked, headers={"Idempotency-Key": os.urandom(8).hex()}
        )
        assert made.status_code == 201, made.text
        issued = await client.get(f"/api/v1/copies/{made.json()['id']}", headers={"Prefer": "wait=30"})
        assert issued.json()["state"] == "ISSUED", issued.text
        return time.perf_counter() - began

    return copy


async def _timed(asked: Awaitable[httpx2.Response]) -> float:
    began = time.perf_counter()
    answer = await asked
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began


async def _clients(address: str) -> list[httpx2.AsyncClient]:
    first = httpx2.AsyncClient(base_url=address, headers={"Origin": address}, timeout=60)
    signed = await first.post("/api/v1/sessions", json={"login": "bench", "password": PASSWORD})
    assert signed.status_code == 201, signed.text
    cookies = dict(first.cookies)
    rest = [
        httpx2.AsyncClient(base_url=address, headers={"Origin": address}, cookies=cookies, timeout=60)
        for _ in range(CALLERS - 1)
    ]
    return [first, *rest]


async def _load(address: str, ask: Ask, every: float, seconds: float) -> list[float]:
    """Each caller asks every so many seconds, at a moment of their own; the first round, which opens connections, is
    not counted where there are several."""
    clients, chance, times = await _clients(address), random.Random(1), []

    async def caller(client: httpx2.AsyncClient, place: int) -> None:
        begin = time.perf_counter() + chance.uniform(0, every)
        for turn in range(int(seconds / every)):
            await asyncio.sleep(max(0.0, begin + turn * every - time.perf_counter()))
            took = await ask(client, turn * CALLERS + place)
            if turn or seconds <= every:
                times.append(took)

    await asyncio.gather(*(caller(client, place) for place, client in enumerate(clients)))
    for client in clients:
        await client.aclose()
    return times


async def _rate(address: str, ask: Ask, seconds: float = 5.0) -> float:
    """Requests a second when no caller ever pauses; the load is made on the same cores."""
    clients, done = await _clients(address), 0
    ends = time.perf_counter() + seconds

    async def caller(client: httpx2.AsyncClient, place: int) -> None:
        nonlocal done
        number = place
        while time.perf_counter() < ends:
            await ask(client, number)
            number += CALLERS
            done += 1

    await asyncio.gather(*(caller(client, place) for place, client in enumerate(clients)))
    for client in clients:
        await client.aclose()
    return done / seconds


def _upload(address: str, pid: int, folder: Path) -> None:
    """One gibibyte into a batch; the peak is of the serving process since it began."""
    file = folder / "large.zip"
    with file.open("wb") as out:
        out.truncate(UPLOAD_BYTES)

    def content() -> Iterator[bytes]:
        with file.open("rb") as data:
            while block := data.read(1 << 20):
                yield block

    with httpx2.Client(base_url=f"{address}/api/v1", headers={"Origin": address}, timeout=600) as client:
        client.post("/sessions", json={"login": "bench", "password": PASSWORD})
        batch = client.post("/batches", json={}, headers={"Idempotency-Key": "upload"}).json()["id"]
        before = _mib(pid, "VmRSS")
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak counts from here (proc(5))
        headers = {"Content-Length": str(UPLOAD_BYTES)}
        put = client.put(f"/batches/{batch}/files/large.zip", content=content(), headers=headers)
        assert put.status_code == 201, put.text
    print(
        f"1 GiB upload: serving process {_mib(pid, 'VmHWM'):.0f} MiB at most (goal <= 150), {before:.0f} before"
    )


def _mib(pid: int, name: str) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().split(f"{name}:")[1].split()[0]) / 1024


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:5.0f}"
