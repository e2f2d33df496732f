"""Files that are read or replaced as a whole, which pipes and devices cannot be."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

__all__ = ["read_whole", "replaceable"]

# In bytes. Tables, settings and texts have less.
_LARGEST = 1 << 26


def read_whole(path: str | os.PathLike[str], largest: int = _LARGEST) -> bytes:
    """Return what is in a file.

    Raises:
        OSError: where it cannot be read, is not a regular file, or has more than `largest` bytes.
    """
    file = Path(path)
    mode = file.stat().st_mode
    # Before it is opened: a pipe waits for who writes, and a device may never end.
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file", os.fspath(path))
    with file.open("rb") as opened:
        content = opened.read(largest + 1)
    if len(content) > largest:
        raise OSError(errno.EFBIG, f"it is larger than {largest} bytes", os.fspath(path))
    return content


def replaceable(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file that is to be put in its place when it is whole.

    Raises:
        ValueError: for a directory, and for a device or a pipe, whose place the file would take.
    """
    target = Path(path)
    if target.is_dir():
        raise ValueError(f"{target} is a directory: name the file in it")
    if target.exists() and not target.is_file():
        raise ValueError(f"{target} is not a regular file, and must not become one")
    return target
