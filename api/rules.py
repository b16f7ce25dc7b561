"""Who may do what: one table of route and role. Pure; everything that is not said here is forbidden.

A staff role counts in the agency where the person has it. The holder's reach is their own papers. What anonymous
callers may do everybody may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from archive.lifecycle import Act
from archive.lists import Sight


class Role(StrEnum):
    """What somebody is, in an agency or at large."""

    CAPTURER = "capturer"
    REVIEWER = "reviewer"
    SEALER = "sealer"
    COPY_OFFICER = "copy-officer"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    HOLDER = "holder"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


class Reach(StrEnum):
    """How far a role reaches on a route."""

    NO = "no"
    OWN_PAPERS = "own papers"
    OWN_AGENCY = "own agency"
    ANY = "any"


C, R, S, O, A = Role.CAPTURER, Role.REVIEWER, Role.SEALER, Role.COPY_OFFICER, Role.ARCHIVIST  # noqa: E741
AUDITOR, ADMINISTRATOR, HOLDER, SYSTEM = Role.AUDITOR, Role.ADMINISTRATOR, Role.HOLDER, Role.SYSTEM
STAFF = (C, R, S, O, A, AUDITOR, ADMINISTRATOR)
READERS = (C, R, S, O, A, AUDITOR, SYSTEM)
CLIENT_ROLES = frozenset({SYSTEM, C, O, A})
"""What another system can be: deciding about papers is left to people."""

Row = Mapping[Role, Reach]


def _own(*roles: Role) -> Row:
    """These roles in their agency; the holder, where named, for their own papers."""
    reach = {role: Reach.OWN_PAPERS if role is HOLDER else Reach.OWN_AGENCY for role in roles}
    return {role: reach.get(role, Reach.NO) for role in Role}


def _any(*roles: Role) -> Row:
    return {role: Reach.ANY if role in roles else Reach.NO for role in Role}


EVERYBODY = _any(*Role)
PERSONS = _any(*STAFF, HOLDER)
SIGNED_IN = _any(*STAFF, HOLDER, SYSTEM)

TABLE: Mapping[str, Row] = MappingProxyType(
    {
        "health.live": EVERYBODY,
        "health.ready": EVERYBODY,
        "openapi": EVERYBODY,
        "sessions.open": EVERYBODY,
        "sessions.show": SIGNED_IN,
        "sessions.end": PERSONS,
        "sessions.password": PERSONS,
        "tokens.open": EVERYBODY,
        "agencies.list": EVERYBODY,
        "agencies.show": EVERYBODY,
        "agencies.events": _own(AUDITOR),
        "agencies.proof": _own(AUDITOR),
        "batches.list": _own(C, R, A, AUDITOR, SYSTEM),
        "batches.create": _own(C),
        "batches.show": _own(C, R, A, AUDITOR, SYSTEM),
        "batches.upload": _own(C),
        "batches.close": _own(C),
        "uploads.options": _own(C),
        "uploads.create": _own(C),
        "uploads.offset": _own(C),
        "uploads.append": _own(C),
        "uploads.end": _own(C),
        "batches.progress": _own(C, R, A, AUDITOR, SYSTEM),
        "lists.load": _own(C),
        "lists.show": _own(C, R, A, AUDITOR, SYSTEM),
        "lists.choose": _own(R),
        "documents.list": _own(*READERS, HOLDER),
        "search.find": _own(*READERS, HOLDER),
        "documents.show": _own(*READERS, HOLDER),
        "documents.fields": _own(*READERS, HOLDER),
        "documents.page": _own(*READERS, HOLDER),
        "documents.snippet": _own(*READERS, HOLDER),
        "documents.history": _own(R, S, A, AUDITOR, HOLDER),
        "documents.reads": _own(AUDITOR, HOLDER),
        "documents.sealed": _own(*READERS, HOLDER),
        "documents.report": _own(*READERS, HOLDER),
        "documents.review": _own(R),
        "documents.split": _own(R),
        "documents.retry": _own(R, S, A),
        "documents.revoke": _own(A),
        "documents.replace": _own(A),
        "copies.list": _own(O, A, AUDITOR, SYSTEM, HOLDER),
        "copies.create": _own(O, HOLDER),
        "requests.list": _own(O, A, AUDITOR),
        "answers.create": _own(O),
        "answers.list": _own(O, A, AUDITOR, HOLDER),
        "answers.show": _own(O, A, AUDITOR, HOLDER),
        "copies.grant": _own(O),
        "copies.extract": _own(O),
        "copies.refuse": _own(O),
        "copies.extend": _own(O),
        "copies.void": _own(O),
        "copies.replace": _own(O, A),
        "copies.show": _own(O, A, AUDITOR, SYSTEM, HOLDER),
        "copies.file": _own(O, A, SYSTEM, HOLDER),
        "copies.revoke": _own(O, A),
        "registers.list": _own(O, A, AUDITOR),
        "registers.entries": _own(O, A, AUDITOR),
        "volumes.list": _own(O, A, AUDITOR),
        "volumes.create": _own(O),
        "registers.book": _own(O, A, AUDITOR),
        "procedures.list": EVERYBODY,
        "procedures.show": EVERYBODY,
        "reuse.proposals": _own(C, O, SYSTEM, HOLDER),
        "reuse.report": _own(O, A, AUDITOR, ADMINISTRATOR),
        "dossiers.list": _own(C, O, A, AUDITOR, SYSTEM, HOLDER),
        "dossiers.create": _own(C, O, SYSTEM),
        "dossiers.show": _own(C, O, A, AUDITOR, SYSTEM, HOLDER),
        "dossiers.copies": _own(C, O, SYSTEM),
        "dossiers.file": _own(C, O, A, SYSTEM, HOLDER),
        "dossiers.uses": _own(C, O, SYSTEM),
        "dossiers.asks": _own(C, O, SYSTEM),
        "consents.list": _own(C, O, A, AUDITOR, SYSTEM, HOLDER),
        "consents.create": _own(C, O, SYSTEM, HOLDER),
        "consents.withdraw": _own(C, O, SYSTEM, HOLDER),
        "grants.list": _own(O, A, AUDITOR, ADMINISTRATOR),
        "grants.create": _own(A),
        "grants.end": _own(A),
        "holders.list": _own(*READERS, HOLDER),
        "deeds.list": _own(HOLDER),
        "verification.file": EVERYBODY,
        "verification.revision": EVERYBODY,
        "verification.code": EVERYBODY,
        "verification.use": EVERYBODY,
        "verification.digest": EVERYBODY,
        "verification.picture": EVERYBODY,
        "accounts.list": _own(ADMINISTRATOR, AUDITOR),
        "accounts.create": _own(ADMINISTRATOR),
        "accounts.change": _own(ADMINISTRATOR),
        "clients.list": _own(ADMINISTRATOR, AUDITOR),
        "clients.create": _own(ADMINISTRATOR),
        "clients.close": _own(ADMINISTRATOR),
        "pages.static": EVERYBODY,
        "pages.home": EVERYBODY,
        "pages.sign-in": EVERYBODY,
        "pages.signed-in": EVERYBODY,
        "pages.oidc": EVERYBODY,
        "pages.oidc-callback": EVERYBODY,
        "pages.sign-out": EVERYBODY,
        "pages.verify": EVERYBODY,
        "pages.verify-code": EVERYBODY,
        "pages.verify-file": EVERYBODY,
        "pages.verify-revision": EVERYBODY,
        "pages.use-copy": EVERYBODY,
        "pages.keys": EVERYBODY,
        "pages.batches": _own(C, R, A, AUDITOR),
        "pages.new-batch": _own(C),
        "pages.batch": _own(C, R, A, AUDITOR),
        "pages.station": _own(R),
        "pages.station-document": _own(R),
        "pages.decide": _own(R),
        "pages.documents": _own(C, R, S, O, A, AUDITOR),
        "pages.document": _own(C, R, S, O, A, AUDITOR),
        "pages.retry": _own(R, S, A),
        "pages.revoke": _own(A),
        "pages.replace": _own(A),
        "pages.parked": _own(R, S, A),
        "pages.copies": _own(O, A, AUDITOR),
        "pages.copy": _own(O, A, AUDITOR),
        "pages.request-copy": _own(O),
        "pages.requests": _own(O, A, AUDITOR),
        "pages.slip": _own(O, A, AUDITOR),
        "pages.answer-no-entry": _own(O),
        "pages.answer": _own(O, A, AUDITOR),
        "pages.grant-copy": _own(O),
        "pages.refuse-copy": _own(O),
        "pages.extend-copy": _own(O),
        "pages.void-copy": _own(O),
        "pages.replace-copy": _own(O, A),
        "pages.extract": _own(O),
        "pages.extract-picture": _own(O),
        "pages.request-extract": _own(O),
        "pages.revoke-copy": _own(O, A),
        "pages.registers": _own(O, A, AUDITOR),
        "pages.register": _own(O, A, AUDITOR),
        "pages.open-volume": _own(O),
        "pages.papers": _own(HOLDER),
        "pages.paper": _own(HOLDER),
        "pages.ask-copy": _own(HOLDER),
        "pages.own-copy": _own(HOLDER),
        "pages.own-answer": _own(HOLDER),
        "pages.needs": _own(HOLDER),
        "pages.need": _own(HOLDER),
        "pages.consents": _own(HOLDER),
        "pages.consents.create": _own(HOLDER),
        "pages.withdraw-consent": _own(HOLDER),
        "pages.deeds": _own(HOLDER),
    }
)

DUTIES: Mapping[Act, Act] = MappingProxyType({Act.APPROVE: Act.RECEIVE, Act.REVOKE_RECORD: Act.APPROVE})
"""Separation of duties: who did the second to a document may not do the first."""


@dataclass(frozen=True)
class Caller:
    """Who calls. ``agent`` is the name that goes into the history; ``roles`` say in which agency (its id)."""

    id: str
    agent: str
    roles: frozenset[tuple[int, Role]] = frozenset()
    personal_id: str | None = None
    tax_code: str | None = None
    name: str = ""
    """A person's display name; empty for systems."""

    @property
    def is_holder(self) -> bool:
        """Whether papers can be made out to this caller."""
        return self.personal_id is not None or self.tax_code is not None

    @property
    def everything(self) -> frozenset[Role]:
        """All roles, wherever they are; everybody is also anonymous."""
        own = {Role.HOLDER} if self.is_holder else set()
        return frozenset({Role.ANONYMOUS, *own, *(role for _, role in self.roles)})


NOBODY = Caller("", "")


def permit(route: str, caller: Caller) -> Sight | None:
    """What the caller may see and touch through this route; None: the route is closed to them."""
    row = TABLE.get(route)
    if row is None:
        return None
    agencies = frozenset(agency for agency, role in caller.roles if row[role] is Reach.OWN_AGENCY)
    papers = caller.is_holder and row[Role.HOLDER] is Reach.OWN_PAPERS
    if agencies or papers or any(row[role] is Reach.ANY for role in caller.everything):
        mine = (caller.personal_id, caller.tax_code) if papers else (None, None)
        return Sight(agencies, *mine)
    return None


def same_person(act: Act, agent: str, done: Iterable[tuple[str, str]]) -> bool:
    """Whether ``agent`` did the act that bars them from this one; ``done`` are (act, agent) of the history."""
    barring = DUTIES.get(act)
    return any(before == barring and _login(who) == _login(agent) for before, who in done)


def _login(agent: str) -> str:
    """What stays of ``Name (login)`` when a person's name changes; the whole where there is no login."""
    return agent.rpartition(" (")[2]
