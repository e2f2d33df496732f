"""Taking turns: one process at a time works in a folder, and no signal ends it halfway."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ascgen.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

_PATIENCE = 60.0
_PAUSE = 0.02
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class _Held(threading.local):
    """The folders this thread has the turn in, by device and number."""

    def __init__(self) -> None:
        self.folders: set[tuple[int, int]] = set()


_held = _Held()


@contextmanager
def exclusive(directory: Path, patience: float = _PATIENCE) -> Generator[None]:
    """Let one process at a time work in a folder, where the system can; the turn ends with it.

    A block within a block of the same folder does not wait for itself. Where there are no locks,
    nothing breaks, but of two at once one may fail, or lose what it added to the other's.

    Raises:
        StoreError: another process has not come to an end in `patience` seconds.
        OSError: there is no such folder.
    """
    if sys.platform == "win32":  # a folder cannot be locked there
        yield
        return
    import fcntl

    try:
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:  # one may write to what one cannot list
        handle = None
    if handle is None:
        yield
        return
    try:
        found = os.fstat(handle)
        folder = (found.st_dev, found.st_ino)
        if folder in _held.folders:
            yield
            return
        _wait(lambda: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB), directory, patience)
        _held.folders.add(folder)
        try:
            yield
        finally:
            _held.folders.discard(folder)
    finally:
        os.close(handle)


def _wait(lock: Callable[[], None], directory: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            lock()
        except BlockingIOError:
            if time.monotonic() > end:
                raise StoreError(
                    f"another ascgen has been at work in {directory} for {patience:g} seconds",
                    hint="wait for it to end, or end it; then run this again",
                ) from None
            time.sleep(_PAUSE)
        except OSError:  # some network file systems know no locks
            return
        else:
            return


@contextmanager
def undisturbed() -> Generator[None]:
    """Let a signal that ends the process take effect when the block is done, not within it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    came: list[int] = []
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {n: signal.signal(n, lambda number, _: came.append(number)) for n in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            # None is a handler that was not set from Python.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in dict.fromkeys(came):
            signal.raise_signal(number)
