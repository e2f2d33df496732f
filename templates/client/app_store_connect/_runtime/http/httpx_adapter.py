"""What requests, answers and failures are to httpx, which nothing else imports."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx

from ..messages.error_root import printable
from ..messages.errors import DecodeError, UnsafeUrlError
from ..messages.rate_limit import latest_rate_limit
from ..messages.redaction import redacted
from ..messages.response import Headers, Response, TransportFailure
from ..messages.secret import Secret
from .api_origin import ApiOrigin
from .conversation import conversation_steps
from .intake import CODINGS, LARGEST, Intake, PackedBodyError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from ..messages.rate_limit import RateLimit
    from ..messages.request import Request
    from ..messages.response import FailureKind
    from .conversation import Conversation, Send, Tokens
    from .retry import RetryPolicy

__all__ = [
    "FAILED",
    "TIMEOUT",
    "AsyncHttp",
    "Http",
    "HttpRequest",
    "HttpxAdapter",
    "InvalidUrl",
    "RequestFailed",
    "Url",
    "failure_text",
    "raw_chunks",
    "raw_chunks_async",
]

Http = httpx.Client
AsyncHttp = httpx.AsyncClient
RequestFailed = httpx.RequestError
InvalidUrl = httpx.InvalidURL
HttpRequest = httpx.Request
Url = httpx.URL

# httpx allows 5 s, less than some of Apple's answers take.
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
FAILED = (httpx.RequestError, PackedBodyError)

_LOG = logging.getLogger("app_store_connect")
_LONGEST_REASON = 500
_UNSENT = (
    httpx.ConnectError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


class HttpxAdapter:
    """What both sessions know: where requests go, how they look to httpx, what came back."""

    rate_limit: RateLimit | None = None
    """The latest that answers told, each number as last seen; None before the first."""

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        policy: RetryPolicy,
        user_agent: str,
        *,
        now: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self._origin = self.origin = ApiOrigin(base_url)
        self._tokens = tokens
        self._policy = policy
        self._user_agent = user_agent
        self._now = now
        self._random = random

    def _conversation(self, request: Request) -> Conversation:
        return conversation_steps(
            request, tokens=self._tokens, policy=self._policy, now=self._now, random=self._random
        )

    def _outgoing(self, client: httpx.Client | httpx.AsyncClient, step: Send) -> httpx.Request:
        request = step.request
        address = self._origin.url(request.target, request.query)
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL as error:
            raise UnsafeUrlError(f"cannot send to {redacted(address)[:200]!r}: {error}") from None
        headers = {
            "Accept": request.accept,
            "Accept-Encoding": CODINGS,
            "User-Agent": self._user_agent,
        }
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        timeout = httpx.USE_CLIENT_DEFAULT if request.timeout is None else request.timeout
        outgoing = client.build_request(
            request.method, url, headers=headers, content=request.body, timeout=timeout
        )
        # Default parameters of a user's client would replace the query.
        outgoing.url = url
        # Waiting for its turn may have taken the request longer than a token lives.
        step.token = Secret(self._tokens.token())
        # Set last and kept in no local, for the sake of tracebacks that show locals.
        outgoing.headers["Authorization"] = f"Bearer {step.token.reveal()}"
        return outgoing

    def _intake(self, incoming: httpx.Response) -> Intake:
        coding = incoming.headers.get("content-encoding", "")
        return Intake(coding, is_success=incoming.is_success)

    def _answer(self, incoming: httpx.Response, body: Intake) -> Response:
        request = incoming.request
        response = Response(
            status=incoming.status_code,
            headers=Headers(incoming.headers.multi_items()),
            content=body.content,
            method=request.method,
            url=redacted(str(request.url)),
        )
        self.rate_limit = latest_rate_limit(self.rate_limit, response.headers)
        if _LOG.isEnabledFor(logging.DEBUG):
            _LOG.debug(
                "%s %s: %d, %d bytes in %.3f s, request id %s",
                *(response.method, response.url, response.status, len(response.content)),
                *(_seconds(incoming), response.request_id),
            )
        return response

    @staticmethod
    def _whole(response: Response, body: Intake) -> Response:
        """The answer if all of it was kept; called where no frame holds what httpx has of it."""
        if body.is_cut and response.is_success:
            raise DecodeError(response, f"the body is larger than {LARGEST} bytes")
        return response

    def _failure(self, request: httpx.Request, error: Exception) -> TransportFailure:
        failure = TransportFailure(_kind(error), failure_text(error))
        _LOG.debug("%s %s: %s", request.method, redacted(str(request.url)), failure.reason)
        return failure


def _seconds(incoming: httpx.Response) -> float:
    try:
        return incoming.elapsed.total_seconds()
    except RuntimeError:  # Made up by a user's transport, and over before httpx could time it.
        return 0.0


def raw_chunks(incoming: httpx.Response, size: int) -> Iterator[bytes]:
    """A body as it comes over the wire, or as a transport or event hook of the user's read it."""
    return iter([incoming.content]) if incoming.is_stream_consumed else incoming.iter_raw(size)


async def raw_chunks_async(incoming: httpx.Response, size: int) -> AsyncIterator[bytes]:
    """The same of an asynchronous client."""
    if incoming.is_stream_consumed:
        yield incoming.content
    else:
        async for chunk in incoming.aiter_raw(size):
            yield chunk


def failure_text(error: Exception) -> str:
    """What a failure on the way says; httpx quotes in it what the server sent."""
    return printable(f"{type(error).__name__} {error}".strip(), _LONGEST_REASON)


def _kind(error: Exception) -> FailureKind:
    """Sort by what matters: whether the request left, and whether a time-out ended it."""
    if isinstance(error, httpx.ConnectTimeout):
        return "connect-timeout"
    if isinstance(error, httpx.PoolTimeout):
        return "pool-timeout"
    if isinstance(error, httpx.TimeoutException):
        return "sent-timeout"
    return "connect" if isinstance(error, _UNSENT) else "sent"
