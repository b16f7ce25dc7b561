"""Problems over HTTP (RFC 9457): one table of codes with status and sentences, one shape, for every error."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from archive.errors import Problem
from archive.lifecycle import IllegalMove
from archive.registers import NotReserved

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20

# Codes of the API itself: status, Vietnamese, English. They never change their meaning.
CODES: Mapping[str, tuple[int, str, str]] = {
    "BAD_REQUEST": (400, "Yêu cầu không đọc được", "The request cannot be understood"),
    "DIGEST_MISMATCH": (400, "Nội dung nhận được không khớp mã băm đã nêu", "The bytes do not have the digest given"),
    "BAD_DIGEST": (400, "Tiêu đề mã băm sai dạng; cần sha-256", "The digest header is malformed; sha-256 is needed"),
    "LENGTH_MISMATCH": (400, "Tệp đến thiếu phần cuối", "The body ended before its length"),
    "SIGN_IN_REQUIRED": (401, "Cần đăng nhập", "Sign in first"),
    "SIGN_IN_FAILED": (
        401,
        "Sai tên hoặc mật khẩu, hoặc tài khoản đang bị khóa",
        "Wrong name or password, or the account is locked",
    ),
    "BAD_TOKEN": (401, "Mã truy cập sai hoặc hết hạn", "The access token is wrong or has expired"),
    "BAD_CLIENT": (401, "Sai mã hoặc khóa của hệ thống", "Wrong client or secret"),
    "OIDC_FAILED": (
        401,
        "Chưa đăng nhập được bằng tài khoản định danh. Hãy thử lại.",
        "Signing in with the state identity did not succeed. Try again.",
    ),
    "OIDC_LEVEL": (
        403,
        "Mức định danh của tài khoản chưa đủ để xem giấy tờ",
        "The level of this identity is not enough to see papers",
    ),
    "OIDC_NO_IDENTIFIER": (
        403,
        "Nơi cấp định danh không cho biết số định danh 12 chữ số hoặc mã số thuế hợp lệ",
        "The identity provider gave no valid 12-digit personal ID or tax code",
    ),
    "ACCOUNT_SHUT": (403, "Tài khoản này đã bị khóa", "This account is shut"),
    "FORBIDDEN": (403, "Không có quyền làm việc này", "Not permitted"),
    "CROSS_SITE": (403, "Yêu cầu đến từ trang khác nên bị chặn", "A request from another site is not taken"),
    "SAME_PERSON": (
        403,
        "Người đã làm bước trước không được làm bước này",
        "Who did the earlier step may not do this one",
    ),
    "CAPTURE_NEEDS_OFFICER": (
        403,
        "Chỉ người đăng nhập bằng tên của mình mới sao chụp và ký được",
        "Only a person, signed in by name, captures and signs",
    ),
    "OTHER_OFFICER": (
        403,
        "Lô sao chụp tại quầy do người mở lô gửi và ký; hãy mở lô của mình",
        "A batch captured at the counter is sent and signed by who opened it; open one of your own",
    ),
    "NOT_FOUND": (404, "Không có đối tượng này", "There is no such thing"),
    "METHOD_NOT_ALLOWED": (405, "Phương thức không dùng được ở đây", "This method is not for this address"),
    "NOTHING_PARKED": (409, "Không có bước nào đang chờ", "No step is parked"),
    "NOT_READY": (409, "Tệp chưa được tạo xong", "The file is not made yet"),
    "ACCOUNT_OF_OTHERS": (
        409,
        "Tài khoản có quyền ở cơ quan khác; chỉ người quản trị hệ thống đổi được",
        "The account has roles in other agencies; only the installation's owner may change it",
    ),
    "CHANGED": (412, "Hồ sơ đã thay đổi từ khi được xem. Hãy xem lại.", "It changed since it was seen. Look again."),
    "TOO_LARGE": (413, "Nội dung quá lớn", "The body is too large"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Loại nội dung không dùng được ở đây", "This content type is not taken here"),
    "INVALID_REQUEST": (422, "Yêu cầu có giá trị sai", "The request has wrong values"),
    "EMPTY_BODY": (422, "Tệp rỗng (0 byte)", "The file is empty (0 bytes)"),
    "BAD_CURSOR": (422, "Con trỏ trang sai", "The cursor is not one of ours"),
    "KEY_USED": (
        422,
        "Idempotency-Key này đã dùng cho một yêu cầu khác",
        "This Idempotency-Key was used for another request",
    ),
    "BAD_SCOPE": (422, "Quyền xin cấp không hợp lệ", "The scope asked for is not granted"),
    "UNKNOWN_ROLE": (422, "Không có vai trò này", "There is no such role"),
    "WHICH_AGENCY": (422, "Hãy nêu mã cơ quan", "Say which agency"),
    "WHICH_HOLDER": (422, "Hãy nêu số của chủ giấy tờ", "Say whose papers: give the holder's number"),
    "TIME_WITHOUT_ZONE": (422, "Thời điểm phải kèm múi giờ", "A time needs its zone"),
    "COPY_FROM_REGISTER_ONLY": (
        422,
        "Bản sao từ bản chính và bản trích sao cần người có thẩm quyền",
        "A copy certified against the original, or an extract, needs an officer",
    ),
    "OFFSET_MISMATCH": (409, "Vị trí ghi không khớp; hãy hỏi lại (HEAD)", "Not where the upload stands; ask (HEAD)"),
    "UPLOAD_BUSY": (423, "Tệp này đang được gửi ở một kết nối khác", "Another connection is sending this file"),
    "TUS_VERSION": (412, "Cần tiêu đề Tus-Resumable: 1.0.0", "Send the header Tus-Resumable: 1.0.0"),
    "CHECKSUM_MISMATCH": (460, "Đoạn nhận được không khớp mã băm", "The piece does not have the checksum given"),
    "BAD_UPLOAD": (422, "Cần tên tệp và độ dài hợp lệ", "A file name and a length are needed"),
    "IF_MATCH_MISSING": (428, "Cần tiêu đề If-Match với ETag đã xem", "Send If-Match with the ETag that was seen"),
    "TOO_MANY_REQUESTS": (429, "Quá nhiều yêu cầu. Hãy đợi.", "Too many requests. Wait."),
    "UNEXPECTED": (500, "Lỗi ngoài dự kiến; đã ghi lại", "Unexpected error; it was noted"),
    "STORAGE_FULL": (507, "Hết chỗ lưu trữ; chưa nhận gì. Hãy báo quản trị.", "No room is left; nothing was taken"),
    "OIDC_AWAY": (
        503,
        "Nơi cấp định danh không trả lời. Hãy thử lại sau.",
        "The identity provider does not answer. Try again later.",
    ),
    "NOT_SERVING": (503, "Hệ thống chưa sẵn sàng", "Not ready to serve"),
}  # fmt: skip

# Statuses of codes that come from the rooms below.
STATUS: Mapping[str, int] = {
    "UNKNOWN_DOCUMENT": 404, "UNKNOWN_AGENCY": 404, "CHANGED_MEANWHILE": 409, "ILLEGAL_MOVE": 409, "NOT_HELD": 409,
    "BATCH_CLOSED": 409, "BATCH_EMPTY": 409, "LOGIN_TAKEN": 409, "TOO_MANY_FILES": 413, "UNKNOWN_FIELD": 422,
    "BAD_VALUE": 422, "REQUEST_KEY_USED": 422, "BAD_LOGIN": 422, "BAD_PASSWORD": 422, "BAD_HOLDER": 422,
    "UNKNOWN_PROCEDURE": 404, "UNKNOWN_DOSSIER": 404, "UNKNOWN_REQUIREMENT": 404, "BAD_CATALOGUE": 422,
    "BAD_CONSENT": 422, "BAD_GRANT": 422, "BAD_PERIOD": 422, "BAD_DOSSIER_CODE": 422, "BAD_DOSSIER_DATE": 422,
    "DOSSIER_DATE_DIFFERS": 422, "DOSSIER_AGENCY_DIFFERS": 422, "BASIS_NOT_ACCEPTED": 422, "WRONG_FORM": 422,
    "WRONG_PROCEDURE": 422, "OTHER_HOLDER": 422, "DOSSIER_CODE_USED": 409, "ALREADY_HERE": 409,
    "CONSENT_MISSING": 409, "COPY_NOT_FOR_DOSSIER": 409, "COPY_NOT_ISSUED": 409, "REQUIREMENT_FILLED": 409,
    "TOO_MANY_COPIES": 409, "NOT_YET_VALID": 409, "RECORD_EXPIRED": 409, "RECORD_REPLACED": 409,
    "RECORD_REVOKED": 409, "RECORD_DISPUTED": 409,
    "EXTRACT_REGION": 422, "EXTRACT_PAGE": 422, "EXTRACT_NOT_SHOWN": 422, "EXTRACT_NOTHING": 422, "EXTRACT_WHOLE": 422,
    "EXTRACT_OF_WHAT": 422, "EXTRACT_OUTSIDE": 422, "REASON_MISSING": 422,
    "BAD_SPLIT_PAGE": 422, "SPLIT_SIGNED": 409,
    "NO_LIST": 404, "NO_SUCH_LINE": 404, "NO_LINE_CHOSEN": 422, "LINE_TAKEN": 409, "LIST_UNREADABLE": 422,
    "LIST_NO_HEADER": 422, "LIST_EMPTY": 422, "LIST_TOO_LONG": 422, "EMPTY_FILE": 422, "FILE_TOO_LARGE": 413,
    "DECOMPRESSION_BOMB": 422,
    "BAD_TIME": 422, "NO_SUCH_SIGNATURE": 404, "NOT_PDF": 422, "FORMAT_FAILURE": 422, "ENCRYPTED": 422,
    "HYBRID_XREF": 422, "XFA_FORM": 422, "HASH_FAILURE": 422, "SIG_CRYPTO_FAILURE": 422, "COVERAGE_INCOMPLETE": 422,
    "BAD_LIMITS": 422, "UNKNOWN_GROUND": 422, "PAPER_NOT_PRESENTED": 422, "CERTIFIER_MISSING": 422,
    "BAD_EXTENSION": 422, "BAD_TEXT": 422, "REQUESTER_MISSING": 422,
    "BAD_REPLACEMENT": 422, "ANSWER_ABOUT_WHAT": 422, "USED_BY_WHOM": 422, "UNKNOWN_REGISTER": 422, "BAD_MONTH": 422,
    "VOLUME_EMPTY": 409, "COPY_EXPIRED": 409, "COPY_USED_UP": 409, "COPY_REVOKED": 409, "COPY_REPLACED": 409,
    "COPY_IN_HAND": 409, "COPY_OTHER_RECIPIENT": 409, "COPY_OTHER_PURPOSE": 409, "BAD_LAW": 500,
    "SEARCH_EMPTY": 422, "SEARCH_TOO_LONG": 422, "DATABASE_AWAY": 503, "OBJECT_CORRUPT": 500,
}  # fmt: skip

BY_STATUS = {400: "BAD_REQUEST", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE",
             415: "UNSUPPORTED_MEDIA_TYPE", 422: "INVALID_REQUEST"}  # fmt: skip


class WrongValue(BaseModel):
    """One value that was not taken: where it stands and why."""

    where: str
    why: str


class ProblemBody(BaseModel):
    """An error as RFC 9457 has it. ``code`` is stable; ``vi`` and ``en`` are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    vi: str
    en: str
    instance: str
    error: str | None = None
    """The code of OAuth 2.0 (RFC 6749 5.2), at the token's address."""
    errors: list[WrongValue] | None = None


