"""Files to upload: read in pieces from any place, and never held in memory as a whole."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import threading
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any, Self, TypeAlias, cast

from .._runtime.concurrency import in_thread_async
from .._runtime.suggestions import kind_of

__all__ = ["UploadFile", "UploadSource", "digest_async", "pieces_async"]

UploadFile: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""What can be uploaded: the path of a file, bytes of any kind, or a seekable binary file."""

# What is read at a time, and remembered by a sum of its own.
_BLOCK = 1 << 18
# Blocks between two moments at which a sum can be interrupted.
_AT_ONCE = 32


class UploadSource:
    """A file of fixed size, any part of which can be read at any time by any thread.

    What was read once has to be the same when it is read again: what is sent is what its checksum
    was taken of.
    """

    def __init__(self, file: UploadFile, *, name: str | None = None) -> None:
        self._owned = not hasattr(file, "read")
        self.path = os.fspath(file) if isinstance(file, str | os.PathLike) else None
        self._file, known = _opened(file)
        self._lock = threading.Lock()
        self._sums: dict[int, int] = {}
        self._is_closed = False
        problem = None
        try:
            # A map of memory does not say where it is when it goes there.
            self._file.seek(0, os.SEEK_END)
            self.size = self._file.tell()
            self._made = self._stamp()
            self.name = name or known
            if not self.name:
                problem = "give file_name=, which bytes and nameless files do not have"
            elif not self.size:
                problem = f"{self.name} is empty, and the API takes no empty file"
        except BaseException:
            self.close()
            raise
        if problem:
            self.close()
            raise ValueError(problem)

    def read(self, offset: int, length: int) -> bytes:
        """Read from a place, as much as there is in one block.

        Raises:
            OSError: when what was there before is gone, or is something else by now.
        """
        start = offset - offset % _BLOCK
        block = self._read(start, min(_BLOCK, self.size - start))
        found = zlib.crc32(block)
        # Setting a key is one step, whichever thread is the first.
        if self._sums.setdefault(start, found) != found:
            raise self._changed()
        return block[offset - start :][:length]

    def read_all(self) -> bytes:
        """Read the whole file."""
        return self._read(0, self.size)

    def verify(self) -> None:
        """Raise OSError when the file was written to since it was opened."""
        if self._stamp() != self._made:
            raise self._changed()

    def close(self) -> None:
        """Close the file, unless it was passed in open; nothing can be read any more."""
        with self._lock:
            self._is_closed = True
            if self._owned:
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, offset: int, length: int) -> bytes:
        with self._lock:
            if self._is_closed:
                raise OSError(f"{self.name} is closed")
            self._file.seek(offset)
            chunks: list[bytes] = []
            while length:
                chunk = self._file.read(length)
                if not chunk:
                    raise OSError(f"{self.name} has become shorter while it was uploaded")
                chunks.append(chunk)
                length -= len(chunk)
        return b"".join(chunks)

    def _stamp(self) -> tuple[int, ...]:
        """Return what changes when the file is written to: its size and, on a disk, its time."""
        with self._lock:
            self._file.seek(0, os.SEEK_END)
            size = self._file.tell()
            try:
                return size, os.fstat(self._file.fileno()).st_mtime_ns
            except (OSError, AttributeError):
                return (size,)

    def _changed(self) -> OSError:
        return OSError(f"{self.name} has changed while it was uploaded")


async def pieces_async(source: UploadSource, offset: int, length: int) -> AsyncIterator[bytes]:
    """Read a part piece by piece."""
    while length:
        piece = await in_thread_async(source.read, offset, length)
        offset += len(piece)
        length -= len(piece)
        yield piece


async def digest_async(source: UploadSource, offset: int = 0, length: int | None = None) -> str:
    """Return the MD5 sum of a file or a part of it, as lower-case hex."""
    md5 = hashlib.md5(usedforsecurity=False)
    end = source.size if length is None else offset + length
    while offset < end:
        offset = await in_thread_async(_extend, md5, source, offset, end)
    return md5.hexdigest()


def _extend(md5: Any, source: UploadSource, offset: int, end: int) -> int:
    """Add some blocks to a sum, and return how far it is."""
    for _ in range(_AT_ONCE):
        piece = source.read(offset, end - offset)
        md5.update(piece)
        offset += len(piece)
        if offset == end:
            break
    return offset


def _opened(file: UploadFile) -> tuple[IO[bytes], str]:
    """Return the open file, and what it is called if that is known."""
    if isinstance(file, bytes | bytearray | memoryview):
        # A copy of what its owner may write to; bytes are themselves.
        return io.BytesIO(bytes(file)), ""
    if isinstance(file, str | os.PathLike):
        path = Path(file).expanduser()
        # Asked before it is opened, which would wait for ever on a pipe.
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ValueError(f"{path} is a directory: pack it into one file first")
        if not stat.S_ISREG(mode):
            raise ValueError(f"{path} is not a regular file")
        return path.open("rb"), path.name
    if not hasattr(file, "read"):
        raise TypeError(f"a file is a path, bytes or an open binary file, not {kind_of(file)}")
    nothing = cast("object", file.read(0))
    if not isinstance(nothing, bytes):
        raise TypeError("the file was opened as text: open it with 'rb'")
    if not getattr(file, "seekable", lambda: True)():
        raise ValueError("the file cannot be read from any place, as a pipe: read it into bytes")
    name = getattr(file, "name", "")
    return file, Path(name).name if isinstance(name, str) else ""
