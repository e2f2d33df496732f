"""A large file goes through in little memory; the store counts and forgets."""

from __future__ import annotations

import hashlib
import socketserver
import sys
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect.simulator.registry import Book
from support.uploading import SET, Team, part

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")

SIZE = 200 << 20
PART = 50 << 20
LIMIT = 24 << 20


class Counting(BaseHTTPRequestHandler):
    """Takes any number of bytes and keeps none."""

    protocol_version = "HTTP/1.1"
    received = 0
    lock = threading.Lock()

    def do_PUT(self) -> None:
        left = int(self.headers["content-length"])
        assert "authorization" not in self.headers
        buffer = bytearray(1 << 18)
        while left:
            left -= self.rfile.readinto(memoryview(buffer)[: min(left, len(buffer))])  # type: ignore[attr-defined]
        with self.lock:
            type(self).received += int(self.headers["content-length"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Keep quiet."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True


@pytest.fixture
def store() -> Generator[str]:
    Counting.received = 0
    with Server(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="files with holes are made differently there")
@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_a_large_file_is_never_in_memory(flavour: str, store: str, tmp_path: Path) -> None:
    path = tmp_path / "App.bin"
    with path.open("wb") as file:
        file.truncate(SIZE)

    def work(asc: Any, uploads: Any) -> Any:
        return uploads.upload(asc.app_previews, path, app_preview_set=SET, wait=False)

    parts = [
        part(PART, offset=offset, url=f"{store}/{offset}")["uploadOperations"][0]
        for offset in range(0, SIZE, PART)
    ]
    team = Team()
    team.simulator.world.create("appPreviewSets", id=SET)
    # The bytes go elsewhere, so nothing is known of them.
    team.simulator.world.book = Book([])
    team.fail("appPreviews_createInstance", content={"uploadOperations": parts})
    with team.simulator.serve(speed=0) as url:
        tracemalloc.start()
        try:
            team.run(flavour, work, url=url)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert Counting.received == SIZE
    assert peak < LIMIT, f"{peak >> 20} MiB"
    digest = hashlib.md5(usedforsecurity=False)
    for _ in range(SIZE >> 20):
        digest.update(bytes(1 << 20))
    assert team.committed["sourceFileChecksum"] == digest.hexdigest()
