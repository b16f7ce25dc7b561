"""Jobs about keys themselves: what agencies seal and officers sign with, and whether they could now; revocation data
fetched."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator.authority import CertTrustAnchor

from signing import authorities, keyfile, keyring, officers, pki, revocation
from signing.answers import under
from signing.checks.entitlement import REMEDY, entitlement
from signing.errors import NotSealed
from signing.finish import finished
from signing.fitness import fresh_context, path_in_force
from signing.scheme import scheme_for
from workers.jobs.seals import as_problems, relied_on

DAY_SECONDS = 86400


def enrol(keys: Path, agency_code: str, agency_name: str, officer: str, at: datetime) -> str:
    """See that the officer can sign in person now, before anything is signed or a number is taken; give the kind of the
    key. No token and no remote signer is asked. Raises Problem with what is wrong (NO_OFFICER_KEY, …)."""
    with as_problems():
        kind = keyring.enrol(keys, agency_code, agency_name, officer, at)
        _may_sign(*keyring.identity(keys, agency_code, officer), keys, at)
    return kind


def describe_all(keys: Path, agency_code: str, at: datetime) -> list[dict[str, Any]]:
    """`describe` for the agency, then for every officer with settings there and, while the agency itself seals with a
    TEST key, for those with TEST keys; none is opened."""
    rows = [describe(keys, agency_code, at, False)]
    for told in officers.settings_of(keys, agency_code):
        try:
            rows.append(describe(keys, agency_code, at, False, officers.named_in(told).officer))
        except NotSealed as fault:
            # whose it is stands in what cannot be read
            rows.append({**_row(agency_code, told.name), "fault": _fault(fault)})
    if rows[0]["kind"] == keyfile.TEST:
        named = [str(one["officer"]) for one in rows[1:]]
        for officer in officers.issued(keys, agency_code):
            if not any(officers.same_person(officer, one) for one in named):
                rows.append(describe(keys, agency_code, at, False, officer))
    return rows


def describe(keys: Path, agency_code: str, at: datetime, opened: bool, officer: str = "") -> dict[str, Any]:
    """What the agency seals with, or the officer signs with: kind, certificate, days left, whether they may now.

    With ``opened`` the key is opened and has to sign once; without, no token and no remote signer is asked. What is
    wrong stands under ``fault`` as code, vi, en, detail.
    """
    row = _row(agency_code, officer or None)
    try:
        row["kind"] = keyring.kind_of(keys, agency_code, officer)
        certificate, chain = keyring.identity(keys, agency_code, officer)
        row["certificate"] = _certificate(certificate, at)
        if opened:
            row["opens"] = False
            key = (
                keyring.load_officer_key(keys, agency_code, officer)
                if officer
                else keyring.load_key(keys, agency_code)
            )
            keyring.prove(key)
            row["opens"] = True
        _may_sign(certificate, chain, keys, at)
    except NotSealed as fault:
        row["fault"] = _fault(fault)
    return row


def _row(agency_code: str, officer: str | None) -> dict[str, Any]:
    return {
        "agency": agency_code,
        "officer": officer,
        "kind": None,
        "certificate": None,
        "opens": None,
        "fault": None,
    }


def _fault(fault: NotSealed) -> dict[str, str]:
    return {"code": fault.code, "vi": fault.vi, "en": fault.en, "detail": fault.detail}


def _may_sign(certificate: bytes, chain: tuple[bytes, ...], keys: Path, at: datetime) -> None:
    """Raises NotSealed: the certificate may not sign now, its root is not trusted for that now, or what it signs would
    count as a stranger's under the agency's name (officers' certificates stand in their agency's entry,
    docs/verification.md)."""
    own = x509.Certificate.load(certificate)
    scheme_for(own)  # a weak one would be refused when it is opened: it is told before that
    pki.refresh_crls(keys, at)
    trust = relied_on(keys, at)
    path = finished(path_in_force(certificate, chain, fresh_context(trust, at), at))
    anchor = path.trust_anchor
    root = anchor.certificate.sha256.hex() if isinstance(anchor, CertTrustAnchor) else ""
    terms = next((one for one in trust.anchors if one.sha256 == root), None)
    if terms is not None and not terms.accepts("sign", at, at):
        raise NotSealed("ANCHOR_NOT_IN_FORCE", terms.name)
    code, detail = entitlement(own, root, at, "", trust)
    if code == "SIGNER_IMPERSONATES":
        raise NotSealed(code, f"{detail}; {REMEDY}")


def _certificate(der: bytes, at: datetime) -> dict[str, Any]:
    one = x509.Certificate.load(der)
    algorithm: str
    try:
        algorithm = f"{scheme_for(one).algorithm} {one.public_key.bit_size}"
    except NotSealed as weak:
        algorithm = f"{weak.code} {weak.detail}"
    return {
        "subject": one.subject.human_friendly,
        "issuer": one.issuer.human_friendly,
        "serial": f"{one.serial_number:x}",
        "not_before": one.not_valid_before.isoformat(),
        "not_after": one.not_valid_after.isoformat(),
        "days_left": int((one.not_valid_after - at).total_seconds() // DAY_SECONDS),
        "algorithm": algorithm,
    }


def refresh_revocation(keys: Path, at: datetime) -> list[dict[str, Any]]:
    """Fetch what there is about all seals, officers and timestamp authorities with settings of their own, and about
    the authorities that stamped what is kept; by source."""
    known = relied_on(keys, at)
    wanted, faults = [*known.roots, *known.intermediates], []
    for code, told in keyring.told(keys):
        try:
            officer = "" if told is None else officers.named_in(told).officer
            certificate, chain = keyring.identity(keys, code, officer)
        except (NotSealed, ValueError) as fault:  # a folder of officers may be called anything
            faults.append(f"{code}{f' {told.name}' if told else ''}: {fault}")
        else:
            wanted += [certificate, *chain]
    try:
        witnesses, silent = authorities.certificates(keys, at)
    except NotSealed as fault:
        witnesses, silent = (), (str(fault),)
    # over plain http anybody may answer in an authority's place, and bring addresses of his choice
    ours = under([*known.intermediates, *witnesses, *revocation.watched(keys, at)], known.roots)
    revocation.watch(keys, [one for one in witnesses if one in ours])
    outcomes = revocation.refresh(keys, [*wanted, *ours], at)
    strangers = [one for one in witnesses if one not in ours and one not in known.roots]
    silent += tuple(
        f"{x509.Certificate.load(one).subject.human_friendly}: leads to no root of the trust store"
        for one in strangers
    )
    rows = [_source(asdict(one)) for one in outcomes]
    return rows + [
        {"kind": "", "url": "", "about": "", "state": "failed", "until": None, "why": why}
        for why in (*faults, *silent)
    ]


def cached_revocation(keys: Path, at: datetime) -> list[dict[str, Any]]:
    """What is in the cache, and whether it holds; what cannot be read never does."""
    rows = [
        {
            "kind": one.name.rpartition(".")[2], "about": one.about, "since": one.since.isoformat(),
            "until": one.until.isoformat(), "fresh": at < one.until,
        }
        for one in revocation.cached(keys)
    ]  # fmt: skip
    return rows + [
        {"kind": name.rpartition(".")[2], "about": f"{name}: không đọc được / cannot be read", "since": None,
         "until": None, "fresh": False}
        for name in revocation.unreadable(keys)
    ]  # fmt: skip


def _source(outcome: dict[str, Any]) -> dict[str, Any]:
    until = outcome["until"]
    return {**outcome, "until": None if until is None else until.isoformat()}
