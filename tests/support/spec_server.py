"""A web server on this machine that serves documents well, badly and maliciously."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Answer:
    """What every request gets, until another answer is set.

    `length` is the Content-Length the server claims: the body's own by default, and with None
    nothing, so that closing the connection ends the body. The body's pieces come `pause` seconds
    apart. A request that knows the `etag` gets a 304.
    """

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | Literal["true"] | None = "true"
    pause: float = 0
    etag: str = ""


class SpecServer:
    """A context manager; `requests` holds the headers of each request, names in lower case."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.requests: list[dict[str, str]] = []
        self.closing = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/spec.zip"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for the handlers, so that nothing outlives its test

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is what many tests are about."""


def _handler(server: SpecServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.requests.append(headers)
            answer = server.answer
            if answer.etag and headers.get("if-none-match") == answer.etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.etag:
                self.send_header("ETag", answer.etag)
            pieces = [answer.body] if isinstance(answer.body, bytes) else answer.body
            if answer.length is not None:
                length = len(b"".join(pieces)) if answer.length == "true" else answer.length
                self.send_header("Content-Length", str(length))
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
                if server.closing.wait(answer.pause):
                    return

        def log_message(self, *_: object) -> None:
            """Keep the tests' output to themselves."""

    return Handler
