"""The two drivers of a conversation, blocking and asynchronous. Nothing else imports httpx.

`Session` and `AsyncSession` differ in nothing but `await`; what they share is in `_Wire`.
"""

from __future__ import annotations

import asyncio
import logging
import random as randomness
import time
from typing import TYPE_CHECKING, Self

import httpx

from .conversation import Send, converse
from .errors import DecodeError, UnsafeUrlError
from .exchange import Headers, Response, TransportFailure
from .gunzip import CODINGS, LARGEST, Intake, PackedBodyError, failure_text
from .rate_limit import latest_rate_limit
from .retry import RetryPolicy
from .throttle import AsyncGate, Gate
from .urls import ApiOrigin, redacted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from typing_extensions import Unpack

    from .conversation import Conversation, Outcome, Tokens
    from .exchange import FailureKind, Request
    from .options import Settings
    from .rate_limit import RateLimit
    from .throttle import Throttle

__all__ = ["AsyncSession", "InvalidUrl", "RequestFailed", "Session", "Url"]

# For transfers, which use a session's connections without its token.
RequestFailed = httpx.RequestError
InvalidUrl = httpx.InvalidURL
Url = httpx.URL

_LOG = logging.getLogger("app_store_connect")

# httpx allows 5 s, less than some of Apple's answers take.
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)
_FAILED = (httpx.RequestError, PackedBodyError)
_UNSENT = (
    httpx.ConnectError,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


class _Wire:
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
        return converse(
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
        step.token = self._tokens.token()
        # Set last and kept in no local, for the sake of tracebacks that show locals.
        outgoing.headers["Authorization"] = f"Bearer {step.token}"
        return outgoing

    def _intake(self, incoming: httpx.Response) -> Intake:
        codings = incoming.headers.get_list("content-encoding", split_commas=True)
        return Intake(codings, is_success=incoming.is_success)

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
        if body.is_cut and response.is_success:
            raise DecodeError(response, f"the body is larger than {LARGEST} bytes")
        if _LOG.isEnabledFor(logging.DEBUG):
            _LOG.debug(
                "%s %s: %d, %d bytes in %.3f s, request id %s",
                *(response.method, response.url, response.status, len(response.content)),
                *(incoming.elapsed.total_seconds(), response.request_id),
            )
        return response

    def _failure(self, request: httpx.Request, error: Exception) -> TransportFailure:
        failure = TransportFailure(_kind(error), failure_text(error))
        _LOG.debug("%s %s: %s", request.method, redacted(str(request.url)), failure.reason)
        return failure


class Session(_Wire):
    """Sends requests to one origin and blocks until each is answered; threads may share it.

    Pass a `client` of your own for full control, and close it yourself; its `auth`, redirects and
    default parameters are not used. `now` gives seconds since the epoch, `random` draws from 0
    to 1.
    """

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        *,
        user_agent: str,
        policy: RetryPolicy | None = None,
        throttle: Throttle | None = None,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = randomness.random,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__(
            base_url, tokens, policy or RetryPolicy(), user_agent, now=now, random=random
        )
        if client is not None and (settings or transport is not None):
            raise TypeError("settings go into the client that was passed, not next to it")
        settings.setdefault("timeout", _TIMEOUT)
        self._owned = client is None
        self._client = self.http = client or httpx.Client(transport=transport, **settings)
        self._sleep = sleep
        self._gate = Gate.of(throttle, now=now, sleep=sleep)

    def send(self, request: Request) -> Response:
        """Send a request, again where that is safe, and return its successful answer.

        Raises one of the errors of this package: `ApiError` for an error answer,
        `ConnectionFailedError` without an answer, `AmbiguousWriteError` for a write that may have
        happened, `UnsafeUrlError` before anything is sent to another origin.
        """
        conversation = self._conversation(request)
        step = next(conversation)
        while True:
            outcome: Outcome = None
            if isinstance(step, Send):
                outcome = self._exchange(step)
            else:
                _LOG.debug("waiting %.1f s", step.seconds)
                self._sleep(step.seconds)
            try:
                step = conversation.send(outcome)
            except StopIteration as end:
                answer: Response = end.value
                return answer

    def _exchange(self, step: Send) -> Response | TransportFailure:
        with self._gate:
            request = self._outgoing(self._client, step)
            try:
                incoming = self._client.send(
                    request, auth=None, follow_redirects=False, stream=True
                )
                try:
                    body = self._intake(incoming)
                    for chunk in incoming.iter_bytes():
                        if body.is_enough(chunk):
                            break
                finally:
                    incoming.close()
            except _FAILED as error:
                return self._failure(request, error)
        return self._answer(incoming, body)

    def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncSession(_Wire):
    """Sends requests to one origin without blocking; tasks of one event loop may share it.

    Pass a `client` of your own for full control, and close it yourself; its `auth`, redirects and
    default parameters are not used. `now` gives seconds since the epoch, `random` draws from 0
    to 1.
    """

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        *,
        user_agent: str,
        policy: RetryPolicy | None = None,
        throttle: Throttle | None = None,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = randomness.random,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__(
            base_url, tokens, policy or RetryPolicy(), user_agent, now=now, random=random
        )
        if client is not None and (settings or transport is not None):
            raise TypeError("settings go into the client that was passed, not next to it")
        settings.setdefault("timeout", _TIMEOUT)
        self._owned = client is None
        self._client = self.http = client or httpx.AsyncClient(transport=transport, **settings)
        self._sleep = sleep
        self._gate = AsyncGate.of(throttle, now=now, sleep=sleep)

    async def send(self, request: Request) -> Response:
        """Send a request, again where that is safe, and return its successful answer.

        Raises one of the errors of this package: `ApiError` for an error answer,
        `ConnectionFailedError` without an answer, `AmbiguousWriteError` for a write that may have
        happened, `UnsafeUrlError` before anything is sent to another origin.
        """
        conversation = self._conversation(request)
        step = next(conversation)
        while True:
            outcome: Outcome = None
            if isinstance(step, Send):
                outcome = await self._exchange(step)
            else:
                _LOG.debug("waiting %.1f s", step.seconds)
                await self._sleep(step.seconds)
            try:
                step = conversation.send(outcome)
            except StopIteration as end:
                answer: Response = end.value
                return answer

    async def _exchange(self, step: Send) -> Response | TransportFailure:
        async with self._gate:
            request = self._outgoing(self._client, step)
            try:
                incoming = await self._client.send(
                    request, auth=None, follow_redirects=False, stream=True
                )
                try:
                    body = self._intake(incoming)
                    async for chunk in incoming.aiter_bytes():
                        if body.is_enough(chunk):
                            break
                finally:
                    await incoming.aclose()
            except _FAILED as error:
                return self._failure(request, error)
        return self._answer(incoming, body)

    async def aclose(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _kind(error: Exception) -> FailureKind:
    """Sort by what matters: whether the request left, and whether a time-out ended it."""
    if isinstance(error, httpx.ConnectTimeout):
        return "connect-timeout"
    if isinstance(error, httpx.PoolTimeout):
        return "pool-timeout"
    if isinstance(error, httpx.TimeoutException):
        return "sent-timeout"
    return "connect" if isinstance(error, _UNSENT) else "sent"
