"""A file while it is downloaded: beside its target, and never in its place before it is whole."""

from __future__ import annotations

import glob
import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from .._runtime.checksums import Checksum
from .._runtime.files import replaceable
from .remote import DownloadError, RemoteFile

__all__ = ["Draft", "target_at"]

_RANGE = re.compile(r"bytes (\d{1,19})-\d{1,19}/(\d{1,19}|\*)", re.ASCII)
_LENGTH = re.compile(r"\d{1,19}", re.ASCII)
_PARTIAL = 206
# What a name of a file has room for.
_LONGEST_TAG = 100
_PAGES = frozenset({".htm", ".html"})
_HEAD = 100
_CHUNK = 1 << 20


def target_at(path: str | os.PathLike[str]) -> Path:
    """Return the path of a file that is to be.

    Raises:
        ValueError: for that of a directory, a device or a pipe.
    """
    return replaceable(Path(path).expanduser())


class Draft:
    """The bytes of a file that are here so far.

    What is left of a download that failed stays beside the target, if the store said by which tag
    one can go on, and the next download of that target takes it up.
    """

    def __init__(self, target: Path, remote: RemoteFile, largest: int) -> None:
        self._target = target
        self._size = remote.size if remote.size is not None and remote.size >= 0 else None
        self._largest = largest if self._size is None else self._size
        self._checksum = Checksum.read(remote.checksum) if remote.checksum else None
        self._total: int | None = None
        self._tag = ""
        self._path = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        self._claim()
        # Closed by `publish` or `leave`, one of which whoever makes a draft calls.
        self._file = self._path.open("ab")
        self._written = self._file.tell()

    @property
    def request_headers(self) -> tuple[tuple[str, str], ...]:
        """What to ask with: for what is missing, if the file is still the same."""
        if not (self._written and self._tag):
            return ()
        return ("Range", f"bytes={self._written}-"), ("If-Range", self._tag)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Go on, or begin anew, as the answer says."""
        place = _RANGE.fullmatch(headers.get("content-range", "")) if status == _PARTIAL else None
        if status == _PARTIAL and (place is None or int(place[1]) != self._written):
            self._tag = ""
            raise DownloadError("the store sent another part of the file than the one asked for")
        if place is not None:
            self._total = None if place[2] == "*" else int(place[2])
            return
        self.restart()
        length = _LENGTH.fullmatch(headers.get("content-length", ""))
        self._total = int(length[0]) if length else None
        tag = headers.get("etag", "")
        # One that begins with W/ is of more than one file.
        self._tag = tag if tag.startswith('"') and len(tag) <= _LONGEST_TAG else ""
        if self._size is not None and self._total is not None and self._total != self._size:
            raise DownloadError(f"the file has {self._total} bytes, not {self._size}")

    def restart(self) -> None:
        """Forget what is here."""
        self._file.truncate(0)
        self._written = 0
        self._tag = ""

    def write(self, chunk: bytes, /) -> None:
        """Take the next bytes."""
        if self._written + len(chunk) > self._largest:
            self._tag = ""
            more = "than the API says" if self._size is not None else "pass largest= to take more"
            raise DownloadError(f"the file has more than {self._largest} bytes: {more}")
        self._written += len(chunk)
        self._file.write(chunk)

    def publish(self) -> None:
        """Put the file in its place, if it is whole."""
        self._file.flush()
        for told in (self._size, self._total):
            if told is not None and told != self._written:
                self._tag = ""
                raise DownloadError(f"the file has {self._written} bytes, not {told}")
        if not self._written:
            raise DownloadError("an empty file came")
        if self._size is None and self._target.suffix.lower() not in _PAGES and self._is_page():
            self._tag = ""
            raise DownloadError("a page of HTML came instead of the file")
        if self._checksum is not None and not self._checksum.matches(self._chunks()):
            self._tag = ""
            raise DownloadError("the file arrived damaged: its checksum is another")
        os.fsync(self._file.fileno())
        self._file.close()
        self._path.replace(self._target)

    def leave(self) -> None:
        """Keep what can be gone on with, and delete everything else."""
        self._file.close()
        with suppress(OSError):
            if self._written and self._tag:
                self._path.replace(self._kept_as(self._tag))
            else:
                self._path.unlink()

    def _claim(self) -> None:
        """Take up what an earlier download left, unless another one does."""
        pattern = f".{glob.escape(self._target.name)}.*.part"
        for kept in sorted(self._target.parent.glob(pattern)):
            with suppress(OSError, ValueError):
                tag = urlsafe_b64decode(kept.name.split(".")[-2]).decode("ascii")
                kept.rename(self._path)
                self._tag = tag
                return

    def _kept_as(self, tag: str) -> Path:
        word = urlsafe_b64encode(tag.encode()).decode()
        return self._target.with_name(f".{self._target.name}.{word}.part")

    def _is_page(self) -> bool:
        head = next(self._chunks())[:_HEAD].lstrip().lower()
        return head.startswith((b"<!doctype html", b"<html"))

    def _chunks(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
