"""The two drivers of a conversation: blocking, and asynchronous.

They differ in nothing but `await`; what they share is in `HttpxAdapter`.
"""

from __future__ import annotations

import logging
import random as randomness
import time
from typing import TYPE_CHECKING, Self

from .conversation import Send
from .httpx_adapter import FAILED, TIMEOUT, AsyncHttp, Http, HttpxAdapter
from .retry import RetryPolicy
from .throttle import AsyncGate, Gate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx
    from typing_extensions import Unpack

    from ..messages.request import Request
    from ..messages.response import Response, TransportFailure
    from .conversation import Outcome, Tokens
    from .options import Settings
    from .throttle import Throttle

__all__ = ["AsyncSession", "Session", "asleep"]

_LOG = logging.getLogger("app_store_connect")


class Session(HttpxAdapter):
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
        settings.setdefault("timeout", TIMEOUT)
        self._owned = client is None
        self._client = self.http = client or Http(transport=transport, **settings)
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
                        if body.add(chunk):
                            break
                finally:
                    incoming.close()
            except FAILED as error:
                return self._failure(request, error)
        response = self._answer(incoming, body)
        del request, incoming  # They hold the token, in ways that can be shown.
        return self._whole(response, body)

    def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def asleep(seconds: float) -> None:
    """`asyncio.sleep`, whose module nobody pays for before."""
    import asyncio  # noqa: PLC0415 - who blocks needs none of it

    await asyncio.sleep(seconds)


class AsyncSession(HttpxAdapter):
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
        sleep: Callable[[float], Awaitable[None]] = asleep,
        random: Callable[[], float] = randomness.random,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__(
            base_url, tokens, policy or RetryPolicy(), user_agent, now=now, random=random
        )
        if client is not None and (settings or transport is not None):
            raise TypeError("settings go into the client that was passed, not next to it")
        settings.setdefault("timeout", TIMEOUT)
        self._owned = client is None
        self._client = self.http = client or AsyncHttp(transport=transport, **settings)
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
                        if body.add(chunk):
                            break
                finally:
                    await incoming.aclose()
            except FAILED as error:
                return self._failure(request, error)
        response = self._answer(incoming, body)
        del request, incoming  # They hold the token, in ways that can be shown.
        return self._whole(response, body)

    async def aclose(self) -> None:
        """Close the connections, unless the client was passed in."""
        if self._owned:
            await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
