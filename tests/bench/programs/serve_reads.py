"""Waits for a server that a command starts, then reads one resource from it, many times.

    serve_reads.py ADDRESS PATH TOKEN READS COMMAND…

ADDRESS is where the command is going to serve. Ten connections are kept open.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from urllib.parse import urlsplit

import turns

ADDRESS, PATH, TOKEN = sys.argv[1:4]
READS, COMMAND = int(sys.argv[4]), sys.argv[5:]
CONNECTIONS = 10
PATIENCE = 120
HOST, PORT = urlsplit(ADDRESS).hostname or "", urlsplit(ADDRESS).port or 0
REQUEST = (
    f"GET {PATH} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nAuthorization: Bearer {TOKEN}\r\n"
    "Accept: application/json\r\n\r\n"
).encode()


async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Read the resource once."""
    writer.write(REQUEST)
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
    return head


async def first(process: subprocess.Popen[bytes], started: float) -> float:
    """Seconds until the first answer."""
    while True:
        try:
            head = await read(*await asyncio.open_connection(HOST, PORT))
        except OSError:
            if process.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise
            await asyncio.sleep(0.005)
        else:
            assert b" 200 " in head.partition(b"\r\n")[0], head
            return time.perf_counter() - started


async def worker() -> None:
    """Read over one connection."""
    reader, writer = await asyncio.open_connection(HOST, PORT)
    for _ in range(READS // CONNECTIONS):
        await read(reader, writer)
    writer.close()


async def main() -> None:
    """Start the server, and measure."""
    started = time.perf_counter()
    process = subprocess.Popen(COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603, ASYNC220 - our own words
    try:
        start = await first(process, started)
        begun = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))
        each = (time.perf_counter() - begun) / READS
    finally:
        process.terminate()
        process.wait(10)
    turns.told(times={"start": [start], "read": [each]})


asyncio.run(main())
