"""What the failures of an S3 server are called: codes that never change their meaning, in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, SSLError, TimeoutError

from archive.errors import Problem


class Unreachable(Problem):
    """The server does not answer, answers too slowly or has failed: worth trying again."""


class Denied(Problem):
    """The server does not take these credentials, or they may not do this: a person must look."""


class Unfit(Problem):
    """The server is not what it must be (no bucket, no versions, no lock, no S3): a person must look."""


class NotLocked(Problem):
    """An object of the holdings could not be shown to be locked. It must not count as held."""


class NotKept(Problem):
    """The server said that it keeps an object, and then did not have it."""


@contextmanager
def asking(url: str) -> Iterator[None]:
    """Tell failures of the client and the server as Problems. What is neither passes through."""
    try:
        yield
    except S3Error as error:
        raise _refused(url, error) from error
    except (ServerError, InvalidResponseError) as error:
        # A proxy before the server answers 502 to 504 in HTML; minio keeps the status in the message only.
        if any(status in str(error) for status in (" 500", " 502", " 503", " 504")):
            raise unreachable(url, str(error)) from error
        raise _no_s3(url, error) from error
    except (MinioException, ParseError, ValueError) as error:
        raise _no_s3(url, error) from error
    except HTTPError as error:
        reason = error.reason if isinstance(error, MaxRetryError) and error.reason else error
        if isinstance(reason, SSLError) and "CERTIFICATE" in str(reason):
            raise Unfit(
                "STORE_CERTIFICATE",
                f"Không tin được chứng thư của kho S3 {url}. Hãy khai báo chứng thư gốc của máy chủ.",
                f"The certificate of the S3 store at {url} is not trusted ({reason}). Name its root certificate.",
            ) from error
        if isinstance(reason, TimeoutError) and not isinstance(reason, NewConnectionError):
            raise too_slow(url) from error
        raise unreachable(url, f"{type(reason).__name__}: {reason}") from error


def absent(error: S3Error) -> bool:
    """Whether the server says that there is no such object."""
    return error.code in ("NoSuchKey", "NoSuchVersion", "NoSuchObject")


def unreachable(url: str, reason: str) -> Unreachable:
    """The server is away."""
    return Unreachable(
        "STORE_UNREACHABLE",
        f"Không kết nối được kho S3 {url}. Việc sẽ được thử lại; hãy kiểm tra máy chủ và mạng.",
        f"The S3 store at {url} cannot be reached ({reason}). It will be tried again; check the server and network.",
    )


def too_slow(url: str) -> Unreachable:
    """The server answers too slowly."""
    return Unreachable(
        "STORE_TOO_SLOW",
        f"Kho S3 {url} trả lời quá chậm. Việc sẽ được thử lại; hãy kiểm tra máy chủ và mạng.",
        f"The S3 store at {url} answers too slowly. It will be tried again; check the server and network.",
    )


BUSY = ("SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted")
_DENYING = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "AccountProblem")


def _refused(url: str, error: S3Error) -> Problem:
    if error.code in BUSY:
        return unreachable(url, f"{error.code}: {error.message}")
    if error.code in _DENYING:
        return Denied(
            "STORE_DENIED",
            f"Kho S3 {url} từ chối ({error.code}). Hãy kiểm tra tên, khóa bí mật và quyền trên vùng lưu.",
            f"The S3 store at {url} refuses ({error.code}). Check access key, secret key and rights on the bucket.",
        )
    if error.code == "RequestTimeTooSkewed":
        return Unfit(
            "STORE_CLOCK",
            f"Đồng hồ máy này và kho S3 {url} lệch nhau quá nhiều. Hãy chỉnh giờ.",
            f"The clocks of this machine and of the S3 store at {url} are too far apart. Set them right.",
        )
    if error.code == "NoSuchBucket":
        return Unfit(
            "STORE_NO_BUCKET",
            f"Kho S3 {url} không có vùng lưu {error.bucket_name or ''}. Hãy tạo vùng lưu trước.",
            f"The S3 store at {url} has no bucket {error.bucket_name or ''}. Make the buckets first.",
        )
    return _no_s3(url, error)


def _no_s3(url: str, error: Exception) -> Unfit:
    return Unfit(
        "STORE_ANSWER",
        f"Kho S3 {url} trả lời điều không hiểu được. Hãy kiểm tra địa chỉ và phiên bản máy chủ.",
        f"The server at {url} gives an answer that is not understood ({error}). Check its address and version.",
    )
