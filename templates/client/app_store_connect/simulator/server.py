"""The simulator over HTTP: an ASGI application, and a server of it in a thread."""

from __future__ import annotations

import asyncio
import math
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from .control import CONTROL, Control
from .files import FILES
from .messages import Incoming

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, MutableMapping

    from .messages import Answer
    from .simulator import Simulator

__all__ = ["Application", "serving"]

_STARTED_WITHIN = 30.0
_PORTS = range(2**16)


class Application:
    """An ASGI application that answers as a simulator does.

    Virtual time passes `speed` times as fast as real time while it is asked.
    """

    def __init__(self, simulator: Simulator, *, speed: float = 1.0) -> None:
        self._simulator = simulator
        self._control = Control(simulator)
        self._speed = speed
        self._seen = time.monotonic()

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = self._answer(_incoming(scope, bytes(body)))
        if answer.latency:
            await asyncio.sleep(answer.latency)
        if answer.broken in {"refused", "cut"}:
            _hang_up(send)
        elif answer.broken == "timeout":
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await _send(answer, send)

    def _answer(self, incoming: Incoming) -> Answer:
        now = time.monotonic()
        passed, self._seen = now - self._seen, now
        if self._speed:
            # At the end of all time it stands still.
            with suppress(ValueError):
                self._simulator.clock.advance(seconds=passed * self._speed)
        if f"{incoming.path}/".startswith(CONTROL) and not incoming.path.startswith(FILES):
            return self._control.answer(incoming)
        return self._simulator.answer(incoming)


def _incoming(scope: MutableMapping[str, Any], body: bytes) -> Incoming:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "127.0.0.1")
    return Incoming(
        scope["method"],
        scope["raw_path"].decode("ascii"),
        scope["query_string"].decode("ascii"),
        headers,
        body,
        f"{scope['scheme']}://{host}",
    )


async def _send(
    answer: Answer, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]
) -> None:
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    if answer.body:
        headers["content-type"] = answer.media_type
    if answer.status == 204:  # noqa: PLR2004 - no content
        del headers["content-length"]
    lines = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": lines})
    if answer.broken == "truncated":
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _hang_up(send)
        return
    await send({"type": "http.response.body", "body": answer.body})


def _hang_up(send: Any) -> None:
    """Close the connection under the server's feet, which ASGI has no word for."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket at an address, known to be of TCP: asyncio delays no answers on such only."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        reason = f"cannot listen on {host}:{port}: {error.strerror}"
        raise OSError(error.errno, reason) from None
    return sock


@contextmanager
def serving(
    simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0, speed: float = 1.0
) -> Generator[str]:
    """Serve a simulator while the block lasts; the value is its address.

    Raises ValueError for a port that there cannot be, and for time that would go backwards.

    Raises RuntimeError without uvicorn, which the extra `[simulator]` brings, OSError for an
    address that is taken.
    """
    if port not in _PORTS:
        raise ValueError(f"{port} is no port: there are 1 to 65535, and 0 for any that is free")
    if not 0 <= speed < math.inf:
        raise ValueError(f"time cannot pass {speed} times as fast: it is 0 or more")
    try:
        import uvicorn  # noqa: PLC0415 - an extra
    except ImportError:
        raise RuntimeError(
            "serving takes uvicorn: pip install 'app-store-connect[simulator]'"
        ) from None
    config = uvicorn.Config(
        Application(simulator, speed=speed),
        lifespan="off",
        ws="none",
        log_level="critical",
        access_log=False,
        server_header=False,
    )
    server = uvicorn.Server(config)
    sock = _bound(host, port)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    try:
        end = time.monotonic() + _STARTED_WITHIN
        while not server.started:
            if not thread.is_alive() or time.monotonic() > end:
                raise RuntimeError(f"the server on {host} did not start")
            time.sleep(0.005)
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(_STARTED_WITHIN)
        sock.close()
