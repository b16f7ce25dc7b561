"""A paper in the making: what was drawn for it, the sheets so far, and the steps all kinds share."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .. import invented
from ..fonts import Style
from ..grammar import sentence
from ..layout import Layout
from ..procedures import LEGAL_BASES, PROCEDURES, PROGRAMMES, Procedure

KINDS: dict[str, str] = {
    "qd": "Quyết định",
    "gp": "Giấy phép",
    "gcn": "Giấy chứng nhận",
    "cv": "Công văn",
    "kh": "Kế hoạch",
    "tb": "Thông báo",
}
"""Short names of the kinds of paper, and what the record calls them."""

_FIRST_DAY = date(2015, 1, 5)


@dataclass(frozen=True)
class Capacity:
    """In what capacity the signer signs: its abbreviation, the line printed for it, the title below."""

    abbreviation: str
    line: str
    title: str


@dataclass
class Draft:
    """Everything drawn for one paper before its body is written, and what the body adds."""

    kind: str
    rng: random.Random
    page: Layout
    heading_size: float
    agency: invented.Agency
    day: date
    number: int
    symbol: str
    signer: str
    capacity: Capacity
    procedure: Procedure
    programme: str
    recipients: list[str]
    title: str
    phrases: Sequence[str]
    max_pages: int
    legal_bases: list[str] = field(default_factory=list)
    holder: dict[str, Any] | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def centred(
        self,
        text: str,
        size: float | None = None,
        style: Style = "bold",
        value: str | None = None,
        before: float = 4,
    ) -> None:
        """Write a centred heading."""
        self.page.paragraph([(text, style)], size, "centre", before, margins=30, block="title", value=value)

    def short_rule(self, after: float) -> None:
        """Draw the rule under a title and leave so many points."""
        middle = (self.page.left + self.page.right) / 2
        self.page.rule(middle - 45, middle + 45, self.page.cursor + 4)
        self.page.cursor += after

    def sentences(self, count: int, lead: str = "- ") -> None:
        """Write paragraphs of the grammar, half of them of the given phrases if there are any."""
        for _ in range(count):
            borrowed = self.phrases and self.rng.random() < 0.5
            text = self.rng.choice(self.phrases) if borrowed else sentence(self.rng)
            self.page.paragraph(lead + text)

    def full(self) -> bool:
        """Whether the last sheet allowed has room for little more than the signature."""
        return len(self.page.sheets) >= self.max_pages and self.page.cursor > self.page.bottom - 210


Settle = Callable[[Draft], None]
"""Puts what an office of one's own has (agency, signer, recipients) in place of what was drawn."""


def begin(
    kind: str,
    rng: random.Random,
    dpi: int,
    family: str,
    phrases: Sequence[str],
    max_pages: int,
    settle: Settle | None = None,
) -> Draft:
    """Draw what every paper needs, in the order that gives a seed its meaning; ``settle`` then changes it."""
    size = rng.choice((13, 13, 13.5, 14))
    page = Layout(rng, dpi, family, size)
    if page.wide:
        page.body_size = size - 1.5
    agency = invented.agency(rng)
    day = _FIRST_DAY + timedelta(days=rng.randint(0, 3900))
    number = rng.randint(3, 4200)
    signer = invented.person(rng).name
    symbol = _symbol(kind, agency, rng)
    procedure = rng.choice(PROCEDURES)
    programme = rng.choice(PROGRAMMES)
    capacity = _capacity(kind, agency, rng)
    recipients = _recipients(kind, rng)
    title = rng.choice(_titles(kind, agency, day, procedure, programme))
    draft = Draft(
        kind=kind,
        rng=rng,
        page=page,
        heading_size=size + (1 if family in ("tinos", "liberation", "freeserif") else 0),
        agency=agency,
        day=day,
        number=number,
        symbol=symbol,
        signer=signer,
        capacity=capacity,
        procedure=procedure,
        programme=programme,
        recipients=recipients,
        title=title,
        phrases=phrases,
        max_pages=max_pages,
    )
    if settle is not None:
        settle(draft)
    return draft


