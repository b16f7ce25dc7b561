"""Pages for verifiers, open to anyone: a file, or the code of a copy, and one plain verdict with its reasons."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request, Response, UploadFile

from api import statements, verification
from api.callers import Call, Called
from api.pages.forms import Filled, shaped, text
from api.pages.frame import page, see
from api.problems import Refused
from api.streams import BLOCK_BYTES, Spooled
from archive.errors import Problem
from archive.lifecycle import CopyState, Standing
from archive.moments import moment
from signing.report import HINDSIGHT

router = APIRouter(include_in_schema=False)

CODE = re.compile(r"[0-9a-z]{5}(-[0-9a-z]{1,5}){5}")
MIB = 1 << 20


@router.get("/verify", name="pages.verify")
def ask(request: Request, call: Called, code: str = "") -> Response:
    """Hand in a file, or type the code of a copy; who came with a code is led to its page."""
    typed = code.strip().lower()
    if CODE.fullmatch(typed):
        return see(f"/v/{quote(typed)}")
    return _form(request, call, 422 if typed else 200, typed=typed)


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
    told = _told(found)
    return page(
        request, call.caller, "verify-code.html", 404 if found is None else 200, code=typed, found=found,
        kind=told, key=call.office.token()[:32], sentence=CODE_SENTENCES.get(told or "", NO_SUCH_COPY),
        tone=_tone(told),
    )  # fmt: skip


@router.post("/v/{code}/use", name="pages.use-copy")
def use_copy(code: Annotated[str, Path(max_length=100)], call: Called, form: Filled) -> Response:
    """Who relies on the copy says so; one of its uses is gone, if they are limited."""
    typed = code.strip().lower()
    if not CODE.fullmatch(typed):
        raise Refused("NOT_FOUND")
    asked = shaped(verification.NewUse, who=text(form, "who"), purpose=text(form, "purpose") or None)
    with call.office.database.writing() as session:
        verification.record_use(call, session, typed, asked.who, asked.purpose or "", text(form, "key"))
    return see(f"/v/{quote(typed)}")


@router.post("/verify", name="pages.verify-file")
def by_file(
    request: Request, call: Called, file: UploadFile | None = None, at: Annotated[str, Form()] = ""
) -> Response:
    """The verdict on a file, ours or not; beside it, at signing and on a chosen day."""
    if file is None or not file.size:
        return _form(request, call, 422, empty=True, at=at)
    try:
        chosen = moment(at) if at.strip() else None
    except Problem:
        return _form(request, call, 422, wrong_day=True, at=at)
    with _room(call) as folder:
        body = _spooled(file, folder / "body", call)
        if statements.is_picture(body.path):
            told = statements.judged(request, call, body)
            return page(
                request, call.caller, "statement.html", report=told, standing=told["online"],
                tone=STATEMENT_TONES[told["verdict"]], sentence=STATEMENT_SENTENCES[told["verdict"]],
            )  # fmt: skip
        report = verification.judged(call, body, chosen)
    kind = kind_of(report)
    return page(
        request, call.caller, "verdict.html", report=report, kind=kind, sentence=FILE_SENTENCES[kind],
        tone=TONES.get(kind, "bad"), name=(file.filename or "")[:200], tones=VERDICT_TONES, chosen=at.strip(),
        warnings=[one for one in report.get("checks", ()) if one["status"] == "warning"],
        hindsight=HINDSIGHT,
    )  # fmt: skip


@router.post("/verify/revision", name="pages.verify-revision")
def as_signed(
    request: Request, call: Called, file: UploadFile | None = None, signature: Annotated[str, Form()] = ""
) -> Response:
    """The file as it was when a signature was made, to keep: the browser hands the same file in again."""
    if file is None or not file.size:
        return _form(request, call, 422, empty=True)
    with _room(call) as folder:
        body = _spooled(file, folder / "body", call)
        call.office.revise(body.path, signature[:200], call.at, folder / "revision")
        return verification.as_signed_answer((folder / "revision").read_bytes())


def _form(
    request: Request, call: Call, status: int, *, typed: str = "", empty: bool = False, wrong_day: bool = False,
    at: str = "",
) -> Response:  # fmt: skip
    return page(
        request, call.caller, "verify.html", status, typed=typed, empty=empty, wrong_day=wrong_day, at=at[:40]
    )


@contextmanager
def _room(call: Call) -> Iterator[FilePath]:
    """A folder for one request, gone after it."""
    call.office.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=call.office.scratch) as folder:
        yield FilePath(folder)


def _told(found: verification.CopyFound | None) -> str | None:
    """A key of CODE_SENTENCES: how the copy stands, and whether it or its record decides; None: no such copy."""
    if found is None:
        return None
    if found.standing is not Standing.VALID:
        return f"{found.standing.value}-{found.which}"
    return "unissued" if found.state in (CopyState.GRANTED, CopyState.REFUSED) else "valid"


def _tone(told: str | None) -> str:
    return TONES.get((told or "").partition("-")[0], "bad")


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
    if reason in ("SIGNER_IMPERSONATES", "NOT_ENTITLED"):
        return reason.lower().replace("_", "-")
    if reason in ("REVOKED", "CERTIFICATE_EXPIRED", "CERTIFICATE_NOT_YET_VALID"):
        return "signer-not-in-force"
    if reason in ("HYBRID_XREF", "XFA_FORM"):
        return "shows-otherwise"
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
    "used_up": (
        "Bản sao thật nhưng đã dùng hết số lần được phép.",
        "The copy is genuine but was used as often as it may be.",
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
    "signer-impersonates": (
        "Không hợp lệ: chữ ký mang tên một cơ quan nhưng không phải của cơ quan đó.",
        "Not valid: the signature bears an agency's name but is not that agency's.",
    ),
    "signer-not-in-force": (
        "Không hợp lệ: chứng thư số của người ký không có hiệu lực khi ký. Hãy hỏi lại cơ quan cấp.",
        "Not valid: the signer's certificate was not in force when the file was signed. Ask the agency that issued it.",
    ),
    "shows-otherwise": (
        "Không hợp lệ: mỗi phần mềm có thể hiện tệp này một cách khác nhau.",
        "Not valid: different programs may show this file differently.",
    ),
    "not-entitled": (
        "Chưa xác định được: cơ quan này không được ký loại giấy tờ này vào lúc đó.",
        "Undecided: this agency was not entitled to sign such a paper at that time.",
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
        "Chưa xác định được: thiếu điều kiện để kết luận. Chưa nên dựa vào tệp này; hãy hỏi cơ quan cấp.",
        "Undecided: something needed for a verdict is missing. Do not rely on it yet; ask the agency that issued it.",
    ),
}  # fmt: skip

CODE_SENTENCES = {
    "valid": (
        "Có bản sao mang mã này và còn hiệu lực. Hãy so với bản đang cầm.",
        "There is a copy with this code, and it is in force. Compare it with the one in hand.",
    ),
    "revoked-copy": ("Bản sao này đã bị thu hồi.", "This copy has been revoked."),
    "revoked-record": ("Giấy tờ gốc của bản sao đã bị thu hồi.", "The record behind this copy has been revoked."),
    "expired-copy": ("Bản sao này đã hết hạn dùng.", "This copy has expired."),
    "expired-record": ("Giấy tờ gốc của bản sao đã hết hiệu lực.", "The record behind this copy has expired."),
    "replaced-copy": ("Bản sao này đã được thay bằng bản sao khác.", "This copy has been replaced by another."),
    "replaced-record": (
        "Giấy tờ gốc của bản sao đã được thay thế.",
        "The record behind this copy has been replaced.",
    ),
    "disputed-record": ("Giấy tờ gốc của bản sao đang có tranh chấp.", "The record behind this copy is disputed."),
    "used_up-copy": (
        "Bản sao này đã dùng hết số lần được phép.",
        "This copy was used as often as it may be.",
    ),
    "unissued": (
        "Mã này thuộc một bản sao chưa được cấp hoặc đã bị từ chối.",
        "This code belongs to a copy that is not issued, or was refused.",
    ),
}  # fmt: skip
NO_SUCH_COPY = (
    "Không có bản sao nào mang mã này ở đây. Hãy so lại từng ký tự; nếu đúng, bản sao không do hệ thống này cấp.",
    "No copy here has this code. Check each character; if it is right, the copy was not issued here.",
)
STATEMENT_SENTENCES = {
    "VALID": (
        "Mã xác nhận trên giấy là thật, giấy ghi đúng những gì mã nêu. Hãy so từng mục dưới đây với tờ giấy.",
        "The statement on the paper is genuine, the paper shows what it names. Compare each item below with the paper.",
    ),
    "INVALID": ("Không hợp lệ: mã xác nhận sai.", "Not valid: the statement does not hold."),
    "INDETERMINATE": (
        "Chưa xác định được từ ảnh này.",
        "Undecided: this picture does not prove anything.",
    ),
}  # fmt: skip
STATEMENT_TONES = {"VALID": "good", "INVALID": "bad", "INDETERMINATE": "warn"}
TONES = {"valid": "good", **dict.fromkeys(
    ("not-ours", "used_up", "unissued", "expired",
     "replaced", "disputed", "not-pdf", "encrypted", "no-signature", "undecided"), "warn"
)}  # fmt: skip
VERDICT_TONES = {"VALID": "good", "INDETERMINATE": "warn", "INVALID": "bad"}
