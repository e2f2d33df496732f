"""The errors the API answers with, a class for each status worth catching by itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from .error_document import (
    BODY_LIMIT,
    ErrorDetail,
    body_line,
    describe,
    read_details,
    request_id_lines,
)
from .error_root import AppStoreConnectError
from .rate_limit import retry_after
from .response import Response

__all__ = [
    "AgreementMissingError",
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "GoneError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "ServerError",
    "UnprocessableError",
    "error_from",
]

_CURSOR_ADVICE = (
    "The API refuses the place of a next page that it gave itself, as it does when the collection"
    " changed or the page was asked for too late: read the collection again from its start, without"
    " `limit`, so that its pages are as large and as few as they can be."
)
_AGREEMENT_CODE = "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"


class ApiError(AppStoreConnectError):
    """The API answered with an error; its text names every error of the answer and what to do.

    `errors` keeps the order of the answer, and the decisive one need not be the first: ask
    `has_code` instead of looking at one. `body` is the raw body, at most its first 64 KiB.
    """

    advice = ""

    def __init__(self, response: Response, *, now: float | None = None) -> None:
        self.status = response.status
        self.method = response.method
        self.path = urlsplit(response.url).path
        self.headers = response.headers
        self.request_id = response.request_id
        self.body = response.content[:BODY_LIMIT]
        self.errors: tuple[ErrorDetail, ...] = read_details(response.content)
        self.retry_after: float | None = retry_after(response.headers, now=now)
        super().__init__("\n".join(self._lines(response)))

    @property
    def code(self) -> str | None:
        """The code of the first error, such as `ENTITY_ERROR.ATTRIBUTE.INVALID`."""
        return self.errors[0].code if self.errors else None

    def has_code(self, prefix: str) -> bool:
        """Return whether any error, associated ones too, has this code or a refinement of it.

        Apple adds suffixes over time and asks to match by prefix: `STATE_ERROR` covers
        `STATE_ERROR.SCREENSHOT_REQUIRED.APP_IPHONE_65`, and not `STATE_ERRORS`.
        """
        return any(detail.has_code(prefix) for error in self.errors for detail in error.walk())

    def _lines(self, response: Response) -> list[str]:
        return [
            f"{self.status} for {self.method} {self.path}",
            *(describe(self.errors) or [f"  no error document but {body_line(response)}"]),
            *([f"  {self.advice}"] if self.advice else []),
            *request_id_lines(response),
        ]


class BadRequestError(ApiError):
    """400: a query parameter or the body is not what the API takes."""

    def _lines(self, response: Response) -> list[str]:
        lines = super()._lines(response)
        details = [detail for error in self.errors for detail in error.walk()]
        if any(x.parameter == "cursor" or "valid cursor" in (x.detail or "") for x in details):
            lines.append(f"  {_CURSOR_ADVICE}")
        return lines


class AuthenticationError(ApiError):
    """401: the key was refused, with a fresh token too."""

    advice = (
        "Check that the key id and the issuer id belong to the private key (an individual key has"
        " no issuer id), that the key has not been revoked and that this machine's clock is right."
    )


class PermissionDeniedError(ApiError):
    """403: the role or kind of the key does not allow this, or the resource lacks the method."""

    advice = (
        "Check the role of the key in App Store Connect under Users and Access > Integrations"
        " (individual keys reach neither provisioning nor reports), and that the developer"
        " membership has not expired. No other key helps when the API lists the allowed operations."
    )


class AgreementMissingError(PermissionDeniedError):
    """403: an agreement is missing or has expired, and no key or role gets around that."""

    advice = (
        "Only the Account Holder can fix this, by accepting the pending agreement in App Store"
        " Connect under Business or on developer.apple.com/account; no role or other key helps."
    )


class NotFoundError(ApiError):
    """404: there is no such resource, or the key does not see it."""


class ConflictError(ApiError):
    """409: the state of a resource or a value of the request forbids the change."""


class GoneError(ApiError):
    """410: what was asked for is no longer kept."""


class UnprocessableError(ApiError):
    """422: the request is well-formed and makes no sense to the API."""


class RateLimitError(ApiError):
    """429: too many requests, and waiting as long as the retry policy allows did not help.

    `retry_after` is how many seconds the API asks to wait, None when it does not say; the budget
    counts over a rolling hour.
    """

    advice = (
        "Send fewer requests at a time, or wait: the budget counts over a rolling hour for all"
        " programs that use this key."
    )

    def _lines(self, response: Response) -> list[str]:
        lines = super()._lines(response)
        if self.retry_after is not None:
            lines.append(f"  the API asks to wait {self.retry_after:.0f} s")
        return lines


class ServerError(ApiError):
    """5xx: Apple's side failed, several times if the request was a read."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    422: UnprocessableError,
    429: RateLimitError,
}


def error_from(response: Response, *, now: float | None = None) -> ApiError:
    """Turn an error answer into the error to raise, whatever its body is like.

    `now` (seconds since the epoch) is only needed to read a `Retry-After` date of an answer that
    has no `Date` of its own.
    """
    error = _error_class(response.status)(response, now=now)
    if isinstance(error, PermissionDeniedError) and error.has_code(_AGREEMENT_CODE):
        return AgreementMissingError(response, now=now)
    return error


def _error_class(status: int) -> type[ApiError]:
    is_server_side = 500 <= status < 600  # noqa: PLR2004 - the status class as RFC 9110 draws it
    return _BY_STATUS.get(status, ServerError if is_server_side else ApiError)
