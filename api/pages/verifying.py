"""Pages for verifiers, open to anyone: a file, or the code of a copy, and one plain verdict with its reasons."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response, UploadFile

from api import statements, verification
from api.callers import Call, Called
from api.pages.frame import page, see
from api.problems import Refused
from api.streams import BLOCK_BYTES, Spooled
from archive.lifecycle import Standing

router = APIRouter(include_in_schema=False)

CODE = re.compile(r"[0-9a-z]{5}(-[0-9a-z]{1,5}){5}")
MIB = 1 << 20


@router.get("/verify", name="pages.verify")
def ask(request: Request, call: Called, code: str = "") -> Response:
    """Hand in a file, or type the code of a copy; who came with a code is led to its page."""
    typed = code.strip().lower()
    if CODE.fullmatch(typed):
        return see(f"/v/{quote(typed)}")
    return page(request, call.caller, "verify.html", 422 if typed else 200, typed=typed, empty=False)


@router.get("/v/{code}", name="pages.verify-code")
def by_code(code: Annotated[str, Path(max_length=100)], request: Request, call: Called) -> Response:
    """What the QR of a copy leads to."""
    typed = code.strip().lower()
    found = None
    if CODE.fullmatch(typed):
        try:
            found = verification.verify_code(typed, call)
        except Refused as refused:
            if refused.code != "NOT_FOUND":
                raise
    told = None if found is None else found.standing.value
    return page(
        request, call.caller, "verify-code.html", 404 if found is None else 200, code=typed, found=found,
        kind=told, sentence=CODE_SENTENCES.get(told or "", NO_SUCH_COPY), tone=TONES.get(told or "", "bad"),
    )  # fmt: skip


@router.post("/verify", name="pages.verify-file")
def by_file(request: Request, call: Called, file: UploadFile | None = None) -> Response:
    """The verdict on a file, ours or not."""
    if file is None or not file.size:
        return page(request, call.caller, "verify.html", 422, typed="", empty=True)
    call.office.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=call.office.scratch) as folder:
        body = _spooled(file, FilePath(folder) / "body", call)
        if statements.is_picture(body.path):
            told = statements.judged(call, body)
            return page(
                request, call.caller, "statement.html", report=told, standing=told["online"],
                tone=STATEMENT_TONES[told["verdict"]], sentence=STATEMENT_SENTENCES[told["verdict"]],
            )  # fmt: skip
        report = verification.judged(call, body)
    kind = kind_of(report)
    return page(
        request, call.caller, "verdict.html", report=report, kind=kind, sentence=FILE_SENTENCES[kind],
        tone=TONES.get(kind, "bad"), name=(file.filename or "")[:200],
    )  # fmt: skip


def _spooled(file: UploadFile, path: FilePath, call: Call) -> Spooled:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        while block := file.file.read(BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            if size > call.office.settings.most_verify_mib * MIB:
                raise Refused("TOO_LARGE")
            out.write(block)
    return Spooled(path, digest.hexdigest(), size)


def kind_of(report: dict[str, Any]) -> str:
    """The one thing a person has to know about a file: a key of FILE_SENTENCES."""
    reason, standing = str(report.get("reason", "")), report.get("standing")
    for one in Standing:
        if one is not Standing.VALID and standing == one.value and reason == f"STANDING_{one.name}":
            return one.value
    if reason in ("NOT_PDF", "ENCRYPTED", "NO_SIGNATURE", "FORMAT_FAILURE"):
        return reason.lower().replace("_", "-")
    if reason in ("EXTRACT_DIFFERS", "EXTRACT_BROKEN"):
        return "extract-differs"
    if report["verdict"] == "VALID":
        return "valid" if report.get("ours") else "not-ours"
    return "altered" if report["verdict"] == "INVALID" else "undecided"


FILE_SENTENCES = {
    "valid": (
        "Hợp lệ: tệp này do cơ quan cấp, còn nguyên vẹn và còn hiệu lực.",
        "Valid: this file was issued by an agency here, is unchanged and in force.",
    ),
    "not-ours": (
        "Chữ ký hợp lệ, nhưng tệp này không do hệ thống này cấp.",
        "The signature is valid, but this file was not issued here.",
    ),
    "revoked": (
        "Không dùng được: giấy tờ này đã bị thu hồi.",
        "Not to be relied on: this paper has been revoked.",
    ),
    "expired": (
        "Giấy tờ thật nhưng đã hết hiệu lực.",
        "The paper is genuine but has expired.",
    ),
    "replaced": (
        "Giấy tờ thật nhưng đã được thay bằng giấy tờ khác.",
        "The paper is genuine but has been replaced by another.",
    ),
    "disputed": (
        "Giấy tờ đang có tranh chấp; hãy hỏi cơ quan cấp.",
        "The paper is disputed; ask the agency that issued it.",
    ),
    "not-pdf": (
        "Không kiểm tra được: tệp này không phải PDF.",
        "Nothing to verify: this file is not a PDF.",
    ),
    "encrypted": (
        "Không kiểm tra được: tệp PDF bị mã hóa.",
        "Cannot be verified: the PDF is encrypted.",
    ),
    "no-signature": (
        "Tệp không có chữ ký số, nên không chứng minh được gì.",
        "The file carries no digital signature, so it proves nothing.",
    ),
    "format-failure": (
        "Tệp bị hỏng nên không kiểm tra được.",
        "The file is broken and cannot be verified.",
    ),
    "extract-differs": (
        "Không hợp lệ: phần được trích không đúng với bản gốc hoặc bản kê của nó.",
        "Not valid: the extract does not show what its original or its own list says.",
    ),
    "altered": (
        "Không hợp lệ: chữ ký không còn đúng với nội dung tệp.",
        "Not valid: the signatures do not hold for what the file shows.",
    ),
    "undecided": (
        "Chưa xác định được: thiếu điều kiện để kết luận.",
        "Undecided: something needed for a verdict is missing.",
    ),
}  # fmt: skip

CODE_SENTENCES = {
    "valid": (
        "Có bản sao mang mã này và còn hiệu lực. Hãy so với bản đang cầm.",
        "There is a copy with this code, and it is in force. Compare it with the one in hand.",
    ),
    "revoked": (
        "Bản sao hoặc bản gốc của nó đã bị thu hồi.",
        "This copy, or the record behind it, has been revoked.",
    ),
    "expired": ("Giấy tờ gốc của bản sao đã hết hiệu lực.", "The record behind this copy has expired."),
    "replaced": (
        "Giấy tờ gốc của bản sao đã được thay thế.",
        "The record behind this copy has been replaced.",
    ),
    "disputed": (
        "Giấy tờ gốc của bản sao đang có tranh chấp.",
        "The record behind this copy is disputed.",
    ),
}  # fmt: skip
NO_SUCH_COPY = (
    "Không có bản sao nào mang mã này ở đây. Hãy so lại từng ký tự; nếu đúng, bản sao không do hệ thống này cấp.",
    "No copy here has this code. Check each character; if it is right, the copy was not issued here.",
)
STATEMENT_SENTENCES = {
    "VALID": (
        "Mã xác nhận trên giấy là thật. Hãy so từng mục dưới đây với tờ giấy đang cầm.",
        "The statement on the paper is genuine. Compare each item below with the paper in hand.",
    ),
    "INVALID": ("Không hợp lệ: mã xác nhận sai.", "Not valid: the statement does not hold."),
    "INDETERMINATE": (
        "Chưa xác định được từ ảnh này.",
        "Undecided: this picture does not prove anything.",
    ),
}  # fmt: skip
STATEMENT_TONES = {"VALID": "good", "INVALID": "bad", "INDETERMINATE": "warn"}
TONES = {"valid": "good", **dict.fromkeys(
    ("not-ours", "expired", "replaced", "disputed", "not-pdf", "encrypted", "no-signature", "undecided"), "warn"
)}  # fmt: skip
