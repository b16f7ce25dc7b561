"""Who may ask for a copy and when one is refused: the rules of the two legal acts. Pure.

P4, a copy from the register, is for whom the record was issued to and those who stand for them (NĐ 23/2015/NĐ-CP
Đ.16; domain.md CC-03, V-25); so is an extract that somebody asks for. P5, a copy certified against the paper original,
is for whoever brings the original, and refused on the grounds of Đ.22 (CC-05, V-23).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from archive.errors import Problem
from archive.folding import fold
from archive.written import MOST_NAME, check_lines

MOST_COPIES, MOST_USES = 1000, 10_000


class CopyBasis(StrEnum):
    """The legal act a copy comes from: from the register, of the paper original, or of a part (NĐ 30/2020 Đ.25)."""

    REGISTER = "register"
    ORIGINAL = "original"
    EXTRACT = "extract"


class Capacity(StrEnum):
    """As what somebody asks for a copy."""

    HOLDER = "holder"
    REPRESENTATIVE = "representative"
    HEIR = "heir"
    BEARER = "bearer"
    CONSENT = "consent"


class Relation(StrEnum):
    """What an heir is to the dead holder (Đ.16: parents, children, spouse, siblings, other heirs)."""

    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    SIBLING = "sibling"
    OTHER = "other"


@dataclass(frozen=True)
class Requester:
    """Who asks. ``identity``: kind and number of their identity paper. ``power``: reference of the power of attorney
    or decision they act on. Heirs name relation and the papers that prove relation and death."""

    capacity: Capacity
    name: str
    identity: str = ""
    power: str = ""
    relation: Relation | None = None
    relation_proof: str = ""
    death_proof: str = ""


@dataclass(frozen=True)
class Limits:
    """How far a copy reaches: until its last day, so many uses, for its recipient or purpose only. All optional."""

    valid_until: date | None = None
    most_uses: int | None = None
    only_recipient: bool = False
    only_purpose: bool = False
    organisation: bool = False


@dataclass(frozen=True)
class Certification:
    """What the officer says of the paper original: the day it lay before them (None: it did not), who certifies in
    which office, and the grounds for refusal that they ticked."""

    presented_on: date | None
    certifier: str
    certifier_title: str
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What somebody asks for besides basis, recipient and purpose. Without ``requester`` the holder named on the
    record asks. ``wanted_anyway``: why the paper original is certified although the record is kept here."""

    requester: Requester | None = None
    quantity: int = 1
    limits: Limits = field(default_factory=Limits)
    wanted_anyway: str = ""


PLAIN = Wish()

WHOLE = frozenset({CopyBasis.REGISTER, CopyBasis.ORIGINAL})
"""Copies that stand for the paper: an extract is none, for what it leaves out may matter."""

GROUNDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ORIGINAL_ALTERED": (
            "Bản chính bị tẩy xóa, sửa chữa, thêm hoặc bớt nội dung không hợp lệ",
            "The original was erased, altered or added to",
        ),
        "ORIGINAL_DAMAGED": (
            "Bản chính hư hỏng, cũ nát, không xác định được nội dung",
            "The original is damaged or illegible",
        ),
        "ORIGINAL_SECRET": (
            "Bản chính đóng dấu mật hoặc ghi rõ không được sao chụp",
            "The original is classified or says that it may not be copied",
        ),
        "ORIGINAL_UNLAWFUL": (
            "Bản chính có nội dung trái pháp luật hoặc đạo đức xã hội",
            "The content of the original is against the law",
        ),
        "ORIGINAL_NOT_LEGALISED": (
            "Giấy tờ nước ngoài chưa được hợp pháp hóa lãnh sự",
            "A foreign paper that is not legalised",
        ),
        "ORIGINAL_SELF_MADE": (
            "Giấy tờ do cá nhân tự lập, không có xác nhận và dấu của cơ quan có thẩm quyền",
            "A paper somebody made themselves, without confirmation and seal of an authority",
        ),
    }
)
"""The closed list of grounds on which certification is refused (Đ.22): code, Vietnamese, English."""


def entitled(
    requester: Requester, basis: CopyBasis, holder_name: str, holder_ids: Collection[str]
) -> Problem | None:
    """Why the requester may not have the copy, or None (V-25). ``holder_ids``: numbers the record is made out to."""
    if basis is CopyBasis.ORIGINAL:
        # Whoever holds the original may have it certified (Đ.5): the paper itself is looked at, not the person.
        return None
    match requester.capacity:
        case Capacity.HOLDER:
            return _as_holder(requester, holder_name, holder_ids)
        case Capacity.REPRESENTATIVE:
            if not requester.power.strip():
                return _fault(
                    "POWER_MISSING",
                    "Người đại diện hoặc được ủy quyền phải nêu số văn bản đại diện, ủy quyền",
                    "A representative has to name the power of attorney or decision",
                )
        case Capacity.HEIR:
            return _as_heir(requester)
        case Capacity.BEARER:
            return _fault(
                "REQUESTER_NOT_ENTITLED",
                "Bản sao từ sổ gốc, bản trích sao chỉ cấp cho người được cấp bản chính, người đại diện hoặc người "
                "thừa kế",
                "A copy from the register or an extract is for the holder, a representative or an heir only",
            )
        case Capacity.CONSENT:
            if not requester.power.strip():
                return _fault(
                    "POWER_MISSING", "Thiếu căn cứ đồng ý của chủ giấy tờ", "The consent is not named"
                )
    return None


