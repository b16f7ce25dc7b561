"""``hoso verify`` and ``hoso audit``: what anyone, and what an auditor, may ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.known import known_of, original_of
from api.pages.words import STANDING
from archive import catalogue, evidence, holding, registers
from archive.clock import system_clock
from archive.consistency import disagreements
from archive.database import Database, open_database
from archive.engines import is_there
from archive.errors import Problem
from archive.history import prove
from archive.moments import moment
from archive.settings import Settings
from archive.storing import open_store
from ingest.receive import file_digest
from signing.report import HINDSIGHT, Known, Original, Verdict
from workers.children import Children
from workers.commands import trusting
from workers.console import DONE, PARTLY, Console
from workers.jobs import SEALS
from workers.judging import judged
from workers.verapdf import conformance

PDFA = {
    "conforms": "đạt / conforms",
    "violates": "KHÔNG ĐẠT / violates",
    "unreadable": "không đọc được / unreadable",
    "not checked": "chưa kiểm tra / not checked",
}
SOURCES = {
    "timestamp": " (theo dấu thời gian / by timestamp)",
    "claimed": " (do người ký khai / as the signer claims)",
    "none": "",
}
MARKS = {"passed": "✓", "failed": "✗", "unknown": "?", "warning": "!", "skipped": "·"}


def verify(
    out: Console,
    file: Path | None,
    at: str | None = None,
    field: str | None = None,
    target: Path | None = None,
) -> None:
    """The verdict on a file, ours or not, also at a chosen time; or its revision as it was signed in ``field``."""
    settings = Settings()
    if file is None:
        raise Problem(
            "USAGE", "Nêu tệp cần kiểm tra, hoặc --qr ẢNH", "Name a file to verify, or --qr PICTURE"
        )
    chosen = None if at is None else moment(at)
    if (field is None) != (target is None):
        raise Problem("REVISION_INCOMPLETE", "Cần cả --as-signed và --out", "Give both --as-signed and --out")
    if not file.is_file():
        raise Problem("FILE_NOT_FOUND", f"Không có tệp {file}", f"There is no file {file}")
    children = Children(1, settings.child_memory_mib, (SEALS,))
    if field is not None and target is not None:
        return _as_signed(out, settings, children, file, field, target)
    report = report_on(file, settings, children, chosen)
    answer = {"file": str(file), **report}
    out.answer(
        answer, lambda: report_text(answer), DONE if report["verdict"] == Verdict.VALID.value else PARTLY
    )


def _as_signed(
    out: Console, settings: Settings, children: Children, file: Path, field: str, target: Path
) -> None:
    if target.exists():
        raise Problem("FILE_EXISTS", f"Đã có tệp {target}", f"There is a file {target} already")
    with TemporaryDirectory(dir=target.parent) as folder:
        draft = Path(folder) / "revision.pdf"
        children.run(settings.verify_seconds, SEALS, "as_signed", file, field, system_clock(), draft)
        draft.rename(target)
    answer = {"file": str(file), "signature": field, "out": str(target), "sha256": file_digest(target)}
    out.answer(answer, lambda: f"{target}  {answer['sha256']}")


def report_on(
    file: Path, settings: Settings, children: Children, chosen: datetime | None = None
) -> dict[str, Any]:
    """The report on one file, and whether it is PDF/A, where veraPDF is there to ask."""
    report = _judged(file, settings, children, chosen)
    (pdfa,) = conformance([file], settings.verapdf, settings.verify_seconds)
    return {**report, "pdfa": pdfa.as_dict()}


def _judged(file: Path, settings: Settings, children: Children, chosen: datetime | None) -> dict[str, Any]:
    """The report on one file, judged in a limited child with what this installation trusts."""
    at = system_clock()
    database = open_database(settings.database) if is_there(settings.database) else None
    known = None if database is None else _known(database, file)
    original = None if database is None else _original(database, settings, file)
    return judged(children, settings, file, known, at, chosen, original).to_dict()


def _known(database: Database, file: Path) -> Known | None:
    with database.reading() as session:
        found = catalogue.one_of_ours(session, file_digest(file), system_clock())
    return known_of(found)


def _original(database: Database, settings: Settings, file: Path) -> Original | None:
    """The original of which the file is our extract."""
    with database.reading() as session:
        return original_of(session, open_store(settings), file_digest(file))


def report_text(report: dict[str, Any]) -> str:
    """The report for people, Vietnamese first."""
    signer = report["signer"]
    standard = f"; EN 319 102-1: {report['sub_indication']}" if report.get("sub_indication") else ""
    lines = [
        f"{report.get('verdict_vi', '')} / {report['verdict']}  ({report['reason']}{standard})  {report['file']}",
        f"{report['vi']}\n{report['en']}",
        "Người ký / signer: " + (_named(signer) if signer else "–"),
        *(f"Cùng ký / also signed by: {one}" for one in _further(report)),
        f"Thời điểm ký / signed at: {report['signing_time'] or '–'}{SOURCES[report['time_source']]}",
        "Của hệ thống này / ours: " + ("có / yes" if report["ours"] else "không / no")
        + (f", {' / '.join(STANDING[report['standing']])}" if report["standing"] else ""),
    ]  # fmt: skip
    lines += _times_text(report.get("times", ()))
    if report["known"] and report["standing"] != "valid":
        lines.append(fallen_text(report["known"]))
    lines += [
        f"  {MARKS[one['status']]} {one['name']}: {one['code']}: {one['vi']} / {one['en']}"
        for one in report["checks"]
    ]
    if "pdfa" in report:
        told = report["pdfa"]
        lines += [" ".join(("  PDF/A:", PDFA[told["verdict"]], told["profile"])).rstrip()]
        lines += [f"    {rule}" for rule in told["broken"]]
    if report.get("trust", {}).get("version"):
        lines.append(
            f"Kho tin cậy / trust store: {report['trust']['version']} {report['trust']['sha256'][:12]}"
        )
    return "\n".join(lines)


WHEN = {"signing": "lúc ký / at signing", "now": "hiện nay / now", "chosen": "lúc đã chọn / chosen time"}


def _times_text(times: Iterable[dict[str, Any]]) -> list[str]:
    lines = []
    for one in times:
        standing = f", hồ sơ / record: {' / '.join(STANDING[one['standing']])}" if one["standing"] else ""
        lines.append(
            f"  {WHEN[one['label']]} {one['at']}: {one['verdict_vi']} / {one['verdict']} ({one['reason']}){standing}"
        )
        if one["reason"] != "OK":
            lines.append(f"      {one['vi']} {one['en']}")
        if one["hindsight"]:
            lines.append(f"      {HINDSIGHT[0]} {HINDSIGHT[1]}")
    return lines


def fallen_text(known: dict[str, Any]) -> str:
    """What lost its force, since when, by whom, why."""
    vi, en = ("bản sao này", "this copy") if known["which"] == "copy" else ("hồ sơ này", "this record")
    if known["which"] == "record" and known["kind"] == "copy":
        vi, en = "giấy tờ gốc của bản sao", "the record behind the copy"
    reasons = " / ".join(dict.fromkeys(one for one in (known["reason"], known["reason_en"]) if one))
    since = known["since"] or known["expires"]
    told = [
        f"từ / since {since}" if since else "",
        f"do / by {known['by']}" if known["by"] else "",
        f"vì / because {reasons}" if reasons else "",
    ]
    return f"Mất hiệu lực: {'; '.join([f'{vi} / not in force: {en}', *filter(None, told)])}"


def _further(report: dict[str, Any]) -> list[str]:
    """Who signed besides the first (P5: the agency behind its certifier), with the time."""
    signers = [one for one in report["signatures"] if one["kind"] != "timestamp"]
    return [f"{_named(one['signer'])}, {one['time'] or '–'}" for one in signers[1:]]


def _named(signer: dict[str, Any]) -> str:
    """Whom the certificate names: the person or seal, and the agency."""
    return ", ".join(name for name in (signer["common_name"], signer["organisation"]) if name)


def audit(out: Console) -> None:
    """Chains, registers and holdings, each proved or with the place where it breaks."""
    settings = Settings()
    database = open_database(settings.database)
    store = open_store(settings)
    chains, wrong, differing, checked = [], [], [], 0
    proved = set()  # only a proven history can judge the tables
    with database.reading() as session:
        for agency in catalogue.agencies(session):
            proof = prove(session, agency)
            if proof.whole:
                proved.add(agency.id)
            chains.append(
                {
                    "agency": agency.code, "events": proof.events, "whole": proof.whole, "broken_at": proof.broken_at,
                    "reason": proof.reason, "register_gaps": registers.gaps(session, agency.id),
                }
            )  # fmt: skip
        for one in catalogue.listing(session):
            differing += (
                [
                    {"document": one.document.id, "difference": difference}
                    for difference in disagreements(session, one.document)
                ]
                if one.document.agency_id in proved
                else []
            )
            if one.document.manifest_sha256 is not None:
                checked += 1
                wrong += [
                    {"document": one.document.id, **lost.as_dict()}
                    for lost in holding.check(store, one.document.manifest_sha256)
                ]
                wrong += [
                    {"document": one.document.id, **lost.as_dict()}
                    for renewed in evidence.of_document(session, one.document.id)
                    for lost in evidence.check(store, renewed)
                ]
        untrue = trusting.disagreements(session, settings)
    sound = (
        all(chain["whole"] and not chain["register_gaps"] for chain in chains)
        and not wrong
        and not differing
        and not untrue
    )
    answer = {
        "sound": sound,
        "chains": chains,
        "differences": differing,
        "trust": untrue,
        "holdings": {"checked": checked, "wrong": wrong},
    }
    out.answer(answer, lambda: _audit_text(answer), DONE if sound else PARTLY)


def _audit_text(answer: dict[str, Any]) -> str:
    lines = []
    for chain in answer["chains"]:
        state = (
            "toàn vẹn / whole"
            if chain["whole"]
            else f"ĐỨT tại / BROKEN at {chain['broken_at']} {chain['reason']}"
        )
        lines.append(f"{chain['agency']}: {chain['events']} sự kiện / events, {state}")
        lines += [f"  số bị khuyết / gap: {gap}" for gap in chain["register_gaps"]]
    lines += [
        f"  khác lịch sử / differs: {one['document']}: {one['difference']}" for one in answer["differences"]
    ]
    lines += [f"kho tin cậy / trust store: {one}" for one in answer["trust"]]
    holdings = answer["holdings"]
    lines.append(f"Lưu trữ / holdings: {holdings['checked']}, sai / wrong: {len(holdings['wrong'])}")
    lines += [f"  {one['document']}: {one['vi']}" for one in holdings["wrong"]]
    return "\n".join(lines)
