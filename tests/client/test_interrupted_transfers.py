"""Ctrl-C while a store does not answer: nobody waits for it, and what is left behind is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from support import keys
from support.upload_api import UploadApi

if TYPE_CHECKING:
    from pathlib import Path

    from support.api_server import Answer, Received

# In seconds: how long the store says nothing, and how long the program may take to end.
SILENCE = 60.0
PATIENCE = 20.0
SCRIPT = """
import asyncio, os, sys
from app_store_connect import ApiKey, AsyncClient, Client

key = ApiKey.from_json(os.environ["KEY"])
url, what, flavour = sys.argv[1:]
def uploaded(asc):
    return asc.uploads.upload(
        asc.app_screenshots, b"0123456789abcdefg", file_name="1.png", app_screenshot_set="9"
    )
def downloaded(asc):
    return asc.download(os.environ["STORE"], os.environ["TARGET"])
work = {"upload": uploaded, "download": downloaded}[what]
async def main():
    async with AsyncClient(key, base_url=url) as asc:
        await work(asc)
if flavour == "async":
    asyncio.run(main())
else:
    with Client(key, base_url=url) as asc:
        work(asc)
"""


class Silent(UploadApi):
    """Its store says nothing for a long while; `asked` is set when it should."""

    def __enter__(self) -> Any:
        self.asked = threading.Event()
        self.over = threading.Event()
        return super().__enter__()

    def __exit__(self, *raised: object) -> None:
        self.over.set()
        super().__exit__(*raised)

    def _keep(self, request: Received) -> Answer:
        self.asked.set()
        self.over.wait(SILENCE)
        return super()._keep(request)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way there")
@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("what", ["upload", "download"])
def test_an_interrupted_transfer_ends_at_once(what: str, flavour: str, tmp_path: Path) -> None:
    with Silent() as api:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "KEY": json.dumps(
                {"key_id": keys.KEY_ID, "issuer_id": keys.ISSUER_ID, "key": keys.pem()}
            ),
            "STORE": f"{api.store.url}/file",
            "TARGET": str(tmp_path / "file"),
        }
        with subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", SCRIPT, api.api.url, what, flavour],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process:
            try:
                assert api.asked.wait(PATIENCE)
                process.send_signal(signal.SIGINT)
                _, told = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
    assert "KeyboardInterrupt" in told
    assert process.returncode != 0
    if what == "upload":
        assert "appScreenshots 1 stays reserved for the upload" in told
        assert api.methods() == ["POST"]
    assert list(tmp_path.iterdir()) == []
