"""How far an upload is."""

from __future__ import annotations

import threading
from typing import Protocol

from .plan import Part

__all__ = ["Progress", "UploadProgress", "UploadStoppedError"]


class Progress(Protocol):
    """A function called with the bytes sent so far and in all, by any thread, one at a time.

    The first number falls when a part has to be sent again.
    """

    def __call__(self, sent: int, total: int, /) -> object:
        """Note how far the upload is."""
        ...


class UploadStoppedError(Exception):
    """Ends what other threads still send when one of them has failed; nobody else sees it."""


class UploadProgress:
    """What has been sent of a file, kept by any number of threads."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._is_stopped = False
        self._total = total
        self._progress = progress
        self._lock = threading.Lock()
        self._moved: dict[int, int] = {}
        self._arrived: dict[int, int] = {}

    @property
    def sent(self) -> tuple[tuple[int, int], ...]:
        """Offset and length of the parts that arrived, in the order of the file."""
        with self._lock:
            return tuple(sorted(self._arrived.items()))

    def moved(self, part: Part, count: int) -> None:
        """Note how much of a part is on its way; less than before when it is sent again."""
        if self._is_stopped:
            raise UploadStoppedError
        with self._lock:
            self._moved[part.offset] = count
            if self._progress is not None:
                self._progress(sum(self._moved.values()), self._total)

    def arrived(self, part: Part) -> None:
        """Note that a part is there."""
        with self._lock:
            self._arrived[part.offset] = part.length

    def stop(self) -> None:
        """End all sending."""
        self._is_stopped = True

    def restart(self) -> None:
        """Forget everything: the file goes to another place."""
        with self._lock:
            self._moved.clear()
            self._arrived.clear()
            self._is_stopped = False
