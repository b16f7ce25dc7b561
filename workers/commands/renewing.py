"""``hoso renew``: what is due, renewed now; and every file that does not prove itself, with since when and why."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any

from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import proofs
from archive.clock import stamp
from archive.errors import Problem
from archive.evidence import Evidence
from archive.proofs import Proof
from archive.settings import Settings
from archive.steps import DUE, PARKED
from archive.storing import require_lock
from archive.tables import Step
from signing.algorithms import Algorithms
from signing.outcome import Lasting, ends_at
from workers import renewal
from workers.console import DONE, PARTLY, Console
from workers.jobs import RENEWALS, SEALS
from workers.patience import WAITS
from workers.steps import STEPS
from workers.tables import printed
from workers.worker import run_step
from workers.workshop import Workshop, open_workshop

MOST = 1_000_000
"""Listed at most."""

FILES_AT_A_TIME = 50
NOT_WELL = {proofs.LOST, proofs.DAMAGED, proofs.WAITING}
WORDS = {
    proofs.LOST: "MẤT BẰNG CHỨNG / evidence lost",
    proofs.DAMAGED: "TỆP HỎNG / damaged",
    proofs.WAITING: "chờ / waiting",
    proofs.UNPROVEN: "chưa từng chứng minh được / never proven",
    proofs.UNUSED: "bản sao không còn dùng / copy not used any more",
}


def renew(out: Console, dry_run: bool) -> None:
    """Look, renew, tell. Raises Problem STORE_DOES_NOT_LOCK, BAD_ALGORITHMS."""
    shop = open_workshop(Settings(), out.notice, preload=(SEALS, RENEWALS))
    if dry_run:
        _tell_due(out, shop)
    require_lock(shop.settings, shop.store)
    shop.children.start()
    began = shop.clock()
    with shop.database.writing() as session:
        proofs.look_again(session, began)  # whoever asks may have configured a newer authority just now
    looked, away = renew_all(shop)
    with shop.database.reading() as session:
        renewed = [_renewed(one) for one in _made_since(session, began)]
        others = [_stands(one) for one in proofs.not_proven(session)]
        parked = [_parked(one) for one in _parked_steps(session)]
        counts = proofs.counts(session)
    answer = {
        "looked_at": looked,
        "renewed": renewed,
        "not_proven": others,
        "parked": parked,
        "files": counts,
        "waits_for": None if away is None else away.as_dict(),
    }
    well = away is None and not parked and not any(one["state"] in NOT_WELL for one in others)
    out.answer(answer, lambda: _text(answer), DONE if well else PARTLY)


def renew_all(shop: Workshop) -> tuple[int, Problem | None]:
    """Make due and run the steps of renewal, here, until none is left or an authority, store or database is away;
    gives how many came to an end here, and who is away. Steps that another worker has are left to it."""
    ended, stop = 0, Event()
    seen: set[int] = set()
    with ThreadPoolExecutor(shop.children.slots) as threads:
        while True:
            with shop.database.writing() as session:
                made = renewal.make_due(session, shop.settings, shop.clock())
            mine = [one for one in made if one not in seen]
            if not mine:
                return ended, None
            seen.update(mine)
            states = list(threads.map(lambda one: None if stop.is_set() else _run(shop, one, stop), mine))
            ended += sum(one not in (None, DUE) for one in states)
            if stop.is_set():
                return ended, _away(shop)


def _run(shop: Workshop, step_id: int, stop: Event) -> str | None:
    """Run one step; when a service is away tell the others to stop."""
    while True:
        state = run_step(shop, STEPS, step_id)
        if state != DUE:
            return state
        with shop.database.reading() as session:
            step = session.get_one(Step, step_id)
        if (step.error or {}).get("code") in WAITS:
            stop.set()
            return state
        if step.offer_at > shop.clock():
            stop.wait((step.offer_at - shop.clock()).total_seconds())


def _away(shop: Workshop) -> Problem | None:
    with shop.database.reading() as session:
        waiting = select(Step).where(Step.name == proofs.STEP, Step.state == DUE, Step.error.is_not(None))
        for step in session.scalars(waiting):
            error = step.error or {}
            if error.get("code") in WAITS:
                return Problem(error["code"], error["vi"], error["en"])
    return None


@dataclass(frozen=True)
class Due:
    """A line of the list of what is due: its end, and whether a certificate or an algorithm ends."""

    subject: str
    document: str
    ends_at: datetime | None
    why: str


def _tell_due(out: Console, shop: Workshop) -> None:
    at, table = shop.clock(), renewal.table_of(shop.settings)
    with shop.database.reading() as session:
        found = [
            Due(one.subject, one.document_id, _end_of(one, table), _why(one, table))
            for one in renewal.due(session, shop.settings, at, MOST)
        ]
        new = [(proofs.subject(session, one, at), of) for one, of in proofs.unseen(session, MOST)]
    margin = at.timestamp() + shop.settings.renew_days * 86_400
    for (one, of), lasting in zip(new, _looked_at(shop, [one for one, _ in new]), strict=True):
        if lasting is None:
            found.append(Due(one.id, of, None, "unknown"))
        elif ends_at(lasting, table).timestamp() <= margin:
            by_certificate = ends_at(lasting, table) == lasting.ends_at
            why = "certificate" if by_certificate else "algorithm"
            found.append(Due(one.id, of, ends_at(lasting, table), why))
    rows = [
        {
            "subject": one.subject,
            "document": one.document,
            "ends_at": one.ends_at and stamp(one.ends_at),
            "why": one.why,
        }
        for one in sorted(found, key=lambda one: (one.ends_at is None, one.ends_at or at, one.subject))
    ]
    answer = {"due": rows, "renew_days": shop.settings.renew_days}
    out.answer(answer, lambda: _due_text(answer), DONE)


def _looked_at(shop: Workshop, new: list[proofs.Subject]) -> Iterator[Lasting | None]:
    """Look into files that nobody has looked into yet. Whoever renews finds what is lost in the store."""
    for start in range(0, len(new), FILES_AT_A_TIME):
        some = new[start : start + FILES_AT_A_TIME]
        paths = tuple(shop.store.path(one.file.area, one.file.original) for one in some)
        yield from shop.children.run(
            shop.settings.file_seconds, RENEWALS, "look_at", paths, shop.settings.keys
        )


def _lasting(one: Proof) -> Lasting | None:
    if one.ends_at is None or one.stamped_at is None:
        return None
    return Lasting(one.stamped_at, one.ends_at, one.algorithms)


def _end_of(one: Proof, table: Algorithms) -> datetime | None:
    lasting = _lasting(one)
    return None if lasting is None else ends_at(lasting, table)


def _why(one: Proof, table: Algorithms) -> str:
    if one.state != proofs.PROVEN:
        return one.state
    return "certificate" if _end_of(one, table) == one.ends_at else "algorithm"


def _made_since(session: Session, at: datetime) -> list[Evidence]:
    query = select(Evidence).where(Evidence.made_at >= at).order_by(Evidence.subject)
    return list(session.scalars(query))


def _parked_steps(session: Session) -> list[Step]:
    return list(session.scalars(select(Step).where(Step.name == proofs.STEP, Step.state == PARKED)))


def _parked(one: Step) -> dict[str, Any]:
    return {"document": one.document_id, "input": one.input, "error": one.error}


def _renewed(one: Evidence) -> dict[str, Any]:
    return {
        "subject": one.subject, "document": one.document_id, "ordinal": one.ordinal, "sha256": one.digest,
        "evidence": one.delta_sha256, "ends_at": stamp(one.ends_at), "algorithms": one.algorithms,
    }  # fmt: skip


def _stands(one: Proof) -> dict[str, Any]:
    return {
        "subject": one.subject, "document": one.document_id, "state": one.state, "since": stamp(one.since),
        "ends_at": one.ends_at and stamp(one.ends_at), "reason": one.reason,
    }  # fmt: skip


def _text(answer: dict[str, Any]) -> str:
    lines = [
        f"Đã xem {answer['looked_at']} tệp, gia hạn {len(answer['renewed'])} / "
        f"{answer['looked_at']} files looked at, {len(answer['renewed'])} renewed"
    ]
    if answer["renewed"]:
        table = Table("đã gia hạn / renewed", "lần / time", "đến / until", "SHA-256")
        for one in answer["renewed"]:
            table.add_row(one["subject"], str(one["ordinal"]), one["ends_at"][:10], one["sha256"])
        lines.append(printed(table))
    if answer["not_proven"]:
        table = Table("tệp / file", "tình trạng / state", "từ / since", "hết / ends", "lý do / reason")
        for one in answer["not_proven"]:
            why = one["reason"] or {}
            told = f"{why['code']}: {why['vi']}" if why else ""
            table.add_row(
                one["subject"], WORDS[one["state"]], one["since"][:10], (one["ends_at"] or "?")[:10], told
            )
        lines.append(printed(table))
    lines += [f"CHỜ XỬ LÝ / parked {one['input']}: {one['error']['code']}" for one in answer["parked"]]
    if answer["waits_for"]:
        lines.append(f"CHỜ / waits: {answer['waits_for']['code']}: {answer['waits_for']['vi']}")
    return "\n".join(lines)


def _due_text(answer: dict[str, Any]) -> str:
    if not answer["due"]:
        return f"Không có tệp nào đến hạn trong {answer['renew_days']} ngày / nothing is due"
    table = Table("tệp / file", "hồ sơ / document", "hết / ends", "vì / because of")
    for one in answer["due"]:
        table.add_row(one["subject"], one["document"], (one["ends_at"] or "?")[:10], one["why"])
    return printed(table)
