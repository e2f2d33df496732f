"""Connections, kept by who may use them: a process, and in it an event loop.

A connection made in one event loop cannot be used in another, and one that two processes share
after a fork mixes up their answers. Locks and throttles are the same. So each gets its own when it
first sends something, and an event loop closes its connections when it ends.
"""

from __future__ import annotations

import os
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

from ..messages.errors import ClientClosedError
from ..messages.rate_limit import RateLimit
from ..messages.response import TransportFailure
from .proxies import ProxyAddress
from .throttle import AsyncGate, Gate

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine

    import httpx

    from .call import Call
    from .throttle import Throttle
    from .wiring import Wiring

__all__ = ["NO_PLACE", "AsyncConnections", "AsyncLines", "Connections", "Lines"]

T = TypeVar("T")

_CLOSED = (
    "the client was closed, nothing was sent: make the call inside of its `with` block, or make"
    " another client"
)
NO_PLACE = TransportFailure("pool-timeout", "no connection became free in time")

# A call that watches its own deadline is a little ahead of whoever watches it.
_GRACE = 0.5


def _readable(answer: Any, way: str) -> Any:
    """Return what a transport answered, if it can be read in this way."""
    is_answer = isinstance(getattr(answer, "status_code", None), int)
    if not (is_answer and hasattr(getattr(answer, "stream", None), way)):
        kind = type(answer).__name__
        raise TypeError(
            f"the transport answered with {'a body of the other flavour' if is_answer else kind}:"
            " it has to return a Response, as httpx's own transports do"
        )
    return answer


class Lines:
    """The connections of a process, for a client that blocks."""

    def __init__(
        self, wiring: Wiring, gate: Any, first: tuple[ProxyAddress | None, Any] | None
    ) -> None:
        self.gate = gate
        self._wiring = wiring
        self._transports = dict([first] if first else [])

    def send(self, request: httpx.Request, call: Call) -> httpx.Response:
        """Send a request and return the head of its answer; the body is yet to be read."""
        wiring = self._wiring
        if wiring.client is not None:
            passed: httpx.Response = wiring.client.send(
                request, auth=None, follow_redirects=False, stream=True
            )
            return passed
        with call.in_users_code():
            for hook in wiring.request_hooks:
                hook(request)
        name, transport = wiring.transport(str(request.url), self._transports)
        transport = self._transports.setdefault(name, transport)
        response: httpx.Response = _readable(transport.handle_request(request), "__iter__")
        response.request = request
        try:
            with call.in_users_code():
                for hook in wiring.response_hooks:
                    hook(response)
        except BaseException:
            response.close()
            raise
        return response

    def close(self) -> None:
        """Close them."""
        for transport in self._transports.values():
            transport.close()


class Connections:
    """The connections of a client that blocks."""

    rate_limit: RateLimit | None = None
    """The latest numbers that answers gave; None before the first answer."""

    def __init__(self, wiring: Wiring, throttle: Throttle | None, **timing: Any) -> None:
        self.wiring = wiring
        self._gate: Callable[[], Any] = lambda: Gate.of(throttle, **timing)
        self._by_process = {os.getpid(): Lines(wiring, self._gate(), wiring.first)}
        self._is_closed = False

    def lines(self) -> Lines:
        """Return the connections of this process.

        Raises:
            ClientClosedError: after `close`.
        """
        if self._is_closed or (self.wiring.client is not None and self.wiring.client.is_closed):
            raise ClientClosedError(_CLOSED)
        process = os.getpid()
        found = self._by_process.get(process)
        if found is None:
            # Those of the parent stay as they are: to close them could end its calls.
            found = self._by_process.setdefault(process, Lines(self.wiring, self._gate(), None))
        return found

    def close(self) -> None:
        """Close those of this process, unless they were passed in."""
        self._is_closed = True
        lines = self._by_process.pop(os.getpid(), None)
        if lines is not None and self.wiring.client is None:
            lines.close()


