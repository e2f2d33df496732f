"""Ctrl-C while a store does not answer: nobody waits for it, and what is left behind is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from support.api_server import Answer, ApiServer
from support.uploading import CREATE, Team, part

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from support.api_server import Received

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


@pytest.fixture
def silent() -> Generator[tuple[ApiServer, threading.Event]]:
    """A store that says nothing for a long while; the event is set when it should."""
    asked, over = threading.Event(), threading.Event()

    def keep(_: Received) -> Answer:
        asked.set()
        over.wait(SILENCE)
        return Answer()

    with ApiServer(keep, bearer_forbidden=True) as store:
        yield store, asked
        over.set()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way there")
@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("what", ["upload", "download"])
def test_an_interrupted_transfer_ends_at_once(
    what: str, flavour: str, silent: tuple[ApiServer, threading.Event], tmp_path: Path
) -> None:
    store, asked = silent
    team = Team()
    key = team.simulator.key
    team.fail(CREATE, content=part(17, url=f"{store.url}/file"))
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "KEY": json.dumps(
            {
                "key_id": key.key_id,
                "issuer_id": key.issuer_id,
                "key": team.simulator.key_path.read_text(),
            }
        ),
        "STORE": f"{store.url}/file",
        "TARGET": str(tmp_path / "file"),
    }
    with (
        team.simulator.serve(speed=0) as url,
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", SCRIPT, url, what, flavour],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process,
    ):
        try:
            assert asked.wait(PATIENCE)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert "KeyboardInterrupt" in told
    assert process.returncode != 0
    if what == "upload":
        (left,) = team.simulator.world.all("appScreenshots")
        assert f"appScreenshots {left.id} stays reserved for the upload" in told
        assert team.methods == ["POST"]
    assert list(tmp_path.iterdir()) == []
