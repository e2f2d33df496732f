"""The simulator in the place of the network: httpx transports that answer in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from .messages import Incoming

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .simulator import Simulator

__all__ = ["AsyncTransport", "Transport"]


class Transport(httpx.BaseTransport):
    """Hands every request to a simulator, whatever host it is for."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the simulator's answer."""
        return _exchange(self._simulator, request, request.read())


class AsyncTransport(httpx.AsyncBaseTransport):
    """Hands every request to a simulator, for who awaits."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the simulator's answer."""
        return _exchange(self._simulator, request, await request.aread())


def _exchange(simulator: Simulator, request: httpx.Request, body: bytes) -> httpx.Response:
    url = request.url
    path, _, query = url.raw_path.decode("ascii").partition("?")
    incoming = Incoming(
        request.method,
        path,
        query,
        dict(request.headers),
        body,
        f"{url.scheme}://{url.netloc.decode('ascii')}",
    )
    answer = simulator.answer(incoming)
    if answer.latency:
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and answer.latency > patience:
            answer.latency, answer.broken = patience, "timeout"
        simulator.clock.advance(seconds=answer.latency)
    headers = (
        {"content-type": answer.media_type, **answer.headers} if answer.body else answer.headers
    )
    if answer.broken == "refused":
        raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
    if answer.broken == "timeout":
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    if answer.broken == "cut":
        raise httpx.RemoteProtocolError(
            "Server disconnected without sending a response.", request=request
        )
    if answer.broken == "truncated":
        return httpx.Response(answer.status, headers=headers, stream=_Truncated(answer.body))
    return httpx.Response(answer.status, headers=headers, content=answer.body)


class _Truncated(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Half of a body, and then no connection."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError(_CLOSED)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError(_CLOSED)


_CLOSED = "peer closed connection without sending complete message body"
