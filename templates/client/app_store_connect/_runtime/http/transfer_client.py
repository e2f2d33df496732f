"""What carries transfers out, over the connections of a session."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import msgspec

from ..errand import Errand
from ..messages.errors import UnsafeUrlError
from ..messages.redaction import redacted
from ..messages.response import Headers, Response, TransportFailure
from ..messages.secret import Secret
from .call import CURRENT, Call
from .connections import NO_PLACE
from .conversation import Sleep, drive, drive_async
from .httpx_adapter import raw_chunks, raw_chunks_async
from .transfer import attempt_steps

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterable,
        AsyncIterator,
        Awaitable,
        Callable,
        Iterable,
        Iterator,
    )
    from typing import Any

    import httpx

    from .connections import AsyncLines
    from .retry import RetryPolicy
    from .session import AsyncSession, Session
    from .transfer import Sink, Transfer
    from .wiring import Wiring

__all__ = ["AsyncTransferClient", "TransferClient"]

_LOG = logging.getLogger("app_store_connect")
_ANSWER_LIMIT = 1 << 16
# Not gathered, since what is gathered is lost where a download breaks off.
_AS_THEY_COME = None


class TransferClient:
    """Carries transfers over the connections of a session and blocks; threads may share it."""

    def __init__(
        self,
        session: Session,
        policy: RetryPolicy,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._session = session
        self._policy = policy
        self._now = now or session.now
        self._sleep = sleep or session.sleep
        self._random = random or session.random

    def send(
        self,
        transfer: Transfer,
        content: Callable[[], Iterable[bytes]] | None = None,
        sink: Sink | None = None,
    ) -> Response:
        """Carry out a transfer: `content` makes the bytes to send anew for every attempt."""
        steps = attempt_steps(transfer, self._policy, now=self._now, random=self._random)

        def perform(step: Transfer | Sleep) -> Response | TransportFailure | None:
            if isinstance(step, Sleep):
                Errand.pause(step.seconds, self._sleep)
                return None
            call = _call(self._session)
            with Errand.including(call):
                return self._exchange(call, step, content, sink)

        return drive(steps, perform)

    def _exchange(
        self,
        call: Call,
        transfer: Transfer,
        content: Callable[[], Iterable[bytes]] | None,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        wiring = self._session.wiring
        request = _bare(
            wiring, _asking(transfer, sink), _marked(call, content()) if content else None
        )
        lines = self._session.connections.lines()
        body = b""
        before = CURRENT.set(call)
        try:
            call.begin(None)
            incoming = lines.send(request, call)
            try:
                if sink is not None and incoming.is_success:
                    with call.in_users_code():
                        sink.begin(incoming.status_code, Headers(incoming.headers.multi_items()))
                    for chunk in raw_chunks(incoming, _AS_THEY_COME):
                        with call.in_users_code():
                            sink.write(chunk)
                else:
                    body = next(raw_chunks(incoming, _ANSWER_LIMIT), b"")
            finally:
                incoming.close()
        except Exception as error:  # noqa: BLE001 - sorted there, and raised again
            return _failure(wiring, call, transfer, error)
        finally:
            CURRENT.reset(before)
        return _answer(transfer, incoming, body)


class AsyncTransferClient:
    """Carries transfers over the connections of a session; tasks of one event loop may share it."""

    def __init__(
        self,
        session: AsyncSession,
        policy: RetryPolicy,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._session = session
        self._policy = policy
        self._now = now or session.now
        self._sleep = sleep or session.sleep
        self._random = random or session.random

    async def send(
        self,
        transfer: Transfer,
        content: Callable[[], AsyncIterable[bytes]] | None = None,
        sink: Sink | None = None,
    ) -> Response:
        """Carry out a transfer: `content` makes the bytes to send anew for every attempt."""
        steps = attempt_steps(transfer, self._policy, now=self._now, random=self._random)

        async def perform(step: Transfer | Sleep) -> Response | TransportFailure | None:
            if isinstance(step, Sleep):
                await self._sleep(step.seconds)
                return None
            return await self._exchange(step, content, sink)

        return await drive_async(steps, perform)

    async def _exchange(
        self,
        transfer: Transfer,
        content: Callable[[], AsyncIterable[bytes]] | None,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        call = _call(self._session)
        wiring = self._session.wiring
        request = _bare(
            wiring, _asking(transfer, sink), _marked_async(call, content()) if content else None
        )
        lines = await self._session.connections.lines()
        attempt = self._attempt(call, lines, transfer, request, sink)
        return await lines.carry_out(call, attempt)

    async def _attempt(
        self,
        call: Call,
        lines: AsyncLines,
        transfer: Transfer,
        request: httpx.Request,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        wiring = self._session.wiring
        if not await lines.enter(call, wiring.timeouts["pool"], throttled=False):
            return NO_PLACE
        CURRENT.set(call)
        body = b""
        try:
            incoming = await lines.send(request, call)
            try:
                if sink is not None and incoming.is_success:
                    with call.in_users_code():
                        sink.begin(incoming.status_code, Headers(incoming.headers.multi_items()))
                    async for chunk in raw_chunks_async(incoming, _AS_THEY_COME):
                        with call.in_users_code():
                            await asyncio.to_thread(sink.write, chunk)
                else:
                    body = await anext(raw_chunks_async(incoming, _ANSWER_LIMIT), b"")
            finally:
                await incoming.aclose()
        except Exception as error:  # noqa: BLE001 - sorted there, and raised again
            return _failure(wiring, call, transfer, error)
        finally:
            await lines.leave(throttled=False)
        return _answer(transfer, incoming, body)


def _call(session: Session | AsyncSession) -> Call:
    """Return a call that may take any time, as long as something moves."""
    wait = session.wiring.timeouts["read"]
    return Call(session.clock, None, stall=None if wait is None else wait * 2)


def _marked(call: Call, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes to send; their errors are not failures of the network."""
    with call.in_users_code():
        yield from chunks


