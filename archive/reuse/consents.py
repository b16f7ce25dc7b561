"""Consents: no copy is made for a dossier before its holder agreed (NĐ 45/2020/NĐ-CP Đ.16; domain.md 1.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive import history
from archive.errors import Problem
from archive.identifiers import Entropy, new_id
from archive.lifecycle import Act
from archive.reuse.tables import Consent, Dossier
from archive.tables import Agency


def give(
    session: Session, agency: Agency, holder: str, agent: str, at: datetime, entropy: Entropy,
    dossier: Dossier | None = None, purpose: str = "",
) -> Consent:  # fmt: skip
    """The holder agrees that the agency uses their papers for a dossier, or for every dossier of the procedure
    ``purpose`` (its code). Raises Problem BAD_CONSENT.

    ``agent`` is who recorded it: the holder, or staff to whom they said so. The same consent is kept once.
    """
    if (dossier is None) == (not purpose) or (
        dossier is not None and (dossier.holder, dossier.agency_id) != (holder, agency.id)
    ):
        raise Problem(
            "BAD_CONSENT",
            "Sự đồng ý là cho một hồ sơ của chính người đó tại cơ quan này, hoặc cho một thủ tục",
            "A consent is for one dossier of that holder at this agency, or for one procedure",
        )
    history.head(session, agency.id)
    known = session.scalars(
        select(Consent).where(
            Consent.holder == holder,
            Consent.agency_id == agency.id,
            Consent.dossier_id.is_(None) if dossier is None else Consent.dossier_id == dossier.id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
    ).first()
    if known is not None:
        return known
    consent = Consent(
        id=new_id("consent", entropy), agency_id=agency.id, holder=holder, purpose=purpose, given_at=at,
        dossier_id=None if dossier is None else dossier.id, given_by=agent,
    )  # fmt: skip
    session.add(consent)
    details = {"dossier": None if dossier is None else dossier.key, "procedure": purpose}
    history.append(session, agency.id, at, Act.GIVE_CONSENT, agent, consent.id, details)
    return consent


def withdraw(session: Session, consent: Consent, agent: str, at: datetime) -> None:
    """The holder takes it back: from now on no copy is made and none used. What was used stays recorded."""
    session.refresh(consent, with_for_update={"key_share": True})
    if consent.withdrawn_at is None:
        consent.withdrawn_at = at
        history.append(session, consent.agency_id, at, Act.WITHDRAW_CONSENT, agent, consent.id, {})


def stands(
    session: Session, agency_id: int, holder: str, procedure: str, dossier_id: str | None = None
) -> bool:
    """Whether the holder agrees now: for the procedure, or for the dossier when one is named."""
    query = select(Consent.id).where(
        Consent.holder == holder,
        Consent.agency_id == agency_id,
        Consent.withdrawn_at.is_(None),
        or_(Consent.purpose == procedure, Consent.dossier_id == dossier_id)
        if dossier_id is not None
        else Consent.purpose == procedure,
    )
    return session.scalars(query.limit(1)).first() is not None
