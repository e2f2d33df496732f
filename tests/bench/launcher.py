"""A program that runs others one at a time and tells what each took; a line of JSON in, one out.

A process's peak memory begins with that of the process it was made from, so this one imports
little and stays small.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_KIBI = 1 if sys.platform == "darwin" else 1024

running = 0


def stop(number: int, _frame: FrameType | None) -> None:
    """End what runs, with all that it started; on SIGTERM this program too."""
    if running:
        with suppress(ProcessLookupError):
            os.killpg(running, signal.SIGKILL)
    if number == signal.SIGTERM:
        sys.exit(1)


def run(
    argv: list[str], env: dict[str, str], cwd: str, out: str, err: str, limit: int
) -> dict[str, float]:
    """Run one program to its end, or for as many seconds as `limit`."""
    global running  # noqa: PLW0603 - a signal handler has no other way to it
    os.chdir(cwd)
    written = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, written, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, written, 0o600),
    ]
    signal.alarm(limit)
    started = time.perf_counter()
    running = os.posix_spawn(argv[0], argv, env, file_actions=streams, setpgroup=0)
    _, status, usage = os.wait4(running, 0)
    seconds = time.perf_counter() - started
    signal.alarm(0)
    running = 0
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * _KIBI,
    }


def main() -> None:
    """Serve until stdin ends."""
    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(run(**json.loads(line))) + "\n")
            sys.stdout.flush()
    finally:
        stop(0, None)


if __name__ == "__main__":
    main()
