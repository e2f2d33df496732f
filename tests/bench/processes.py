"""Whole processes, timed from start to end, with the memory they took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LAUNCHER = Path(__file__).with_name("launcher.py")
_PAUSE = 0.25
_LONGEST = 900
_SHOWN = 1500


class ProgramError(Exception):
    """A program that was to be measured failed."""


@dataclass(frozen=True)
class Finished:
    """What a process took.

    `seconds` on the clock, `cpu` on the processors, `peak` bytes in the largest of its processes,
    `together` bytes in all of them at one time, if that was watched.
    """

    seconds: float
    cpu: float
    peak: float
    together: float | None
    out: str


class Processes:
    """Starts processes from a small one of its own; see `launcher.py` for the reason."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._out = folder / "stdout.txt"
        self._err = folder / "stderr.txt"
        self._folder = folder
        self._launcher = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", str(_LAUNCHER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        argv: Sequence[object],
        *,
        env: Mapping[str, str] | None = None,
        watch: bool = False,
        may_end_with: Sequence[int] = (0,),
        limit: int = _LONGEST,
    ) -> Finished:
        """Run a program with no more environment than it needs; `watch` adds up its processes.

        Raises ProgramError, with the end of what it said, if it fails or takes too long.
        """
        job = {
            "argv": [str(word) for word in argv],
            "env": environment(env),
            "cwd": str(self._folder),
            "out": str(self._out),
            "err": str(self._err),
            "limit": limit,
        }
        watcher = _Watcher(self._launcher.pid) if watch else None
        try:
            told = self._ask(job)
        finally:
            together = watcher.stop() if watcher else None
        out = self._out.read_text(encoding="utf-8", errors="replace")
        if told["status"] not in may_end_with:
            said = self._err.read_text(encoding="utf-8", errors="replace") or out
            name = " ".join(Path(word).name for word in job["argv"][:2])
            raise ProgramError(f"{name} ended with {told['status']}: …{said[-_SHOWN:].strip()}")
        return Finished(told["seconds"], told["cpu"], told["peak"], together, out)

    def _ask(self, job: Mapping[str, Any]) -> dict[str, Any]:
        assert self._launcher.stdin is not None
        assert self._launcher.stdout is not None
        self._launcher.stdin.write(json.dumps(job) + "\n")
        self._launcher.stdin.flush()
        line = self._launcher.stdout.readline()
        if not line:
            raise ProgramError("the launcher ended")
        told: dict[str, Any] = json.loads(line)
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._launcher.terminate()
        self._launcher.wait()
        for stream in (self._launcher.stdin, self._launcher.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of what is measured: offline, with .pyc files, with nothing of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "ASCGEN_OFFLINE": "1",
        "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8",
        **(extra or {}),
    }


class _Watcher:
    """Adds up the memory of a process's descendants from time to time, where the system tells.

    Pages that several of them share count once: a worker shares most of what it was made from.
    """

    def __init__(self, root: int) -> None:
        self._root = root
        self._most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float | None:
        """The most that was seen, None where the system does not tell."""
        self._ended.set()
        self._thread.join()
        return self._most or None

    def _watch(self) -> None:
        while not self._ended.wait(_PAUSE):
            self._most = max(self._most, sum(map(_proportional, _descendants(self._root))))


def _descendants(pid: int) -> Iterator[int]:
    children = ""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    for child in map(int, children.split()):
        yield child
        yield from _descendants(child)


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
