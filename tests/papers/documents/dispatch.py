"""Official letters (công văn): no type name, the subject stands under the number, numbered requests."""

from __future__ import annotations

from ..grammar import sentence
from .draft import Draft, common_basis


def write(draft: Draft) -> None:
    """Write the addressee, the reason and the numbered requests."""
    rng, page, agency = draft.rng, draft.page, draft.agency
    page.cursor += 6
    addressees = (
        "Ủy ban nhân dân các huyện, thị xã, thành phố.",
        "Các sở, ban, ngành tỉnh.",
        f"Văn phòng Ủy ban nhân dân tỉnh {agency.province}.",
    )
    page.paragraph(f"Kính gửi: {rng.choice(addressees)}", align="centre", block="title", value="addressee")
    request = "đề nghị các cơ quan, đơn vị quan tâm thực hiện một số nội dung sau:"
    page.paragraph(f"{common_basis(draft)}, {agency.plain_name} {request}", before=10)
    number = 1
    # A draw for every turn of the loop, as long as the first sheet is not full.
    while (len(page.sheets) < 2 and number < rng.randint(5, 8)) or number < 4:
        page.paragraph([(f"{number}.", "regular"), (sentence(rng), "regular")])
        number += 1
        if rng.random() < 0.5:
            draft.sentences(1)
        if draft.full():
            break
    page.paragraph(
        f"Trên đây là ý kiến của {agency.plain_name}, đề nghị các cơ quan, đơn vị quan tâm phối hợp thực hiện./."
    )
