"""The API as tests use it: the real application over a real database and store, a clock that tests set, two agencies
with people of every role. Only the judge of seals and the hash of passwords are stand-ins, for speed."""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

import ingest.inspect
from api.app import create_app
from api.office import Answered, Office
from api.rules import STAFF, Role
from api.settings import ApiSettings
from archive import accounts, copies, field_rows, fields, ledger, sessions
from archive.accounts import NewAccount
from archive.clock import VIETNAM
from archive.database import Database
from archive.errors import Problem
from archive.identifiers import new_id
from archive.ledger import NewDocument, NewPage
from archive.lifecycle import Act, State
from archive.people import Account, ApiClient
from archive.reuse import listing
from archive.store import HOLDINGS, WORK, FolderStore
from archive.tables import Agency, Copy, Document
from ingest.gather import ArchiveLimits
from ingest.inspection import Captured, Limits
from ingest.list_cells import ListLimits
from ingest.listing import read_list
from ingest.receive import Capture
from signing.report import Known, Original
from tests import world

HERE = "http://office.test"
PASSWORD = "mật khẩu rất dài"
A, B, THIRD = "H12.34", "H56.78", "H60.12"
HOLDER_ID = "001099012345"
PROCEDURE, FORM = "1.001612", "giay-phep"
CATALOGUE = f"""code,name,agency,form,title,result_of,quantity,basis,mandatory,note
{PROCEDURE},Đăng ký hộ kinh doanh,UBND cấp xã,{FORM},Giấy phép bất kỳ,,1,register,yes,
{PROCEDURE},Đăng ký hộ kinh doanh,UBND cấp xã,don,Đơn đề nghị,,1,any,yes,
"""
WAY = world.WAY
NO_KEYS = b'{"format": "hoso-keys-1", "keys": []}'


