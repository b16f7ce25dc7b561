"""Phrases that stand the same on all papers, put right where only their marks were misread."""

from __future__ import annotations

import re
from functools import cache

from ocr.vietnamese import bare, one_style

_PHRASES = """
    để b/c; để báo cáo; để thực hiện; để phối hợp; để biết; như trên; như điều; cổng thông tin điện tử; chính phủ;
    các sở, ban, ngành; các phó giám đốc; thường trực tỉnh ủy; thường trực hội đồng nhân dân; ủy ban nhân dân;
    hội đồng nhân dân; thủ tướng chính phủ; văn phòng chính phủ; chủ cơ sở; bộ trưởng; chủ nhiệm; căn cứ;
    nghị định số; nghị quyết số; quyết định số; thông tư số; luật tổ chức; tổ chức chính quyền địa phương; bổ sung;
    sửa đổi, bổ sung; một số điều của; một số nội dung; phê duyệt; quy định chi tiết; biện pháp thi hành; phát triển;
    thủ tục hành chính; kết quả giải quyết; hồ sơ, giấy tờ; số hóa hồ sơ; môi trường điện tử; một cửa; đổi mới;
    một cửa liên thông; cơ chế một cửa; công tác văn thư; an toàn thực phẩm; cổng dịch vụ công quốc gia; công bố;
    dịch vụ công trực tuyến; kế hoạch thực hiện; triển khai thực hiện; chuyển đổi số; trên địa bàn tỉnh; danh mục;
    cải cách hành chính; chức năng, nhiệm vụ; quyền hạn; cơ cấu tổ chức; tiếp nhận; trả kết quả; phạm vi quản lý;
    quy chế hoạt động; bộ phận tiếp nhận; tiếp nhận hồ sơ
"""


@cache
def _by_bare() -> tuple[tuple[re.Pattern[str], str], ...]:
    known = [" ".join(p.split()) for p in _PHRASES.split(";")]
    known.sort(key=len, reverse=True)
    # A comma is often read as a full stop or a semicolon.
    return tuple(
        (re.compile(r"(?<!\w)" + re.escape(bare(p)).replace(",", "[,.;]") + r"(?!\w)"), p) for p in known
    )


def mended(text: str) -> tuple[str, int]:
    """(the text with listed phrases given their marks, how many letters changed).

    Only marks, commas, and capitals that have the shape of the small letter change, never letters, digits or
    lengths: "sửa đối. bố sung" becomes "sửa đổi, bổ sung", "tiếp nhận hồ Sơ" "tiếp nhận hồ sơ".
    """
    plain = bare(text)
    if len(plain) != len(text):  # some sign became two letters: places would not match
        return text, 0
    letters = list(text)
    for pattern, phrase in _by_bare():
        for match in pattern.finditer(plain):
            start, end = match.span()
            if one_style(text[start:end]) == phrase:
                continue
            for i, right in enumerate(phrase, start=start):
                letters[i] = (
                    right.upper() if text[i].isupper() and not _small(text, plain, i, start) else right
                )
    changed = sum(a != b for a, b in zip(letters, text, strict=True))
    return "".join(letters), changed


def _small(text: str, plain: str, i: int, start: int) -> bool:
    """Whether the capital at ``i``, inside a phrase of small letters, is a small letter of the same shape."""
    return i > start and plain[i] in "cosuvxz" and any(c.islower() for c in text[start:i])
