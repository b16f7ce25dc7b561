"""``hoso verify --qr`` and ``hoso statement-keys``: what a copy on paper says, and the keys by which it is believed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from archive import catalogue
from archive.clock import stamp, system_clock
from archive.database import open_database
from archive.engines import is_there
from archive.errors import Problem
from archive.settings import Settings
from signing import statement_keys
from signing.report import Verdict
from workers.children import ChildFailed, Children
from workers.console import DONE, PARTLY, Console
from workers.jobs import SQUARES

FORMS = {
    "REGISTER": "bản sao từ sổ gốc / from the register", "ORIGINAL": "sao y / of the original",
    "EXTRACT": "trích sao / extract",
}  # fmt: skip


def verify(out: Console, picture: Path, keys: Path | None, file: Path | None) -> None:
    """The verdict on the statement in a picture of a copy; with ``file`` also whether it belongs to that file."""
    for path in (picture, *([] if keys is None else [keys]), *([] if file is None else [file])):
        if not path.is_file():
            raise Problem("FILE_NOT_FOUND", f"Không có tệp {path}", f"There is no file {path}")
    settings = Settings()
    children = Children(1, settings.child_memory_mib, (SQUARES,))
    report = picture_report(picture, settings, children, system_clock(), keys, file)
    answer = {"picture": str(picture), **report, "online": _standing(settings, report)}
    out.answer(answer, lambda: _text(answer), DONE if report["verdict"] == Verdict.VALID.value else PARTLY)


def _standing(settings: Settings, report: dict[str, Any]) -> dict[str, Any] | None:
    """How the copy stands now, where it is one of this installation's."""
    if report["verdict"] != Verdict.VALID.value or not is_there(settings.database):
        return None
    with open_database(settings.database).reading() as session:
        found = catalogue.copy_stated(session, report["statement"], system_clock())
    if found is None:
        return None
    since = None if found.since is None else stamp(found.since)
    return {"standing": found.standing.value, "since": since, "of": found.which}


def picture_report(
    picture: Path,
    settings: Settings,
    children: Children,
    at: datetime,
    keys: Path | None,
    file: Path | None = None,
) -> dict[str, Any]:
    """The report on one picture, reached in a limited child. ``keys``: else those of this installation."""
    own = settings.keys / statement_keys.FOLDER / statement_keys.PUBLISHED
    known = keys or (own if own.is_file() else None)
    try:
        told: dict[str, Any] = children.run(
            settings.verify_seconds, SQUARES, "check_picture", picture, known, at, file, settings.tesseract
        ).to_dict()
    except ChildFailed as failed:
        # The reader broke down over this picture: nothing is known of it, and the reason is said.
        why = {"code": failed.code, "vi": failed.vi, "en": failed.en}
        return {
            "verdict": Verdict.INDETERMINATE.value, "verdict_vi": Verdict.INDETERMINATE.vi, "reason": failed.code,
            "vi": failed.vi, "en": failed.en, "checks": [{"name": "picture", "status": "unknown", **why}],
            "statement": None, "key": None, "agency_name": None, "not_known": [], "checked_at": at.isoformat(),
        }  # fmt: skip
    return told


def keys(
    out: Console, target: Path | None, revoke: str | None, install: Path | None, code: str | None
) -> None:
    """Show the published keys, write their file, install one for the agency, revoke one."""
    settings = Settings()
    if not settings.keys.exists():
        raise Problem("NOT_INITIALISED", "Chưa có kho: hãy chạy hoso init", "No archive here: run hoso init")
    if revoke is not None:
        try:
            statement_keys.revoke(settings.keys, revoke, system_clock().replace(microsecond=0))
        except statement_keys.NoSuchKey as error:
            raise Problem("NO_SUCH_KEY", f"Không có khóa {revoke}", f"There is no key {revoke}") from error
    if install is not None:
        _install(settings, install, code)
    data = statement_keys.published(settings.keys)
    if target is not None:
        target.write_bytes(data)
    answer = json.loads(data)
    out.answer(answer, lambda: _keys_text(answer), DONE)


def _install(settings: Settings, bundle: Path, code: str | None) -> None:
    if not bundle.is_file():
        raise Problem("FILE_NOT_FOUND", f"Không có tệp {bundle}", f"There is no file {bundle}")
    with open_database(settings.database).reading() as session:
        agency = catalogue.agency(session, code)
    try:
        statement_keys.install(settings.keys, agency.code, agency.name, bundle.read_bytes())
    except statement_keys.BadKeys as error:
        raise Problem(
            "BAD_KEYS", f"Không dùng được khóa này: {error}", f"This key cannot be used: {error}"
        ) from error


def _keys_text(answer: dict[str, Any]) -> str:
    lines = [
        f"{one['kid']}  {one['agency']}  {one['agency_name']}  {one['from']} – {one['until']}"
        + (f"  THU HỒI / revoked {one['revoked']}" if one["revoked"] else "")
        for one in answer["keys"]
    ]
    return "\n".join(lines or ["Chưa có khóa / no key yet"])


def _text(answer: dict[str, Any]) -> str:
    """The report for people, Vietnamese first."""
    lines = [
        f"{answer['verdict_vi']} / {answer['verdict']}  ({answer['reason']})  {answer['picture']}",
        f"{answer['vi']}\n{answer['en']}",
    ]
    now = answer["online"]
    if now is not None:
        since = f" ({now['since']})" if now["since"] else ""
        lines.append(f"Hiện nay / now: {now['of']} {now['standing']}{since}")
    told = answer["statement"]
    if told is not None:
        if answer["verdict"] != Verdict.VALID.value:
            lines.append("CHƯA ĐƯỢC CHỨNG MINH / NOT PROVEN:")
        lines += [
            f"Cơ quan cấp / issuer: {answer['agency_name'] or ''} ({told['issuer']})",
            f"Số bản sao / copy number: {told['number']}  {FORMS[told['form']]}",
            f"Số, ký hiệu văn bản / document: {told['document_code'] or '–'}",
            f"Chủ giấy tờ / holder: {told['holder'] or '–'}",
            f"Cấp lúc / issued at: {told['issued_at']}"
            + (f", dùng đến / until {told['valid_until']}" if told["valid_until"] else ""),
            f"SHA-256 bản gốc / of the original: {told['original_sha256']}",
        ]
        lines += [line for one in answer["not_known"] for line in (one["vi"], one["en"])]
    lines += [
        f"  {one['name']}: {one['code']}: {one['vi']}" + (f" ({one['detail']})" if one.get("detail") else "")
        for one in answer["checks"]
    ]
    return "\n".join(lines)
