"""A server on this machine that does everything wrong that a server can do, over TLS or in plain.

A request names the fault it wants anywhere in itself, as `fault-NAME-`; one that names none is
answered as it should be. `FaultServer.seen` counts the requests of each fault.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from support import keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = re.compile(rb"fault-(\w+)-")
OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
# Longer than any client of these tests waits.
LONG = 20.0


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key, in one file."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, keys.public_key(), 1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(keys.private_key(), hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + keys.pem().encode())
    return file


def body(content: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer as it should be."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(content), *headers]
    return b"\r\n".join([*lines, b"", content])


def away(location: bytes) -> bytes:
    return body(b"", b"Location: " + location, status=b"302 Found")


def packed(content: bytes, coding: bytes) -> bytes:
    return body(content, b"Content-Encoding: " + coding)


def reset(connection: socket.socket) -> None:
    """Close the connection as a machine does that knows nothing of it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        ends = time.monotonic() + LONG
        while time.monotonic() < ends:
            connection.sendall(piece)
            time.sleep(0.02)

    return send


def hang(start: bytes) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(LONG)
        connection.recv(1)

    return send


def cut(start: bytes) -> Callable[[socket.socket], None]:
    def send(connection: socket.socket) -> None:
        connection.sendall(start)
        reset(connection)

    return send


def beneath(data: bytes) -> Callable[[socket.socket], None]:
    """Bytes that are not encrypted, on a connection that is."""

    def send(connection: socket.socket) -> None:
        raw = socket.socket(fileno=socket.dup(connection.fileno()))
        with raw:
            raw.sendall(data)
            time.sleep(0.02)

    return send


GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
JSON = b'{"data":{"type":"apps","id":"1"}}'

# What is only bytes is sent and the connection closed.
FAULTS: dict[str, bytes | Callable[[socket.socket], None]] = {
    "closed": b"",
    "reset": cut(b""),
    "silent": hang(b""),
    "garbage": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 what is this\r\n\r\n",
    "zeros": b"\0" * 5000,
    "old": b"<html>HTTP/0.9 has no head</html>",
    "version": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "nostatus": b"HTTP/1.1 \r\nContent-Length: 0\r\n\r\n",
    "wordstatus": b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
    "status0": b"HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n",
    "status999": body(b"", status=b"999 Much"),
    "halfhead": OK + b"X-Half",
    "halfheadcut": cut(OK + b"X-Half"),
    "halfheadsilent": hang(OK + b"X-Half"),
    "headdrip": drip(OK, b"X-More: 1\r\n"),
    "hugehead": OK + b"X-Long: " + b"x" * 300_000 + b"\r\n\r\n",
    "manyheads": OK + b"X-Many: 1\r\n" * 20_000 + b"\r\n",
    "nocolon": OK + b"no colon here\r\n\r\n",
    "spacecolon": OK + b"Content-Length : 0\r\n\r\n",
    "nulhead": OK + b"X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n",
    "folded": OK + b" folded: yes\r\n\r\n",
    "negative": OK + b"Content-Length: -1\r\n\r\n",
    "wordlength": OK + b"Content-Length: many\r\n\r\n",
    "hugelength": OK + b"Content-Length: 1" + b"0" * 30 + b"\r\n\r\n{",
    "twolengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "coding": OK + b"Transfer-Encoding: rot13\r\n\r\n{}",
    "badchunk": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "halfchunk": OK + b"Transfer-Encoding: chunked\r\n\r\n10\r\n{}",
    "chunkdrip": drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "badtrailer": OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
    "early": drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxyz",
    "short": OK + b"Content-Length: 100\r\n\r\n{}",
    "shortcut": cut(OK + b"Content-Length: 100\r\n\r\n{}"),
    "shortsilent": hang(OK + b"Content-Length: 100\r\n\r\n{}"),
    "bodydrip": drip(OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    "gzip": packed(b"no gzip", b"gzip"),
    "halfgzip": packed(GZIP, b"gzip"),
    "deflate": packed(b"no deflate", b"deflate"),
    "brotli": packed(b"no brotli", b"br"),
    "twice": packed(GZIP, b"gzip, gzip"),
    "unknowncoding": packed(b"{}", b"rot13"),
    "empty": body(b""),
    "null": body(b"null"),
    "list": body(b"[]"),
    "word": body(b"<html>maintenance</html>"),
    "latin": body(b'{"data": "\xff\xfe"}'),
    "deep": body(b'{"data":' + b"[" * 100_000),
    "otherid": body(b'{"data":{"type":"apps","id":"other"}}'),
    "mailto": away(b"mailto:x@example.com"),
    "urn": away(b"urn:isbn:0"),
    "data": away(b"data:text/plain,x"),
    "bracket": away(b"http://["),
    "port": away(b"http://127.0.0.1:99999/"),
    "elsewhere": away(b"https://example.invalid/v1/apps"),
    "longaway": away(b"/" + b"x" * 70_000),
    "binaryaway": away(b"/\xff\xfe"),
    "notmodified": body(b"", status=b"304 Not Modified"),
    "unauthorized": body(b"no json", status=b"401 Unauthorized"),
    "slow": body(b"", b"Retry-After: 9999999999999999", status=b"429 Too Many"),
    "oddslow": body(b"", b"Retry-After: soon", status=b"429 Too Many"),
    "timeout": body(b"", status=b"408 Request Timeout"),
    "teapot": body(b'{"errors": "none"}', status=b"418 Teapot"),
    "broken": body(b"\xff" * 100, status=b"500 Broken"),
    "gateway": body(b"<html>", status=b"502 Bad Gateway"),
    "cookies": body(JSON, *[b"Set-Cookie: a%d=%s" % (i, b"x" * 500) for i in range(100)]),
    "beneath": beneath(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    "alert": beneath(b"\x15\x03\x03\x00\x02\x02\x28"),
}


class FaultServer:
    """The server; `pem` is the file of its certificate, None for no TLS."""

    def __init__(self, pem: Path | None = None) -> None:
        self.seen: Counter[str] = Counter()
        self._context: ssl.SSLContext | None = None
        if pem is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(pem)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._open: set[socket.socket] = set()

    @property
    def url(self) -> str:
        scheme = "http" if self._context is None else "https"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            while self._answer(connection):
                pass
        self._open.discard(connection)
        connection.close()

    def _answer(self, connection: socket.socket) -> bool:
        request = b""
        while True:
            chunk = connection.recv(1 << 16)
            if not chunk:
                return False
            request += chunk
            head, end, content = request.partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            if end and len(content) >= (int(length[1]) if length else 0):
                break
        named = NAME.search(request)
        if named is None:
            connection.sendall(body(self._fitting(head)))
            return True
        name = named[1].decode()
        self.seen[f"{request.split(b' ', 1)[0].decode()} {name}"] += 1
        fault = FAULTS[name]
        if callable(fault):
            fault(connection)
        else:
            connection.sendall(fault)
        return False

    @staticmethod
    def _fitting(head: bytes) -> bytes:
        identifier = head.split(b" ")[1].rpartition(b"/")[2]
        return b'{"data":{"type":"apps","id":"%s"}}' % identifier
