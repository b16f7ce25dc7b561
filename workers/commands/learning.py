"""``hoso learn``: make a lesson of an agency's approved records; list, look through, use and take back versions."""

from __future__ import annotations

from typing import Any

from archive import catalogue, lessons
from archive.clock import stamp
from archive.errors import Problem
from archive.lessons import Lesson
from archive.settings import Settings
from archive.store import WORK
from archive.tables import Agency
from workers.commands.reviewing import name_of
from workers.console import Console
from workers.jobs import LESSONS
from workers.lessons import learn
from workers.workshop import Workshop, open_workshop


def run(
    out: Console, code: str | None, who: str, listed: bool, shown: int | None, used: int | None, revert: bool, off: bool
) -> None:  # fmt: skip
    """One thing at a time; without any of them a lesson is made. Raises Problem LEARN_WHAT, NO_SUCH_LESSON,
    NOTHING_TO_REVERT, and what choosing an agency raises."""
    if sum((listed, shown is not None, used is not None, revert, off)) > 1:
        raise Problem(
            "LEARN_WHAT",
            "Chỉ chọn một trong --list, --show, --use, --revert, --off",
            "Give only one of --list, --show, --use, --revert, --off",
        )
    name_of(who)
    shop = open_workshop(Settings(), out.notice)
    with shop.database.reading() as session:
        agency = catalogue.agency(session, code)
    if listed:
        return _list(out, shop, agency)
    if shown is not None:
        return _show(out, shop, agency, shown)
    if used is not None or off:
        return _use(out, shop, agency, used, who)
    if revert:
        return _use(out, shop, agency, _before(shop, agency), who)
    return _make(out, shop, agency, who)


def _make(out: Console, shop: Workshop, agency: Agency, who: str) -> None:
    version, new = learn(shop, agency, who)
    if version is None:
        nothing = "chưa có hồ sơ nào do người xem duyệt / nobody has looked at and approved a record yet"
        out.answer({"agency": agency.code, "new": False, "version": None}, lambda: nothing)
        return
    answer = {"agency": agency.code, "new": new, **as_dict(version)}
    out.answer(answer, lambda: ("" if new else "không có gì mới / nothing new: ") + _line(answer))


def _list(out: Console, shop: Workshop, agency: Agency) -> None:
    with shop.database.reading() as session:
        known = [as_dict(one) for one in lessons.versions(session, agency)]
    answer = {"agency": agency.code, "lessons": known}
    out.answer(answer, lambda: "\n".join(map(_line, known)) or "chưa có bài học nào / no lessons yet")


def _show(out: Console, shop: Workshop, agency: Agency, number: int) -> None:
    with shop.database.reading() as session:
        chosen = {one.version: one for one in lessons.versions(session, agency)}.get(number)
    if chosen is None:
        raise lessons.no_such(agency, number)
    held: dict[str, Any] = shop.children.run(
        shop.settings.file_seconds, LESSONS, "show", shop.store.path(WORK, chosen.sha256)
    )
    answer = {"agency": agency.code, **as_dict(chosen), "content": held}
    out.answer(answer, lambda: "\n".join([_line(answer), *_content(held)]))


def _use(out: Console, shop: Workshop, agency: Agency, number: int | None, who: str) -> None:
    with shop.database.writing() as session:
        own = session.get_one(Agency, agency.id)
        chosen = lessons.use(session, own, number, who, shop.clock())
        told = None if chosen is None else as_dict(chosen)
    answer = {"agency": agency.code, "active": told}
    out.answer(answer, lambda: _line(told) if told else "không dùng bài học nào / no lesson is in use")


def _before(shop: Workshop, agency: Agency) -> int | None:
    """The version before the one in use, None before the first."""
    with shop.database.reading() as session:
        used = lessons.active(session, agency.id)
    if used is None:
        raise Problem(
            "NOTHING_TO_REVERT",
            f"Cơ quan {agency.code} không dùng bài học nào",
            f"Agency {agency.code} has no lesson in use",
        )
    return used.version - 1 or None


def as_dict(one: Lesson) -> dict[str, Any]:
    """A version's line."""
    return {
        "version": one.version, "active": one.active, "lesson": one.sha256, "papers": one.papers,
        "counts": one.counts, "last_event": one.last_event, "made_at": stamp(one.made_at),
    }  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    counts = " ".join(f"{name} {count}" for name, count in one["counts"].items())
    used = "ĐANG DÙNG / in use" if one["active"] else ""
    papers = f"{one['papers']} giấy / papers"
    return f"{one['version']:4}  {one['made_at']}  {papers}  {counts}  {one['lesson'][:12]}  {used}"


def _content(held: dict[str, Any]) -> list[str]:
    """What it holds, most often seen first."""

    def often(known: dict[str, list[Any]]) -> str:
        return ", ".join(
            f"{value} ({seen[0]})" for value, seen in sorted(known.items(), key=lambda one: -one[1][0])
        )

    lines = []
    for name, issuer in held["issuers"].items():
        lines.append(f"{name} ({issuer['seen'][0]})")
        for heading, kind in (
            ("cấp trên / parent", "parents"), ("địa danh / place", "places"), ("ký hiệu / notation", "notations"),
            ("loại / type", "doc_types"), ("trích yếu / subject", "openings"),
        ):  # fmt: skip
            if issuer[kind]:
                lines.append(f"  {heading}: {often(issuer[kind])}")
        for signer, one in issuer["signers"].items():
            lines.append(f"  người ký / signer: {signer} ({one['seen'][0]}): {often(one['titles'])}")
    for name, known in held["phrases"].items():
        lines += [f"{name}: {often(known)}"] if known else []
    for read, one in held["confusions"].items():
        meant = ", ".join(f"{word} ({papers})" for word, papers in one["meant"].items())
        lines.append(f"nhầm / taken for: {read} → {meant}; đúng / right {one['kept']}")
    return lines
