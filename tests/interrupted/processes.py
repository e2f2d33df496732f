"""Which processes are there, by a mark in their environment that their children inherit."""

from __future__ import annotations

import time
from pathlib import Path


def await_end(mark: str) -> None:
    """Wait until no process is left that was started with the mark in its environment."""
    end = time.monotonic() + 20
    while left := _processes(mark):
        assert time.monotonic() < end, f"still there: {left}"
        time.sleep(0.02)


def await_processes(mark: str, count: int) -> None:
    """Wait until there are that many of them."""
    end = time.monotonic() + 60
    while len(_processes(mark)) < count:
        assert time.monotonic() < end
        time.sleep(0.005)


def _processes(mark: str) -> list[str]:
    found: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(folder.name)
        except OSError:
            continue
    return found