class Refused(Problem):
    """A problem of the API with its status and perhaps headers."""

    def __init__(self, code: str, headers: Mapping[str, str] | None = None, error: str | None = None) -> None:
        self.status, vi, en = CODES[code]
        super().__init__(code, vi, en)
        self.headers, self.error = dict(headers or {}), error


class ProblemAnswer(JSONResponse):
    """A problem on its way out as JSON."""

    problem: Problem


TITLES = {460: "Checksum Mismatch"}
"""Statuses that are tus's own (tus 1.0.0, checksum)."""


def problem_body(request_id: str, problem: Problem, status: int, **more: Any) -> ProblemBody:
    """The problem in the shape of RFC 9457."""
    return ProblemBody(
        type=f"urn:hoso:problem:{problem.code}", status=status, detail=problem.vi,
        title=TITLES.get(status) or HTTPStatus(status).phrase,
        code=problem.code, vi=problem.vi, en=problem.en, instance=f"urn:hoso:request:{request_id}", **more,
    )  # fmt: skip


def answer(
    request_id: str, problem: Problem, status: int, headers: Mapping[str, str] | None = None, **more: Any
) -> ProblemAnswer:
    """The response that tells this problem."""
    body = problem_body(request_id, problem, status, **more)
    kept = {"Cache-Control": "no-store", **(headers or {})}
    told = ProblemAnswer(body.model_dump(exclude_none=True), status, kept, MEDIA_TYPE)
    told.problem = problem
    return told


