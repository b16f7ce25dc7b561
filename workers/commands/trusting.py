"""``hoso trust``: whom this installation trusts, since when, by whose word; every change is a new version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from archive import catalogue, history
from archive.clock import VIETNAM, stamp, system_clock
from archive.database import Database, open_database
from archive.engines import is_there
from archive.errors import Problem
from archive.lifecycle import Act
from archive.moments import beginning
from archive.settings import Settings
from signing import anchor_changes, anchors
from signing.anchor_changes import Author, Change
from signing.anchors import Version
from signing.errors import BadTrust, TrustBroken
from signing.trust import PURPOSES, ListedAgency, Purpose
from workers.commands.reviewing import name_of
from workers.console import Console

KINDS = {"cong-vu": "công vụ root", "public": "public root (NEAC)", "test": anchors.TEST_KIND}


def show(out: Console, at: str | None) -> None:
    """The version in force now or at a time: roots with their terms, agencies."""
    with problems():
        known = anchors.versions(Settings().keys)
    moment = None if at is None else _day(at)
    version = next((one for one in reversed(known) if moment is None or one.at <= moment), None)
    if version is None:
        nothing = "chưa tin cậy ai / nobody is trusted"
        out.answer({"version": 0, "anchors": [], "agencies": []}, lambda: nothing)
        return
    _answer(out, version)


def log(out: Console) -> None:
    """Every version: when, by whom, what, why."""
    with problems():
        known = anchors.versions(Settings().keys)
    lines = [_head(one) for one in known]
    out.answer({"versions": lines}, lambda: "\n".join(map(_head_text, lines)) or "–")


def add(
    out: Console, file: Path, kind: str, name: str, purposes: list[Purpose], since: str | None, until: str | None,
    source: str, note: str, who: str, why: str,
) -> None:  # fmt: skip
    """Trust a root; a certificate that is none is kept as one between roots and signers."""
    with problems():
        certificate = anchor_changes.certificate_in(_bytes_of(file))
        der = certificate.public_bytes(Encoding.DER)
        if anchor_changes.is_root(certificate):
            anchor = replace(
                anchor_changes.root_of(der, KINDS[kind], name), purposes=tuple(purposes) or PURPOSES,
                since=_maybe(since), until=_maybe(until), source=source, note=note,
            )  # fmt: skip
            made, told = anchor_changes.with_anchor(anchor), f"add {anchor.sha256} {anchor.name}"
        else:
            made = anchor_changes.with_intermediate(der)
            told = f"add intermediate {anchors.name_of(certificate)}"
    _change(out, who, why, told, made)


def distrust(out: Console, named: str, at: str | None, who: str, why: str) -> None:
    """Trust is broken from ``at`` on (a stolen key): only what is proven to be older counts."""
    moment = system_clock() if at is None else _day(at)
    terms = anchor_changes.with_terms(named, lambda one: replace(one, distrusted=moment))
    _change(out, who, why, f"distrust {named} from {stamp(moment)}", terms)


def end(out: Console, named: str, at: str, who: str, why: str) -> None:
    """Trust ends in order at ``at``: what was signed or stamped before counts for ever."""
    moment = _day(at)
    terms = anchor_changes.with_terms(named, lambda one: replace(one, until=moment))
    _change(out, who, why, f"end {named} at {stamp(moment)}", terms)


def remove(out: Console, named: str, who: str, why: str) -> None:
    """Take a certificate out of what is trusted."""
    _change(out, who, why, f"remove {named}", anchor_changes.without(named))


def list_agency(
    out: Console, code: str, name: str, place: str, files: list[Path], identifiers: list[str], anchor: str,
    forms: list[str], since: str | None, until: str | None, source: str, who: str, why: str,
) -> None:  # fmt: skip
    """Put an agency on the list, or change its entry."""
    if not name.strip():
        raise Problem("AGENCY_INCOMPLETE", "Cần tên cơ quan: --name", "Give the agency's name: --name")
    with problems():
        known = anchors.versions(Settings().keys)
        digests = [_digest_of(file) for file in files]
        root = anchor_changes.anchor_named(known[-1], anchor).sha256 if anchor and known else anchor
        agency = ListedAgency(
            code, name.strip(), place, tuple(digests), tuple(identifiers), root, tuple(forms), _maybe(since),
            _maybe(until), source,
        )  # fmt: skip
    _change(out, who, why, f"agency {code}", anchor_changes.with_agency(agency))


def unlist_agency(out: Console, code: str, who: str, why: str) -> None:
    """Take an agency off the list."""
    _change(out, who, why, f"remove agency {code}", anchor_changes.without_agency(code))


def list_opened(
    settings: Settings, database: Database, code: str, name: str, who: str, now: datetime
) -> None:
    """Put an agency that was opened here on the list: its TEST certificates are known by name under the TEST root.

    With the first one all that are there already come along. An entry that stands keeps all but its name.
    """
    with problems():
        trust = anchors.load_trust(settings.keys)
    root = next((one for one in trust.anchors if one.kind == anchors.TEST_KIND), None)
    listed = {one.code: one for one in trust.agencies}
    if root is None or (code in listed and listed[code].name == name):
        return
    with database.reading() as session:
        opened = [] if listed else [(one.code, one.name) for one in catalogue.agencies(session)]
    entries = [
        replace(listed[one], name=called) if one in listed else ListedAgency(one, called, anchor=root.sha256)
        for one, called in dict([*opened, (code, name)]).items()
    ]

    def made(last: Version) -> Version:
        for entry in entries:
            last = anchor_changes.with_agency(entry)(last)
        return last

    record(settings, database, Author(who, now, "opened here"), f"agency {code}", made)


def record(settings: Settings, database: Database | None, author: Author, told: str, made: Change) -> Version:
    """Make the change: a new version of the store, and an event in every agency's history where there is one."""
    with problems():
        version = anchor_changes.change(settings.keys, author, told, made)
    if database is not None:
        details = {"version": version.number, "sha256": version.digest, "change": told, "why": author.why}
        with database.writing() as session:
            for agency in catalogue.agencies(session):
                history.append(
                    session, agency.id, author.at, Act.CHANGE_TRUST, author.who, agency.code, details
                )
    return version


