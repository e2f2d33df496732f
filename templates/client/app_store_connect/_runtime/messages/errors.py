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
    ├── ConfigurationError              a variable, a file or a package is not as it has to be
    ├── ClientClosedError               a client was used after it was closed
    ├── UnsafeUrlError                  an address would take the token away from the API
    ├── PagingError                     the pages of a collection run in a circle
    ├── NotIncludedError                a relationship was read that the request did not include
    ├── NotInPublicApiError             no key can do this; .remains says what can be done
    ├── ResultCountError                `.one()` found another number of results
    │   ├── NoResultError               none
    │   └── TooManyResultsError         several
    ├── TransferError                   a part or a download failed for good       (uploads)
    ├── UploadError                     .resource says what is left to resume      (uploads)
    │   ├── UploadExpiredError          its addresses are no longer valid
    │   ├── UploadTimeoutError          Apple is not done with it in time
    │   └── UploadRejectedError         Apple looked at it and refused it
    ├── PlanError                       a plan that cannot be applied              (rehearsal)
    │   └── PlanStaleError              what it changes is no longer as it was
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

from typing import Self, cast
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
from .response import Response, TransportFailure

__all__ = [
    "AgreementMissingError",
    "AmbiguousWriteError",
    "ApiError",
    "AppStoreConnectError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailedError",
    "DecodeError",
    "ErrorDetail",
    "GoneError",
    "InvalidKeyError",
    "NoResultError",
    "NotFoundError",
    "NotInPublicApiError",
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

    Cancellation, `KeyboardInterrupt` and exceptions of your own hooks stay what they are; where one
    ends a write that may have been sent, it carries such an error, which `carried_by` finds.
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

    @classmethod
    def carried_by(cls, error: BaseException | None) -> AmbiguousWriteError | None:
        """Return the error that this one is or carries, None where no write is in doubt.

            try:
                async with asyncio.timeout(5):
                    await asc.beta_groups.create(name="QA", app=app)
            except TimeoutError as error:
                if AmbiguousWriteError.carried_by(error):
                    ...  # the group may be there: look before you create it again

        Time-outs and groups of exceptions that a cancellation led to are looked through.
        """
        left, seen = [error], set[int]()
        while left:
            found = left.pop()
            if found is None or id(found) in seen:
                continue
            if isinstance(found, cls):
                return found
            seen.add(id(found))
            left += [found.__context__, found.__cause__]
            if isinstance(found, BaseExceptionGroup):
                left += cast("BaseExceptionGroup[BaseException]", found).exceptions
        return None

    def attach_to(self, error: BaseException) -> None:
        """Let another exception carry this one, as the first of its causes."""
        error.add_note(str(self))
        first = error
        while first.__cause__ is not None:
            first = first.__cause__
        first.__cause__ = self


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


class ConfigurationError(AppStoreConnectError):
    """What a client depends on is not as it has to be: a variable, a file or a package.

    The text names it and says what to do.
    """


class ClientClosedError(AppStoreConnectError, RuntimeError):
    """A client was used after it was closed; nothing was sent."""


class UnsafeUrlError(AppStoreConnectError):
    """An address would have taken the bearer token off the API's origin; nothing was sent."""


class PagingError(AppStoreConnectError):
    """A collection handed out a next page that was read before."""


class NotIncludedError(AppStoreConnectError, AttributeError):
    """A relationship was read whose resources the request did not `include`.

    It is an AttributeError too, so that `getattr(build, "app", None)` and `hasattr` work.
    """


class NotInPublicApiError(AppStoreConnectError, AttributeError):
    """Something was asked for that Apple's API has no operation for, whatever the key.

    `remains` says what is possible instead, and `instead` names the client's methods for it. It is
    an AttributeError too, so that `hasattr(app, "ratings")` is False.
    """

    def __init__(self, place: str, answer: str, remains: str, instead: tuple[str, ...]) -> None:
        more = [f"  {remains}"] if remains else []
        calls = [f"  See {', '.join(instead)}."] if instead else []
        super().__init__("\n".join([f"{place}: {answer}", *more, *calls]))
        self.place = place
        self.remains = remains
        self.instead = instead

    @classmethod
    def of(cls, place: str) -> Self | None:
        """Return the error for what is looked for in a place; None where nothing is known of it."""
        from ..not_offered import NOT_OFFERED  # noqa: PLC0415 - few ever need it

        known = NOT_OFFERED.get(place)
        return None if known is None else cls(place, *known)


class ResultCountError(AppStoreConnectError):
    """Exactly one result was asked for, and there was another number of them."""


class NoResultError(ResultCountError):
    """Exactly one result was asked for, and there was none."""


class TooManyResultsError(ResultCountError):
    """Exactly one result was asked for, and there were several."""