def status_of(problem: Problem) -> int:
    """The HTTP status of a problem, 500 for one that nobody thought of."""
    if isinstance(problem, Refused):
        return problem.status
    return STATUS.get(problem.code) or CODES.get(problem.code, (500, "", ""))[0]


Tell = Callable[[Request, Exception], Response]
"""The answer that tells an error to whoever asked."""


def teller(prefix: str, page: Callable[[Request, Problem, int], Response]) -> Tell:
    """Tells every error as a problem: as JSON below ``prefix``, as a ``page`` elsewhere."""

    def told(request: Request, error: Exception) -> Response:
        as_json = told_in_json(request, error)
        if request.scope["path"].startswith(f"{prefix}/"):
            return as_json
        shown = page(request, as_json.problem, as_json.status_code)
        for name in ("Retry-After", "Allow"):
            if name in as_json.headers:
                shown.headers[name] = as_json.headers[name]
        return shown

    def told_in_json(request: Request, error: Exception) -> ProblemAnswer:
        name = request_id(request)
        if isinstance(error, Refused):
            more = {} if error.error is None else {"error": error.error}
            return answer(name, error, error.status, error.headers, **more)
        if isinstance(error, Problem):
            return answer(name, error, status_of(error))
        if isinstance(error, IllegalMove):
            return answer(name, Problem("ILLEGAL_MOVE", error.vi, error.en), 409)
        if isinstance(error, RequestValidationError):
            wrong = [
                WrongValue(where=".".join(map(str, one["loc"]))[:200], why=str(one["msg"])[:200])
                for one in error.errors()[:MOST_ERRORS]
            ]
            return answer(name, Refused("INVALID_REQUEST"), 422, errors=wrong)
        if isinstance(error, HTTPException):
            code = BY_STATUS.get(
                error.status_code, "BAD_REQUEST" if error.status_code < 500 else "UNEXPECTED"
            )
            headers = dict(error.headers or {})
            if error.status_code == 405:
                headers["Allow"] = allowed(request)
            return answer(name, Refused(code), error.status_code, headers)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return answer(name, Refused("STORAGE_FULL"), 507)
        return answer(name, Refused("UNEXPECTED"), 500)

    return told


def install(app: FastAPI, tell: Tell) -> None:
    """Let ``tell`` answer every error inside the application."""
    for kind in (Problem, IllegalMove, NotReserved, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, tell)


def allowed(request: Request) -> str:
    """Every method of this address (RFC 9110 10.2.1); the router names only those of the first route that fits."""
    app: FastAPI = request.app
    found: set[str] = set()
    for route in iter_route_contexts(app.routes):
        if route.path_regex is not None and route.path_regex.match(request.scope["path"]):
            found |= set(route.methods or ())
    return ", ".join(sorted(found))


def request_id(request: Request) -> str:
    """The name of this request in logs and answers."""
    return str(request.scope.get("state", {}).get("request_id", "-"))
