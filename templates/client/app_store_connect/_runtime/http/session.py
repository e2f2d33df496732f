"""The two drivers of a conversation: blocking, and asynchronous.

They differ in nothing but `await`, and in how a call is given up; what they share is in
`SessionBase`.
"""

from __future__ import annotations

import random as randomness
import time
from functools import partial
from typing import TYPE_CHECKING, Self

from ..errand import Errand
from ..messages.response import TransportFailure
from .api_origin import ApiOrigin
from .call import CURRENT
from .connections import NO_PLACE, AsyncConnections, Connections
from .conversation import Send, drive, drive_async
from .options import of_kind
from .session_base import DEADLINE, SessionBase
from .throttle import Throttle
from .wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx
    from typing_extensions import Unpack

    from ..messages.events import Hooks
    from ..messages.request import Request
    from ..messages.response import Response
    from .connections import AsyncLines
    from .conversation import Outcome, Step, Tokens
    from .options import Settings
    from .retry import RetryPolicy
    from .session_base import Course

__all__ = ["AsyncSession", "Session", "asleep"]


class Session(SessionBase):
    """Sends requests to one origin and blocks until each is answered; threads may share it.

    Pass a `client` of your own for full control, and close it yourself; its `auth`, redirects and
    default parameters are not used. `now` gives seconds since the epoch, `clock` any that only
    grow, `random` draws from 0 to 1.
    """

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        *,
        user_agent: str,
        policy: RetryPolicy | None = None,
        throttle: Throttle | None = None,
        deadline: float | None = DEADLINE,
        hooks: Hooks | None = None,
        allow_http: bool = False,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = randomness.random,
        **settings: Unpack[Settings],
    ) -> None:
        origin = ApiOrigin(base_url)
        wiring = Wiring(
            origin, settings, client, transport, asynchronous=False, allow_http=allow_http
        )
        throttle = of_kind(Throttle, throttle, "throttle")
        self._connections = Connections(wiring, throttle, now=now, sleep=sleep)
        super().__init__(
            origin,
            tokens,
            self._connections,
            policy,
            user_agent,
            deadline=deadline,
            hooks=hooks,
            now=now,
            clock=clock,
            random=random,
        )
        self.sleep = sleep

    @property
    def connections(self) -> Connections:
        """The connections, for what goes to other places than the API."""
        return self._connections

    def send(self, request: Request) -> Response:
        """Send a request, again where that is safe, and return its successful answer.

        Raises one of the errors of this package: `ApiError` for an error answer,
        `ConnectionFailedError` without an answer, `AmbiguousWriteError` for a write that may have
        happened, `UnsafeUrlError` before anything is sent to another origin.
        """
        course = self._begin(request)
        try:
            with Errand.including(course.call):
                return self._end(course, drive(course.steps, partial(self._perform, course)))
        except BaseException as error:
            self._fail(course, error)
            raise

    def _perform(self, course: Course, step: Step) -> Outcome:
        if isinstance(step, Send):
            return self._exchange(course, step)
        self._waits(course, step)
        Errand.pause(step.seconds, self.sleep)
        return None

    def _exchange(self, course: Course, step: Send) -> Response | TransportFailure:
        call = course.call
        lines = self._connections.lines()
        queued = self._clock()
        with lines.gate:
            call.allow(self._clock() - queued)
            call.begin(None)
            outgoing = self._outgoing(course, step)
            before = CURRENT.set(call)
            try:
                incoming = lines.send(outgoing, call)
                try:
                    body = self._intake(incoming)
                    for chunk in incoming.iter_bytes():
                        if body.add(chunk):
                            break
                        call.check()
                finally:
                    incoming.close()
            except Exception as error:  # noqa: BLE001 - sorted there, and raised again
                return self._failure(course, error)
            finally:
                CURRENT.reset(before)
        response = self._answer(course, outgoing, incoming, body)
        del outgoing, incoming  # They hold the token, in ways that can be shown.
        return self._whole(response, body)

    def close(self) -> None:
        """Close the connections, unless the client was passed in."""
        if not self._is_view:
            self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def asleep(seconds: float) -> None:
    """`asyncio.sleep`, whose module nobody pays for before."""
    import asyncio  # noqa: PLC0415 - who blocks needs none of it

    await asyncio.sleep(seconds)


