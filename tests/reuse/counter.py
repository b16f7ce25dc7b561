"""Builders for tests of reuse: a counter with procedures, papers of holders, dossiers and issued copies."""

from __future__ import annotations

import os
from datetime import datetime

from sqlalchemy.orm import Session

from archive import copies
from archive.clock import VIETNAM
from archive.copies import CopyBasis
from archive.holders import Holder, holder
from archive.lifecycle import State
from archive.reuse import consents, dossiers, listing, proposals, uses
from archive.reuse.judging import Required
from archive.reuse.proposals import Answer, Proposal, ToProvide, Unusable
from archive.reuse.tables import Dossier, Procedure, Use
from archive.tables import Agency, Copy, Document
from tests import world

PERSON, SOMEONE, FIRM = "079085123456", "079185123457", "0100233488"

CATALOGUE = """code,name,agency,form,title,result_of,quantity,basis,mandatory,note
1.009974,Cấp giấy phép xây dựng,Sở Xây dựng,don,Đơn đề nghị,,1,any,yes,
1.009974,Cấp giấy phép xây dựng,Sở Xây dựng,giay-chung-nhan,Giấy chứng nhận quyền sử dụng đất,,1,any,yes,
1.002693,Cấp giấy phép chặt hạ cây xanh,UBND cấp xã,giay-phep,Giấy phép xây dựng,1.009974,1,any,no,
1.001612,Đăng ký hộ kinh doanh,UBND cấp xã,giay-phep,Giấy phép bất kỳ,,1,register,yes,
"""


def catalogue(session: Session) -> None:
    """Three procedures with their papers."""
    listing.import_procedures(session, CATALOGUE.encode())


def procedure(session: Session, code: str = "1.001612") -> Procedure:
    return proposals.procedure(session, code)


def a_paper(
    session: Session, agency: Agency, number: str = PERSON, form: str = "giay-phep", state: State = State.HELD,
    **values: str,
) -> Document:  # fmt: skip
    """A document made out to a holder."""
    name = "holder_id" if len(number) == 12 else "holder_tax_code"
    document = world.a_document(session, agency, state, {name: number, "issued_on": "2025-01-15", **values})
    document.form = form
    session.flush()
    return document


def propose(
    session: Session, agency: Agency, code: str = "1.001612", number: str = PERSON, at: datetime = world.NOON,
    offered: dict[int, str] | None = None,
) -> Proposal:  # fmt: skip
    """What the procedure needs of the holder."""
    return proposals.propose(session, agency, procedure(session, code), holder(number), at, offered)


def told(answer: Answer) -> tuple[str, str | None]:
    """An answer in short: usable, to provide, or the code of the reason; and the document."""
    if isinstance(answer, ToProvide):
        return "TO_PROVIDE", None
    return (answer.reason.code if isinstance(answer, Unusable) else "USABLE"), answer.paper.document_id


def a_dossier(
    session: Session, agency: Agency, serial: int = 1, number: str = PERSON, code: str = "1.001612",
    at: datetime = world.NOON,
) -> Dossier:  # fmt: skip
    """A dossier opened at ``at``."""
    text = f"{agency.code}-{at.astimezone(VIETNAM):%y%m%d}-{serial:04}"
    opened, _ = dossiers.open_dossier(
        session, agency, text, procedure(session, code), Holder(number, holder(number).kind), at, world.CLERK, at,
        os.urandom,
    )  # fmt: skip
    return opened


def paper_of(session: Session, dossier: Dossier, place: int = 0) -> Required:
    """A required paper of the dossier's procedure."""
    return proposals.requirements(session, session.get_one(Procedure, dossier.procedure_id))[place]


def agree(session: Session, dossier: Dossier) -> None:
    """The holder consents to this dossier."""
    agency = session.get_one(Agency, dossier.agency_id)
    consents.give(session, agency, dossier.holder, world.CLERK, world.NOON, os.urandom, dossier)


def ask_copy(
    session: Session, dossier: Dossier, document: Document, basis: CopyBasis = CopyBasis.REGISTER, place: int = 0
) -> Copy:  # fmt: skip
    """The copy for the dossier, asked for."""
    wanted = paper_of(session, dossier, place)
    return uses.request_copy(
        session, dossier, wanted, document.id, basis, world.CLERK, world.NOON, os.urandom
    )


def issue(session: Session, copy: Copy) -> Copy:
    """The copy's file is made."""
    document = session.get_one(Document, copy.document_id)
    copies.issued(
        session, copy, document, world.digest(copy.id), world.digest("report"), "worker", world.NOON
    )
    return copy


def use(session: Session, dossier: Dossier, copy: Copy, at: datetime = world.NOON) -> Use:
    """Record the use of the copy for the dossier's first paper."""
    return uses.use(session, dossier, paper_of(session, dossier), copy, world.CLERK, at)