class AsyncLines:
    """The connections of an event loop."""

    def __init__(
        self, wiring: Wiring, gate: Any, first: tuple[ProxyAddress | None, Any] | None
    ) -> None:
        from asyncio import Semaphore  # noqa: PLC0415 - who blocks needs none of it

        self.gate = gate
        # Waiting for a connection is done here: httpx's own queue loses some to cancellation.
        self._places = Semaphore(wiring.http_library.most_connections(wiring.limits))
        # What is not httpx's own is cancelled as its author meant it to be.
        self._is_foreign = not wiring.is_watched and not wiring.is_httpx
        # Tasks that nothing else refers to may be collected.
        self._left: set[Task[Any]] = set()
        self.process = os.getpid()
        self.keeper: AsyncGenerator[None] | None = None
        self._wiring = wiring
        self._transports = dict([first] if first else [])

    async def send(self, request: httpx.Request, call: Call) -> httpx.Response:
        """Send a request and return the head of its answer; the body is yet to be read."""
        wiring = self._wiring
        if wiring.client is not None:
            sending = wiring.client.send(request, auth=None, follow_redirects=False, stream=True)
            passed: httpx.Response = await sending
            return passed
        with call.in_users_code():
            for hook in wiring.request_hooks:
                await call.wait_freely(hook, hook(request))
        name, transport = wiring.transport(str(request.url), self._transports)
        transport = self._transports.setdefault(name, transport)
        answer = await transport.handle_async_request(request)
        response: httpx.Response = _readable(answer, "__aiter__")
        response.request = request
        try:
            with call.in_users_code():
                for hook in wiring.response_hooks:
                    await call.wait_freely(hook, hook(response))
        except BaseException:
            await response.aclose()
            raise
        return response

    async def carry_out(self, call: Call, attempt: Coroutine[Any, Any, T]) -> T | TransportFailure:
        """Carry out an attempt in a task of its own, where no cancellation reaches it by chance.

        Whoever waits for it may be cancelled at any moment, and it is given up in an orderly way
        then; so it is when its time is up.
        """
        import asyncio  # noqa: PLC0415 - loaded long since

        if self._is_foreign:
            attempt = call.wait_freely(self, attempt)
        task = asyncio.create_task(attempt)
        try:
            while not task.done() and call.remaining > -_GRACE:
                limit = None if call.remaining == inf else call.remaining + _GRACE
                await asyncio.wait([task], timeout=limit)
        except asyncio.CancelledError:
            await self._give_up(call, task)
            raise
        if task.done():
            return task.result()
        await self._give_up(call, task)
        return call.late(sent=call.sent or not self._wiring.is_watched)

    async def enter(self, call: Call, most_wait: float | None, *, throttled: bool = True) -> bool:
        """Wait for the throttle and for a free connection; False where none is in so many seconds.

        `leave` gives it back.
        """
        if throttled:
            await call.wait_freely(self, self.gate.__aenter__())
        is_free = False
        try:
            if self._places.locked():
                waiting = self._is_free(call.within(most_wait))
                is_free = await call.wait_freely(self, waiting)
            else:
                is_free = await self._places.acquire()
        finally:
            if not is_free and throttled:
                await self.gate.__aexit__(None, None, None)
        return is_free

    async def leave(self, *, throttled: bool = True) -> None:
        """Let the next one in."""
        self._places.release()
        if throttled:
            await self.gate.__aexit__(None, None, None)

    async def _is_free(self, most_wait: float | None) -> bool:
        import asyncio  # noqa: PLC0415 - loaded long since

        try:
            async with asyncio.timeout(most_wait):
                return await self._places.acquire()
        except TimeoutError:
            return False

    async def _give_up(self, call: Call, task: Task[Any]) -> None:
        if self._wiring.is_watched or self._is_foreign:
            await call.drop_task(task)
            return
        # Cancelled now, a client of the user's could lose a connection; so it may come to its end.
        self._left.add(task)
        task.add_done_callback(self._forget)
        task.get_loop().call_later(max(0.0, call.remaining), task.cancel)

    def _forget(self, task: Task[Any]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            task.exception()

    async def aclose(self) -> None:
        """Close them."""
        for transport in self._transports.values():
            await transport.aclose()


class AsyncConnections:
    """The connections of an asynchronous client."""

    rate_limit: RateLimit | None = None
    """The latest numbers that answers gave; None before the first answer."""

    def __init__(self, wiring: Wiring, throttle: Throttle | None, **timing: Any) -> None:
        self.wiring = wiring
        self._gate: Callable[[], Any] = lambda: AsyncGate.of(throttle, **timing)
        self._first = wiring.first
        self._by_loop: dict[AbstractEventLoop, AsyncLines] = {}
        self._is_closed = False

    async def lines(self) -> AsyncLines:
        """Return the connections of the running event loop.

        Raises:
            ClientClosedError: after `aclose`.
        """
        from ..concurrency import running_loop  # noqa: PLC0415 - who blocks needs none of it

        if self._is_closed or (self.wiring.client is not None and self.wiring.client.is_closed):
            raise ClientClosedError(_CLOSED)
        loop = running_loop()
        found = self._by_loop.get(loop)
        if found is None or found.process != os.getpid():
            for other in [loop for loop in self._by_loop if loop.is_closed()]:
                self._by_loop.pop(other, None)
            first, self._first = self._first, None
            found = self._by_loop[loop] = AsyncLines(self.wiring, self._gate(), first)
            # An event loop ends the asynchronous generators that began in it before it closes.
            found.keeper = self._kept(loop, found)
            await anext(found.keeper)
        return found

    async def _kept(self, loop: AbstractEventLoop, lines: AsyncLines) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            self._by_loop.pop(loop, None)
            if self.wiring.is_watched:
                await lines.aclose()

    async def aclose(self) -> None:
        """Close all that can be reached from here, unless they were passed in."""
        from asyncio import get_running_loop, run_coroutine_threadsafe  # noqa: PLC0415 - the same

        self._is_closed = True
        if self.wiring.passed is not None:
            await self.wiring.passed.aclose()
        for loop, lines in list(self._by_loop.items()):
            closing: Awaitable[None] | None = lines.keeper.aclose() if lines.keeper else None
            if closing is None or lines.process != os.getpid() or loop.is_closed():
                continue
            if loop is get_running_loop():
                await closing
            elif loop.is_running():
                run_coroutine_threadsafe(_finished(closing), loop)


async def _finished(closing: Awaitable[None]) -> None:
    await closing
