"""What a certified copy says: plain values, free of PDF libraries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from signing.mark import Box
from signing.templates import Template, Templates, of_form


class CopyBasis(StrEnum):
    """Legal acts, never a boolean: from the register (NĐ 45/2020 Đ.10); of the original, or of a part of it (NĐ 30/2020
    Đ.25)."""

    REGISTER = "REGISTER"
    ORIGINAL = "ORIGINAL"
    EXTRACT = "EXTRACT"

    @property
    def form(self) -> str:
        """Give the form of copy that the mark shows (NĐ 30/2020 annex I; NĐ 45/2020 Đ.3(8))."""
        return {"REGISTER": "BẢN SAO TỪ SỔ GỐC", "ORIGINAL": "SAO Y", "EXTRACT": "TRÍCH SAO"}[self.value]

    @property
    def law(self) -> str:
        """Give the sentence of the band that names the legal basis."""
        return {
            "REGISTER": "Bản sao điện tử cấp từ sổ gốc (Điều 10 Nghị định 45/2020/NĐ-CP).",
            "ORIGINAL": "Bản sao điện tử sao y bản gốc (Điều 25 Nghị định 30/2020/NĐ-CP).",
            "EXTRACT": "Bản trích sao điện tử từ bản gốc (Điều 25 Nghị định 30/2020/NĐ-CP).",
        }[self.value]


@dataclass(frozen=True)
class OriginalSummary:
    """What was found about the original when the copy was made: from its SealReport, times ISO 8601.

    `version` names the version of the archive's object that was copied, empty when the archive has none.
    """

    sha256: str
    signer: str
    signing_time: str
    verdict_vi: str = "HỢP LỆ"
    version: str = ""


@dataclass(frozen=True)
class Certifier:
    """Who certifies a copy against the paper original, and what the lời chứng and the register say of it (CC-11).

    `number` in the book, its `volume` and `pages` (of the original) count from 1; `quantity` copies share the
    one number (CC-08).
    """

    name: str
    title: str
    number: int
    volume: int
    pages: int
    quantity: int


@dataclass(frozen=True)
class CopyTerms:
    """Everything a copy says about itself. The caller drew number, code and address; nothing is made up here.

    `number` is printed after "Số: " as it stands ("12/SY-UBND", or the number in the register); `verification_url`
    holds a code nobody can guess; `form` replaces the basis's own wording when the act has another name. `certifier` is
    there when the paper original was compared; `limits` is one sentence on how far the copy reaches, or empty.
    """

    number: str
    year: int
    basis: CopyBasis
    agency_name: str
    recipient: str
    purpose: str
    verification_url: str
    code: str
    issued_at: datetime
    original: OriginalSummary
    form: str = ""
    certifier: Certifier | None = None
    limits: str = ""
    statement: str = ""
    """Text of the second code square (signing/statement.py); empty: none."""
    shown: str = ""
    """Of an extract: which parts of the original it shows, for people. The original is not attached then."""
    templates: Templates = field(default=(), repr=False)
    """Of the marks; empty: those shipped."""

    @property
    def law(self) -> str:
        """Give the sentence of the band that names the legal basis: of a certified copy another than of SAO Y."""
        if self.certifier is None:
            return self.basis.law
        named = f"{self.certifier.name}, {self.certifier.title}"
        return (
            f"Chứng thực bản sao điện tử từ bản chính giấy (Điều 10 Nghị định 45/2020/NĐ-CP). "
            f"Người chứng thực: {named}; bản chính có {self.certifier.pages} trang."
        )

    @property
    def heading(self) -> str:
        """Give the first line of the mark."""
        return self.form or self.basis.form

    def rule(self, at: datetime) -> Template:
        """Give the template of the copy's mark at that time. Raises NoTemplate."""
        return of_form(self.heading, at, self.templates)


@dataclass(frozen=True)
class CopyDraft:
    """An unsealed PDF/A-3b copy and where its mark goes: `mark_box` in pt on page 1."""

    pdf: bytes
    mark_box: Box
    terms: CopyTerms


@dataclass(frozen=True)
class CertificationTerms:
    """What a copy certified from the paper original says (P5: NĐ 45/2020 Đ.10, NĐ 23/2015; CC-07, CC-11).

    ``number``: ordinal in the certification book, gapless in its year; ``volume`` of that book; ``book``: its kind
    (CC-06: SCT/BS for copies). ``certifier`` signs in person under ``title``. ``pages``: of the paper original.
    ``copy``: what the band of page 1 says and which sealed original is attached; None for none of these.
    ``templates``: of wording and marks; empty: those shipped.
    """

    number: int
    volume: int
    year: int
    certifier: str
    title: str
    agency_name: str
    pages: int
    certified_at: datetime
    book: str = "SCT/BS"
    copy: CopyTerms | None = None
    templates: Templates = field(default=(), repr=False)

    @property
    def volume_code(self) -> str:
        """Give volume, year and kind of the book as they are written: 01/2026-SCT/BS."""
        return f"{self.volume:02}/{self.year}-{self.book}"


@dataclass(frozen=True)
class CertificationDraft:
    """An unsigned certified copy with its wording painted, and where both signatures go: boxes in pt on page
    ``page`` (from 0). ``method``: how the place was found ("free", "band")."""

    pdf: bytes
    page: int
    wording_box: Box
    certifier_box: Box
    agency_box: Box
    method: str
    terms: CertificationTerms
