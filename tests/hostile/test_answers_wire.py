"""What comes over the wire is not even HTTP, or never ends: an error of the package, in time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import httpx
import pytest

from app_store_connect import AmbiguousWriteError, AppStoreConnectError, RetryPolicy
from support import keys
from support.clients import opened, settled
from support.hostility import check_text

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = b'{"data":{"type":"apps","id":"a"}}'
HEAD = b"HTTP/1.1 200 OK\r\n"
# More than any machine needs, and much less than for ever.
LONG = 60.0


class Wire:
    """A server that says what it is told to, whatever it is asked, and hangs up."""

    def __init__(self, speak: Callable[[socket.socket], None]) -> None:
        self._speak = speak
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.heard: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with peer, contextlib.suppress(OSError):
                peer.settimeout(10)
                self.heard.append(peer.recv(1 << 16))
                self._speak(peer)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A thread that waits in accept is not woken by closing the listener alone.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(15)


def said(*pieces: bytes) -> Callable[[socket.socket], None]:
    def speak(peer: socket.socket) -> None:
        for piece in pieces:
            peer.sendall(piece)

    return speak


def outcome(flavour: str, wire: Wire, call: Callable[[Any], Any], timeout: float = 10.0) -> Any:
    """What a call comes to, which must be soon."""

    async def main() -> Any:
        policy = RetryPolicy(attempts=2, throttled_attempts=1, backoff=0.0, token_renewals=0)
        async with opened(flavour, wire, policy=policy, timeout=httpx.Timeout(timeout)) as asc:  # type: ignore[arg-type]
            try:
                return await settled(call(asc))
            except AppStoreConnectError as error:
                check_text(error)
                return error

    begun = time.monotonic()
    found = asyncio.run(main())
    assert time.monotonic() - begun < LONG
    return found


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    keys.private_key()
    return str(request.param)


NONSENSE = {
    "nothing": b"",
    "zeros": b"\0" * 1000,
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "TLS": b"\x15\x03\x01\x00\x02\x02\x28",
    "HTTP/0.9": b"<html>hello</html>",
    "a status that is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "status 0": b"HTTP/1.1 000 Zero\r\n\r\n",
    "status 99": b"HTTP/1.1 099 Low\r\n\r\n",
    "four digits": b"HTTP/1.1 2000 High\r\n\r\n",
    "a negative status": b"HTTP/1.1 -20 Low\r\n\r\n",
    "status 999": b"HTTP/1.1 999 High\r\nContent-Length: 0\r\n\r\n",
    "an endless status line": b"HTTP/1.1 200 " + b"x" * 300_000,
    "endless headers": HEAD + b"X-Y: zzzzzzzzzzzzzzzzz\r\n" * 20_000,
    "an endless header": HEAD + b"X: " + b"y" * 300_000,
    "a header without a name": HEAD + b": x\r\nContent-Length: 0\r\n\r\n",
    "a header without a colon": HEAD + b"nothing\r\n\r\n",
    "escapes": HEAD + b"X-Request-Id: \x1b[2J\x07\xe2\x80\xae\r\nContent-Length: 1\r\n\r\nx",
    "half a header": HEAD + b"Content-Len",
    "half a body": HEAD + b"Content-Length: 99\r\n\r\n" + GOOD,
    "two lengths": HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + GOOD,
    "a length of no number": HEAD + b"Content-Length: ten\r\n\r\n" + GOOD,
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n" + GOOD,
    "a huge length": HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n" + GOOD,
    "a short length": HEAD + b"Content-Length: 5\r\n\r\n" + GOOD,
    "chunks without an end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}   \r\n",
    "chunks of no size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk of all sizes": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 18 + b"\r\n{}",
    "an unknown encoding": HEAD + b"Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nxxxxx",
    "no gzip": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nxxxxx",
    "many encodings": HEAD + b"Content-Encoding: " + b"gzip," * 500 + b"gzip\r\n\r\nx",
    "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "early hints and nothing": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50,
    "a cookie": HEAD + b"Set-Cookie: \xff=\x1b; Expires=x; Domain=..\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", NONSENSE)
def test_what_is_no_answer_is_an_error(flavour: str, name: str) -> None:
    with Wire(said(NONSENSE[name])) as wire:
        error = outcome(flavour, wire, lambda client: client.apps.get("a"))
        assert isinstance(error, AppStoreConnectError), error


@pytest.mark.parametrize(
    "name", ["status 0", "another protocol", "half a body", "endless headers", "two lengths"]
)
def test_a_write_that_was_answered_by_nonsense_is_sent_once(flavour: str, name: str) -> None:
    with Wire(said(NONSENSE[name])) as wire:
        error = outcome(flavour, wire, lambda client: client.apps.update("a", bundle_id="b"))
        assert isinstance(error, AmbiguousWriteError), error
        assert len(wire.heard) == 1


def test_hints_before_an_answer_are_passed_over(flavour: str) -> None:
    head = HEAD + b"Content-Length: " + str(len(GOOD)).encode() + b"\r\n\r\n"
    with Wire(said(b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + head + GOOD)) as wire:
        assert outcome(flavour, wire, lambda client: client.apps.get("a")).id == "a"


def test_a_body_may_end_with_the_connection(flavour: str) -> None:
    with Wire(said(HEAD + b"\r\n" + GOOD)) as wire:
        assert outcome(flavour, wire, lambda client: client.apps.get("a")).id == "a"


def test_silence_ends_with_the_time_out(flavour: str) -> None:
    gone = threading.Event()
    for begun in (b"", HEAD, HEAD + b"Content-Length: 99\r\n\r\n{"):

        def speak(peer: socket.socket, begun: bytes = begun) -> None:
            peer.sendall(begun)
            gone.wait(5)

        with Wire(speak) as wire:
            error = outcome(flavour, wire, lambda client: client.apps.get("a"), timeout=0.2)
            gone.set()
        gone.clear()
        assert isinstance(error, AppStoreConnectError)
        assert "Timeout" in str(error)


def test_a_body_that_never_ends_is_not_kept(flavour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from app_store_connect._runtime.http import intake

    monkeypatch.setattr(intake, "LARGEST", 4 << 20)

    def speak(peer: socket.socket) -> None:
        peer.sendall(HEAD + b"\r\n")
        while True:
            peer.sendall(b" " * (1 << 16))

    with Wire(speak) as wire:
        error = outcome(flavour, wire, lambda client: client.apps.get("a"))
        assert "larger than" in str(error)


@pytest.mark.parametrize(
    "location", ["/v1/apps/a", "http://127.0.0.1:1/", "//localhost/v1", "http://[", "x\x1b[2J"]
)
def test_redirects_end_and_stay_here(flavour: str, location: str) -> None:
    for status in (301, 302, 303, 307, 308):
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
        with Wire(said(head.encode())) as wire:
            error = outcome(flavour, wire, lambda client: client.apps.get("a"))
            assert isinstance(error, AppStoreConnectError)
            assert len(wire.heard) <= 12


@pytest.mark.parametrize("status", [*range(100, 600, 7), 600, 999])
def test_every_status_ends_the_call(status: int) -> None:
    head = f"HTTP/1.1 {status} Any\r\nContent-Length: {len(GOOD)}\r\n\r\n".encode()
    with Wire(said(head + GOOD)) as wire:
        found = outcome("sync", wire, lambda client: client.apps.get("a"))
        is_success = 200 <= status < 300
        assert isinstance(found, AppStoreConnectError) is not is_success or status == 204