class AsyncSession(SessionBase):
    """Sends requests to one origin without blocking; tasks of any event loop may share it.

    Pass a `client` of your own for full control, and close it yourself; its `auth`, redirects and
    default parameters are not used. `now` gives seconds since the epoch, `clock` any that only
    grow, `random` draws from 0 to 1.
    """

    def __init__(
        self,
        base_url: str,
        tokens: Tokens,
        *,
        user_agent: str,
        policy: RetryPolicy | None = None,
        throttle: Throttle | None = None,
        deadline: float | None = DEADLINE,
        hooks: Hooks | None = None,
        allow_http: bool = False,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asleep,
        random: Callable[[], float] = randomness.random,
        **settings: Unpack[Settings],
    ) -> None:
        origin = ApiOrigin(base_url)
        wiring = Wiring(
            origin, settings, client, transport, asynchronous=True, allow_http=allow_http
        )
        throttle = of_kind(Throttle, throttle, "throttle")
        self._connections = AsyncConnections(wiring, throttle, now=now, sleep=sleep)
        super().__init__(
            origin,
            tokens,
            self._connections,
            policy,
            user_agent,
            deadline=deadline,
            hooks=hooks,
            now=now,
            clock=clock,
            random=random,
        )
        self.sleep = sleep

    @property
    def connections(self) -> AsyncConnections:
        """The connections, for what goes to other places than the API."""
        return self._connections

    async def send(self, request: Request) -> Response:
        """Send a request, again where that is safe, and return its successful answer.

        Raises one of the errors of this package: `ApiError` for an error answer,
        `ConnectionFailedError` without an answer, `AmbiguousWriteError` for a write that may have
        happened, `UnsafeUrlError` before anything is sent to another origin. Cancellation stays
        cancellation, and carries an `AmbiguousWriteError` where a write may have happened.
        """
        course = self._begin(request)
        try:
            answer = await drive_async(course.steps, partial(self._perform, course))
            return self._end(course, answer)
        except BaseException as error:
            self._fail(course, error)
            raise

    async def _perform(self, course: Course, step: Step) -> Outcome:
        if isinstance(step, Send):
            return await self._exchange(course, step)
        self._waits(course, step)
        await self.sleep(step.seconds)
        return None

    async def _exchange(self, course: Course, step: Send) -> Response | TransportFailure:
        lines = await self._connections.lines()
        outcome = await lines.carry_out(course.call, self._attempt(course, step, lines))
        if isinstance(outcome, TransportFailure):
            course.note(outcome)
        return outcome

    async def _attempt(
        self, course: Course, step: Send, lines: AsyncLines
    ) -> Response | TransportFailure:
        call = course.call
        queued = self._clock()
        if not await lines.enter(call, self._timeouts["pool"]):
            return NO_PLACE
        try:
            call.allow(self._clock() - queued)
            # In the context of this task, which nobody else uses.
            CURRENT.set(call)
            outgoing = self._outgoing(course, step)
            try:
                incoming = await lines.send(outgoing, call)
                try:
                    body = self._intake(incoming)
                    async for chunk in incoming.aiter_bytes():
                        if body.add(chunk):
                            break
                finally:
                    await incoming.aclose()
            except Exception as error:  # noqa: BLE001 - sorted there, and raised again
                return self._failure(course, error)
        finally:
            await lines.leave()
        response = self._answer(course, outgoing, incoming, body)
        del outgoing, incoming  # They hold the token, in ways that can be shown.
        return self._whole(response, body)

    async def aclose(self) -> None:
        """Close the connections, unless the client was passed in."""
        if not self._is_view:
            await self._connections.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
