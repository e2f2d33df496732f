"""A server that spends next to nothing on a request: every answer is ready before it is asked for.

    server.py PAGES            # a file of answers by path, as JSON: {path: [delay in ms, body]}

Prints its port, and ends when its stdin does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection, kept alive; requests have no bodies."""

    def __init__(self, answers: dict[bytes, tuple[float, bytes]]) -> None:
        self._answers = answers
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request by its path."""
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            found = self._answers.get(path) or self._answers[path.partition(b"?")[0]]
            delay, answer = found
            if delay:
                asyncio.get_running_loop().call_later(delay, self._answer, answer)
            else:
                self._answer(answer)

    def _answer(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


def read(path: Path, port: int) -> dict[bytes, tuple[float, bytes]]:
    """The answers, whole; `{server}` in a body is where this server is."""
    server = f"http://127.0.0.1:{port}"
    answers = {}
    for place, (delay, text) in json.loads(path.read_bytes()).items():
        body = text.replace("{server}", server).encode()
        answers[place.encode()] = (delay / 1000, _HEAD % len(body) + body)
    return answers


async def main() -> None:
    """Serve until stdin ends."""
    answers: dict[bytes, tuple[float, bytes]] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers.update(read(Path(sys.argv[1]), port))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
