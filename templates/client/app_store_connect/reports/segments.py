"""Files that downloads go to: on disk when large, and checked against what was announced."""

from __future__ import annotations

import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping

from .._runtime.checksums import Checksum
from .errors import ReportError

__all__ = ["SegmentFile"]

_IN_MEMORY = 1 << 20
_CHUNK = 1 << 18


class SegmentFile:
    """A file that a segment of a report is downloaded to; several readers may read it at once.

    `checksum` is in hex or base64, of a kind that its length shows (MD5 so far). No more
    than `largest` bytes are taken, whether the size is known or not.
    """

    def __init__(
        self,
        size: int | None = None,
        checksum: str | None = None,
        largest: int = sys.maxsize,
    ) -> None:
        self._size = size
        self._largest = largest
        self._checksum = Checksum.read(checksum) if checksum else None
        if checksum and self._checksum is None:
            warnings.warn(
                f"the checksum of a report is of an unknown kind: {checksum[:80]!r}", stacklevel=2
            )
        self._lock = threading.Lock()
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by its owner
        self.restart()

    @property
    def size(self) -> int:
        """How many bytes were written."""
        return self._written

    @property
    def is_too_large(self) -> bool:
        """Whether more came than is taken."""
        return self._written > self._largest

    request_headers: tuple[tuple[str, str], ...] = ()

    def begin(self, status: int, headers: Mapping[str, str]) -> None:  # noqa: ARG002 - a sink's
        """Take up an answer, from its start."""
        self.restart()

    def restart(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()
        self._written = 0
        self._digest = None if self._checksum is None else self._checksum.begin()

    def write(self, chunk: bytes, /) -> None:
        """Take the next bytes; ReportError as soon as there are more than announced or allowed."""
        self._written += len(chunk)
        if self.is_too_large:
            raise ReportError(
                f"a report is larger than {self._largest} bytes, which is all that is taken:"
                " allow more with Reports(asc, largest=…)"
            )
        if self._size is not None and self._written > self._size:
            raise ReportError(f"a report is larger than the {self._size} bytes it should have")
        self._file.write(chunk)
        if self._digest is not None:
            self._digest.update(chunk)

    def verify(self) -> None:
        """Raise ReportError unless what was written is what the API announced."""
        if self._size is not None and self._written != self._size:
            raise ReportError(f"a report has {self._written} bytes, not {self._size}")
        if self._checksum is not None and not self._checksum.is_of(self._digest):
            algorithm = self._checksum.algorithm
            raise ReportError(f"a report arrived damaged: its {algorithm} sum is another")

    def chunks(self) -> Iterator[bytes]:
        """Read it from its start."""
        offset = 0
        while True:
            with self._lock:
                self._file.seek(offset)
                chunk = self._file.read(_CHUNK)
            if not chunk:
                return
            offset += len(chunk)
            yield chunk

    def close(self) -> None:
        """Delete it."""
        self._file.close()
