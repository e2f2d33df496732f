"""The exchange of files and folders with what was made beside them, and its recovery.

    <staging>/new             what is to come into place
    <staging>/old[/<entry>]   what was there, where the system cannot exchange the two in one step

A staging folder beside the output holds the output as a whole; one in it, entries of it.
"""

from __future__ import annotations

import ctypes
import glob
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

_PREFIX = ".ascgen-"
_RANDOM = "?" * 8  # as long as what mkdtemp appends
_EXCHANGE = 2
_HERE = -100


def staging_beside(output: Path) -> Path:
    """Return a folder for what is to take the place of the output."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{output.name}-", dir=output.parent))


def staging_in(output: Path) -> Path:
    """Return a staging folder for new entries of the output, which is created if need be."""
    output.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=output))


def is_staging(path: Path) -> bool:
    """Return whether a folder within an output is this program's own."""
    return path.name.startswith(_PREFIX) and path.is_dir() and not path.is_symlink()


def recover(output: Path) -> None:
    """Bring back what a killed run had taken out of its place, and take away what it left."""
    for staging in output.parent.glob(f"{_PREFIX}{glob.escape(output.name)}-{_RANDOM}"):
        if is_staging(staging):
            restore(staging, output)
    if output.is_dir():
        for staging in output.glob(f"{_PREFIX}*"):
            if is_staging(staging):
                restore(staging, output)


def restore(staging: Path, output: Path) -> None:
    """End an exchange that was not completed: nothing stays out of its place, or in the staging."""
    old = staging / "old"
    if staging.parent != output:
        pairs = [(old, output)]
    else:
        pairs = [(path, output / path.name) for path in old.iterdir()] if old.is_dir() else []
    for was, place in pairs:
        if os.path.lexists(was) and not os.path.lexists(place):
            was.rename(place)
    remove(staging)


def remove(staging: Path) -> None:
    """Take a staging folder away, with what is in it."""
    for folder, _, _ in os.walk(staging):
        # The user may have protected a folder that was here before.
        with suppress(OSError):
            Path(folder).chmod(0o700)
    shutil.rmtree(staging, ignore_errors=True)


def exchange(fresh: Path, place: Path, old: Path) -> Path | None:
    """Let a file or folder take the place of another, in one step where the system can.

    Returns where the other is now, `old` or `fresh`; None where there was none.
    """
    if not os.path.lexists(place):
        fresh.rename(place)
        return None
    if _swap(fresh, place):
        return fresh
    old.parent.mkdir(exist_ok=True)
    place.rename(old)
    try:
        fresh.rename(place)
    except OSError:
        old.rename(place)
        raise
    return old


def _swap(fresh: Path, place: Path) -> bool:
    """Exchange two names in one step; False where the system or the file system cannot."""
    names = (os.fsencode(fresh), os.fsencode(place))
    with suppress(OSError, AttributeError):
        if sys.platform == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            return bool(libc.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0)
        if sys.platform == "darwin":
            libc = ctypes.CDLL(None, use_errno=True)
            return bool(libc.renamex_np(*names, _EXCHANGE) == 0)
    return False
