"""Decisions (quyết định): bases, three articles, and an annex on sheets of its own."""

from __future__ import annotations

from ..procedures import LEGAL_BASES, PROCEDURES
from ..tables import write_table
from .draft import Draft


def write(draft: Draft) -> None:
    """Write title, legal bases and articles."""
    rng, page, agency, title = draft.rng, draft.page, draft.agency, draft.title
    draft.centred("QUYẾT ĐỊNH", draft.heading_size, before=10, value="doc_type")
    draft.centred(title, value="title", before=2)
    draft.short_rule(after=6)
    one_man_office = agency.head in ("BỘ TRƯỞNG", "GIÁM ĐỐC")
    draft.centred(f"{agency.head} {agency.name}" if one_man_office else agency.name, before=8)
    drawn = rng.sample(LEGAL_BASES, rng.randint(2, 4))
    for basis in sorted(drawn, key=LEGAL_BASES.index):
        draft.legal_bases.append(basis)
        page.paragraph([(basis, "italic")], value="legal_bases")
    proposers = ("Chánh Văn phòng", "Giám đốc Sở Nội vụ", "Trưởng phòng Kiểm soát thủ tục hành chính")
    page.paragraph([(f"Theo đề nghị của {rng.choice(proposers)}.", "italic")])
    draft.centred("QUYẾT ĐỊNH:", before=8)
    for number, text in enumerate(_articles(draft), 1):
        page.paragraph([(f"Điều {number}.", "bold"), (text, "regular")])
    draft.valid_from = draft.day


def _articles(draft: Draft) -> tuple[str, str, str]:
    rng, title = draft.rng, draft.title
    ending = " kèm theo Quyết định này." if title.startswith("Ban hành") else "."
    plain_effect = "Quyết định này có hiệu lực thi hành kể từ ngày ký."
    # Drawn even if not taken: the draws that follow must stay where they are.
    replaced = (
        f"{rng.randint(10, 2000)}/QĐ-{draft.agency.notation} "
        f"ngày {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{draft.day.year - 1}"
    )
    replacing = f"Quyết định này có hiệu lực kể từ ngày ký và thay thế Quyết định số {replaced}."
    return (
        title.replace("Về việc công bố", "Công bố") + ending,
        rng.choice((plain_effect, replacing)),
        "Chánh Văn phòng, Thủ trưởng các cơ quan, đơn vị có liên quan chịu trách nhiệm thi hành "
        "Quyết định này./.",
    )


def write_annex(draft: Draft) -> None:
    """Write the plan or list that the decision issues, on new sheets."""
    rng, page, title = draft.rng, draft.page, draft.title
    page.new_sheet()
    draft.centred("KẾ HOẠCH" if "Kế hoạch" in title else "PHỤ LỤC", draft.heading_size)
    draft.centred(title, before=2)
    issued = (
        f"(Ban hành kèm theo Quyết định số {draft.number}/{draft.symbol} "
        f"ngày {draft.day:%d/%m/%Y} của {draft.agency.plain_name})"
    )
    draft.centred(issued, style="italic", before=2)
    page.cursor += 6
    if "danh mục" in title:
        _write_procedures(draft)
    for number, heading in (("I", "MỤC ĐÍCH, YÊU CẦU"), ("II", "NỘI DUNG"), ("III", "TỔ CHỨC THỰC HIỆN")):
        sheets = len(page.sheets)
        if sheets > draft.max_pages or (sheets == draft.max_pages and page.cursor > page.bottom - 60):
            break
        page.paragraph([(f"{number}. {heading}", "bold")], block="heading")
        draft.sentences(rng.randint(2, 4))


def _write_procedures(draft: Draft) -> None:
    rng, page = draft.rng, draft.page
    rows = []
    for number, procedure in enumerate(rng.sample(PROCEDURES, rng.randint(6, 10)), 1):
        free = rng.random() < 0.5
        fee = "Không" if free else f"{rng.choice((50, 100, 300, 700))}.000 đồng"
        rows.append((str(number), procedure.code, procedure.name, f"{procedure.days:02d} ngày làm việc", fee))
    width = page.text_width
    write_table(
        page,
        [width * 0.07, width * 0.14, width * 0.45, width * 0.18, width * 0.16],
        ("STT", "Mã số TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí"),
        rows,
        10 if page.wide else 11.5,
    )
