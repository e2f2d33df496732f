"""A real HTTP server on this machine that answers as a test tells it to.

What has a state is tested on the simulator. This server is for the levels below: it shows a request
as it came over the wire, bearer included, gives answers that no API would, waits for real, and
serves whatever small API a test has rendered.

    with ApiServer([Answer(json={"data": []}), Answer(500), DROP]) as server:
        …                                   # answers in turn, then the test fails
    with ApiServer(lambda request: Answer(json={"path": request.path})) as server:
        server.url, server.requests         # where it is, what it got
    with ApiServer(…, public_key=key):      # 401 for every bearer this key did not sign
    with ApiServer(…, bearer_forbidden=True):  # leaving the block fails if it saw a bearer

What goes wrong inside a handler comes up when the block is left.
"""

from __future__ import annotations

import json as jsonlib
import socket
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

import jwt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def bearer(self) -> str | None:
        return self.headers.get("authorization", "").removeprefix("Bearer ") or None

    def json(self) -> Any:
        return jsonlib.loads(self.body)

    def claims(self, public_key: EllipticCurvePublicKey) -> dict[str, Any]:
        """The claims of the bearer; fails unless `public_key` verifies its signature."""
        assert self.bearer is not None, "the request has no bearer"
        return decode_token(self.bearer, public_key)


@dataclass(frozen=True)
class Answer:
    """What to send back after `delay` seconds; `drop` closes the connection instead."""

    status: int = 200
    body: bytes = b""
    json: Any = None
    headers: Sequence[tuple[str, str]] = ()
    delay: float = 0.0
    drop: bool = False


DROP = Answer(drop=True)


def error(status: int, code: str = "", **members: Any) -> Answer:
    """An error answer as Apple writes them."""
    one = {"status": str(status), "code": code, "title": "No", "detail": "Because.", **members}
    return Answer(status, json={"errors": [one]})


def decode_token(token: str, public_key: EllipticCurvePublicKey) -> dict[str, Any]:
    """The claims of a token this key signed; its times are not judged, tests have own clocks."""
    return jwt.decode(
        token,
        public_key,
        algorithms=["ES256"],
        options={"verify_exp": False, "verify_iat": False, "verify_aud": False},
    )


class ApiServer:
    """The server; see the module for what it can do."""

    def __init__(
        self,
        answers: Sequence[Answer] | Callable[[Received], Answer],
        *,
        public_key: EllipticCurvePublicKey | None = None,
        bearer_forbidden: bool = False,
    ) -> None:
        self.requests: list[Received] = []
        self.failures: list[BaseException] = []
        self._handler = answers if callable(answers) else _script(answers)
        self._public_key = public_key
        self._bearer_forbidden = bearer_forbidden
        self._http = _Http(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, request: Received) -> Answer:
        self.requests.append(request)
        try:
            return self._choose(request)
        except Exception as failure:  # noqa: BLE001 - comes up when the block is left
            self.failures.append(failure)
            return Answer(599, b"the test's handler failed")

    def _choose(self, request: Received) -> Answer:
        if self._bearer_forbidden:
            assert "authorization" not in request.headers, "a bearer came to a foreign origin"
        if self._public_key is not None:
            try:
                request.claims(self._public_key)
            except (AssertionError, jwt.InvalidTokenError):
                return error(401, "NOT_AUTHORIZED")
        return self._handler(request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.failures and (kind is None or issubclass(kind, Exception)):
            raise self.failures[0]


def _script(answers: Sequence[Answer]) -> Callable[[Received], Answer]:
    left = list(answers)
    lock = threading.Lock()

    def handler(request: Received) -> Answer:
        with lock:
            assert left, f"one request too many: {request.method} {request.target}"
            return left.pop(0)

    return handler


class _Http(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def __init__(self, api: ApiServer) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        assert isinstance(self.server, _Http)
        self.api = self.server.api

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        # Every method is one to us.
        setattr(self, f"do_{self.command}", self._respond)
        return True

    def _respond(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, self.rfile.read(length))
        answer = self.api.answer(received)
        if answer.delay:
            time.sleep(answer.delay)
        if answer.drop:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer.body if answer.json is None else jsonlib.dumps(answer.json).encode()
        self.send_response(answer.status)
        lines = [*answer.headers, ("Content-Length", str(len(body)))]
        if answer.json is not None:
            lines.append(("Content-Type", "application/json"))
        sent: set[str] = set()
        for name, value in lines:
            # A test's own headers come first and win, however often it repeats one.
            if (name, value) in answer.headers or name.lower() not in sent:
                self.send_header(name, value)
            sent.add(name.lower())
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
        """Keep the output of the tests to themselves."""
