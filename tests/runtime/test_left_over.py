"""What comes after an answer is nobody's: it closes its connection, whatever it is."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import AppStoreConnectError, AsyncClient, Client
from app_store_connect._runtime.http import httpx_adapter
from support import keys
from support.clients import FLAVOURS
from support.faults import FAULTS, FaultServer, body, certificate

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

STOLEN = b'{"data":{"type":"apps","id":"2","attributes":{"name":"of nobody"}}}'
OWN = b'{"data":{"type":"apps","id":"fault-%s-"}}'


# Connections that were sent something that was left over, and stay open.
GO_ON: set[Any] = set()


def sent(data: bytes) -> Callable[[socket.socket], None]:
    """Send this at once: what comes later may come at any moment, and nobody can tell."""

    def send(connection: socket.socket) -> None:
        connection.sendall(data)
        GO_ON.add(connection)

    return send


def own(name: str) -> bytes:
    return body(OWN % name.encode())


def chunked(name: str) -> bytes:
    content = OWN % name.encode()
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)


# What comes with the answer to a request, or soon after it.
LEFT_OVER: dict[str, Callable[[socket.socket], None]] = {
    "answer": sent(own("answer") + body(STOLEN)),
    "half": sent(own("half") + body(STOLEN)[:60]),
    "byte": sent(own("byte") + b"H"),
    "line": sent(own("line") + b"\r\n"),
    "chunked": sent(chunked("chunked") + body(STOLEN)),
    "early": sent(own("early") + b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "large": sent(own("large") + body(STOLEN + b" " * 300_000)),
    "refusal": sent(body(b'{"errors":[]}', status=b"409 Conflict") + body(STOLEN)),
    "none": sent(body(b"", status=b"204 No Content") + body(STOLEN)),
}


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    pytest.importorskip(request.param)
    monkeypatch.setattr(httpx_adapter, "_preferred", lambda: request.param)
    return str(request.param)


class Server(FaultServer):
    """Goes on with a connection after a fault."""

    def __init__(self, pem: Path | None) -> None:
        super().__init__(pem)
        self.connections = 0

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        super()._serve(connection)

    def _answer(self, connection: socket.socket) -> bool:
        goes_on = super()._answer(connection) or connection in GO_ON
        GO_ON.discard(connection)
        return goes_on


def names_read(flavour: str, server: Server, trusting: ssl.SSLContext) -> dict[str, Any]:
    """What the request after each of them is answered with."""
    options: Any = {"base_url": server.url, "verify": trusting, "deadline": 20}

    async def main() -> dict[str, Any]:
        found = {}
        async with AsyncClient(keys.api_key(), **options) as asc:
            for name in LEFT_OVER:
                await asyncio.gather(asc.apps.get(f"fault-{name}-"), return_exceptions=True)
                found[name] = (await asc.apps.get("2")).name
        return found

    if flavour == "async":
        return asyncio.run(main())
    found = {}
    with Client(keys.api_key(), **options) as asc:
        for name in LEFT_OVER:
            with suppress(AppStoreConnectError):
                asc.apps.get(f"fault-{name}-")
            found[name] = asc.apps.get("2").name
    return found


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.usefixtures("library")
def test_the_next_call_gets_an_answer_of_its_own(
    flavour: str, *, encrypted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, send in LEFT_OVER.items():
        monkeypatch.setitem(FAULTS, name, send)
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(pem))
    with Server(pem if encrypted else None) as server:
        assert names_read(flavour, server, trusting) == dict.fromkeys(LEFT_OVER)
        # Each of them has cost its connection.
        assert server.connections > len(LEFT_OVER)
