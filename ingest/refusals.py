"""Why a file is not taken: one table of stable codes with what to tell people, in Vietnamese and English."""

from __future__ import annotations

from archive.errors import Problem

SENTENCES: dict[str, tuple[str, str]] = {
    "EMPTY_FILE": (
        "Tệp rỗng (0 byte). Hãy quét hoặc chép lại.",
        "The file is empty (0 bytes). Scan or copy it again.",
    ),
    "UNREADABLE_FILE": ("Không đọc được tệp: {detail}", "The file cannot be read: {detail}"),
    "FILE_TOO_LARGE": (
        "Tệp quá lớn ({detail}). Hãy chia nhỏ.",
        "The file is too large ({detail}). Split it.",
    ),
    "NOT_AN_IMAGE": (
        "Không phải ảnh JPEG, PNG, TIFF, tệp PDF hay ZIP{detail}.",
        "This is not a JPEG, PNG or TIFF image, a PDF or a ZIP{detail}.",
    ),
    "TRUNCATED": (
        "Tệp bị cắt cụt, thiếu phần cuối ({detail}). Hãy chép hoặc quét lại.",
        "The file is cut short ({detail}). Copy or scan it again.",
    ),
    "DAMAGED": (
        "Tệp hỏng, không giải mã được ({detail}). Hãy quét lại.",
        "The file is damaged and cannot be decoded ({detail}). Scan it again.",
    ),
    "ENCRYPTED": (
        "Tệp được đặt mật khẩu. Hãy gỡ mật khẩu rồi nộp lại.",
        "The file is locked with a password. Take the password off and hand it in again.",
    ),
    "NO_PAGES": ("Tệp không có trang nào.", "The file has no pages."),
    "TOO_MANY_PAGES": (
        "Tệp có quá nhiều trang ({detail}). Hãy chia nhỏ.",
        "The file has too many pages ({detail}). Split it.",
    ),
    "TOO_MANY_PIXELS": (
        "Trang quá lớn ({detail}). Hãy quét lại ở 300 dpi.",
        "A page is too large ({detail}). Scan it at 300 dpi.",
    ),
    "DECOMPRESSION_BOMB": (
        "Tệp bung ra lớn bất thường ({detail}), không được nhận.",
        "The file swells abnormally when unpacked ({detail}) and is not taken.",
    ),
    "RESOLUTION_TOO_LOW": (
        "Độ phân giải quá thấp ({detail}). Hãy quét lại ở 300 dpi.",
        "The resolution is too low ({detail}). Scan it at 300 dpi.",
    ),
    "NESTED_ARCHIVE": (
        "Tệp ZIP nằm trong tệp ZIP khác. Hãy giải nén trước.",
        "A ZIP inside a ZIP is not opened. Unpack it first.",
    ),
    "TOO_MANY_FILES": (
        "Tệp ZIP có quá nhiều tệp ({detail}).",
        "The ZIP holds too many files ({detail}).",
    ),
    "INSPECTION_TIME_LIMIT": (
        "Kiểm tra tệp quá lâu, đã dừng ({detail}).",
        "Looking at the file took too long and was stopped ({detail}).",
    ),
    "INSPECTION_FAILED": (
        "Không kiểm tra được tệp: tiến trình kiểm tra đã dừng ({detail}).",
        "The file could not be looked at: the process that did so died ({detail}).",
    ),
    "CAPTURE_SIGNED": (
        "Tệp đã được ký số, không phải bản quét để sao chụp. Hãy nhận bằng hoso receive.",
        "The file is signed already and no scan to be captured. Take it in with hoso receive.",
    ),
    "CAPTURE_NOT_A_SCAN": (
        "PDF không phải ảnh quét của giấy tờ nên không sao chụp. Hãy nhận bằng hoso receive.",
        "The PDF is no scan of a paper and is not captured. Take it in with hoso receive.",
    ),
    "CAPTURE_SHEETS": (
        "Tệp có phiếu phân tách: khi sao chụp tại quầy, mỗi tệp là một giấy tờ. Hãy quét riêng từng giấy tờ.",
        "The file holds separator sheets: at the counter one file is one paper. Scan each paper by itself.",
    ),
    "CAPTURE_FAILED": (
        "Không lập được bản sao chụp PDF/A từ tệp này ({detail}). Hãy quét lại.",
        "No PDF/A capture could be made of this file ({detail}). Scan it again.",
    ),
    "LIST_UNREADABLE": (
        "Không đọc được bản kê ({detail}). Hãy lưu thành XLSX hoặc CSV, không đặt mật khẩu.",
        "The list cannot be read ({detail}). Save it as XLSX or CSV, without a password.",
    ),
    "LIST_NO_HEADER": (
        "Bản kê không có dòng tiêu đề nhận ra được. Các tên cột: {detail}.",
        "No headings that are known were found in the list. Columns: {detail}.",
    ),
    "LIST_EMPTY": (
        "Bản kê không có dòng nào dưới tiêu đề.",
        "The list has no line below its headings.",
    ),
    "LIST_TOO_LONG": (
        "Bản kê có quá nhiều dòng ({detail}). Hãy chia theo lô.",
        "The list has too many lines ({detail}). Split it by batch.",
    ),
}

WARNINGS: dict[str, tuple[str, str]] = {
    "RESOLUTION_LOW": (
        "Trang {detail} dpi, nên quét ở 300 dpi.",
        "A page has {detail} dpi; 300 dpi is recommended.",
    ),
    "ALREADY_SIGNED": (
        "Tệp đã được ký số: giữ nguyên, chỉ đọc bên cạnh.",
        "The file is signed already: it is kept as it is and read beside its bytes.",
    ),
    "PAGE_MAY_BE_MISSING": (
        "Hồ sơ ghép từ các ảnh rời có thể thiếu trang: một tệp ở giữa bị từ chối hoặc đã thuộc hồ sơ khác.",
        "A document joined from single pictures may lack a page: a file among them was refused or is another's.",
    ),
    "ONLY_BLANK_PAGES": (
        "Giữa hai phiếu phân tách chỉ có trang trắng (trang {detail}): không có hồ sơ nào được tạo ở đó.",
        "Between two separator sheets there are only blank pages (page {detail}): no document was made there.",
    ),
    "BAD_DOSSIER_DATE": (
        "Mã hồ sơ trên tờ bìa có ngày không có thật hoặc ở tương lai: {detail}",
        "The dossier code on the cover sheet names a day that is not real or still to come: {detail}",
    ),
    "RENDERED": (
        "PDF không phải ảnh quét: trang được vẽ ở 300 dpi để đọc.",
        "The PDF is not a scan: its pages are drawn at 300 dpi for reading.",
    ),
}


class Refused(Problem):
    """This file is not taken."""


def refused(code: str, detail: str = "") -> Refused:
    """The refusal with this code; ``detail`` says which limit, page or fault."""
    vi, en = SENTENCES[code]
    return Refused(code, vi.format(detail=detail), en.format(detail=detail))


def warning(code: str, detail: str = "") -> Problem:
    """Something worth telling about a file that is taken."""
    vi, en = WARNINGS[code]
    return Problem(code, vi.format(detail=detail), en.format(detail=detail))
