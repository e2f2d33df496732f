"""Everything that can go wrong, as one tree.

    AppStoreConnectError
    ├── ApiError                        the API answered with an error
    │   ├── BadRequestError             400  a parameter or the body is not what the API takes
    │   ├── AuthenticationError         401  the key or its token was refused
    │   ├── PermissionDeniedError       403  the key may not do this, or nobody may
    │   │   └── AgreementMissingError        an agreement waits for the Account Holder
    │   ├── NotFoundError               404
    │   ├── ConflictError               409  the state of the resource, or a value, forbids it
    │   ├── GoneError                   410
    │   ├── UnprocessableError          422
    │   ├── RateLimitError              429  .retry_after in seconds
    │   └── ServerError                 5xx
    ├── ConnectionFailedError           no answer, and nothing can have changed on the server
    │   └── RequestTimeoutError         the same, by a time-out
    ├── AmbiguousWriteError             a write that may or may not have happened
    ├── DecodeError                     a success whose body is not what was promised
    ├── InvalidKeyError                 the credentials are missing or unusable
    ├── UnsafeUrlError                  an address would take the token away from the API
    ├── PagingError                     the pages of a collection run in a circle
    ├── NotIncludedError                a relationship was read that the request did not include
    ├── ResultCountError                `.one()` found another number of results
    │   ├── NoResultError               none
    │   └── TooManyResultsError         several
    ├── TransferError                   a part or a download failed for good       (uploads)
    ├── UploadError                     .resource says what is left to resume      (uploads)
    │   ├── UploadExpiredError          its addresses are no longer valid
    │   ├── UploadTimeoutError          Apple is not done with it in time
    │   └── UploadRejectedError         Apple looked at it and refused it
    ├── ReportError                     a report that cannot be read               (reports)
    ├── ReportNotReadyError             a report that may exist later              (reports)
    └── WebhookError                    not to be believed or not to be read      (webhooks)
        ├── WebhookSignatureError       not signed with the secret
        └── WebhookPayloadError         signed, but no event

Those with the name of a module in brackets are imported from that module of the package, with what
is below them; all others from the package itself or its `errors`.

Every error can be pickled and copied, and none holds a key or a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .api_errors import (
    AgreementMissingError,
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    GoneError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnprocessableError,
    error_from,
)
from .error_document import BODY_LIMIT, ErrorDetail, body_line, request_id_lines
from .error_root import AppStoreConnectError

if TYPE_CHECKING:
    from .response import Response, TransportFailure

__all__ = [
    "AgreementMissingError",
    "AmbiguousWriteError",
    "ApiError",
    "AppStoreConnectError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "ConnectionFailedError",
    "DecodeError",
    "ErrorDetail",
    "GoneError",
    "InvalidKeyError",
    "NoResultError",
    "NotFoundError",
    "NotIncludedError",
    "PagingError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestTimeoutError",
    "ResultCountError",
    "ServerError",
    "TooManyResultsError",
    "UnprocessableError",
    "UnsafeUrlError",
    "error_from",
]


class ConnectionFailedError(AppStoreConnectError):
    """No answer came, and the server's state cannot have changed.

    Either the request was a read, or it never left this machine; repeating it is safe.
    """

    def __init__(self, method: str, path: str, reason: str) -> None:
        super().__init__(f"no answer to {method} {path}: {reason}")
        self.method = method
        self.path = path
        self.reason = reason


class RequestTimeoutError(ConnectionFailedError):
    """No answer came in time, and the server's state cannot have changed."""


class AmbiguousWriteError(AppStoreConnectError):
    """A write whose outcome is unknown: Apple may have carried it out although it seems to fail.

    It happens after a 5xx answer, a time-out or a lost connection. The request is not repeated on
    its own, because a second POST could create a second resource: read the resource again, then
    decide. `cause` is the error answer, or the failure when there was no answer.
    """

    def __init__(self, method: str, path: str, cause: ApiError | TransportFailure) -> None:
        text = str(cause) if isinstance(cause, ApiError) else cause.reason
        super().__init__(
            f"{method} {path} may or may not have taken effect: {text}\n"
            "  Read the resource again before you repeat the request."
        )
        self.method = method
        self.path = path
        self.cause = cause
        self.status = cause.status if isinstance(cause, ApiError) else None
        self.request_id = cause.request_id if isinstance(cause, ApiError) else None


class DecodeError(AppStoreConnectError):
    """The API reported success, and the body is not what it promises there."""

    def __init__(self, response: Response, reason: str) -> None:
        self.status = response.status
        self.method = response.method
        self.path = urlsplit(response.url).path
        self.reason = reason
        self.request_id = response.request_id
        self.body = response.content[:BODY_LIMIT]
        what = f"cannot read the {self.status} answer to {self.method} {self.path}: {reason}"
        super().__init__("\n".join([what, f"  {body_line(response)}", *request_id_lines(response)]))


class InvalidKeyError(AppStoreConnectError):
    """The API key is missing, incomplete or not the kind of key Apple issues."""


class UnsafeUrlError(AppStoreConnectError):
    """An address would have taken the bearer token off the API's origin; nothing was sent."""


class PagingError(AppStoreConnectError):
    """A collection handed out a next page that was read before."""


class NotIncludedError(AppStoreConnectError, AttributeError):
    """A relationship was read whose resources the request did not `include`.

    It is an AttributeError too, so that `getattr(build, "app", None)` and `hasattr` work.
    """


class ResultCountError(AppStoreConnectError):
    """Exactly one result was asked for, and there was another number of them."""


class NoResultError(ResultCountError):
    """Exactly one result was asked for, and there was none."""


class TooManyResultsError(ResultCountError):
    """Exactly one result was asked for, and there were several."""
