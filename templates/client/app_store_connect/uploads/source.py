"""Files to upload: read in pieces from any place, and never held in memory as a whole."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import stat
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

__all__ = ["UploadFile", "UploadSource"]

UploadFile: TypeAlias = str | os.PathLike[str] | bytes | IO[bytes]
"""What can be uploaded: the path of a file, bytes, or a seekable binary file."""

_CHUNK = 1 << 18
_DIGEST_CHUNK = 1 << 20


class UploadSource:
    """A file of fixed size, any part of which can be read at any time by any thread."""

    def __init__(self, file: UploadFile, *, name: str | None = None) -> None:
        self._owned = not hasattr(file, "read")
        self._file, known = _opened(file)
        self._lock = threading.Lock()
        self.size = self._file.seek(0, os.SEEK_END)
        self.name = name or known
        problem = None
        if not self.name:
            problem = "give file_name=, which bytes and nameless files do not have"
        elif not self.size:
            problem = f"{self.name} is empty, and the API takes no empty file"
        if problem:
            self.close()
            raise ValueError(problem)

    def chunks(self, offset: int, length: int) -> Iterator[bytes]:
        """Read a part piece by piece."""
        while length:
            chunk = self._read(offset, min(length, _CHUNK))
            offset += len(chunk)
            length -= len(chunk)
            yield chunk

    async def achunks(self, offset: int, length: int) -> AsyncIterator[bytes]:
        """Read a part piece by piece without blocking the event loop."""
        while length:
            chunk = await asyncio.to_thread(self._read, offset, min(length, _CHUNK))
            offset += len(chunk)
            length -= len(chunk)
            yield chunk

    def md5(self, offset: int = 0, length: int | None = None) -> str:
        """The MD5 sum of the file or a part of it, as lower-case hex."""
        digest = hashlib.md5(usedforsecurity=False)
        end = self.size if length is None else offset + length
        while offset < end:
            chunk = self._read(offset, min(_DIGEST_CHUNK, end - offset))
            digest.update(chunk)
            offset += len(chunk)
        return digest.hexdigest()

    def _read(self, offset: int, length: int) -> bytes:
        with self._lock:
            self._file.seek(offset)
            chunk = self._file.read(length)
        if not chunk:
            raise OSError(f"{self.name} has become shorter while it was uploaded")
        return chunk

    def close(self) -> None:
        """Close the file, unless it was passed in open."""
        if self._owned:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(file: UploadFile) -> tuple[IO[bytes], str]:
    """The open file, and what it is called if that is known."""
    if isinstance(file, bytes):
        return io.BytesIO(file), ""
    if isinstance(file, str | os.PathLike):
        path = Path(file)
        # Asked before it is opened, which would wait for ever on a pipe.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError(f"{path} is not a regular file")
        return path.open("rb"), path.name
    name = getattr(file, "name", "")
    return file, Path(name).name if isinstance(name, str) else ""
