"""Jobs about keys themselves: what an agency seals with and whether it could now; revocation data fetched."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509

from signing import authorities, keyring, pki, revocation
from signing.errors import NotSealed
from signing.finish import finished
from signing.fitness import fresh_context, path_in_force
from signing.scheme import scheme_for
from workers.jobs.seals import relied_on

DAY_SECONDS = 86400


def describe(keys: Path, agency_code: str, at: datetime, opened: bool) -> dict[str, Any]:
    """What the agency seals with: kind, certificate, days left, whether it may seal now.

    With ``opened`` the key is opened and has to sign once; without, no token and no remote signer is asked. What is
    wrong stands under ``fault`` as code, vi, en, detail.
    """
    row: dict[str, Any] = {
        "agency": agency_code,
        "kind": None,
        "certificate": None,
        "opens": None,
        "fault": None,
    }
    try:
        row["kind"] = keyring.kind_of(keys, agency_code)
        certificate, chain = keyring.identity(keys, agency_code)
        row["certificate"] = _certificate(certificate, at)
        if opened:
            row["opens"] = False
            keyring.prove(keyring.load_key(keys, agency_code))
            row["opens"] = True
        pki.refresh_crls(keys, at)
        finished(path_in_force(certificate, chain, fresh_context(relied_on(keys, at), at), at))
    except NotSealed as fault:
        row["fault"] = {"code": fault.code, "vi": fault.vi, "en": fault.en, "detail": fault.detail}
    return row


def _certificate(der: bytes, at: datetime) -> dict[str, Any]:
    one = x509.Certificate.load(der)
    algorithm: str
    try:
        algorithm = scheme_for(one).algorithm
    except NotSealed as weak:
        algorithm = weak.code
    return {
        "subject": one.subject.human_friendly,
        "issuer": one.issuer.human_friendly,
        "serial": f"{one.serial_number:x}",
        "not_before": one.not_valid_before.isoformat(),
        "not_after": one.not_valid_after.isoformat(),
        "days_left": int((one.not_valid_after - at).total_seconds() // DAY_SECONDS),
        "algorithm": f"{algorithm} {one.public_key.bit_size}",
    }


def refresh_revocation(keys: Path, at: datetime) -> list[dict[str, Any]]:
    """Fetch what there is about all seals and timestamp authorities with settings of their own, and about the
    authorities that stamped what is kept; by source."""
    known = relied_on(keys, at)
    wanted, faults = [*known.roots, *known.intermediates], []
    for code in keyring.told(keys):
        try:
            certificate, chain = keyring.identity(keys, code)
        except NotSealed as fault:
            faults.append(f"{code}: {fault}")
        else:
            wanted += [certificate, *chain]
    try:
        witnesses, silent = authorities.certificates(keys, at)
    except NotSealed as fault:
        witnesses, silent = (), (str(fault),)
    revocation.watch(keys, witnesses)
    outcomes = revocation.refresh(keys, [*wanted, *witnesses, *revocation.watched(keys, at)], at)
    rows = [_row(asdict(one)) for one in outcomes]
    return rows + [
        {"kind": "", "url": "", "about": "", "state": "failed", "until": None, "why": why}
        for why in (*faults, *silent)
    ]


def cached_revocation(keys: Path, at: datetime) -> list[dict[str, Any]]:
    """What is in the cache, and whether it holds."""
    return [
        {
            "kind": one.name.rpartition(".")[2], "about": one.about, "since": one.since.isoformat(),
            "until": one.until.isoformat(), "fresh": at < one.until,
        }
        for one in revocation.cached(keys)
    ]  # fmt: skip


def _row(outcome: dict[str, Any]) -> dict[str, Any]:
    until = outcome["until"]
    return {**outcome, "until": None if until is None else until.isoformat()}