async def _marked_async(call: Call, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    with call.in_users_code():
        async for chunk in chunks:
            yield chunk


def _asking(transfer: Transfer, sink: Sink | None) -> Transfer:
    """Return the transfer with the sink's headers; a download's signature covers no headers."""
    if sink is None or not (asked := sink.request_headers):
        return transfer
    headers = (*transfer.headers, *((name, Secret(value)) for name, value in asked))
    return msgspec.structs.replace(transfer, headers=headers)


def _bare(wiring: Wiring, transfer: Transfer, content: Any) -> httpx.Request:
    """Return the request with nothing of the client's in it: no header, cookie or parameter."""
    library = wiring.http_library
    url = library.signed_url(transfer.url)
    if url is None:
        raise UnsafeUrlError(f"{transfer.address[:200]!r} is not a URL")
    own = [("Host", url.netloc.decode("ascii"))]
    if content is not None:
        # Stores refuse a body whose length comes with its chunks.
        own.append(("Content-Length", str(transfer.length)))
    given = {name.lower() for name, _ in transfer.headers}
    own = [(name, value) for name, value in own if name.lower() not in given]
    request = library.signed_request(transfer.method, url, content, wiring.timeouts)
    request.headers = type(request.headers)(
        [*own, *((name, value.reveal()) for name, value in transfer.headers)]
    )
    return request


def _failure(wiring: Wiring, call: Call, transfer: Transfer, error: Exception) -> TransportFailure:
    failure = wiring.failure(error, call)
    _LOG.debug("%r: %s", transfer, failure.reason)
    return failure


def _answer(transfer: Transfer, incoming: httpx.Response, content: bytes) -> Response:
    _LOG.debug("%r: %d", transfer, incoming.status_code)
    return Response(
        status=incoming.status_code,
        headers=Headers(incoming.headers.multi_items()),
        content=content[:_ANSWER_LIMIT],
        method=transfer.method,
        url=redacted(transfer.url.reveal()),
    )