def quick_hash(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()


def judged(
    path: Path, known: Known | None, at: datetime, chosen: datetime | None, original: Original | None
) -> dict[str, Any]:
    """A verdict without looking: what was asked about, and what is known."""
    asked = {} if chosen is None else {"chosen": chosen.isoformat()}
    return {"verdict": "INDETERMINATE", "ours": known is not None, "size": path.stat().st_size, **asked}


def revised(path: Path, field: str, at: datetime, target: Path) -> None:
    """A revision without looking: the file itself, for the one signature that it is said to have."""
    if field != "Seal":
        raise Problem(
            "NO_SUCH_SIGNATURE", "Tệp không có chữ ký nào tên như vậy.", "No signature of that name."
        )
    target.write_bytes(path.read_bytes())


def squares_read(picture: Path, at: datetime) -> dict[str, Any]:
    """A verdict on a picture without looking."""
    return {
        "verdict": "INDETERMINATE", "verdict_vi": "CHƯA XÁC ĐỊNH", "reason": "STATEMENT_NONE", "vi": "Không thấy.",
        "en": "None.", "checks": [], "statement": None, "key": None, "agency_name": None, "not_known": [],
        "checked_at": at.isoformat(),
    }  # fmt: skip


def cropped(image: Path, box: tuple[int, int, int, int], reading: Path | None) -> bytes:
    """A picture without looking: what was asked for."""
    return f"{box} {reading is not None}".encode()


@dataclass
class Now:
    """A clock that stands until it is moved."""

    at: datetime = world.NOON
    seconds: float = 0.0

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time
        self.seconds += time.total_seconds()


def png(shade: int = 200) -> bytes:
    """A page that can be taken: A6 at 200 dpi, of one grey."""
    out = io.BytesIO()
    Image.new("L", (826, 1170), shade).save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


@dataclass
class Desk:
    """One office with its application."""

    folder: Path
    database: Database
    settings: ApiSettings = field(
        default_factory=lambda: ApiSettings(
            verify_per_minute=100_000, sign_in_per_minute=100_000, progress_seconds=0
        )
    )
    now: Now = field(default_factory=Now)
    notices: list[str] = field(default_factory=list)

    answered: list[Answered] = field(default_factory=list)
    unsigned: Problem | None = None
    """What keeps officers' captures from being signed."""

    def _noticed(self, event: str, /, **values: object) -> None:
        self.notices.append(f"{event} {values}")

    def _officer(self, code: str, agency: str, officer: str) -> Capture:
        """Captures without a key: the scan, and who would have signed it."""

        def signed(scan: Path, folder: Path, limits: Limits) -> Captured:
            if self.unsigned is not None:
                raise self.unsigned
            found = ingest.inspect.inspect(scan, folder, limits)
            made = folder / "capture.pdf"
            made.write_bytes(scan.read_bytes() + f"{code} {agency} {officer}".encode())
            return Captured(
                made, hashlib.sha256(made.read_bytes()).hexdigest(), replace(found, signed_already=True),
                {"officer": officer},
            )  # fmt: skip

        return signed

    def __post_init__(self) -> None:
        self.store = FolderStore(self.folder / "store")
        self.office = Office(
            database=self.database, store=self.store, clock=self.now, entropy=os.urandom, settings=self.settings,
            scratch=self.folder / "scratch", inspect=ingest.inspect.inspect,
            read_list=lambda path: read_list(path, ListLimits()), limits=Limits(150, 200, 10, 20, 4),
            archive_limits=ArchiveLimits(10, 20, 200), threads=2, judge=judged, revise=revised, crop=cropped,
            read_squares=squares_read, draw_page=lambda sealed, page: png(page), check_parts=lambda *parts: None,
            published_keys=lambda: NO_KEYS,
            officer=self._officer,
            hashed=quick_hash, matches=lambda kept, password: kept == quick_hash(password),
            ticks=lambda: self.now.seconds, verification_url=f"{HERE}/v/", notice=self._noticed,
            answered=self.answered.append,
        )  # fmt: skip
        self.app = create_app(self.office)
        self.agencies = {}
        with self.database.writing() as session:
            listing.import_procedures(session, CATALOGUE.encode())
            world.an_agency(session, THIRD, "SỞ NỘI VỤ TỈNH MẪU")
            for code, name in ((A, "UBND xã Thử Nghiệm"), (B, "SỞ Y TẾ TỈNH MẪU")):
                self.agencies[code] = world.an_agency(session, code, name).id
                for role in STAFF:
                    self._person(session, f"{role.value}.{code.lower()}", code, role.value)
            held = NewAccount("holder", "Trần Văn Bình", PASSWORD, personal_id=HOLDER_ID)
            accounts.open_account(session, held, quick_hash, self.now(), os.urandom)
            other = NewAccount("stranger", "Lê Thị Khác", PASSWORD, personal_id="079088000001")
            accounts.open_account(session, other, quick_hash, self.now(), os.urandom)

    def _person(self, session: Any, login: str, code: str, role: str) -> None:
        new = NewAccount(login, f"Người {role}", PASSWORD, self.agencies[code], frozenset({role}))
        accounts.open_account(session, new, quick_hash, self.now(), os.urandom)

    def anybody(self) -> TestClient:
        """Somebody who is not signed in, in a browser."""
        return TestClient(self.app, HERE, headers={"Origin": HERE}, raise_server_exceptions=False)

    def person(self, login: str, password: str = PASSWORD) -> TestClient:
        """Somebody signed in."""
        client = self.anybody()
        answer = client.post("/api/v1/sessions", json={"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        return client

    def staff(self, role: Role, code: str = A) -> TestClient:
        """The agency's person of this role."""
        return self.person(f"{role.value}.{code.lower()}")

    def acts_also(self, role: Role, also: Role, where: str = B) -> None:
        """Give agency A's person of this role another one somewhere else."""
        with self.database.writing() as session:
            login = f"{role.value}.{A.lower()}"
            account = session.scalars(select(Account).where(Account.login == login)).one()
            accounts.set_roles(session, account.id, self.agencies[where], [also.value])

    def system(self, *roles: Role, code: str = A) -> TestClient:
        """Another system with a bearer token."""
        client_id = new_id("client", os.urandom)
        with self.database.writing() as session:
            session.add(
                ApiClient(
                    id=client_id, agency_id=self.agencies[code], name="Một cửa",
                    secret_hash=sessions.digest_of("secret"), roles=[role.value for role in roles or (Role.SYSTEM,)],
                    opened_at=self.now(),
                )
            )  # fmt: skip
        asked = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "secret"}
        answer = self.anybody().post("/api/v1/oauth/token", data=asked)
        assert answer.status_code == 200, answer.text
        token = answer.json()["access_token"]
        return TestClient(
            self.app, HERE, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False
        )

    def caller(self, role: Role, code: str = A) -> TestClient:
        """Somebody of this role; holders and anonymous callers belong to no agency."""
        if role is Role.ANONYMOUS:
            return self.anybody()
        if role is Role.SYSTEM:
            return self.system(code=code)
        return (
            self.person("holder" if code == A else "stranger")
            if role is Role.HOLDER
            else self.staff(role, code)
        )

    def document(
        self, state: State = State.HELD, code: str = A, holder: str = HOLDER_ID, form: str = "", **values: str
    ) -> str:
        """A document of one page, its bytes in the store, brought to ``state`` by the ledger itself."""
        shade = int.from_bytes(os.urandom(3), "big")
        page = self.store.put(WORK, png(shade % 256) + shade.to_bytes(3, "big"))
        new = NewDocument(
            id=new_id("doc", os.urandom), name="quyết định.png", form=form, scan_sha256=page, scan_size=1,
            media_type="image/png", signed_already=False, pages=(NewPage(page, 826, 1170, 200.0, 0),),
        )  # fmt: skip
        with self.database.writing() as session:
            agency = session.get_one(Agency, self.agencies[code])
            batch = world.a_batch(session, agency)
            ledger.receive(session, agency, batch, new, world.CLERK, self.now())
            document = session.get_one(Document, new.id)
            told = {"code": "H12.34-260302-0001", "subject": "Cấp giấy phép", "holder_id": holder, **values}
            said = [fields.FieldValue(key, (value,), 0.9, 1) for key, value in told.items() if value]
            if state is not State.RECEIVED:
                field_rows.write(session, new.id, said)
            sealed = self.store.put(HOLDINGS, b"%PDF-1.7 sealed " + new.id.encode())
            report = json.dumps({"verdict": "VALID", "document": new.id}).encode()
            named: dict[Act, dict[str, Any]] = {
                Act.SEAL: {"sealed_sha256": sealed, "report_sha256": self.store.put(HOLDINGS, report)},
                Act.HOLD: {"manifest_sha256": self.store.put(HOLDINGS, b"{}")},
            }
            for act in WAY[state]:
                ledger.record(session, document, act, world.CLERK, self.now(), {}, **named.get(act, {}))
        return new.id

    def copy(self, document_id: str) -> str:
        """An issued copy of a held document."""
        with self.database.writing() as session:
            document = session.get_one(Document, document_id)
            copy_id = world.a_copy_of(session, document, self.now()).id
        self.issue(copy_id)
        return copy_id

    def issue(self, copy_id: str) -> None:
        """What the worker does with a granted copy."""
        made = self.store.put(WORK, b"%PDF-1.7 copy " + copy_id.encode())
        with self.database.writing() as session:
            copy = session.get_one(Copy, copy_id)
            document = session.get_one(Document, copy.document_id)
            copies.issued(session, copy, document, made, made, world.CLERK, self.now())

    def copy_of(self, copy_id: str) -> Copy:
        with self.database.reading() as session:
            return session.get_one(Copy, copy_id)


def key() -> dict[str, str]:
    """A fresh Idempotency-Key."""
    return {"Idempotency-Key": os.urandom(8).hex()}


def new_number() -> str:
    """A personal number that nobody else has."""
    return f"079085{int.from_bytes(os.urandom(3), 'big') % 1_000_000:06}"


def dossier_code(day: str = "", code: str = A) -> str:
    """A fresh code of a dossier received at the desk's noon."""
    day = day or f"{world.NOON.astimezone(VIETNAM):%y%m%d}"
    return f"{code}-{day}-{int.from_bytes(os.urandom(4), 'big') % 1_000_000:06}"
