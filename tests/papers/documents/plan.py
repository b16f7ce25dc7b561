"""Plans (kế hoạch) and notices (thông báo): headed sections, often a table of procedures."""

from __future__ import annotations

from ..procedures import PROCEDURES
from ..tables import write_table
from .draft import Draft, common_basis

_SECTIONS = (
    "MỤC ĐÍCH, YÊU CẦU",
    "MỤC TIÊU",
    "NHIỆM VỤ, GIẢI PHÁP",
    "NỘI DUNG THỰC HIỆN",
    "KINH PHÍ THỰC HIỆN",
)
_OFFICES = ("Sở Tư pháp", "Sở Xây dựng", "UBND cấp huyện", "Văn phòng Sở", "Sở Y tế")


def write(draft: Draft) -> None:
    """Write title, reason, sections and perhaps a table."""
    rng, page, agency = draft.rng, draft.page, draft.agency
    is_plan = draft.kind == "kh"
    draft.centred("KẾ HOẠCH" if is_plan else "THÔNG BÁO", draft.heading_size, before=10, value="doc_type")
    draft.centred(draft.title, value="title", before=2)
    draft.short_rule(after=8)
    does = "xây dựng Kế hoạch triển khai thực hiện" if is_plan else "thông báo"
    page.paragraph(f"{common_basis(draft)}, {agency.plain_name} {does} như sau:")
    headings = [*rng.sample(_SECTIONS, 3 if is_plan else 1), "TỔ CHỨC THỰC HIỆN"]
    for number, heading in zip(("I", "II", "III", "IV"), headings, strict=False):
        page.keep_room(60)
        page.paragraph([(f"{number}. {heading}", "bold")], block="heading")
        draft.sentences(rng.randint(2, 4) if is_plan else 2)
        if draft.full():
            break
    if rng.random() < 0.8 and not draft.full():
        _write_procedures(draft)
    page.paragraph(
        f"Trên đây là {'Kế hoạch' if is_plan else 'Thông báo'} của {agency.plain_name}; "
        "trong quá trình thực hiện nếu có khó khăn, vướng mắc, "
        "đề nghị phản ánh về Văn phòng để được hướng dẫn./."
    )


def _write_procedures(draft: Draft) -> None:
    rng, page = draft.rng, draft.page
    page.keep_room(140)
    drawn = rng.sample(PROCEDURES, rng.randint(3, 6))
    rows = [
        (
            str(number),
            procedure.code,
            procedure.name,
            f"{procedure.days:02d} ngày làm việc",
            rng.choice(_OFFICES),
        )
        for number, procedure in enumerate(drawn, 1)
    ]
    width = page.text_width
    write_table(
        page,
        [width * 0.07, width * 0.14, width * 0.43, width * 0.16, width * 0.20],
        ("STT", "Mã số TTHC", "Tên thủ tục hành chính", "Thời hạn", "Cơ quan thực hiện"),
        rows,
        10 if page.wide else 11.5,
    )
