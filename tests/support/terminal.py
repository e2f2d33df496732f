"""Programs that are run on a terminal, as far as they can tell."""

from __future__ import annotations

import os
import pty
import subprocess
import sys


def on_terminal(*arguments: object, streams: str = "stdout", **environment: str) -> str:
    """Return what `ascgen` writes to a terminal 120 columns wide; an empty variable is not set."""
    leader, follower = pty.openpty()
    changed = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "", **environment}
    process = subprocess.Popen(  # noqa: S603 - the program under test
        [sys.executable, "-m", "ascgen", *map(str, arguments)],
        stdout=follower if streams == "stdout" else subprocess.DEVNULL,
        stderr=follower if streams == "stderr" else None,
        env={name: value for name, value in changed.items() if value},
    )
    os.close(follower)
    shown = b""
    with os.fdopen(leader, "rb", buffering=0) as terminal:
        try:
            while part := terminal.read(4096):
                shown += part
        except OSError:  # how Linux tells that the other end is closed
            pass
    process.wait(timeout=60)
    return shown.decode()