def _symbol(kind: str, agency: invented.Agency, rng: random.Random) -> str:
    # Both abbreviations are drawn whatever the kind: the count of draws must not depend on it.
    licence, certificate = rng.choice(("GPXD", "GP")), rng.choice(("GCN", "ATTP"))
    if kind == "cv":
        return agency.notation + "-" + rng.choice(("VP", "KSTT", "CCHC", "QLCL", "VX", "NC"))
    abbreviation = {"qd": "QĐ", "gp": licence, "gcn": certificate, "kh": "KH", "tb": "TB"}[kind]
    return f"{abbreviation}-{agency.notation}"


def _capacity(kind: str, agency: invented.Agency, rng: random.Random) -> Capacity:
    """Signing oneself, as deputy (KT.), by order (TL.) or as acting head (Q.); committees add TM."""
    mode = rng.choice(("head", "deputy", "deputy", "order", "acting"))
    head = agency.head
    if mode == "order":
        title = rng.choice(("CHÁNH VĂN PHÒNG", "TRƯỞNG PHÒNG HÀNH CHÍNH", "CHI CỤC TRƯỞNG"))
        return Capacity("TL.", f"TL. {head}", title)
    title = {"head": head, "deputy": agency.deputy, "acting": f"Q. {head}"}[mode]
    if agency.collective and kind in ("qd", "kh"):
        if mode == "deputy":
            return Capacity("TM. KT.", f"{agency.collective} KT. {head}", title)
        return Capacity("TM.", agency.collective, title)
    if mode == "deputy":
        return Capacity("KT.", f"KT. {head}", title)
    return Capacity("Q." if mode == "acting" else "", "", title)


def _recipients(kind: str, rng: random.Random) -> list[str]:
    superior = rng.choice(("Bộ trưởng", "UBND tỉnh", "Thường trực Tỉnh ủy", "Văn phòng Chính phủ"))
    recipients = [
        "- Như trên;" if kind == "cv" else "- Như Điều 3;",
        f"- {superior} (để b/c);",
        "- Các sở, ban, ngành;" if rng.random() < 0.6 else "- Các Phó Giám đốc Sở;",
        "- Cổng Thông tin điện tử;",
        f"- Lưu: VT, {rng.choice(('VP', 'KSTTHC', 'NC', 'QLCL'))}({rng.randint(3, 30)}).",
    ]
    if kind in ("gp", "gcn"):
        return ["- Chủ cơ sở;", f"- Lưu: VT, {rng.choice(('QLCL', 'QLXD', 'MCĐT'))}."]
    return recipients if kind in ("cv", "qd") else recipients[1:]


def _titles(
    kind: str, agency: invented.Agency, day: date, procedure: Procedure, programme: str
) -> tuple[str, ...]:
    if kind == "qd":
        return (
            f"Ban hành Kế hoạch thực hiện {programme}",
            f"Phê duyệt {programme} trên địa bàn tỉnh {agency.province}",
            "Về việc công bố danh mục thủ tục hành chính được sửa đổi, bổ sung thuộc phạm vi quản lý của "
            + agency.plain_name,
        )
    if kind == "cv":
        return (
            f"triển khai thực hiện {programme}",
            "báo cáo kết quả số hóa hồ sơ, giấy tờ, kết quả giải quyết thủ tục hành chính năm "
            + str(day.year),
            "đôn đốc thực hiện tiếp nhận hồ sơ trực tuyến",
        )
    if kind == "kh":
        return (f"Triển khai thực hiện {programme} năm {day.year}",)
    if kind == "tb":
        name = procedure.name[0].lower() + procedure.name[1:]
        return (f"Về việc tiếp nhận và giải quyết thủ tục {name}",)
    return ("",)  # licences and certificates draw their title later


def common_basis(draft: Draft) -> str:
    """Draw a legal basis on electronic procedures, note it, and return it without its semicolon."""
    basis = draft.rng.choice(LEGAL_BASES[1:5]).rstrip(";")
    draft.legal_bases.append(basis + ";")
    return basis
