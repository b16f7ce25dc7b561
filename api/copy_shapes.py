"""Shapes of copies: what is asked for, by whom, within which limits; how a copy goes out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.callers import Call
from api.shapes import Asked, LongText, Reason, Text
from archive.copies import CopyBasis
from archive.copy_rows import CopyRequest
from archive.copy_rules import MOST_COPIES, MOST_USES, Capacity, Limits, Relation, Requester, Wish
from archive.lifecycle import CopyState
from archive.printed import printed
from archive.tables import Copy
from archive.written import MOST_NAME
from signing.selection import MOST_REGIONS

Optional = Annotated[str, Field(max_length=MOST_NAME)]


class RequesterBody(Asked):
    """Who asks (NĐ 23/2015/NĐ-CP Đ.16). ``identity``: kind and number of the identity paper. A representative names
    ``power``; an heir ``relation``, ``relation_proof`` and ``death_proof``."""

    capacity: Capacity
    name: Text
    identity: Optional = ""
    power: Optional = ""
    relation: Relation | None = None
    relation_proof: Optional = ""
    death_proof: Optional = ""


Parts = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=MOST_REGIONS)]


class NewCopy(Asked):
    """What is asked for: the legal act it comes from, for whom, for what purpose.

    Without ``requester`` the holder named on the record asks. ``quantity`` copies share one number. The copy may be
    limited to a last day, a number of uses, its recipient, its purpose. ``wanted_anyway``: why a paper original is
    certified although the record is kept here (otherwise refused: ALREADY_KEPT).

    An extract says what it shows (nothing: every page) and what is hidden of that: ``2`` is page 2,
    ``2:0.1,0.2,0.9,0.4`` a rectangle of it, left, top, right, bottom as shares of the page from its top left,
    ``2:72,100,300,200pt`` the same in points. Or ``wanted`` says in words which pages and what of them: then an officer
    chooses (``POST /copies/{id}/extract``); holders ask in words only.
    """

    basis: CopyBasis
    recipient: Text
    purpose: Text
    requester: RequesterBody | None = None
    quantity: Annotated[int, Field(ge=1, le=MOST_COPIES)] = 1
    valid_until: date | None = None
    most_uses: Annotated[int | None, Field(ge=1, le=MOST_USES)] = None
    only_recipient: bool = False
    only_purpose: bool = False
    organisation: bool = False
    wanted_anyway: Optional = ""
    show: Parts = Field(default_factory=list)
    hide: Parts = Field(default_factory=list)
    wanted: Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$")] = ""

    def wish(self) -> Wish:
        """The same for the archive."""
        who = self.requester
        return Wish(
            None if who is None else Requester(**who.model_dump()), self.quantity,
            Limits(self.valid_until, self.most_uses, self.only_recipient, self.only_purpose, self.organisation),
            self.wanted_anyway,
        )  # fmt: skip


class Finding(Asked):
    """The paper original lay before the officer on ``presented_on`` and was compared; who certifies, in what office."""

    presented_on: date
    certifier: Text
    certifier_title: Text


class Selection(Asked):
    """The parts of an extract that was asked for in words: what it shows and what is hidden of that."""

    show: Parts = Field(default_factory=list)
    hide: Parts = Field(default_factory=list)


class Refusing(Asked):
    """Grounds for refusal, of the closed list of codes (docs/api.md), and what else the requester should know.
    An extract has no such grounds: ``note`` says why."""

    grounds: Annotated[list[str], Field(max_length=10)] = Field(default_factory=list)
    note: Optional = ""


class Extension(Asked):
    """So many working days more, or ``until`` a day with the reference of the written agreement."""

    days: Annotated[int, Field(ge=0, le=60)] = 0
    until: date | None = None
    agreement: Optional = ""


class Replacement(Asked):
    """The copy that takes its place, and why."""

    by: Annotated[str, Field(max_length=20, pattern=r"^copy-[0-9a-z]{12}$")]
    reason: LongText


class RequestBody(BaseModel):
    """The request behind a copy: who, until when (``due_at``; ``slip``: with an appointment slip), for how much
    (``fee`` in đồng for ``quantity`` copies of ``pages`` pages), what the officer said, how far the copy reaches."""

    capacity: Capacity
    requester: str
    relation: str
    quantity: int
    pages: int
    fee: int
    due_at: datetime
    overdue: bool
    slip: bool
    extended_days: int
    agreement: str
    presented_on: date | None
    grounds: list[str]
    certifier: str
    certifier_title: str
    volume: int | None
    original_sha256: str | None
    original_version: str
    valid_until: date | None
    most_uses: int | None
    only_recipient: bool
    only_purpose: bool


class Extract(BaseModel):
    """What an extract shows and hides; both are empty until an officer chose what was ``wanted``."""

    show: list[str]
    hide: list[str]
    wanted: str = ""


class CopyBody(BaseModel):
    """A copy: REQUESTED (an officer decides), GRANTED (being made), ISSUED, REFUSED, REVOKED or REPLACED with
    ``reason``. ``request`` is null for copies of before requests were kept. ``held_up``: why a granted copy waits for
    a person, with its number; told to its agency only, and only where one copy is asked for."""

    id: str
    document: str
    state: CopyState
    basis: CopyBasis
    recipient: str
    purpose: str
    requested_at: datetime
    number: str | None
    code: str | None
    url: str | None
    sha256: str | None
    reason: Reason | None
    request: RequestBody | None
    extract: Extract | None = None
    held_up: Reason | None = None


def copy_body(
    call: Call, copy: Copy, asked: CopyRequest | None, held_up: dict[str, Any] | None = None
) -> CopyBody:
    """A copy as it goes out."""
    url = None if copy.code is None else call.office.verification_url + copy.code
    return CopyBody(
        id=copy.id, document=copy.document_id, state=CopyState(copy.state), basis=CopyBasis(copy.basis),
        recipient=copy.recipient, purpose=copy.purpose, requested_at=copy.requested_at,
        number=None if copy.number is None else printed(copy, asked), code=copy.code, url=url,
        sha256=copy.file_sha256, reason=None if copy.reason is None else Reason.model_validate(copy.reason),
        request=None if asked is None else _request(call, copy, asked),
        extract=None if copy.extract is None else Extract.model_validate(copy.extract),
        held_up=None if held_up is None else Reason.model_validate(held_up),
    )  # fmt: skip


def _request(call: Call, copy: Copy, asked: CopyRequest) -> RequestBody:
    waits = copy.state in (CopyState.REQUESTED.value, CopyState.GRANTED.value)
    told = {name: getattr(asked, name) for name in RequestBody.model_fields if name != "overdue"}
    return RequestBody(**told, overdue=waits and asked.due_at < call.at)