def _as_holder(requester: Requester, holder_name: str, holder_ids: Collection[str]) -> Problem | None:
    number = "".join(one for one in requester.identity if one.isdigit())
    known = {"".join(c for c in one if c.isdigit()) for one in holder_ids} - {""}
    other_number = bool(number and known) and not any(one in number for one in known)
    other_name = bool(holder_name) and not (number and known) and fold(holder_name) != fold(requester.name)
    if other_number or other_name:
        return _fault(
            "REQUESTER_NOT_HOLDER",
            "Người yêu cầu không phải người được cấp bản chính. Nếu là đại diện hoặc thừa kế, hãy chọn tư cách đó.",
            "The requester is not whom the record was issued to; a representative or heir has to say so.",
        )
    return None


def _as_heir(requester: Requester) -> Problem | None:
    if requester.relation is None:
        return _fault(
            "RELATION_MISSING", "Người thừa kế phải nêu quan hệ", "An heir has to name the relation"
        )
    if not requester.relation_proof.strip():
        return _fault("RELATION_UNPROVED", "Thiếu giấy tờ chứng minh quan hệ", "No paper proves the relation")
    if not requester.death_proof.strip():
        return _fault(
            "DEATH_UNPROVED",
            "Thiếu giấy tờ chứng minh người được cấp đã chết",
            "No paper proves that the holder has died",
        )
    return None


def certifiable(told: Certification, today: date) -> Problem | None:
    """Why the original is not certified ``today`` (in Việt Nam), or None (V-23). Raises Problem UNKNOWN_GROUND."""
    if told.grounds:
        return refusal(told.grounds)
    if told.presented_on is None:
        return _fault(
            "PAPER_NOT_PRESENTED",
            "Chỉ chứng thực khi bản chính giấy được xuất trình và đã đối chiếu",
            "A copy is certified only when the paper original was presented and compared",
        )
    if told.presented_on > today:
        return _fault(
            "PAPER_NOT_PRESENTED",
            f"Ngày xuất trình bản chính ({told.presented_on:%d/%m/%Y}) còn ở tương lai",
            f"The day on which the original was presented ({told.presented_on}) is yet to come",
        )
    if not told.certifier.strip() or not told.certifier_title.strip():
        return _fault(
            "CERTIFIER_MISSING", "Phải nêu họ tên, chức danh người chứng thực", "Name the certifier and their office"
        )  # fmt: skip
    return None


def refusal(grounds: Collection[str], note: str = "") -> Problem:
    """The refusal on these grounds: the first one's code, all in words. Raises Problem UNKNOWN_GROUND."""
    unknown = [one for one in grounds if one not in GROUNDS]
    if unknown or not grounds:
        known = ", ".join(GROUNDS)
        raise _fault(
            "UNKNOWN_GROUND", f"Lý do từ chối phải thuộc: {known}", f"Grounds for refusal are: {known}"
        )
    first = next(one for one in GROUNDS if one in grounds)
    vi, en = ("; ".join(GROUNDS[one][place] for one in GROUNDS if one in grounds) for place in (0, 1))
    more = f". {note.strip()}" if note.strip() else ""
    return _fault(first, f"Từ chối chứng thực: {vi}{more}", f"Certification refused: {en}{more}")


def extract_refusal(grounds: Collection[str], note: str) -> Problem:
    """The refusal of an extract, in words: Đ.22 is about certifying only. Raises Problem UNKNOWN_GROUND,
    REASON_MISSING."""
    if grounds:
        raise _fault(
            "UNKNOWN_GROUND",
            "Các lý do của Điều 22 chỉ dành cho chứng thực; từ chối trích sao thì ghi lý do bằng lời",
            "The grounds of art. 22 are about certification; an extract is refused in words",
        )
    if not note.strip():
        raise _fault("REASON_MISSING", "Phải nêu lý do", "Say why")
    return _fault(
        "EXTRACT_REFUSED", f"Từ chối trích sao: {note.strip()}", f"The extract is refused: {note.strip()}"
    )


def check_wish(wish: Wish, at: date) -> None:
    """Raises Problem BAD_LIMITS for numbers or days that make no sense, REQUESTER_MISSING, BAD_TEXT."""
    check_lines(MOST_NAME, wanted_anyway=wish.wanted_anyway)
    if (who := wish.requester) is not None:
        if not who.name.strip():
            raise _fault("REQUESTER_MISSING", "Phải nêu họ tên người yêu cầu", "Name who asks")
        check_lines(
            MOST_NAME, requester=who.name, identity=who.identity, power=who.power, relation_proof=who.relation_proof,
            death_proof=who.death_proof,
        )  # fmt: skip
    limits = wish.limits
    wrong = not 1 <= wish.quantity <= MOST_COPIES
    wrong |= limits.most_uses is not None and not 1 <= limits.most_uses <= MOST_USES
    wrong |= limits.valid_until is not None and limits.valid_until < at
    if wrong:
        raise _fault(
            "BAD_LIMITS",
            f"Số bản từ 1 đến {MOST_COPIES}, số lần dùng từ 1 đến {MOST_USES}, hạn dùng không ở quá khứ",
            f"Copies 1 to {MOST_COPIES}, uses 1 to {MOST_USES}, the last day not in the past",
        )


def _fault(code: str, vi: str, en: str) -> Problem:
    return Problem(code, vi, en)
