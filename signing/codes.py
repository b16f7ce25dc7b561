"""Every reason a check can give: one frozen table of code, Vietnamese and English sentence, and what it decides.

Codes are part of the API: they may be added, never renamed or given another meaning. The names follow the
(sub-)indications of ETSI EN 319 102-1 where it has one. docs/verification.md lists the same codes; a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Decides = Literal["INVALID", "INDETERMINATE", "WARNING", "PASSED", "SKIPPED", "REFUSED"]


@dataclass(frozen=True)
class Code:
    """One reason: what it decides, and one sentence in each language for people."""

    code: str
    decides: Decides
    vi: str
    en: str


# fmt: off
_ROWS: tuple[tuple[str, Decides, str, str], ...] = (
    # nothing wrong
    ("OK", "PASSED",
     "Đạt.",
     "Passed."),
    ("NOT_REACHED", "SKIPPED",
     "Chưa kiểm tra vì bước trước không đạt.",
     "Not checked: an earlier check decided."),
    ("NOT_APPLICABLE", "SKIPPED",
     "Không áp dụng cho tệp này.",
     "Does not apply to this file."),
    # 1 form of the file
    ("NOT_PDF", "INDETERMINATE",
     "Tệp không phải là PDF.",
     "The file is not a PDF."),
    ("FORMAT_FAILURE", "INDETERMINATE",
     "Tệp PDF bị hỏng hoặc sai cấu trúc, không đọc được chặt chẽ.",
     "The PDF is broken or malformed and cannot be read strictly."),
    ("ENCRYPTED", "INDETERMINATE",
     "Tệp PDF bị mã hóa nên không kiểm tra được.",
     "The PDF is encrypted and cannot be checked."),
    ("HYBRID_XREF", "INVALID",
     "Tệp PDF có hai bảng tham chiếu; phần mềm khác nhau có thể hiện nội dung khác nhau.",
     "The PDF has two cross-reference tables; different viewers may show different contents."),
    ("XFA_FORM", "INVALID",
     "Tệp PDF chứa biểu mẫu động XFA, nội dung hiển thị có thể thay đổi.",
     "The PDF carries a dynamic XFA form; what is shown may change."),
    ("TRAILING_DATA", "INVALID",
     "Có dữ liệu lạ được thêm vào sau phần đã ký của tệp.",
     "Foreign data was added to the file behind its signed part."),
    # 2 signatures present
    ("NO_SIGNATURE", "INDETERMINATE",
     "Tệp không có chữ ký số.",
     "The file carries no digital signature."),
    ("BROKEN_SIGNATURE", "INVALID",
     "Trường chữ ký có nhưng nội dung chữ ký bị thiếu hoặc hỏng.",
     "A signature field is present but its signature is missing or broken."),
    ("UNSUPPORTED_SIGNATURE", "INDETERMINATE",
     "Loại chữ ký này không được hỗ trợ.",
     "This kind of signature is not supported."),
    ("SIGNING_CERTIFICATE_UNBOUND", "INDETERMINATE",
     "Chữ ký không gắn với chứng thư số đi kèm: thiếu hoặc sai thông tin chứng thư của người ký.",
     "The signature is not bound to the certificate that comes with it."),
    # 3, 4 integrity
    ("HASH_FAILURE", "INVALID",
     "Nội dung đã bị thay đổi sau khi ký.",
     "The content was changed after signing."),
    ("SIG_CRYPTO_FAILURE", "INVALID",
     "Chữ ký số không khớp với chứng thư số.",
     "The signature value does not match the certificate."),
    ("COVERAGE_INCOMPLETE", "INVALID",
     "Chữ ký không bao trùm toàn bộ phiên bản tệp đã ký.",
     "The signature does not cover the whole signed revision."),
    ("FORBIDDEN_MODIFICATION", "INVALID",
     "Tệp bị sửa đổi trái phép sau khi ký.",
     "The file was modified after signing in a way that is not permitted."),
    ("DOCMDP_VIOLATION", "INVALID",
     "Tệp bị sửa đổi trái với giới hạn mà người ký đã đặt.",
     "The file was modified against the limits its signer set."),
    ("WEAK_ALGORITHM", "INDETERMINATE",
     "Chữ ký dùng thuật toán yếu hoặc không được phép.",
     "The signature uses a weak or forbidden algorithm."),
    ("METADATA_CHANGED", "WARNING",
     "Thông tin mô tả (XMP) của tệp khác với lúc ký; nội dung trang không đổi.",
     "The descriptive metadata (XMP) differs from the signed revision; the pages do not."),
    # 5, 6 signer
    ("NO_CERTIFICATE_CHAIN_FOUND", "INDETERMINATE",
     "Chứng thư số không dẫn tới cơ quan chứng thực được tin cậy.",
     "The certificate does not lead to a trusted authority."),
    ("CHAIN_CONSTRAINTS_FAILURE", "INDETERMINATE",
     "Chuỗi chứng thư số không hợp lệ.",
     "The certificate chain breaks its own constraints."),
    ("KEY_USAGE", "INDETERMINATE",
     "Chứng thư số không được cấp cho việc ký văn bản.",
     "The certificate was not issued for signing documents."),
    ("CERTIFICATE_EXPIRED", "INVALID",
     "Chứng thư số đã hết hạn tại thời điểm ký.",
     "The certificate had expired when the signature was made."),
    ("CERTIFICATE_NOT_YET_VALID", "INVALID",
     "Chứng thư số chưa có hiệu lực tại thời điểm ký.",
     "The certificate was not yet valid when the signature was made."),
    ("REVOKED", "INVALID",
     "Chứng thư số đã bị thu hồi trước khi ký.",
     "The certificate had been revoked before the signature was made."),
    ("REVOKED_NO_POE", "INDETERMINATE",
     "Chứng thư số đã bị thu hồi và không chứng minh được đã ký trước đó.",
     "The certificate is revoked and nothing proves that the signature is older."),
    ("OUT_OF_BOUNDS_NO_POE", "INDETERMINATE",
     "Chứng thư số đã hết hạn và không chứng minh được đã ký trước đó.",
     "The certificate has expired and nothing proves that the signature is older."),
    ("REVOCATION_UNKNOWN", "INDETERMINATE",
     "Không có thông tin thu hồi còn hiệu lực để kiểm tra chứng thư số.",
     "No current revocation information is at hand for the certificate."),
    ("NOT_PROVEN", "INDETERMINATE",
     "Chưa đủ căn cứ để kết luận về chữ ký.",
     "The evidence does not suffice to conclude on the signature."),
    # 7, 8 time
    ("NO_TIMESTAMP", "INDETERMINATE",
     "Chữ ký không có dấu thời gian.",
     "The signature carries no timestamp."),
    ("TIMESTAMP_BROKEN", "INVALID",
     "Dấu thời gian không khớp với chữ ký hoặc nội dung tệp.",
     "A timestamp does not match the signature or the content."),
    ("TIMESTAMP_UNTRUSTED", "INDETERMINATE",
     "Dấu thời gian không do tổ chức được tin cậy cấp.",
     "A timestamp was not issued by a trusted authority."),
    ("TIMESTAMP_IN_FUTURE", "INDETERMINATE",
     "Dấu thời gian muộn hơn thời điểm kiểm tra.",
     "A timestamp lies later than the time of checking."),
    ("LONG_TERM_MISSING", "WARNING",
     "Tệp không có đủ dữ liệu để kiểm tra lâu dài (B-LTA).",
     "The file lacks the evidence for long-term checking (B-LTA)."),
    ("LONG_TERM_STRIPPED", "INDETERMINATE",
     "Dữ liệu kiểm tra lâu dài của con dấu này đã bị cắt khỏi tệp.",
     "The long-term evidence of this seal was cut off the file."),
    # 10 standing of the record
    ("STANDING_REVOKED", "INVALID",
     "Chữ ký đúng nhưng hồ sơ này đã bị thu hồi, hủy bỏ.",
     "The signature holds, but this record was revoked."),
    ("STANDING_EXPIRED", "INDETERMINATE",
     "Chữ ký đúng nhưng hồ sơ này đã hết hiệu lực.",
     "The signature holds, but this record has expired."),
    ("STANDING_REPLACED", "INDETERMINATE",
     "Chữ ký đúng nhưng hồ sơ này đã được thay thế.",
     "The signature holds, but this record was replaced."),
    ("STANDING_DISPUTED", "INDETERMINATE",
     "Chữ ký đúng nhưng hồ sơ này đang bị tranh chấp.",
     "The signature holds, but this record is disputed."),
    ("NOT_OURS", "SKIPPED",
     "Tệp này không có trong kho hồ sơ của hệ thống.",
     "This file is not among the records of this installation."),
    # the checker itself
    ("VALIDATOR_FAILURE", "INDETERMINATE",
     "Bộ kiểm tra gặp lỗi với tệp này nên không kết luận được.",
     "The checker failed on this file and gives no conclusion."),
    ("TOO_COMPLEX", "INDETERMINATE",
     "Kiểm tra tệp này cần nhiều thời gian hoặc bộ nhớ hơn mức hợp lý so với kích thước nên không kết luận được.",
     "Checking this file would take more time or memory than its size warrants; no conclusion is given."),
    # why a seal or copy is refused (never part of a report)
    ("ALREADY_SIGNED", "REFUSED",
     "Tệp đã có chữ ký hoặc trường chữ ký; không được đóng dấu lại.",
     "The file already carries a signature or signature field and is not sealed again."),
    ("BAD_MARK", "REFUSED",
     "Dấu xác nhận không vừa trong ô dành cho nó hoặc nằm ngoài trang.",
     "The mark does not fit its box, or the box lies outside the page."),
    ("PAGE_ROTATED", "REFUSED",
     "Trang đầu bị xoay; cần xoay hẳn nội dung trước khi đóng dấu.",
     "The first page is rotated; bake the rotation in before sealing."),
    ("CLOCK_DISAGREES", "REFUSED",
     "Đồng hồ của hệ thống lệch với dấu thời gian.",
     "The system clock and the timestamp disagree."),
    ("SEALING_FAILED", "REFUSED",
     "Không ký được tệp này; cần người kiểm tra.",
     "This file could not be signed; a person must look."),
    ("ORIGINAL_DIFFERS", "REFUSED",
     "Bản gốc không phải là tệp đã nêu trong nội dung cấp bản sao.",
     "The original is not the file that the terms of the copy name."),
    ("ORIGINAL_NOT_VALID", "REFUSED",
     "Bản gốc không còn kiểm tra được là hợp lệ nên không cấp bản sao.",
     "The original does not check as valid, so no copy of it is certified."),
    ("NO_ORIGINAL", "REFUSED",
     "Tệp không đính kèm bản gốc.",
     "The file carries no attached original."),
)
# fmt: on

CODES = MappingProxyType({row[0]: Code(*row) for row in _ROWS})
