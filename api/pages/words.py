"""Words for people: states, standings, fields and acts in Vietnamese and English. Data only."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

STATE: Words = {
    "RECEIVED": ("Đã nhận", "Received"), "READ": ("Chờ kiểm tra", "To be checked"),
    "RETURNED": ("Trả lại", "Returned"), "APPROVED": ("Đã duyệt", "Approved"), "SEALED": ("Đã đóng dấu", "Sealed"),
    "HELD": ("Đã lưu trữ", "Held"), "WITHDRAWN": ("Đã rút", "Withdrawn"),
}  # fmt: skip
STANDING: Words = {
    "valid": ("còn hiệu lực", "in force"), "expired": ("hết hiệu lực", "expired"),
    "replaced": ("đã được thay thế", "replaced"), "revoked": ("đã bị thu hồi", "revoked"),
    "disputed": ("đang tranh chấp", "disputed"), "used_up": ("đã dùng hết số lần", "used up"),
}  # fmt: skip
FIELD: Words = {
    "doc_type": ("Loại văn bản", "Kind of paper"), "number": ("Số", "Number"), "notation": ("Ký hiệu", "Notation"),
    "code": ("Số và ký hiệu", "Number and notation"), "issued_on": ("Ngày ban hành", "Issued on"),
    "issuer": ("Cơ quan ban hành", "Issuer"), "parent_issuer": ("Cơ quan chủ quản", "Superior body"),
    "place": ("Địa danh", "Place"), "subject": ("Trích yếu", "Subject"), "signer_name": ("Người ký", "Signer"),
    "signer_title": ("Chức vụ người ký", "Signer's title"),
    "signer_capacity": ("Thẩm quyền ký", "Signer's capacity"), "recipients": ("Nơi nhận", "Recipients"),
    "legal_bases": ("Căn cứ", "Legal bases"), "holder_name": ("Tên chủ giấy tờ", "Holder's name"),
    "holder_id": ("Số định danh chủ giấy tờ", "Holder's personal number"),
    "holder_tax_code": ("Mã số thuế chủ giấy tờ", "Holder's tax code"), "valid_from": ("Có hiệu lực từ", "Valid from"),
    "valid_until": ("Có hiệu lực đến", "Valid until"), "procedure_code": ("Mã thủ tục", "Procedure's code"),
    "page_count": ("Số trang", "Pages"), "requester": ("Người yêu cầu", "Requester"),
    "wanted": ("Phần cần trích", "What the extract shows"), "note": ("Lý do", "Why"),
    "about": ("Giấy tờ được hỏi", "The paper asked for"),
    "holder": ("Số định danh, mã số thuế", "Personal or tax number"),
}  # fmt: skip
COPY: Words = {
    "REQUESTED": ("Đã yêu cầu", "Requested"), "GRANTED": ("Đang tạo", "Being made"), "ISSUED": ("Đã cấp", "Issued"),
    "REFUSED": ("Bị từ chối", "Refused"), "REVOKED": ("Đã thu hồi", "Revoked"),
    "REPLACED": ("Đã thay thế", "Replaced"),
}  # fmt: skip
BASIS: Words = {
    "register": ("từ sổ gốc", "from the register"), "original": ("chứng thực từ bản chính", "against the original"),
    "extract": ("trích sao", "extract"),
}  # fmt: skip
STEP: Words = {
    "read": ("đọc", "reading"), "seal": ("đóng dấu", "sealing"), "hold": ("lưu trữ", "holding"),
    "issue": ("cấp bản sao", "issuing a copy"), "renew": ("gia hạn bằng chứng", "renewing evidence"),
}  # fmt: skip
BATCH: Words = {
    "OPEN": ("Đang nhận tệp", "Taking files"), "CLOSED": ("Đang kiểm tra tệp", "Looking at the files"),
    "RECEIVED": ("Đã tiếp nhận", "Received"),
}  # fmt: skip
TAKEN: Words = {"accepted": ("Đã nhận", "Accepted"), "refused": ("Bị từ chối", "Refused")}
REGISTER: Words = {
    "records": ("Sổ văn bản số hóa", "Register of digitised papers"),
    "copies-register": ("Sổ cấp bản sao từ sổ gốc", "Register of copies from the register"),
    "copies-original": ("Sổ chứng thực bản sao từ bản chính", "Register of copies certified against the original"),
    "copies-own": ("Sổ đăng ký bản sao (trích sao)", "Register of extracts"),
}  # fmt: skip
ENTRY: Words = {
    "reserved": ("Giữ số", "Reserved"),
    "entered": ("Đã vào sổ", "Entered"),
    "void": ("Hủy số", "Void"),
}
DEED: Words = {
    "read": ("Đã xem", "Saw it"), "copy": ("Cấp bản sao", "Copy"), "use": ("Dùng trong hồ sơ", "Used in a dossier"),
    "ask": ("Hỏi lại giấy tờ đã có", "Asked again for a paper that is here"), "consent": ("Đồng ý", "Consent"),
    "withdrawal": ("Rút lại đồng ý", "Consent withdrawn"), "grant": ("Cơ quan được chia sẻ", "Shared with an agency"),
    "answer": ("Trả lời: không có trong sổ gốc", "Answered: no entry"),
}  # fmt: skip
ACT: Words = {
    "receive": ("Tiếp nhận", "Received"), "read": ("Đọc", "Read"), "return": ("Trả lại", "Returned"),
    "rescan": ("Quét lại", "Scanned again"), "split": ("Tách hồ sơ", "Split"),
    "split-off": ("Tách ra từ hồ sơ khác", "Split off another document"),
    "approve": ("Duyệt", "Approved"), "seal": ("Đóng dấu", "Sealed"),
    "hold": ("Lưu trữ", "Held"), "withdraw": ("Rút", "Withdrawn"), "revoke-record": ("Thu hồi", "Revoked"),
    "park": ("Chờ người xử lý", "Parked"), "retry": ("Thử lại", "Tried again"),
    "request-copy": ("Yêu cầu bản sao", "Copy requested"), "grant-copy": ("Cho cấp bản sao", "Copy granted"),
    "refuse-copy": ("Từ chối bản sao", "Copy refused"), "issue-copy": ("Cấp bản sao", "Copy issued"),
    "revoke-copy": ("Thu hồi bản sao", "Copy revoked"), "void-copy": ("Hủy bản sao", "Copy voided"),
    "use-copy": ("Dùng bản sao", "Copy used"), "match-line": ("Đối chiếu bản kê", "Matched with the list"),
    "load-list": ("Nạp bản kê", "List loaded"), "change-trust": ("Đổi kho tin cậy", "Trust changed"),
    "renew": ("Gia hạn bằng chứng", "Evidence renewed"), "lose-evidence": ("Mất bằng chứng", "Evidence lost"),
    "find-damaged": ("Phát hiện tệp hỏng", "File found damaged"),
    "find-whole": ("Tệp lại toàn vẹn", "File whole again"),
    "replace-record": ("Thay thế giấy tờ", "Record replaced"), "replace-copy": ("Thay thế bản sao", "Copy replaced"),
    "extend-copy": ("Gia hạn trả bản sao", "Deadline of a copy put off"),
    "open-volume": ("Mở quyển sổ", "Volume opened"),
    "answer-no-entry": ("Trả lời không có trong sổ gốc", "Answered: no entry"),
}  # fmt: skip
CAPACITY: Words = {
    "holder": ("người được cấp bản chính", "the holder"),
    "representative": ("người đại diện, được ủy quyền", "a representative"),
    "heir": ("người thừa kế", "an heir"), "bearer": ("người mang bản chính", "who brings the original"),
    "consent": ("cơ quan, theo đồng ý của chủ giấy tờ", "an agency, by the holder's consent"),
}  # fmt: skip
RELATION: Words = {
    "parent": ("cha, mẹ", "parent"), "child": ("con", "child"), "spouse": ("vợ, chồng", "spouse"),
    "sibling": ("anh, chị, em ruột", "sibling"), "other": ("người thừa kế khác", "other heir"),
}  # fmt: skip
ROLE: Words = {
    "content": ("có nội dung", "content"), "blank": ("trắng", "blank"), "separator": ("phân tách", "separator"),
    "cover": ("tờ bìa", "cover"),
}  # fmt: skip
CHECK: Words = {
    "format": ("Dạng tệp", "Form of the file"), "signature": ("Có chữ ký", "Signatures present"),
    "tail": ("Phần cuối tệp", "End of the file"), "integrity": ("Nội dung nguyên vẹn", "Content unchanged"),
    "modifications": ("Sửa đổi sau khi ký", "Changes after signing"), "algorithms": ("Thuật toán", "Algorithms"),
    "key_usage": ("Mục đích của chứng thư", "Purpose of the certificate"),
    "trust": ("Chuỗi chứng thư và thu hồi", "Certificate chain and revocation"),
    "entitlement": ("Cơ quan và quyền ký", "Agency and right to seal"),
    "timestamp": ("Dấu thời gian của chữ ký", "Timestamp of the signature"),
    "document_timestamp": ("Dấu thời gian của tệp", "Timestamp over the file"),
    "long_term": ("Dữ liệu kiểm tra lâu dài", "Long-term evidence"), "metadata": ("Thông tin mô tả", "Description"),
    "standing": ("Tình trạng hồ sơ", "Standing of the record"), "file": ("Tệp", "File"),
}  # fmt: skip
KINDS: Mapping[str, Words] = {
    "state": STATE, "standing": STANDING, "field": FIELD, "copy": COPY, "basis": BASIS, "step": STEP,
    "batch": BATCH, "taken": TAKEN, "register": REGISTER, "entry": ENTRY, "deed": DEED, "act": ACT,
    "role": ROLE, "capacity": CAPACITY, "relation": RELATION, "check": CHECK,
}  # fmt: skip


def word(kind: str, key: str, lang: str) -> str:
    """The word for this key in this language; the key itself where there is none."""
    found = KINDS[kind].get(key)
    return key if found is None else found[0 if lang == "vi" else 1]