def disagreements(session: Session, settings: Settings) -> list[str]:
    """Where the store is not what the agencies' histories say was made of it; nothing when they agree."""
    try:
        versions = {one.number: one.digest for one in anchors.versions(settings.keys)}
    except TrustBroken as error:
        return [str(error)]
    told = {
        (event.details["version"], event.details["sha256"])
        for agency in catalogue.agencies(session)
        for event in catalogue.events(session, agency.code)
        if event.act == Act.CHANGE_TRUST.value
    }
    return [
        f"version {number} is not {digest}"
        for number, digest in sorted(told)
        if versions.get(number) != digest
    ]


def _change(out: Console, who: str, why: str, told: str, made: Change) -> None:
    settings = Settings()
    author = Author(name_of(who), system_clock(), why)
    database = open_database(settings.database) if is_there(settings.database) else None
    version = record(settings, database, author, told, made)
    if database is not None:
        database.close()
    _answer(out, version)


@contextmanager
def problems() -> Iterator[None]:
    """The store's errors as Problems."""
    try:
        yield
    except BadTrust as error:
        raise Problem(error.code, error.vi, error.en) from error
    except TrustBroken as error:
        raise Problem(
            "TRUST_BROKEN",
            f"Kho tin cậy bị hỏng hoặc bị sửa: {error}",
            f"The trust store is damaged or was changed: {error}",
        ) from error


def _answer(out: Console, version: Version) -> None:
    answer = {
        **_head(version),
        "anchors": [anchors.anchor_line(one) for one in version.anchors],
        "intermediates": len(version.intermediates),
        "agencies": [anchors.agency_line(one) for one in version.agencies],
    }
    out.answer(answer, lambda: _text(answer))


def _head(version: Version) -> dict[str, Any]:
    return {
        "version": version.number, "sha256": version.digest, "at": stamp(version.at), "by": version.by,
        "change": version.change, "why": version.why,
    }  # fmt: skip


def _head_text(one: dict[str, Any]) -> str:
    why = f"  ({one['why']})" if one["why"] else ""
    return f"{one['version']:4}  {one['at']}  {one['by']}  {one['change']}{why}  {one['sha256'][:12]}"


def _text(answer: dict[str, Any]) -> str:
    lines = [_head_text(answer), "Gốc tin cậy / roots:"]
    for one in answer["anchors"]:
        terms = [
            f"{word} {_told(one[key])}"
            for key, word in (
                ("since", "từ / from"), ("until", "đến / until"), ("distrusted", "KHÔNG TIN từ / DISTRUSTED from"),
                ("expires", "chứng thư hết hạn / certificate ends"),
            )
            if one[key]
        ]  # fmt: skip
        lines.append(
            f"  {one['certificate'][:12]}  {one['name']}  [{one['kind']}; {', '.join(one['purposes'])}]"
        )
        lines += [f"      {'; '.join(terms)}"] if terms else []
        lines += [f"      {told}" for told in (one["source"], one["note"]) if told]
    lines.append(f"Chứng thư trung gian / intermediates: {answer['intermediates']}")
    lines.append("Cơ quan / agencies:" + ("" if answer["agencies"] else " –"))
    for one in answer["agencies"]:
        how = [digest[:12] for digest in one["certificates"]] + one["identifiers"]
        how += [f"gốc / root {one['anchor'][:12]}"] if one["anchor"] else []
        what = ", ".join(one["forms"]) or "mọi loại / all forms"
        days = "".join(
            f" {word} {_told(one[key])}" for key, word in (("since", "từ"), ("until", "đến")) if one[key]
        )
        lines.append(f"  {one['code']}  {one['name']}  [{'; '.join(how)}]  {what}{days}")
    return "\n".join(lines)


def _told(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(VIETNAM).isoformat()


def _digest_of(file: Path) -> str:
    return anchor_changes.digest_of(anchor_changes.certificate_in(_bytes_of(file)))


def _bytes_of(file: Path) -> bytes:
    if not file.is_file():
        raise Problem("FILE_NOT_FOUND", f"Không có tệp {file}", f"There is no file {file}")
    return file.read_bytes()


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _day(text)


def _day(text: str) -> datetime:
    """A term begins or ends at the first moment of its day in Việt Nam, or at the very time given."""
    return beginning(text)
