"""Sentences of administrative papers, put together from phrases by a small grammar."""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path

RULES: dict[str, tuple[str, ...]] = {
    "sentence": (
        "{order} {task} {manner}{ending}",
        "{order} {task}, {link} {task} {manner}{ending}",
        "{who} {act} {task}, {act} {task} {manner}{ending}",
        (
            "{who} chịu trách nhiệm {act} {task}; định kỳ {rhythm} báo cáo kết quả về {receiver} "
            "để tổng hợp, {purpose}."
        ),
        "Đến hết {year}, tối thiểu {percent}% {share} được {done} {manner}{ending}",
        "{condition}, {who} {act} {task}{ending}",
    ),
    "order": (
        "Rà soát,",
        "Tổ chức",
        "Tiếp tục",
        "Chủ trì, phối hợp với các cơ quan liên quan",
        "Đẩy mạnh",
        "Xây dựng, trình cấp có thẩm quyền",
        "Kịp thời",
        "Thường xuyên kiểm tra, đôn đốc việc",
    ),
    "link": (
        "đồng thời",
        "bảo đảm",
        "từng bước",
        "chú trọng",
    ),
    "act": (
        "triển khai thực hiện",
        "rà soát, chuẩn hóa",
        "tham mưu, đề xuất",
        "hướng dẫn, kiểm tra",
        "tổng hợp, đánh giá",
        "bố trí nguồn lực cho",
        "tuyên truyền, phổ biến",
        "cập nhật, công khai",
    ),
    "task": (
        "cập nhật danh mục thủ tục hành chính thuộc thẩm quyền giải quyết",
        "số hóa hồ sơ, giấy tờ, kết quả giải quyết thủ tục hành chính",
        "kết nối, chia sẻ dữ liệu giữa Cổng Dịch vụ công và Hệ thống thông tin một cửa điện tử",
        "việc tiếp nhận, xử lý phản ánh, kiến nghị của cá nhân, tổ chức về quy định hành chính",
        "quy trình nội bộ, quy trình điện tử giải quyết thủ tục hành chính",
        "việc lưu trữ điện tử đối với hồ sơ đã giải quyết",
        "mức độ hài lòng của người dân, doanh nghiệp đối với việc cung cấp dịch vụ công",
        "cơ sở vật chất, trang thiết bị tại Bộ phận Tiếp nhận và Trả kết quả",
        "nhiệm vụ được giao tại Kế hoạch này",
        "tập huấn nghiệp vụ cho đội ngũ cán bộ, công chức, viên chức",
    ),
    "share": (
        "hồ sơ thủ tục hành chính",
        "kết quả giải quyết thủ tục hành chính",
        "dịch vụ công trực tuyến mức độ 3, mức độ 4",
        "hồ sơ, tài liệu lưu trữ lịch sử",
    ),
    "done": (
        "số hóa, ký số và lưu trữ điện tử",
        "tiếp nhận và giải quyết trên môi trường điện tử",
        "tích hợp trên Cổng Dịch vụ công quốc gia",
        "tái sử dụng dữ liệu đã số hóa",
    ),
    "manner": (
        "theo đúng quy định của pháp luật",
        "trên địa bàn tỉnh",
        "theo hướng không phụ thuộc vào địa giới hành chính",
        "bảo đảm công khai, minh bạch, đúng thời hạn",
        "nhằm rút ngắn thời gian, giảm chi phí tuân thủ cho cá nhân, tổ chức",
        "gắn với trách nhiệm của người đứng đầu cơ quan, đơn vị",
        "phù hợp với tình hình thực tế của địa phương",
    ),
    "condition": (
        "Trường hợp hồ sơ chưa hợp lệ",
        "Trong quá trình tổ chức thực hiện, nếu có khó khăn, vướng mắc",
        "Căn cứ chức năng, nhiệm vụ được giao",
        "Trên cơ sở kết quả rà soát",
        "Đối với các hồ sơ quá hạn giải quyết",
    ),
    "ending": (
        ".",
        ".",
        "; hoàn thành trước ngày {day}.",
        ", thời gian hoàn thành trong {year}.",
        "; báo cáo Chủ tịch Ủy ban nhân dân tỉnh xem xét, quyết định.",
    ),
    "who": (
        "Văn phòng Ủy ban nhân dân tỉnh",
        "Sở Thông tin và Truyền thông",
        "Các sở, ban, ngành",
        "Ủy ban nhân dân các huyện, thị xã, thành phố",
        "Trung tâm Phục vụ hành chính công tỉnh",
        "Thủ trưởng các cơ quan, đơn vị",
    ),
    "receiver": (
        "Văn phòng Ủy ban nhân dân tỉnh",
        "Sở Nội vụ",
        "Bộ phận thường trực",
    ),
    "purpose": (
        "báo cáo theo quy định",
        "theo dõi, chỉ đạo",
        "đánh giá, xếp loại cuối năm",
    ),
    "rhythm": (
        "hằng tháng",
        "hằng quý",
        "6 tháng và hằng năm",
        "trước ngày 20 tháng cuối quý",
    ),
}
"""What a name in braces may become. ``year``, ``day`` and ``percent`` are made up in ``_invented``."""

_SLOT = re.compile(r"\{(\w+)\}")


def sentence(rng: random.Random) -> str:
    """One random sentence or paragraph, the leftmost slot filled first, beginning with a capital letter."""
    text = "{sentence}"
    while slot := _SLOT.search(text):
        name = slot.group(1)
        filling = rng.choice(RULES[name]) if name in RULES else _invented(name, rng)
        text = text[: slot.start()] + filling + text[slot.end() :]
    return text[0].upper() + text[1:]


def _invented(name: str, rng: random.Random) -> str:
    if name == "day":
        return f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2021, 2026)}"
    if name == "percent":
        return str(rng.choice((30, 50, 60, 75, 80, 90, 95, 98)))
    # Both wordings are drawn before one is taken: skipping a draw would change every later one.
    whole_year = f"năm {rng.randint(2021, 2026)}"
    quarter = f"Quý {rng.choice(('I', 'II', 'III', 'IV'))} năm {rng.randint(2021, 2026)}"
    return rng.choice((whole_year, quarter))


_UNUSUAL_CHARACTER = re.compile(r"[^\w\s.,;:()\"'/%&+\-–“”…?!°]")


def load_phrases(folder: Path | None) -> list[str]:
    """Paragraphs of 110 to 900 plain characters from the ``*.txt`` files of a folder, to mix into bodies."""
    if folder is None or not folder.is_dir():
        return []
    phrases = []
    for file in sorted(folder.glob("*.txt")):
        with file.open(encoding="utf-8") as lines:
            for raw in lines:
                line = unicodedata.normalize("NFC", re.sub(r"[*#|\t]+", " ", raw)).strip()
                line = re.sub(r"\s+", " ", line)
                plain = 110 <= len(line) <= 900 and not _UNUSUAL_CHARACTER.search(line)
                if plain and line[-1] in ".;":
                    phrases.append(line.lstrip("-+ ").strip())
    return phrases
