"""Runs ascgen in a process that ends right before the nth change it makes to the disk.

    python killed.py

reads orders from stdin, one a line, and answers each with the exit code. Each runs in a process of
its own, a copy of this one, in which the modules are loaded already:

    {"nth": n, "report": path, "troubles": […], "words": […], "cwd": …, "out": path, "err": path}

Every change is announced to Python's audit hooks, so that with n from 1 on each state is met that
an end at any moment can leave. Without such an end, the report gets the number of changes.

`two-renames` is a system that cannot exchange two folders in one step. `full` is a disk that is
full from the nth change on. The name of a signal
is what is sent instead of SIGKILL. `no privileges` makes the superuser
obey the modes of files.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from ascgen.cli import main
from ascgen.files import swap

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.symlink", "os.truncate", "os.utime",
}  # fmt: skip
_MODULES = (
    "ascgen.documents.fetch", "ascgen.generate", "ascgen.site", "black", "httpx", "rich.progress",
)  # fmt: skip
_CAPABILITIES = 0x20080522  # the version of what the system call takes
_GROWTH = {"os.link", "os.mkdir", "os.symlink", "open"}


class Disk:
    def __init__(self, nth: int, troubles: list[str]) -> None:
        self.count = 0
        self.moves: list[int] = []
        self.is_over = False
        self._nth = nth
        self._full = "full" in troubles
        names = [name for name in troubles if name.startswith("SIG")]
        self._signal = signal.Signals[names[0]] if names else signal.SIGKILL
        self._process = os.getpid()

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_over or os.getpid() != self._process or not _is_change(event, arguments):
            return
        self.count += 1
        if event in {"os.rename", "ctypes.dlsym"}:
            self.moves.append(self.count)
        if not self._nth or self.count < self._nth:
            return
        if not self._full:
            if self.count == self._nth:
                os.kill(self._process, self._signal)
        elif event in _GROWTH:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _is_change(event: str, arguments: tuple[object, ...]) -> bool:
    if event == "open":
        path, _, flags = arguments
        named = isinstance(path, str | bytes) and not os.fsdecode(path).startswith("/dev/")
        return named and isinstance(flags, int) and bool(flags & _WRITING)
    if event == "ctypes.dlsym":
        return arguments[1] in {"renameat2", "renamex_np"}
    return event in _CHANGES


def run(order: dict[str, Any]) -> None:
    """Do what an order says in this process, and leave it."""
    os.chdir(order["cwd"])
    for number, path in ((1, order["out"]), (2, order["err"])):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, number)
        os.close(handle)
    troubles = order["troubles"]
    if "two-renames" in troubles:
        swap._swap = lambda *_: False
    if "no privileges" in troubles and sys.platform == "linux":
        numbers = (ctypes.c_uint32 * 6)()
        ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(_CAPABILITIES, 0), numbers)
    sys.argv = ["ascgen", *order["words"]]
    disk = Disk(order["nth"], troubles)
    sys.addaudithook(disk)
    try:
        main()
    finally:
        disk.is_over = True
        if order["report"]:
            Path(order["report"]).write_text(json.dumps([disk.count, disk.moves]))


def serve() -> None:
    for name in _MODULES:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            run(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
