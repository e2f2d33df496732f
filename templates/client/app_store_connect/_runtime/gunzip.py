"""What is packed: bodies, of which so much is taken in, and reports, which do not say it."""

from __future__ import annotations

import zlib
from itertools import chain
from typing import TYPE_CHECKING

from .error_root import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["CODINGS", "LARGEST", "Intake", "PackedBodyError", "failure_text", "unzipped"]

# httpx unpacks 64 KiB at a time: into 64 MiB at the most by these, and by others without bounds.
CODINGS = "gzip, deflate"
_UNBOUNDED = frozenset({"br", "zstd"})
# In bytes and unpacked: what is larger is no answer of the API, and no error tells so much.
LARGEST = 1 << 28
_LARGEST_ERROR = 1 << 23
_LONGEST_REASON = 500

_MAGIC = b"\x1f\x8b"
_GZIP = 31
# What is taken in at a time: with every member, what is left of it is copied.
_BITE = 1 << 14
# What a piece of a compressed file may become at a time, however well it was compressed.
_CHUNK = 1 << 18


def unzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress what begins like gzip, and pass on anything else as it is.

    Members follow one another; what follows the last one and is none is left out, as gzip(1) does.
    Raises ValueError for a damaged file, and for one that ends before it is complete.
    """
    source = iter(chunks)
    start = _at_least(2, b"", source)
    if not start.startswith(_MAGIC):
        yield start
        yield from source
        return
    source = _bites(chain([start], source))
    data = _at_least(2, b"", source)
    while data.startswith(_MAGIC):
        member = zlib.decompressobj(_GZIP)
        while not member.eof:
            try:
                piece = member.decompress(data, _CHUNK)
            except zlib.error as error:
                raise ValueError(f"the compressed report is damaged: {error}") from None
            if piece:
                yield piece
            data = member.unconsumed_tail
            # A full piece may be followed by more without any more input.
            if not data and not member.eof and len(piece) < _CHUNK:
                data = next(source, b"")
                if not data:
                    raise ValueError("the compressed report is cut off")
        data = _at_least(2, member.unused_data, source)


def _bites(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _BITE):
            yield chunk[start : start + _BITE]


def _at_least(size: int, data: bytes, source: Iterator[bytes]) -> bytes:
    while len(data) < size and (chunk := next(source, None)) is not None:
        data += chunk
    return data


class PackedBodyError(Exception):
    """A body packed in a way nobody asked for, which unpacks without bounds."""


class Intake:
    """A body as it comes in, of which no more is kept than an answer can have."""

    def __init__(self, codings: list[str], *, is_success: bool) -> None:
        """Begin with a body; PackedBodyError unless it is packed once and in a known way."""
        packed = {item.strip().lower() for item in codings} - {"", "identity"}
        if (len(codings) > 1 and packed) or not _UNBOUNDED.isdisjoint(packed):
            raise PackedBodyError(f"the body is packed by {', '.join(codings)!r}")
        self._chunks: list[bytes] = []
        self._room = LARGEST if is_success else _LARGEST_ERROR

    @property
    def is_cut(self) -> bool:
        """Whether there was more of it."""
        return self._room < 0

    @property
    def content(self) -> bytes:
        """What was taken."""
        return b"".join(self._chunks)

    def is_enough(self, chunk: bytes) -> bool:
        """Take one more piece, and tell whether to stop there."""
        self._room -= len(chunk)
        self._chunks.append(chunk[: self._room] if self.is_cut else chunk)
        return self.is_cut


def failure_text(error: Exception) -> str:
    """What a failure on the way says; httpx quotes in it what the server sent."""
    return printable(f"{type(error).__name__} {error}".strip(), _LONGEST_REASON)
