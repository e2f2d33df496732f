"""What lies below httpx: connections whose every wait ends with the call it belongs to.

httpx times each read by itself, so an answer that drips in never ends, and it loses connections
when a task is cancelled at an unlucky moment. Here each wait takes no longer than its call may, and
a call that is given up sees an ordinary failure of its connection, after which httpx tidies up.
"""

from __future__ import annotations

import socket
import ssl
import threading
import weakref
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .call import CURRENT

if TYPE_CHECKING:
    pass

__all__ = ["AsyncBackend", "Backend"]

T = TypeVar("T")

# Larger than what asyncio reads at once, so that it keeps nothing back.
_READ_SIZE = 1 << 18


class _Parsers:
    """Where the parser of a connection is found: in the pool that the connection is in."""

    def __init__(self, pool: Any) -> None:
        self._pool = weakref.ref(pool)

    def of(self, line: object) -> Any:
        """Return the HTTP/1.1 parser that reads from this connection, or None."""
        pool = self._pool()
        for connection in () if pool is None else pool.connections:
            inner = connection
            while inner is not None:
                if getattr(inner, "_network_stream", None) is line:
                    return getattr(inner, "_h11_state", None)
                inner = getattr(inner, "_connection", None)
        return None


class _Common:
    """What lines of both flavours know."""

    def __init__(self, stream: Any, parsers: _Parsers, packed: object = None) -> None:
        self._stream = stream
        self._parsers = parsers
        self._parser: Any = None
        # Looked up once: httpx asks every idle connection at every request.
        self._packed = packed if isinstance(packed, ssl.SSLObject) else None

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection; one with bytes left over counts as readable.

        httpx asks before it uses a connection again, and closes one that is readable: what comes
        after an answer is nobody's, and must not become the answer to the next request.
        """
        if info == "is_readable" and (self._is_left_over() or self._is_packed_left_over()):
            return True
        return self._stream.get_extra_info(info)

    def _is_left_over(self) -> bool:
        if self._parser is None:
            self._parser = self._parsers.of(self)
        return self._parser is not None and bool(self._parser.trailing_data[0])

    def _is_packed_left_over(self) -> bool:
        return False


class Line(_Common):
    """A connection of a client that blocks."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        call = CURRENT.get()
        if call is None:
            chunk: bytes = self._stream.read(max_bytes, timeout)
            return chunk
        call.begin(self)
        chunk = self._stream.read(max_bytes, call.within(timeout))
        call.moved(len(chunk))
        return chunk

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        call = CURRENT.get()
        if call is None:
            self._stream.write(buffer, timeout)
            return
        call.begin(self)
        call.sent = True
        self._stream.write(buffer, call.within(timeout))
        call.moved(len(buffer))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> Self:
        """Encrypt from here on; what was sent before was for a proxy."""
        call = CURRENT.get()
        if call is not None:
            call.begin(self)
            timeout = call.within(timeout)
            call.sent = False
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return type(self)(stream, self._parsers)

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def shut(self) -> None:
        """End what another thread waits for on this connection."""
        found = self._stream.get_extra_info("socket")
        if isinstance(found, socket.socket):
            with suppress(OSError):
                # Not the method of an encrypted socket, which would forget its encryption.
                socket.socket.shutdown(found, socket.SHUT_RDWR)


class AsyncLine(_Common):
    """A connection of an asynchronous client."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Read what there is."""
        call = CURRENT.get()
        max_bytes = max(max_bytes, _READ_SIZE)
        if call is None:
            chunk: bytes = await self._stream.read(max_bytes, timeout)
            return chunk
        chunk = await call.wait(self, self._stream.read(max_bytes, call.within(timeout)))
        call.moved(len(chunk))
        return chunk

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Write all of it."""
        call = CURRENT.get()
        if call is None:
            await self._stream.write(buffer, timeout)
            return
        # Given up before it begins, nothing is sent.
        call.sent = call.sent or not call.is_over
        await call.wait(self, self._stream.write(buffer, call.within(timeout)))
        call.moved(len(buffer))

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Self:
        """Encrypt from here on; what was sent before was for a proxy."""
        call = CURRENT.get()
        try:
            if call is None:
                stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
            else:
                timeout = call.within(timeout)
                call.sent = False
                stream = await call.wait(
                    self, self._stream.start_tls(ssl_context, server_hostname, timeout)
                )
        except BaseException:
            await self._stream.aclose()
            raise
        return type(self)(stream, self._parsers, stream.get_extra_info("ssl_object"))

    async def aclose(self) -> None:
        """Close it."""
        await self._stream.aclose()

    def _is_packed_left_over(self) -> bool:
        if self._packed is None:
            return False
        # Received, but not decrypted yet: no socket tells of it.
        try:
            self._packed.read(1)
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:
            return True
        return True


class Backend:
    """Makes the connections of a pool of httpx's that blocks."""

    def __init__(self, backend: Any, pool: object) -> None:
        self._backend = backend
        self._parsers = _Parsers(pool)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> Line:
        """Connect to a host."""
        call = CURRENT.get()
        if call is None:
            stream = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
            return Line(stream, self._parsers)
        call.begin(None)
        failure: Exception | None = None
        # A name may have many addresses, and httpx would wait at each of them as at the only one.
        for address in _addresses(host, port, call.within(timeout)):
            call.check()
            wait = call.within(timeout)
            try:
                stream = self._backend.connect_tcp(
                    address, port, wait, local_address, socket_options
                )
            except Exception as error:  # noqa: BLE001 - raised below, unless another one answers
                failure = error
            else:
                return Line(stream, self._parsers)
        raise failure or OSError(f"{host} has no address")

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect."""
        self._backend.sleep(seconds)


def _addresses(host: str, port: int, timeout: float | None) -> list[str]:
    """Return the addresses of a host.

    Looked up in a thread, as nothing ends a look-up that the system makes: neither a time-out nor
    Ctrl-C.

    Raises:
        OSError: where there are none; a TimeoutError where they are not known in time.
    """
    with suppress(ValueError):
        ip_address(host)
        return [host]
    from queue import Empty, SimpleQueue  # noqa: PLC0415 - not before there is a call

    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(place[0]) for *_, place in found])
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except Empty:
        raise TimeoutError(f"the address of {host} was not found in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


class AsyncBackend:
    """Makes the connections of an asynchronous pool of httpx's."""

    def __init__(self, backend: Any, pool: object) -> None:
        self._backend = backend
        self._parsers = _Parsers(pool)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> AsyncLine:
        """Connect to a host."""
        call = CURRENT.get()
        if call is not None:
            timeout = call.within(timeout)
        waiting = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        stream = await (waiting if call is None else call.wait(self, waiting))
        return AsyncLine(stream, self._parsers)

    async def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect."""
        await self._backend.sleep(seconds)
